"""What every message and hint has to be, and what a program can do of what a hint asks for.

Python's own words, the student's code and what stands in quotes is not ours: it is left out where reading is measured.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import textstat

MOST_WORDS = 60
HIGHEST_GRADE = 9.0
MOST_SENTENCES_OF_A_HINT = 3
_NOT_OURS = re.compile(
    r"`[^`]*`|\"[^\"]*\"|'[^' ]*'|\S*[/_<>{}\[\]=@()+\\|]\S*|\b\S+\.\w+\b|\b\w*[a-z][A-Z]\w*|\b[A-Z]\w*Error\b"
)
INSIDERS = re.compile(
    r"\b(sandbox|jail|bubblewrap|isolation|traceback|stdout|stderr|socket|WSGI|AST|regex|regular expression|fixture"
    r"|fork|subprocess|namespace|event|the check|golden|student fault)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"\blines? (\d+)")

_WRITE = re.compile(r"\b[Ww]rite line (?P<line>\d+) as `(?P<code>[^`]+)`(?!, inside)")
_TAKE_OUT = re.compile(r"\bTake out line (?P<line>\d+)\b")
_BELOW = re.compile(r"\bTake (?P<name>\w+) out of line (?P<line>\d+), and write `(?P<code>[^`]+)` below it")
_PORT = re.compile(r"^Write port=(?P<port>\d+) there\.$")
_MOVE = re.compile(r"^(?:Rename|Move) (?P<path>.+) to (?P<to>\S+)\.$")
# What hints have done to the line that the check names, or to the whole file: a pattern, and what takes its place.
_IN_THE_LINE = (
    (r"^Write (host='[\d.]+'), or leave the host out", r"\bhost\s*=\s*[^,)]+", "{1}"),
    (r"^Leave (ssl_context) out", r",?\s*\bssl_context\s*=\s*(\([^()]*\)|[^,()]+)", ""),
    (r"write (render_template\('[^']+'\))\.$", r"render_template\([^()]*\)", "{1}"),
    (r"the file's own name: write ('[^']+')\.$", r"(['\"])[^'\"]+\1", "{1}"),
    (r"^Take template_folder=", r",\s*template_folder\s*=\s*[^,)]+", ""),
    (r"put a space between \{ and #", r"\{#", "{ #"),
    (r"^Leave path=", r",\s*path\s*=\s*[^,)]+", ""),
    (r"^Write that line as: (if .+:)$", r"\bif .*", "{1}"),
    (r"^Write a colon at the end of line", r"\s*$", ":\n"),
    (r"^Write (</\w+>|-->) after it", r"\s*$", "{1}\n"),
    (r"^Leave out (daemon=\w+), or", r",\s*daemon\s*=\s*\w+", ""),
)
_IN_THE_FILE = (
    (r"^Leave out (\w+\.daemon = \w+), or", r"(?m)^\s*\w+\.daemon = \w+\n", ""),
    (r"^Import it: ((?:from \w+ )?import \w+)$", r"\A", "{1}\n"),
    (r"^Write (\S) in place of each (\S)\.", "{2}", "{1}"),
    (r"^Write (\S) in place of each (\S) and (\S)\.", "[{2}{3}]", "{1}"),
    (r"^\{% raw %\} has to be closed: (\{% endraw %\})", r"\Z", "{1}\n"),
    (r"^Put it in quotes: url_for\('(\w+)'", r"url_for\({1}\b", "url_for('{1}'"),
    (r"^Take (/\w+) out of the route or", r",\s*url_prefix\s*=\s*['\"]{1}['\"]", ""),
    (r"^Take <!-- and --> away", r"<!--|-->", ""),
    (r"^Take out (\w+), with the line above it", r"(?m)^@.*\ndef {1}\(.*\n(?:[ \t]+.*\n)+", ""),
)
_ANOTHER_NAME = re.compile(r"^Give it another name, for example (?P<to>\S+)\.$")
_HIDES = re.compile(r"^Your file (?P<path>\S+) has the same name")


@functools.cache
def _grade(text: str) -> float:
    """Return the years of school that reading takes; many are told the same."""
    return float(textstat.flesch_kincaid_grade(text))


def faults(check: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with how one check's result is said."""
    message, hint = check["message"] or "", check["hint"] or ""
    both = f"{message} {hint}".strip()
    ours = _NOT_OURS.sub("x", both)
    if len(ours.split()) > MOST_WORDS:
        yield f"{len(ours.split())} words"
    if (grade := _grade(ours)) > HIGHEST_GRADE:
        yield f"reading it takes {grade:.1f} years of school"
    if insider := INSIDERS.search(ours):
        yield f"a word of the grader's insides: {insider[0]}"
    if len(re.findall(r"[.?!](?=\s|$)", _NOT_OURS.sub("x", hint))) > MOST_SENTENCES_OF_A_HINT:
        yield "its hint asks for more than one thing"
    if check["status"] == "failed" and _LINE.search(both) and not (check["file"] and check["line"]):
        yield "it speaks of a line, and file and line are not given"
    if hint and hint in message:
        yield "the hint says the message again"


