"""The line "Hello, my name is …" on a page, and the name in it."""

from __future__ import annotations

import re
import unicodedata
from itertools import zip_longest

from grader.rubric import as_asked

HELLO = "Hello, my name is"
LINE = re.compile(r"hello\W*my\W*name\W*is", re.IGNORECASE)

_LINE_AND_REST = re.compile(
    LINE.pattern + r"[^\w\n]*(?P<rest>[^\n]*)(?=\n*(?P<next>[^\n]*)\n*(?P<second>[^\n]*))", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]")
_QUOTES = "\"'\u201c\u201d\u2018\u2019\u00ab\u00bb<>{}[]*"
_END_OF_NAME = re.compile(r"[!?;:|(\u3002\u0964]|(?<=\w\w\w)\.\s|\s[-\u2013\u2014~/]\s")
# "Jo. Welcome to my page", but not "J. Doe" and not "St. John Rivers".
_SHORT_WORD_AND_SENTENCE = re.compile(r"\s*(?!(?:Dr|Mr|Ms|St)\b)(\w\w)\.\s+\w+\s+[^\W\dA-Z]")
_NOT_IN_A_NAME = frozenset({"and", "i'm", "i\u2019m", "this", "welcome", "from", "nice", "thanks", "thank", "student"})
_NAME_OR_SENTENCE = frozenset({"i", "im"})  # "Jane Im", but also "Jane Im a student"
_PLACEHOLDERS = frozenset(
    {"your", "full", "name", "fullname", "yourname", "yourfullname", "firstname", "lastname", "first", "last", "none"}
    | {"here", "insert", "enter", "my", "undefined"}
)
_SHORTEST_NAME = 2
_EAST_ASIAN = ("CJK", "HANGUL", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC")


def name_in(text: str) -> str | None:
    """Return the name after the line, ``""`` if there is none, or None where the line itself is not there.

    Where the line is there several times, the fullest name counts.
    """
    normal = as_asked(unicodedata.normalize("NFKC", text), HELLO)
    names = [
        " ".join(_words(match["rest"].strip()) or _words_below(match["next"].strip(), match["second"].strip()))
        for match in _LINE_AND_REST.finditer(normal)
    ]
    return max(names, key=lambda name: (bool(name) and not is_placeholder(name), is_full(name)), default=None)


def _words_below(line: str, next_line: str) -> list[str]:
    """Return the words of a name that stands below: in one line, or in two, one word in each."""
    words = _words(line)
    is_split = len(line.split()) == len(next_line.split()) == 1
    return words + _words(next_line) if words and is_split else words


def _words(rest: str) -> list[str]:
    """Return the words of a name at the beginning of a line."""
    if LINE.match(rest):
        return []
    start = _END_OF_NAME.split(rest.strip(_QUOTES + " ,.…"))[0]
    words: list[str] = []
    for part in start.split(","):
        short = _SHORT_WORD_AND_SENTENCE.match(part)
        found = _words_of_part(short[1] if short else part)
        # After a comma only more of the name counts: "Doe, Jane", but not "Jane, 20 years old".
        if words and (len(words) >= _SHORTEST_NAME or any(word.islower() for word in found)):
            break
        words += found
    return words


def _words_of_part(part: str) -> list[str]:
    words: list[str] = []
    parts = part.split()
    for word, following in zip_longest(parts, parts[1:], fillvalue=""):
        plain = word.lower().strip(".")
        if plain in _NOT_IN_A_NAME or (plain in _NAME_OR_SENTENCE and following.islower()):
            break
        if _WORD.search(word):
            words.append(word.strip(_QUOTES + "."))
    return words


def is_placeholder(name: str) -> bool:
    """Whether the handout's placeholder was left in."""
    return all(word.lower() in _PLACEHOLDERS for word in re.split(r"[\s_-]+", name) if word)


def is_full(name: str) -> bool:
    """Whether a name has more than one word, or is of a script that writes names without spaces."""
    words = [word for word in re.split(r"[\s_]+", name) if word]
    return len(words) >= _SHORTEST_NAME or (len(name) >= _SHORTEST_NAME and all(map(_is_east_asian, name)))


def _is_east_asian(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_EAST_ASIAN) or character == "\u30fb"
