"""Reading the student's code without running it."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.site.messages import Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Read:
    """One place where a view reads cookies.

    Parameters
    ----------
    guarded
        Whether it stands inside a ``try``.
    name
        Which cookie, where that is written there as text.

    """

    line: int
    guarded: bool
    name: str | None = None


class Source:
    """The Python files of a hand-in.

    Parameters
    ----------
    files
        Content by path.

    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._trees: dict[str, ast.Module | None] = {}

    def tree(self, path: str) -> ast.Module | None:
        """Return a file's syntax tree; None where there is none."""
        if path not in self._trees:
            try:
                self._trees[path] = ast.parse(self._files.get(path, b""))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                self._trees[path] = None
        return self._trees[path]

    def calls(self, name: str) -> Iterator[tuple[str, int]]:
        """Yield file and line of each call of a function or method of this name."""
        for path in self._files:
            tree = self.tree(path) if path.endswith(".py") else None
            for node in ast.walk(tree) if tree else ():
                if isinstance(node, ast.Call) and _called(node) == name:
                    yield path, node.lineno

    def routes_written(self, path: str) -> Iterator[Route]:
        """Yield the views that are decorated with this path, whether or not the app knows them."""
        for file in self._files:
            tree = self.tree(file) if file.endswith(".py") else None
            for function in _functions(tree) if tree else ():
                for decorator in function.decorator_list:
                    if isinstance(decorator, ast.Call) and _first_text(decorator) == path:
                        line = _first_line(function)
                        yield Route(path, methods=(), file=file, line=line, function=function.name)

    def view(self, route: Route) -> Function | None:
        """Return the function behind a route."""
        tree = self.tree(route.file) if route.file else None
        named = [node for node in _functions(tree) if node.name == route.function] if tree else []
        at_line = [node for node in named if _first_line(node) == route.line]
        return next(iter(at_line or named), None)

    def cookie_reads(self, route: Route) -> list[Read]:
        """Return where a view reads cookies, itself or in functions of its own file that it calls."""
        view = self.view(route)
        tree = self.tree(route.file) if route.file else None
        if view is None or tree is None:
            return []
        return _CookieReads({node.name: node for node in _functions(tree)}).of(view)


class _CookieReads(ast.NodeVisitor):
    """Walks a function and the functions it calls, and remembers whether it is inside a ``try``."""

    def __init__(self, functions: Mapping[str, Function]) -> None:
        self._functions = functions
        self._reads: list[Read] = []
        self._guarded = False
        self._entered: set[tuple[str, bool]] = set()
        self._names_of_cookies: set[str] = set()

    def of(self, function: Function) -> list[Read]:
        """Return the reads of one view."""
        self._enter(function)
        return self._reads

    def _enter(self, function: Function) -> None:
        if (function.name, self._guarded) in self._entered:
            return
        self._entered.add((function.name, self._guarded))
        for statement in function.body:
            self.visit(statement)

    def _visit_try(self, node: ast.Try) -> None:
        before, self._guarded = self._guarded, True
        for statement in node.body:
            self.visit(statement)
        self._guarded = before
        for statement in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(statement)

    visit_Try = visit_TryStar = _visit_try  # noqa: N815 - the names that NodeVisitor calls

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802
        """Look into an inner function only where it is called."""

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: N802
        """Remember other names for the cookies; giving them one reads nothing yet."""
        if _is_cookies(node.value):
            self._names_of_cookies |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        else:
            self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        """Note ``request.cookies``."""
        self._note(node)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:  # noqa: N802
        """Note another name for the cookies."""
        self._note(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:  # noqa: N802
        """Note which cookie ``request.cookies["…"]`` reads."""
        if not self._note(node.value, _text(node.slice)):
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:  # noqa: N802
        """Note which cookie ``request.cookies.get("…")`` reads; follow a call into a function of the same file."""
        function = self._functions.get(_called(node) or "")
        if function is not None:
            self._enter(function)
        of_cookies = isinstance(node.func, ast.Attribute) and self._note(node.func.value, _first_text(node))
        for part in (*node.args, *node.keywords) if of_cookies else ast.iter_child_nodes(node):
            self.visit(part)

    def _note(self, node: ast.expr, name: str | None = None) -> bool:
        """Remember a read if ``node`` stands for the request's cookies."""
        is_alias = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in self._names_of_cookies
        if is_alias or _is_cookies(node):
            self._reads.append(Read(node.lineno, self._guarded, name))
            return True
        return False


def _is_cookies(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "cookies" and isinstance(node.ctx, ast.Load)


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _called(call: ast.Call) -> str | None:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def _functions(tree: ast.AST) -> list[Function]:
    return [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def _first_text(call: ast.Call) -> str | None:
    return _text(call.args[0]) if call.args else None


def _first_line(function: Function) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
