"""What runs in the jail: loads app.py as ``python app.py`` would, and serves it on a socket made by the grader.

This file is handed to a bare Python, with `confinement` beside it; it imports nothing else of the grader.  Nothing that
it says is believed: the grader, outside, judges by what it sees over HTTP and by the source.

The job comes in on standard input: a line of JSON, then the content of the files one after the other.  Reports go out
as lines of JSON on what was standard output, and between them what `faulthandler` writes when Python itself is stuck
or crashes; the app's own output goes to standard error.
"""

# Plain os.path instead of pathlib, imports where they are used: this file's time to start is paid for every submission.
# ruff: noqa: PTH103, PTH110, PTH117, PTH118, PTH119, PTH120, PTH123, PTH208, SIM105

from __future__ import annotations

import sys

PYTHONS_OWN = frozenset(sys.modules)  # what `python app.py` has loaded before any file of the student's is looked at

import builtins  # noqa: E402
import errno  # noqa: E402
import faulthandler  # noqa: E402
import functools  # noqa: E402
import importlib.machinery  # noqa: E402
import importlib.util  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import re  # noqa: E402
import socket  # noqa: E402
import threading  # noqa: E402
import time  # noqa: E402
import traceback  # noqa: E402
import types  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any, BinaryIO, NoReturn

    Facts = dict[str, Any]

RUN_OPTIONS = {
    *("use_evalex", "extra_files", "exclude_patterns", "reloader_interval", "reloader_type", "threaded", "processes"),
    *("request_handler", "static_files", "passthrough_errors", "ssl_context"),
}
MOST_FRAMES = 20
MOST_ROUTES = 200
MOST_NAMES = 20
LONGEST_TEXT = 2000
LONGEST_NAME = 200
LONGEST_PAGE = 5_000_000
HEARTBEAT = 0.5
STUCK = 1.5
GRACE_FOR_THREADS = 2.0
SERVER_ERROR = "5"
# Names that Windows changes, or takes for a device or for a part of another file:
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
NO_NAME_ON_WINDOWS = re.compile(
    r"[<>:\"|?*\\\0-\x1f]|[. ](/|$)|(^|/)(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\xb9\xb2\xb3]) *([./]|$)",
    re.IGNORECASE,
)
real_exit = os._exit


def load_beside(name: str) -> types.ModuleType:
    """Load a file of ours that lies beside this one, without a name by which the student's code could import it."""
    path = os.path.join(os.path.dirname(os.path.realpath(__file__)), name)
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise AssertionError
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


confinement = load_beside("confinement.py")
renderings = load_beside("renderings.py")
decorators = load_beside("decorators.py") if sys.version_info < (3, 11) else None


class Reporter:
    """Writes what happens as lines of JSON."""

    def __init__(self, channel: int) -> None:
        self.channel = channel
        self.lock = threading.Lock()
        self.process = os.getpid()

    def __call__(self, event: str, **facts: Any) -> None:
        """Write one line; without anybody to read it there is nothing left to do."""
        if os.getpid() != self.process:
            return  # a process that the app has forked; how that one ends is not how the app ends
        line = json.dumps({"event": event, **facts}).encode("ascii", "replace") + b"\n"
        with self.lock:
            try:
                while line:
                    line = line[os.write(self.channel, line) :]
            except OSError:
                real_exit(1)


