"""Running the student's app: in a jail where there is one, within limits, and what went wrong in words.

What is here is loaded when it is first asked for: the app's Python is started before most of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.sandbox.isolation import choose_isolation
    from grader.sandbox.limits import RunLimits
    from grader.sandbox.messages import RunCall
    from grader.sandbox.process import AppLost, AppProcess
    from grader.sandbox.starting import AppStarter

__all__ = [
    "AppLost",
    "AppProcess",
    "AppStarter",
    "RunCall",
    "RunLimits",
    "choose_isolation",
]
_IN_MODULE = {
    "isolation": ("choose_isolation",),
    "limits": ("RunLimits",),
    "messages": ("RunCall",),
    "process": ("AppLost", "AppProcess"),
    "starting": ("AppStarter",),
}


def __getattr__(name: str) -> object:
    """Load what is asked for (PEP 562)."""
    for module, names in _IN_MODULE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
