"""Text compared as the handout means it: by its words, not by its typing.

Letter case, white space, punctuation and quotes do not count: the handout itself writes both "Cookie not found!" and
"Cookie Not Found!".  A course may accept other words in place of the handout's: `accepting` says which.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MANY_MARKS = re.compile(r"(\W{30})\W+")
_accepted: ContextVar[Mapping[str, Sequence[str]]] = ContextVar("accepted", default=MappingProxyType({}))


def squeeze(text: str) -> str:
    """Return only the letters and digits of ``text``, without regard to case or typographic form.

    Normalising takes time with the square of the accents in a row, and nothing can interrupt it; so they are bounded,
    as in Unicode's stream-safe format (UAX #15).
    """
    normal = text if text.isascii() else unicodedata.normalize("NFKC", _MANY_MARKS.sub(r"\1", text))
    return "".join(character for character in normal.casefold() if character.isalnum())


def displays(shown: str, words: str) -> bool:
    """Whether ``words``, or others that are accepted in their place, stand in ``shown``; text around them is fine."""
    text = squeeze(shown)
    return any(form in text for form in forms(squeeze(words)))


@contextmanager
def accepting(wordings: Mapping[str, Sequence[str]]) -> Iterator[None]:
    """Accept other words in place of the handout's, until the block ends, in this thread.

    Parameters
    ----------
    wordings
        For the handout's words, those that are as good.

    """
    before = _accepted.set(wordings)
    try:
        yield
    finally:
        _accepted.reset(before)


def as_asked(shown: str, words: str) -> str:
    """Return ``shown`` with the handout's words wherever others stand that are accepted in their place."""
    for other in _accepted.get().get(words, ()):
        pattern = r"[\W_]*".join(re.escape(character) for character in squeeze(other))
        shown = re.sub(pattern, lambda _: words, shown, flags=re.IGNORECASE)
    return shown


def forms(squeezed: str) -> Iterator[str]:
    """Yield the words and what is accepted in their place, where these words are all or a part of them."""
    yield squeezed
    for asked, others in _accepted.get().items():
        if (part := squeeze(asked)) in squeezed:
            yield from (squeezed.replace(part, squeeze(other)) for other in others)


def excerpt(text: str, length: int = 120) -> str:
    """Return ``text`` on one line, cut to about ``length`` characters, to quote in a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def listed(names: Sequence[str], most: int) -> str:
    """Name some of many: ``a, b, c and 4 more``.

    Parameters
    ----------
    most
        How many are named.

    """
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
