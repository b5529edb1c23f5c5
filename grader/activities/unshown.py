"""The line is written in the template, and no page shows it: what stands in the way."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from grader.activities.full_names import HELLO, LINE
from grader.rubric import Failed, Review, excerpt
from grader.site.html_page import swallowed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.site import Reply, Site

    _Why = tuple[str, str, int]
    """The reason, what to do, and the line that it is about."""

# What follows is looked at as a whole, so that a tag is not taken for one that ends before its first quote.
_OPEN_TAG = re.compile(r"<[a-zA-Z]\w*\b(?=(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*))(?P=rest)(?=[<\"']|$)")
_IN_AN_ATTRIBUTE = re.compile(r"<(?P<tag>[a-zA-Z]\w*)\b.*?\s(?P<name>[\w-]+)\s*=\s*[\"'][^\"'<>]*$", re.DOTALL)
_NOT_DRAWN = frozenset(["head", "template", "noscript", "datalist", "iframe", "video", "audio", "canvas"])
_VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"])
_NEAR = 2_000  # characters
# What white words may need behind them, and is on the internet.  Within one tag, and bounded: a page can be long.
_BACKGROUND_ELSEWHERE = re.compile(r"\burl\(\s{0,9}['\"]?(?:https?:)?//(?P<host>(?!fonts\.)[\w.-]+)", re.IGNORECASE)
_STYLES_ELSEWHERE = re.compile(
    r"<link\b(?=[^<>]*stylesheet)[^<>]{0,500}?\bhref\s{0,9}=\s{0,9}['\"]?(?:https?:)?//(?P<host>(?!fonts\.)[\w.-]+)",
    re.IGNORECASE,
)
_CLASS_OF_A_BACKGROUND = re.compile(
    r"\bclass\s{0,9}=\s{0,9}['\"][^'\"<>]{0,300}?\b(?:(?:bg|w3)-|dark\b)", re.IGNORECASE
)
_HIDES = re.compile(r"\b(?:opacity|visibility|font-size|clip|text-indent|transform|position)\b", re.IGNORECASE)
_GOES_ON = re.compile(
    r"http-equiv\s{0,9}=\s{0,9}['\"]?refresh[^>]{0,99}url[^>]*|\blocation(?:\.href)?\s{0,9}=(?!=)[^;<]*"
    r"|\blocation\.(?:replace|assign)\([^)]{0,500}\)",
    re.IGNORECASE,
)
_COMMENTS = (("<!--", "-->"), ("{#", "#}"))
_EXTENDS = re.compile(r"\{%-?\s*extends\s+(['\"])(?P<parent>[^'\"]+)\1")
_BLOCK = re.compile(r"\{%-?\s*(?P<what>block\s+(?P<name>\w+)|endblock)\b")


def line_not_shown(site: Site, text: str, file: str) -> Failed | None:
    """Say why a template's line is not on the page; None where the line is not in the file, or nothing explains it."""
    source = site.templates.text_of(file)
    line = LINE.search(source)
    if line is None:
        return None
    why = (
        _commented_out(source, line)
        or _outside_of_blocks(site, source, line)
        or _never_drawn(source, line)
        or _swallowed(source, line)
    )
    if why is None:
        return None
    reason, hint, at = why
    return Failed(
        f"The line is in {file}, but the page does not show it: {reason}.",
        expected=f"{HELLO} <your full name>",
        observed=excerpt(text) or "an empty page",
        hint=hint,
        file=file,
        line=at,
    )


def not_seen(
    site: Site, replies: Sequence[Reply], shown: Sequence[str], *, is_drawn: bool, file: str | None
) -> Failed | Review:
    """Say why the line is not to be seen in the browser.

    Where it `is_drawn`, and what may be behind its letters is on the internet, a person looks.
    """
    said, expected = "; ".join(shown), f"{HELLO} <your full name>"
    host = next((found for reply in replies if (found := _background_from(reply))), None) if is_drawn else None
    if host is not None:
        return Review(
            f"The line is not to be seen here: {said}. The page takes its looks from {host}, and there is no "
            "internet here. Somebody has to look at it.",
            expected=expected,
            observed=said,
            hint=f"The line should be seen without {host}, too.",
            file=file,
            reason="from-elsewhere",
        )
    hint, at = "Look for a style that hides it, or a script that replaces it.", None
    going = next((match for reply in replies if (match := _GOES_ON.search(reply.source))), None)
    source = site.templates.text_of(file) if file else ""
    line = LINE.search(source)
    if going is not None:
        hint = f"The page goes on to another one by itself (`{excerpt(going[0], 60)}`): take that out."
    elif line is not None and (why := _never_drawn(source, line) or _folded(source, line)) is not None:
        hint, at = f"{why[0][:1].upper()}{why[0][1:]}. {why[1]}", why[2]
    problem = f'The line "{HELLO} …" is not to be seen in the browser: {said}.'
    return Failed(problem, expected=expected, observed=said, hint=hint, file=file, line=at)


