"""Which files of a hand-in are not the student's work: environments, caches, what operating systems leave."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDERS = frozenset(
    {
        "venv",
        ".venv",
        "env",
        ".env",
        "virtualenv",
        "site-packages",
        "node_modules",
        "__MACOSX",
        "__pycache__",
        ".git",
        ".github",
        ".idea",
        ".vscode",
        ".tox",
        ".nox",
        ".pytest_cache",
        ".mypy_cache",
        ".ruff_cache",
        "grader-report",
    },
)
_FILES = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", "pyvenv.cfg"})
_ENDINGS = (".pyc", ".pyo")


def is_junk_folder(name: str) -> bool:
    """Whether a folder of this name holds nothing of the student's."""
    return name in _FOLDERS


def is_junk_file(name: str) -> bool:
    """Whether a file of this name is not the student's; byte code is among them: what it holds cannot be read."""
    return name in _FILES or name.startswith(("._", "~$")) or name.lower().endswith(_ENDINGS)


def is_junk(path: str) -> bool:
    """Whether a relative path with forward slashes is junk or lies in a junk folder."""
    parts = PurePosixPath(path).parts
    return any(is_junk_folder(part) for part in parts[:-1]) or is_junk_file(parts[-1])


def without_environments(paths: Iterable[str]) -> list[str]:
    """Leave out junk, and virtual environments of any name: folders that hold a ``pyvenv.cfg``."""
    paths = list(paths)
    environments = {PurePosixPath(path).parent for path in paths if path.rpartition("/")[2] == "pyvenv.cfg"}
    environments.discard(PurePosixPath())
    return [path for path in paths if not is_junk(path) and environments.isdisjoint(PurePosixPath(path).parents)]
