"""What runs in the jail: loads app.py as ``python app.py`` would, and serves it on a socket made by the grader.

This file is handed to a bare Python, with the files beside it; they import nothing else of the grader.  Nothing that
they say is believed: the grader, outside, judges by what it sees over HTTP and by the source.

The job comes in on standard input: a line of JSON, then the content of the files one after the other.  Reports go out
as lines of JSON on what was standard output, and between them what `faulthandler` writes when Python itself is stuck
or crashes; the app's own output goes to standard error.  For a class, `forking` makes a copy for each job.
"""

# Plain os.path instead of pathlib, imports where they are used: this program's time to start is paid for every
# submission.
# ruff: noqa: PTH120

from __future__ import annotations

import sys

PYTHONS_OWN = frozenset(sys.modules)  # what `python app.py` has loaded before any file of the student's is looked at

import importlib  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import types  # noqa: E402

NAME = "the grader's inside"  # no import statement of the student's can spell it


def load(module: str) -> types.ModuleType:
    """Load a file of ours that lies beside this one."""
    if NAME not in sys.modules:
        package = sys.modules[NAME] = types.ModuleType(NAME)
        package.__path__ = [os.path.dirname(os.path.realpath(__file__))]
    return importlib.import_module(f"{NAME}.{module}")


if __name__ == "__main__":
    asked = json.loads(sys.argv[1])
    if asked["forks"]:
        load("forking").main(asked)
    else:
        if asked["sandbox"]:
            load("first_process").fork_the_app()
        load("job").main(asked, PYTHONS_OWN)
