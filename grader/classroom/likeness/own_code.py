"""What of a hand-in's Python code is the student's own: not the template's, not what the handout dictates."""

from __future__ import annotations

import ast
import builtins
import copy
import keyword
import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.source.python_code import parse, walk
from grader.submission.bundled import template_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_MOST_BYTES = 40_000
"""Of code in all: ten times a long hand-in, and read in about a second at worst."""
_MOST_WORDS = 300
_LONGEST_WORD = 40

_RENAMED = frozenset({"name", "id", "arg", "asname"})
_NAMES = _RENAMED | {"attr", "module"}
_BINDING: dict[type[ast.AST], str] = {
    **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler), "name"),
    ast.Name: "id",
    ast.arg: "arg",
    ast.alias: "asname",
}
"""What gives a name to something, and where the name stands in it."""
_INSIDE = ("body", "orelse", "finalbody", "handlers", "cases")
_WORD = re.compile(r"[^\W\d_]{2,}")

# What nearly everybody calls things in an exercise of this size, and what Flask's own pages about cookies use.
_COMMON = frozenset(
    """
    __main__ __name__ a add add_cookie addcookie added app application args c client content cookie cookie_name
    cookie_text cookie_value cookiename cookies cookietext cookievalue created data date datetime day days debug
    default delete delete_cookie deleted display display_cookie display_cookie_value display_value displaycookie
    displaycookievalue domain e err error errors ex exc exception exist exists expire expires failed file find flask
    form found get get_cookie getcookie handle headers hello hello_world helper here home homepage host hour hours
    html http httponly import index init invalid is it item json jsonify key kwargs lax line load localhost main make
    make_response max_age message methods minutes missing msg my my_cookie my_response mycookie myresponse name new no
    none not note now number object ok os out output p page path port post practice practicing print put r read remove
    remove_cookie removecookie removed render render_template rendered reply req request res resp response result ret
    return root route routes run rv s samesite save seconds secure send server session set set_cookie setcookie show
    site start status status_code step str strict string success template test text the there time timedelta title to
    true try txt update url url_for use user v val value var variable view w was web website welcome with world x y
    you your
    """.split()  # noqa: SIM905 - a hundred quoted words would fill the page
)


@dataclass(frozen=True)
class OwnCode:
    """A hand-in's own code, reduced to what can be compared.

    Parameters
    ----------
    statements
        Own statements in order, each in one spelling whatever its comments, quotes and line breaks were.
    renamed
        The same with the student's names numbered, sorted: equal for code whose names, type hints or order changed.
    words
        The names and the words in texts that neither the template, the reference app nor common usage suggests.
    """

    statements: tuple[str, ...]
    renamed: tuple[str, ...]
    words: frozenset[str]


def own_code(files: Mapping[str, bytes], activity: str) -> OwnCode:
    """Read the Python files of a hand-in, without running them.

    Parameters
    ----------
    files
        Content by path.
    activity
        Whose template's lines do not count; an activity without a template has none.
    """
    known = _known(activity)
    own = [statement for content in _python(files) for statement in _read(content, given=known.statements)]
    words = {word for _, _, words in own for word in words} - known.words
    return OwnCode(
        statements=tuple(plain for plain, _, _ in own),
        renamed=tuple(sorted(renamed for _, renamed, _ in own if renamed not in known.renamed)),
        words=frozenset(sorted(words)[:_MOST_WORDS]),
    )


@dataclass(frozen=True)
class _Known:
    """What is not a student's own: the template's statements, and words that template and reference app use."""

    statements: frozenset[str]
    renamed: frozenset[str]
    words: frozenset[str]


@lru_cache(maxsize=32)
def _known(activity: str) -> _Known:
    words = _COMMON | {word.lower() for word in (*dir(builtins), *keyword.kwlist)}
    try:
        template = template_folder(activity)
    except InputError:
        return _Known(frozenset(), frozenset(), words)
    reference = template.parent.parent / "reference_app" / template.name
    given = list(_statements_below(template))
    for _, _, dictated in (*given, *_statements_below(reference)):
        words |= dictated
    return _Known(frozenset(plain for plain, _, _ in given), frozenset(renamed for _, renamed, _ in given), words)


_Statement = tuple[str, str, frozenset[str]]
"""As it stands, with names numbered, and its words."""


def _statements_below(folder: Path) -> Iterator[_Statement]:
    for path in sorted(folder.rglob("*.py")):
        yield from _read(path.read_bytes())


