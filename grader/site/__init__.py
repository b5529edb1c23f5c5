"""The running app as whoever writes a check sees it: its pages, cookies, routes and code.

What is here is loaded when it is first asked for: the app's Python is started before most of it.
May import ``sandbox/`` and all before it.  Begin reading at `grader.site.site`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.machine.lazy import load_when_asked

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
__getattr__ = load_when_asked(__name__, {"cookies": ("CookieJar", "SetCookie"), "reply": ("Reply",), "site": ("Site",)})
