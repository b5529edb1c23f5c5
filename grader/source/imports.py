"""What the student's files import, and what of it nothing uses."""

from __future__ import annotations

import ast
import sys
from itertools import chain
from typing import TYPE_CHECKING

from grader.source.python_code import MOST_SOURCE, parse, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_NAMES_ITS_SYSTEM = ("os.name", "platform", "system()")


class Imports:
    """The imports in the Python files of a hand-in, whose `files` are given as content by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._own = {part.removesuffix(".py") for path in files for part in path.split("/")}
        python = {path: content for path, content in files.items() if path.endswith(".py")}
        small = python if sum(map(len, python.values())) <= MOST_SOURCE else {}
        self._trees = {path: tree for path, content in small.items() if (tree := parse(content)) is not None}
        self._complete = len(self._trees) == len(python)
        self._nodes = {path: list(walk(tree)) for path, tree in self._trees.items()}

    def unused(self) -> frozenset[str]:
        """Return the top-level modules that are imported and not used, anywhere in the files.

        An import inside of a ``try`` counts as used: there the student has said what happens without the module.  One
        below the app does, too: such files are imported for their routes.
        """
        found: dict[str, bool] = {}
        for path, tree in self._trees.items():
            nodes = self._nodes[path]
            tried = {id(below) for node in nodes if isinstance(node, ast.Try) for below in walk(node)}
            tried |= _below_the_app(tree)
            for node in nodes:
                for module, name in _bound(node):
                    used = name == "*" or id(node) in tried or self._uses(path, name, node)
                    found[module] = found.get(module, False) or used
        return frozenset(module for module, used in found.items() if not used)

    def tried(self) -> frozenset[str]:
        """Return the top-level modules whose import stands in a ``try``: there is a way without them."""
        tries = [node for node in self._all_nodes() if isinstance(node, ast.Try)]
        return frozenset(module for each in tries for node in walk(each) for module, _ in _bound(node))

    def takes_all(self, module: str) -> bool:
        """Whether a file imports everything of a module, with a star."""
        return any((module, "*") in set(_bound(node)) for node in self._all_nodes())

    def _uses(self, path: str, name: str, binding: ast.AST) -> bool:
        """Whether a name that an import binds is used in its file, or taken from there by another one."""
        own = self._nodes[path]
        if any(isinstance(node, ast.Name) and node.id == name for node in own):
            return True
        if any(isinstance(node, ast.Constant) and node.value == name for node in own):  # __all__, globals()[…]
            return True
        others = [nodes for other, nodes in self._nodes.items() if other != path]
        return any(_names(node, name) for nodes in others for node in nodes if node is not binding)

    def _all_nodes(self) -> Iterator[ast.AST]:
        return chain.from_iterable(self._nodes.values())

    def _functions(self) -> Iterator[tuple[str, ast.AST]]:
        for path, nodes in self._nodes.items():
            for node in nodes:
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    yield path, node

    def line_of_use(self, module: str) -> tuple[str, int] | None:
        """Return where a module is used inside of a function, without a look at which system it runs on."""
        for path, function in self._functions():
            names = {name for node in self._nodes[path] for top, name in _bound(node) if top == module}
            for node in _unguarded(function):
                if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
                    return path, node.lineno
        return None

    def name_used(self, asked: Callable[[str], bool]) -> tuple[str, str, int] | None:
        """Return the first ``module.name`` that is asked for and used inside of a function, its file and its line.

        Without a look at which system it runs on, as in `line_of_use`.
        """
        for path, function in self._functions():
            for node in _unguarded(function):
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                    name = f"{node.value.id}.{node.attr}"
                    if asked(name):
                        return name, path, node.lineno
        return None

    def of_flask(self) -> bool:
        """Whether anything in the files names Flask, or they cannot all be read."""
        return not self._complete or any(map(_is_about_flask, self._all_nodes()))

    def foreign(self) -> frozenset[str]:
        """Return the top-level modules that are neither Python's nor among the files."""
        modules = {module for node in self._all_nodes() for module, _ in _bound(node)}
        return frozenset(modules - sys.stdlib_module_names - self._own)


def _below_the_app(tree: ast.Module) -> set[int]:
    """Return the statements of a file that stand below the one that makes the app, by identity."""
    for number, statement in enumerate(tree.body):
        value = statement.value if isinstance(statement, ast.Assign) else None
        if isinstance(value, ast.Call) and ast.unparse(value.func).rpartition(".")[2] == "Flask":
            return {id(each) for each in tree.body[number:]}
    return set()


def _bound(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield for each module that a statement imports its top-level name, and what is bound."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield top, alias.asname or top
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        for alias in node.names:
            yield node.module.partition(".")[0], alias.asname or alias.name


def _names(node: ast.AST, name: str) -> bool:
    if isinstance(node, ast.ImportFrom):
        return any(alias.name in {name, "*"} for alias in node.names)
    return isinstance(node, ast.Attribute) and node.attr == name


def _unguarded(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is below a node, without what stands in a ``try``, or below a question which system this is."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Try):
            continue
        asked = ast.unparse(child.test) if isinstance(child, (ast.If, ast.IfExp)) else ""
        if any(sign in asked for sign in _NAMES_ITS_SYSTEM):
            continue
        yield child
        yield from _unguarded(child)


def _is_about_flask(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        named = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
    elif isinstance(node, ast.Constant):
        named = [str(node.value)]
    elif isinstance(node, ast.Name):
        named = [node.id]
    else:
        return False
    return any("flask" in name.lower() for name in named)
