"""What runs in the jail: loads app.py as ``python app.py`` would, and serves it on a socket made by the grader.

This file is handed to a bare Python; it imports nothing else of the grader.  Nothing that it says is believed: the
grader, outside, judges by what it sees over HTTP and by the source.

The job comes in on standard input: a line of JSON, then the content of the files one after the other.  Reports go out
as lines of JSON on what was standard output; the app's own output goes to standard error.
"""

from __future__ import annotations

import builtins
import json
import os
import socket
import sys
import threading
import time
import traceback
import types

MOST_FRAMES = 20
MOST_ROUTES = 200
LONGEST_TEXT = 2000
HEARTBEAT = 0.5
GRACE_FOR_THREADS = 2.0
real_exit = os._exit


class Reporter:
    """Writes what happens as lines of JSON."""

    def __init__(self, channel):
        self.channel = channel
        self.lock = threading.Lock()

    def __call__(self, event, **facts):
        line = json.dumps({"event": event, **facts}).encode("ascii", "replace") + b"\n"
        with self.lock:
            try:
                os.write(self.channel, line)
            except OSError:
                real_exit(1)  # nobody listens any more


class Folder:
    """The student's folder, and which code lies in it."""

    def __init__(self, root):
        self.root = os.path.realpath(root)

    def shown(self, filename):
        """Return a path relative to the hand-in, or None for code that is not the student's."""
        path = os.path.realpath(filename)
        if not path.startswith(self.root + os.sep):
            return None
        return os.path.relpath(path, self.root).replace(os.sep, "/")

    def frames(self, summary):
        """Return the student's own frames of a traceback or stack, outermost first."""
        own = []
        for frame in summary:
            shown = self.shown(frame.filename)
            if shown is not None:
                own.append({"file": shown, "line": frame.lineno, "function": frame.name, "text": (frame.line or "")[:200]})
        return own[-MOST_FRAMES:]

    def stack(self, frame):
        """Return the student's own frames of a running thread."""
        return self.frames(traceback.extract_stack(frame))

    def location(self, function):
        """Return where a view function is written: file, line and name."""
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        view_class = getattr(function, "view_class", None)
        if view_class is not None:
            function = getattr(view_class, "get", None) or getattr(view_class, "dispatch_request", function)
        code = getattr(function, "__code__", None)
        if code is None:
            return {"file": None, "line": None, "function": None}
        return {"file": self.shown(code.co_filename), "line": code.co_firstlineno, "function": code.co_name}


def describe(error, folder):
    """Return an exception as plain data."""
    facts = {
        "type": type(error).__name__,
        "message": str(error)[:LONGEST_TEXT],
        "frames": folder.frames(traceback.extract_tb(error.__traceback__)),
        "module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
        "bases": [base.__name__ for base in type(error).__mro__],
    }
    if isinstance(error, SyntaxError) and error.filename:
        shown = folder.shown(error.filename)
        if shown is not None:
            text = (error.text or "").strip()[:200]
            facts["frames"].append({"file": shown, "line": error.lineno or 1, "function": "", "text": text})
            facts["message"] = (error.msg or "")[:LONGEST_TEXT]
    return facts


class Watched:
    """The WSGI app, with a record of the requests it is at work on."""

    def __init__(self, application):
        self.application = application
        self.busy = {}

    def __call__(self, environ, start_response):
        thread = threading.get_ident()
        self.busy[thread] = environ.get("PATH_INFO", "")
        try:
            return self.application(environ, start_response)
        finally:
            self.busy.pop(thread, None)


