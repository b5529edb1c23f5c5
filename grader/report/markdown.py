"""Text by strangers in Markdown, where nothing that they wrote can be taken for anything else.

Escaping with backslashes is not enough for GitHub: it looks for mentions, issues, commits and addresses in the text
after the escapes are gone.  In code it does not look.  So a word stays as it is only where it is plainly a word; all
else, from ``/addCookie`` to ``@everyone``, is set as code.
"""

from __future__ import annotations

import re

from grader.report.plain import code_pieces, visible

_WORD = r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*"  # letters of any language, joined by apostrophes and hyphens
_NUMBER = r"\d{1,6}(?:[.,]\d{1,6})?%?"
_BEFORE, _AFTER = r"[\"'(\u201c\u2018\xab]{0,2}", r"[\"')\u201d\u2019\xbb.,;:!?…]{0,3}"  # quotes of all kinds
_PLAIN = re.compile(rf"{_BEFORE}(?:{_WORD}|{_NUMBER}|[\u2013\u2014])?{_AFTER}")
_COMMIT = re.compile(r"[\"'(]*[0-9a-f]{7,}\W*", re.IGNORECASE)
_BACKTICKS = re.compile("`+")
_LIST_ITEM = re.compile(r"(\d+)([.)])(?!\S)")
_END = re.compile(r"(.*?)([.,;:!?]*)")


def prose(text: str) -> str:
    """Make a sentence for a paragraph or a cell: one line, its code and all that is no plain word set as code."""
    made = ""
    for piece, is_code in code_pieces(visible(text)):
        markdown = code(piece) if is_code else _words(piece)
        apart = " " if made.endswith("`") and markdown.startswith("`") else ""  # or else they would be one
        made += apart + markdown
    line = made.strip()
    number = _LIST_ITEM.match(line)
    return f"{number[1]}\\{line[number.end(1) :]}" if number else line


def code(text: str) -> str:
    """Make a code span, one line, that ends where it should; nothing where there is nothing to show."""
    line = " ".join(visible(text).split())
    if not line:
        return ""
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def code_block(text: str) -> str:
    """Make a block of code, with its lines as they are."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}text\n{visible(text)}\n{fence}"


def cell(markdown: str) -> str:
    """Make something that :func:`prose` or :func:`code` gave fit for a table, where a bar ends even code."""
    return markdown.replace("|", "\\|")


def _words(text: str) -> str:
    """Set runs of words that are not plainly words as code; white space at the ends is kept as one space."""
    made: list[str] = []
    strange: list[str] = []
    for word in text.split():
        if _is_plain(word):
            made += [*_as_code(strange), word]
            strange = []
        else:
            strange.append(word)
    made += _as_code(strange)
    before, after = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    return f"{before}{' '.join(made)}{after}" if made else before


def _as_code(words: list[str]) -> list[str]:
    """Set words as one piece of code; the full stop after it is the sentence's."""
    match = _END.fullmatch(" ".join(words))
    return [code(match[1]) + match[2]] if match and match[1] else []


def _is_plain(word: str) -> bool:
    return _PLAIN.fullmatch(word) is not None and _COMMIT.fullmatch(word) is None


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
