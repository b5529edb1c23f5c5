"""What authors' own tests look at: ``site``, ``browser`` and ``document``, as checks do.

They exist only in a run with ``--grade``, so that they take nobody's names in others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.model.faults import MachineFault, StudentFault
from grader.pytest_plugin.checks import in_full

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.browser import Visitor
    from grader.document import Document
    from grader.grading import GradingAttempt
    from grader.pytest_plugin.grading import Grading
    from grader.site import Site


class GradeFixtures:
    """The fixtures of one run."""

    def __init__(self, grading: Grading) -> None:
        self._grading = grading

    @pytest.fixture
    def _grader_attempt(self) -> Iterator[GradingAttempt]:
        attempt = self._grading.begin()
        yield attempt
        attempt.close()

    @pytest.fixture
    def site(self, _grader_attempt: GradingAttempt) -> Site:
        """Return the app, started afresh for this test."""
        site: Site = _look_at(_grader_attempt, "site")
        return site

    @pytest.fixture
    def browser(self, _grader_attempt: GradingAttempt) -> Visitor:
        """Return a fresh profile of a real browser, for the same app as ``site``."""
        browser: Visitor = _look_at(_grader_attempt, "browser")
        return browser

    @pytest.fixture
    def document(self, _grader_attempt: GradingAttempt) -> Document:
        """Return the Word document."""
        document: Document = _look_at(_grader_attempt, "document")
        return document


def _look_at(attempt: GradingAttempt, name: str) -> Any:
    try:
        return attempt.get(name)
    except StudentFault as fault:
        pytest.fail(in_full(fault), pytrace=False)
    except MachineFault as fault:
        pytest.skip(" ".join(filter(None, (fault.message, fault.hint))))
