"""Text compared as the handout means it: by its words, not by its typing.

Letter case, white space, punctuation and quotes do not count: the handout itself writes both "Cookie not found!" and
"Cookie Not Found!".  A course may accept other words in place of the handout's: `accepting` says which.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager

_T = TypeVar("_T")
_MANY_MARKS = re.compile(r"(\W{30})\W+")
_ASCII_MARKS = {ord(sign): None for sign in map(chr, range(128)) if not sign.isalnum()}
_accepted: ContextVar[Mapping[str, Sequence[str]]] = ContextVar("accepted", default=MappingProxyType({}))
_asked: ContextVar[list[WordsQuestion] | None] = ContextVar("asked", default=None)
_supposed: ContextVar[str | None] = ContextVar("supposed", default=None)


@dataclass(frozen=True)
class WordsQuestion:
    """A question about words that was asked, with its answer: other words may be accepted later, and change it.

    ``displayed`` asks whether the words stand there, ``as-asked`` for the text with the handout's words.
    """

    kind: Literal["displayed", "as-asked"]
    words: str
    shown: str
    answer: bool | str

    def is_answered_alike(self) -> bool:
        """Whether the answer is still the same, with the words that are accepted now."""
        if self.kind == "displayed":
            return displays(self.shown, self.words) is self.answer
        return as_asked(self.shown, self.words) == self.answer


@contextmanager
def _set(variable: ContextVar[_T], value: _T) -> Iterator[None]:
    before = variable.set(value)
    try:
        yield
    finally:
        variable.reset(before)


@contextmanager
def noting() -> Iterator[list[WordsQuestion]]:
    """Note what is asked about words, until the block ends, in this thread."""
    asked: list[WordsQuestion] = []
    with _set(_asked, asked):
        yield asked


def supposing(words: str | None) -> AbstractContextManager[None]:
    """Suppose that every page that displays anything displays these words of the handout, until the block ends."""
    return _set(_supposed, words)


def squeeze(text: str) -> str:
    """Return only the letters and digits of ``text``, without regard to case or typographic form.

    Normalising takes time with the square of the accents in a row, and nothing can interrupt it; so they are bounded,
    as in Unicode's stream-safe format (UAX #15).
    """
    if text.isascii():
        return text.lower().translate(_ASCII_MARKS)  # a tenth of the time
    normal = unicodedata.normalize("NFKC", _MANY_MARKS.sub(r"\1", text))
    return "".join(character for character in normal.casefold() if character.isalnum())


def displays(shown: str, words: str) -> bool:
    """Whether ``words``, or others that are accepted in their place, stand in ``shown``; text around them is fine."""
    text, wanted, supposed = squeeze(shown), squeeze(words), _supposed.get()
    answer = any(form in text for form in forms(wanted))
    if supposed is not None and text and squeeze(supposed) in wanted:
        answer = True
    _note(WordsQuestion("displayed", words, shown, answer))
    return answer


def _note(asked: WordsQuestion) -> None:
    if (notes := _asked.get()) is not None:
        notes.append(asked)


def accepting(wordings: Mapping[str, Sequence[str]]) -> AbstractContextManager[None]:
    """Accept other words in place of the handout's, until the block ends, in this thread.

    `wordings` has for the handout's words those that are as good.
    """
    return _set(_accepted, wordings)


def as_asked(shown: str, words: str) -> str:
    """Return ``shown`` with the handout's words wherever others stand that are accepted in their place."""
    now = shown
    for other in _accepted.get().get(words, ()):
        pattern = r"[\W_]*".join(re.escape(character) for character in squeeze(other))
        now = re.sub(pattern, lambda _: words, now, flags=re.IGNORECASE)
    _note(WordsQuestion("as-asked", words, shown, now))
    return now


def forms(squeezed: str) -> Iterator[str]:
    """Yield the words and what is accepted in their place, where these words are all or a part of them."""
    yield squeezed
    for asked, others in _accepted.get().items():
        if (part := squeeze(asked)) in squeezed:
            yield from (squeezed.replace(part, squeeze(other)) for other in others)


def _seen(sign: str) -> str:
    """Return what a person takes a sign for: a blank of any kind for a blank, and nothing for what has no width."""
    kind = unicodedata.category(sign)
    return "" if kind == "Cf" else " " if kind == "Zs" else sign


def foreign_letter(written: str, asked: str) -> str | None:
    """Return what to do about a sign that nobody sees or that only looks like the one asked for, if there is one."""
    unseen = next((sign for sign in written if unicodedata.category(sign) in {"Cf", "Zs"} and sign != " "), None)
    if unseen is not None and "".join(_seen(sign) for sign in written).strip() == asked:
        name = unicodedata.name(unseen, "a sign").lower()
        return f"It holds a sign that nobody sees, a {name} (U+{ord(unseen):04X}): type it again."
    odd = [letter for letter, right in zip(written, asked, strict=False) if letter != right]
    if len(written) != len(asked) or not odd or any(letter.isascii() for letter in odd):
        return None
    alphabet = unicodedata.name(odd[0], "LATIN").partition(" ")[0]
    return None if alphabet == "LATIN" else f"Its {odd[0]} is a {alphabet.title()} letter: type the name again."


def without_accents(text: str) -> str:
    """Return ``text`` without accents and case: to sort names, and to find what somebody has typed."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def excerpt(text: str, length: int = 120) -> str:
    """Return ``text`` on one line, cut to about ``length`` characters, to quote in a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def listed(names: Sequence[str], most: int) -> str:
    """Name some of many: ``a, b, c and 4 more``.

    `most` is how many are named.
    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