class Server:
    """Takes the place of the servers that a student's app may call, on the socket that was handed in."""

    def __init__(self, listener, report, folder):
        self.listener = listener
        self.report = report
        self.folder = folder
        self.watched = None
        self.serving = threading.Event()

    def replace_servers(self):
        """Put ourselves where ``Flask.run`` and its like end up."""
        import werkzeug.serving
        import wsgiref.simple_server

        self.make_real_server = werkzeug.serving.make_server
        werkzeug.serving.run_simple = self.run_simple
        werkzeug.serving.make_server = self.make_server
        wsgiref.simple_server.make_server = self.make_wsgiref_server
        sys.meta_path.insert(0, OtherServers(self))
        return self

    def run_simple(self, hostname, port, application, use_reloader=False, use_debugger=False, **options):
        """Stand in for `werkzeug.serving.run_simple`, to which `Flask.run` comes in the end."""
        if not isinstance(port, int):
            raise TypeError("port must be an integer")
        if use_reloader and threading.current_thread() is not threading.main_thread():
            raise ValueError("signal only works in main thread of the main interpreter")
        self.serve(application, hostname, port, debug=bool(use_debugger))

    def make_server(self, host, port, app, *args, **options):
        """Stand in for `werkzeug.serving.make_server`."""
        return LaterServer(self, app, host, port)

    def make_wsgiref_server(self, host, port, app, *args, **options):
        """Stand in for `wsgiref.simple_server.make_server`."""
        return LaterServer(self, app, host, port)

    def serve(self, application, host, port, debug=False):
        """Serve the app as it stands now; never returns, as in real life."""
        caller = self.folder.stack(sys._getframe(1))
        where = caller[-1] if caller else {"file": None, "line": None, "text": ""}
        run = {"host": str(host)[:200], "port": port_number(port), "debug": debug, **where}
        self.start(application, run)

    def start(self, application, run):
        """Announce the app and answer requests for ever; a second server only waits, there is one socket."""
        if self.serving.is_set():
            while True:
                time.sleep(3600)
        self.serving.set()
        flask_app = flask_app_of(application)
        if flask_app is not None:
            self.report_exceptions()
        self.watched = Watched(application)
        real = self.make_real_server("127.0.0.1", 0, self.watched, threaded=True, fd=self.listener.fileno())
        self.report("serving", run=run, **describe_app(flask_app, self.folder))
        real.serve_forever()

    def report_exceptions(self):
        """Say which exceptions leave a view, so that the student can be shown the line."""
        from flask import got_request_exception, request

        def tell(sender, exception, **extra):
            self.report("exception", path=request.path[:LONGEST_TEXT], **describe(exception, self.folder))

        self.tell = tell  # signals hold their receivers weakly
        got_request_exception.connect(tell)


class LaterServer:
    """A server that is made first and started with ``serve_forever``."""

    def __init__(self, server, application, host, port):
        self.server, self.application, self.host, self.port = server, application, host, port

    def serve_forever(self, *args, **options):
        self.server.serve(self.application, self.host, self.port)

    handle_request = serve_forever

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass


class OtherServers:
    """Offers servers from other packages, installed or not: ours, under their names."""

    def __init__(self, server):
        def waitress_serve(app, host="0.0.0.0", port=8080, listen=None, **options):
            if listen:
                host, _, port = str(listen).split()[0].rpartition(":")
            server.serve(app, host, port)

        def bjoern_run(app, host="0.0.0.0", port=80, **options):
            server.serve(app, host, port)

        class PyWSGIServer(LaterServer):
            def __init__(self, listener, application=None, **options):
                address = listener if isinstance(listener, tuple) else ("", listener)
                if isinstance(address[1], str):
                    address = address[1].rpartition(":")[::2]
                super().__init__(server, application, *address[:2])

        self.modules = {
            "waitress": {"serve": waitress_serve},
            "bjoern": {"run": bjoern_run},
            "gevent": {},
            "gevent.pywsgi": {"WSGIServer": PyWSGIServer},
            "gevent.monkey": {"patch_all": lambda *args, **options: None},
        }

    def find_spec(self, name, path=None, target=None):
        import importlib.util

        if name not in self.modules:
            return None
        return importlib.util.spec_from_loader(name, self, is_package=name == "gevent")

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        vars(module).update(self.modules[module.__name__])


