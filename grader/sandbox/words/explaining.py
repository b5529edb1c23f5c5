"""What every explanation of an exception is made of: where it happened, what it says, and what it mostly means."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.sandbox.messages import Crash, Frame
from grader.sandbox.words.data_files import data_file_hint

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_THREADS = re.compile(r"\. The object was created in thread id.*")
_PATH = re.compile(r" \((?:(?:/|[A-Z]:\\|_\w+\.c:)[^)]*|[^()]+\.py)\)")
# What means the same on loading and in a view.
_HINTS = {
    "NameError": "Is the name spelt as where it is defined or imported? Python cares about upper and lower case.",
    "UnboundLocalError": "It has no value yet in that line. Give it one in a line above that is always run.",
    "FileNotFoundError": "Hand the file in too, in the folder that app.py expects it in.",
    "MemoryError": "The app needs more memory than it may have; look for a list or text that grows without end.",
    "ImportError": "Check the spelling of what is imported, and that two files do not import each other in a circle.",
    "BadRequestKeyError": (
        "The cookie is not there, and `request.cookies[...]` raises this. Read it inside a try, and return the other "
        "page in its except."
    ),
}
_WRITES = r"['\"][wax]b?\+?['\"]|FileHandler|basicConfig|\.(save|to_csv|write_text)\("


@dataclass(frozen=True)
class FailedLoad:
    """An exception that keeps an app from coming up.

    Parameters
    ----------
    app
        The path of the file that was run.
    files
        Everything that was handed in: content by path.
    """

    crash: Crash
    app: str
    files: Mapping[str, bytes]

    @property
    def at(self) -> Frame:
        """The student's line that it happened at, or the file that was run."""
        return self.crash.last or Frame(self.app)

    @property
    def source(self) -> str:
        """That file, as text."""
        return self.files.get(self.at.file, b"").decode("utf-8", "replace")

    @property
    def module(self) -> str:
        """The top package of what could not be imported."""
        return (self.crash.module or "").partition(".")[0]

    @property
    def names(self) -> set[str]:
        """The names of the exception's classes."""
        return {self.crash.type, *self.crash.bases}


def said(crash: Crash) -> str:
    """Return the exception in one line that a full stop can follow, without the paths of this machine."""
    first = _THREADS.sub("", str(crash).partition("\n")[0])
    return without_paths(first).rstrip(".?! ").replace("`", "'")


def without_paths(text: str) -> str:
    """Return what Python says without the paths of this machine that it adds in brackets."""
    return _PATH.sub("", text)


def first_hint(table: Sequence[tuple[str, str]], said: str) -> str | None:
    """Return the first hint of a table whose pattern is found in what is said."""
    return next((match.expand(hint) for pattern, hint in table if (match := re.search(pattern, said))), None)


def advice(crash: Crash, hints: Sequence[tuple[str, str]], files: Mapping[str, bytes]) -> str | None:
    """Return the first hint whose pattern is found in the exception, else the one for its kind.

    `files` is what was handed in: content by path.
    """
    if (hint := first_hint(hints, str(crash))) is not None:
        return hint
    path = re.search(r": (['\"])(.+)\1$", crash.message)
    if crash.type == "FileNotFoundError" and path is not None:
        at = crash.last
        return _not_there(path[2].replace("\\\\", "\\"), at.file if at else "", at.text if at else "", files)
    return data_file_hint(crash, files) or _HINTS.get(crash.type)


def _not_there(path: str, file: str, text: str, files: Mapping[str, bytes]) -> str:
    """Return what to do about a path that is not there; `text` is the line of `file` that asks for it."""
    folder, _, name = path.replace("\\", "/").rpartition("/")
    if re.match(r"[A-Za-z]:|[/\\~]", path):
        if "chdir" in text:
            return "Only your own computer has that folder. Take the line out: paths begin where app.py is."
        and_hand_it_in = "" if re.search(_WRITES, text) else ", and hand the file in beside app.py"
        return f"Only your own computer has that folder. Write '{name}'{and_hand_it_in}."
    alike = next((each for each in files if each.rpartition("/")[2].lower() == name.lower()), None)
    if alike is not None:
        return f"Your file is {alike}: write '{posixpath.relpath(alike, posixpath.dirname(file) or '.')}'."
    if folder and not any(each.startswith(f"{folder}/") for each in files) and re.search(_WRITES, text):
        return f"There is no folder {folder}. Write '{name}' alone."
    return _HINTS["FileNotFoundError"]
