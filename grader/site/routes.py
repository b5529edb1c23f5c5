"""Which of an app's routes a path belongs to, and a path for each of them."""

from __future__ import annotations

import difflib
import re
from fnmatch import fnmatchcase
from glob import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.places import Route

_EXAMPLES = {"IntegerConverter": "1", "FloatConverter": "1.5", "UUIDConverter": "12345678-1234-5678-1234-567812345678"}


def route_of(path: str, routes: Sequence[Route]) -> Route | None:
    """Return the route that answers a visit of a path, with or without a slash at its end."""
    rules = sorted(routes, key=lambda route: ("GET" not in route.methods, len(route.arguments)))
    return next((route for route in rules if _answers(route.rule, path)), None)


def similar_to(path: str, routes: Sequence[Route]) -> Route | None:
    """Return the route that was probably meant to be a path: below a prefix, another spelling, or nearly so."""
    below = next((route for route in routes if route.rule.rstrip("/").endswith(path) and path != "/"), None)
    if below is not None:
        return below
    by_letters = {re.sub(r"[^a-z]", "", route.rule.lower()): route for route in reversed(routes)}
    near = difflib.get_close_matches(re.sub(r"[^a-z]", "", path.lower()), by_letters, n=1, cutoff=0.75)
    return by_letters[near[0]] if near else None


def example_of(route: Route) -> str:
    """Return a path for a rule, its variable parts filled in."""
    filled = [
        _EXAMPLES.get(route.arguments.get(part[1:-1].rpartition(":")[2], ""), "name") if part.startswith("<") else part
        for part in _parts(route.rule)
    ]
    return "".join(filled)


def _answers(rule: str, path: str) -> bool:
    """Whether a rule is that of a path, with or without a slash at its end; a variable part has no slash in it."""
    pattern = "".join("?*" if part.startswith("<") else escape(part) for part in _parts(rule)).rstrip("/").split("/")
    pieces = path.removesuffix("/").split("/")
    return len(pattern) == len(pieces) and all(map(fnmatchcase, pieces, pattern))


def _parts(rule: str) -> list[str]:
    return [part for part in re.split(r"(<[^>]*>)", rule) if part]
