"""Which text belongs to which picture.

Students number their pictures in many ways, above them or below, and their documents hold other numbers too.  So
nothing is decided line by line: every way of numbering that occurs is tried on the whole document, above and below,
and the one that explains the pictures best is taken.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from grader.document.word.flow import Line, Placed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Side = Literal["code", "browser"]

_LINES_LOOKED_AT = 12
_KINDS_TRIED = 12
_LONGEST_LABEL = 200
_LARGEST_NUMBER = 99
_FEWEST_OF_AN_UNKNOWN_KIND = 3

_WORDS = (
    *("screenshot", "screenshots", "shot", "snapshot", "snip", "capture", "figure", "fig", "image", "img", "picture"),
    *("pic", "photo", "item", "submission", "question", "answer", "exercise", "task", "part", "number", "no", "nr"),
    *("step", "steps", "abbildung", "figura", "imagen", "ilustración", "captura", "paso", "schritt", "étape"),
)
"""Words before a number that make it a label by themselves; other words must occur with at least three numbers."""

_SPELLED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_NUMBER = rf"(?P<number>\d{{1,2}}|{'|'.join(_SPELLED)})"
_SUB = r"(?:[.\-_]?(?P<sub>[a-d]|(?<=[.\-_])\d))?"
_END = r"(?![^\W_]|[.,:/]\d)"
_WORD_AND_NUMBER = re.compile(rf"(?<![^\W\d_])(?P<word>[^\W\d_]{{2,15}})[\s_\-#:.(]{{0,3}}{_NUMBER}{_SUB}{_END}")
_ORDINAL_AND_WORD = re.compile(
    rf"(?<![^\W_])(?:(?P<ordinal>{'|'.join(_ORDINALS)})|(?P<number>\d{{1,2}})(?:st|nd|rd|th))\s+(?P<word>[^\W\d_]{{2,15}})"
)
_BARE = re.compile(
    rf"[#(\[\s]*(?:no\.?\s*)?(?P<number>\d{{1,2}}){_SUB}(?:\s*[.):\]\-\u2013\u2014_\u3001\u3002]+(?!\d)|\s*$)"
)
_HASH = re.compile(rf"#\s?(?P<number>\d{{1,2}}){_SUB}{_END}")
_BARE_ROMAN = re.compile(r"\(?(?P<roman>[ivx]{1,4})(?:[.):]+|$)")
_LOOSE = re.compile(rf"(?P<number>\d{{1,2}}){_SUB}[\s_]+(?=[^\W\d_])")

# Ways to write a number, and the plain one: keycaps, 3/10, n\u00b0 3, Q3, an exercise's number before it.
_OTHER_WAYS = (
    (re.compile(r"(\d)\ufe0f?\u20e3"), r"\1."),
    (re.compile(r"^\s*(\d{1,2})\s*/\s*\d{1,2}\s*$"), r"\1."),
    (re.compile(r"\bn\s?[\u00b0o]\.?\s?(?=\d)|\bn\u00b0|\u7b2c\s?(?=\d)"), "no "),
    (re.compile(r"\bq(?=\d)"), "question "),
    (re.compile(r"(?<=[^\W\d_]\s)\d{1,2}\.\d{1,2}[.\-_](?=\d{1,2}\b(?!\.\d))"), ""),
    (re.compile(r"(?<=\d)[\u5f20\u984c\u9898]"), " "),
)
_CHINESE_NUMERALS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"
_CHINESE = re.compile(rf"^\s*\u7b2c?([{_CHINESE_NUMERALS}])(?=[\u3001.)\u5f20\u984c\u9898])")

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
class Reading:
    """One number that a line may give the pictures near it.

    Parameters
    ----------
    kind
        How it is written: ``step``, ``bare``, ``list 0``.
    sub
        What follows the number: ``a`` in ``1a``.
    trusted
        A number written so is a label, even where there is only one.

    """

    kind: str
    number: int
    sub: str = ""
    trusted: bool = True


@dataclass(frozen=True)
class Label:
    """What is written at a picture.

    Parameters
    ----------
    number, side
        What its words say, None where they say nothing.
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

    Parameters
    ----------
    unused
        For each gap (before the first picture, between two, after the last): numbers left without a picture.

    """

    labels: tuple[Label | None, ...]
    unused: tuple[frozenset[int], ...]
    score: float = 0.0


def side_of(text: str) -> Side | None:
    """Tell whether a label speaks of code or of the browser; None where of neither or of both."""
    words = re.sub(r"[_\-/]+", " ", _plain(text))
    sides = [side for side, pattern in _SIDE_WORDS.items() if pattern.search(words)]
    if not sides and _OF_CODE.search(words):
        return "code"
    return sides[0] if len(sides) == 1 else None


def shown_text(line: Line) -> str:
    """Return a line as Word shows it, its automatic number in front."""
    return f"{line.number.text} {line.text}".strip() if line.number else line.text


def label_pictures(flow: Sequence[Line | Placed], sentence: Callable[[str], int | None] | None = None) -> Labelling:
    """Find each picture's label.

    Parameters
    ----------
    flow
        Lines and pictures in reading order.
    sentence
        Tells which item's sentence a line is, where the items are known.

    """
    gaps = _gaps(flow)
    read = [[(line, _readings(line, sentence)) for line in gap] for gap in gaps]
    counted = Counter(reading.kind for gap in read for _, readings in gap for reading in readings)
    trusted = {reading.kind for gap in read for _, readings in gap for reading in readings if reading.trusted}
    kinds = [frozenset((kind,)) for kind, _ in counted.most_common(_KINDS_TRIED)]
    best: Labelling | None = None
    for tried in [*kinds, frozenset(trusted)]:
        for below in (False, True):
            found = _try(read, tried, below=below, trusted=tried <= trusted)
            # What is equally good: the first, so one kind before all, and labels above pictures.
            if found and (best is None or found.score > best.score):
                best = found
    return best or _unnumbered(gaps)


def _gaps(flow: Sequence[Line | Placed]) -> list[list[Line]]:
    gaps: list[list[Line]] = [[]]
    for each in flow:
        if isinstance(each, Line):
            gaps[-1].append(each)
        else:
            gaps.append([])
    for gap in gaps:
        del gap[_LINES_LOOKED_AT:-_LINES_LOOKED_AT]
    return gaps


def _try(
    gaps: Sequence[Sequence[tuple[Line, list[Reading]]]], kinds: frozenset[str], *, below: bool, trusted: bool
) -> Labelling | None:
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


def _label(
    gap: Sequence[tuple[Line, list[Reading]]], place: int | None, kinds: frozenset[str], *, below: bool
) -> Label | None:
    if place is None:
        return None
    reading = next(each for each in gap[place][1] if each.kind in kinds)
    lines = [gap[place][0]] if below else [line for line, _ in gap[place:]]
    text = " ".join(shown_text(line) for line in lines)[:_LONGEST_LABEL]
    return Label(text, reading.number, side_of(text), reading.sub)


def _unused(
    gaps: Sequence[Sequence[tuple[Line, list[Reading]]]],
    kinds: frozenset[str],
    picked: Sequence[int | None],
    *,
    below: bool,
) -> tuple[frozenset[int], ...]:
    unused = []
    for place, gap in enumerate(gaps):
        picture = place - 1 if below else place
        used = picked[picture] if 0 <= picture < len(picked) else None
        numbers = {
            next(each.number for each in readings if each.kind in kinds)
            for line, (_, readings) in enumerate(gap)
            if line != used and any(each.kind in kinds for each in readings)
        }
        unused.append(frozenset(numbers))
    return tuple(unused)


def _nearness(
    gaps: Sequence[Sequence[tuple[Line, list[Reading]]]], picked: Sequence[int | None], *, below: bool
) -> float:
    """Share of labels that stand right at their picture, with no other line between."""
    near = [
        place == (0 if below else len(gaps[picture + below]) - 1)
        for picture, place in enumerate(picked)
        if place is not None
    ]
    return sum(near) / len(near)


def _inherited(
    labels: Sequence[Label | None], gaps: Sequence[Sequence[tuple[Line, list[Reading]]]], *, below: bool
) -> list[Label | None]:
    """Let pictures without a number share their neighbour's: two in one paragraph, or ``1.``, code, browser."""
    result = list(labels)
    if below:
        for place in range(len(result) - 2, -1, -1):
            following = result[place + 1]
            if result[place] is None and following and not gaps[place + 1]:
                result[place] = replace(following, direct=False)
    for place, label in enumerate(result):
        gap = [line for line, _ in gaps[place + below]]
        if label is not None:
            continue
        text = " ".join(shown_text(line) for line in gap)[:_LONGEST_LABEL]
        before = result[place - 1] if place else None
        if before and before.number is not None and not gap and not below:
            result[place] = replace(before, direct=False)
        elif before and before.number is not None and gap and _continues(gap):
            result[place] = Label(text, before.number, side_of(text), direct=False)
        elif text and len(gap) == 1:
            result[place] = Label(text, None, side_of(text))
    return result


