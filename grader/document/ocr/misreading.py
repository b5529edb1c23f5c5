"""Words sought in text that was read from a picture, where letters are taken for others and spaces get lost.

Measured on the test pictures (tests/benchmarks/screenshots.py): of the words that activities ask for, what is read
wrong is one letter in ten at most, nearly always one of ``l 1 I`` or ``O 0``.  The words of two different items are
at least four letters apart.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from grader.model.items import AnyOf, Words
from grader.model.text import forms, squeeze

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

_LETTERS_FOR_ONE_MISREAD = 10
"""So many letters are needed for each that may be read wrong: words of up to nine have to be right."""

_ALIKE = str.maketrans({"1": "l", "i": "l", "|": "l", "0": "o"})


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the letters and digits of a text, those that look alike made one."""
    return squeeze(text).translate(_ALIKE)


def stands_in(words: Words, text: str) -> bool:
    """Whether words, or others that the course accepts in their place, stand in a text, a few letters misread."""
    if isinstance(words, AnyOf):
        return any(stands_in(each, text) for each in words.words)
    folded = fold(text)
    return any(_near(form.translate(_ALIKE), folded) for form in forms(squeeze(words)))


def same_words(one: str, other: str) -> bool:
    """Whether two texts are the same but for a few letters misread."""
    return is_among(one, {fold(other)})


def is_among(words: str, folded: AbstractSet[str]) -> bool:
    """Whether one of some texts, as `fold` returns them, is the same as these words but for a few letters misread."""
    one = fold(words)
    most = _misreads(one)
    as_long = (each for each in folded if most and abs(len(one) - len(each)) <= most)
    return one in folded or any(_near(one, each) for each in as_long)


def share_found(text: str, where: str) -> float:
    """Return how much of a text stands in a longer one in one piece, from 0 to 1."""
    from rapidfuzz import fuzz

    one, other = fold(text), fold(where)
    if not one or one in other:
        return 1.0
    return 0.0 if len(one) > len(other) else fuzz.partial_ratio(one, other) / 100


def _misreads(words: str) -> int:
    return len(words) // _LETTERS_FOR_ONE_MISREAD


def _near(words: str, text: str) -> bool:
    if words in text:
        return bool(words)
    allowed = _misreads(words)
    if not allowed or len(text) < len(words) - allowed:
        return False
    from rapidfuzz import fuzz
    from rapidfuzz.distance import Levenshtein

    likeliest = fuzz.partial_ratio_alignment(words, text, score_cutoff=100 * (1 - allowed / len(words)))
    if likeliest is None:
        return False
    piece = text[likeliest.dest_start : likeliest.dest_end]
    return Levenshtein.distance(words, piece, score_cutoff=allowed) <= allowed
