"""Expected beside observed: which words differ, where both are words that an app or a file has to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from grader.report import wording
from grader.report.plain import clip

if TYPE_CHECKING:
    from grader.model.report import Result

EXPECTED = "Expected"
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
_MOST_WORDS = 400  # comparing takes time with the square of it
_LEAST_ALIKE = 0.5  # of the words; below it nearly all would be marked, which helps nobody
_NAME = 80  # up to this length, texts without a common word are compared letter by letter
_SAME_NAME = 0.6


@dataclass(frozen=True)
class DiffPiece:
    """A stretch of text, and whether the other side has something else there."""

    text: str
    differs: bool = False


def sides(result: Result, limit: int = 2000, lines: int = 40) -> dict[str, list[DiffPiece]]:
    """Return what was expected and what was observed in pieces, by the words to put above; what there is of them.

    What a picture shows is asked for in a sentence and read with a machine's mistakes: no word of either is marked.
    `limit` and `lines` are as in `grader.report.plain.clip`.
    """
    given = {EXPECTED: result.expected, wording.observed(result): result.observed}
    texts = {name: clip(text, limit, lines) for name, text in given.items() if text is not None}
    if len(texts) < len(given) or wording.is_read(result):
        return {name: [DiffPiece(text)] if text else [] for name, text in texts.items()}
    marked = compare(*texts.values())
    return {name: [piece for piece in pieces if piece.text] for name, pieces in zip(texts, marked, strict=True)}


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
        if _alike(matcher, left, right) >= least:
            return _pieces(matcher, left, right)
    return [DiffPiece(expected)], [DiffPiece(observed)]


def _alike(matcher: SequenceMatcher[str], left: list[str], right: list[str]) -> float:
    """Say how much of two texts is the same, blanks and punctuation left out: every sentence has those."""
    same = sum(_is_word(piece) for at, _, size in matcher.get_matching_blocks() for piece in left[at : at + size])
    return 2 * same / (sum(map(_is_word, left + right)) or 1)


def _is_word(piece: str) -> bool:
    return piece[0].isalnum() or piece[0] == "_"


def _pieces(
    matcher: SequenceMatcher[str], left: list[str], right: list[str]
) -> tuple[list[DiffPiece], list[DiffPiece]]:
    pieces: tuple[list[DiffPiece], list[DiffPiece]] = ([], [])
    for kind, left_start, left_end, right_start, right_end in matcher.get_opcodes():
        for side, part in zip(pieces, (left[left_start:left_end], right[right_start:right_end]), strict=True):
            if part:
                side.append(DiffPiece("".join(part), kind != "equal"))
    return pieces