class Folder:
    """The student's folder, and which code lies in it."""

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)

    def shown(self, filename: str) -> str | None:
        """Return a path relative to the hand-in, or None for code that is not the student's, or in no file."""
        path = os.path.realpath(filename)
        if not os.path.isabs(filename) or not path.startswith(self.root + os.sep):
            return None
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def shown_as_written(self, filename: str) -> str | None:
        """Return a relative path in the letters that the student wrote, whatever they are on this disk."""
        path = os.path.normpath(filename)
        return path[len(self.root) + 1 :].replace(os.sep, "/") if path.startswith(self.root + os.sep) else None

    def frames(self, summary: Iterable[traceback.FrameSummary]) -> list[Facts]:
        """Return the student's own frames of a traceback or stack, outermost first."""
        own = []
        for frame in summary:
            shown = self.shown(frame.filename)
            if shown is not None:
                text = (frame.line or "")[:LONGEST_NAME]
                own.append({"file": shown, "line": frame.lineno, "function": frame.name[:LONGEST_NAME], "text": text})
        return own[-MOST_FRAMES:]

    def stack(self, frame: types.FrameType) -> list[Facts]:
        """Return the student's own frames of a running thread."""
        running = [(each.f_code, each.f_lasti) for each, _ in traceback.walk_stack(frame)]
        return self.frames(at_their_decorators(traceback.extract_stack(frame), running[::-1]))

    def location(self, function: Any) -> Facts:
        """Return where a view function is written: file, line and name."""
        for _ in range(MOST_FRAMES):
            function = getattr(function, "__wrapped__", function)
            function = function.func if isinstance(function, functools.partial) else function
        view_class = getattr(function, "view_class", None)
        if view_class is not None:
            function = getattr(view_class, "get", None) or getattr(view_class, "dispatch_request", function)
        code = getattr(function, "__code__", None)
        if not isinstance(code, types.CodeType):
            return {"file": None, "line": None, "function": None}
        return {"file": self.shown(code.co_filename), "line": code.co_firstlineno, "function": code.co_name}


def describe(error: BaseException, folder: Folder) -> Facts:
    """Return an exception as plain data."""
    if isinstance(error, MemoryError):
        confinement.make_room()
    facts: Facts = {
        "type": name_of(type(error))[:LONGEST_NAME],
        "message": text_of(error),
        "frames": folder.frames(steps_to(error)),
        "module": str(error.name)[:LONGEST_NAME] if isinstance(error, ImportError) and error.name else None,
        "bases": [base.__name__[:LONGEST_NAME] for base in type(error).__mro__[:MOST_NAMES]],
    }
    if isinstance(error, SyntaxError) and error.filename:
        shown = folder.shown(error.filename)
        if shown is not None:
            text = (error.text or "").strip()[:LONGEST_NAME]
            facts["frames"].append({"file": shown, "line": error.lineno or 1, "function": "", "text": text})
            facts["message"] = (error.msg or "")[:LONGEST_TEXT]
    elif type(error).__name__ == "TemplateSyntaxError":
        frame = template_line(error, folder)
        facts["frames"] += [frame] if frame and frame not in facts["frames"][-1:] else []
    return facts


def template_line(error: Any, folder: Folder) -> Facts | None:
    """Return the line of a template that Jinja cannot read, which is not always in the traceback.

    For a comment without an end Jinja takes the file's path for the template's name (`jinja2.lexer.Failure`).
    """
    path, line = error.filename or error.name, error.lineno
    shown = folder.shown(os.path.abspath(path)) if isinstance(path, str) else None  # noqa: PTH100
    if shown is None or not os.path.isfile(path):  # noqa: PTH113
        return None
    with open(path, "rb") as file:
        lines = file.read().decode("utf-8", "replace").splitlines()
    text = lines[line - 1].strip()[:LONGEST_NAME] if 0 < line <= len(lines) else ""
    return {"file": shown, "line": line, "function": "", "text": text}


def steps_to(error: BaseException) -> list[traceback.FrameSummary]:
    """Return the last frames of an exception's traceback, outermost first."""
    running, step = [], error.__traceback__
    while step is not None:
        running.append((step.tb_frame.f_code, step.tb_lasti))
        step = step.tb_next
    return at_their_decorators(traceback.extract_tb(error.__traceback__, limit=-5 * MOST_FRAMES), running)


def at_their_decorators(
    summary: list[traceback.FrameSummary], running: list[tuple[types.CodeType, int]]
) -> list[traceback.FrameSummary]:
    """Return frames with the line of a decorator where Python names that of its function."""
    if decorators is None or not summary:
        return summary
    last = running[-len(summary) :]
    return [decorators.at_its_decorator(one, *where) for one, where in zip(summary, last, strict=True)]


def name_of(kind: type[BaseException]) -> str:
    """Return an exception's name, the same with every Python; "error" alone names nothing."""
    if (kind.__module__, kind.__name__) == ("re", "PatternError"):  # its name since Python 3.13
        return "re.error"
    return f"{kind.__module__}.{kind.__name__}" if kind.__name__.lower() == "error" else kind.__name__


