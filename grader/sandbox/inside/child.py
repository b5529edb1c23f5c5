"""What a Python does that the app has started: it serves in the place of the app, should it come to that."""

from __future__ import annotations

import json
import os
import socket
import sys

from . import exact_names
from .app_server import AppServer
from .children import VARIABLE, Sign, hand_down
from .files_written import ignores_case
from .importer import Importer
from .modules import Modules
from .reporter import Reporter
from .students_folder import Folder


def begin() -> None:
    """Be a Python that the app has started; called from its ``sitecustomize``."""
    facts = json.loads(os.environ[VARIABLE])
    folder = Folder(facts["root"])
    report = Reporter(facts["channel"], speaks=False)
    if ignores_case(folder.root):
        exact_names.install(folder.root)
    listener, sign = socket.socket(fileno=facts["listener"]), Sign(tuple(facts["sign"]))
    if facts["packages"] not in sys.path:
        sys.path.append(facts["packages"])
    sys.path.remove(os.environ["PYTHONPATH"])
    Modules(facts, folder.root, report).install()
    hand_down((listener.fileno(), facts["channel"], *sign.ends))
    Importer(AppServer(listener, report, folder, sign), facts["modules"]).install()
