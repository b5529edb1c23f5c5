"""What a request asks for, read strictly: what is not as the page sends it is refused."""

from __future__ import annotations

import math
from typing import Any

from flask import abort, request

_LONGEST = 4000
_MOST_ITEMS = 5000


class JsonRequest:
    """The JSON object of a request, or of one of its items."""

    def __init__(self, data: Any) -> None:
        if not isinstance(data, dict):
            abort(400)
        self._data = data

    @classmethod
    def here(cls) -> JsonRequest:
        """Read the request that is being answered."""
        try:
            return cls(request.get_json())
        except RecursionError:
            abort(400)

    def text(self, name: str, *, otherwise: str | None = None) -> str:
        """Return a text; where it may be left out, what it is then."""
        found = self._data.get(name, otherwise)
        if not isinstance(found, str) or len(found) > _LONGEST:
            abort(400)
        return found

    def optional(self, name: str) -> str | None:
        """Return a text that may be left out."""
        return None if self._data.get(name) is None else self.text(name)

    def flag(self, name: str) -> bool:
        """Return yes or no."""
        found = self._data.get(name)
        if not isinstance(found, bool):
            abort(400)
        return found

    def number(self, name: str) -> float | None:
        """Return a number that may be left out."""
        found = self._data.get(name)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, (int, float)):
            abort(400)
        try:
            asked = float(found)
        except OverflowError:
            abort(400)
        return asked if math.isfinite(asked) else abort(400)

    def whole(self, name: str) -> int | None:
        """Return a whole number that may be left out."""
        found = self.number(name)
        if found is not None and not found.is_integer():
            abort(400)
        return None if found is None else int(found)

    def items(self, name: str) -> list[JsonRequest]:
        """Return what is in a list that holds something."""
        found = self._data.get(name)
        if not isinstance(found, list) or not 0 < len(found) <= _MOST_ITEMS:
            abort(400)
        return [JsonRequest(each) for each in found]