def text_of(error: BaseException) -> str:
    """Return an exception's words; an exception of the student's own may fail to have any."""
    try:
        return str(error)[:LONGEST_TEXT]
    except BaseException:  # noqa: BLE001
        return ""


class Watched:
    """The WSGI app, with a record of the requests it is at work on."""

    def __init__(self, application: Any, server: Server) -> None:
        self.application = application
        self.report = server.report
        self.folder = server.folder
        self.renderings = server.renderings
        self.busy: dict[int, str] = {}

    def __call__(self, environ: Facts, start_response: Callable[..., Any]) -> Iterator[bytes]:
        """Answer a request; it is being worked on until the last piece of the body is out."""

        def start(status: str, *arguments: Any) -> Any:
            if status.startswith(SERVER_ERROR):
                self.report("server-error")  # the exception, if there was one, has been reported before
            return start_response(status, *arguments)

        thread = threading.get_ident()
        path = self.busy[thread] = environ.get("PATH_INFO", "")
        self.renderings.begin()
        body = bytearray()
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
            self.report("exception", path=self.busy[thread][:LONGEST_TEXT], **describe(error, self.folder))
            self.report("server-error")
            raise
        except SystemExit as error:  # ends the thread and nothing else: the browser gets no answer
            self.report("busy", **describe(error, self.folder))
            raise
        finally:
            self.busy.pop(thread, None)
            files, from_text = self.renderings.on(body.decode("utf-8", "replace"))
            asked = path.encode("latin-1", "replace").decode("utf-8", "replace")[:LONGEST_TEXT]  # PEP 3333
            self.report("answered", path=asked, files=files[:MOST_ROUTES], from_text=from_text)


class Server:
    """Takes the place of the servers that a student's app may call, on the socket that was handed in."""

    def __init__(self, listener: socket.socket, report: Reporter, folder: Folder) -> None:
        self.listener = listener
        self.report = report
        self.folder = folder
        self.renderings = renderings.Renderings(folder.shown)
        self.watched: Watched | None = None
        self.serving = threading.Event()

    def run_simple(
        self,
        hostname: str,
        port: int,
        application: Any,
        use_reloader: bool = False,
        use_debugger: bool = False,
        **options: Any,
    ) -> None:
        """Stand in for `werkzeug.serving.run_simple`, to which `Flask.run` comes in the end."""
        for name in options.keys() - RUN_OPTIONS:
            raise TypeError(f"run_simple() got an unexpected keyword argument {name!r}")
        if not isinstance(port, int):
            raise TypeError("port must be an integer")
        if use_reloader and threading.current_thread() is not threading.main_thread():
            raise ValueError("signal only works in main thread of the main interpreter")
        self.serve(application, hostname, port, debug=bool(use_debugger))

    def make_server(self, host: str, port: Any, app: Any, *_arguments: Any, **_options: Any) -> LaterServer:
        """Stand in for the ``make_server`` of `werkzeug.serving` and `wsgiref.simple_server`."""
        return LaterServer(self, app, host, port)

    def serve(self, application: Any, host: Any, port: Any, *, debug: bool = False) -> NoReturn:
        """Serve the app as it stands now; never returns, as in real life."""
        caller = self.folder.stack(sys._getframe(1))  # noqa: SLF001
        where = caller[-1] if caller else {"file": None, "line": None, "text": ""}
        run = {"host": str(host)[:LONGEST_NAME], "port": port_number(port), "debug": debug, **where}
        self.start(application, run)

    def start(self, application: Any, run: Facts | None) -> NoReturn:
        """Announce the app and answer requests for ever; a second server only waits, there is one socket."""
        if self.serving.is_set():
            sleep_for_ever()
        self.serving.set()
        from werkzeug.serving import BaseWSGIServer, ThreadedWSGIServer

        flask_app = flask_app_of(application)
        if flask_app is not None:
            self.report_exceptions()
        self.watched = Watched(application, self)
        server: BaseWSGIServer = ThreadedWSGIServer("127.0.0.1", 0, self.watched, fd=self.listener.fileno())
        self.report("serving", run=run, **describe_app(flask_app, self.folder))
        server.serve_forever()
        sleep_for_ever()

    def report_exceptions(self) -> None:
        """Say which exceptions leave a view, so that the student can be shown the line."""
        from flask import got_request_exception, request

        def tell(_sender: Any, exception: BaseException, **_extra: Any) -> None:
            self.report("exception", path=request.path[:LONGEST_TEXT], **describe(exception, self.folder))

        self.tell = tell  # signals hold their receivers weakly
        got_request_exception.connect(tell)