def _python(files: Mapping[str, bytes]) -> Iterator[bytes]:
    """Yield the Python files, as far as they are short enough to be read in passing."""
    left = _MOST_BYTES
    for path in sorted(files):
        if path.endswith(".py") and left > 0:
            yield files[path][:left]
            left -= len(files[path])


def _read(content: bytes, *, given: frozenset[str] = frozenset()) -> list[_Statement]:
    """Take a file apart, without the statements that were given; one that is no Python, line by line."""
    tree = parse(content)
    if tree is not None:
        with suppress(RecursionError):
            names = _bound_names(tree)
            plain = [(ast.unparse(node), node) for node in _heads(tree)]
            return [_forms(spelling, node, names) for spelling, node in plain if spelling not in given]
    lines = filter(_without_comment, content.decode("utf-8", "replace").splitlines())
    return [statement for statement in map(_line, lines) if statement[0] not in given]


def _heads(node: ast.AST) -> Iterator[ast.AST]:
    """Yield each statement in order; of a compound one its head, then what is inside."""
    children: list[ast.AST] = [child for name in _INSIDE for child in getattr(node, name, ())]
    for child in sorted(children, key=lambda child: getattr(child, "lineno", 0)):
        if _says_nothing(child):
            continue
        yield _head(child)
        yield from _heads(child)


def _says_nothing(node: ast.AST) -> bool:
    """Whether it is a docstring, a lone constant or ``pass``: another way to comment."""
    return isinstance(node, ast.Pass) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))


def _head(node: ast.AST) -> ast.AST:
    """Return a statement without what is inside it; a simple one is returned as it is."""
    inside = [name for name in _INSIDE if hasattr(node, name)]
    if not inside:
        return node
    head = copy.copy(node)
    for name in inside:
        setattr(head, name, [ast.Pass()] if name == "body" else [])
    return head


def _forms(plain: str, node: ast.AST, names: frozenset[str]) -> _Statement:
    """Return a statement in its three forms; afterwards its names are numbered."""
    words = _words(node)
    return plain, _with_names_numbered(node, names), words


def _line(line: str) -> _Statement:
    """Reduce a line of a file that is no Python, as a parsed statement would be where it is one by itself."""
    text = _without_comment(line)
    tree = parse(f"{text} pass" if text.endswith(":") else text)
    if tree is not None and len(tree.body) == 1:
        with suppress(RecursionError):
            head = _head(tree.body[0])
            return _forms(ast.unparse(head), head, _bound_names(tree))
    plain = "".join(text.split())
    return plain, plain, frozenset(word.lower()[:_LONGEST_WORD] for word in _WORD.findall(text))


def _without_comment(line: str) -> str:
    """Cut off a comment; a ``#`` inside quotes is taken for one only where no quote follows."""
    start = line.find("#", max(line.rfind("'"), line.rfind('"')) + 1)
    return (line if start < 0 else line[:start]).strip()


def _bound_names(tree: ast.AST) -> frozenset[str]:
    """Return the names that the code itself gives to something: what a student can rename."""
    binding = (node for node in walk(tree) if type(node) in _BINDING)
    own = (node for node in binding if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Store))
    return frozenset(filter(None, (getattr(node, _BINDING[type(node)]) for node in own)))


def _with_names_numbered(node: ast.AST, names: frozenset[str]) -> str:
    """Spell a statement with names numbered as they come, and without type hints; the node is changed."""
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        node = ast.Assign([node.target], node.value, lineno=node.lineno)
    numbers: dict[str, str] = {}
    for part in walk(node):
        if isinstance(part, ast.arg):
            part.annotation = None
        elif isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)):
            part.returns = None
        for field in _those_of(part._fields, _RENAMED) if not isinstance(part, ast.keyword) else ():
            name = getattr(part, field)
            if name in names:
                setattr(part, field, numbers.setdefault(name, f"v{len(numbers)}"))
    return ast.unparse(node)


@cache
def _those_of(fields: tuple[str, ...], wanted: frozenset[str]) -> tuple[str, ...]:
    return tuple(field for field in fields if field in wanted)


def _words(tree: ast.AST) -> frozenset[str]:
    """Return the names in it and the words of its texts, in small letters."""
    words: set[str] = set()
    for node in walk(tree):
        for field in _those_of(node._fields, _NAMES):
            name = getattr(node, field)
            if isinstance(name, str):
                words.add(name.lower())
        if isinstance(node, ast.Constant):
            words |= set(_in_constant(node.value))
    return frozenset(word[:_LONGEST_WORD] for word in words)


def _in_constant(value: object) -> list[str]:
    if isinstance(value, str):
        return _WORD.findall(value.lower())
    return [str(value)] if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 else []  # noqa: PLR2004 - what is printed in full
