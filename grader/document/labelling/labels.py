"""Which text belongs to which picture.

Students number their pictures in many ways, above them or below, and their documents hold other numbers too.  So
nothing is decided line by line: every way of numbering that occurs is tried on the whole document, above and below,
and the one that explains the pictures best is taken.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, TypeAlias

from grader.document.labelling.readings import LETTER, Reading, numbers_in, plain_text
from grader.document.word.flow import NumberedLine, Placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Side = Literal["code", "browser"]
Gap: TypeAlias = "Sequence[tuple[NumberedLine, list[Reading]]]"
"""The lines between two pictures, each with the numbers that it may have."""

_LINES_LOOKED_AT = 12
_KINDS_TRIED = 12
_LONGEST_LABEL = 200
_FEWEST_OF_AN_UNKNOWN_KIND = 3

_SIDE_WORDS: dict[Side, re.Pattern[str]] = {
    "code": re.compile(
        r"(?<![^\W_])(?:code|vs ?code|vscode|visual studio|editor|ide|source|script|app ?\.? ?py)(?![^\W_])"
    ),
    "browser": re.compile(
        r"(?<![^\W_])(?:browser|chrome|firefox|safari|edge|localhost|web ?page|web ?site|page|output|result|display\w*)"
        r"(?![^\W_])"
    ),
}

_OF_CODE = re.compile(r"(?<![^\W_])(?:html|template|python)(?![^\W_])")
"""Words for code where nothing speaks of the browser, which may display something in HTML."""


@dataclass(frozen=True)
class Label:
    """What is written at a picture.

    Parameters
    ----------
    number, side
        What its words say, None where they say nothing.
    sub
        What follows the number: ``a`` in ``1a``.
    direct
        False where it has no label of its own and shares its neighbour's.
    """

    text: str
    number: int | None = None
    side: Side | None = None
    sub: str = ""
    direct: bool = True


@dataclass(frozen=True)
class Labelling:
    """One way to read a document: each picture's label, and the numbers that no picture belongs to.

    `unused` has for each gap (before the first picture, between two, after the last) those numbers.
    """

    labels: tuple[Label | None, ...]
    unused: tuple[frozenset[int], ...]
    score: float = 0.0


def side_of(text: str) -> Side | None:
    """Tell whether a label speaks of code or of the browser; None where of neither or of both."""
    words = re.sub(r"[_\-/]+", " ", plain_text(text))
    sides = [side for side, pattern in _SIDE_WORDS.items() if pattern.search(words)]
    if not sides and _OF_CODE.search(words):
        return "code"
    return sides[0] if len(sides) == 1 else None


def shown_text(line: NumberedLine) -> str:
    """Return a line as Word shows it, its automatic number in front."""
    return f"{line.number.text} {line.text}".strip() if line.number else line.text


def label_pictures(
    flow: Sequence[NumberedLine | Placed], sentence: Callable[[str], int | None] | None = None
) -> Labelling:
    """Find each picture's label.

    Parameters
    ----------
    flow
        Lines and pictures in reading order.
    sentence
        Tells which item's sentence a line is, where the items are known.
    """
    gaps = _gaps(flow)
    read = [[(line, numbers_in(line, sentence)) for line in gap] for gap in gaps]
    counted = Counter(reading.kind for gap in read for _, readings in gap for reading in readings)
    trusted = {reading.kind for gap in read for _, readings in gap for reading in readings if reading.trusted}
    if trusted:
        del counted[LETTER]
    kinds = [frozenset((kind,)) for kind, _ in counted.most_common(_KINDS_TRIED)]
    best: Labelling | None = None
    for tried in [*kinds, frozenset(trusted)]:
        for below in (False, True):
            found = _try(read, tried, below=below, trusted=tried <= trusted)
            # What is equally good: the first, so one kind before all, and labels above pictures.
            if found and (best is None or found.score > best.score):
                best = found
    return best or _unnumbered(gaps)


def _gaps(flow: Sequence[NumberedLine | Placed]) -> list[list[NumberedLine]]:
    gaps: list[list[NumberedLine]] = [[]]
    for each in flow:
        if isinstance(each, NumberedLine):
            gaps[-1].append(each)
        else:
            gaps.append([])
    for gap in gaps:
        del gap[_LINES_LOOKED_AT:-_LINES_LOOKED_AT]
    return gaps


def _try(gaps: Sequence[Gap], kinds: frozenset[str], *, below: bool, trusted: bool) -> Labelling | None:
    """Read the document as if labels were written in one way; None where that makes no sense."""
    picked: list[int | None] = []
    labels: list[Label | None] = []
    count = len(gaps) - 1
    for picture in range(count):
        gap = gaps[picture + 1 if below else picture]
        places = [place for place, (_, readings) in enumerate(gap) if any(each.kind in kinds for each in readings)]
        picked.append((places[0] if below else places[-1]) if places else None)
        labels.append(_label(gap, picked[-1], kinds, below=below))
    direct = [label for label in labels if label]
    distinct = {(label.number, label.side, label.sub) for label in direct}
    enough = 1 if trusted else _FEWEST_OF_AN_UNKNOWN_KIND
    if len(distinct) < enough or len(distinct) * 2 <= len(direct):
        return None
    unused = _unused(gaps, kinds, picked, below=below)
    score = (
        2 * len(distinct)
        + 0.5 * sum(_in_order(one, next_one) for one, next_one in pairwise(direct))
        - 0.5 * sum(len(numbers) for numbers in unused[1:-1])
        + 0.2 * _nearness(gaps, picked, below=below)
        + 0.1 * trusted
    )
    return Labelling(tuple(_inherited(labels, gaps, below=below)), unused, score)


def _in_order(one: Label, following: Label) -> bool:
    return one.number is not None and following.number is not None and one.number <= following.number


def _label(gap: Gap, place: int | None, kinds: frozenset[str], *, below: bool) -> Label | None:
    if place is None:
        return None
    reading = next(each for each in gap[place][1] if each.kind in kinds)
    lines = [gap[place][0]] if below else [line for line, _ in gap[place:]]
    text = " ".join(shown_text(line) for line in lines)[:_LONGEST_LABEL]
    return Label(text, reading.number, side_of(text), reading.sub)


def _unused(
    gaps: Sequence[Gap], kinds: frozenset[str], picked: Sequence[int | None], *, below: bool
) -> tuple[frozenset[int], ...]:
    unused = []
    for place, gap in enumerate(gaps):
        picture = place - 1 if below else place
        used = picked[picture] if 0 <= picture < len(picked) else None
        found = ((line, [each for each in readings if each.kind in kinds]) for line, (_, readings) in enumerate(gap))
        unused.append(frozenset(readings[0].number for line, readings in found if readings and line != used))
    return tuple(unused)


def _nearness(gaps: Sequence[Gap], picked: Sequence[int | None], *, below: bool) -> float:
    """Share of labels that stand right at their picture, with no other line between."""
    near = [
        place == (0 if below else len(gaps[picture + below]) - 1)
        for picture, place in enumerate(picked)
        if place is not None
    ]
    return sum(near) / len(near)


def _inherited(labels: Sequence[Label | None], gaps: Sequence[Gap], *, below: bool) -> list[Label | None]:
    """Let pictures without a number share their neighbour's: two in one paragraph, or ``1.``, code, browser."""
    result = list(labels)
    if below:
        for place in range(len(result) - 2, -1, -1):
            following = result[place + 1]
            if result[place] is None and following and not gaps[place + 1]:
                result[place] = replace(following, direct=False)
    for place, label in enumerate(result):
        if label is not None:
            continue
        gap = [line for line, _ in gaps[place + below]]
        text = " ".join(map(shown_text, gap))[:_LONGEST_LABEL]
        before = result[place - 1] if place else None
        if before and before.number is not None and not gap and not below:
            result[place] = replace(before, direct=False)
        elif before and before.number is not None and gap and _continues(gap):
            result[place] = Label(text, before.number, side_of(text), direct=False)
        elif text and len(gap) == 1:
            result[place] = Label(text, None, side_of(text))
    return result


def _continues(gap: Sequence[NumberedLine]) -> bool:
    text = " ".join(line.text for line in gap)
    return side_of(text) is not None or any(line.number and line.number.level > 0 for line in gap)


def _unnumbered(gaps: Sequence[Sequence[NumberedLine]]) -> Labelling:
    """Give each picture the line above it, or below where the document begins with a picture."""
    count = len(gaps) - 1
    below = bool(count) and not gaps[0] and bool(gaps[-1])
    labels: list[Label | None] = []
    for picture in range(count):
        gap = gaps[picture + below]
        line = (gap[0] if below else gap[-1]) if gap else None
        text = shown_text(line)[:_LONGEST_LABEL] if line else ""
        labels.append(Label(text, None, side_of(text)) if text else None)
    return Labelling(tuple(labels), tuple(frozenset[int]() for _ in gaps))
