"""A line that Python cannot read: the one small change with which it can."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.source.python_code import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPTIONS = "host|port|debug|methods|max_age|template_folder|static_folder"
# What is wrong, where it stands, and what to write there.  First what changes the meaning least.
_CHANGES = (
    ("There is no colon after a route.", re.compile(r"^(@.*\))\s*:$"), r"\1"),
    ("`else if` is elif.", re.compile(r"^else\s+if\b"), "elif"),
    ("A function has parentheses after its name.", re.compile(r"^def\s+(\w+)\s*:"), r"def \1():"),
    ("Python counts with += 1.", re.compile(r"^(\w+)\s*\+\+;?$"), r"\1 += 1"),
    ("Write `and`, not &&.", re.compile(r"\s*&&\s*"), " and "),
    ("Write `or`, not ||.", re.compile(r"\s*\|\|\s*"), " or "),
    ("== compares.", re.compile(r"^((?:el)?if|while)\b(.*?[^=!<>])=(?!=)(.*:)$"), r"\1\2==\3"),
    ("An option is given with = after its name.", re.compile(rf"\b({_OPTIONS})\s*:\s*"), r"\1="),
    ("An option is given with = after its name.", re.compile(rf"\b({_OPTIONS})\s+(?=[\d'\"\[TF])"), r"\1="),
    ("A text stands in quotes.", re.compile(r"(\bhost\s*=\s*|\brun\(\s*)(\d+(?:\.\d+){3})"), r"\1'\2'"),
    ("Name and value are two arguments.", re.compile(r"(_cookie\(\s*(['\"])\w+\2)\s*[=:]\s*"), r"\1, "),
    ("A text stands in quotes.", re.compile(r"\broute\(\s*(/[\w/]*)\s*"), r"route('\1'"),
    ("A text stands in quotes.", re.compile(r"(\brender_template\(\s*)([\w/]+\.html)"), r"\1'\2'"),
    ("Write the number without the zeros in front.", re.compile(r"(?<![\w.'\"])0+(?=[1-9]\d*\b)"), ""),
    ("In a text, a \\ begins something special: write it twice.", re.compile(r"(?<!\\)\\(?=[A-Za-z])"), r"\\\\"),
)
_MOST_LOOKED_AT = 400  # characters


def mended(text: str, line: int) -> str | None:
    """Return what to write in the place of a line that Python cannot read; None where no one small change does it.

    Parameters
    ----------
    text
        The line, without the blanks around it.
    line
        Its number.
    """
    if len(text) > _MOST_LOOKED_AT or _can_be_read(text):
        return None
    for why, now in _changed(text):
        if now != text and _can_be_read(now):
            return f"{why} Write line {line} as `{now}`."
    return None


def _changed(text: str) -> Iterator[tuple[str, str]]:
    for why, wrong, right in _CHANGES:
        yield why, wrong.sub(right, text)
    if re.match(r"(def|class|if|elif|else|for|while|try|except|finally|with)\b", text):
        yield "A colon is missing at its end.", f"{text.rstrip(';')}:"
    if text.endswith("))"):
        yield "There is one ) too many.", text[:-1]
    if text.count("(") > text.count(")") and not text.endswith(("(", ",")):
        yield "A ) is missing at its end.", f"{text})"
    for quote, other in (("'", '"'), ('"', "'")):
        if text.count(quote) % 2:
            yield "The quotes of a text are alike.", text.replace(other, quote, 1)
            yield "A quote is missing.", re.sub(r"(\)*:?)$", rf"{quote}\1", text, count=1)
    for gap in re.finditer(r"(?<=['\"\d\w)\]]) +(?=['\"\w])", text) if "(" in text else ():
        yield "A comma is missing.", f"{text[: gap.start()]},{text[gap.start() :]}"


def _can_be_read(text: str) -> bool:
    """Whether Python reads a line that may begin a block, go on with one, or stand above a function."""
    if text.startswith("@"):
        text = f"{text}\ndef view(): pass"
    elif text.endswith(":"):
        text = f"{text}\n    pass"
    before = {"el": "if x:\n    pass\n", "ex": "try:\n    pass\n", "fi": "try:\n    pass\n"}.get(text[:2], "")
    return parse(f"{before}{text}") is not None
