"""Options that several commands have, and what their values are: with what Tab completes, and what help calls them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from grader.cli import completion
from grader.model.contract import GROUPS, ISOLATIONS, UNDECIDED


class PathArgument(click.Path):
    """A file or folder, whether it is there, and can be read, or not: that is said in our words."""

    def __init__(self, name: str, completes: str, kind: type[str | Path] = Path) -> None:
        super().__init__(path_type=kind, readable=False)
        self.name, self._completes = name, completes

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> completion.Items:  # noqa: ARG002
        """Complete it as the shell does."""
        return [CompletionItem(incomplete, type=self._completes)]


FILE, FOLDER = PathArgument("FILE", "file"), PathArgument("DIR", "dir")
AS_TYPED = PathArgument("FILE", "file", str)
"""A file that messages call what the user has called it."""

activity = partial(click.option, "--activity", metavar="ID", shell_complete=completion.activities)
gradebook = partial(click.option, "--gradebook", type=FILE)
column = click.option("--column", metavar="NAME", help="The assignment's column in the gradebook.")
config = partial(click.option, "--config", type=AS_TYPED)
isolation = partial(click.option, "--isolation", type=click.Choice(ISOLATIONS), default="auto", show_default=True)
skip = click.option("--skip", multiple=True, type=click.Choice(GROUPS), help="Leave out a group of checks; repeatable.")
undecided = partial(click.option, "--undecided", type=click.Choice(UNDECIDED))
workers = click.option(
    "--workers", metavar="N", type=click.IntRange(1, 256), help="How many at a time.  [default: cores]"
)
WHO_WAITS = "What gradebooks get for who has points that wait for a person: nothing, or what is earned so far."
