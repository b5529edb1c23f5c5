"""What can be wrong with the template of activity 11.1, in words for a student."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.activities.common import no_answer
from grader.activities.crashes import crashed
from grader.activities.names import HELLO, LINE
from grader.activities.places import where
from grader.activities.unshown import line_not_shown
from grader.rubric import Failed, Partial, displays, excerpt
from grader.site.templates import is_template

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.model.faults import StudentFault
    from grader.site import Reply, Site

TEMPLATE = "templates/index.html"

_ASKED_FOR = f"{HELLO} <your full name>"
_RENDER = "return render_template('index.html')"
_BACKSLASH = "\\"
_OF_A_COPY = re.compile(r"^copy of |( ?\(\d+\)| ?-? ?copy|[-_ ]\d+)+$")
_NO_ENDPOINT = re.compile(r"Could not build url for endpoint '(?P<name>[^']*)'")
_VALUES = re.compile(r"forget to specify values? (\[[^\]]*\])")
_JINJA_HINTS = (
    (
        r"Missing end of comment tag",
        "{# begins a comment that #} ends. Close it, or put a space between { and #.",
    ),
    (r"Missing end of raw directive", "{% raw %} has to be closed: {% endraw %}."),
    (
        r"looking for the following tags: ('[\w' ]+|.*?)\.",
        "What {% … %} opens has to be closed: Jinja looks for \\1.",
    ),
    (r"unexpected end of template", "Something is opened and never closed: {{ needs }}, {% needs %}."),
    (r"unexpected '}'", "Write a value as {{ value }}, with two braces on each side."),
    (r"expected token 'end of print statement'", "Between {{ and }} stands one name or value; texts are in quotes."),
    (r"expected token '([^']*)'", "Close what is opened in that line: {{ value }}, {% … %}; Jinja expects \\1 there."),
    (r"unexpected char", "Between {{ and }} or {% and %} stands a character that Jinja does not know; take it out."),
    (r"Encountered unknown tag '(\w+)'", "Jinja has no {% \\1 %}: check its spelling, or take it out."),
    (r"No filter named '(\w+)'", "Jinja has no filter |\\1: check its spelling, or take it out."),
    (r"No test named '(\w+)'", "Jinja has no test `is \\1`: check its spelling, or take it out."),
    (
        r"^'(\w+)' is undefined",
        "Give it a value: render_template('index.html', \\1=…), or take it out of the template.",
    ),
)
_VARIABLE = re.compile(r"\{\{\s*(\w+)")
# <Jane Doe>, <Jane>, but no <span id="name">.
_NAME_AS_TAG = re.compile(rf"(?i:{LINE.pattern})[^\w\n<]*<(?P<words>[A-Z]\w+|\w+(?: [^\s<>=/]+)+)>")
_VARIABLE_AS_TEXT = re.compile(
    LINE.pattern + r"[^\w\n{$]*(?P<written>\{\{\s*(['\"])(?P<quoted>\w+)\2\s*\}\}|\$?\{\s*(?P<bare>\w+)\s*\})",
    re.IGNORECASE,
)


def seen(replies: list[Reply]) -> str:
    """Return what the app's pages show, one sentence each, for the first few of them."""
    pages = []
    for reply in replies[:3]:
        shown = f'displays "{excerpt(reply.text, 60)}"' if reply.text.strip() else "displays nothing"
        pages.append(f"{reply.path} {f'answers with the error {reply.status}' if not reply.ok else shown}.")
    return " ".join(pages) or "The app has no page that a browser can visit."


def no_name(site: Site, text: str, file: str) -> Failed:
    """Say that the line is not on the page, or has no name after it."""
    if not displays(text, HELLO):
        shown = f'it displays "{excerpt(text)}"' if text.strip() else "it displays nothing"
        if (there := line_not_shown(site, text, file)) is not None:
            return there
        return Failed(
            f'The page made from {file} does not display "{HELLO} …"; {shown}.',
            expected=_ASKED_FOR,
            observed=excerpt(text) or "an empty page",
            hint=f"Write the line into the body of {file}.",
            file=file,
        )
    source = site.templates.text_of(file)
    variable = _VARIABLE.search(source)
    in_angle_brackets = _NAME_AS_TAG.search(source)
    hint = "Write your own name after it."
    if "<your" in source.lower():
        hint = "Write your own name in place of <your_full_name>: a browser takes <…> for HTML and shows nothing."
    elif in_angle_brackets is not None:
        words = in_angle_brackets["words"]
        hint = f"Write {words} without < and >: a browser takes <{words}> for HTML and shows nothing of it."
    elif variable is not None:
        name = variable[1]
        hint = f"{{{{ {name} }}}} has no value: give it one with render_template('index.html', {name}='…')."
    return Failed(
        f'The page made from {file} displays "{HELLO}", but no name after it.',
        expected=_ASKED_FOR,
        observed=excerpt(text),
        hint=hint,
        file=file,
        line=_line(site, file),
    )


