"""Templates and their HTML: renamed, elsewhere, not rendered, hidden, never closed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.proving.program import Program, text_of, without
from grader.proving.variant import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HTML = (".html", ".htm", ".j2", ".jinja")
_LINE = re.compile(r"(?m)^([ \t]*)<(h\d|p|div|li|span|strong|b|em)\b([^>\n]*)>(.*?)</\2>", re.DOTALL)
_HIDING = {
    "hidden by a style": 'style="display: none"',
    "hidden by visibility": 'style="visibility: hidden"',
    "hidden by the attribute": "hidden",
    "hidden by its opacity": 'style="opacity: 0"',
    "hidden by its size": 'style="font-size: 0"',
    "hidden off the page": 'style="position: absolute; left: -9999px"',
    "white on white": 'style="color: white; background: white"',
}
_PLACEHOLDERS = ("&lt;your_full_name&gt;", "<your_full_name>", "{{ name }}", "[your name]", "your full name")
_NAME = re.compile(r"(?i)(my name is\s+)([^<{]+)")


def mistakes(files: Mapping[str, bytes], app: str) -> Iterator[Edit]:
    """Yield what can be wrong with the templates of a solution."""
    templates = [path for path in files if path.lower().endswith(_HTML)]
    for path in templates:
        yield from _file(path, files[path])
        text = files[path].decode("utf-8", "replace")
        for kind, other in (*_elements(text), *_placeholders(text), *_jinja(text)):
            yield Edit(kind, {path: other.encode()})
    if templates and app.endswith(".py"):
        yield from _rendering(Program(app, files[app]))


def _file(path: str, content: bytes) -> Iterator[Edit]:
    folder, _, name = path.rpartition("/")
    stem, _, ending = name.rpartition(".")
    above = folder.rpartition("/")[0]
    others = {
        "template renamed": f"{folder}/{stem}2.{ending}",
        "template's case changed": f"{folder}/{name.capitalize()}",
        "template with another ending": f"{folder}/{stem}.txt",
        "template beside the app": f"{above}/{name}",
        "template folder misspelt": f"{folder[:-1]}/{name}",
        "template folder in another case": f"{folder.capitalize()}/{name}",
        "template in another folder": f"{above}/static/{name}",
    }
    for kind, other in others.items():
        yield Edit(kind, {path: None, other.lstrip("/"): content})
    yield Edit("template missing", {path: None})
    yield Edit("template empty", {path: b""})
    yield Edit("template in another encoding", {path: content.decode("utf-8", "replace").encode("utf-16")})


def _elements(text: str) -> Iterator[tuple[str, str]]:
    """Yield an element hidden, commented out or never closed, and what is written around it."""
    for match in _LINE.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        indent, tag, attributes, inner = match.groups()
        whole = match[0]
        for kind, hiding in _HIDING.items():
            yield kind, f"{before}{indent}<{tag} {hiding}{attributes}>{inner}</{tag}>{after}"
        yield "commented out", f"{before}<!-- {whole} -->{after}"
        yield "commented out by Jinja", f"{before}{{# {whole} #}}{after}"
        yield "comment never closed", f"{before}<!-- {whole}{after}"
        yield "Jinja's comment never closed", f"{before}{{# {whole}{after}"
        yield "tag never closed", f"{before}{indent}<{tag}{attributes} {inner}</{tag}>{after}"
        yield "quote never closed", f'{before}{indent}<{tag} class="line{attributes}>{inner}</{tag}>{after}'
        for swallowing in ("script", "style", "title", "template", "noscript"):
            yield f"within <{swallowing}>", f"{before}<{swallowing}>{whole}</{swallowing}>{after}"
            yield f"<{swallowing}> never closed", f"{before}<{swallowing}>{whole}{after}"
        yield "element left out", before + after
        yield "as an attribute", f'{before}{indent}<{tag} title="{inner}"></{tag}>{after}'


def _placeholders(text: str) -> Iterator[tuple[str, str]]:
    for match in _NAME.finditer(text):
        for placeholder in _PLACEHOLDERS:
            yield "placeholder left", f"{text[: match.start(2)]}{placeholder}{text[match.end(2) :]}"
        yield "name left out", text[: match.start(2)] + text[match.end(2) :]
        yield "first name alone", f"{text[: match.start(2)]}{match[2].split()[0]}{text[match.end(2) :]}"


def _jinja(text: str) -> Iterator[tuple[str, str]]:
    for match in re.finditer(r"\{\{\s*(\w+)\s*\}\}", text):
        before, after = text[: match.start()], text[match.end() :]
        yield "variable misspelt", f"{before}{{{{ {match[1]}x }}}}{after}"
        yield "variable in single braces", f"{before}{{{match[1]}}}{after}"
    for match in re.finditer(r"\{%\s*end\w+\s*%\}", text):
        yield "block of Jinja never closed", text[: match.start()] + text[match.end() :]


def _rendering(program: Program) -> Iterator[Edit]:
    for call in program.calls("render_template"):
        name = text_of(call.args[0].value) if call.args else None
        if name is None:
            continue
        first = call.args[0].value
        for kind, other in (
            ("renders another template", f"{name.partition('.')[0]}2.html"),
            ("renders it in another case", name.capitalize()),
            ("renders it by its folder", f"templates/{name}"),
            ("renders it without its ending", name.partition(".")[0]),
        ):
            yield program.changed(kind, (first, repr(other)))
        yield program.changed("template not rendered", (call, first))
        yield program.changed("template's folder returned", (call, repr(f"templates/{name}")))
        for given in call.args[1:]:
            rest = without(call.args, given)
            yield program.changed("variable not handed over", (call, call.with_changes(args=rest)))
