"""Text compared as the handout means it: by its words, not by its typing.

Letter case, white space, punctuation and quotes do not count: the handout itself writes both "Cookie not found!" and
"Cookie Not Found!".
"""

from __future__ import annotations

import unicodedata


def squeeze(text: str) -> str:
    """Return only the letters and digits of ``text``, without regard to case or typographic form."""
    return "".join(character for character in unicodedata.normalize("NFKC", text).casefold() if character.isalnum())


def displays(shown: str, words: str) -> bool:
    """Whether ``words`` stand in ``shown``; other text around them is fine."""
    return squeeze(words) in squeeze(shown)


def excerpt(text: str, length: int = 120) -> str:
    """Return ``text`` on one line, cut to about ``length`` characters, to quote in a message."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"
