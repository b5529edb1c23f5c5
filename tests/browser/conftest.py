"""A real Chromium and small real apps."""

from __future__ import annotations

import logging
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from grader.browser import Browser, find

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from _typeshed.wsgi import WSGIApplication
    from flask import Flask

    from grader.browser import Visitor


@contextmanager
def serving(app: WSGIApplication) -> Iterator[str]:
    """Serve an app on a free port; gives its origin as a browser is told it."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads, server.block_on_close = True, False  # a slow view does not hold up the next test
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)  # it looks so often for its end
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with Browser.launch(find()) as launched:
        yield launched


@pytest.fixture
def serve() -> Iterator[Callable[[Flask], str]]:
    with ExitStack() as servers:
        yield lambda app: servers.enter_context(serving(app))


@pytest.fixture
def visit(browser: Browser, serve: Callable[[Flask], str]) -> Iterator[Callable[..., Visitor]]:
    """Open a browser profile on an app."""
    with ExitStack() as visitors:
        yield lambda app, **options: visitors.enter_context(browser.open(serve(app), **options))


class _Stage:
    """Serves one app after the other at one address."""

    app: WSGIApplication

    def __call__(self, *request: Any) -> Iterable[bytes]:
        return self.app(*request)


@pytest.fixture(scope="module")
def _profile(browser: Browser) -> Iterator[tuple[_Stage, Visitor]]:
    stage = _Stage()
    with serving(stage) as origin, browser.open(origin) as visitor:
        yield stage, visitor


@pytest.fixture
def revisit(_profile: tuple[_Stage, Visitor]) -> Callable[[Flask], Visitor]:
    """Have a browser profile that has forgotten all go to an app: costs half of what a new one does."""
    stage, visitor = _profile

    def forget_all_before(app: Flask) -> Visitor:
        stage.app = app
        visitor.forget()
        return visitor

    return forget_all_before