def sleep_for_ever() -> NoReturn:
    """Do what a server does that nobody asks."""
    while True:
        time.sleep(3600)


class LaterServer:
    """A server that is made first and started with ``serve_forever``."""

    def __init__(self, server: Server, application: Any, host: Any, port: Any) -> None:
        self.server, self.application, self.host, self.port = server, application, host, port

    def serve_forever(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Serve what the server was made for."""
        self.server.serve(self.application, self.host, self.port)

    handle_request = serve_forever

    def __enter__(self) -> LaterServer:
        return self

    def __exit__(self, *_exception: object) -> None:
        pass


class Importer:
    """Puts our server where apps look for one: into Werkzeug and Python's own, and for other packages in their place.

    It waits until the app imports them, so that a file of the student's that hides one of their modules fails where
    it does in real life: at the student's own import.
    """

    def __init__(self, server: Server) -> None:
        self.changed: dict[str, Facts] = {
            "werkzeug.serving": {"run_simple": server.run_simple, "make_server": server.make_server},
            # These have names of their own for it, which they took where they were loaded before.
            "werkzeug": {"run_simple": server.run_simple},
            "flask.cli": {"run_simple": server.run_simple},
            "wsgiref.simple_server": {"make_server": server.make_server},
        }
        self.replaced = other_servers(server)
        self.watched = {"jinja2.environment": server.renderings.install}

    def install(self) -> None:
        """Change what is loaded already, and be asked first about everything else."""
        for name, changes in self.changed.items():
            if name in sys.modules:
                vars(sys.modules[name]).update(changes)
        for name, watch_it in self.watched.items():
            if name in sys.modules:
                watch_it(sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Any = None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Part of Python's import protocol."""
        if name in self.replaced:
            return importlib.util.spec_from_loader(name, self, is_package=name == "gevent")  # type: ignore[arg-type]
        if name not in self.changed and name not in self.watched:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            execute = spec.loader.exec_module

            def execute_and_change(module: types.ModuleType) -> None:
                execute(module)
                vars(module).update(self.changed.get(name, {}))
                if name in self.watched:
                    self.watched[name](module)

            spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
        return spec

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> None:
        """Part of Python's import protocol."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Part of Python's import protocol."""
        vars(module).update(self.replaced[module.__name__])


def other_servers(server: Server) -> dict[str, Facts]:
    """Return what apps use of the servers in other packages, installed or not: ours, under their names."""

    def waitress_serve(app: Any, host: Any = "0.0.0.0", port: Any = 8080, listen: Any = None, **_: Any) -> None:  # noqa: S104
        if listen:
            host, _colon, port = str(listen).split()[0].rpartition(":")
        server.serve(app, host, port)

    def bjoern_run(app: Any, host: Any = "0.0.0.0", port: Any = 80, **_options: Any) -> None:  # noqa: S104
        server.serve(app, host, port)

    class PyWSGIServer(LaterServer):
        def __init__(self, listener: Any, application: Any = None, **_options: Any) -> None:
            host, port = listener if isinstance(listener, tuple) else ("", listener)
            if isinstance(port, str):
                host, _colon, port = port.rpartition(":")
            super().__init__(server, application, host, port)

    return {
        "waitress": {"serve": waitress_serve},
        "bjoern": {"run": bjoern_run},
        "gevent": {},
        "gevent.pywsgi": {"WSGIServer": PyWSGIServer},
        "gevent.monkey": {"patch_all": lambda *_arguments, **_options: None},
    }


def port_number(port: Any) -> int | str:
    """Return a port as a number where it is one, as text otherwise."""
    try:
        return int(port)
    except (TypeError, ValueError):
        return str(port)[:LONGEST_NAME]


def flask_class() -> Any:
    """Return the class that Flask apps have, or an empty choice where the app never imported Flask."""
    return getattr(sys.modules.get("flask"), "Flask", ())


def flask_app_of(application: Any) -> Any:
    """Return the Flask app that a WSGI application is or wraps."""
    for _ in range(MOST_NAMES):
        if isinstance(application, flask_class()):
            return application
        inner = getattr(application, "__self__", None)  # app.wsgi_app
        wrapped = (getattr(application, name, None) for name in ("app", "wsgi_app", "application"))
        application = next((thing for thing in (inner, *wrapped) if thing not in (None, application)), None)
    return best_app(every_flask_app())


def every_flask_app() -> list[Any]:
    """Return all Flask apps that exist in this process."""
    import gc

    return [thing for thing in gc.get_objects() if isinstance(thing, flask_class())]


def best_app(apps: list[Any]) -> Any:
    """Choose the app with the most routes."""
    return max(apps, key=lambda app: len(list(app.url_map.iter_rules())), default=None)


def describe_app(app: Any, folder: Folder) -> Facts:
    """Return an app's routes and template folders as plain data."""
    if app is None:
        return {"routes": [], "template_folders": []}
    rules = [rule for rule in app.url_map.iter_rules() if not f".{rule.endpoint}".endswith(".static")]
    folders = []
    for scaffold in (app, *app.blueprints.values()):
        if scaffold.template_folder is not None and scaffold.root_path:
            path = os.path.join(scaffold.root_path, scaffold.template_folder)
            folders.append(folder.shown_as_written(os.path.join(path, "x")))
    return {
        "routes": [describe_route(rule, app, folder) for rule in rules[:MOST_ROUTES]],
        "template_folders": [path.rpartition("/")[0] for path in folders[:MOST_NAMES] if path],
    }


def describe_route(rule: Any, app: Any, folder: Folder) -> Facts:
    """Return a route as plain data; arguments with a default value are not part of the address."""
    converters = {name: type(converter).__name__ for name, converter in rule._converters.items()}  # noqa: SLF001
    arguments = [(name, kind) for name, kind in converters.items() if name not in (rule.defaults or {})]
    return {
        "rule": rule.rule[:LONGEST_NAME],
        "methods": sorted(rule.methods or ())[:MOST_NAMES],
        "arguments": dict(arguments[:MOST_NAMES]),
        **folder.location(app.view_functions.get(rule.endpoint)),
    }


def app_in(namespace: Facts) -> Any:
    """Find the app of a file that never runs one, as ``flask run`` would: by type, then from a factory."""
    apps = {id(thing): thing for thing in namespace.values() if isinstance(thing, flask_class())}
    for name in ("app", "application"):
        if id(namespace.get(name)) in apps:
            return namespace[name]
    app = best_app(list(apps.values())) or best_app(every_flask_app())
    return app if app is not None else app_from_factory(namespace)


def app_from_factory(namespace: Facts) -> Any:
    """Call the function that makes the app."""
    import inspect

    functions = [thing for thing in namespace.values() if isinstance(thing, types.FunctionType)]
    named = ("create_app", "make_app", "build_app", "get_app", "app_factory")
    likely = [namespace[name] for name in named if namespace.get(name) in functions]
    likely += [thing for thing in functions if thing.__module__ == "__main__" and "Flask" in thing.__code__.co_names]
    for function in dict.fromkeys(likely):
        parameters = inspect.signature(function).parameters.values()
        if all(parameter.default is not parameter.empty or parameter.kind in (2, 4) for parameter in parameters):
            made = function()
            if isinstance(made, flask_class()):
                return made
    return None


def watch(server: Server, report: Reporter, folder: Folder) -> None:
    """Say from time to time which of the student's lines is being run, so that an endless one can be named.

    A line that never lets go of the interpreter, such as a regular expression without end, silences this thread too;
    then it is `faulthandler` that speaks.
    """
    main_thread = threading.main_thread().ident or 0
    while True:
        faulthandler.dump_traceback_later(STUCK, file=report.channel)
        time.sleep(HEARTBEAT)
        frames = sys._current_frames()  # noqa: SLF001
        for thread in list(server.watched.busy) if server.watched else [main_thread]:
            stack = folder.stack(frames[thread]) if thread in frames else []
            if stack:
                report("busy", frames=stack[-1:])


def die_with_the_grader(job: int, root: str) -> None:
    """End everything when the grader has gone: its end of the pipe is closed then.

    In the sandbox `guard` does this.  A plain process has a second one at its side, since it may be too busy itself.
    """
    if os.fork() == 0:
        if os.fork() == 0:  # nobody's child, so that the app never meets it
            os.closerange(1, 3)
            os.closerange(3, job)
            os.closerange(job + 1, 256)
            wait_for_hang_up(job)
            import shutil
            import signal

            shutil.rmtree(root, ignore_errors=True)
            os.killpg(0, signal.SIGKILL)
        real_exit(0)
    else:
        os.wait()


def wait_for_hang_up(job: int) -> None:
    """Wait until nobody can write any more, without taking what is there to read."""
    import select

    poll = select.poll()
    poll.register(job, select.POLLHUP)  # Linux always tells of it; macOS of nothing where nothing is asked for
    while not any(happened & ~select.POLLIN for _job, happened in poll.poll()):
        time.sleep(HEARTBEAT)


def wait_for_the_end(job: int, root: str) -> None:
    """Do in a thread what `die_with_the_grader` does, where there is no ``fork``; the job has been read by then."""
    while os.read(job, 1):
        pass
    the_grader_has_gone(root)


def the_grader_has_gone(root: str) -> NoReturn:
    """Leave nothing behind."""
    import shutil

    os.chdir(os.path.dirname(root))  # Windows keeps a folder that somebody works in
    shutil.rmtree(root, ignore_errors=True)
    real_exit(1)


def replace_dead_ends(report: Reporter, folder: Folder) -> None:
    """Report what would stop the app for good, with the line that does it."""

    def ask(_prompt: object = "") -> NoReturn:
        report("input", frames=folder.stack(sys._getframe(1)))  # noqa: SLF001
        raise EOFError("nobody is there to type an answer")

    def leave(status: int) -> NoReturn:
        report("exit", how="os._exit", frames=folder.stack(sys._getframe(1)))  # noqa: SLF001
        real_exit(status)

    builtins.input = ask
    os._exit = leave


def run(path: str, server: Server, report: Reporter, folder: Folder) -> None:
    """Run the file as ``__main__``; ends only in a report."""
    main = types.ModuleType("__main__")
    main.__file__ = path
    vars(main)["__builtins__"] = builtins
    sys.modules["__main__"] = main
    sys.argv = [os.path.basename(path)]
    try:
        exec(compile(source_of(path), path, "exec", dont_inherit=True), main.__dict__)  # noqa: S102
        wait_for_threads(server)
        app = app_in(main.__dict__)
    except SystemExit as error:
        report("exit", how="sys.exit", **describe(error, folder))
    except BaseException as error:  # noqa: BLE001
        report("failed", **describe(error, folder))
    else:
        if app is None:
            report("no-app")
        else:
            server.start(app, None)
    finally:
        if os.getpid() != report.process:
            real_exit(0)  # forked by the app; Python would wait for our threads, which it does not have


def source_of(path: str) -> bytes:
    """Read the file as Python itself does when it runs one: in UTF-8 unless the file says otherwise."""
    import tokenize

    encoding = "utf-8"
    with open(path, "rb") as file:
        source = file.read()
    try:
        encoding = tokenize.detect_encoding(iter(source.splitlines(keepends=True)).__next__)[0]
    except SyntaxError:
        pass  # its first lines cannot be decoded, which is said below with the line
    try:
        source.decode(encoding)
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        text = source.splitlines()[line - 1].decode("latin-1")
        problem = f"this line is not in {encoding.upper()}, the encoding that Python expects"
        raise SyntaxError(problem, (path, line, 1, text)) from None
    return source


def wait_for_threads(server: Server) -> None:
    """Let a server that runs in a thread come up, and then let it run."""
    others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
    started_by_student = [thread for thread in others if thread.name != "grader"]
    patience = time.monotonic() + GRACE_FOR_THREADS
    while not server.serving.is_set() and time.monotonic() < patience:
        if not any(thread.is_alive() for thread in started_by_student):
            break
        time.sleep(0.005)
    if server.serving.is_set():
        sleep_for_ever()


def unpack(job: BinaryIO, names: list[tuple[str, int]], root: str) -> None:
    """Write the files that were handed in to the private folder, without those that this system has no name for."""
    for name, size in names:
        content = job.read(size)
        if len(content) < size:
            the_grader_has_gone(root)
        path = os.path.join(root, *name.split("/"))
        if sys.platform == "win32" and NO_NAME_ON_WINDOWS.search(name):
            continue
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "xb") as file:  # what this disk takes for the same name is not written over
                file.write(content)
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
                raise


