"""Which of the files handed in is the Word document; what reads it is loaded when there is one."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.document.word.exporting import OF_OTHER_PROGRAMS, PICTURES, how_to_export
from grader.model.faults import StudentFault
from grader.submission.in_the_cloud import FROM_THE_CLOUD, in_the_cloud
from grader.submission.starter import HANDED_OUT, Starter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.document.document import Document
    from grader.model.items import Item

_HAND_IN = "Hand in a Word document (.docx) with {} screenshots, each with its number."
_OTHER_ENDINGS = (
    *(".docm", ".doc", ".dotx", ".odt", ".pdf", ".rtf", ".pages", ".docx.zip", ".gdoc", ".wps"),
    *(".lnk", ".url", ".webloc", *OF_OTHER_PROGRAMS),
)
_OF_THE_APP = {"static", "templates"}
_NOT_THEIRS = {"__macosx", "node_modules", "site-packages", ".git", "venv", ".venv"}


def open_document(files: Mapping[str, bytes], items: Sequence[Item] = (), starter: Starter = HANDED_OUT) -> Document:
    """Find and open the Word document among the files handed in; several are read as one.

    Parameters
    ----------
    files
        Their contents by their paths, with forward slashes.
    items
        What the handout asks for.
    starter
        What students were given: what came with it is no document handed in.

    Raises
    ------
    StudentFault
        There is none, or none that can be used; what was handed in instead is named.
    """
    there = find_documents(files)
    found = list({files[name]: name for name in reversed(there) if not starter.has_file(files[name])}.values())[::-1]
    if found:
        from grader.document.document import Document

        return Document.best([(files[name], name) for name in found], items, starter)
    if instead := find_near_misses(files):
        problem = f"No Word document (.docx) is handed in, but {instead[0]}."
        if (name := in_the_cloud(instead[0])) is not None:
            raise StudentFault(f"{problem} It only stands for {name}.", file=instead[0], hint=FROM_THE_CLOUD)
        raise StudentFault(problem, file=instead[0], hint=how_to_export(instead[0]))
    if there:
        problem = f"No Word document of your own is handed in: {there[0]} came with the starter."
        raise StudentFault(problem, file=there[0], hint=_HAND_IN.format("your own"))
    raise StudentFault("No Word document is handed in.", hint=_HAND_IN.format("your"))


def find_documents(files: Iterable[str]) -> list[str]:
    """Return the Word documents among files' paths, the likeliest first: few folders deep, then by name."""
    return [file for file in _sorted(files) if file.lower().endswith(".docx")]


def find_near_misses(files: Iterable[str]) -> list[str]:
    """Return files that look like a document in another format, then loose pictures: a message names them."""
    others = _sorted(files)
    pictures = (file for file in others if file.lower().endswith(PICTURES) and _OF_THE_APP.isdisjoint(file.split("/")))
    waiting = (file for file in others if (in_the_cloud(file) or "").lower().endswith(".docx"))
    named = (file for file in others if file.lower().endswith(_OTHER_ENDINGS))
    packed = (file for file in others if file.lower().endswith(".zip") and not file.lower().endswith(_OTHER_ENDINGS))
    return [*waiting, *named, *pictures, *packed]


def _sorted(files: Iterable[str]) -> list[str]:
    return sorted((file for file in files if _is_theirs(file)), key=lambda file: (file.count("/"), file.lower(), file))


def _is_theirs(file: str) -> bool:
    """Whether a student means it: not Word's lock files, macOS's shadows, or a package's own."""
    path = PurePosixPath(file)
    return not path.name.startswith(("~$", "._", ".~")) and not _NOT_THEIRS & {part.lower() for part in path.parts}
