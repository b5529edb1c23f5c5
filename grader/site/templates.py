"""Which of the handed-in templates a page was made from.

A template's words may just as well be written in app.py.  So the app's process says which files it has rendered and
sent (see `renderings`); that is a stranger's word, and counts where the page shows words of the file.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model.text import displays, squeeze
from grader.site.html_page import html_to_text

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from grader.site.reply import Reply
    from grader.submission import Submission

_GAP = "\ue000"  # of no alphabet, and no white space
_ENDINGS = (".html", ".htm", ".j2", ".jinja", ".jinja2")
_JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?(?:#\}|$)", re.DOTALL)
_EXTENDS = re.compile(r"\{%-?\s*extends\s+['\"]([^'\"]+)")


class Templates:
    """The templates of a submission, and which pages were made from them."""

    def __init__(self, submission: Submission) -> None:
        self._files = submission.files
        self._paths = [path for path in self._files if is_template(path)]

    @property
    def paths(self) -> list[str]:
        """The paths of all templates."""
        return list(self._paths)

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
        for path in self._paths:
            content = self._files[path]
            try:
                content.decode()
            except UnicodeDecodeError as error:
                before = content[: error.start].decode()
                yield path, before.count("\n") + 1, before.rpartition("\n")[2].strip()

    def behind(self, reply: Reply) -> list[str]:
        """Return the templates that a page was rendered from."""
        made_from = reply.made_from
        return [
            path
            for path in self._paths
            if (path in made_from.files and (self._may_be_on(reply, path) or self._is_within_others(reply, path)))
            or (made_from.text and self._is_read_by_the_code(reply, path))
        ]

    def _is_within_others(self, reply: Reply, path: str) -> bool:
        """Whether a template is put into the blocks of another one, which a page displays."""
        extends = _EXTENDS.search(self.text_of(path))
        return extends is not None and any(
            other.endswith(extends[1]) and other != path and self._may_be_on(reply, other)
            for other in reply.made_from.files
        )

    def _may_be_on(self, reply: Reply, path: str) -> bool:
        """Whether a page displays words of a template: all of them where it has no others, else any."""
        words = self._words(path)
        is_fixed = _JINJA.search(self.text_of(path)) is None
        return (all if is_fixed else any)(displays(reply.text, each) for each in words) or not words

    def _is_read_by_the_code(self, reply: Reply, path: str) -> bool:
        """Whether a page displays all words of a template, which the code does not hold: it has read the file."""
        words = self._words(path)
        return bool(words) and all(displays(reply.text, each) for each in words) and not self._is_in_the_code(path)

    def sent_as_is(self, reply: Reply) -> list[str]:
        """Return the templates that a page shows without having been rendered."""
        page = _lines(reply.source)
        rendered = self.behind(reply)
        return [
            path
            for path in self._paths
            if path not in rendered and self._words(path) and _lines(self.text_of(path)) in page
            if not self._is_in_the_code(path)
        ]

    def _words(self, path: str) -> list[str]:
        """Return what a template says by itself, what Jinja puts in between left out."""
        pieces = html_to_text(_JINJA.sub(_GAP, self.text_of(path))).split(_GAP)
        return [piece for piece in pieces if squeeze(piece)]

    def _is_in_the_code(self, path: str) -> bool:
        """Whether the words of a template are written in the Python files as well."""
        code = "\n".join(
            content.decode("utf-8", "replace") for name, content in self._files.items() if name.endswith(".py")
        )
        words = self._words(path)
        return bool(words) and any(displays(code, each) for each in words)


def is_template(path: str) -> bool:
    """Whether a file is HTML or a template by its name."""
    return path.lower().endswith(_ENDINGS)


def _lines(text: str) -> str:
    return "\n".join(text.split()).strip()
