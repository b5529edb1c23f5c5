"""Handed in otherwise: as a zip, in a folder, with other files, in another encoding, under another name."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

import libcst as cst

from grader.proving.variant import Edit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from grader.proving.program import Program


def rewrites(files: Mapping[str, bytes], app: str, program: Program) -> Iterator[Edit]:
    """Yield the same files, handed in in other ways."""
    content, text = files[app], program.text
    yield Edit("Windows' line ends", {app: re.sub(rb"\r?\n", b"\r\n", content)})
    yield Edit("byte order mark", {app: b"\xef\xbb\xbf" + content.removeprefix(b"\xef\xbb\xbf")})
    if "coding" not in text[:200]:
        latin = f"# -*- coding: latin-1 -*-\n# r\u00e9ponse\n{text}"
        with suppress(UnicodeEncodeError):
            yield Edit("in Latin-1", {app: latin.encode("latin-1")})
        yield Edit("declared as UTF-8", {app: f"# -*- coding: utf-8 -*-\n# 答案\n{text}".encode()})
    for name in ("main.py", "flask_app.py", "my app.py", "aufgäbe.py"):
        if "/" not in app and name not in files:
            yield Edit(f"called {name}", {app: None, name: content}, app=name)
    yield Edit(
        "with other files",
        {
            "README.md": b"# My work\n",
            "requirements.txt": b"flask\n",
            "static/style.css": b"body { color: navy }\n",
            "notes.py": b"# nothing yet\n",
            ".vscode/settings.json": b"{}\n",
            "__pycache__/app.cpython-311.pyc": b"\x00",
        },
    )
    yield Edit("as a zip", {}, in_zip=True)
    inside = dict.fromkeys(files) | {f"my-work/{path}": data for path, data in files.items()}
    yield Edit("as a zip with a folder", inside, app=f"my-work/{app}", in_zip=True)
    turned = dict.fromkeys(files) | {f"my work/{path}": files[path] for path in reversed(list(files))}
    yield Edit("as a zip in another order", turned, app=f"my work/{app}", in_zip=True)
    yield from _in_two_files(program)


def _in_two_files(program: Program) -> Iterator[Edit]:
    """Keep the constants in a file of their own."""
    lines = [line for line in program.module.body if isinstance(line, cst.SimpleStatementLine)]
    assigned = [(line, name, value) for line in lines for name, value in program.kept(line)]
    kept = {name: line for line, name, value in assigned if isinstance(value, (cst.SimpleString, cst.Integer))}
    if kept:
        rest = [line for line in program.module.body if not any(line is each for each in kept.values())]
        module = program.module.with_changes(body=rest)
        code = f"from settings_of_mine import {', '.join(kept)}\n{module.code}"
        settings = "".join(program.code(line) for line in kept.values())
        folder = program.path.rpartition("/")[0]
        other = f"{folder}/settings_of_mine.py".lstrip("/")
        yield Edit("constants in another file", {program.path: code.encode(), other: settings.encode()})
