"""The words of activity 11.1's template: the line and the name in it, in words for a student."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from grader.activities.full_names import HELLO, LINE, name_in
from grader.activities.page_sources import where
from grader.activities.unshown import line_not_shown
from grader.rubric import Failed, Partial, displays, excerpt
from grader.site.html_page import html_to_text

if TYPE_CHECKING:
    from grader.site import Reply, Site

ASKED_FOR = f"{HELLO} <your full name>"
_Fault = TypeVar("_Fault", Failed, Partial)

_HAS_SCRIPT = re.compile(r"<script\b|\son[a-z]+\s*=", re.IGNORECASE)
_NEARLY = re.compile(r"\bmy\W*n\w{2,3}\b", re.IGNORECASE)
_VARIABLE = re.compile(r"\{\{\s*(\w+)")
_ANOTHER_LANGUAGE = re.compile(
    r"(?P<php><\?(?!xml).*?(?:\?>|$)|&lt;\?php)|<%.*?%>", re.IGNORECASE | re.DOTALL
)  # PHP; EJS, ERB and JSP
# <Jane Doe>, <Jane>, but no <span id="name">.
_NAME_AS_TAG = re.compile(rf"(?i:{LINE.pattern})[^\w\n<]*<(?P<words>[A-Z]\w+|\w+(?: [^\s<>=/]+)+)>")
_VARIABLE_AS_TEXT = re.compile(
    LINE.pattern + r"[^\w\n{$@\[]*(?P<written>\{\{\s*(['\"])(?P<quoted>\w+)\2\s*\}\}"
    r"|(?:\$?\{(?:\s+\{)?|\[\[|[$@:])\s*(?P<bare>\w+)\s*(?:\}(?:\s+\})?|\]\])?)",
    re.IGNORECASE,
)


def name_that_a_script_may_show(reply: Reply) -> str | None:
    """Return the name in what a page hides at first, where it has a script: the browser tells whether it is seen."""
    return name_in(html_to_text(reply.source, with_hidden=True)) if _HAS_SCRIPT.search(reply.source) else None


def no_name(site: Site, text: str, file: str) -> Failed:
    """Say that the line is not on the page, or has no name after it."""
    if (foreign := _of_another_language(site, text, file)) is not None:
        return foreign
    if not displays(text, HELLO):
        shown = f'it displays "{excerpt(text)}"' if text.strip() else "it displays nothing"
        if (there := line_not_shown(site, text, file)) is not None:
            return there
        problem = f'The page made from {file} does not display "{HELLO} …"; {shown}.'
        observed, hint = excerpt(text) or "an empty page", f"Write the line into the body of {file}."
        if _HAS_SCRIPT.search(site.templates.text_of(file)) and not _NEARLY.search(text):
            hint = f"Write the line itself into the body of {file}: what a script draws or writes is no HTML of yours."
        line = site.templates.line_of(file, _NEARLY) if _NEARLY.search(text) else None
        if line is not None:
            hint = f'Write these words in line {line}: "{HELLO}", then your name.'
        return Failed(problem, expected=ASKED_FOR, observed=observed, hint=hint, file=file, line=line)
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
        hint = _give_a_value(variable[1])
    problem = f'The page made from {file} displays "{HELLO}", but no name after it.'
    if variable is None and (by_other := _put_there_by(source)) is not None:
        problem = f'{file} says "{HELLO}", and leaves the name to {by_other}.'
        hint = "Write your name into the HTML itself, right after these words."
    return _at_the_line(Failed, site, file, problem, observed=excerpt(text), hint=hint)


def _put_there_by(source: str) -> str | None:
    """Return what of a template may show a name that is not in its HTML: a script, or a style."""
    if re.search(r"textContent|innerHTML|innerText|document\.write|prompt\(", source):
        return "a script"
    return "a style" if re.search(r":(?:after|before)\s*\{[^{}]*\bcontent\s*:\s*['\"]\s*\w", source) else None


def _give_a_value(name: str) -> str:
    return f"{{{{ {name} }}}} has no value: give it one with render_template('index.html', {name}='…')."


def _of_another_language(site: Site, text: str, file: str) -> Failed | None:
    """Say that a template holds PHP or another language, which nothing here runs."""
    source = site.templates.text_of(file)
    found = _ANOTHER_LANGUAGE.search(source)
    if found is None:
        return None
    language = "PHP" if found["php"] else "another language"
    return Failed(
        f"{file} has {language} in it, `{excerpt(found[0], 40)}`, which Flask does not run: no name is to be seen.",
        expected=ASKED_FOR,
        observed=excerpt(text) or "an empty page",
        hint="Write your name itself in its place.",
        file=file,
        line=source.count("\n", 0, found.start()) + 1,
    )


def placeholder(site: Site, reply: Reply, name: str, file: str) -> Failed:
    """Say that the handout's placeholder was left in, or what else puts such a word in the place of the name."""
    other = _of_another_language(site, reply.text, file) or _name_from_address(site, reply, name)
    problem = f'{file} still says "{HELLO} {name}": that is the handout\'s placeholder.'
    return other or _at_the_line(
        Failed, site, file, problem, observed=f"{HELLO} {name}", hint="Put your own name in its place."
    )


