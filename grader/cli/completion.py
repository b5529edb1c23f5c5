"""What Tab completes: files, activities, students and checks; see click's documentation on shell completion.

Everything here is looked up again at each press of the key, so nothing heavy is loaded, and what cannot be read
completes to nothing.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.shell_completion import BashComplete, CompletionItem, FishComplete, add_completion_class, split_arg_string

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from click import Context, Parameter

    Items = list[CompletionItem[Any]]

_LOOKED_AT = 20
_STATUSES = ("passed", "partial", "failed")


def activities(_context: Context, _parameter: Parameter, incomplete: str) -> Items:
    """Complete an activity's short name or id, or the file of one's own."""
    from grader.activities import all_activities
    from grader.model.faults import InputError

    if re.search(r"[/\\~]|^\.", incomplete):
        return [CompletionItem(incomplete, type="file")]
    titles: dict[str, str] = {}
    with suppress(InputError):
        for activity in all_activities().values():
            titles.setdefault(activity.short_name, activity.title)
            titles[activity.id] = activity.title
    return [CompletionItem(name, help=title) for name, title in titles.items() if name.startswith(incomplete)]


def students(context: Context, _parameter: Parameter, incomplete: str) -> Items:
    """Complete the name of a submission in the folder that is reviewed."""
    return _beginning(incomplete, _submissions(context))


def checks(context: Context, _parameter: Parameter, incomplete: str) -> Items:
    """Complete the id of a check in the folder that is reviewed."""
    return _beginning(incomplete, _check_ids(context))


def decisions(context: Context, _parameter: Parameter, incomplete: str) -> Items:
    """Complete ``STUDENT CHECK STATUS``, each in its turn."""
    words = split_arg_string(os.environ.get("COMP_WORDS", ""))
    if incomplete and words[-1:] == [incomplete]:
        del words[-1]
    since = next((turn for turn, word in enumerate(reversed(words)) if word in {"--set", "--unset"}), 0)
    return _beginning(incomplete, [_submissions(context), _check_ids(context), _STATUSES][min(since, 2)])


def _beginning(incomplete: str, values: Iterable[str]) -> Items:
    return [CompletionItem(value) for value in sorted(set(values)) if value.startswith(incomplete)]


def _reports(context: Context) -> list[Path]:
    """Return the folders of the reports in the folder that is reviewed."""
    out = context.params.get("out") or next(iter(context.args), None)  # there while an option has no value yet
    if out is None:
        return []
    with suppress(OSError):
        return [folder for folder in Path(out, "reports").iterdir() if folder.is_dir()]
    return []


def _submissions(context: Context) -> Iterator[str]:
    return (folder.name for folder in _reports(context))


def _check_ids(context: Context) -> Iterator[str]:
    """Yield the checks of what the class answers, by a few of its reports: mostly it is one activity."""
    for folder in sorted(_reports(context))[:_LOOKED_AT]:
        with suppress(OSError, ValueError, KeyError, TypeError):
            yield from (check["id"] for check in json.loads((folder / "report.json").read_bytes())["checks"])


class _Bash(BashComplete):
    """Bash, told how to write names that hold blanks, and what stands behind ``--option=``."""

    source_template = BashComplete.source_template.replace("read type", "read -r type")

    def get_completion_args(self) -> tuple[list[str], str]:
        words, incomplete = super().get_completion_args()
        return [word for word in words if word != "="], "" if incomplete == "=" else incomplete

    def format_completion(self, item: CompletionItem[Any]) -> str:
        if item.type != "plain":
            return super().format_completion(item)
        typed = os.environ["COMP_WORDS"].split("\n")[int(os.environ["COMP_CWORD"]) :]
        is_quoted = typed[:1] and typed[0][:1] in {'"', "'"}
        return f"plain,{item.value if is_quoted else _escaped(item.value)}"


class _Fish(FishComplete):
    """fish, for which a comma within a name is no end of it."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


def _escaped(value: str) -> str:
    return re.sub(r"([^\w@%+=:,./-])", r"\\\1", value)


def prepare_completion() -> None:
    """Have click complete our way, where a shell asks."""
    add_completion_class(_Bash)
    add_completion_class(_Fish)
