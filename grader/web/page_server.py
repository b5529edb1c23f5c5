"""The server: on this machine alone, until somebody ends it or nobody looks any more."""

from __future__ import annotations

import errno
import socket
import sys
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from grader.model.faults import InputError
from grader.web.app import make_app
from grader.web.guard import Guard
from grader.web.open_pages import PATIENCE, OpenPages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from grader.web.desk import Desk

HOST = "127.0.0.1"
PORT = 8321
_PORTS = 40
_MOST_CONNECTIONS = 100
_SLOWEST = 30.0
"""Seconds for which a connection may keep a thread without a word."""
_LOOK_SECONDS = 0.25
_PATIENCE = 10.0
"""Seconds for which answers that are under way at the end are waited for: a zip of reports, on a slow disk."""
_MOMENT = 0.05


class _Handler(WSGIRequestHandler):
    timeout = _SLOWEST
    server: _Threads
    server_version, sys_version = "grader", ""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - Werkzeug's name
        """Write nothing: each line would hold the secret of the address."""

    def run_wsgi(self) -> None:
        with self.server.answering():
            super().run_wsgi()


class _Threads(ThreadedWSGIServer):
    """A thread for each connection, and no more connections than a person's browser has."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, listening: socket.socket, app: Flask) -> None:
        self._room = threading.BoundedSemaphore(_MOST_CONNECTIONS)
        self._answers, self._under_way = threading.Condition(), 0
        self._open: set[socket.socket] = set()
        super().__init__(HOST, listening.getsockname()[1], app, _Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        self._open.add(request)
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._open.discard(request)
            self._room.release()

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Count an answer as long as it is under way."""
        with self._answers:
            self._under_way += 1
        try:
            yield
        finally:
            with self._answers:
                self._under_way -= 1
                self._answers.notify_all()

    def wait_for_answers(self, pages: OpenPages) -> None:
        """Wait until all answers have been sent but those that last as long as a page listens; not for ever."""
        until = time.monotonic() + _PATIENCE
        with self._answers:
            while self._under_way > pages.listening and time.monotonic() < until:
                self._answers.wait(_MOMENT)

    def hang_up(self) -> None:
        """Close all connections: browsers keep some ready, and would ask the next server at this port by them."""
        for request in tuple(self._open):
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of connections that ended early; what a view raises is logged by the app."""


class PageServer:
    """The page of a desk, being served: on `port`, or else the first free one.

    Once `end` is set, `run` returns soon; with `keep` it stays when the last page was closed.  Raises `InputError`: the
    port is taken, or none is free.
    """

    def __init__(self, desk: Desk, *, port: int | None, keep: bool = False) -> None:
        self.guard, self.pages, self.end = Guard(), OpenPages(), threading.Event()
        self._keep = keep
        self._socket = _listen(port)
        self._server = _Threads(self._socket, make_app(desk, self.guard, self.pages, self.end.set))
        self.port: int = self._socket.getsockname()[1]
        self.origin = f"http://{HOST}:{self.port}"
        self.address = f"{self.origin}{self.guard.start}"

    def run(self) -> None:
        """Serve until it is to end, or nobody has looked for ten minutes."""
        serving = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="web", daemon=True)
        serving.start()
        try:
            while not self.end.wait(_LOOK_SECONDS):
                if not self._keep and self.pages.away() > PATIENCE:
                    break
        finally:
            self._server.shutdown()
            self._server.wait_for_answers(self.pages)
            self._server.hang_up()
            self._server.server_close()
            self._socket.close()


def _listen(port: int | None) -> socket.socket:
    ports = range(PORT, PORT + _PORTS) if port is None else (port,)
    for wanted in (*ports, *((0,) if port is None else ())):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if sys.platform == "win32":  # there, SO_REUSEADDR lets others listen as well
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, wanted))
            listening.listen(_MOST_CONNECTIONS)
        except OSError as error:
            listening.close()
            if port is None:
                continue
            raise _taken(port, error) from error
        return listening
    raise InputError("No port of this machine is free.", hint="Name one with --port.")


def _taken(port: int, error: OSError) -> InputError:
    if error.errno == errno.EACCES:
        return InputError(f"Port {port} may only be used by root.", hint="Name one above 1023, or leave --port out.")
    return InputError(
        f"Port {port} is taken by another program.", hint="Name another one, or leave --port out: a free one is found."
    )
