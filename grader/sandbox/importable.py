"""What an app imports: which installed modules it may find, and which its own files take the place of.

It may find Flask's, what Flask needs, and what the course permits.
"""

from __future__ import annotations

import functools
import re
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from importlib.metadata import Distribution

    from grader.submission import Submission

FLASKS = frozenset({"flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"})
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_MARKER = re.compile(r"(python_version|platform_system|sys_platform|extra)\s*(==|!=|<=|>=|<|>)\s*[\"']([^\"']*)[\"']")


@functools.lru_cache(maxsize=8)
def modules_of(packages: tuple[str, ...]) -> tuple[str, ...]:
    """Return the top-level modules of Flask, of these packages (named as for pip), and of all that they need.

    One that is not installed (see `is_installed`) has none but its name, by which a server is replaced by ours.
    """
    from importlib.metadata import PackageNotFoundError, distribution  # loads much, which no Python has to wait for

    found: set[str] = {*FLASKS, *packages}
    asked, done = ["flask", *packages], set[str]()
    while asked:
        name = re.sub(r"[-_.]+", "-", asked.pop()).lower()
        if name in done:
            continue
        done.add(name)
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue
        found.update(_top_levels(package))
        asked += _needs(package)
    return tuple(sorted(found))


def is_installed(package: str) -> bool:
    """Whether a package is installed beside the grader."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        distribution(package)
    except (PackageNotFoundError, ValueError):
        return False
    return True


def _top_levels(package: Distribution) -> Iterator[str]:
    for file in package.files or ():
        first = file.parts[0]
        if len(file.parts) > 1 and not first.endswith((".dist-info", ".egg-info", ".data")) and first.isidentifier():
            yield first
        elif len(file.parts) == 1 and (stem := first.partition(".")[0]).isidentifier() and not first.endswith(".pth"):
            yield stem
    yield from (package.read_text("top_level.txt") or "").split()


def _needs(package: Distribution) -> Iterator[str]:
    for requirement in package.requires or ():
        named, _, marker = requirement.partition(";")
        match = _NAME.match(named.strip())
        if match and all(_holds(*each) for each in _MARKER.findall(marker)):
            yield match[0]


def _holds(variable: str, sign: str, value: str) -> bool:
    """Whether one condition of a requirement holds here (https://packaging.python.org/specifications/dependency-specifiers/)."""
    if variable == "extra":
        return False
    if variable == "python_version":
        here, there = sys.version_info[:2], tuple(int(part) for part in value.split(".")[:2] if part.isdecimal())
        known = {"<": here < there, "<=": here <= there, ">": here > there, ">=": here >= there, "==": here == there}
        return known.get(sign, True)
    is_windows = sys.platform == "win32"
    return (value.lower() in {"windows", "win32"}) == is_windows if sign == "==" else True


def hidden_modules(files: Iterable[str], app: str) -> list[str]:
    """Return the modules of Python's or Flask's in whose place a file beside the app is imported."""
    beside = app.rpartition("/")[0]
    prefix = f"{beside}/" if beside else ""
    tops = {
        path[len(prefix) :].partition("/")[0].removesuffix(".py")
        for path in files
        if path.startswith(prefix) and path.endswith(".py")
    }
    builtin = set(sys.builtin_module_names)  # found before any file
    return sorted(tops & (FLASKS | sys.stdlib_module_names) - builtin)


def hides_a_module(submission: Submission) -> bool:
    """Whether a file beside app.py is imported in place of a module that Flask needs."""
    return bool(hidden_modules(submission.files, submission.app))
