"""A line that Python cannot read: the one small change, or two of them, with which it can."""

from __future__ import annotations

import keyword
import re
from difflib import get_close_matches
from typing import TYPE_CHECKING

from grader.source.python_code import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.sandbox.messages import Frame

_OPTIONS = "host|port|debug|methods|key|value|max_age|template_folder|static_folder"
_ON_AN_OBJECT = "set_cookie|delete_cookie|run|route|get"
_NO_QUOTES = r"[^'\"]*"
_TEXT = r"'[^'\"]*'|\"[^'\"]*\""
_WORDS = r"[A-Za-z][\w ,!?.:-]* [\w ,!?.:-]+"
_AN_F_TEXT = r"\b(f(['\"])[^'\"{}]*"

# Words that begin a line: those of other languages, and those of Python that are often misspelt.
_OF_OTHER_LANGUAGES = {
    **dict.fromkeys(("define", "function", "func", "fun", "fn", "sub"), "def"),
    **dict.fromkeys(("catch", "rescue", "expect"), "except"),
    **dict.fromkeys(("elseif", "elsif"), "elif"),
    **dict.fromkeys(("include", "using", "require"), "import"),
    "form": "from",
}
_AT_THE_BEGINNING = ("def", "return", "except", "import", "from", "class", "while", "elif", "else", "try", "finally")
_ALIKE = 0.8  # of the letters

