"""Finding the file to run among the files that were handed in."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.model.faults import Code, InputError
from grader.model.text import listed
from grader.source.python_code import MOST_SOURCE, parse, walk
from grader.submission.in_the_cloud import FROM_THE_CLOUD, in_the_cloud

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

IS_PYTHON = re.compile(rb"(?m)^(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+\w")
_MAKES_AN_APP = re.compile(rb"\bFlask\s*\(")
_OF_OTHER_KINDS = (".docx", ".pdf", ".html", ".md", ".zip", ".json", ".log")
_SERVERS = frozenset({"run", "run_simple", "serve", "serve_forever"})


def find_app(files: Mapping[str, bytes], shown_as: str) -> str:
    """Return the path of the file that ``python`` is to run: ``app.py``, else the only module that makes a Flask app.

    `shown_as` is what the user calls the hand-in, for messages.  Raises `InputError`: there is none, or none is the
    obvious one; names what was looked for and found.
    """
    modules = [path for path in files if path.endswith(".py")]
    if not modules:
        there = f"No Python file in {shown_as}: {listed(sorted(files), 5)}."  # enough to recognise the folder by
        raise InputError(
            there if files else f"{shown_as} is empty: there are no files in it.",
            hint=_only_stands_for(files) or _what_else(files) or "Hand in the folder that holds your app.py.",
            code=Code.NO_APP,
            facts={"source": shown_as},
        )
    named = _distinct(_shallowest(path for path in modules if path.rpartition("/")[2] == "app.py"), files)
    if len(named) == 1:
        return named[0]
    if named:
        raise _several(f"Several apps in {shown_as}: {', '.join(named)}.", named, shown_as)
    return _only_module(modules, files, shown_as)


def all_apps(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """Return the files that may be the app, where there are several; copies of one are one.

    Every ``app.py``, and what makes a Flask app in folders that hold none, neither beside them nor above.
    """
    modules = sorted((path for path in files if path.endswith(".py")), key=lambda path: (path.count("/"), path))
    named = [path for path in modules if path.rpartition("/")[2] == "app.py"]
    projects = {path.rpartition("/")[0] for path in named}
    makers = [path for path in modules if projects.isdisjoint(_folders(path)) and _MAKES_AN_APP.search(files[path])]
    found = _distinct([*named, *makers], files)
    return tuple(found) if len(found) > 1 else ()


def _folders(path: str) -> list[str]:
    """Return the folder of a path and those above it; the top is ``""``."""
    parts = path.split("/")[:-1]
    return ["/".join(parts[:depth]) for depth in range(len(parts) + 1)]


def app_or_reason(
    files: Mapping[str, bytes], shown_as: str, *, instead: Callable[[], InputError | None] = lambda: None
) -> tuple[str, InputError | None]:
    """Return the app of a hand-in; where there is something to look at without it, no app and why.

    That is a Word document, several apps of which a person has to choose one, or a program under another name.

    `instead` returns a better reason than that there is no app, such as an archive that cannot be opened; it is called
    only then.  Raises `InputError`: there is nothing else to look at.
    """
    try:
        return find_app(files, shown_as), None
    except InputError as error:
        several = error.code is Code.SEVERAL_APPS
        reason = error if several else instead() or error
        if several or any(path.lower().endswith(".docx") for path in files) or _is_explained(files):
            return "", reason
        raise reason from error


def _only_module(modules: list[str], files: Mapping[str, bytes], shown_as: str) -> str:
    """Choose where there is no app.py: who starts a server first, who makes an app second."""
    makers = [path for path in modules if _MAKES_AN_APP.search(files[path])]
    if makers:
        size = sum(len(files[path]) for path in modules)
        starters = [path for path in modules if size <= MOST_SOURCE and _starts_a_server(files[path])]
        importers = [
            path for path in modules if any(_imports(files[path], path, package) for package in _packages(makers))
        ]
        for candidates in (starters, importers, makers):
            best = _distinct(_shallowest(candidates), files)
            if len(best) == 1:
                return best[0]
    if len(modules) == 1:
        return modules[0]
    if not makers:
        raise InputError(
            f"No app.py in {shown_as}, and none of its Python files makes a Flask app: {', '.join(sorted(modules))}.",
            hint="Call the file with your Flask app app.py.",
            code=Code.NO_APP,
            facts={"source": shown_as},
        )
    makers.sort()
    raise _several(f"Several apps in {shown_as}, and none is called app.py: {', '.join(makers)}.", makers, shown_as)


def _several(message: str, apps: list[str], shown_as: str) -> InputError:
    facts = {"source": shown_as, "apps": tuple(apps)}
    return InputError(message, hint="Hand in the one that answers this exercise.", code=Code.SEVERAL_APPS, facts=facts)


def _packages(makers: list[str]) -> list[str]:
    """Return the packages whose ``__init__.py`` makes an app."""
    return [path.split("/")[-2] for path in makers if path.endswith("/__init__.py")]


def _imports(source: bytes, path: str, package: str) -> bool:
    """Whether a module outside of a package imports it, as wsgi.py does for ``flask run``."""
    pattern = rb"^[ \t]*(from|import)\s+" + re.escape(package).encode() + rb"\b"
    return package not in path.split("/")[:-1] and re.search(pattern, source, re.MULTILINE) is not None


def _is_explained(files: Mapping[str, bytes]) -> bool:
    return (_only_stands_for(files) or _what_else(files)) is not None


def _only_stands_for(files: Mapping[str, bytes]) -> str | None:
    """Say what to do with a placeholder for a program that is in iCloud."""
    names = {path: name for path in files if (name := in_the_cloud(path)) is not None and name.endswith(".py")}
    return next((f"{path} only stands for {name}. {FROM_THE_CLOUD}" for path, name in names.items()), None)


def _what_else(files: Mapping[str, bytes]) -> str | None:
    """Say what to do with a program that is there under another name."""
    for path in sorted(files):
        if path.lower().endswith(".ipynb"):
            return f"{path} is a notebook; put its code into a file app.py."
        if path.lower().endswith(".py") and not path.endswith(".py"):
            return f"Rename {path} to {path.lower().rpartition('/')[2]}: Python's files end in .py, in small letters."
        if files[path].startswith(b"{\\rtf"):
            return f"{path} is rich text: copy your code into a new file app.py, and save that as plain text."
        if by_its_name := re.search(r"(?i)\.py(\.\w+)$", path):
            return f"Rename {path} to {path[: by_its_name.start(1)]}: by its name it is no Python file."
        if _MAKES_AN_APP.search(files[path]) and not path.lower().endswith(_OF_OTHER_KINDS):
            folder, _, name = path.rpartition("/")
            stem = re.sub(r"[\W_]py$", "", name.partition(".")[0])
            to = f"{folder}/{stem}.py".lstrip("/")
            return f"Rename {path} to {to}: it holds your app, and Python's files end in .py."
    return None


def _starts_a_server(source: bytes) -> bool:
    tree = parse(source)
    if tree is None:
        return False
    calls = (node.func for node in walk(tree) if isinstance(node, ast.Call))
    return any(
        (isinstance(called, ast.Attribute) and called.attr in _SERVERS)
        or (isinstance(called, ast.Name) and called.id in _SERVERS - {"run"})
        for called in calls
    )


def _shallowest(paths: Iterable[str]) -> list[str]:
    by_depth = sorted(paths, key=lambda path: (path.count("/"), path))
    return [path for path in by_depth if path.count("/") == by_depth[0].count("/")]


def _distinct(paths: list[str], files: Mapping[str, bytes]) -> list[str]:
    """Keep the first of several files with the same content."""
    first: dict[bytes, str] = {}
    for path in paths:
        first.setdefault(files[path], path)
    return list(first.values())