def port_number(port):
    """Return a port as a number where it is one, as text otherwise."""
    try:
        return int(port)
    except (TypeError, ValueError):
        return str(port)[:200]


def flask_app_of(application):
    """Return the Flask app that a WSGI application is or wraps."""
    from flask import Flask

    if isinstance(application, Flask):
        return application
    inner = getattr(application, "__self__", None)  # app.wsgi_app
    if isinstance(inner, Flask):
        return inner
    for attribute in ("app", "wsgi_app", "application"):
        wrapped = getattr(application, attribute, None)
        if wrapped is not None and wrapped is not application:
            return flask_app_of(wrapped)
    return best_app(every_flask_app())


def every_flask_app():
    """Return all Flask apps that exist in this process."""
    import gc

    from flask import Flask

    return [thing for thing in gc.get_objects() if isinstance(thing, Flask)]


def best_app(apps):
    """Choose the app with the most routes."""
    return max(apps, key=lambda app: len(list(app.url_map.iter_rules())), default=None)


def describe_app(app, folder):
    """Return an app's routes and template folders as plain data."""
    if app is None:
        return {"routes": [], "template_folders": []}
    routes = []
    for rule in list(app.url_map.iter_rules())[:MOST_ROUTES]:
        if rule.endpoint == "static" or rule.endpoint.endswith(".static"):
            continue
        view = app.view_functions.get(rule.endpoint)
        arguments = {name: type(converter).__name__ for name, converter in rule._converters.items()}
        routes.append(
            {
                "rule": rule.rule,
                "methods": sorted(rule.methods or ()),
                "arguments": {name: kind for name, kind in arguments.items() if name not in (rule.defaults or {})},
                **folder.location(view),
            }
        )
    folders = []
    for scaffold in (app, *app.blueprints.values()):
        if scaffold.template_folder is not None and scaffold.root_path:
            path = os.path.join(scaffold.root_path, scaffold.template_folder)
            folders.append(folder.shown(os.path.join(path, "x")))
    return {"routes": routes, "template_folders": [path.rpartition("/")[0] for path in folders if path]}


def app_in(namespace):
    """Find the app of a file that never runs one, as ``flask run`` would: by type, then from a factory."""
    from flask import Flask

    apps = {id(thing): thing for thing in namespace.values() if isinstance(thing, Flask)}
    for name in ("app", "application"):
        if isinstance(namespace.get(name), Flask):
            return namespace[name]
    app = best_app(list(apps.values())) or best_app(every_flask_app())
    return app if app is not None else app_from_factory(namespace)


def app_from_factory(namespace):
    """Call the function that makes the app."""
    import inspect

    from flask import Flask

    named = ("create_app", "make_app", "build_app", "get_app", "app_factory")
    functions = [namespace[name] for name in named if isinstance(namespace.get(name), types.FunctionType)]
    functions += [
        thing
        for thing in namespace.values()
        if isinstance(thing, types.FunctionType)
        and thing.__module__ == "__main__"
        and thing not in functions
        and "Flask" in thing.__code__.co_names
    ]
    for function in functions:
        parameters = inspect.signature(function).parameters.values()
        if all(parameter.default is not parameter.empty or parameter.kind in (2, 4) for parameter in parameters):
            made = function()
            if isinstance(made, Flask):
                return made
    return None


def watch(server, report, folder, main_thread):
    """Say from time to time which of the student's lines is being run, so that an endless one can be named."""
    while True:
        time.sleep(HEARTBEAT)
        frames = sys._current_frames()
        busy = dict(server.watched.busy) if server.watched else {main_thread: None}
        for thread, path in busy.items():
            stack = folder.stack(frames[thread]) if thread in frames else []
            if stack:
                report("busy", path=path, frames=stack[-1:])


def die_with_the_grader(job):
    """End this process when the grader has gone: its end of the pipe is closed then."""
    while os.read(job, 1):
        pass
    real_exit(1)


