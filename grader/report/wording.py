"""The words that all formats share: statuses, points, the score, the cookie's expiry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timezone
from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.report.plain import shown

if TYPE_CHECKING:
    from datetime import datetime

    from grader.model.report import Report, Result


@dataclass(frozen=True)
class StatusWords:
    """How a status is shown.

    Parameters
    ----------
    label
        One or two words for a student.
    mark, ascii_mark
        One character, where Unicode can be shown and where it cannot.
    style
        Its style on a terminal, in rich's words.
    """

    label: str
    mark: str
    ascii_mark: str
    style: str


STATUS = {
    Status.PASSED: StatusWords("Passed", "✓", "+", "green"),
    Status.PARTIAL: StatusWords("Partly right", "◐", "~", "yellow"),
    Status.FAILED: StatusWords("Failed", "✗", "x", "red"),
    Status.BLOCKED: StatusWords("Not tried", "⊘", "-", "bright_black"),
    Status.REVIEW: StatusWords("To be reviewed", "?", "?", "cyan"),
    Status.SKIPPED: StatusWords("Not run here", "○", "o", "bright_black"),
    Status.ERROR: StatusWords("Grader's error", "!", "!", "magenta"),
}
_LEFT_OUT = StatusWords("Left out", "○", "o", "bright_black")

# Why points are not decided, in the order a reader wants to know.
_PENDING = {
    Status.REVIEW: "{} for a person to review",
    Status.SKIPPED: "{} that could not be checked on this machine",
    Status.ERROR: "{} where the grader itself failed",
}


def observed(result: Result) -> str:
    """Return the word to put above what was observed: what was read in a picture may be misread, and is no fact."""
    return "Read by a program" if is_read(result) else "Observed"


def is_read(result: Result) -> bool:
    """Whether what was observed was read in a picture of the student's."""
    return any(entry.kind == "picture" for entry in result.evidence)


def words(result: Result) -> StatusWords:
    """How this result's status is shown; a check that was left out on request says so."""
    return STATUS[result.status] if result.counts else _LEFT_OUT


def number(points: float) -> str:
    """Points without needless decimals: ``10``, ``2.5``, ``3.33``."""
    return f"{points:.2f}".rstrip("0").rstrip(".")


def count(amount: float, noun: str) -> str:
    """Join a number and a noun: ``1 point``, ``2.5 points``."""
    return f"{number(amount)} {noun}" if number(amount) == "1" else f"{number(amount)} {noun}s"


def points_of(result: Result) -> str:
    """Say what a check gave, and what it could: ``5 / 10``; ``? / 10`` while that is not decided."""
    if not result.counts:
        return "not counted"
    return f"{'?' if result.pending else number(result.earned)} / {number(result.points)}"


def headline(report: Report) -> str:
    """Say the score in a few words: ``70 of 100 points``."""
    score = report.score
    return f"{number(score.earned)} of {count(score.maximum, 'point')}"


def score_details(report: Report) -> list[str]:
    """Explain the rest of the score: what is not decided and why, what is missing, what was left out."""
    score = report.score
    details = []
    if score.pending:
        waiting = [(result.status, result.points) for result in report.results if result.counts and result.pending]
        sums = {phrase: sum(points for at, points in waiting if at is status) for status, phrase in _PENDING.items()}
        reasons = [phrase.format(number(points)) for phrase, points in sums.items() if points]
        details.append(f"{_are(score.pending)} not decided yet: {', '.join(reasons)}.")
    taken_off = sum(result.earned for result in report.results if result.counts) - score.earned
    if report.taken_off and number(taken_off) != "0":
        details.append(f"{_are(taken_off)} taken off, because it was handed in late.")
    if (missing := score.maximum - score.earned - taken_off - score.pending) > 0 and number(missing) != "0":
        details.append(f"{_are(missing)} still to be earned.")
    if left_out := sum(not result.counts for result in report.results):
        verb = "was" if left_out == 1 else "were"
        details.append(f"{count(left_out, 'check')} {verb} left out and not counted.")
    return details


def place(result: Result) -> str:
    """Where in the submission, as editors write it: ``app.py:14``; empty where it is not known."""
    if result.file is None:
        return "" if result.line is None else f"line {result.line}"
    return result.file if result.line is None else f"{result.file}:{result.line}"


def moment(when: datetime) -> str:
    """Date and time where this machine is: ``22 Nov 2026, 11:00 CET``."""
    here = when.astimezone()
    return f"{here.day} {here:%b %Y, %H:%M %Z}"


def expiry(expires: datetime | None) -> str:
    """When a cookie ends, as browsers' tools show it: ``22 Nov 2026, 10:00 UTC``."""
    if expires is None:
        return "when the browser is closed"
    there = expires.astimezone(timezone.utc)
    return f"{there.day} {there:%b %Y, %H:%M} UTC"


def _are(points: float) -> str:
    return f"{count(points, 'point')} {'is' if number(points) == '1' else 'are'}"


def lines(result: Result, *, limit: int = 2000, most: int = 40, where: bool = True) -> list[str]:
    """Say how a check ended, for formats that show plain text: a line for each thing that is known of it.

    Each has at most `limit` characters and `most` lines, as in `grader.report.plain.clip`; `where` it is, if asked for.
    """
    said = {
        "": result.message or None,
        "Expected: ": result.expected,
        f"{observed(result)}: ": result.observed,
        "Where: ": (place(result) or None) if where else None,
        "Hint: ": result.hint,
    }
    return [f"{name}{shown(text, limit, most) or '(nothing)'}" for name, text in said.items() if text is not None]
