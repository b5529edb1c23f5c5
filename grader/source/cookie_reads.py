"""Where a view reads cookies in its code, and whether it does so inside a ``try``."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.source.python_code import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda

_HTTP_METHODS = frozenset({"get", "post", "put", "delete", "patch", "head", "options"})
_COOKIE_HEADERS = frozenset({"cookie", "http_cookie"})


@dataclass(frozen=True)
class Read:
    """One place where a view reads cookies.

    Parameters
    ----------
    guarded
        Whether it stands inside a ``try``.
    name
        Which cookie, where that is written there as text.
    suppressed
        Whether it stands inside ``with suppress(...)``.
    """

    line: int
    guarded: bool
    name: str | None = None
    suppressed: bool = False


class CookieReads(ast.NodeVisitor):
    """Walks a view, its decorators and the functions it calls, and remembers whether it is inside a ``try``.

    Parameters
    ----------
    tree
        The file that the view is written in; what other files do is not followed.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._functions: dict[str, list[Function]] = {}
        self._properties: dict[str, list[Function]] = {}
        self._class_of: dict[Function, str] = {}
        self._classes: set[str] = set()
        for node in walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions.setdefault(node.name, []).append(node)
                if any(ast.unparse(each).endswith("property") for each in node.decorator_list):
                    self._properties.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.ClassDef):
                self._classes.add(node.name)
                self._class_of |= {part: node.name for part in node.body if isinstance(part, Function)}
        self._reads: list[Read] = []
        self._guarded = self._suppressed = False
        self._class: str | None = None
        self._entered: set[tuple[Function, bool]] = set()
        self._names_of_cookies: set[str] = set()
        self._names_of_getters: set[str] = set()

    def of(self, view: Function) -> list[Read]:
        """Return the reads of one view."""
        self._enter_decorators(view)
        if not any(function is view for function, _ in self._entered):
            self._enter(view)
        return self._reads

    def _enter_decorators(self, view: Function) -> None:
        """Look for calls of the view in the decorators that are written in the same file."""
        for decorator in [] if isinstance(view, ast.Lambda) else view.decorator_list:
            name = decorator.func if isinstance(decorator, ast.Call) else decorator
            for function in self._functions.get(name.id, []) if isinstance(name, ast.Name) else []:
                parts = [node for node in walk(function) if isinstance(node, Function)]
                for parameter in [argument.arg for part in parts for argument in part.args.args]:
                    self._functions.setdefault(parameter, [view])
                for part in parts:
                    self._enter(part)

    def _enter(self, function: Function) -> None:
        if (function, self._guarded) in self._entered:
            return
        self._entered.add((function, self._guarded))
        before, self._class = self._class, self._class_of.get(function)
        for part in [function.body] if isinstance(function, ast.Lambda) else _until_left(function.body):
            self.visit(part)
        self._class = before

    def visit(self, node: ast.AST) -> None:
        """Walk into a part; ``except*`` is a kind of try whose class Python 3.10 does not have yet."""
        if type(node).__name__ in {"Try", "TryStar"}:
            self._visit_try(node)
        else:
            super().visit(node)

    def _visit_try(self, node: ast.AST) -> None:
        """Mark what stands in the body; handlers, ``else`` and ``finally`` are not protected by it."""
        before, protected = self._guarded, getattr(node, "body", [])
        for part in parts_reached(node):
            self._guarded = before or part in protected
            self.visit(part)
        self._guarded = before

    def generic_visit(self, node: ast.AST) -> None:
        """Walk into the parts that are ever reached."""
        for part in parts_reached(node):
            self.visit(part)

    def visit_With(self, node: ast.With) -> None:
        """Mark what stands in ``with suppress(...)``."""
        before = self._suppressed
        self._suppressed |= any(
            isinstance(item.context_expr, ast.Call) and called(item.context_expr) == "suppress" for item in node.items
        )
        self.generic_visit(node)
        self._suppressed = before

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """Look into an inner function only where it is called."""

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        """Look into an inner function only where it is called."""

    def visit_Assign(self, node: ast.Assign) -> None:
        """Remember other names for the cookies and for functions; giving them one reads nothing yet."""
        bound = [self._bind(target, node.value) for target in node.targets]
        if not all(bound):
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Do the same where a type stands beside the name."""
        if not (node.value and self._bind(node.target, node.value)):
            self.generic_visit(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        """Do the same for ``(jar := request.cookies)``."""
        if not self._bind(node.target, node.value):
            self.generic_visit(node)

    def _bind(self, target: ast.expr, value: ast.expr) -> bool:
        """Remember what a name stands for; false where that is nothing to do with cookies or functions."""
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            bound = [self._bind(*pair) for pair in zip(target.elts, value.elts, strict=True)]
            return any(bound)
        if not isinstance(target, ast.Name):
            return False
        return self._call_it(target.id, value)

    def _call_it(self, name: str, value: ast.expr) -> bool:
        if self._stands_for_cookies(value):
            self._names_of_cookies.add(name)
        elif isinstance(value, ast.Attribute) and self._stands_for_cookies(value.value):
            self._names_of_getters.add(name)
        elif isinstance(value, ast.Lambda):
            self._functions.setdefault(name, []).append(value)
        else:
            return False
        return True

    def visit_Attribute(self, node: ast.Attribute) -> None:
        """Note ``request.cookies``; follow a property of a class."""
        for function in self._properties.get(node.attr, []):
            self._enter(function)
        if not self._note(node):
            self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        """Note another name for the cookies."""
        self._note(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """Note which cookie ``request.cookies["…"]`` reads, and ``headers["Cookie"]``."""
        if self._note(node.value, text(node.slice)):
            return
        if (text(node.slice) or "").lower() in _COOKIE_HEADERS:
            self._add(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        """Note which cookie ``request.cookies.get("…")`` reads; follow a call into a function of the same file."""
        for function in self._followed(node):
            self._hand_over(node, function)
            self._enter(function)
        first = first_text(node)
        is_getter = isinstance(node.func, ast.Name) and node.func.id in self._names_of_getters
        if is_getter or (first or "").lower() in _COOKIE_HEADERS or called(node) == "parse_cookie":
            self._add(node, first if is_getter else None)
        of_cookies = isinstance(node.func, ast.Attribute) and self._note(node.func.value, first)
        for part in (*node.args, *node.keywords) if of_cookies else ast.iter_child_nodes(node):
            self.visit(part)

    def _hand_over(self, call: ast.Call, function: Function) -> None:
        """Call what is handed to a function by the names that it has there."""
        parameters = [argument.arg for argument in function.args.args]
        if isinstance(call.func, ast.Attribute) and parameters[:1] in (["self"], ["cls"]):
            del parameters[0]
        given = dict(zip(parameters, call.args, strict=False))
        given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
        for name, value in given.items():
            self._call_it(name, value)

    def _followed(self, call: ast.Call) -> list[Function]:
        """Return the functions of the same file that a call may lead to."""
        if isinstance(call.func, ast.Call) and called(call.func) == "getattr":  # any function of its class
            return [function for function, owner in self._class_of.items() if owner == self._class]
        functions = self._functions.get(called(call) or "", [])
        if not isinstance(call.func, ast.Attribute):
            return functions
        owner = call.func.value.func if isinstance(call.func.value, ast.Call) else call.func.value
        name = owner.id if isinstance(owner, ast.Name) else None
        if name in {"self", "cls"} or name in self._classes:
            wanted = name if name in self._classes else self._class
            own = [function for function in functions if self._class_of.get(function) == wanted]
            return own or functions
        # A dictionary's get() is not the get() of a class view.
        return [] if call.func.attr in _HTTP_METHODS else functions

    def _note(self, node: ast.expr, name: str | None = None) -> bool:
        """Remember a read if ``node`` stands for the request's cookies."""
        if not self._stands_for_cookies(node):
            return False
        self._add(node, name)
        return True

    def _add(self, node: ast.expr, name: str | None = None) -> None:
        self._reads.append(Read(node.lineno, self._guarded, name, self._suppressed))

    def _stands_for_cookies(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            copied = next(iter(node.args), None) if called(node) == "dict" else _copied(node)
            return copied is not None and self._stands_for_cookies(copied)
        is_alias = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in self._names_of_cookies
        return is_alias or _is_cookies(node)


def _copied(call: ast.Call) -> ast.expr | None:
    """Return what a call of ``copy`` or ``to_dict`` makes a copy of."""
    is_copy = isinstance(call.func, ast.Attribute) and call.func.attr in {"copy", "to_dict"}
    return call.func.value if is_copy and isinstance(call.func, ast.Attribute) else None


def _is_cookies(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "cookies" and isinstance(node.ctx, ast.Load)


def parts_reached(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of a node, without those that can be seen never to be run."""
    never = None
    if isinstance(node, (ast.If, ast.While)) and isinstance(node.test, ast.Constant):
        never = "orelse" if node.test.value else "body"
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list) and name != never:
            yield from (part for part in _until_left(value) if isinstance(part, ast.AST))


def _until_left(parts: list[Any]) -> Iterator[Any]:
    """Yield statements up to the first one that leaves them."""
    for part in parts:
        yield part
        if isinstance(part, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
            return


def text(node: ast.expr) -> str | None:
    """Return what a text constant says; None for anything else."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(call: ast.Call) -> str | None:
    """Return the name of the function or method that is called."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else None


def first_text(call: ast.Call) -> str | None:
    """Return the first argument of a call where it is a text constant."""
    return text(call.args[0]) if call.args else None
