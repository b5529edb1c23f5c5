"""A Python file of the solution as a tree that keeps its form (LibCST), and the few ways in which it is changed."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import libcst as cst

from grader.proving.variant import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Node = TypeVar("_Node", bound=cst.CSTNode)

ROUTES = {"route", "get", "post", "put", "delete", "patch"}


@dataclass(frozen=True)
class View:
    """A function with a route, and the route's decorator."""

    function: cst.FunctionDef
    decorator: cst.Decorator

    @property
    def call(self) -> cst.Call:
        """The call of ``app.route``."""
        return cst.ensure_type(self.decorator.decorator, cst.Call)

    @property
    def path(self) -> cst.SimpleString | None:
        """The path as it is written; None where it is no text."""
        first = self.call.args[0].value if self.call.args else None
        return first if isinstance(first, cst.SimpleString) else None

    @property
    def block(self) -> cst.IndentedBlock | None:
        """The statements; None where they stand behind the colon."""
        return self.function.body if isinstance(self.function.body, cst.IndentedBlock) else None

    def called(self, method: str) -> cst.Call:
        """Return the call with another method of the app's: ``app.get`` for ``app.route``."""
        return self.call.with_changes(func=self.call.func.with_changes(attr=cst.Name(method)))


class Program:
    """One Python file of the solution.

    Parameters
    ----------
    path
        Relative to what is handed in.
    content
        Anything that LibCST can parse.
    """

    def __init__(self, path: str, content: bytes) -> None:
        self.path = path
        self.module = cst.parse_module(content)

    @functools.cached_property
    def text(self) -> str:
        """The file as it is."""
        return self.module.code

    def code(self, node: cst.CSTNode) -> str:
        """Return a node as it is written."""
        return self.module.code_for_node(node)

    def changed(self, kind: str, *pairs: tuple[cst.CSTNode, Any]) -> Edit:
        """Return the change that puts others in the place of nodes: a node, a list of statements, or code.

        Without any it is no change, which `variants` leaves out.
        """
        module = self.module.visit(_Replacing({id(old): _parsed(old, new) for old, new in pairs}))
        return self.as_text(kind, cst.ensure_type(module, cst.Module).code)

    def given(self, kind: str, call: cst.Call, name: str, value: str | None, position: int | None = None) -> Edit:
        """Return the change that gives a call another argument; see `with_argument`."""
        return self.changed(kind, (call, with_argument(call, name, value, position)))

    def body(self, kind: str, block: Any, *statements: Any) -> Edit:
        """Return the change that has other statements in a block, or in the whole file."""
        return self.changed(kind, (block, block.with_changes(body=statements)))

    def as_text(self, kind: str, text: str) -> Edit:
        """Return the change to another text."""
        return Edit(kind, {self.path: text.encode(self.module.encoding)})

    def all(self, kind: type[_Node], within: cst.CSTNode | None = None) -> list[_Node]:
        """Return every node of a kind, in the order of the file."""
        finding = _Finding(kind)
        (within or self.module).visit(finding)
        return finding.found

    @functools.cached_property
    def views(self) -> list[View]:
        """The functions with a route."""
        return [
            View(function, decorator)
            for function in self.all(cst.FunctionDef)
            for decorator in function.decorators
            if isinstance(decorator.decorator, cst.Call) and name_called(decorator.decorator) in ROUTES
        ]

    @functools.cached_property
    def blocks(self) -> list[Any]:
        """Every sequence of statements: the file's own, and those of functions, ``if`` and ``try``."""
        return [self.module, *self.all(cst.IndentedBlock)]

    @functools.cached_property
    def guards(self) -> list[cst.If]:
        """Every ``if __name__ == "__main__":``, or what was meant to be one."""
        return [node for node in self.module.body if isinstance(node, cst.If) and "__name__" in self.code(node.test)]

    @functools.cached_property
    def runs(self) -> list[tuple[cst.Call, cst.Attribute]]:
        """The calls of ``app.run``, with what is called."""
        return [(call, call.func) for call in self.calls("run") if isinstance(call.func, cst.Attribute)]

    def calls(self, *names: str, within: cst.CSTNode | None = None) -> list[cst.Call]:
        """Return the calls of functions and methods of these names."""
        return [call for call in self.all(cst.Call, within) if name_called(call) in names]

    def statement_of(self, node: cst.CSTNode) -> cst.SimpleStatementLine | None:
        """Return the line that a node stands in."""
        lines = self.all(cst.SimpleStatementLine)
        return next((line for line in lines if any(each is node for each in self.all(type(node), line))), None)

    def kept(self, within: cst.CSTNode | None = None) -> list[tuple[str, cst.BaseExpression]]:
        """Return the names that are assigned to, each with its value, in the order of the file."""
        targets = ((each.targets[0].target, each.value) for each in self.all(cst.Assign, within))
        return [(target.value, value) for target, value in targets if isinstance(target, cst.Name)]

    def names(self) -> list[cst.Name]:
        """Return every name that stands by itself: not behind a dot, not an argument's, not one that is imported."""
        others = {id(each.attr) for each in self.all(cst.Attribute)}
        others |= {id(each.keyword) for each in self.all(cst.Arg)}
        others |= {id(each.name) for each in self.all(cst.ImportAlias)}
        return [name for name in self.all(cst.Name) if id(name) not in others]