def _name_from_address(site: Site, reply: Reply, name: str) -> Failed | None:
    """Say that the page shows whatever a visitor types, if it does."""
    route = reply.route
    visited = set(reply.path.lower().split("/"))
    if route is None or not route.arguments or not visited.issuperset(name.lower().split()):
        return None
    return Failed(
        f"The name on the page comes from the address that is visited ({route.rule}); no page shows your own.",
        expected=ASKED_FOR,
        observed=f'{reply.path} displays "{excerpt(reply.text)}"',
        hint="Add a route '/' whose view gives the template your full name.",
        **where(site, reply),
    )


def variable_as_text(site: Site, name: str, file: str) -> Failed | None:
    """Say that a variable which app.py gives is written so that its name is shown, not its value."""
    found = _VARIABLE_AS_TEXT.finditer(site.templates.text_of(file))
    written = {match["quoted"] or match["bare"]: match["written"] for match in found}
    if name not in written or all(argument.name != name for argument in site.source.arguments("render_template")):
        return None
    problem = f"{file} says `{written[name]}`, so the page shows these words and not the value of {name}."
    hint = f"Write {{{{ {name} }}}}: two braces on each side, and nothing else."
    return _at_the_line(Failed, site, file, problem, observed=written[name], hint=hint)


def name_not_full(site: Site, name: str, file: str) -> Partial:
    """Say that the name is one word only."""
    hint = "Add your family name."
    given = {argument.name for argument in site.source.arguments("render_template")}
    variables = _VARIABLE.findall(site.templates.text_of(file))
    if given.intersection(variables) and (missing := [each for each in variables if each not in given]):
        hint = _give_a_value(missing[0])
    problem = f'The page displays "{HELLO} {name}"; the handout asks for your full name.'
    return _at_the_line(Partial, site, file, problem, observed=f"{HELLO} {name}", hint=hint)


def is_twice(site: Site, name: str, file: str) -> Partial:
    """Say that the line ends in "is is"."""
    problem, hint = (
        f'The page displays "{HELLO} {name}", with "is" twice.',
        f'Write "{HELLO}" with one "is" before your name.',
    )
    return _at_the_line(Partial, site, file, problem, observed=f"{HELLO} {name}", hint=hint)


def _at_the_line(kind: type[_Fault], site: Site, file: str, problem: str, *, observed: str, hint: str) -> _Fault:
    """Say it of the line of a template that greets."""
    line = site.templates.line_of(file, LINE)
    return kind(problem, expected=ASKED_FOR, observed=observed, hint=hint, file=file, line=line)
