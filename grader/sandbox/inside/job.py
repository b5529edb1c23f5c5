"""The one job of this process: take over what the grader hands in, build the walls, run the app."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import faulthandler
import functools
import json
import os
import socket
import sys
import threading

from . import confinement
from .app_server import AppServer
from .as_main import replace_dead_ends, run
from .children import Sign, pass_on
from .ending import die_with_the_grader, the_grader_has_gone, wait_for_the_end
from .files_written import ignores_case, unpack
from .importer import Importer
from .modules import Modules, installed_folders, loaded_from
from .reporter import Reporter
from .streams import take_over_streams
from .students_folder import Folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from .reporter import Facts


def main(setting: Facts, pythons_own: Collection[str]) -> None:
    """Do the one job that comes in; see `forget_hidden_modules` for what is Python's own."""
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
        from . import exact_names

        exact_names.install(folder.root)
    listener, sign = listener_from(header, setting["socket"]), Sign(os.pipe())
    server = AppServer(listener, report, folder, sign)
    confinement.limit(header["limits"])
    if setting["landlock"]:
        confinement.keep_to_paths(**setting["landlock"])
    if setting["system_calls"]:
        confinement.forbid_system_calls(bytes.fromhex(setting["system_calls"]))
    Modules(header, folder.root, report).install()
    Importer(server, header["modules"]).install()
    replace_dead_ends(report, folder)
    facts = {name: header[name] for name in ("modules", "unused", "tried")}
    pass_on(listener, channel, sign, {**facts, "root": folder.root, "packages": setting["packages"]})
    server.watch(header["stuck"])
    faulthandler.enable(channel)
    forget_hidden_modules(header["hidden"], pythons_own)
    sys.path.insert(0, os.path.dirname(path))
    report("ready")  # from here on the student is answerable
    run(path, server, report, folder)


def listener_from(header: Facts, number: int) -> socket.socket:
    """Return the listening socket that the grader made."""
    if "shared_socket" in header:
        return socket.fromshare(bytes.fromhex(header["shared_socket"]))  # type: ignore[attr-defined,no-any-return,unused-ignore]
    return socket.socket(fileno=number)


def forget_hidden_modules(names: list[str], pythons_own: Collection[str]) -> None:
    """Let the student's files take the place of modules that we have loaded, where they would in real life.

    All that Python itself had not loaded is forgotten, and imported anew by who needs it: of what is loaded already
    nobody would ask whether its own imports still find what they found.
    """
    for name in list(sys.modules) if names else []:
        if name not in pythons_own and not name.startswith(__package__ or "?"):
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

    # Every server asks for it, and would search for a file and read it.
    importlib.metadata.version = functools.cache(importlib.metadata.version)
    importlib.metadata.version("werkzeug")
    loaded_from(installed_folders())

    if sys.platform == "linux":
        confinement.c_library()