class _Replacing(cst.CSTTransformer):
    """Puts other nodes in the place of some, all at once: after each change every node is a new one."""

    def __init__(self, others: Mapping[int, Any]) -> None:
        super().__init__()
        self._others = others

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Leave what is replaced alone."""
        return id(node) not in self._others

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Return the other node, where there is one."""
        return self._others.get(id(original_node), updated_node)


def _parsed(old: cst.CSTNode, new: Any) -> Any:
    """Return what is to stand in the place of a node; code is of its kind, a statement may become several."""
    if isinstance(new, list):
        return cst.FlattenSentinel(new)
    if not isinstance(new, str):
        return new
    if isinstance(old, cst.BaseExpression):
        return cst.parse_expression(new)
    return cst.FlattenSentinel(cst.parse_module(new).body)


class _Finding(cst.CSTVisitor, Generic[_Node]):
    """Collects the nodes of a kind; LibCST's matchers, which can do it, take a second to load."""

    def __init__(self, kind: type[_Node]) -> None:
        super().__init__()
        self.kind = kind
        self.found: list[_Node] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Part of LibCST's protocol."""
        if isinstance(node, self.kind):
            self.found.append(node)
        return True


def name_called(call: cst.Call) -> str:
    """Return the name of the function or method that is called; ``""`` for anything else."""
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return call.func.value if isinstance(call.func, cst.Name) else ""


def text_of(node: cst.CSTNode | None) -> str | None:
    """Return what a text says; None for anything else."""
    value = node.evaluated_value if isinstance(node, cst.SimpleString) else None
    return value if isinstance(value, str) else None


def with_argument(call: cst.Call, name: str, value: str | None, position: int | None = None) -> cst.Call:
    """Return a call with another value for an argument, which is added where it lacks; without it for None.

    `position` is where it may stand without its name.
    """
    is_given = [_is_for(each, number, name, position) for number, each in enumerate(call.args)]
    if value is None:
        arguments = [each for each, given in zip(call.args, is_given, strict=True) if not given]
    else:
        new = cst.parse_expression(value)
        pairs = zip(call.args, is_given, strict=True)
        arguments = [each.with_changes(value=new) if given else each for each, given in pairs]
        if not any(is_given):
            tight = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            arguments.append(cst.Arg(new, keyword=cst.Name(name), equal=tight))
    return call.with_changes(args=_with_commas(arguments))


def argument(call: cst.Call, name: str, position: int | None = None) -> cst.BaseExpression | None:
    """Return what a call is given for a parameter, by name or by place."""
    given = (each.value for number, each in enumerate(call.args) if _is_for(each, number, name, position))
    return next(given, None)


def _is_for(given: cst.Arg, number: int, name: str, position: int | None) -> bool:
    return given.keyword.value == name if given.keyword else not given.star and number == position


def without(nodes: Sequence[Any], gone: cst.CSTNode) -> list[Any]:
    """Return a list's nodes without one, and without a comma after the last."""
    *others, last = (each for each in nodes if each is not gone)
    return [*others, last.with_changes(comma=cst.MaybeSentinel.DEFAULT)]


def _with_commas(arguments: Sequence[cst.Arg]) -> list[cst.Arg]:
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    return [
        each.with_changes(comma=comma if each is not arguments[-1] else cst.MaybeSentinel.DEFAULT) for each in arguments
    ]


def statement(code: str) -> Any:
    """Parse one statement."""
    return cst.parse_statement(f"{code}\n")


def block(code: str) -> cst.IndentedBlock:
    """Return a block of one statement."""
    return cst.IndentedBlock([statement(code)])


def nothing(line: Any) -> Any:
    """Return ``pass`` in the place of a statement; comments above it stay."""
    return statement("pass").with_changes(leading_lines=line.leading_lines)


def is_cookies(node: cst.BaseExpression) -> bool:
    """Whether it is ``request.cookies``."""
    return isinstance(node, cst.Attribute) and node.attr.value == "cookies"


def removes(program: Program, call: cst.Call) -> bool:
    """Whether it is a call of ``set_cookie`` or ``delete_cookie`` that makes the cookie expire."""
    age = argument(call, "max_age") or argument(call, "expires")
    return name_called(call) == "delete_cookie" or (age is not None and program.code(age) in {"0", "-1"})
