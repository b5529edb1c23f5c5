"""Word's automatic numbers: which one is shown in front of a paragraph.

The file does not hold them; they are counted as Word counts: per list definition (``w:abstractNum``), so lists that
share one continue each other, unless a list (``w:num``) says where it starts anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from grader.document.word.markup import Element, child, children, integer, value

if TYPE_CHECKING:
    from collections.abc import Mapping


_MOST_LEVELS = 9
_MOST_LINKS = 20
_UNNUMBERED = ("bullet", "none")
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LARGEST_IN_LETTERS = 399


@dataclass(frozen=True)
class ListNumber:
    """The number that Word shows in front of a paragraph.

    Parameters
    ----------
    text
        As shown: ``3.``, ``b)``, ``2.1``.
    counters
        The numbers in it, outermost first.
    level
        0 for the list itself, 1 for a list in a list.
    list
        Which list definition.
    """

    text: str
    counters: tuple[int, ...]
    level: int
    list: str


@dataclass(frozen=True)
class _Level:
    start: int = 1
    form: str = "decimal"
    pattern: str = ""
    style: str | None = None
    restarts: bool = True


@dataclass
class _Definition:
    levels: dict[int, _Level] = field(default_factory=dict)
    link: str | None = None


@dataclass
class _List:
    definition: str
    starts: dict[int, int] = field(default_factory=dict)
    levels: dict[int, _Level] = field(default_factory=dict)


@dataclass(frozen=True)
class _Style:
    base: str | None
    list: str | None
    level: int | None


class Styles(NamedTuple):
    """What numbers depend on of ``styles.xml``: the styles by their ids, and which is a paragraph's that names none."""

    by_id: Mapping[str, _Style]
    usual: str


def styles_of(root: Element | None) -> Styles:
    """Read the styles, given the root of ``styles.xml``; None where the document has none."""
    defaults = (each for each in children(root, "w:style") if each.get("w:default") in ("1", "true"))
    usual = next((each.get("w:styleId", "") for each in defaults if each.get("w:type") == "paragraph"), "")
    return Styles({each.get("w:styleId", ""): _style(each) for each in children(root, "w:style")}, usual)


class Numbering:
    """Counts the automatic numbers of one document; paragraphs must come in order.

    Parameters
    ----------
    numbering
        The root of ``numbering.xml``, None where the document has none.
    """

    def __init__(self, numbering: Element | None, styles: Styles) -> None:
        self._definitions = {
            each.get("w:abstractNumId", ""): _Definition(_levels(each), value(each, "w:numStyleLink"))
            for each in children(numbering, "w:abstractNum")
        }
        self._lists = {each.get("w:numId", ""): _list(each) for each in children(numbering, "w:num")}
        self._styles, self._default_style = styles
        self._counts: dict[str, dict[int, int]] = {}
        self._started: set[tuple[str, int]] = set()

    def advance(self, properties: Element | None) -> ListNumber | None:
        """Count one paragraph, given its ``w:pPr``; None where Word shows no number in front of it."""
        list_id, level = self._place(properties)
        numbered = self._lists.get(list_id or "")
        if list_id is None or numbered is None:
            return None
        name = self._resolve(numbered.definition)
        definition = self._definitions.get(name)
        if definition is None:
            return None
        levels = {**definition.levels, **numbered.levels}
        counts = self._count(name, list_id, numbered, levels, level)
        shown = levels.get(level, _Level())
        if shown.form in _UNNUMBERED:
            return None
        return _shown(shown.pattern or f"%{level + 1}.", level, counts, levels, name)

    def _place(self, properties: Element | None) -> tuple[str | None, int]:
        own = child(properties, "w:numPr")
        list_id, level = value(own, "w:numId"), value(own, "w:ilvl")
        if list_id is None:
            style = value(properties, "w:pStyle") or self._default_style
            list_id, styled = self._from_style(style)
            if level is None and styled is not None:
                level = str(styled)
        return list_id, min(max(integer(level), 0), _MOST_LEVELS - 1)

    def _from_style(self, name: str) -> tuple[str | None, int | None]:
        for _ in range(_MOST_LINKS):
            style = self._styles.get(name)
            if style is None:
                break
            if style.list is not None:
                numbered = self._lists.get(style.list)
                definition = self._definitions.get(self._resolve(numbered.definition)) if numbered else None
                levels = definition.levels.items() if definition else ()
                linked = next((level for level, each in levels if each.style == name), None)
                return style.list, style.level if linked is None else linked
            name = style.base or ""
        return None, None

    def _resolve(self, name: str) -> str:
        for _ in range(_MOST_LINKS):
            definition = self._definitions.get(name)
            style = self._styles.get(definition.link) if definition and definition.link else None
            numbered = self._lists.get(style.list) if style and style.list else None
            if numbered is None or numbered.definition == name:
                break
            name = numbered.definition
        return name

    def _count(
        self, name: str, list_id: str, numbered: _List, levels: Mapping[int, _Level], level: int
    ) -> dict[int, int]:
        counts = self._counts.setdefault(name, {})
        if level in numbered.starts and (list_id, level) not in self._started:
            self._started.add((list_id, level))
            counts[level] = numbered.starts[level]
        elif level in counts:
            counts[level] += 1
        else:
            counts[level] = levels.get(level, _Level()).start
        for deeper in [each for each in counts if each > level and levels.get(each, _Level()).restarts]:
            del counts[deeper]
        for outer in range(level):
            counts.setdefault(outer, levels.get(outer, _Level()).start)
        return counts


def _levels(element: Element) -> dict[int, _Level]:
    return {
        integer(each.get("w:ilvl")): _Level(
            start=integer(value(each, "w:start"), 1),
            form=value(each, "w:numFmt") or "decimal",
            pattern=value(each, "w:lvlText") or "",
            style=value(each, "w:pStyle"),
            restarts=value(each, "w:lvlRestart") != "0",
        )
        for each in children(element, "w:lvl")
    }


def _list(element: Element) -> _List:
    result = _List(value(element, "w:abstractNumId") or "")
    for override in children(element, "w:lvlOverride"):
        level, start = integer(override.get("w:ilvl")), value(override, "w:startOverride")
        if start is not None:
            result.starts[level] = integer(start, 1)
        result.levels.update(_levels(override))
    return result


def _style(element: Element) -> _Style:
    numbered = child(element, "w:pPr", "w:numPr")
    level = value(numbered, "w:ilvl")
    return _Style(value(element, "w:basedOn"), value(numbered, "w:numId"), None if level is None else integer(level))


def _shown(
    pattern: str, level: int, counts: Mapping[int, int], levels: Mapping[int, _Level], name: str
) -> ListNumber | None:
    places = [int(place) - 1 for place in re.findall(r"%([1-9])", pattern)]
    if not places:
        return None

    def written(match: re.Match[str]) -> str:
        place = int(match[1]) - 1
        return _write(counts.get(place, 1), levels.get(place, _Level()).form)

    text = re.sub(r"%([1-9])", written, pattern)
    return ListNumber(text, tuple(counts.get(place, 1) for place in places), level, name)


def _write(number: int, form: str) -> str:
    if not 0 < number <= _LARGEST_IN_LETTERS:
        return str(number)
    if form in ("lowerLetter", "upperLetter"):
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif form in ("lowerRoman", "upperRoman"):
        text = ""
        for worth, letters in _ROMAN:
            while number >= worth:
                text, number = text + letters, number - worth
    else:
        return f"{number:02d}" if form == "decimalZero" else str(number)
    return text.upper() if form.startswith("upper") else text
