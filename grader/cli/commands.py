"""The commands by name, each imported when it is called: what ``grader --help`` lists is known without."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMANDS: Mapping[str, str] = {
    "batch": "Grade a class from its LMS export.",
    "check": "Grade one submission.",
    "classroom50": "Make an autograder for Classroom 50.",
    "doctor": "What this machine has and lacks.",
    "gradescope": "Make an autograder for Gradescope.",
    "new": "Start from the student template.",
    "prove": "Whether an activity's checks catch the mistakes that can be made.",
    "review": "Decide what the grader leaves to a person.",
    "serve": "Grade a class, or decide about one, on a local web page.",
}
"""What each does, in a line; the function of that name is in the module of that name."""


class Commands(click.Group):
    """A group that reads a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Return the commands' names."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        """Return a command; None where there is none of this name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"grader.cli.{cmd_name}"), cmd_name)
        command.short_help = COMMANDS[cmd_name]
        if sys.flags.optimize > 1 and command.callback:  # -OO has dropped what it says with --help
            from grader.rubric.activity import docstring

            command.help = docstring(command.callback)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name]) for name in self.list_commands(ctx)])
