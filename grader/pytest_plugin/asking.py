"""What the command line asks for, before pytest knows all options, and whose the short names are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_IN_FULL = {"--grade": "--grade-path", "--activity": "--grade-activity"}


@dataclass(frozen=True)
class GradeOptions:
    """What is to be graded, as it seems.

    `option` is the name that was used; the short one may turn out to be another's. `is_apart` says whether the path is
    a word of its own, which pytest takes for a place to look for tests in.
    """

    option: str
    path: str
    is_apart: bool

    def others(self, places: Iterable[str]) -> list[str]:
        """Return the places where tests are to be looked for, without what is to be graded."""
        left = list(places)
        if self.is_apart and self.option == "--grade" and self.path in left:
            left.remove(self.path)
        return left


def asked_for(words: Sequence[str]) -> GradeOptions | None:
    """Return what the words ask to be graded; the short name counts only with a path that exists."""
    found = None
    words = [*takewhile(lambda word: word != "--", words), ""]
    for word, after in pairwise(words):
        option, apart, value = word.partition("=")
        path = value if apart else after
        if option == "--grade-path" or (option == "--grade" and path and _exists(path)):
            found = GradeOptions(option, path, is_apart=not apart)
    return found


def write_in_full(parser: pytest.Parser, words: list[str]) -> None:
    """Write the short names in full, in place, where no other plugin and no conftest.py has options of these names."""
    free = {short for short in _IN_FULL if _is_free(parser, short)}
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if word == "--":
            return
        if option in free:
            words[index] = f"{_IN_FULL[option]}{equals}{value}"


def _is_free(parser: pytest.Parser, option: str) -> bool:
    probe = f"{option}=x"
    try:
        return probe in parser.parse_known_and_unknown_args([probe])[1]
    except pytest.UsageError:  # it is known, and wants something else
        return False


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # such as a name that is too long
        return False
