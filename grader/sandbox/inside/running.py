"""Running app.py as ``python app.py`` would."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH119, PTH123, SIM105

from __future__ import annotations

import builtins
import os
import sys
import threading
import time
import types

from .crashes import describe
from .ending import real_exit, sleep_for_ever
from .flask_apps import app_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from .folder import Folder
    from .reporter import Reporter
    from .server import Server

GRACE_FOR_THREADS = 2.0


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