# What is wrong, where it stands, and what to write there.  First what changes the meaning least.
_CHANGES: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    ("There is no colon after a route.", re.compile(r"^(@.*\))\s*:$"), r"\1"),
    ("Lines end without a semicolon.", re.compile(r"\s*;$"), ""),
    ("`else if` is elif.", re.compile(r"^else\s+if\b"), "elif"),
    ("An else has no condition, an elif has one.", re.compile(r"^else\s+(?=\w)"), "elif "),
    ("In Python a comment begins with #.", re.compile(r"^(?://+|/\*+|<!--|--)\s*(.*?)\s*(?:\*+/|-->)?$"), r"# \1"),
    ("In Python a comment begins with #.", re.compile(r"\s+//\s*(.*)$"), r"  # \1"),
    ("In Python a colon begins a block.", re.compile(r"\s*(?:[=-]>\s*\{?|\{|::)$"), ":"),
    ("Nothing is behind the as.", re.compile(r"\s+as\s*:$"), ":"),
    ("Nothing closes a block.", re.compile(r"^\}\s*"), ""),
    ("Python's word is except.", re.compile(r"^(?:catch|except)\s*\(\s*(\w+)\s+(\w+)\s*\)"), r"except \1 as \2"),
    ("There are no parentheses after it.", re.compile(r"^(try|else|finally)\s*\(\s*\)"), r"\1"),
    ("A function has parentheses after its name.", re.compile(r"^def\s+(\w+)\s*:"), r"def \1():"),
    ("A name has no blank and no - in it.", re.compile(r"^def\s+(\w+)[\s-]+(\w+)\s*(?=\()"), r"def \1_\2"),
    ("Python counts with += 1.", re.compile(r"^(\w+)\s*\+\+;?$"), r"\1 += 1"),
    ("Write `and`, not &&.", re.compile(r"\s*&&\s*"), " and "),
    ("Write `or`, not ||.", re.compile(r"\s*\|\|\s*"), " or "),
    ("Write `not`, not !.", re.compile(r"!\s*(?=[\w(])"), "not "),
    ("== compares.", re.compile(r"^((?:el)?if|while)\b(.*?[^=!<>])=(?!=)(.*:)$"), r"\1\2==\3"),
    ("There is no = or colon after return.", re.compile(r"^return\s*[=:]\s*"), "return "),
    (
        "A route has parentheses.",
        re.compile(rf"^@([\w.]+)\s*[=:]?\s*\(?\s*({_TEXT})\)?$"),
        r"@\1(\2)",
    ),
    ("A name has no blank in it.", re.compile(r"\b_+ *name *_+"), "__name__"),
    ("A dot belongs between them.", re.compile(rf"(?<=\w) +(?=(?:{_ON_AN_OBJECT})\()"), "."),
    ("A comma is missing.", re.compile(r"(?<=[\w'\")\]])(?:\s*[.;]\s*|\s+)(?=\w+\s*=)"), ", "),
    ("A comma is missing.", re.compile(r"(?<=['\"])\s*;\s*(?=['\"])"), ", "),
    ("An option is given with = after its name.", re.compile(rf"\b({_OPTIONS})\s*:\s*"), r"\1="),
    ("An option is given with = after its name.", re.compile(rf"\b({_OPTIONS})\s+(?=[\d'\"\[TF])"), r"\1="),
    ("A text stands in quotes.", re.compile(r"(\bhost\s*=\s*|\brun\(\s*)(\d+(?:\.\d+){3})"), r"\1'\2'"),
    ("Name and value are two arguments.", re.compile(r"(_cookie\(\s*(['\"])\w+\2)\s*[=:]\s*"), r"\1, "),
    ("A text stands in quotes.", re.compile(r"(_cookie\()\s*(\w+)\s*,\s*([^'\",=]+)\)$"), r"\1'\2', '\3')"),
    ("A text stands in quotes.", re.compile(r"\broute\(\s*(/[\w/]*)\s*(?=[,)])"), r"route('\1'"),
    ("A text stands in quotes.", re.compile(r"(\brender_template\(\s*)([\w/]+\.html)"), r"\1'\2'"),
    ("A text stands in quotes.", re.compile(rf"^return\s+f\s+({_NO_QUOTES}\{{\w+\}}{_NO_QUOTES})$"), r"return f'\1'"),
    ("A text stands in quotes.", re.compile(rf"^return\s+({_WORDS})$"), r"return '\1'"),
    ("A text stands in quotes.", re.compile(r"`([^`'\"]*)`"), lambda text: f"f'{text[1].replace('${', '{')}'"),
    ("Within a text in ', an ' ends it.", re.compile(r"'([^'\"]*\w'\w[^\"]*?)'(?=\s*(?:[,)+\]:]|$))"), r'"\1"'),
    ('Within a text in ", a " ends it.', re.compile(r"^((?:return|\w+\s*=)\s*)\"([^']*)\"$"), r"\1'\2'"),
    ("Within a text in ', an ' ends it.", re.compile(r"^((?:return|\w+\s*=)\s*)'([^\"]*)'$"), r'\1"\2"'),
    ("A text stands in quotes.", re.compile(r"^return\s+(<\w[^']*>)$"), r"return '\1'"),
    ("A text stands in quotes.", re.compile(r'^return\s+(<\w[^"]*>)$'), r'return "\1"'),
    ("Nothing is behind the last +.", re.compile(r"\s*\+$"), ""),
    ("Write the number without the zeros in front.", re.compile(r"(?<![\w.'\"])0+(?=[1-9]\d*\b)"), ""),
    ("In a text, a \\ begins something special: write it twice.", re.compile(r"(?<!\\)\\(?=[A-Za-z])"), r"\\\\"),
    ("Texts are put together with +.", re.compile(rf"^(return\s+(?:{_TEXT}))\s+(?=[A-Za-z_])"), r"\1 + "),
    ("The } of the text is missing.", re.compile(rf"{_AN_F_TEXT}\{{[\w.\[\]]+)(?=\2)"), r"\1}"),
    ("The { of the text is missing.", re.compile(rf"{_AN_F_TEXT}?)(\w+)\}}"), r"\1{\3}"),
    ("It begins with from.", re.compile(r"^import\s+(.+?)\s+from\s+(['\"]?[\w.]+['\"]?)$"), r"from \2 import \1"),
    ("What is imported has no quotes.", re.compile(r"^(?:from|import)\b.*"), lambda line: re.sub("['\"]", "", line[0])),
    ("Nothing is behind the last comma.", re.compile(r"^((?:from|import)\b.*?)[\s,]+$"), r"\1"),
    (
        "Commas stand between names.",
        re.compile(r"^(from\s+\S+\s+import\s+)(\w[\w\s,.]*)$"),
        lambda line: line[1] + ", ".join(re.findall(r"\w+", line[2])),
    ),
)
_MOST_LOOKED_AT = 400  # characters
_CLOSES = {"(": ")", "[": "]", "{": "}"}


