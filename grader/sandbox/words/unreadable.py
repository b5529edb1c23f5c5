"""Code that Python cannot read: what is wrong with the line, and what to write in its place."""

from __future__ import annotations

import codecs
import keyword
import platform
import re
import sys
import unicodedata
from dataclasses import replace

from grader.model.faults import StudentFault
from grader.sandbox.messages import Frame
from grader.sandbox.words.explaining import FailedLoad, first_hint, said
from grader.sandbox.words.one_line import can_be_read, mended

_HERE = platform.python_version()
_NEWER_SYNTAX = (
    ((3, 11), re.compile(r"^\s*except\s*\*")),
    ((3, 12), re.compile(r"^\s*type\s+\w+(\[.*\])?\s*=|^\s*(async\s+)?(def|class)\s+\w+\[")),
    ((3, 12), re.compile(r"\b[rR]?[fF][rR]?(?:'[^']*\{[^'}]*'[^'}]*'[^}]*\}|\"[^\"]*\{[^\"}]*\"[^\"}]*\"[^}]*\})")),
    ((3, 12), re.compile(r"\b[fF](['\"]).*\{[^}]*(\\|#)")),
    ((3, 14), re.compile(r"^\s*except\s+[\w.]+\s*,\s*[\w.]+(\s*,\s*[\w.]+)*\s*:|\bt(['\"])")),
)
_SEVERAL_EXCEPTIONS = re.compile(r"^except\s+([\w.]+(?:\s*,\s*[\w.]+)+)\s*:")
_KEY_IN_QUOTES = re.compile(r"""\[(['"])(\w+)\1\]""")
_BACKSLASH_IN_BRACES = re.compile(r"\b[fF](['\"]).*\{[^}]*\\")

_SENTENCE = (
    r"^(\*\*|[-*] [`*A-Z]|\d+\. [`*A-Z]"  # of a list, or in bold
    r"|(?!(?:If|Def|For|From|Import|Return|While|Class|Try|Else|Print|With|Except|True|False|None|Not)\b)"
    r"[A-Z][\w'!,]*( [\w'.,/()-]+){3,}[:.!]?$)"
)
_FOR_A_TERMINAL = "is for the terminal, not for this file"
_COPIED_WITH_MORE = "Copy the code once more, without what stands in front of its lines."
# What belongs elsewhere than into a file of Python, and what to do where that is not to take out the line.
_ELSEWHERE: tuple[tuple[str, ...], ...] = (
    (
        r"^(<{7}|={7}|>{7}|\|{7})( |$)",
        "is a mark that Git left where two versions differ",
        "Keep one of the two versions, and take out the lines with <<<, === and >>>.",
    ),
    (r"^(\$ |\(\w+\) .*[$>%#]|PS |[A-Z]:\\|[\w.-]+@[\w.-]+[:~])", _FOR_A_TERMINAL),
    (r"^(pip3?|python3?|py|flask|cd|source|export|set|npm|git|sudo|mkdir) +[\w./\\-]", _FOR_A_TERMINAL),
    (r"^(>>>|\.\.\.)( |$)", "begins with the prompt of an interactive Python"),
    (r"^(%%?[a-z]|!\s*[a-z]|In ?\[\d*\]:|Out ?\[\d*\]:)", "is for a notebook only"),
    (r"^(python|bash|Copy( code)?|Edit)$", "was copied along with the code, and is none"),
    (_SENTENCE, "is text of a chat or a page, not code"),
    (r"^(```|~~~)", "is a mark around code in a chat or a page, not code"),
    (r"^\{\\rtf", "says that the file was saved as rich text", "Save the file as plain text."),
    (r"^(?i:<(!doctype|html|head|body|h\d|p|div)\b)", "is HTML, not Python"),
    (
        r"^\d+[ \t]+(from|import|@|def|app)\b",
        "begins with its number, which stands beside the code in an editor",
        _COPIED_WITH_MORE,
    ),
    (
        r"^[+-](from|import|@|def|app)\b",
        "begins with a + or -, as where two versions are compared",
        _COPIED_WITH_MORE,
    ),
    (r"\bget_ipython\(", "is for a notebook only"),
)
_PROMPT = re.compile(r"^(>>>|\.\.\.) ?")

