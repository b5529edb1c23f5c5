"""Reading the student's code without running it."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.places import InCode, Route
from grader.source import ports
from grader.source.cookie_reads import CookieReads, Function, Read, called, first_text, parts_reached
from grader.source.python_code import MOST_SOURCE, binds, parse, walk

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_Named = ast.FunctionDef | ast.AsyncFunctionDef
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef)
_RUN_OTHERS = {"asyncio", "subprocess"}


@dataclass(frozen=True)
class RunInCode:
    """An ``app.run`` that stands in the code, or lacks its parentheses (`is_call`), and what is around it.

    `condition` is the ``if``, as written, and `function` the function; None where there is none.
    """

    line: int
    condition: str | None = None
    function: str | None = None
    is_call: bool = True


@dataclass(frozen=True)
class Argument(InCode):
    """An argument that a call is given by its name."""

    name: str
    written: str
    file: str
    line: int


class Source:
    """The Python files of a hand-in, whose `files` are given as content by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._trees: dict[str, ast.Module | None] = {}
        self._functions_by_file: dict[str, list[_Named]] = {}
        self._room = MOST_SOURCE

    def tree(self, path: str) -> ast.Module | None:
        """Return a file's syntax tree; None where there is none, or the files are too much to be a student's code."""
        if path not in self._trees:
            content = self._files.get(path, b"")
            self._room -= len(content)
            self._trees[path] = parse(content) if self._room >= 0 else None
        return self._trees[path]

    def _all_trees(self) -> Iterator[tuple[str, ast.Module]]:
        for path in self._files:
            tree = self.tree(path) if path.endswith(".py") else None
            if tree is not None:
                yield path, tree

    def _all_functions(self) -> Iterator[tuple[str, _Named]]:
        for path, _ in self._all_trees():
            yield from ((path, function) for function in self._functions(path))

    def _functions(self, path: str) -> list[_Named]:
        if path not in self._functions_by_file:
            tree = self.tree(path)
            functions = [node for node in walk(tree) if isinstance(node, _NAMED)] if tree else []
            self._functions_by_file[path] = functions
        return self._functions_by_file[path]

    def calls(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield file and line of each call of a function or method of this name."""
        return ((path, call.lineno) for path, call in self._calls(name))

    def _calls(self, name: str) -> Iterator[tuple[str, ast.Call]]:
        for path, tree in self._all_trees():
            for node in walk(tree):
                if isinstance(node, ast.Call) and called(node) == name:
                    yield path, node

    def arguments(self, function: str) -> Iterator[Argument]:
        """Yield what is given by name to each call of a function or method of this name."""
        for path, call in self._calls(function):
            for keyword in call.keywords:
                if keyword.arg is not None:
                    yield Argument(keyword.arg, ast.unparse(keyword.value), path, keyword.value.lineno)

    def daemon_written(self) -> str | None:
        """Return what makes a thread or process a daemon, as it is written: ``daemon=True``, ``t.daemon = True``."""
        for _path, tree in self._all_trees():
            for node in walk(tree):
                targets = node.targets if isinstance(node, ast.Assign) else ()
                if (
                    (isinstance(node, ast.Call) and called(node) == "setDaemon")
                    or (isinstance(node, ast.keyword) and node.arg == "daemon")
                    or any(isinstance(target, ast.Attribute) and target.attr == "daemon" for target in targets)
                ):
                    return ast.unparse(node)
        return None

    def routes_written(self, path: str) -> Iterator[Route]:
        """Yield the views that are decorated with this path, whether or not the app knows them."""
        for file, function in self._all_functions():
            if path in _decorated_with(function):
                yield _route(path, file, function)

    def without_route(self, path: str) -> Route | None:
        """Return the function that seems to be meant for a path and has no route: its name has the same letters."""
        for file, function in self._all_functions():
            if _letters(function.name) == _letters(path) and not _decorated_with(function):
                return _route(path, file, function)
        return None

    def with_bare_route(self) -> Route | None:
        """Return a function above which ``@app.route`` stands without its parentheses: it is no view."""
        for file, function in self._all_functions():
            for decorator in function.decorator_list:
                if isinstance(decorator, ast.Attribute) and decorator.attr == "route":
                    return Route("", methods=(), file=file, line=decorator.lineno, function=function.name)
        return None

    def decorated(self, name: str) -> Iterator[tuple[str, Function]]:
        """Yield file and function for each that stands below ``@….name``, with or without parentheses."""
        for file, function in self._all_functions():
            for decorator in function.decorator_list:
                marker = decorator.func if isinstance(decorator, ast.Call) else decorator
                if isinstance(marker, ast.Attribute) and marker.attr == name:
                    yield file, function

    def returns_what(self, route: Route | None, names: Collection[str]) -> int | None:
        """Return the line where a view returns or keeps what a call of one of these names gives back."""
        for node in walk(self.view(route) or ast.Module([], [])):
            value = node.value if isinstance(node, (ast.Return, ast.Assign)) else None
            if isinstance(value, ast.Call) and called(value) in names:
                return value.lineno
        return None

    def is_reached(self, route: Route | None, line: int) -> bool:
        """Whether a line of a view is ever come to, as far as that can be seen: not below a ``return``."""
        view = self.view(route)
        reached = [view] if view else []
        for node in reached:
            reached += parts_reached(node)  # type: ignore[arg-type]
        return any(getattr(node, "lineno", None) == line for node in reached)

    def view(self, route: Route | None) -> Function | None:
        """Return the function behind a route; None where there is none."""
        found = self._view(route)
        return found[1] if found else None

    def _view(self, route: Route | None) -> tuple[ast.Module, Function] | None:
        """Return the function behind a route, and the tree of its file.

        The function that is decorated with the path is it, whatever the app says: a decorator may have put another one
        in its place, and an app may lie.
        """
        if route is None:
            return None
        decorated = [(file, each) for file, each in self._all_functions() if route.rule in _decorated_with(each)]
        named = [(route.file, each) for each in self._named(route, route.file)] if route.file else []
        agreed = [found for found in named if found in decorated]
        file, function = next(iter(agreed or decorated or named), (None, None))
        tree = self.tree(file) if file else None
        return (tree, function) if tree and function else None

    def _named(self, route: Route, file: str) -> list[Function]:
        """Return the functions that may be the one that the app names, the likeliest first."""
        tree = self.tree(file)
        if tree is not None and route.function == "<lambda>":
            return [node for node in walk(tree) if isinstance(node, ast.Lambda) and node.lineno == route.line]
        named = [function for function in self._functions(file) if function.name == route.function]
        return sorted(named, key=lambda function: _first_line(function) != route.line)

    def cookie_reads(self, route: Route | None) -> list[Read]:
        """Return where a view reads cookies, itself or in functions of its own file that it calls."""
        found = self._view(route)
        try:
            return CookieReads(found[0]).of(found[1]) if found else []
        except RecursionError:  # deeper than anything that a person writes
            return []

    def unknown_name(self, route: Route | None, name: str) -> int | None:
        """Return the line where a view first uses a name that its file nowhere imports or defines."""
        found = self._view(route)
        if found is None:
            return None
        tree, view = found
        bound = {item for node in walk(tree) for item in binds(node)}
        uses = [node.lineno for node in walk(view) if isinstance(node, ast.Name) and node.id == name]
        return None if not uses or bound & {name, "*"} else min(uses)

    def may_run_on(self, port: int, file: str | None, line: int | None) -> bool:
        """Whether the files bear out that the app runs on a port; see `ports.bear_out`."""
        trees = [tree for _, tree in self._all_trees()]
        return ports.bear_out(port, trees, self.tree(file) if file else None, line, self._files)

    def how_to_call_the_app(self, path: str) -> str:
        """Return how a file's app is written at its left edge: its name, or the call of the function that makes it."""
        tree = self.tree(path)
        makers = [
            each.name
            for each in (tree.body if tree else ())
            if isinstance(each, ast.FunctionDef)
            and not (each.args.args or each.args.kwonlyargs)
            and any(isinstance(node, ast.Call) and called(node) == "Flask" for node in walk(each))
        ]
        for each in tree.body if tree else ():
            if (
                isinstance(each, ast.Assign)
                and isinstance(each.value, ast.Call)
                and called(each.value) in {"Flask", *makers}
                and isinstance(each.targets[0], ast.Name)
            ):
                return each.targets[0].id
        return f"{makers[0]}()" if makers else "app"

    def run_in_code(self, path: str) -> RunInCode | None:
        """Return the last ``….run`` in a file, called or not, and what stands around it."""
        tree = self.tree(path)
        try:
            found = [run for statement in tree.body for run in _runs(statement, RunInCode(0))] if tree else []
        except RecursionError:
            return None
        return found[-1] if found else None


_ALWAYS_TRUE = ("__name__ == '__main__'", "'__main__' == __name__")


def _runs(node: ast.AST, around: RunInCode) -> Iterator[RunInCode]:
    if isinstance(node, ast.If) and ast.unparse(node.test) not in _ALWAYS_TRUE:
        around = RunInCode(0, ast.unparse(node.test), around.function)
    elif isinstance(node, _NAMED):
        around = RunInCode(0, around.condition, node.name)
    elif isinstance(node, ast.Expr):
        is_call = isinstance(node.value, ast.Call)
        named = node.value.func if isinstance(node.value, ast.Call) else node.value
        if isinstance(named, ast.Attribute) and named.attr == "run" and ast.unparse(named.value) not in _RUN_OTHERS:
            yield RunInCode(node.lineno, around.condition, around.function, is_call)
    for child in ast.iter_child_nodes(node):
        yield from _runs(child, around)


def _decorated_with(function: _Named) -> list[str]:
    """Return the texts that a function's decorators are called with first: the paths of its routes."""
    decorators = [decorator for decorator in function.decorator_list if isinstance(decorator, ast.Call)]
    return [text for text in map(first_text, decorators) if text is not None]


def _letters(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


def _route(path: str, file: str, function: _Named) -> Route:
    return Route(path, methods=(), file=file, line=_first_line(function), function=function.name)


def _first_line(function: Function) -> int:
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return min([function.lineno, *(decorator.lineno for decorator in decorators)])
