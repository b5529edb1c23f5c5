"""Templates written in other right ways, and other ways to render them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import libcst as cst

from grader.proving.variant import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.proving.program import Program

_ELEMENT = re.compile(r"<(h[1-6]|p|div|li)\b([^>\n]*)>([^<{]+)</\1>")
_BODY = re.compile(r"(?is)<body[^>]*>(.*)</body>")


def rewrites(files: Mapping[str, bytes], program: Program) -> Iterator[Edit]:
    """Yield the solution with its templates in other forms."""
    for path in files:
        if not path.lower().endswith((".html", ".htm")):
            continue
        text = files[path].decode("utf-8", "replace")
        for kind, other in _forms(text):
            yield Edit(kind, {path: other.encode()})
        yield Edit("template with a byte order mark", {path: b"\xef\xbb\xbf" + files[path]})
        yield from _jinja(path, text, program)


def _forms(text: str) -> Iterator[tuple[str, str]]:
    yield "template with Windows' line ends", text.replace("\n", "\r\n")
    yield "template without indentation", re.sub(r"(?m)^[ \t]+", "", text)
    yield "template in one line", re.sub(r"\s*\n\s*", "", text)
    yield "tags in capitals", re.sub(r"</?[a-z]\w*", lambda tag: tag[0].upper(), text)
    yield "template with comments", text.replace("<body>", "<body>\n<!-- <h1>my page</h1> -->{# for you #}")
    yield "more on the page", text.replace("</body>", "<p>I like this course.</p>\n<footer>2026</footer></body>")
    yield "a title above", text.replace("<body>", "<body><nav><a href='#'>Start</a></nav>")
    style = "<style>body { font-family: sans-serif; color: #333; background: #fafafa; }</style>"
    yield "template with a style", text.replace("</head>", f"{style}</head>")
    script = "<script>document.addEventListener('click', () => console.log('hello'))</script>"
    yield "template with a script", text.replace("</body>", f"{script}</body>")
    if (body := _BODY.search(text)) is not None:
        yield "template without head and body", body[1]
    for kind, form in (
        ("other elements", r'<div class="line"\2><p>\3</p></div>'),
        ("elements with attributes", r'<\1\2 id="line" class="big" style="color: navy">\3</\1>'),
        ("elements in each other", r"<\1\2><b><i>\3</i></b></\1>"),
        ("elements over several lines", "<\\1\\2>\n\\3\n</\\1>"),
        ("a table", r"<table><tr><td>\3</td></tr></table>"),
        ("never closed, as HTML allows", r"<p>\3"),
    ):
        yield kind, _ELEMENT.sub(form, text)
    yield (
        "words over several lines",
        _ELEMENT.sub(lambda each: each[0].replace(" ", "\n  ") if not each[2] else each[0], text),
    )
    yield (
        "blanks as entities",
        _ELEMENT.sub(lambda each: each[0].replace(each[3], each[3].replace(" ", "&nbsp;")), text),
    )


def _jinja(path: str, text: str, program: Program) -> Iterator[Edit]:
    """Use what Jinja has: a base template, an included file, a variable that is set or handed over."""
    folder = path.rpartition("/")[0]
    body = _BODY.search(text)
    if body is not None:
        base = text[: body.start(1)] + "{% block content %}{% endblock %}" + text[body.end(1) :]
        page = f'{{% extends "base.html" %}}\n{{% block content %}}{body[1]}{{% endblock %}}\n'
        yield Edit("base template", {path: page.encode(), f"{folder}/base.html": base.encode()})
        page = text[: body.start(1)] + '{% include "part.html" %}' + text[body.end(1) :]
        yield Edit("included file", {path: page.encode(), f"{folder}/part.html": body[1].encode()})
    element = _ELEMENT.search(text)
    last = re.search(r"\S+$", element[3].strip()) if element else None
    if element is None or last is None:
        return
    start = element.start(3) + element[3].index(last[0])
    page = f"{text[:start]}{{{{ last }}}}{text[start + len(last[0]) :]}"
    yield Edit("variable set in the template", {path: f"{{% set last = {last[0]!r} %}}{page}".encode()})
    name = path.rpartition("/")[2]
    calls = [call for call in program.calls("render_template") if name in program.code(call)]
    if calls:
        given = cst.Arg(cst.SimpleString(repr(last[0])), keyword=cst.Name("last"))
        pairs = [(call, call.with_changes(args=[*call.args, given])) for call in calls]
        handed = program.changed("variable handed over", *pairs)
        yield Edit(handed.kind, {**handed.files, path: page.encode()})
