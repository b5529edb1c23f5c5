"""Whether a browser on this machine shows pages, found out by having it show one: ``grader doctor``."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

from grader.browser.installed import HOW_TO_GET_ONE, find_all
from grader.browser.launching import Browser
from grader.browser.shown_page import BrowserCrashed
from grader.machine.clock import MachineTooSlow
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.browser.installed import FoundBrowser

_WORDS = "The browser shows this page."
_COOKIE = "shown"


@dataclass(frozen=True)
class Working:
    """A browser that has shown a page.

    Parameters
    ----------
    version
        Its kind and version, for people.
    failures
        Why the better ones do not start that were tried before it.
    """

    found: FoundBrowser
    version: str
    failures: tuple[MachineFault, ...]


def try_out() -> Working:
    """Open a page in the browser that would be used, and look at what it shows and at its cookies.

    Raises
    ------
    MachineFault
        There is none, none starts, or it shows no page.
    """
    with Browser.launch(*find_all()) as browser:
        try:
            version = browser.version
            problem = _look(browser)
        except (BrowserCrashed, MachineTooSlow) as error:
            problem = str(error).rstrip(".") or type(error).__name__
        if problem:
            raise MachineFault(
                f"The browser {browser.found.path} starts, but shows no page: {problem}.",
                hint=HOW_TO_GET_ONE,
            )
        return Working(browser.found, version, tuple(browser.failures))


def _look(browser: Browser) -> str:
    """Visit a page; return what is wrong with it, nothing if it is as it was sent."""
    with _serving() as origin, browser.open(origin) as visitor:
        page = visitor.visit("/")
        if page.problem:
            return f"it {page.problem}"
        if page.text.strip() != _WORDS:
            return f"it shows {page.text.strip() or 'nothing'!r}"
        return "" if visitor.cookie(_COOKIE) else "it keeps no cookie"


class _OnePage(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Set-Cookie", f"{_COOKIE}=yes")
        self.end_headers()
        self.wfile.write(f"<!doctype html><title>grader doctor</title><p>{_WORDS}".encode())

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def _serving() -> Iterator[str]:
    """Serve the page; gives its origin as a browser is told it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _OnePage) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