def ignores_case(folder: str) -> bool:
    """Whether this disk takes ``Index.html`` for ``index.html``, as Windows and macOS do."""
    parent, name = os.path.split(folder)
    return os.path.exists(os.path.join(parent, name.swapcase())) and name.swapcase() not in os.listdir(parent)


def take_over_streams() -> tuple[int, int]:
    """Keep the two pipes to the grader for ourselves; the app gets an empty input, and standard error for output."""
    job, channel = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return job, channel


def listener_from(header: Facts, number: int) -> socket.socket:
    """Return the listening socket that the grader made."""
    if "shared_socket" in header:
        return socket.fromshare(bytes.fromhex(header["shared_socket"]))  # type: ignore[attr-defined,no-any-return,unused-ignore]
    return socket.socket(fileno=number)


def forget_hidden_modules(names: list[str]) -> None:
    """Let the student's files take the place of modules that we have loaded, where they would in real life."""
    for name in list(sys.modules):
        if name.partition(".")[0] in names and name not in PYTHONS_OWN:
            del sys.modules[name]


def find_packages(setting: Facts) -> None:
    """Let Flask be found where it is installed for one user only."""
    if setting["packages"] not in sys.path:
        sys.path.append(setting["packages"])


def load_flask() -> None:
    """Spend the time that this takes while the job is still being prepared."""
    import encodings.idna  # noqa: F401 - what a first request loads
    import importlib.metadata

    import flask  # noqa: F401
    import werkzeug.serving  # noqa: F401

    importlib.metadata.version("werkzeug")  # every server asks for it, and only the first has to search

    if sys.platform == "linux":
        confinement.c_library()


