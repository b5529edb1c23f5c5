"""The server that takes the place of those that an app may call, on the socket that the grader made.

There is no second socket to try it on: what keeps a server from starting in real life is raised here as it is there.
"""

# ruff: noqa: PTH110 - as in main.py

from __future__ import annotations

import errno
import faulthandler
import os
import socket
import sys
import threading

from . import renderings
from .children import end_daemons, wait_for_children
from .ending import sleep_for_ever
from .exceptions import describe
from .flask_apps import describe_app, flask_app_of
from .lifetime import Lifetime
from .line_watch import Abandoned, Request, watch
from .reporter import LONGEST_NAME, LONGEST_TEXT, MOST_ROUTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, NoReturn

    from .children import Sign
    from .reporter import Facts, Reporter
    from .students_folder import Folder

RUN_OPTIONS = {
    *("use_debugger", "use_evalex", "extra_files", "exclude_patterns", "reloader_interval", "reloader_type"),
    *("threaded", "processes", "request_handler", "static_files", "passthrough_errors", "ssl_context"),
}
BINDING_OPTIONS = {"threaded", "processes", "ssl_context"}
LONGEST_PAGE = 5_000_000
SERVER_ERROR = "5"
HIGHEST_PORT = 65535


class Watched:
    """The WSGI app, with a record of the requests it is at work on."""

    def __init__(self, application: Any, server: AppServer) -> None:
        self.application = application
        self.report = server.report
        self.folder = server.folder
        self.renderings = server.renderings
        self.busy: dict[int, Request] = {}

    def __call__(self, environ: Facts, start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Answer a request; it is being worked on until the last piece of the body is out."""

        def start(status: str, *arguments: Any) -> Any:
            if status.startswith(SERVER_ERROR):
                self.report("server-error")  # the exception, if there was one, has been reported before
            return start_response(status, *arguments)

        thread = threading.get_ident()
        path = environ.get("PATH_INFO", "")
        self.busy[thread] = Request(environ.get("REMOTE_PORT"), environ.get("werkzeug.socket"))
        self.renderings.begin()
        body, is_left = bytearray(), False
        try:
            pieces = self.application(environ, start)
            try:
                for piece in pieces:
                    if self.renderings.found and len(body) < LONGEST_PAGE:
                        body += piece
                    yield piece
            finally:
                getattr(pieces, "close", lambda: None)()
        except Exception as error:  # Flask tells of none from outside the views: of teardown_request, after_request …
            self.report("exception", **describe(error, self.folder))
            self.report("server-error")
            raise
        except Abandoned:
            is_left = True
            raise
        except SystemExit as error:  # ends the thread and nothing else: the browser gets no answer
            self.report("busy", **describe(error, self.folder))
            raise
        finally:
            self.busy.pop(thread, None)
            files, from_text = self.renderings.on(body.decode("utf-8", "replace"))
            asked = path.encode("latin-1", "replace").decode("utf-8", "replace")[:LONGEST_TEXT]  # PEP 3333
            if not is_left:  # who asks for the same page by now would take it for the answer
                self.report("answered", path=asked, files=files[:MOST_ROUTES], from_text=from_text)


class AppServer:
    """Takes the place of the servers that a student's app may call, on the socket that was handed in."""

    def __init__(self, listener: socket.socket, report: Reporter, folder: Folder, sign: Sign) -> None:
        self.listener = listener
        self.sign = sign
        self.report = report
        self.folder = folder
        self.renderings = renderings.Renderings(folder.shown)
        self.watched: Watched | None = None
        self.serving = threading.Event()
        self.lifetime = Lifetime(folder)

    def run_simple(
        self, hostname: str, port: int, application: Any, use_reloader: bool = False, *_more: Any, **options: Any
    ) -> None:
        """Stand in for `werkzeug.serving.run_simple`, to which `Flask.run` comes in the end."""
        for name in options.keys() - RUN_OPTIONS:
            raise TypeError(f"run_simple() got an unexpected keyword argument {name!r}")
        if not isinstance(port, int):
            raise TypeError("port must be an integer")
        if options.get("static_files"):
            from werkzeug.middleware.shared_data import SharedDataMiddleware

            application = SharedDataMiddleware(application, options["static_files"])
        bound = {name: options[name] for name in BINDING_OPTIONS & options.keys()}
        try:
            require_possible(hostname, port, **bound)
        except Exception as error:
            if not self.report.speaks:
                self.report.write("child-failed", describe(error, self.folder))
            raise
        if use_reloader and threading.current_thread() is not threading.main_thread():
            raise ValueError("signal only works in main thread of the main interpreter")
        self.serve(application, port)

    def make_server(self, host: str, port: Any, app: Any, *_arguments: Any, **_options: Any) -> LaterServer:
        """Stand in for the ``make_server`` of `werkzeug.serving` and `wsgiref.simple_server`."""
        if isinstance(port, int):
            require_possible(host or "", port)
        return LaterServer(self, app, port)

    def serve(self, application: Any, port: Any) -> NoReturn:
        """Serve the app as it stands now; never returns, as in real life."""
        caller = self.folder.stack(sys._getframe(1))  # noqa: SLF001
        where = caller[-1] if caller else {"file": None, "line": None, "text": ""}
        run = {"port": port_number(port), **where}
        self.lifetime.hold(run)
        self.start(application, run)

    def start(self, application: Any, run: Facts | None) -> NoReturn:
        """Announce the app and answer requests for ever; a second server only waits, there is one socket."""
        if self.serving.is_set() or self.sign.is_given():
            sleep_for_ever()
        self.serving.set()
        self.sign.give()
        if not self.report.speaks:
            self.report.take_over()
            self.watch(None)
        from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer

        flask_app = flask_app_of(application)
        if flask_app is not None:
            self.report_exceptions()
        self.watched = Watched(application, self)
        server: BaseWSGIServer = ThreadedWSGIServer("127.0.0.1", 0, self.watched, fd=self.listener.fileno())
        ended = self.lifetime.ended if run is None else None
        self.report("serving", run=run, ended=ended, **describe_app(flask_app, self.folder))
        server.serve_forever()
        sleep_for_ever()

    def watch(self, stuck: float | None) -> None:
        """Begin to say which line is being run."""
        if stuck is not None:  # a line that never lets go may come before that thread does
            faulthandler.dump_traceback_later(stuck, file=self.report.channel)
        arguments = (self.busy, self.report, self.folder, stuck)
        threading.Thread(target=watch, args=arguments, name="grader", daemon=True).start()

    def busy(self) -> dict[int, Request] | None:
        """Return the threads at work, and what at; None where another process serves."""
        if self.watched is not None:
            return dict(self.watched.busy)
        main = {threading.main_thread().ident or 0: Request()}
        return main if not self.sign.is_given() or self.serving.is_set() else None

    def wait_for_the_rest(self) -> None:
        """Do what Python does at the end of a program; returns where nothing lives on that serves."""
        if self.report.speaks:
            self.lifetime.wait_for_threads(self.serving)
            if end_daemons() and self.lifetime.ended is None:
                self.lifetime.ended = {"run": None}
            wait_for_children(self.sign)
            if self.sign.is_given():
                sleep_for_ever()

    def report_exceptions(self) -> None:
        """Say which exceptions leave a view, so that the student can be shown the line."""
        from flask import got_request_exception

        def tell(_sender: Any, exception: BaseException, **_extra: Any) -> None:
            self.report("exception", **describe(exception, self.folder))

        self.tell = tell  # signals hold their receivers weakly
        got_request_exception.connect(tell)


class LaterServer:
    """A server that is made first and started with ``serve_forever``."""

    def __init__(self, server: AppServer, application: Any, port: Any) -> None:
        self.server, self.application, self.port = server, application, port

    def serve_forever(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Serve what the server was made for."""
        self.server.serve(self.application, self.port)

    handle_request = serve_forever

    def __enter__(self) -> LaterServer:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass


def port_number(port: Any) -> int | str:
    """Return a port as a number where it is one, as text otherwise."""
    try:
        return int(port)
    except (TypeError, ValueError):
        return str(port)[:LONGEST_NAME]


def require_possible(
    host: Any, port: int, *, threaded: Any = False, processes: Any = 1, ssl_context: Any = None
) -> None:
    """Raise what Werkzeug raises for arguments with which no server can start, in its order, on whichever machine.

    That this machine has not the address, or may not take the port, is no reason.
    """
    from werkzeug import serving

    if threaded and processes > 1:
        raise ValueError("Cannot have a multi-thread and multi-process server.")
    family = serving.select_address_family(host, port)
    if family == serving.af_unix:
        return
    require_address(host, family)
    if not 0 <= port <= HIGHEST_PORT:
        raise OverflowError("bind(): port must be 0-65535.")
    if isinstance(ssl_context, tuple):
        try:
            serving.load_ssl_context(*ssl_context)
        except FileNotFoundError as error:  # which one, OpenSSL does not say
            error.filename = next((str(each) for each in ssl_context if each and not os.path.exists(each)), None)
            raise
    elif ssl_context == "adhoc":
        serving.generate_adhoc_ssl_context()
    elif ssl_context is not None:
        ssl_context.wrap_socket  # noqa: B018 - a text has none


def require_address(host: str, family: int) -> None:
    """Raise what the system says of a host that is no address; no server of names is asked, which only some have."""
    if host.lower() in {"", "localhost", socket.gethostname().lower()}:
        return
    try:
        found = socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    except socket.gaierror:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known", host) from None
    first, *rest = str(found[0][4][0]).split(".")
    if first == "0" and set(rest) > {"0"}:  # what becomes of `app.run('88')`
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address", host)