def mended(at: Frame) -> str | None:
    """Return what to write in the place of a line that Python cannot read; None where no small change does it."""
    text = at.text
    if len(text) > _MOST_LOOKED_AT or can_be_read(text):
        return None
    for why, now in _changed(text):
        if now != text and can_be_read(now):
            return at.written(why, now)
    for _, first in _surely(text):
        for _, now in _surely(first) if first != text else ():
            if now != first and can_be_read(now):
                return f"Write line {at.line} as `{now}`."
    return None


def _changed(text: str) -> Iterator[tuple[str, str]]:
    yield from _surely(text)
    for quote, other in (("'", '"'), ('"', "'")):
        if text.count(quote) % 2:
            yield "The quotes of a text are alike.", text.replace(other, quote, 1)
            yield "A quote is missing.", re.sub(r"(\)*:?)$", rf"{quote}\1", text, count=1)
            for gap in re.finditer(r"(?:[(,+=]\s*|^return\s+)(?=[A-Za-z/_])", text):
                yield "A quote is missing.", f"{text[: gap.end()]}{quote}{text[gap.end() :]}"
    for gap in re.finditer(r"(?<=['\"\d\w)\]]) +(?=['\"\w])", text):
        if text.count("(", 0, gap.start()) > text.count(")", 0, gap.start()):
            yield "A comma is missing.", f"{text[: gap.start()]},{text[gap.start() :]}"


def _surely(text: str) -> Iterator[tuple[str, str]]:
    """Yield changes that are meant wherever they can be made, so that two of them may be made at once."""
    word = re.match(r"\w*", text)
    if word and not keyword.iskeyword(word[0]) and (meant := _first_word(word[0])):
        yield f"Python's word is {meant}.", f"{meant}{text[word.end() :]}"
    for why, wrong, right in _CHANGES:
        yield why, wrong.sub(right, text)
    if re.match(r"(def|class|if|elif|else|for|while|try|except|finally|with)\b", text):
        yield "A colon is missing at its end.", f"{text.rstrip(';')}:"
    yield from _brackets(text)


def _first_word(word: str) -> str | None:
    """Return which of Python's words a line was to begin with; None where it is none of them."""
    small = word.lower()
    known = _OF_OTHER_LANGUAGES.get(small)
    return known or next(iter(get_close_matches(small, _AT_THE_BEGINNING, 1, _ALIKE)), None)


def _brackets(text: str) -> Iterator[tuple[str, str]]:
    """Yield a line with its brackets in pairs, unless it may go on in the next."""
    opened: list[str] = []
    now, faults = "", []
    for part in re.findall(r"'[^']*'|\"[^\"]*\"|.", text):
        if part in _CLOSES:
            opened.append(_CLOSES[part])
        elif part not in _CLOSES.values():
            pass
        elif not opened:
            faults.append(f"There is one {part} too many.")
            continue
        elif part in opened:
            while (missing := opened.pop()) != part:
                faults.append(f"A {missing} is missing.")
                now += missing
        else:
            faults.append(f"What closes here is a {opened[-1]}.")
            now += opened.pop()
            continue
        now += part
    if opened and not text.endswith(("(", "[", "{", ",")):
        faults += [f"A {missing} is missing at its end." for missing in opened]
        at = len(now) - now.endswith(":")
        now = now[:at] + "".join(reversed(opened)) + now[at:]
    yield (faults[0] if len(faults) == 1 else "Each bracket is closed by one of its kind."), now


def can_be_read(text: str) -> bool:
    """Whether Python reads a line that may begin a block, go on with one, or stand above a function."""
    if text.startswith("@"):
        text = f"{text}\ndef view(): pass"
    elif text.endswith(":"):
        text = f"{text}\n    pass"
    behind = "\nexcept Exception:\n    pass" if text.startswith("try") else ""
    before = {"el": "if x:\n    pass\n", "ex": "try:\n    pass\n", "fi": "try:\n    pass\n"}.get(text[:2], "")
    return parse(f"{before}{text}{behind}") is not None
