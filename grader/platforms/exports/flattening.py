"""Loose files as the student had them, before a platform took them out of their folders and numbered them.

Only what the student's own code shows is undone.  Files from a zip never come here: that layout is the student's.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from grader.source.python_code import parse, walk
from grader.submission.unpacking import is_archive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NUMBERED = re.compile(r"(?P<name>[^.]+)-[1-9][0-9]{0,2}(?P<ending>\.[^/]+)")
_RENDERS = frozenset(
    {"render_template", "get_template", "stream_template", "get_or_select_template", "select_template"}
)
_RENDERS_IN_TEXT = re.compile(rb"""(?:render|stream|get)_template\s*\(\s*["']([^"'\n]{1,200})["']""")
_INCLUDES = re.compile(
    rb"""\{%[-+]?\s*(?:extends|include|import|from)\s+["']([^"'\n]{1,200})["']""",
)
_OTHER_FOLDER = re.compile(rb"""template_folder\s*=(?![^\n]{0,200}["'](?:\./)?templates/?["'])""")
_BETWEEN_NAMES = re.compile(rb"""[\s"'/\\<>()=]+""")
_LARGEST_CODE = 1_000_000  # nobody writes more; a stranger may, to keep us busy
_PAGES = (".html", ".htm", ".jinja", ".j2", ".jinja2")
_FOLDER = "templates/"


def without_number(path: str) -> str:
    """Return what a file was called before Canvas put a number into its name."""
    match = _NUMBERED.fullmatch(path)
    return path if match is None else match["name"] + match["ending"]


def take_off_numbers(files: Mapping[str, bytes], order: Mapping[str, int]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Take the ``-1`` off ``app-1.py``, unless the student wrote that name; of ``app.py`` and it, the later counts.

    Canvas puts it before the first dot of a file that is uploaded a second time (instructure/canvas-lms, issue 2310).

    A later one has a higher number in `order`.  Returned are the files, and a sentence for what was changed and one for
    what was left out.
    """
    code = (content for path, content in files.items() if path.lower().endswith((".py", *_PAGES)))
    words = {word for content in code for word in _BETWEEN_NAMES.split(content)}
    wanted: dict[str, list[str]] = {}
    for path in files:
        written_so = path.rpartition("/")[2].encode() in words
        wanted.setdefault(path if written_so else without_number(path), []).append(path)
    names: dict[str, str] = {}
    replaced: list[str] = []
    for name, paths in wanted.items():
        # Parts 1 and 2 of something, or activity-11.2.zip, which nothing asks for by a name: the student's own numbers.
        if name not in paths and (len(paths) > 1 or is_archive(name)):
            names |= {path: path for path in paths}
            continue
        latest = max(paths, key=lambda path: (order.get(path, 0), path != name, path))
        names[latest] = name
        replaced += (f"{path} was uploaded earlier and left out: {latest} counts." for path in paths if path != latest)
    changed = [f"{path} is read as {name}" for path, name in sorted(names.items()) if path != name]
    note = (f"The platform numbers files that are uploaded again: {', '.join(changed)}.",) if changed else ()
    return {names[path]: content for path, content in files.items() if path in names}, (*note, *replaced)


def put_back_templates(files: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Move HTML files beside the Python files into ``templates/`` where the code asks for them there.

    Contract, "The command line": Where an LMS has flattened a student's loose files, HTML files beside app.py are put
    back into ``templates/`` when the code asks for them there, and the report says so.

    Returned are the files, and one sentence where some were moved.
    """
    modules = [content for path, content in files.items() if "/" not in path and path.endswith(".py")]
    if any(_OTHER_FOLDER.search(source) for source in modules):
        return dict(files), ()
    by_name = {path: path for path in files if "/" not in path and path.lower().endswith(_PAGES)}
    places: dict[str, str] = {}
    asked = {template for source in modules for template in _rendered(source)}
    while asked:
        template = asked.pop()
        loose = by_name.get(template.rpartition("/")[2])
        place = _FOLDER + template
        if loose is None or loose in places or place in files or not _stays_inside(template):
            continue
        places[loose] = place
        asked |= {name.decode(errors="replace") for name in _INCLUDES.findall(files[loose])}
    return {places.get(path, path): content for path, content in files.items()}, _say_moved(sorted(places))


def _say_moved(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    were = "was" if len(names) == 1 else "were"
    moved = f"{', '.join(names)} {were} put back into templates/, where the code looks"
    return (f"The platform takes files out of their folders: {moved}.",)


def _stays_inside(template: str) -> bool:
    return not template.startswith("/") and "\\" not in template and ".." not in template.split("/")


def _rendered(source: bytes) -> Iterator[str]:
    """Yield the names of the templates that a module asks for; where one is worked out, every text that may be one."""
    tree = parse(source) if len(source) <= _LARGEST_CODE else None
    if tree is None:
        yield from (name.decode(errors="replace") for name in _RENDERS_IN_TEXT.findall(source))
        return
    calls = [node for node in walk(tree) if isinstance(node, ast.Call) and _called(node) in _RENDERS]
    asked = [_template(call) for call in calls]
    yield from (name for name in asked if name is not None)
    if None in asked:
        constants = (node.value for node in walk(tree) if isinstance(node, ast.Constant))
        yield from (value for value in constants if isinstance(value, str))


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _template(call: ast.Call) -> str | None:
    """Return the name that is asked for, None where only running the code would tell."""
    named = [word.value for word in call.keywords if word.arg in {"template_name_or_list", "name"}]
    first = next(iter((*call.args, *named)), None)
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None