def replace_dead_ends(report, folder):
    """Report what would stop the app for good, with the line that does it."""

    def ask(prompt=""):
        report("input", frames=folder.stack(sys._getframe(1)))
        raise EOFError("nobody is there to type an answer")

    def leave(status):
        report("exit", how="os._exit", frames=folder.stack(sys._getframe(1)))
        real_exit(status)

    builtins.input = ask
    os._exit = leave


def run(path, server, report, folder):
    """Run the file as ``__main__``; ends only in a report."""
    main = types.ModuleType("__main__")
    main.__file__ = path
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    sys.argv = [os.path.basename(path)]
    try:
        exec(compile(source_of(path), path, "exec", dont_inherit=True), main.__dict__)
        wait_for_threads(server)
        app = app_in(main.__dict__)
    except SystemExit as error:
        return report("exit", how="sys.exit", **describe(error, folder))
    except BaseException as error:
        return report("failed", **describe(error, folder))
    if app is None:
        return report("no-app")
    server.start(app, None)


def source_of(path):
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


def wait_for_threads(server):
    """Let a server that runs in a thread come up, and then let it run."""
    others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
    started_by_student = [thread for thread in others if not thread.name.startswith("grader")]
    if started_by_student:
        patience = time.monotonic() + GRACE_FOR_THREADS
        while not server.serving.is_set() and time.monotonic() < patience:
            if not any(thread.is_alive() for thread in started_by_student):
                break
            time.sleep(0.005)
    if server.serving.is_set():
        while True:
            time.sleep(3600)


def unpack(job, names, root):
    """Write the files that were handed in to the private folder."""
    for name, size in names:
        path = os.path.join(root, *name.split("/"))
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            left = size
            while left:
                piece = job.read(min(left, 1 << 20))
                if not piece:
                    real_exit(1)
                file.write(piece)
                left -= len(piece)


def limit(limits):
    """Set the bounds that the system keeps for each process; the grader watches over the sum from outside."""
    try:
        import resource
    except ImportError:  # Windows
        return
    memory = resource.RLIMIT_DATA if sys.platform == "linux" else resource.RLIMIT_AS
    for kind, most in (
        (memory, limits["memory"]),
        (resource.RLIMIT_NOFILE, limits["open_files"]),
        (resource.RLIMIT_FSIZE, limits["written"]),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            hard = resource.getrlimit(kind)[1]
            bound = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (bound, bound))
        except (ValueError, OSError):
            pass  # macOS refuses some of them


def take_over_streams():
    """Keep the two pipes to the grader for ourselves; the app gets an empty input, and standard error for output."""
    job, channel = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    return job, channel


def listener_from(header, number):
    """Return the listening socket that the grader made."""
    if "shared_socket" in header:
        return socket.fromshare(bytes.fromhex(header["shared_socket"]))
    return socket.socket(fileno=number)


def main(arguments):
    root, number, preload, packages = arguments
    if packages not in sys.path:
        sys.path.append(packages)  # Flask installed for one user only
    job, channel = take_over_streams()
    report = Reporter(channel)
    if preload == "preload":
        import flask  # noqa: F401 - the time it takes is spent while the job is still being prepared
        import werkzeug.serving  # noqa: F401
    stream = os.fdopen(job, "rb", closefd=False)
    header = json.loads(stream.readline())
    unpack(stream, header["files"], root)
    folder = Folder(root)
    path = os.path.join(folder.root, *header["app"].split("/"))
    os.chdir(os.path.dirname(path))
    sys.path.insert(0, os.path.dirname(path))
    limit(header["limits"])
    server = Server(listener_from(header, int(number)), report, folder)
    try:
        server.replace_servers()
    except ImportError:
        pass  # a file of the student's hides Flask: app.py itself will run into it
    replace_dead_ends(report, folder)
    for work in (
        lambda: watch(server, report, folder, threading.main_thread().ident),
        lambda: die_with_the_grader(job),
    ):
        threading.Thread(target=work, name="grader", daemon=True).start()
    run(path, server, report, folder)


if __name__ == "__main__":
    main(sys.argv[1:])