def placeholder(site: Site, reply: Reply, name: str, file: str) -> Failed:
    """Say that the handout's placeholder was left in, or what else puts such a word in the place of the name."""
    return _name_from_address(site, reply, name) or Failed(
        f'{file} still says "{HELLO} {name}": that is the handout\'s placeholder.',
        expected=_ASKED_FOR,
        observed=f"{HELLO} {name}",
        hint="Put your own name in its place.",
        file=file,
        line=_line(site, file),
    )


def _name_from_address(site: Site, reply: Reply, name: str) -> Failed | None:
    """Say that the page shows whatever a visitor types, if it does."""
    route = reply.route
    visited = set(reply.path.lower().split("/"))
    if route is None or not route.arguments or not visited.issuperset(name.lower().split()):
        return None
    return Failed(
        f"The name on the page comes from the address that is visited ({route.rule}); no page shows your own.",
        expected=_ASKED_FOR,
        observed=f'{reply.path} displays "{excerpt(reply.text)}"',
        hint="Add a route '/' whose view gives the template your full name.",
        **where(site, reply),
    )


def ends_in_an_error(site: Site, reply: Reply, file: str) -> Failed:
    """Say why the page made from a template is an error."""
    crash = reply.crash
    failure = crashed(site, reply)
    last = crash.last if crash else None
    if crash is None or last is None or not is_template(last.file):
        return failure
    place = f"{last.file} line {last.line}"
    said = re.sub(r"\. Jinja was looking.*", "", str(crash).partition("\n")[0]).rstrip(".").replace("`", "'")
    written = f" (`{last.text}`)" if last.text else ""
    failure.message = f"The page made from {file} is an error ({reply.status}): `{said}`. See {place}{written}."
    unknown = _NO_ENDPOINT.search(crash.message)
    if unknown is not None:
        views = ", ".join(dict.fromkeys(route.function for route in site.routes if route.function)) or "none"
        failure.message = (
            f"The page made from {file} is an error ({reply.status}): {place} links to {unknown['name']}, "
            "and app.py has no view function of that name."
        )
        failure.expected = f"one of your views: {views}"
        failure.hint = f"url_for wants the name of a view function ({views}); or take the link out."
        if (missing := _VALUES.search(crash.message)) is not None:
            failure.message = (
                f"The page made from {file} is an error ({reply.status}): {place} links to {unknown['name']} "
                f"without a value for {missing[1]}, which its route asks for."
            )
            failure.hint = f"Give it one: url_for('{unknown['name']}', …=…), with the name from the route."
            failure.expected = None
    else:
        failure.hint = _hint_for_jinja(crash.message, last.text) or failure.hint
    return failure


def crash_on_the_way(site: Site, reply: Reply) -> Failed:
    """Say why a page is an error, in the same words whichever check meets it."""
    crash = reply.crash
    if crash is not None and crash.type == "TemplateNotFound":
        return _not_found(site, reply)
    last = crash.last if crash else None
    return ends_in_an_error(site, reply, last.file) if last and is_template(last.file) else crashed(site, reply)


def _hint_for_jinja(message: str, line: str) -> str | None:
    """Return what to do about what Jinja says of a template."""
    for pattern, hint in _JINJA_HINTS:
        match = re.search(pattern, message)
        if match is not None:
            return match.expand(hint)
    if "{#" in line:
        return "{# begins a comment of Jinja's: write { and # apart."
    return None


def variable_as_text(site: Site, name: str, file: str) -> Failed | None:
    """Say that a variable which app.py gives is written so that its name is shown, not its value."""
    found = _VARIABLE_AS_TEXT.finditer(site.templates.text_of(file))
    written = {match["quoted"] or match["bare"]: match["written"] for match in found}
    if name not in written or all(argument.name != name for argument in site.source.arguments("render_template")):
        return None
    return Failed(
        f"{file} says `{written[name]}`, so the page shows these words and not the value of {name}.",
        expected=_ASKED_FOR,
        observed=written[name],
        hint=f"Write {{{{ {name} }}}}: two braces on each side, without quotes or $.",
        file=file,
        line=_line(site, file),
    )


def name_not_full(site: Site, name: str, file: str) -> Partial:
    """Say that the name is one word only."""
    return Partial(
        f'The page displays "{HELLO} {name}"; the handout asks for your full name.',
        expected=_ASKED_FOR,
        observed=f"{HELLO} {name}",
        hint="Add your family name.",
        file=file,
        line=_line(site, file),
    )


def is_twice(site: Site, name: str, file: str) -> Partial:
    """Say that the line ends in "is is"."""
    return Partial(
        f'The page displays "{HELLO} {name}", with "is" twice.',
        expected=_ASKED_FOR,
        observed=f"{HELLO} {name}",
        hint=f'Write "{HELLO}" with one "is" before your name.',
        file=file,
        line=_line(site, file),
    )


def _line(site: Site, file: str) -> int | None:
    return site.templates.line_of(file, LINE)


