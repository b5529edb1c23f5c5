"""Looking in a picture for what the handout asks: confirmed only where everything is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.document.ocr.misreading import fold, stands_in
from grader.document.ocr.seeing import (
    Seen,
    is_code,
    is_comment,
    is_marked_up,
    place_around,
    without_number,
    without_tags,
)
from grader.model.items import AnyOf, ShownCode, ShownCookies, ShownPage, Shows, Words
from grader.model.outcome import LookedFor

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


TRACE = 5
"""Letters.  So much of a cookie's name is enough to doubt that it is gone."""
_ICON = 2
"""Letters that an icon before the name may be read as."""
_CUT_SHORT = re.compile(r"\W*(?P<start>\w+)\s?(?:\.{2,}|\u2026)")
_LIST = "the browser's list of cookies, with the headings Name and Value"
_SHORTENED = 8
"""Letters.  Narrow columns show ``myFirstCoo…``; fewer could be another cookie's."""


@dataclass(frozen=True)
class SeenInPicture:
    """What was found of what was looked for.

    Parameters
    ----------
    lines
        The lines that show it, as they were read.
    things
        What was looked for, one by one.
    address
        The line in the browser's address bar.
    whole
        The whole view, where it is code.
    """

    lines: tuple[str, ...] = ()
    things: tuple[LookedFor, ...] = ()
    address: str | None = None
    whole: tuple[str, ...] = ()

    @property
    def lacking(self) -> tuple[str, ...]:
        """What was not found, in words."""
        return tuple(thing.what for thing in self.things if thing.found is False)

    @property
    def confirmed(self) -> bool:
        """Whether everything is there."""
        return not self.lacking


def look_for(shows: Shows, seen: Seen, *, labelled: bool = False) -> SeenInPicture:
    """Look in a picture for what an item must show; for `labelled` see `glance`."""
    if isinstance(shows, ShownPage):
        return _page(shows, seen)
    if isinstance(shows, ShownCode):
        return _code(shows, seen)
    return _cookies(shows, seen, labelled=labelled)


def _page(asked: ShownPage, seen: Seen) -> SeenInPicture:
    leading = [each.text for each in seen.addresses if each.leads_to(asked.path, asked.port)]
    addresses = {each.text for each in seen.addresses}
    displayed = [line for line in seen.lines if line not in addresses and not is_code(line)]
    broken = [line for line in seen.paragraphs if not is_code(line)]
    found = _lines_with(asked.words, seen, displayed, broken)
    place = f"{asked.port or ''}{asked.path or ''}"
    address = LookedFor(
        f"the address of the app{f' ({place})' if place else ''}", bool(leading), seen.places(leading[:1])
    )
    return SeenInPicture(found.lines, (address, *found.things), leading[0] if leading else None)


def _code(asked: ShownCode, seen: Seen) -> SeenInPicture:
    then = [LookedFor(_said(words), None) for words in (*asked.words, *asked.also)]
    if not seen.has_code:
        return SeenInPicture(things=(LookedFor("Python code", found=False), *then))
    program = [line for line in seen.code if not is_comment(line)]
    if asked.view is None:
        place = program
    else:
        place = [line for line in seen.view(asked.view) if not is_comment(line)]
        if not place:
            return SeenInPicture(things=(LookedFor(f"the view {asked.view}", found=False), *then))
    inside = _lines_with(asked.words, seen, place)
    beside = _lines_with(asked.also, seen, program)
    things = [] if asked.view is None else [LookedFor(f"the view {asked.view}", True, seen.places(place[:1]))]
    things += [*inside.things, *beside.things]
    for each in asked.without:
        having = [line for line in seen.lines if stands_in(each, line)]
        things.append(LookedFor(f'code without "{each}"', not having, seen.places(having)))
    if asked.html is not None and not inside.lacking:
        right = _in_html(inside.lines, seen) == asked.html
        what = "HTML around it" if asked.html else "the line without HTML"
        things.append(LookedFor(what, right, seen.places(inside.lines)))
    lines = dict.fromkeys(map(without_number, (*inside.lines, *beside.lines)))
    # Below the last view of a picture are an editor's bars, which are no code to compare.
    whole = dict.fromkeys(without_number(line) for line in place if line in program) if asked.view is not None else ()
    return SeenInPicture(tuple(lines), tuple(things), whole=tuple(whole))


def _in_html(found: Sequence[str], seen: Seen) -> bool:
    """Whether lines, or the one before or after, have HTML tags on them."""
    places = [place for place, line in enumerate(seen.lines) if line in found]
    near = {near for place in places for near in range(place - 2, place + 3)}
    return any(is_marked_up(line) for place, line in enumerate(seen.lines) if place in near)


def _cookies(asked: ShownCookies, seen: Seen, *, labelled: bool) -> SeenInPicture:
    lines = [line for line in seen.lines if not is_code(line)]
    if not (seen.cookies.are_there if asked.gone else seen.cookies.storage_is_seen):
        then = LookedFor(f"a list without {asked.name}" if asked.gone else f'"{asked.name}"', None)
        return SeenInPicture(things=(LookedFor(_LIST, found=False), then))
    headings = place_around(seen.cookies.headings)
    there = LookedFor(_LIST, True, (headings,) if headings else ())
    if asked.gone:
        name = fold(asked.name)
        traces = name[:TRACE], name[TRACE - 1 : 2 * TRACE - 1] or name
        if labelled and seen.cookies.columns:
            lines = seen.within(seen.cookies.columns)
        having = [line for line in lines if any(trace in fold(line) for trace in traces)]
        return SeenInPicture(things=(there, LookedFor(f"a list without {asked.name}", not having, seen.places(having))))
    named = [line for line in lines if _begins_with(asked.name, line) or _shortened(asked.name, line)][:1]
    return SeenInPicture(tuple(named), (there, LookedFor(f'"{asked.name}"', bool(named), seen.places(named))))


def _begins_with(name: str, line: str) -> bool:
    """Whether a line is a row of the list, with the name first, perhaps after an icon; and not ``name=value``."""
    return stands_in(name, fold(line)[: len(name) + _ICON]) and "=" not in line


def _shortened(name: str, line: str) -> bool:
    """Whether a line begins with a name of which a narrow column shows the beginning only."""
    cut = _CUT_SHORT.match(line)
    return cut is not None and len(cut["start"]) >= _SHORTENED and fold(name).startswith(fold(cut["start"]))


def _lines_with(asked: Iterable[Words], seen: Seen, lines: Sequence[str], broken: Sequence[str] = ()) -> SeenInPicture:
    """Find all lines that have each of the words; words that go over several lines are sought in them together."""
    found: list[str] = []
    things: list[LookedFor] = []
    for words in asked:
        having = [line for line in lines if stands_in(words, line) or stands_in(words, without_tags(line))]
        having = having or [line for line in broken if stands_in(words, line)][:1]
        found += having
        there = bool(having) or stands_in(words, " ".join(lines))
        things.append(LookedFor(_said(words), there, seen.places(having)))
    return SeenInPicture(tuple(dict.fromkeys(found)), tuple(things))


def _said(words: Words) -> str:
    return str(words) if isinstance(words, AnyOf) else f'"{words}"'
