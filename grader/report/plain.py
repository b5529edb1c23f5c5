r"""Text by strangers, shown as text: the one place where every format makes it safe and bounded.

Whatever can move a cursor, turn the direction of writing, hide, or break XML is shown as an escape such as ``\x1b`` or
``\u202e``: visible, the same in every format, and within every encoding.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters, but for tab and line feed
    "\u00ad\u200b\u2060-\u2065\ufeff\U000e0000-\U000e007f"  # no width, or shown only sometimes
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # direction of writing
    "\u2028\u2029\ufff9-\ufffb\ufffe\uffff\ud800-\udfff"  # line separators, and what is no character
    "]"
)
_CODE = re.compile(r"`([^`\n]+)`")
_SLACK = 60  # more than the words that say how much is missing, so that a text is never cut twice
_TWO_DIGITS, _FOUR_DIGITS = 0xFF, 0xFFFF


def visible(text: str) -> str:
    r"""Make control, bidirectional and invisible characters visible.

    Parameters
    ----------
    text
        Anything, lone surrogates included.

    Returns
    -------
    str
        The same text where every such character is an escape (``\x1b``, ``\u202e``); line ends become line feeds.
    """
    return _UNSEEN.sub(_escape, text.replace("\r\n", "\n"))


def clip(text: str, limit: int = 2000, lines: int = 40) -> str:
    """Cut a text that is too long to be read, and say how much is missing.

    Parameters
    ----------
    limit, lines
        The most characters and lines that are kept; a text that is hardly longer is kept whole.
    """
    kept = text if len(text) <= limit + _SLACK else text[:limit]
    kept = "\n".join(kept.split("\n", lines)[:lines])
    missing = len(text) - len(kept)
    return f"{kept} … ({missing:,} more characters)" if missing else kept


def shown(text: str, limit: int = 2000, lines: int = 40) -> str:
    """Make a text both bounded and visible, as every format does before it shows one."""
    return visible(clip(text, limit, lines))


def code_pieces(text: str) -> list[tuple[str, bool]]:
    """Split a sentence at its backticks: pieces of text, and whether each is code."""
    pieces = _CODE.split(text)
    return [(piece, index % 2 == 1) for index, piece in enumerate(pieces) if piece]


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code <= _TWO_DIGITS:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= _FOUR_DIGITS else f"\\U{code:08x}"
