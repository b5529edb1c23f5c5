"""Writing into ``grader.toml``: what is there keeps its form, its comments and its order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from grader.machine.whole_files import replacing
from grader.model.faults import InputError
from grader.rubric import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from grader.rubric import Activity


def accept_words(path: Path, activity: Activity, words: Mapping[str, Sequence[str]]) -> None:
    """Accept other words in the place of the handout's, besides those that the file accepts already.

    The file of the course's settings is made where there is none; `words` has for words of the handout others that are
    as good.  Raises `InputError`: the file cannot be read or written.
    """
    try:
        before = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        file = tomlkit.parse(before)
        wordings = _table(_table(_table(file, ("activities",)), (activity.id, activity.short_name)), ("wordings",))
        for asked, others in words.items():
            known = next((key for key in wordings if squeeze(key) == squeeze(asked)), asked)
            there = wordings.get(known, [])
            there = [there] if isinstance(there, str) else list(there)
            spelled = {squeeze(each) for each in there}
            wordings[known] = [*there, *(other for other in others if squeeze(other) not in spelled)]
        content = tomlkit.dumps(file).encode()
        with replacing(path) as written:
            written.write(content)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise InputError(f"The settings were not written to {path}: {said}.") from error


def _table(table: Any, names: Sequence[str]) -> Any:
    """Return the table of the first of these names that is there, whatever its case; it is made where none is."""
    wanted = [name.lower() for name in names]
    found = next((key for key in table if key.lower() in wanted), None)
    if found is None:
        found = names[-1]
        table[found] = tomlkit.table(is_super_table=found == "activities")
    return table[found]
