"""What the grader does, for whoever looks for a fault in it: nothing unless ``--log-level`` or ``GRADER_LOG`` asks.

Modules write to ``logging.getLogger(__name__)``; nothing that a student wrote is logged as anything but its ``repr``.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
import tempfile
import traceback
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from grader.machine.user_cache import cache_folder
from grader.machine.whole_files import replacing
from grader.model.contract import LOG_LEVELS

VARIABLE = "GRADER_LOG"
_PACKAGES = ("flask-activity-grader", "click", "flask", "werkzeug", "jinja2", "playwright", "psutil", "python-docx")
_FILE = "grader.log"


def set_up(level: str | None = None) -> None:
    """Have log messages written to standard error; call it once in each process.

    `level` is one of `LOG_LEVELS`, or what ``GRADER_LOG`` says; processes that are started from here get the same.
    """
    level = level or os.environ.get(VARIABLE, "").lower()
    if level in LOG_LEVELS:
        os.environ[VARIABLE] = level
        # Other packages' messages stay where they are: the grader's are asked for.
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(name)s: %(message)s"))
        logger = logging.getLogger("grader")
        logger.handlers[:] = [handler]
        logger.setLevel(level.upper())


def keep_fault(error: BaseException) -> str | None:
    """Write what is needed to find a fault of the grader's own into a file, and say where that is; None where nowhere.

    The file holds versions, the command and the traceback.  It is the user's to send on or not.
    """
    said = "\n".join([*_versions(), f"command: {sys.argv}", "", *traceback.format_exception(error)])
    for folder in (cache_folder(), Path(tempfile.gettempdir())):
        try:
            with replacing(folder / _FILE) as file:
                file.write(said.encode("utf-8", "backslashreplace"))
        except OSError:
            continue
        return f"What is needed to find it is in {folder / _FILE}."
    return None


def _versions() -> list[str]:
    said = [f"Python {sys.version}", f"system: {platform.platform()}"]
    return [*said, *(f"{package} {_version(package)}" for package in _PACKAGES)]


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "is not installed"
