"""Which of the files handed in is the Word document."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.document.word.opening_docx import OF_OTHER_PROGRAMS, PICTURES
from grader.submission.in_the_cloud import in_the_cloud

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHER_ENDINGS = (
    *(".docm", ".doc", ".dotx", ".odt", ".pdf", ".rtf", ".pages", ".docx.zip", ".gdoc", ".wps"),
    *(".lnk", ".url", ".webloc", *OF_OTHER_PROGRAMS),
)
_OF_THE_APP = {"static", "templates"}
_NUMBER = re.compile(r"(\d{1,9})")
_NOT_THEIRS = {"__macosx", "node_modules", "site-packages", ".git", "venv", ".venv"}


def find_documents(files: Iterable[str]) -> list[str]:
    """Return the Word documents among files' paths, the likeliest first: few folders deep, then by name."""
    return [file for file in _sorted(files) if file.lower().endswith(".docx")]


def find_near_misses(files: Iterable[str]) -> list[str]:
    """Return files that look like a document in another format, then loose pictures: a message names them."""
    others = _sorted(files)
    pictures = (file for file in others if file.lower().endswith(PICTURES) and _OF_THE_APP.isdisjoint(file.split("/")))
    named = (file for file in others if (in_the_cloud(file) or file).lower().endswith((*_OTHER_ENDINGS, ".docx")))
    return [*named, *pictures]


def natural_order(file: str) -> tuple[tuple[tuple[int, str], ...], str]:
    """Return what names are sorted by so that ``Part 10`` comes after ``Part 9``."""
    pieces = _NUMBER.split(file.lower())
    return tuple((int(piece), "") if piece.isdecimal() else (-1, piece) for piece in pieces), file


def _sorted(files: Iterable[str]) -> list[str]:
    return sorted((file for file in files if _is_theirs(file)), key=lambda file: (file.count("/"), file.lower(), file))


def _is_theirs(file: str) -> bool:
    """Whether a student means it: not Word's lock files, macOS's shadows, or a package's own."""
    path = PurePosixPath(file)
    return not path.name.startswith(("~$", "._", ".~")) and not _NOT_THEIRS & {part.lower() for part in path.parts}
