"""Recognising the handout's own sentence where a student writes it instead of a number."""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_ALIKE = 0.5
"""Share of the words in common, rare ones counting more: a reworded sentence has 0.6, a neighbour's below 0.45."""
_AHEAD = 0.1
_UNKNOWN_WORD = 0.3
_EMPTY_WORDS = frozenset(
    (
        *("a", "an", "and", "as", "at", "by", "for", "from", "in", "into", "is", "it", "its", "my", "of", "on", "or"),
        *("our", "that", "the", "this", "to", "was", "which", "with", "your"),
    )
)


class Sentences:
    """The sentences of all items, by number."""

    def __init__(self, sentences: Mapping[int, str]) -> None:
        self._words = {number: _words(sentence) for number, sentence in sentences.items()}
        counted = Counter(word for words in self._words.values() for word in words)
        self._weights = {word: 0.3 + math.log(len(self._words) / count) for word, count in counted.items()}

    def number(self, line: str) -> int | None:
        """Tell which item's sentence a line is; None where it is none's, or could be either of two."""
        words = _words(line)
        ranked = sorted(((self._likeness(words, each), number) for number, each in self._words.items()), reverse=True)
        if not ranked or ranked[0][0] < _ALIKE:
            return None
        if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < _AHEAD:
            return None
        return ranked[0][1]

    def _likeness(self, words: frozenset[str], others: frozenset[str]) -> float:
        weight, other_weight = self._weigh(words), self._weigh(others)
        return 2 * self._weigh(words & others) / (weight + other_weight) if weight and other_weight else 0.0

    def _weigh(self, words: frozenset[str]) -> float:
        return sum(self._weights.get(word, _UNKNOWN_WORD) for word in words)


def _words(text: str) -> frozenset[str]:
    found = re.findall(r"[^\W_]+", text.lower())
    return frozenset(word for word in found if word not in _EMPTY_WORDS)
