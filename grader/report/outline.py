"""A report's results in the shape that people read: by handout step, what to do next, the cookies visit by visit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from grader.model.outcome import Status
from grader.report.wording import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.outcome import Evidence, StoredCookie
    from grader.model.report import Report, Result

HAND_IN = "What is handed in"


@dataclass(frozen=True)
class Group:
    """The checks of one step of the handout."""

    heading: str
    results: tuple[Result, ...]


@dataclass(frozen=True)
class NextThing:
    """What a reader does next: a sentence, and the check that it is about."""

    text: str
    hint: str | None = None
    result: Result | None = None


@dataclass(frozen=True)
class SeenCookie:
    """A cookie at one visit, beside the visit before."""

    cookie: StoredCookie
    change: Literal["new", "changed", "same", "gone"]


@dataclass(frozen=True)
class Visit:
    """One entry of the cookie time line.

    Parameters
    ----------
    number
        From 1.
    cookies
        What the store held, and after that what is gone from it.
    summary
        What changed, in a sentence.
    """

    number: int
    result: Result
    evidence: Evidence
    cookies: tuple[SeenCookie, ...]
    summary: str


def groups(report: Report) -> list[Group]:
    """Sort the results by step of the handout; inside a step they stay in the order of the checks."""
    by_step: dict[tuple[int, str], list[Result]] = {}
    for result in report.results:
        by_step.setdefault(_step(result.step), []).append(result)
    return [
        Group(heading, tuple(by_step[order, heading])) for order, heading in sorted(by_step, key=lambda key: key[0])
    ]


def in_order(report: Report) -> Iterator[Result]:
    """All results as the groups show them."""
    return (result for group in groups(report) for result in group.results)


def causes(report: Report) -> dict[str, Result]:
    """Return for each check that fails for the same reason as one before it, that one: to mend it mends both.

    The reason is the same where the same is to be done in the same place.
    """
    first: dict[tuple[str | None, int | None, str], Result] = {}
    follows: dict[str, Result] = {}
    for result in _wrong(report):
        reason = (result.file, result.line, result.hint or result.message)
        if first.setdefault(reason, result) is not result:
            follows[result.id] = first[reason]
    return follows


def next_thing(report: Report) -> NextThing:
    """Find what to do next: the first thing that is wrong, else the first that is not decided."""
    wrong = _wrong(report)
    if wrong:
        return NextThing(_cause(wrong[0], report), wrong[0].hint, wrong[0])
    results = [result for result in in_order(report) if result.counts]
    for status, text in _UNDECIDED.items():
        found = [result for result in results if result.status is status]
        if found:
            return NextThing(text, found[0].hint, found[0])
    return NextThing("Everything that was checked is there. Nothing is left to do.")


def _wrong(report: Report) -> list[Result]:
    return [result for result in in_order(report) if result.counts and result.status in (Status.FAILED, Status.PARTIAL)]


def _cause(result: Result, report: Report) -> str:
    """Say what is wrong first, where that is, and for how many more checks it is the reason."""
    text = result.message or result.title
    where = place(result)
    if where and not any(named in text for named in (where, f"{result.file} line {result.line}")):
        text = f"{text} ({where})"
    more = sum(cause is result for cause in causes(report).values())
    if more:
        text += f" {more} more {'check fails' if more == 1 else 'checks fail'} for the same reason."
    return text


_UNDECIDED = {
    Status.ERROR: "The grader itself failed at a check. That costs no points; please tell your instructor.",
    Status.SKIPPED: "Nothing wrong was found, but some checks could not be run on this machine.",
    Status.REVIEW: "Nothing wrong was found; what is left is for a person to review.",
}


def visits(report: Report) -> list[Visit]:
    """Follow the browser's cookie store: every time it was looked at, and what changed since the time before."""
    line: list[Visit] = []
    before: tuple[StoredCookie, ...] = ()
    looked = [(result, evidence) for result in report.results for evidence in result.evidence]
    for result, evidence in looked:
        if evidence.cookies is None:
            continue
        cookies = _changes(before, evidence.cookies)
        line.append(Visit(len(line) + 1, result, evidence, cookies, _summary(cookies)))
        before = evidence.cookies
    return line


def _step(step: str) -> tuple[int, str]:
    """Where a step belongs, and its heading."""
    if step.startswith("submission"):
        return 1_000_000, HAND_IN
    if match := re.match(r"\d{1,5}", step):
        return int(match.group()), f"Step {match.group()}"
    return 2_000_000, step or "The app"


def _changes(before: tuple[StoredCookie, ...], now: tuple[StoredCookie, ...]) -> tuple[SeenCookie, ...]:
    old = {_identity(cookie): cookie for cookie in before}
    new = {_identity(cookie): cookie for cookie in now}
    held = [SeenCookie(cookie, _change(old.get(key), cookie)) for key, cookie in new.items()]
    gone = [SeenCookie(cookie, "gone") for key, cookie in old.items() if key not in new]
    return (*held, *gone)


def _identity(cookie: StoredCookie) -> tuple[str, str, str]:
    return cookie.name, cookie.domain, cookie.path


def _change(before: StoredCookie | None, now: StoredCookie) -> Literal["new", "changed", "same"]:
    if before is None:
        return "new"
    return "same" if before.value == now.value else "changed"


def _summary(cookies: tuple[SeenCookie, ...]) -> str:
    phrases = {"new": "`{}` is new", "changed": "`{}` has another value", "gone": "`{}` is gone"}
    changes = [phrases[seen.change].format(seen.cookie.name) for seen in cookies if seen.change in phrases]
    if all(seen.change == "gone" for seen in cookies):
        changes.insert(0, "The browser holds no cookie")
        return "; ".join(changes) + "."
    return f"{', '.join(changes)}." if changes else "Nothing changed."
