"""The numbers that a line of text may give to the pictures near it, in all the ways that people write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.document.word.flow import NumberedLine

_LARGEST_NUMBER = 99

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
_WORD_AND_NUMBER = re.compile(rf"(?<![^\W\d_])(?P<word>[^\W\d_]{{1,15}})[\s_\-#:.(]{{0,3}}{_NUMBER}{_SUB}{_END}")
_ORDINAL_AND_WORD = re.compile(
    rf"(?<![^\W_])(?:(?P<ordinal>{'|'.join(_ORDINALS)})|(?P<number>\d{{1,2}})(?:st|nd|rd|th))\s+(?P<word>[^\W\d_]{{2,15}})"
)
_BARE = re.compile(
    r"[#(\[{<\s*\-\u2013\u2014\u2022\u2192\"'\u201c\u2018\u00ab]*(?:no\.?\s*)?"
    rf"(?P<number>\d{{1,2}}|(?:{'|'.join(_SPELLED)})(?=\W*$|\s*[.):])){_SUB}"
    r"(?:\s*[.):\]}>\-\u2013\u2014_\u3001\u3002=*,;/|\u2192\"'\u201d\u2019\u00bb\u00b0]+(?!\d)|\s*$)"
)
_HASH = re.compile(rf"#\s?(?P<number>\d{{1,2}}){_SUB}{_END}")
_BARE_ROMAN = re.compile(r"\(?(?P<roman>[ivx]{1,4})(?:[.):]+|$)")
_WORD_AND_ROMAN = re.compile(rf"(?P<word>{'|'.join(_WORDS)})\s*#?(?P<roman>[ivx]{{1,4}})\s*(?:[.:)\-\u2013]|$)")
_LETTER = re.compile(rf"(?:(?:{'|'.join(_WORDS)})\s+|[(\[])?(?P<letter>[a-j])\s*(?:[.:)\]]|$)")
_LOOSE = re.compile(rf"(?P<number>\d{{1,2}}){_SUB}[\s_]+(?=[^\W\d_])")

# Ways to write a number, and the plain one: keycaps, 3/10, n\u00b0 3, Q3, an exercise's number before it.
_OTHER_WAYS = (
    (re.compile(r"(\d)\ufe0f?\u20e3"), r"\1."),
    (re.compile(r"^\s*(\d{1,2})\s*/\s*\d{1,2}\s*$"), r"\1."),
    (re.compile(r"\bn\s?[\u00b0o]\.?\s?(?=\d)|\bn\u00b0|\u7b2c\s?(?=\d)"), "no "),
    (re.compile(r"\bq(?=\d)"), "question "),
    (re.compile(r"(?:(?<=[^\W\d_]\s)\d|^\d)\d?\.\d{1,2}(?:[.\-_]|\s[\-\u2013]\s?|\s?\()(?=\d{1,2}\b(?!\.\d))"), ""),
    (re.compile(r"^\(([\u4e00-\u5341])\)"), "\\1\u3001"),
    (re.compile(r"(?<=\d)[\u5f20\u984c\u9898]"), " "),
)
_CHINESE_NUMERALS = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"
_CHINESE = re.compile(rf"^\s*\u7b2c?([{_CHINESE_NUMERALS}])(?=[\u3001.)\u5f20\u984c\u9898])")
_BEHIND_A_NUMBER = re.compile(r"(?<=\d)[\u00ba\u00aa]")  # as in 1\u00ba, which would be read as an o
_DINGBAT = re.compile(r"[\u2776-\u2793]")  # circled digits that have no plain form in Unicode
LETTER = "letter"
"""The kind of numbers that are letters; they count where nothing else numbers a document, since 1 has its a, b, c."""


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


def numbers_in(line: NumberedLine, sentence: Callable[[str], int | None] | None) -> list[Reading]:
    """Return all numbers that a line may be read to have; ``sentence`` tells which item's sentence it is."""
    found = [*_listed(line), *_written(line.text)]
    number = sentence(line.text) if sentence and line.text else None
    if number is not None:
        found.append(Reading("sentence", number))
    return found


def _listed(line: NumberedLine) -> list[Reading]:
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
    plain = plain_text(text)
    found = []
    for pattern in (_WORD_AND_NUMBER, _ORDINAL_AND_WORD):
        for match in pattern.finditer(plain):
            word = match["word"]
            number = _number(match.groupdict())
            # Within a line, only words that mean a label count.
            if word in _WORDS or match.start() == 0 or (match.end() == len(plain.rstrip(" .:)")) and len(word) > 1):
                found.append(
                    Reading(word.removesuffix("s"), number, match.groupdict().get("sub") or "", word in _WORDS)
                )
    if bare := _BARE.match(plain):
        found.append(Reading("bare", _number(bare.groupdict()), bare["sub"] or ""))
    elif hashed := _HASH.search(plain):
        found.append(Reading("bare", int(hashed["number"]), hashed["sub"] or ""))
    elif (roman := _BARE_ROMAN.match(plain) or _WORD_AND_ROMAN.match(plain)) and roman["roman"] in _ROMAN:
        found.append(Reading("roman", _ROMAN.index(roman["roman"]) + 1, trusted=False))
    elif loose := _LOOSE.match(plain):
        found.append(Reading("loose", int(loose["number"]), loose["sub"] or "", trusted=False))
    if (letter := _LETTER.match(plain)) and all(each.kind == "roman" for each in found):
        found.append(Reading(LETTER, ord(letter["letter"]) - ord("a") + 1, trusted=False))
    return tuple(found)


def _number(groups: dict[str, str | None]) -> int:
    if ordinal := groups.get("ordinal"):
        return _ORDINALS.index(ordinal) + 1
    number = groups["number"] or ""
    return _SPELLED.index(number) + 1 if number in _SPELLED else int(number)


def plain_text(text: str) -> str:
    """Lower case, and one way to write each character (full-width and circled digits are digits)."""
    plain = unicodedata.normalize("NFKC", _BEHIND_A_NUMBER.sub(".", text)).lower()
    plain = _CHINESE.sub(lambda numeral: str(_CHINESE_NUMERALS.index(numeral[1]) + 1), plain)
    plain = _DINGBAT.sub(lambda circled: f"{(ord(circled[0]) - 0x2776) % 10 + 1}.", plain)
    for other, way in _OTHER_WAYS:
        plain = other.sub(way, plain)
    return plain
