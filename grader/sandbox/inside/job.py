"""The one job of this process: take over what the grader hands in, build the walls, run the app.

A Python that the app starts does the rest of it (`begin_as_child`), and serves in the place of the app, should it come
to that.
"""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH118, PTH120, SIM115

from __future__ import annotations

import faulthandler
import functools
import gc
import io
import json
import os
import socket
import sys
import threading

from . import confinement
from .app_server import AppServer
from .as_main import replace_dead_ends, run
from .children import VARIABLE, Sign, hand_down, pass_on
from .ending import die_with_the_grader, the_grader_has_gone, wait_for_the_end
from .files_written import tell_names_apart, unpack
from .importer import Importer
from .modules import Modules, installed_folders, loaded_from
from .reporter import Reporter
from .students_folder import Folder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import TextIO

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
    tell_names_apart(folder.root)
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


def begin_as_child() -> None:
    """Be a Python that the app has started; called from its ``sitecustomize``."""
    facts = json.loads(os.environ[VARIABLE])
    folder = Folder(facts["root"])
    report = Reporter(facts["channel"], speaks=False)
    tell_names_apart(folder.root)
    listener, sign = socket.socket(fileno=facts["listener"]), Sign(tuple(facts["sign"]))
    find_packages(facts)
    sys.path.remove(os.environ["PYTHONPATH"])
    Modules(facts, folder.root, report).install()
    hand_down((listener.fileno(), facts["channel"], *sign.ends))
    Importer(AppServer(listener, report, folder, sign), facts["modules"]).install()


def take_over_streams() -> tuple[int, int]:
    """Keep the two pipes to the grader for ourselves; the app gets an empty input, and standard error for output."""
    job, channel = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    # Made anew, for these remember what they were opened on: a pipe has no place to tell, a file has.
    sys.stdin = sys.__stdin__ = stream_like(sys.stdin, 0, "rb")  # type: ignore[misc, assignment, unused-ignore]
    sys.stdout = sys.__stdout__ = stream_like(sys.stdout, 1, "wb")  # type: ignore[misc, assignment, unused-ignore]
    sys.stderr = sys.__stderr__ = stream_like(sys.stderr, 2, "wb")  # type: ignore[misc, assignment, unused-ignore]
    return job, channel


def stream_like(before: TextIO, number: int, mode: str) -> TextIO:
    """Return what Python makes of a standard stream when it starts; written out line by line, as on a terminal."""
    file = open(number, mode, buffering=io.DEFAULT_BUFFER_SIZE, closefd=False)
    file.raw.name = before.name  # type: ignore[attr-defined]
    stream = io.TextIOWrapper(file, before.encoding, before.errors, line_buffering=mode == "wb")
    stream.mode = mode[0]  # type: ignore[misc]
    return stream


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
    gc.disable()  # else an eighth of it goes to looking for cycles among what stays
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
    gc.enable()
