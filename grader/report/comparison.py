"""Expected beside observed: which words differ."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 400  # comparing takes time with the square of it
_LEAST_ALIKE = 0.3  # below it nearly all would be marked, which helps nobody
_NAME = 80  # up to this length, texts without a common word are compared letter by letter
_SAME_NAME = 0.6


@dataclass(frozen=True)
class DiffPiece:
    """A stretch of text, and whether the other side has something else there."""

    text: str
    differs: bool = False


def compare(expected: str, observed: str) -> tuple[list[DiffPiece], list[DiffPiece]]:
    """Mark the words in which two texts differ; the letters, where a name is misspelt.

    Returns
    -------
    tuple
        The expected and the observed text in pieces; nothing is marked where they have too little in common.

    """
    for split, longest, least in ((_WORD.findall, _MOST_WORDS, _LEAST_ALIKE), (list, _NAME, _SAME_NAME)):
        left, right = split(expected), split(observed)
        if max(len(left), len(right)) > longest:
            continue
        matcher = SequenceMatcher(None, left, right, autojunk=False)
        if matcher.ratio() >= least:
            return _pieces(matcher, left, right)
    return [DiffPiece(expected)], [DiffPiece(observed)]


def _pieces(
    matcher: SequenceMatcher[str], left: list[str], right: list[str]
) -> tuple[list[DiffPiece], list[DiffPiece]]:
    pieces: tuple[list[DiffPiece], list[DiffPiece]] = ([], [])
    for kind, left_start, left_end, right_start, right_end in matcher.get_opcodes():
        for side, part in zip(pieces, (left[left_start:left_end], right[right_start:right_end]), strict=True):
            if part:
                side.append(DiffPiece("".join(part), kind != "equal"))
    return pieces
