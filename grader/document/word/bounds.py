"""How much a document may hold together with all that it takes in."""

from __future__ import annotations

from grader.document.word.opening_docx import COPY_IT, Limits, PartError, TooMuchError, unpacks_to

_MOST_FILES = 100
_MOST_TAGS = 10_000  # parsing takes time with the square of how deep they are nested: two seconds for these


class Bounds:
    """What has been met of a document so far; each method raises `TooMuchError` where that is beyond the limits."""

    def __init__(self, shown_as: str, limits: Limits) -> None:
        self.shown_as = shown_as
        self.limits = limits
        self._files = self._unpacked = self._pictures = self._tags = 0

    def count_picture(self) -> None:
        """Note one picture more."""
        self._pictures += 1
        most = self.limits.pictures
        if self._pictures > most:
            raise TooMuchError(self.shown_as, f"holds more than {most:,} pictures")

    def count_file(self) -> None:
        """Note one file more that is taken in."""
        self._files += 1
        if self._files > _MOST_FILES:
            problem = f"takes in more than {_MOST_FILES} files; such documents are not opened"
            raise TooMuchError(self.shown_as, problem, COPY_IT)

    def count_bytes(self, size: int) -> None:
        """Note what is read of what is taken in."""
        self._unpacked += size
        if self._unpacked > self.limits.unpacked:
            raise unpacks_to(self.shown_as, self._unpacked, self.limits)

    def count_tags(self, number: int) -> None:
        """Note the tags of a web page; raises `PartError`, since a page may be left out."""
        if self._tags + number > _MOST_TAGS:
            raise PartError("too much text in it")
        self._tags += number
