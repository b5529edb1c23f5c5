"""Closing pages of the browser that tests look with."""

from __future__ import annotations

from contextlib import suppress

from playwright.sync_api import Error, Page


def close(page: Page) -> None:
    """Close a page that goes nowhere: one that is on its way to another Chromium may forget, and Playwright waits."""
    with suppress(Error):
        page.goto("about:blank")
    page.close()
