"""The student's app, running in a jail and looked at from outside.

What is here is loaded when it is first asked for: the app's Python is started before most of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.site.cookies import CookieJar, SetCookie
    from grader.site.isolation import choose_isolation
    from grader.site.limits import RunLimits
    from grader.site.messages import Route, RunCall
    from grader.site.process import AppLost, AppProcess
    from grader.site.reply import Reply
    from grader.site.site import Site
    from grader.site.starting import Starter

__all__ = [
    "AppLost",
    "AppProcess",
    "CookieJar",
    "Reply",
    "Route",
    "RunCall",
    "RunLimits",
    "SetCookie",
    "Site",
    "Starter",
    "choose_isolation",
]
_IN_MODULE = {
    "cookies": ("CookieJar", "SetCookie"),
    "isolation": ("choose_isolation",),
    "limits": ("RunLimits",),
    "messages": ("Route", "RunCall"),
    "process": ("AppLost", "AppProcess"),
    "reply": ("Reply",),
    "site": ("Site",),
    "starting": ("Starter",),
}


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    for module, names in _IN_MODULE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