def _background_from(reply: Reply) -> str | None:
    """Return the host that a page has a background from; None where nothing says so, or something hides words."""
    source = reply.source
    if _HIDES.search(source):
        return None
    found = _BACKGROUND_ELSEWHERE.search(source)
    if found is None and _CLASS_OF_A_BACKGROUND.search(source):
        found = _STYLES_ELSEWHERE.search(source)
    return found["host"] if found else None


def _folded(source: str, line: re.Match[str]) -> _Why | None:
    """Find that the line is in a part of the page that is closed."""
    for tag, attributes, begins in _Before(source[: line.start()]).elements:
        if tag in {"details", "dialog"} and "open" not in attributes:
            return f"<{tag}> in line {begins} is closed", f"Write <{tag} open> there.", begins
    return None


def _line_at(source: str, place: int) -> int:
    return source.count("\n", 0, place) + 1


def _commented_out(source: str, line: re.Match[str]) -> _Why | None:
    for opening, closing in _COMMENTS:
        begins = source.rfind(opening, 0, line.start())
        ends = source.find(closing, begins)
        if begins >= 0 and ends > line.start():
            at = _line_at(source, begins)
            return f"it stands in a comment, {opening} … {closing}", f"Take {opening} and {closing} away from it.", at
    return None


def _outside_of_blocks(site: Site, source: str, line: re.Match[str]) -> _Why | None:
    """Find that the file extends another, and that the line is in none of the blocks that are put into that one."""
    extends = _EXTENDS.search(source)
    before = [each["what"] for each in _BLOCK.finditer(source, 0, line.start())]
    if extends is None or before.count("endblock") < len(before) - before.count("endblock"):
        return None
    parents = [path for path in site.templates.paths if path.endswith(f"/{extends['parent']}")]
    names = [each["name"] for path in parents for each in _BLOCK.finditer(site.templates.text_of(path)) if each["name"]]
    hint = f"Put it between {{% block {names[0] if names else '…'} %}} and {{% endblock %}}."
    if parents and not names:
        hint = f"{parents[0]} has no block for it: write {{% block main %}}{{% endblock %}} there, and around it here."
    at = _line_at(source, line.start())
    return f"it extends {extends['parent']}, and what stands outside of a block is left out", hint, at


class _Before(HTMLParser):
    """What is open where a page is cut off: elements, and the rest of a tag."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], int]] = []
        self.feed(source)
        self.tag = self.rawdata if self.rawdata.startswith("<") else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.elements.append((tag, dict(attrs), self.getpos()[0]))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.elements) - 1, -1, -1):
            if self.elements[place][0] == tag:
                del self.elements[place:]
                return


def _never_drawn(source: str, line: re.Match[str]) -> _Why | None:
    """Find that the line is no text of the page: an attribute, or a part of an element that is not drawn."""
    before = _Before(source[: line.start()])
    at = _line_at(source, line.start())
    attribute = _IN_AN_ATTRIBUTE.match(before.tag)
    if attribute is not None:
        tag, name = attribute["tag"], attribute["name"]
        where_it_is = f"it stands in the {name} of <{tag}>, which is no text of the page"
        return where_it_is, "Write it into the body, as text.", at
    for tag, attributes, begins in before.elements:
        if "hidden" in attributes or re.search(r"display\s*:\s*none", attributes.get("style") or ""):
            what = "hidden" if "hidden" in attributes else "display:none"
            return f"<{tag}> in line {begins} is hidden ({what})", f"Take {what} out of line {begins}.", begins
        if tag in _NOT_DRAWN and re.search(rf"</{tag}\s*>", source[line.end() :], re.IGNORECASE):
            return f"a browser does not draw what stands in <{tag}>", f"Move it out of <{tag}>, into the body.", at
    return None


def _swallowed(source: str, line: re.Match[str]) -> _Why | None:
    """Find what is never closed, and takes the line in."""
    swallowing = swallowed_by(source, line.start())
    if swallowing is None:
        near = slice(max(line.start() - _NEAR, 0), line.start() + _NEAR)
        tags = [tag for tag in _OPEN_TAG.finditer(source, near.start, near.stop) if tag.start() < line.start()]
        quotes = ('"', "'")
        tag = next((tag for tag in tags if line.start() < tag.end() + 2 or source[tag.end() :][:1] in quotes), None)
        if tag is None:
            return None
        swallowing = tag[0].split()[0], _line_at(source, tag.start())
        problem, hint = "has a quote or a > too few", "Write the missing quote or > of that tag."
    else:
        end = "-->" if swallowing[0] == "<!--" else swallowing[0].replace("<", "</")
        problem, hint = (
            "is never closed, so the browser takes all that follows for a part of it",
            f"Write {end} after it.",
        )
    return f"{swallowing[0]} in line {swallowing[1]} {problem}", hint, swallowing[1]
