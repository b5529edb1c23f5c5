"""A name or a module that is not there when an app is loaded, or is another one than was meant: why, and what to do."""

from __future__ import annotations

import platform
import re
import sys
from typing import TYPE_CHECKING

from grader.sandbox.importable import FLASKS, hidden_modules
from grader.sandbox.other_pythons import only_on, since
from grader.sandbox.words.explaining import FailedLoad, said
from grader.sandbox.words.gone import gone_module, gone_name
from grader.sandbox.words.not_serving import no_such_browser, other_systems_module
from grader.sandbox.words.spelling import meant

if TYPE_CHECKING:
    from grader.model.faults import StudentFault

_NOT_IN_THE_MODULE = (
    r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'",
    r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'",
)
_NOT_THERE = (
    *_NOT_IN_THE_MODULE,
    r"^(?P<module>)name '(?P<name>\w+)' is not defined",
    r"No module named '(?P<module>[\w.]+)'(?P<name>)",
)


def hidden(failed: FailedLoad) -> StudentFault | None:
    """Say that a file beside the app took the place of a module of Python's or Flask's, and that something broke."""
    crash = failed.crash
    if not {"ImportError", "AttributeError", "TypeError", "NameError"} & failed.names:
        return None
    taken = hidden_modules(failed.files, failed.app)
    named = [name for name in taken if failed.module == name]
    named = named or [name for name in taken if re.search(rf"'{re.escape(name)}['.]", crash.message)]
    if not named and crash.frames and re.match(r"(from|import)\s+flask", crash.frames[0].text):
        named = taken  # importing Flask fails for no other reason
    if not named:
        return None
    beside = failed.app.rpartition("/")[0]
    paths = [f"{beside}/{named[0]}".lstrip("/") + ending for ending in (".py", "/__init__.py")]
    path = next((each for each in paths if each in failed.files), paths[0])
    what, path = ("folder", path.removesuffix("/__init__.py")) if path.endswith("/__init__.py") else ("file", path)
    whose = "the package" if named[0] in FLASKS else "Python's own module"
    return failed.at.fault(
        f"Your {what} {path} has the same name as {whose} {named[0]}, so Python imports your {what} instead.",
        f"Give it another name, for example {path.replace(named[0], f'my_{named[0]}')}.",
        observed=said(crash),
    )


def elsewhere(failed: FailedLoad) -> StudentFault | None:
    """Say that it is for another system; a person decides."""
    if failed.crash.type.endswith("webbrowser.Error") or "runnable browser" in failed.crash.message:
        return no_such_browser(failed.at)
    name = failed.module if failed.crash.type == "ModuleNotFoundError" else ""
    if not only_on(name):
        match = _found(_NOT_IN_THE_MODULE, failed.crash.message)
        name = f"{match['module']}.{match['name']}" if match else ""
    return other_systems_module(name, failed.at) if only_on(name) else None


def newer(failed: FailedLoad) -> StudentFault | None:
    """Say that a module or a name is there from a newer Python on."""
    match = _found(_NOT_THERE, failed.crash.message)
    version = since(match["module"], match["name"]) if match else None
    if match is None or version is None or sys.version_info >= version:
        return None
    return failed.at.fault(
        f"{failed.at.place_name}: {match['name'] or match['module']} is there from Python {version[0]}.{version[1]} "
        f"on; here apps run with Python {platform.python_version()}.",
        "Do without it, so that the app runs with both.",
        observed=said(failed.crash),
    )


def missing_module(failed: FailedLoad) -> StudentFault | None:
    """Say that a module is no longer there, was not handed in, or is no package that is installed."""
    module, top = failed.crash.module, failed.module
    if failed.crash.type != "ModuleNotFoundError" or not module:
        return None
    gone_since = gone_module(module, failed.at.line)
    if gone_since is not None and f"{top}.py" not in {path.rpartition("/")[2] for path in failed.files}:
        problem, hint = gone_since
        return failed.at.fault(f"{failed.at.place_name}: {problem}.", hint)
    like = [path for path in failed.files if path.rpartition("/")[2].lower() == f"{top.lower()}.py"]
    flask = meant(str(failed.crash), failed.at)
    if flask is not None:
        hint = flask
    elif like:
        hint = f"You handed in {like[0]}: Python finds it only beside the file that is run, spelt exactly the same."
    else:
        hint = (
            f"If {top} is a file of yours, hand it in beside app.py. If it is a package, do without it: "
            "the exercise needs Flask and what comes with Python."
        )
    return failed.at.fault(
        f"{failed.at.place_name} imports {module}, which is not there: it was not handed in, "
        "and it does not come with Python or Flask.",
        hint,
    )


def imports_itself(failed: FailedLoad) -> StudentFault | None:
    """Say that a file imports what stands in itself."""
    own = failed.at.file.rpartition("/")[2].removesuffix(".py")
    if "ImportError" not in failed.names or failed.module != own or failed.at.file != failed.app:
        return None
    return failed.at.fault(
        f"{failed.at.place_name} imports {failed.app} into itself: that begins it anew before it has come to its end.",
        f"Take out line {failed.at.line}: what stands in a file is known in it.",
    )


def gone(failed: FailedLoad) -> StudentFault | None:
    """Say that a name was there in earlier versions, and where it is now."""
    found = gone_name(str(failed.crash), failed.at)
    if found is None:
        return None
    problem, hint = found
    return failed.at.fault(f"{failed.at.place_name} uses an old name: {problem}.", hint, observed=said(failed.crash))


def _found(patterns: tuple[str, ...], message: str) -> re.Match[str] | None:
    return next((match for pattern in patterns if (match := re.search(pattern, message))), None)
