"""What an app's Python in the jail is told to run, and the files for it."""

from __future__ import annotations

import json
from typing import IO, TYPE_CHECKING, Any

from grader.sandbox import isolation
from grader.sandbox.importable import hidden_modules, modules_of
from grader.sandbox.limits import MEGABYTE, RunLimits

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.isolation import Isolation
    from grader.source.imports import Imports

_RESERVE = 16 * MEGABYTE
_NEARLY = 0.75  # of the time there is: early enough to be read, and as late as can be


def header(
    files: Mapping[str, bytes], app: str, imports: Imports, limits: RunLimits, kind: Isolation, *, preloaded: bool
) -> dict[str, Any]:
    """Return what is told first, as JSON; the files follow in its order."""
    return {
        "app": app,
        "files": [[name, len(files[name])] for name in in_order(files, app)],
        "hidden": [] if preloaded else hidden_modules(files, app),
        "modules": modules_of(limits.packages),
        "unused": sorted(imports.unused()),
        "tried": sorted(imports.tried()),
        "limits": {
            "memory": limits.memory,
            "reserve": _RESERVE,
            "open_files": limits.open_files,
            "written": limits.written,
            "tasks": isolation.most_tasks(kind, limits.processes),
            "cpu": 2 * int(limits.load + limits.total),  # a last net; time is measured outside
        },
        "stuck": _NEARLY * min(limits.load, limits.request),
    }


def send(pipe: IO[bytes], told: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
    """Write the header and the files.

    Raises `OSError` or `ValueError`: nobody reads any more.
    """
    pipe.write(json.dumps(told).encode() + b"\n")
    for name, _ in told["files"]:
        pipe.write(files[name])
    pipe.flush()


def in_order(files: Mapping[str, bytes], app: str) -> list[str]:
    """Put first what is to stand where a disk takes two names for one: the app, then names without capitals."""
    return sorted(files, key=lambda name: (name != app, name != name.lower(), name))
