"""Whether a page's script surely never ends, as far as its text proves that: the counterpart of `endless`.

Only a page with one script is looked at, in which values are given to names and then a loop is entered that prints
and counts at most, and changes nothing of what it asks for: once the script runs, nothing ends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container

_LONGEST = 100_000
_LONGEST_SCRIPT = 2_000
"""Characters: what is looked for takes the square of them, and this may be written to hold the grader up."""
_SCRIPT = re.compile(
    r"\A(?:(?!<!--|<(?:script|template|noscript|textarea|title|style|svg|math|iframe|xmp|plaintext|noembed|select)\b).)*"
    r"<script(?:\s+type=[\"']?text/javascript[\"']?)?\s*>(?P<script>(?:(?!<script|<!--).)*?)</script\s*>",
    re.IGNORECASE | re.DOTALL,
)
_ON_ITS_OWN = re.compile(r"^\s*//.*$", re.MULTILINE)
_NAME = r"(?!(?:if|in|do|of|as|for|new|try|var|let|int|case|else|enum|eval|this|void|with|class|yield)\b)[a-z]\w{0,30}"
_TEXT = r"\"[^\"\\\n]*\"|'[^'\\\n]*'"
_NUMBER = r"(?:0|[1-9]\d{0,8})"
_DECLARED = re.compile(
    rf"(?P<how>let|var|const)\s+(?P<name>{_NAME})\s*=\s*(?P<value>{_NUMBER}|{_TEXT})\s*(?:;\s*|\n\s*)"
)
_PRINTED = re.compile(rf"console\.log\(\s*(?P<what>{_NUMBER}|{_TEXT}|{_NAME})?\s*\)\s*(?:;\s*|\n\s*|\Z)")
_COUNTED = re.compile(rf"(?P<name>{_NAME})\s*(?:\+\+|--|[+-]=\s*{_NUMBER})\s*(?:;\s*|\n\s*|\Z)")
_LOOP = re.compile(
    rf"(?:while\s*\(\s*(?:true|1|!0|(?P<name>{_NAME})\s*(?P<compare><=?|>=?|[!=]==?)\s*(?P<number>{_NUMBER}))\s*\)"
    r"|for\s*\(\s*;\s*(?:true)?\s*;\s*\))\s*(?:;|\{\s*(?P<body>.*?)\}\s*;?)\s*\Z",
    re.DOTALL,
)


def never_ends(page: str) -> bool:
    """Whether a page, HTML as it was received, keeps every browser busy for ever that runs its script."""
    small = page.lower() if len(page) < _LONGEST else ""
    if small.count("<script") != 1 or "content-security-policy" in small:
        return False
    found = _SCRIPT.match(page)
    if found is None or len(found["script"]) > _LONGEST_SCRIPT:
        return False
    rest = _ON_ITS_OWN.sub("", found["script"]).strip()
    known: dict[str, str] = {}
    counters: set[str] = set()
    while declared := _DECLARED.match(rest):
        if declared["name"] in known:
            return False
        known[declared["name"]] = declared["value"]
        if declared["how"] != "const" and declared["value"].isdigit():
            counters.add(declared["name"])
        rest = rest[declared.end() :]
    loop = _LOOP.match(rest)
    if loop is None or (loop["name"] and not _is_true(known.get(loop["name"], ""), loop["compare"], loop["number"])):
        return False
    return _goes_on(loop["body"] or "", known.keys(), counters - {loop["name"]})


def _goes_on(body: str, known: Container[str], counters: Container[str]) -> bool:
    """Whether a loop's body surely comes to its end."""
    while body:
        step = _PRINTED.match(body)
        if step is not None:
            what = step["what"] or "0"
            if what[0].isalpha() and what not in known:
                return False
        elif (step := _COUNTED.match(body)) is None or step["name"] not in counters:
            return False
        body = body[step.end() :]
    return True


def _is_true(value: str, compare: str, number: str) -> bool:
    """Whether a comparison of two whole numbers holds."""
    if not value.isdigit():
        return False
    one, other = int(value), int(number)
    return {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}.get(
        compare, (one == other) is compare.startswith("=")
    )
