"""What is made of the solution: the same hand-in with one change."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Edit:
    """One change of the solution, as whoever makes it says it.

    Parameters
    ----------
    kind
        What is done, in a few words: ``route renamed``.
    files
        Content by path, of the files that are others than the solution's; None for one that is gone.
    app
        The file to run, where that has another name.
    in_zip
        Whether it is handed in as a zip in place of a folder.
    """

    kind: str
    files: Mapping[str, bytes | None]
    app: str | None = None
    in_zip: bool = False


@dataclass(frozen=True)
class Variant:
    """The solution with one change.

    Parameters
    ----------
    name
        Unique, and fit for a folder: ``017-route-renamed``.
    is_right
        Whether it does the same as the solution, so that it has to get all points; else it has a mistake in it.
    place
        The file and line of the change.
    before, after
        What stands there in the solution, and in this.
    """

    name: str
    kind: str
    is_right: bool
    files: Mapping[str, bytes] = field(repr=False)
    app: str
    in_zip: bool = False
    place: str = ""
    before: str = ""
    after: str = ""


def variants(solution: Mapping[str, bytes], app: str, changes: Iterator[Edit], *, are_right: bool) -> Iterator[Variant]:
    """Yield what comes of changes to a solution, each once; what changes nothing is left out."""
    seen = {frozenset(solution.items())}
    for change in changes:
        files = {path: content for path, content in {**solution, **change.files}.items() if content is not None}
        key = frozenset(files.items())
        if key in seen and not change.in_zip:
            continue
        seen.add(key)
        place, before, after = _what_differs(solution, change.files)
        slug = re.sub(r"[^a-z0-9]+", "-", change.kind.lower()).strip("-")
        yield Variant(
            name=f"{len(seen) - 1:03}-{slug}",
            kind=change.kind,
            is_right=are_right,
            files=files,
            app=change.app or app,
            in_zip=change.in_zip,
            place=place,
            before=before,
            after=after,
        )


def _what_differs(solution: Mapping[str, bytes], files: Mapping[str, bytes | None]) -> tuple[str, str, str]:
    """Return where the first change is, and what stands there before and after; one line each."""
    for path, content in files.items():
        if path not in solution:
            continue
        if content is None:
            return path, path, ", ".join(other for other in files if other not in solution) or "(nothing)"
        old, new = (text.decode("utf-8", "replace").splitlines() for text in (solution[path], content))
        for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag != "equal":
                return f"{path}:{a + 1}", _one_line(old[a:b]), _one_line(new[c:d])
        return path, "", ""
    return ", ".join(files), "", ""


def _one_line(lines: list[str]) -> str:
    return " ⏎ ".join(stripped for line in lines if (stripped := line.strip()))