_PYTHON_2 = (
    (re.compile(r"^except\s+([\w.]+|\([\w., ]+\))\s*,\s*([a-z_]\w*)\s*:(.*)$"), r"except \1 as \2:\3"),
    (re.compile(r"^print\s+([^(=\s].*?)\s*$"), r"print(\1)"),
    (re.compile(r"^raise\s+([\w.]+)\s*,\s*(.+?)\s*$"), r"raise \1(\2)"),
    (re.compile(r"^exec\s+(['\"].*?)\s*$"), r"exec(\1)"),
    (re.compile(r"(?<![<'\"])<>(?!['\">])"), "!="),
)

_LOOKS_LIKE = {
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"', "\u2033": '"', "\uff02": '"',
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u00b4": "'", "\u2032": "'", "\uff07": "'",
    "\u2013": "-", "\u2014": "-", "\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2026": "...",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",", "\u3001": ",", "\uff1a": ":", "\uff1b": ";", "\u3002": ".",
    "\uff1d": "=", "\uff3b": "[", "\uff3d": "]", "\uff5b": "{", "\uff5d": "}", "\u00d7": "*", "\uff0b": "+",
    "\u2028": "\n", "\u2264": "<=", "\u2265": ">=", "\u2260": "!=",
}  # fmt: skip
_BLANKS = frozenset("\u00a0\u3000\u2002\u2003\u2009\u202f\u2007\u2008\u200a\u2005\u2006\u1680\u205f")
_BOMS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_NO_TEXT = {
    b"PK\x03\x04": "a Word document or another zip file",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
_SAVE_AS_UTF_8 = "In VS Code, click on the encoding at the bottom right, then on Save with Encoding, then on UTF-8."
_MOST_LOOKED_AT = 4_096

# What Python says, and what to do about it, with N for the line.
_SAID = (
    (
        r"expected an indented block after '?(\w+)'? ?(?:statement|definition)? on line (\d+)",
        r"Below line \2, write at least one line that is indented; a comment alone does not count.",
    ),
    (r"expected an indented block", "Above line N something ends in a colon: what belongs to it has to be indented."),
    (r"unexpected indent", "Line N is further to the right than the line above it: let both begin below each other."),
    (r"unindent does not match", "Let line N begin exactly below the line that it belongs with."),
    (r"inconsistent use of tabs|mixes? tabs", "Use four spaces for each step to the right, and no tabs."),
    (
        r"expected 'except' or 'finally' block",
        "Above line N, write the `except KeyError:` of the try, with an indented line below it.",
    ),
    (r"'(return|yield|await)' outside", "Line N begins too far left to belong to a function: indent it."),
    (r"'(break|continue)' (outside|not properly)", "Line N is in no loop: take it out."),
    (r"'(.)' was never closed", r"In line N, write the bracket that closes the \1."),
    (r"unmatched '(.)'", r"Take the \1 out of line N, or write the bracket that opens it."),
    (
        r"closing parenthesis '(.)' does not match opening parenthesis '(.)'",
        r"In line N stands a \1 where the bracket that closes \2 is missing.",
    ),
    (r"unterminated triple-quoted|EOF while scanning", "Write the three quotes that close the text of line N."),
    (r"unterminated (f-)?string|EOL while", "Write the quote that closes the text of line N."),
    (r"expected ':'", "Write a colon at the end of line N."),
    (r"Maybe you meant '==' ", "In line N, write == to compare; a single = gives a value."),
    (r"positional argument follows keyword", "In line N, write the arguments without a = sign first."),
    (r"keyword argument repeated", "In line N, take out the argument that stands there twice."),
    (r"Perhaps you forgot a comma", "In line N, write the comma that is missing between two values."),
    (r"unexpected character after line continuation", "Take out the backslash in line N: nothing may follow it."),
    (r"unknown encoding|encoding problem", "Take out the line with `coding` at the top of the file."),
    (r"__future__ imports must occur", "Move line N to the top of the file."),
    (r"leading zeros in decimal", "In line N, write the number without the zeros in front."),
    (
        r"f-string: (?:expecting '}'|empty exp|single '}'|valid exp)",
        "In line N, look at the braces of the text after f.",
    ),
)


# How a line begins, how the one above it does, and what to do.  First what one line shows by itself.
_BEGINS = (
    (r"@.*\)\s*(async\s+)?def\b", "", "Let the def of line N begin a line of its own, below the route."),
    (rf"({'|'.join(keyword.kwlist)})\s*=[^=]", "", r"\1 is a word of Python's own: give the variable another name."),
    (r".*?\) +[a-z]\w*[.(]", "", "In line N stand two things to do: give each a line of its own."),
    (r"(?!def\b|async\b|class\b|@)", "@", "Above line N stands a route: write its function below it, `def ...():`."),
)


def explain(failed: FailedLoad) -> StudentFault | None:
    """Say why Python cannot read a file: its encoding, an odd character, a line from elsewhere, how it is written."""
    message, text, line = failed.crash.message, failed.at.text, failed.at.line
    content = failed.files.get(failed.at.file, b"")
    kind, encoding = _is_no_text(content), _wrong_encoding(content)
    is_syntax = "SyntaxError" in failed.names
    if (is_syntax or "null bytes" in message) and (kind or encoding):
        what = f"is {kind}, whatever its name says" if kind else f"is saved in {encoding}: Python cannot read it"
        hint = "Hand in the Python file that you run." if kind else _SAVE_AS_UTF_8
        return StudentFault(
            f"{failed.at.file} {what}.", expected="a text in UTF-8", hint=hint, file=failed.at.file, line=1
        )
    if "null bytes" in message:
        zeros = Frame(failed.at.file, content[: content.find(0)].count(b"\n") + 1)
        return zeros.fault(
            f"{zeros.place_name} holds zero bytes, which are in no text: the file is damaged.",
            "Copy what you can read of it into a new file, and save that.",
        )
    if not is_syntax:
        return None
    if found := _odd_character(message, line) or _not_python(text, line):
        return failed.at.fault(f"{failed.at.place_name} {found[0]}.", found[1])
    hint = _hint_for(failed) or "Look at that line and the one above it."
    if "not in UTF-8" in message:
        hint = _SAVE_AS_UTF_8
    return failed.at.fault(f"{failed.at.place_name} cannot be read by Python: `{said(failed.crash)}`.", hint)


def left_over(failed: FailedLoad) -> StudentFault | None:
    """Say that a line is for a notebook, or was copied along with the code."""
    found = _not_python(failed.at.text, failed.at.line) if failed.crash.type == "NameError" else None
    return failed.at.fault(f"{failed.at.place_name} {found[0]}.", found[1]) if found else None


def _hint_for(failed: FailedLoad) -> str | None:
    """Return what to do about a line that Python cannot read."""
    said, text, number = failed.crash.message, failed.at.text, failed.at.line or 1
    at = replace(failed.at, line=number)
    if re.search(r"\bmax-age\s*=", text):
        now = re.sub(r"max-age(?=\s*=)", "max_age", text)
        return f"Write line {number} as `{now}`: its name has an underscore."
    above, below = _around(failed)
    if re.search("unterminated (f-)?string|EOL while", said) and "<" in text + below and not can_be_read(below):
        return f"A text of several lines stands in three quotes: write them in line {number} and where the text ends."
    return (
        _of_python_2(at)
        or _of_a_newer_python(text, number)
        or mended(at)
        or _by_how_it_begins(said, text, number, above)
        or _at(first_hint(_SAID, said) or "", number)
    )


def _around(failed: FailedLoad) -> tuple[str, str]:
    """Return the lines above and below, without the blanks around them; a comment alone does not count."""
    lines = failed.source.splitlines()
    above, below = (
        [line for each in part if (line := each.strip()) and line[0] != "#"]
        for part in (lines[: (failed.at.line or 1) - 1], lines[failed.at.line or 1 :])
    )
    return "".join(above[-1:]), "".join(below[:1])


def _by_how_it_begins(said: str, text: str, line: int, above: str) -> str | None:
    """Return what to do about a line that can be read by itself, and not where it stands, or that is two lines."""
    if (word := re.match(r"(?:except|finally|else|elif)\b", text)) and can_be_read(text):
        return (
            f"Let the {word[0]} of line {line} begin exactly below its {'if or try' if word[0][1] == 'l' else 'try'}."
        )
    if "unexpected indent" in said and not above:
        return f"Take out the blanks at the beginning of line {line}."
    for begins, is_above, advice in _BEGINS:
        if above.startswith(is_above) and (match := re.match(begins, text)):
            return _at(match.expand(advice), line)
    return None


def _at(advice: str, line: int) -> str:
    """Write the line's number, from which the sentence begins or in which it speaks of it."""
    return re.sub(r"\b([Ll])ine N\b", rf"\1ine {line}", advice)


def _not_python(text: str, line: int | None) -> tuple[str, str] | None:
    """Return what a line is that does not belong into a file of Python, and what to do; None if it may belong there."""
    for pattern, is_what, *otherwise in _ELSEWHERE:
        if re.search(pattern, text):
            if (rest := _PROMPT.sub("", text)) != text and rest:
                return is_what, f"Write line {line or 1} as `{rest}`; do so wherever >>> stands."
            return is_what, otherwise[0] if otherwise else f"Take out line {line or 1}."
    return None


def _of_python_2(at: Frame) -> str | None:
    """Return how a line of Python 2 is written today; None where it is none."""
    now = next((changed for then, today in _PYTHON_2 if (changed := then.sub(today, at.text)) != at.text), None)
    return at.written("This was Python 2's way.", now) if now else None


def _of_a_newer_python(text: str, line: int) -> str | None:
    for version, syntax in _NEWER_SYNTAX:
        if sys.version_info < version and syntax.search(text):
            only = f"Only Python {version[0]}.{version[1]} and later can read this; the app is run by Python {_HERE}."
            if _BACKSLASH_IN_BRACES.search(text):
                return f"{only} Put the part with the backslash into a variable in the line above."
            now = _SEVERAL_EXCEPTIONS.sub(r"except (\1):", text)
            now = _KEY_IN_QUOTES.sub(lambda key: repr(key[2]).replace("'", "'\""[key[1] == "'"]).join("[]"), now)
            rightly = f"Write line {line} as `{now}`, which" if can_be_read(now) else "Write it in a way that"
            return f"{only} {rightly} both can read."
    return None


def _odd_character(said: str, line: int | None) -> tuple[str, str] | None:
    """Return what is wrong with a character that Python does not take, and what to do."""
    match = re.search(r"invalid (?:non-printable )?character (?:'.+' \()?U\+([0-9A-F]{4,6})", said)
    if match is None:
        return None
    character = chr(int(match[1], 16))
    name, code = unicodedata.name(character, "").lower(), f"U+{match[1]}"
    if character in _BLANKS:
        return f"holds a {name} ({code}), which looks like a blank and is none", "Type the blanks of that line again."
    if unicodedata.category(character) in {"Cf", "Cc", "Zl", "Zp"}:
        problem = f"holds a sign that nobody sees ({name or 'without a name'}, {code})"
        return problem, f"Type line {line or 1} again, and delete the old one."
    plain = _LOOKS_LIKE.get(character)
    if plain:
        pair = next((quotes for quotes in ("‘’", "“”") if character in quotes), character)  # noqa: RUF001
        return (
            f"holds {character} ({code}), which Python does not take for {plain}",
            f"Write {plain} in place of each {' and '.join(pair)}.",
        )
    return f"holds the sign {character} ({code}), which Python does not know", f"Take the {character} out."


def _wrong_encoding(content: bytes) -> str | None:
    """Return in which encoding a file is saved that Python cannot read; None where it is the right one."""
    if encoding := next((encoding for mark, encoding in _BOMS if content.startswith(mark)), None):
        return encoding
    even, odd = content[:_MOST_LOOKED_AT:2], content[1:_MOST_LOOKED_AT:2]
    zeros = sorted((even.count(0), odd.count(0)))
    return "UTF-16" if zeros[0] == 0 and zeros[1] * 2 > len(odd) > 0 else None  # Latin letters: every second byte


def _is_no_text(content: bytes) -> str | None:
    """Return what a file is whose name says that it is Python, and that is no text; None for a text."""
    return next((what for start, what in _NO_TEXT.items() if content.startswith(start)), None)
