"""The running app as whoever writes a check sees it: its pages, cookies, routes and code.

What is here is loaded when it is first asked for: the app's Python is started before most of it.
May import ``sandbox/`` and all before it.  Begin reading at `grader.site.site`.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.site.cookies import CookieJar, SetCookie
    from grader.site.reply import Reply
    from grader.site.site import Site

__all__ = [
    "CookieJar",
    "Reply",
    "SetCookie",
    "Site",
]
_IN_MODULE = {
    "cookies": ("CookieJar", "SetCookie"),
    "reply": ("Reply",),
    "site": ("Site",),
}


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    for module, names in _IN_MODULE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
