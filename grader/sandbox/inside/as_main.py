"""Running app.py as ``python app.py`` would."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH119, PTH123, SIM105

from __future__ import annotations

import builtins
import os
import sys
import tokenize
import types

from .ending import real_exit
from .exceptions import describe
from .flask_apps import app_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from .app_server import AppServer
    from .reporter import Reporter
    from .students_folder import Folder


def run(path: str, server: AppServer, report: Reporter, folder: Folder) -> None:
    """Run the file as ``__main__``; ends only in a report."""
    main = types.ModuleType("__main__")
    main.__file__ = path
    vars(main)["__builtins__"] = builtins
    sys.modules["__main__"] = main
    sys.argv = [os.path.basename(path)]
    try:
        exec(compile(source_of(path), path, "exec", dont_inherit=True), main.__dict__)  # noqa: S102
        server.wait_for_the_rest()
        app = app_in(main.__dict__)
    except SystemExit as error:
        server.wait_for_the_rest()
        report("exit", how="sys.exit", **describe(error, folder))
    except BaseException as error:  # noqa: BLE001
        told = describe(error, folder)
        server.wait_for_the_rest()
        report("failed", **told)
    else:
        if app is None:
            report("no-app")
        else:
            server.start(app, None)
    finally:
        if not report.speaks:
            real_exit(0)  # forked by the app; Python would wait for our threads, which it does not have


def source_of(path: str) -> bytes:
    """Read the file as Python itself does when it runs one: in UTF-8 unless the file says otherwise."""
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


def replace_dead_ends(report: Reporter, folder: Folder) -> None:
    """Report what would stop the app for good, with the line that does it."""

    def ask(_prompt: object = "") -> NoReturn:
        report("input", frames=folder.stack(sys._getframe(1)))  # noqa: SLF001
        raise EOFError("nobody is there to type an answer")

    def leave(status: int) -> NoReturn:
        report("exit", how="os._exit", frames=folder.stack(sys._getframe(1)))  # noqa: SLF001
        real_exit(status)

    builtins.input = sys.stdin.readline = ask  # type: ignore[method-assign]
    os._exit = leave
