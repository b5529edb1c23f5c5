"""A real Chromium: finding it, launching it, visiting pages, its cookie store, screenshots.

Importing this costs next to nothing: Playwright and asyncio are imported by the thread that starts the browser.
"""

from grader.browser.installed import FoundBrowser, find, find_all
from grader.browser.launching import Browser
from grader.browser.shown_page import BrowserCrashed, Page
from grader.browser.visitor import Visitor

__all__ = ["Browser", "BrowserCrashed", "FoundBrowser", "Page", "Visitor", "find", "find_all"]
