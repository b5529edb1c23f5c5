"""An environment with the grader's dependencies for each Python that this machine has or gets.

They are kept in the user's cache folder for the next run, by what is in them.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from grader.machine.user_cache import user_cache
from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

THIS = f"{sys.version_info.major}.{sys.version_info.minor}"
_DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
_WINDOWS = sys.platform == "win32"
_UV = shutil.which("uv")


class CannotBeHad(Exception):
    """This machine has no such Python, and none can be installed."""


def environment(version: str) -> Path:
    """Return a Python of this version that has what the grader needs.

    Raises
    ------
    CannotBeHad
        Says why.

    """
    python = _interpreter(version)
    mark = hashlib.sha256("\n".join([str(python), *_DEPENDENCIES]).encode()).hexdigest()[:12]
    folder = user_cache() / "grader-pythons" / f"{version}-{mark}"
    made = folder / ("Scripts/python.exe" if _WINDOWS else "bin/python")
    if not (folder / "complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        if _UV:
            _run(_UV, "venv", "--quiet", "--python", python, folder)
            _run(_UV, "pip", "install", "--quiet", "--python", made, *_DEPENDENCIES)
        else:
            _run(python, "-m", "venv", folder)
            _run(made, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *_DEPENDENCIES)
        (folder / "complete").touch()
    return made


def _interpreter(version: str) -> Path:
    if version == THIS:
        return Path(sys.executable)
    for candidate in _candidates(version):
        if _is(candidate, version):
            return candidate
    if _UV is None:
        raise CannotBeHad(f"there is no python{version} here, and no uv that could get one")
    try:
        got = _run(_UV, "python", "install", version)
    except (OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        raise CannotBeHad(f"there is no python{version} here, and uv cannot get one: {said[-1].strip()}") from error
    return Path(_run(_UV, "python", "find", version).strip() or got)


def _candidates(version: str) -> Iterator[Path]:
    found = shutil.which(f"python{version}")
    if found:
        yield Path(found)
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from sorted(pyenv.glob(f"versions/{version}.*/bin/python"))
    if _UV:
        try:
            yield Path(_run(_UV, "python", "find", "--no-python-downloads", version).strip())
        except (OSError, subprocess.SubprocessError):
            return


def _is(python: Path, version: str) -> bool:
    """Whether a program is this Python: pyenv's, for one, is there and says that it is not."""
    try:
        said = _run(python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])")
    except (OSError, subprocess.SubprocessError):
        return False
    return said.strip() == version


def _run(*command: Path | str) -> str:
    words = [str(word) for word in command]
    done = subprocess.run(words, capture_output=True, text=True, encoding="utf-8", timeout=300, check=False)
    if done.returncode:
        raise subprocess.CalledProcessError(done.returncode, words, done.stdout, done.stderr)
    return done.stdout
