"""Looking in a picture for what the handout asks: confirmed only where everything is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.document.ocr.misreading import fold, stands_in
from grader.document.ocr.seeing import is_code, is_comment, is_marked_up, is_quoted, without_number
from grader.model.items import AnyOf, ShownCode, ShownPage

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.document.ocr.seeing import Seen
    from grader.model.items import ShownCookies, Shows, Words

_TRACE = 5
"""Letters.  So much of a cookie's name is enough to doubt that it is gone."""
_ICON = 2
"""Letters that an icon before the name may be read as."""
_CUT_SHORT = re.compile(r"\W*(?P<start>\w+)\s?(?:\.{2,}|\u2026)")
_SHORTENED = 8
"""Letters.  Narrow columns show ``myFirstCoo…``; fewer could be another cookie's."""


@dataclass(frozen=True)
class SeenInPicture:
    """What was found of what was looked for.

    Parameters
    ----------
    lines
        The lines that show it, as they were read.
    lacking
        What was not found, in words.
    address
        The line in the browser's address bar.

    """

    lines: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    address: str | None = None

    @property
    def confirmed(self) -> bool:
        """Whether everything is there."""
        return not self.lacking


def look_for(shows: Shows, seen: Seen) -> SeenInPicture:
    """Look in a picture for what an item must show."""
    if isinstance(shows, ShownPage):
        return _page(shows, seen)
    if isinstance(shows, ShownCode):
        return _code(shows, seen)
    return _cookies(shows, seen)


def _page(asked: ShownPage, seen: Seen) -> SeenInPicture:
    leading = [each.text for each in seen.addresses if each.leads_to(asked.path, asked.port)]
    addresses = {each.text for each in seen.addresses}
    displayed = [line for line in seen.lines if line not in addresses and not is_code(line)]
    found = _lines_with(asked.words, displayed)
    place = f"{asked.port or ''}{asked.path or ''}"
    lacking = [] if leading else [f"the address of the app{f' ({place})' if place else ''}"]
    return SeenInPicture(found.lines, (*lacking, *found.lacking), leading[0] if leading else None)


def _code(asked: ShownCode, seen: Seen) -> SeenInPicture:
    if not seen.has_code:
        return SeenInPicture(lacking=("Python code",))
    if asked.view is None:
        place = [line for line in seen.lines if is_quoted(line)]
    else:
        place = seen.view(asked.view)
        if not place:
            return SeenInPicture(lacking=(f"the view {asked.view}",))
    inside = _lines_with(asked.words, [line for line in place if not is_comment(line)])
    beside = _lines_with(asked.also, [line for line in seen.lines if is_quoted(line) and not is_comment(line)])
    lacking = [*inside.lacking, *beside.lacking]
    lacking += [f'code without "{each}"' for each in asked.without if any(stands_in(each, line) for line in seen.lines)]
    if asked.html is not None and not inside.lacking and _in_html(inside.lines, seen) != asked.html:
        lacking.append("HTML around it" if asked.html else "the line without HTML")
    lines = dict.fromkeys(map(without_number, (*inside.lines, *beside.lines)))
    return SeenInPicture(tuple(lines), tuple(lacking))


def _in_html(found: Sequence[str], seen: Seen) -> bool:
    """Whether lines, or the one before or after, have HTML tags on them."""
    places = [place for place, line in enumerate(seen.lines) if line in found]
    near = {near for place in places for near in range(place - 2, place + 3)}
    return any(is_marked_up(line) for place, line in enumerate(seen.lines) if place in near)


def _cookies(asked: ShownCookies, seen: Seen) -> SeenInPicture:
    lines = [line for line in seen.lines if not is_code(line)]
    if not (seen.lists_cookies if asked.gone else seen.is_about_cookies):
        return SeenInPicture(lacking=("the browser's list of cookies",))
    if asked.gone:
        traces = [line for line in lines if fold(asked.name)[:_TRACE] in fold(line)]
        return SeenInPicture(lacking=(f'a list without "{traces[0]}"',)) if traces else SeenInPicture()
    named = [line for line in lines if _begins_with(asked.name, line) or _shortened(asked.name, line)]
    return SeenInPicture(tuple(named[:1])) if named else SeenInPicture(lacking=(f'"{asked.name}"',))


def _begins_with(name: str, line: str) -> bool:
    """Whether a line is a row of the list, with the name first, perhaps after an icon; and not ``name=value``."""
    return stands_in(name, fold(line)[: len(name) + _ICON]) and "=" not in line


def _shortened(name: str, line: str) -> bool:
    """Whether a line begins with a name of which a narrow column shows the beginning only."""
    cut = _CUT_SHORT.match(line)
    return cut is not None and len(cut["start"]) >= _SHORTENED and fold(name).startswith(fold(cut["start"]))


def _lines_with(asked: Iterable[Words], lines: Sequence[str]) -> SeenInPicture:
    """Find each of the words in a line; words that go over several lines are sought in all of them together."""
    found: list[str] = []
    lacking: list[str] = []
    for words in asked:
        line = next((line for line in lines if stands_in(words, line)), None)
        if line is not None:
            found.append(line)
        elif not stands_in(words, " ".join(lines)):
            lacking.append(str(words) if isinstance(words, AnyOf) else f'"{words}"')
    return SeenInPicture(tuple(dict.fromkeys(found)), tuple(lacking))
