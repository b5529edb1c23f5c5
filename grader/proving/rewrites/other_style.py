"""The same program, typed in another way: quotes, names, constants, comments, indentation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, name_called, statement, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.proving.variant import Edit

_PLAIN = re.compile(r"(?i)f?(\"[^\"'\\\n{}]*\"|'[^\"'\\\n{}]*')")


def rewrites(program: Program) -> Iterator[Edit]:
    """Yield the program in other forms."""
    yield from _typing(program)
    yield from _comments(program)
    yield from _constants(program)
    yield from _names(program)
    yield from _imports(program)
    yield from _texts(program)


def _typing(program: Program) -> Iterator[Edit]:
    text = program.text
    pairs: list[tuple[cst.CSTNode, Any]]
    for kind, quote in (("single quotes", "'"), ("double quotes", '"')):
        plain = [node for node in program.all(cst.SimpleString) if _PLAIN.fullmatch(node.value)]
        pairs = [(node, node.with_changes(value=f"{quote}{node.value[1:-1]}{quote}")) for node in plain]
        yield program.changed(kind, *pairs)
    yield program.as_text("indented by tabs", re.sub(r"(?m)^(?:    )+", lambda gap: gap[0].replace("    ", "\t"), text))
    yield program.as_text("indented by two", re.sub(r"(?m)^(?:    )+", lambda gap: gap[0].replace("    ", "  "), text))
    yield program.as_text("blanks at line ends", re.sub(r"(?m)([^\s\\])$", r"\1   ", text))
    yield program.as_text("no line end at the end", text.rstrip())
    yield program.as_text("many blank lines", re.sub(r"\n(?=\S)", "\n\n\n", text))
    types = [(function, function.with_changes(returns=None)) for function in program.all(cst.FunctionDef)]
    yield program.changed("without types", *types)
    returned = [node.value for node in program.all(cst.Return) if node.value is not None]
    yield program.changed("returns in parentheses", *((value, f"({program.code(value)})") for value in returned))


def _comments(program: Program) -> Iterator[Edit]:
    yield program.as_text("a comment at the top", f"# Über diese Aufgabe: 完成 ✓\n{program.text}")
    yield program.as_text(
        "a comment above every function",
        re.sub(r"(?m)^(?=@|def )(?<!\n@)", "# what the handout asks for, see set_cookie('foo')\n", program.text),
    )
    pairs: list[tuple[cst.CSTNode, Any]] = []
    for view in program.views:
        if view.block is not None:
            body = [statement('"""Answer a visit."""'), statement("print('visited')"), *view.block.body]
            pairs.append((view.block, view.block.with_changes(body=body)))
    yield program.changed("docstrings and print", *pairs)


def _constants(program: Program) -> Iterator[Edit]:
    """Keep the texts in constants; write out the constants that there are."""
    names: dict[str, str] = {}
    pairs: list[tuple[cst.CSTNode, Any]] = []
    for view in program.views:
        for node in program.all(cst.SimpleString, view.function.body):
            name = names.setdefault(node.value, f"TEXT_{len(names) + 1}")
            pairs.append((node, name))
    if pairs:
        code = program.changed("texts in constants", *pairs)
        lines = [f"{name} = {value}" for value, name in names.items()]
        yield program.as_text(code.kind, _below_imports(_text_of(code), lines))
    # A view's own variables are no constants: they stand for one text here and for another there.
    functions = program.all(cst.FunctionDef)
    of_views = {value for function in functions for _, value in program.kept(function)}
    constants = [(name, text_of(value)) for name, value in program.kept() if value not in of_views]
    written = {name: repr(text) for name, text in constants if text is not None}
    within = (node for function in functions for node in program.all(cst.Name, function.body))
    yield program.changed(
        "constants written out", *((node, written[node.value]) for node in within if node.value in written)
    )


def _text_of(change: Edit) -> str:
    content = next(iter(change.files.values())) or b""
    return content.decode()


def _below_imports(text: str, lines: list[str]) -> str:
    """Put lines below the last import at the left edge."""
    written = text.splitlines()
    last = max((number for number, line in enumerate(written) if re.match(r"(from|import)\s", line)), default=-1)
    return "\n".join([*written[: last + 1], "", *lines, "", *written[last + 1 :], ""])


def _names(program: Program) -> Iterator[Edit]:
    views = [view.function.name.value for view in program.views]
    yield _renamed(program, "views with other names", lambda name: f"{name}_page" if name in views else name)
    snake = {name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() for name in views}
    yield _renamed(program, "views in snake case", lambda name: snake.get(name, name))
    apps = {name for name, value in program.kept() if isinstance(value, cst.Call) and name_called(value) == "Flask"}
    yield _renamed(program, "app with another name", lambda name: "server" if name in apps else name)
    local = {name for view in program.views for name, _ in program.kept(view.function)}
    yield _renamed(program, "variables with other names", lambda name: f"my_{name}" if name in local else name)


def _renamed(program: Program, kind: str, other: Callable[[str], str]) -> Edit:
    return program.changed(kind, *((node, node.with_changes(value=other(node.value))) for node in program.names()))


def _imports(program: Program) -> Iterator[Edit]:
    for node in program.all(cst.ImportFrom):
        if (
            isinstance(node.names, cst.ImportStar)
            or not isinstance(node.module, cst.Name)
            or node.module.value != "flask"
        ):
            continue
        names = {alias.name.value for alias in node.names if isinstance(alias.name, cst.Name) and not alias.asname}
        line = program.statement_of(node)
        if line is None or len(names) < len(node.names):
            continue
        uses = [(name, f"flask.{name.value}") for name in program.names() if name.value in names]
        yield program.changed("import flask", *uses, (line, "import flask\n"))
        yield program.changed("star import", (line, "from flask import *\n"))
        each = "".join(f"from flask import {name}\n" for name in sorted(names))
        yield program.changed("an import for each name", (line, each))


def _texts(program: Program) -> Iterator[Edit]:
    """Put texts together in other ways."""
    formatted = [text for text in program.all(cst.FormattedString) if _is_simple(text)]
    forms = [(text, _forms(program, text)) for text in formatted]
    for kind in forms[0][1] if forms else ():
        yield program.changed(kind, *((text, form[kind]) for text, form in forms))
    sums = [each for each in program.all(cst.BinaryOperation) if isinstance(each.operator, cst.Add)]
    for each in sums:
        left, right = text_of(each.left), program.code(each.right)
        if left is not None and "'" not in right + left and "{" not in left:
            yield program.changed("texts by f", (each, f"f'{left}{{{right}}}'"))


def _is_simple(text: cst.FormattedString) -> bool:
    return all(
        isinstance(part, cst.FormattedStringText) or (part.conversion is None and part.format_spec is None)
        for part in text.parts
        if isinstance(part, (cst.FormattedStringText, cst.FormattedStringExpression))
    ) and not text.prefix.lower().startswith("r")


def _forms(program: Program, text: cst.FormattedString) -> dict[str, str]:
    """Return other code for a formatted text, by what is done."""
    parts = [
        (part.value, None) if isinstance(part, cst.FormattedStringText) else ("", program.code(part.expression))
        for part in text.parts
        if isinstance(part, (cst.FormattedStringText, cst.FormattedStringExpression))
    ]
    values = ", ".join(code for _, code in parts if code is not None)
    pieces = [repr(fixed) if code is None else f"str({code})" for fixed, code in parts]
    by_format = "".join(fixed if code is None else "{}" for fixed, code in parts)
    by_percent = "".join(fixed.replace("%", "%%") if code is None else "%s" for fixed, code in parts)
    return {
        "texts by format": f"{by_format!r}.format({values})",
        "texts by percent": f"({by_percent!r} % ({values},))",
        "texts by plus": f"({' + '.join(pieces) or repr('')})",
        "texts by join": f"''.join([{', '.join(pieces)}])",
    }
