"""The comment at the end of each template by which a page made from it is known; students never see it quoted."""

from __future__ import annotations

import re
import secrets

LEFT_WHERE_NOT_RENDERED = "{#.#}"
_DIGITS = 24
_MARK = re.compile(
    rf"<!--[0-9a-f]{{{_DIGITS}}}(\{{#\.#\}})?(-->|-{{0,2}}$)"  # whole, or cut off in its end
    rf"|<!--[0-9a-f]{{1,{_DIGITS}}}[{{#.}}]*$"  # cut off before
)


def new_mark() -> str:
    """Return how a comment begins that no page has by chance."""
    return f"<!--{secrets.token_hex(_DIGITS // 2)}"


def without_marks(text: str) -> str:
    """Return a text as it was before a mark was put there."""
    return _MARK.sub("", text)
