"""A student's files as text, with the lines that checks name, and what differs from what they were given."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.submission.bundled import template_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.model.report import Report, Result

_MOST_LINES = 2000
_MOST_BYTES = 200_000
_TEXTS = (".py", ".html", ".htm", ".txt", ".css", ".js", ".json", ".toml", ".md", ".jinja", ".j2")


@dataclass(frozen=True)
class CodeLine:
    """One line of a file.

    Parameters
    ----------
    number
        From 1; 0 where the file does not have it any more.
    results
        The checks that name it.
    change
        ``+``, ``-`` or empty, where two files are compared.
    """

    number: int
    text: str
    results: tuple[Result, ...] = ()
    change: str = ""


@dataclass(frozen=True)
class TextFile:
    """A file that is shown."""

    path: str
    lines: tuple[CodeLine, ...]


def text_files(files: Mapping[str, bytes], report: Report) -> list[TextFile]:
    """Return the files that are text, those that checks name first."""
    named: dict[str, list[Result]] = {}
    for result in report.results:
        if result.file is not None and result.line is not None:
            named.setdefault(result.file, []).append(result)
    paths = [path for path in files if path.lower().endswith(_TEXTS) and len(files[path]) <= _MOST_BYTES]
    paths.sort(key=lambda path: (path not in named, not path.endswith("app.py"), path.count("/"), path))
    return [TextFile(path, tuple(_lines(files[path], named.get(path, ())))) for path in paths]


def _lines(content: bytes, named: Sequence[Result]) -> Iterator[CodeLine]:
    for number, text in enumerate(_text(content).splitlines()[:_MOST_LINES], start=1):
        results = tuple(result for result in named if result.line == number)
        yield CodeLine(number, text, results)


def _text(content: bytes) -> str:
    return content.decode("utf-8-sig", "replace")


def differences(before: Mapping[str, bytes], now: Mapping[str, bytes], *, gone: bool = False) -> list[TextFile]:
    """Return what differs between two sets of files, as far as they are text.

    `gone` says whether files that are there no more are shown as well.
    """
    same = {path: _same(path, before) for path in now}
    lost = [path for path in before if gone and path not in same.values()]
    found = []
    for path in sorted([*now, *lost], key=lambda path: (not path.endswith("app.py"), path)):
        old, new = before.get((same[path] or "") if path in same else path, b""), now.get(path, b"")
        if old != new and path.lower().endswith(_TEXTS) and max(len(old), len(new)) <= _MOST_BYTES:
            found.append(TextFile(path, tuple(_changes(_text(old), _text(new)))))
    return found


def _same(path: str, before: Mapping[str, bytes]) -> str | None:
    """Return the file that this one was made from: students move them into folders."""
    if path in before:
        return path
    return next((each for each in before if each.rsplit("/", 1)[-1] == path.rsplit("/", 1)[-1]), None)


def _changes(before: str, now: str) -> Iterator[CodeLine]:
    number = 0
    for line in difflib.ndiff(before.splitlines()[:_MOST_LINES], now.splitlines()[:_MOST_LINES]):
        if line.startswith("?"):
            continue
        number += not line.startswith("-")
        yield CodeLine(0 if line.startswith("-") else number, line[2:], change=line[0].strip())


@cache
def starter_files(activity: str) -> Mapping[str, bytes]:
    """Return what students begin with; nothing where the activity is the course's own."""
    try:
        folder = template_folder(activity)
    except InputError:
        return {}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in _TEXTS
    }