def applied(files: Mapping[str, bytes], check: Mapping[str, Any]) -> dict[str, bytes] | None:
    """Return the files after what a hint asks for was done; None where no program can do it."""
    hint, file = check["hint"] or "", check["file"] or ""
    if match := _MOVE.match(hint):
        path, to = match["path"], match["to"]
        return {to if name == path else name: content for name, content in files.items()} if path in files else None
    if (match := _ANOTHER_NAME.match(hint)) and (hides := _HIDES.match(check["message"])):
        return {match["to"] if name == hides["path"] else name: content for name, content in files.items()}
    if file not in files:
        return None
    if re.search(r"on Save with Encoding", hint):
        return {**files, file: _read_somehow(files[file]).encode()}
    lines = files[file].decode("utf-8", "surrogateescape").splitlines(keepends=True)
    if match := _BELOW.search(hint):
        number = int(match["line"]) - 1
        rest = re.sub(rf"(,\s*)?\b{match['name']}\b", "", lines[number]).replace("import ,", "import")
        lines[number : number + 1] = [rest, f"{match['code']}\n"]
    elif match := _WRITE.search(hint):
        number = int(match["line"]) - 1
        indented = lines[number][: len(lines[number]) - len(lines[number].lstrip())]
        lines[number] = f"{indented}{match['code']}\n"
    elif match := _TAKE_OUT.search(hint):
        del lines[int(match["line"]) - 1]
    elif (match := _PORT.match(hint)) and check["line"]:
        number = check["line"] - 1
        lines[number] = re.sub(r"\bport\s*=\s*[^,)]+", f"port={match['port']}", lines[number])
    elif not _substituted(hint, lines, check["line"]):
        return None
    changed = "".join(lines).encode("utf-8", "surrogateescape")
    return {**files, file: changed} if changed != files[file] else None


def _read_somehow(content: bytes) -> str:
    """Read a file as an editor does that finds out its encoding."""
    if b"\0" in content:
        return content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-16-le")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _substituted(hint: str, lines: list[str], line: int | None) -> bool:
    """Put something in the place of something else, as a hint has it; whether there was such a hint."""
    for wanted, pattern, now in _IN_THE_LINE if line else ():
        if match := re.search(wanted, hint):
            lines[line - 1] = re.sub(pattern, lambda _, m=match, now=now: _filled(now, m), lines[line - 1], count=1)
            return True
    for wanted, pattern, now in _IN_THE_FILE:
        if match := re.search(wanted, hint):
            whole = "".join(lines)
            lines[:] = [re.sub(_filled(pattern, match), lambda _, m=match, now=now: _filled(now, m), whole)]
            return True
    return False


def _filled(text: str, match: re.Match[str]) -> str:
    """Return a text with what a hint says in the place of its numbers in braces."""
    for number, group in enumerate(match.groups(), start=1):
        text = text.replace(f"{{{number}}}", group)
    return text