def no_index_file(site: Site) -> Failed:
    """Say that there is no templates/index.html, and what there is instead."""
    right = _right_place(site)
    files = list(site.submission.files)
    like = next((path for path in files if _file_name(path).lower() == "index.html"), None)
    like = like or next((path for path in files if _stem(path) == "index" and _is_page(path)), None)
    if like == right:
        return _flask_looks_elsewhere(site, right)
    if like is None:
        others = ", ".join(site.templates.paths)
        return Failed(
            f"There is no file {right}." + (f" You handed in {others}." if others else ""),
            expected=right,
            observed=others or "no HTML file",
            hint=f'Create it, with the line "{HELLO} <your full name>" in its body.',
        )
    return Failed(
        f"There is no file {right}: yours is {like}{_in_other_letters(like, right)}.",
        expected=right,
        observed=like,
        hint=_move(like, right),
        file=like,
    )


def _flask_looks_elsewhere(site: Site, right: str) -> Failed:
    """Say that the file is in its place, and why Flask does not look there."""
    message = f"You handed in {right}, but Flask does not look there"
    for argument in site.source.arguments("Flask"):
        if argument.name == "template_folder":
            written = f"template_folder={argument.written}"
            return Failed(
                f"{message}: {argument.file} line {argument.line} says {written}.",
                expected=right,
                observed=written,
                hint=f"Take {written} out of {argument.file} line {argument.line}: Flask finds templates by itself.",
                file=argument.file,
                line=argument.line,
            )
    folders = ", ".join(site.serving.template_folders) or "no folder of yours"
    return Failed(
        f"{message}: it looks in {folders}.",
        expected=right,
        observed=folders,
        hint="Write app = Flask(__name__), with nothing else in its parentheses.",
        file=site.app_file,
    )


def not_rendered(site: Site, file: str | None) -> StudentFault:
    """Say why no route renders the template: not found, a crash, text in app.py, another file, not returned."""
    replies = site.visit_all()
    stopped = [reply for reply in replies if reply.crash is not None]
    if stopped:
        first = min(stopped, key=lambda reply: reply.crash is not None and reply.crash.type != "TemplateNotFound")
        return crash_on_the_way(site, first)
    unanswered = no_answer(site)
    if unanswered is not None:
        return unanswered
    return (
        _another_file(site, replies, file)
        or _sent_as_is(site, replies)
        or _written_in_the_code(site, replies)
        or _not_returned(site, replies)
        or Failed(
            f"No route renders the template. {seen(replies)}",
            expected=_RENDER,
            observed=seen(replies),
            hint=f"Import render_template from flask and {_RENDER} from the view.",
            **(where(site, replies[0]) if replies else {"file": site.app_file, "line": None}),
        )
    )


def _another_file(site: Site, replies: list[Reply], file: str | None) -> Failed | None:
    for reply in replies:
        others = site.templates.behind(reply)
        if others and file is not None:
            return Failed(
                f"{reply.path} renders {others[0]}, and no route renders {file}.",
                expected=_RENDER,
                observed=others[0],
                hint=f"{_RENDER[0].upper()}{_RENDER[1:]} from the view.",
                **where(site, reply),
            )
    return None


def _sent_as_is(site: Site, replies: list[Reply]) -> Failed | None:
    for reply in replies:
        files = site.templates.sent_as_is(reply)
        if files:
            return Failed(
                f"{reply.path} sends the file {files[0]} as it is; the handout asks to render it as a template.",
                expected=_RENDER,
                observed=f"{files[0]}, not rendered",
                hint=f"Keep the page in {TEMPLATE} and {_RENDER} from the view.",
                **where(site, reply),
            )
    return None


def _written_in_the_code(site: Site, replies: list[Reply]) -> Failed | None:
    for reply in replies:
        if displays(reply.text, HELLO):
            return Failed(
                f"{reply.path} displays text that is written in {where(site, reply)['file']}; "
                "it does not render the template.",
                expected=_RENDER,
                observed=excerpt(reply.text),
                hint=f"{_RENDER[0].upper()}{_RENDER[1:]} from the view.",
                **where(site, reply),
            )
    return None


def _not_returned(site: Site, replies: list[Reply]) -> Failed | None:
    for file, line in site.source.calls("render_template"):
        return Failed(
            f"{file} line {line} calls render_template, but no page shows what it makes. {seen(replies)}",
            expected=_RENDER,
            observed=seen(replies),
            hint=f"Return it: {_RENDER}",
            file=file,
            line=line,
        )
    return None


def _not_found(site: Site, reply: Reply) -> Failed:
    crash = reply.crash
    name = crash.message if crash else "index.html"
    folders = site.serving.template_folders or ("templates",)
    looks = ", ".join(f"{folder}/{name}".lstrip("/") for folder in folders)
    files = [path for path in site.submission.files if not path.endswith(".py")]
    alike = [path for path in files if _stem(path) == _stem(name)]
    yours = min(alike, key=lambda path: not _is_page(path), default=None)
    if yours == _right_place(site) and yours.rpartition("/")[0] not in site.serving.template_folders:
        return _flask_looks_elsewhere(site, yours)
    last = crash.last if crash else None
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
