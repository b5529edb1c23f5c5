"""Commands that are printed for someone to paste."""

from __future__ import annotations

import os
import re
import shlex

_ON_WINDOWS = os.name == "nt"
_PLAIN_ON_WINDOWS = re.compile(r"[\w.:\\/+-]+")


def command(*words: str | os.PathLike[str]) -> str:
    """Return a command that the user's shell takes as these words, whatever is in them.

    What is given as a path stays one where its name begins with a dash.
    """
    return " ".join(_quoted(word if isinstance(word, str) else _path(word)) for word in words)


def _path(word: os.PathLike[str]) -> str:
    path = os.fspath(word)
    return os.path.join(os.curdir, path) if path.startswith("-") else path  # noqa: PTH118 - a Path drops the dot


def _quoted(word: str) -> str:
    if not _ON_WINDOWS:
        return shlex.quote(word)
    # Double quotes are all that cmd and PowerShell have in common; no name of a file has one in it.
    return word if _PLAIN_ON_WINDOWS.fullmatch(word) else f'"{word}"'
