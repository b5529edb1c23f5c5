"""Where activity 11.1's template is, and where Flask looks for it."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from grader.activities.full_names import HELLO
from grader.rubric import Failed
from grader.site.templates import is_template
from grader.submission.in_the_cloud import FROM_THE_CLOUD, in_the_cloud

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.site import Reply, Site

TEMPLATE = "templates/index.html"

_BACKSLASH = "\\"
_OF_A_COPY = re.compile(r"^copy of |( ?\(\d+\)| ?-? ?copy|[-_ ]\d+)+$")


def no_index_file(site: Site) -> Failed:
    """Say that there is no templates/index.html, and what there is instead."""
    right = _right_place(site)
    files = list(site.submission.files)
    like = next((path for path in files if _file_name(path).lower() == "index.html"), None)
    like = like or next((path for path in files if _stem(path) == "index" and _is_page(path)), None)
    like = like or next(
        (path for path in files if _stem(path) == "index" and path.startswith(right.removesuffix("index.html"))), None
    )
    if like == right:
        return _flask_looks_elsewhere(site, right)
    if like is None and (waiting := next((path for path in files if in_the_cloud(path) == "index.html"), None)):
        problem = f"There is no file {right}: {waiting} only stands for it."
        return Failed(problem, expected=right, observed=waiting, hint=FROM_THE_CLOUD, file=waiting)
    if like is None:
        others = ", ".join(site.templates.paths)
        return Failed(
            f"There is no file {right}." + (f" You handed in {others}." if others else ""),
            expected=right,
            observed=others or "no HTML file",
            hint=f'Create it, with the line "{HELLO} <your full name>" in its body.',
        )
    problem = f"There is no file {right}: yours is {like}{_in_other_letters(like, right)}."
    return Failed(problem, expected=right, observed=like, hint=_move(like, right), file=like)


def _flask_looks_elsewhere(site: Site, right: str) -> Failed:
    """Say that the file is in its place, and why Flask does not look there."""
    message = f"You handed in {right}, but Flask does not look there"
    for argument in site.source.arguments("Flask"):
        if argument.name == "template_folder":
            written = f"template_folder={argument.written}"
            problem = f"{message}: {argument.place_name} says {written}."
            hint = f"Take {written} out of {argument.place_name}: Flask finds templates by itself."
            return Failed(problem, expected=right, observed=written, hint=hint, **argument.place)
    folders = ", ".join(site.serving.template_folders) or "no folder of yours"
    hint = "Write app = Flask(__name__), with nothing else in its parentheses."
    problem = f"{message}: it looks in {folders}."
    return Failed(problem, expected=right, observed=folders, hint=hint, file=site.app_file)


def not_found(site: Site, reply: Reply) -> Failed:
    """Say that Flask does not find the file that a page renders, and where it is."""
    crash = reply.crash
    name = crash.message if crash else "index.html"
    folders = site.serving.template_folders or ("templates",)
    looks = ", ".join(f"{folder}/{name}".lstrip("/") for folder in folders)
    last = crash.last if crash else None
    asking = last.file if last else ""
    files = [path for path in site.submission.files if not path.endswith(".py") and path != asking]
    alike = [path for path in files if _stem(path) == _stem(name)]
    waiting = [path for path in files if in_the_cloud(path) == _file_name(name)]
    if waiting:
        return Failed(
            f"{reply.path} renders {name}, which is not there: {waiting[0]} only stands for it.",
            expected=looks,
            observed=waiting[0],
            hint=FROM_THE_CLOUD,
            file=last.file if last else site.app_file,
            line=last.line if last else None,
        )
    yours = min(alike, key=lambda path: not _is_page(path), default=None) or _nearly_called(name, files, folders)
    if yours == _right_place(site) and yours.rpartition("/")[0] not in site.serving.template_folders:
        return _flask_looks_elsewhere(site, yours)
    writing = "'{}'" if last and is_template(last.file) else "render_template('{}')"
    place = f"your file is {yours}{_in_other_letters(yours, looks)}" if yours else "you handed in no file of this name"
    return Failed(
        f"{reply.path} renders {name}, which Flask does not find: it looks for {looks}; {place}.",
        expected=looks,
        observed=yours or "no such file",
        hint=_how_to_find(name, yours, folders, writing),
        file=last.file if last else site.app_file,
        line=last.line if last else None,
    )


def _nearly_called(name: str, files: Sequence[str], folders: Sequence[str]) -> str | None:
    """Return the page in a template folder whose name is spelt nearly like another one."""
    names = {_file_name(path): path for path in files if _is_page(path) and path.rpartition("/")[0] in folders}
    return names[near[0]] if (near := get_close_matches(_file_name(name), names, 1)) else None


def _how_to_find(name: str, yours: str | None, folders: Sequence[str], writing: str) -> str:
    """Return what to do that Flask may find a file: to write another name, or to move the file."""
    asked = _file_name(name)
    target = f"{folders[0]}/{asked if _BACKSLASH in name else name}".lstrip("/")
    if yours is None:
        return f"Hand in {target} too."
    prefixes = [f"{folder}/" if folder else "" for folder in folders]
    within = next((yours.removeprefix(prefix) for prefix in prefixes if yours.startswith(prefix)), None)
    if within == _file_name(yours) and (within == asked or asked != "index.html"):
        by_itself = asked != name
        reason = "Flask looks in the folder by itself" if by_itself else "It has to be the file's own name"
        return f"{reason}: write {writing.format(within)}."
    if _BACKSLASH not in name:
        return _move(yours, target)
    return f"Flask takes no \\ in the name: move {yours} to {target}, and write {writing.format(asked)}."


def _move(path: str, to: str) -> str:
    verb = "Rename" if path.rpartition("/")[0] == to.rpartition("/")[0] else "Move"
    return f"{verb} {path} to {to}."


def _file_name(path: str) -> str:
    return re.split(r"[/\\]", path)[-1]


def _stem(path: str) -> str:
    """Return a file's name without its ending, and without what a computer adds to a copy: ``(1)``, ``- Copy``."""
    return _OF_A_COPY.sub("", _file_name(path).lower().partition(".")[0]).strip()


def _is_page(path: str) -> bool:
    return ".htm" in _file_name(path).lower() or "." not in _file_name(path)


def _right_place(site: Site) -> str:
    return (f"{site.submission.folder}/" if site.submission.folder else "") + TEMPLATE


def _in_other_letters(path: str, right: str) -> str:
    same = path != right and path.lower() == right.lower()
    return ". Upper and lower case letters count" if same else ""
