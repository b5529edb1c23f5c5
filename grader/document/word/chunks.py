"""Files that a document takes in and Word shows as its own (``altChunk``): documents, web pages, plain text.

Programs that make documents of web pages write little else; Word puts all of it into the text when it saves.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from grader.document.word.bounds import Bounds
from grader.document.word.opening_docx import Package, PartError, Relation, TooMuchError, open_package
from grader.document.word.web_page import read_page
from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from grader.document.word.flow import Flow

_DEEPEST = 3


class Chunks:
    """What a document takes in.

    Attributes
    ----------
    bounds
        Within which the whole has to be.
    unread
        The names of files that cannot be read here.
    """

    def __init__(self, whole: Package) -> None:
        self.bounds = Bounds(whole.shown_as, whole.limits)
        self.unread: list[str] = []
        self._name = ""

    def open(self, package: Package, relation: Relation | None, depth: int) -> Package | Flow:
        """Open what is taken in: a document that is then read, or what a reader meets in it.

        Parameters
        ----------
        depth
            In how many documents the one that takes it in has been taken in itself.

        Raises
        ------
        TooMuchError
            The whole is larger than the limits.
        """
        if relation is None:
            return []
        self._name = posixpath.basename(relation.target)
        self.bounds.count_file()
        if relation.external or depth == _DEEPEST:
            self.unread.append(self._name)
            return []
        try:
            return self._open(package.read(relation.target), relation.target)
        except (PartError, StudentFault) as fault:
            self.give_up(fault)
            return []

    def _open(self, data: bytes, name: str) -> Package | Flow:
        self.bounds.count_bytes(len(data))
        if data.startswith(b"PK"):
            inner = open_package(data, self.bounds.shown_as, self.bounds.limits)
            self.bounds.count_bytes(inner.unpacked)
            return inner
        return read_page(data, name, self.bounds)

    def give_up(self, fault: Exception) -> None:
        """Leave out what was opened last, as it cannot be read; what is too large is not put up with."""
        if isinstance(fault, TooMuchError):
            raise fault
        self.unread.append(self._name)
