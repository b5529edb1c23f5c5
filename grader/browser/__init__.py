"""A real Chromium: finding it, launching it, visiting pages, its cookie store, screenshots.

What each name needs is loaded when it is asked for; Playwright and asyncio by the thread that starts the browser.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.machine.lazy import load_when_asked

if TYPE_CHECKING:
    from grader.browser.installed import FoundBrowser, find, find_all
    from grader.browser.launching import Browser
    from grader.browser.shown_page import BrowserCrashed, Page
    from grader.browser.visitor import Visitor

__all__ = ["Browser", "BrowserCrashed", "FoundBrowser", "Page", "Visitor", "find", "find_all"]
__getattr__ = load_when_asked(
    __name__,
    {
        "installed": ("FoundBrowser", "find", "find_all"),
        "launching": ("Browser",),
        "shown_page": ("BrowserCrashed", "Page"),
        "visitor": ("Visitor",),
    },
)