def main(setting: Facts) -> None:
    """Do the one job that comes in."""
    root = setting["root"]
    os.environ.pop("__PYVENV_LAUNCHER__", None)  # has told Python on Windows where its packages are
    job, channel = take_over_streams()
    forks = hasattr(os, "fork")
    if forks and not setting["sandbox"]:
        die_with_the_grader(job, root)
    report = Reporter(channel)
    find_packages(setting)
    if setting["preload"]:
        load_flask()
    stream = os.fdopen(job, "rb", closefd=False)
    header = json.loads(stream.readline() or the_grader_has_gone(root))
    unpack(stream, header["files"], root)
    if not forks:
        threading.Thread(target=wait_for_the_end, args=(job, root), name="grader", daemon=True).start()
    folder = Folder(root)
    path = os.path.join(folder.root, *header["app"].split("/"))
    os.chdir(os.path.dirname(path))
    if ignores_case(folder.root):
        load_beside("exact_names.py").install(folder.root)
    server = Server(listener_from(header, setting["socket"]), report, folder)
    confinement.limit(header["limits"])
    if setting["landlock"]:
        confinement.keep_to_paths(**setting["landlock"])
    if setting["system_calls"]:
        confinement.forbid_system_calls(bytes.fromhex(setting["system_calls"]))
    Importer(server).install()
    replace_dead_ends(report, folder)
    threading.Thread(target=watch, args=(server, report, folder), name="grader", daemon=True).start()
    faulthandler.enable(channel)
    forget_hidden_modules(header["hidden"])
    sys.path.insert(0, os.path.dirname(path))
    report("ready")  # from here on the student is answerable
    run(path, server, report, folder)


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    if asked["sandbox"]:
        load_beside("guard.py").fork_the_app()
    main(asked)
