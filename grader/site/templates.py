"""Which of the handed-in templates a page was made from.

A template's words may just as well be written in app.py.  So every template is handed to the app with a comment of its
own at its end, a random one: a page that carries the comment was made from that file.  In the comment stands one of
Jinja's, which rendering takes away: where it is left, the file was sent as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model.text import displays
from grader.site.marks import LEFT_WHERE_NOT_RENDERED, new_mark
from grader.site.page import html_to_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from grader.submission import Submission

_ENDINGS = (".html", ".htm", ".j2", ".jinja", ".jinja2")
_BLOCK = re.compile(rb"\{%-?\s*block\s+\w[^%]*%\}")
_JINJAS = ("{{", "{%", "{#")
_EXTENDS = re.compile(rb"\{%-?\s*extends\b")


class Templates:
    """The templates of a submission, and the marks by which pages made from them are known."""

    def __init__(self, submission: Submission) -> None:
        self._files = submission.files
        self._marks = {path: new_mark() for path in self._files if is_template(path)}

    @property
    def paths(self) -> list[str]:
        """The paths of all templates."""
        return list(self._marks)

    @property
    def marked_files(self) -> Mapping[str, bytes]:
        """All files, each template with its mark."""
        marks = {path: f"{mark}{LEFT_WHERE_NOT_RENDERED}-->".encode() for path, mark in self._marks.items()}
        return {
            path: _with_mark(content, marks[path]) if path in marks else content
            for path, content in self._files.items()
        }

    def is_index(self, path: str, folders: Collection[str]) -> bool:
        """Whether a template is the ``index.html`` of one of these folders, in which Flask looks."""
        folder, _, name = path.rpartition("/")
        return name == "index.html" and folder in folders

    def text_of(self, path: str) -> str:
        """Return a template as it was handed in."""
        return self._files[path].decode("utf-8", "replace")

    def line_of(self, path: str, pattern: re.Pattern[str]) -> int | None:
        """Return the line of a template where a pattern begins."""
        text = self.text_of(path)
        match = pattern.search(text)
        return text.count("\n", 0, match.start()) + 1 if match else None

    def unreadable(self) -> Iterator[tuple[str, int, str]]:
        """Yield the templates that are not in UTF-8, with the first line that is not, and what stands before it."""
        for path in self._marks:
            content = self._files[path]
            try:
                content.decode()
            except UnicodeDecodeError as error:
                before = content[: error.start].decode()
                yield path, before.count("\n") + 1, before.rpartition("\n")[2].strip()

    def behind(self, page: str) -> list[str]:
        """Return the templates that a page's HTML was rendered from."""
        return [path for path, mark in self._marks.items() if f"{mark}-->" in page and self._is_shown_by(page, path)]

    def _is_shown_by(self, page: str, path: str) -> bool:
        """Whether a page displays the words of a template that has no others: a mark can also be put there by hand."""
        text = self.text_of(path)
        return any(tag in text for tag in _JINJAS) or displays(html_to_text(page), html_to_text(text))

    def sent_as_is(self, page: str) -> list[str]:
        """Return the templates that a page shows without having been rendered."""
        return [path for path, mark in self._marks.items() if f"{mark}{LEFT_WHERE_NOT_RENDERED}" in page]


def is_template(path: str) -> bool:
    """Whether a file is HTML or a template by its name."""
    return path.lower().endswith(_ENDINGS)


def _with_mark(content: bytes, mark: bytes) -> bytes:
    """Append the mark; in a template that extends another one only what is in a block is shown."""
    block = _BLOCK.search(content) if _EXTENDS.search(content) else None
    if block is None:
        return content + mark
    return content[: block.end()] + mark + content[block.end() :]
