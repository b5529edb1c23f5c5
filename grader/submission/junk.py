"""Which files of a hand-in are not the student's work: environments, caches, what operating systems leave."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_FOLDERS = frozenset(
    {
        *("site-packages", "node_modules", "__MACOSX", "__pycache__", ".git", ".github", ".idea", ".vscode", ".tox"),
        *(".nox", ".pytest_cache", ".mypy_cache", ".ruff_cache", "grader-report"),
    }
)
_PARTS = frozenset(
    {
        *("bin", "scripts", "lib", "lib64", "include", "share", "man", "site-packages"),
        *("conda-meta", "dlls", "library", "tcl", "tools", "libs", "sbin", "ssl", "compiler_compat"),  # conda's
    }
)
"""The folders that an environment consists of; beside them lies the student's own, where it was made in the project."""
_MARKS = frozenset({"pyvenv.cfg"})
_SCRIPTS = frozenset({"bin", "scripts"})
_STARTED_BY = frozenset({"activate", "activate.bat", "activate.ps1", "activate_this.py"})
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
    """Leave out junk, and what virtual environments consist of; one may be the project's own folder."""
    paths = list(paths)
    environments = {home for path in paths if (home := _environment_marked_by(path)) is not None}
    return [path for path in paths if not is_junk(path) and not _is_of(environments, path)]


def without_parts_of_environments(folders: Iterable[str], files: Iterable[str], scripts: Iterable[str]) -> list[str]:
    """Return the names of a folder's folders that are the student's, as `without_environments` does on a disk.

    `scripts` is what lies in the folders' folder ``bin`` or ``Scripts``.
    """
    folders, files = list(folders), set(files)
    made = files & _MARKS or "conda-meta" in folders or any(name.lower() in _STARTED_BY for name in scripts)
    return [name for name in folders if not is_junk_folder(name) and not (made and name.lower() in _PARTS)]


def _environment_marked_by(path: str) -> str | None:
    """Return the folder that a file shows to be a virtual environment; ``""`` for the top."""
    *folders, name = path.split("/")
    if name in _MARKS:
        return "/".join(folders)
    inside = folders[-1].lower() if folders else ""
    if (inside in _SCRIPTS and name.lower() in _STARTED_BY) or inside == "conda-meta":
        return "/".join(folders[:-1])
    return None


def _is_of(environments: set[str], path: str) -> bool:
    """Whether a path lies in a folder that every environment has."""
    parts = path.split("/")
    return any(
        parts[depth].lower() in _PARTS and "/".join(parts[:depth]) in environments for depth in range(len(parts) - 1)
    )
