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
_END_OF_NAME = re.compile(r"[!?;:|\u3002\u0964]|\s[-\u2013\u2014~/]\s")
_IN_BRACKETS = re.compile(r"\(([^()]*)\)?")
# "Jane. I study", but not "Md. Tanvir", "J. Doe" or "Thos. Smith".
_FULL_STOP = re.compile(r"(\w+)\.\s+(?=\S)")
_LONGEST_ABBREVIATION = 2
_ABBREVIATED = frozenset(
    (
        *("abd", "abdul", "alex", "aug", "benj", "chas", "chr", "dan", "edw", "fred", "geo", "jas", "jos", "jno"),
        *("mat", "max", "mich", "moh", "mohd", "muh", "muhd", "muhammad", "nath", "nic", "pat", "rob", "sam", "sta"),
        *("ste", "sto", "thos", "theo", "tim", "vinc", "wil", "zach"),
    )
)
_TITLES = frozenset(
    (
        *("mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "doctor", "sir", "madam", "mme", "mlle"),
        *("rev", "hon", "engr", "eng", "ing", "atty", "arch", "capt", "sgt", "gen", "col", "lt", "sr", "jr", "sra"),
        *("srta", "dra", "herr", "frau", "shri", "smt", "phd", "msc", "bsc", "mba", "esq", "ii", "iii", "lic"),
        *("mag", "dipl"),
    )
)
_NOT_IN_A_NAME = frozenset({"and", "i'm", "i\u2019m", "this", "from"})
# "Jane Im" and "Nice Okafor", but also "Jane Im a student" and "Jane Nice to meet you".
_NAME_OR_SENTENCE = frozenset({"i", "im"})
_NAME_OR_WORD = frozenset({"nice", "welcome", "student", "thanks", "thank", "glad", "happy"})
_PARTICLES = frozenset(
    {"bin", "binti", "ibn", "al", "el", "de", "del", "dela", "della", "di", "da", "dos", "van", "von", "der"}
)
_AFTER_A_WORD = frozenset({"to", "for", "you", "at", "of"})
_PLACEHOLDERS = frozenset(
    {"your", "full", "name", "fullname", "yourname", "yourfullname", "firstname", "lastname", "first", "last", "none"}
    | {"here", "insert", "enter", "my", "undefined", "student", "surname", "xxx", "todo"}
)
# "Jane<br>Hobbies": what stands alone below a first name, and begins something else.
_HEADINGS = frozenset(
    {
        "hobbies",
        "interests",
        "about",
        "contact",
        "skills",
        "education",
        "projects",
        "experience",
        "home",
        "age",
        "major",
    }
    | {"email", "goals", "fun", "links", "menu", "portfolio", "resume", "introduction", "hi", "hello", "bio", "profile"}
)
# "Jane, Data Engineer", but "Doe, Jane".
_ROLES = frozenset(
    {"engineer", "engineering", "developer", "analyst", "scientist", "science", "designer", "manager", "teacher"}
    | {"student", "data", "software", "web", "computer", "university", "college", "major", "freshman", "sophomore"}
    | {"junior", "senior", "graduate", "undergraduate", "intern", "programmer", "age", "years", "aged"}
)
_HEADS_A_LIST = re.compile(r"(?:\s*</\w+>)*\s*<(?:ul|ol|dl|table)\b", re.IGNORECASE)
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


def begins_with_is(name: str) -> bool:
    """Whether the last word of the line stands there twice: "my name is is Jane Doe"."""
    return name.lower().startswith("is ")


def _words_below(line: str, next_line: str) -> list[str]:
    """Return the words of a name that stands below: in one line, or in two, one word in each."""
    words = _words(line)
    is_split = len(line.split()) == len(next_line.split()) == 1
    return words + _words(next_line) if words and is_split else words


def _words(rest: str) -> list[str]:
    """Return the words of a name at the beginning of a line."""
    if LINE.match(rest):
        return []
    start = _first_sentence(_END_OF_NAME.split(_with_brackets(rest).strip(_QUOTES + " ,.…"))[0])
    words: list[str] = []
    for part in start.split(","):
        found = _words_of_part(part)
        # After a comma only more of the name counts: "Doe, Jane", but not "Jane, 20 years old".
        is_role = not _ROLES.isdisjoint(word.lower() for word in part.split())
        if words and (len(words) >= _SHORTEST_NAME or is_role or any(word.islower() for word in found)):
            break
        words += found
    return words


def _with_brackets(rest: str) -> str:
    """Return a line with a name in brackets as part of the name, up to brackets that end it: "Li (Kevin) Wang"."""
    match = _IN_BRACKETS.search(rest)
    if match is None:
        return rest
    before, inside, after = rest[: match.start()], match[1], rest[match.end() :]
    following = after.split()[:1]
    goes_on = following and (following[0][0].isupper() or not following[0][0].isascii() or before.islower())
    if not before.strip() or (goes_on and _WORD.match(following[0])):
        is_name = inside.replace(" ", "").replace("-", "").isalpha() and not inside.islower()
        return _with_brackets(f"{before} {inside if is_name else ''} {after}")
    return before


def _first_sentence(start: str) -> str:
    """Return a text up to a full stop that is no abbreviation's."""
    for stop in _FULL_STOP.finditer(start):
        word = stop[1].lower()
        is_short = len(word) <= _LONGEST_ABBREVIATION or not re.search("[aeiouy]", word)
        is_abbreviated = word in _ABBREVIATED or word in _TITLES or is_short or not word.isascii()
        is_initial = len(word) == 1
        goes_on = start[stop.end() :]
        if word not in _TITLES and not is_initial and (not is_abbreviated or _begins_a_sentence(goes_on)):
            return start[: stop.end(1)]
    return start


def _begins_a_sentence(text: str) -> bool:
    word = next(iter(text.split()[1:]), "")
    return word.islower() and word.isascii() and word.isalpha() and word not in _PARTICLES


def _words_of_part(part: str) -> list[str]:
    words: list[str] = []
    parts = part.split()
    for word, following in zip_longest(parts, parts[1:], fillvalue=""):
        plain = word.lower().strip(".")
        if plain in _NOT_IN_A_NAME or (plain in _NAME_OR_SENTENCE and following.islower()):
            break
        is_sentence = following.islower() if not words else following.islower() or word.islower()
        if plain in _NAME_OR_WORD and is_sentence and (words or following in _AFTER_A_WORD):
            break
        if _WORD.search(word):
            words.append(word.strip(_QUOTES + ".()"))
    return words


def is_placeholder(name: str) -> bool:
    """Whether the handout's placeholder was left in."""
    return all(word.lower() in _PLACEHOLDERS for word in re.split(r"[\s_-]+", name) if word)


def is_full(name: str) -> bool:
    """Whether a name has more than one word besides titles, or is of a script that writes names without spaces."""
    words = [
        word for word in re.split(r"[\s_]+|(?<=\w)\.(?=\w\w)", name) if word and word.lower().strip(".") not in _TITLES
    ]
    return len(words) >= _SHORTEST_NAME or any(
        len(word) >= _SHORTEST_NAME and all(map(_is_east_asian, word)) for word in words
    )


def goes_on_below(html: str, name: str) -> bool:
    """Whether a name is broken over two lines by a ``<br>``; a line below that stands by itself is another matter."""
    below = re.search(rf"{re.escape(name)}\s*<br\s*/?>\s*([^\W\d_][\w'\u2019-]+)\s*(?=<(?!br))(.*)", html, re.DOTALL)
    if below is None or below[1].islower() or _HEADS_A_LIST.match(below[2]):
        return False
    return below[1].lower() not in _NAME_OR_WORD | _HEADINGS


def _is_east_asian(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_EAST_ASIAN) or character == "\u30fb"