def _continues(gap: Sequence[Line]) -> bool:
    text = " ".join(line.text for line in gap)
    return side_of(text) is not None or any(line.number and line.number.level > 0 for line in gap)


def _unnumbered(gaps: Sequence[Sequence[Line]]) -> Labelling:
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


def _readings(line: Line, sentence: Callable[[str], int | None] | None) -> list[Reading]:
    found = [*_listed(line), *_written(line.text)]
    number = sentence(line.text) if sentence and line.text else None
    if number is not None:
        found.append(Reading("sentence", number))
    return found


def _listed(line: Line) -> list[Reading]:
    shown = line.number
    if shown is None or not 0 <= shown.counters[0] <= _LARGEST_NUMBER:
        return []
    if any(character.isalpha() for character in shown.text) and len(shown.counters) == 1:
        words = [each for each in _written(shown.text) if each.kind != "bare"]
        if words:
            return words
    sub = ".".join(str(each) for each in shown.counters[1:])
    reading = Reading(f"list {shown.level}", shown.counters[0], sub, trusted=shown.level == 0)
    return [reading, replace(reading, kind=f"list {shown.list} {shown.level}")]


@lru_cache(maxsize=4096)
def _written(text: str) -> tuple[Reading, ...]:
    plain = _plain(text)
    found = []
    for pattern in (_WORD_AND_NUMBER, _ORDINAL_AND_WORD):
        for match in pattern.finditer(plain):
            word = match["word"]
            number = _number(match.groupdict())
            # Far from the line's start, only words that mean a label count.
            if word in _WORDS or match.start() == 0:
                found.append(
                    Reading(word.removesuffix("s"), number, match.groupdict().get("sub") or "", word in _WORDS)
                )
    if bare := _BARE.match(plain):
        found.append(Reading("bare", int(bare["number"]), bare["sub"] or ""))
    elif hashed := _HASH.search(plain):
        found.append(Reading("bare", int(hashed["number"]), hashed["sub"] or ""))
    elif (roman := _BARE_ROMAN.match(plain)) and roman["roman"] in _ROMAN:
        found.append(Reading("roman", _ROMAN.index(roman["roman"]) + 1, trusted=False))
    elif loose := _LOOSE.match(plain):
        found.append(Reading("loose", int(loose["number"]), loose["sub"] or "", trusted=False))
    return tuple(found)


def _number(groups: dict[str, str | None]) -> int:
    if ordinal := groups.get("ordinal"):
        return _ORDINALS.index(ordinal) + 1
    number = groups["number"] or ""
    return _SPELLED.index(number) + 1 if number in _SPELLED else int(number)


def _plain(text: str) -> str:
    """Lower case, and one way to write each character (full-width and circled digits are digits)."""
    plain = _CHINESE.sub(
        lambda numeral: str(_CHINESE_NUMERALS.index(numeral[1]) + 1), unicodedata.normalize("NFKC", text).lower()
    )
    for other, way in _OTHER_WAYS:
        plain = other.sub(way, plain)
    return plain
