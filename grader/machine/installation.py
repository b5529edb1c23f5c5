"""How this grader was installed, and so the command that adds to it: pip does not reach what pipx and uv keep.

Each command works as it is printed, whatever the grader was installed from: where a version is there already, pip, pipx
and ``uv pip`` add only what the extra needs, and ``uv tool`` and ``uvx`` are told the same source again.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path

from grader.machine.programs import find_program
from grader.machine.shell import command

PACKAGE = "flask-activity-grader"

_UVS_CACHE = re.compile(r"(archive|environments)-v\d+")


def how_to_add(extra: str) -> str:
    """Return the command that adds an extra, ``ocr`` or ``cluster``, to the grader that is running."""
    wanted = f"{PACKAGE}[{extra}]"
    if (Path(sys.prefix) / "pipx_metadata.json").exists():
        return command("pipx", "inject", Path(sys.prefix).name, wanted)
    if (Path(sys.prefix) / "uv-receipt.toml").exists():
        return command("uv", "tool", "install", wanted + _source())
    if _is_uvx():
        return f"{command('uvx', '--from', wanted + _source(), 'grader')} …"
    return command(*_pip(), wanted)


def how_to_reinstall(*packages: str) -> str:
    """Return the command that installs packages beside the grader once more, as they may be broken."""
    if (Path(sys.prefix) / "pipx_metadata.json").exists():
        return command("pipx", "reinstall", Path(sys.prefix).name)
    if (Path(sys.prefix) / "uv-receipt.toml").exists():
        return command("uv", "tool", "upgrade", "--reinstall", PACKAGE)
    if _is_uvx():
        return command("uv", "cache", "clean", *packages)
    again = "--force-reinstall" if find_spec("pip") else "--reinstall"
    return command(*_pip(), again, *packages)


def _is_uvx() -> bool:
    """Whether this is one of the environments that ``uvx`` keeps in its cache and nobody else adds to."""
    return _UVS_CACHE.fullmatch(Path(sys.prefix).parent.name) is not None


def _pip() -> list[str]:
    """Return the words that call pip for this Python, or uv where that made the environment and left pip out."""
    if find_spec("pip") is None and find_program("uv"):
        return ["uv", "pip", "install", "--python", sys.executable]
    return [_python(), "-m", "pip", "install"]


def _python() -> str:
    """Return the shortest name by which a terminal finds the Python that runs this."""
    for name in ("python", "python3"):
        found = find_program(name)
        if found and Path(found).parent == Path(sys.executable).parent:
            return name
    return sys.executable


def _source() -> str:
    """Return where the grader was installed from, as it is written behind a package's name; nothing for PyPI."""
    try:
        recorded = distribution(PACKAGE).read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    if not recorded:
        return ""
    origin = json.loads(recorded)
    repository = origin.get("vcs_info", {}).get("vcs")
    return f" @ {repository}+{origin['url']}" if repository else f" @ {origin['url']}"
