"""Running an activity's checks on one submission."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, cast

from grader.machine.clock import Deadline
from grader.model.faults import MachineFault, StudentFault
from grader.model.outcome import Evidence, Partial, Review, Status
from grader.model.report import Result
from grader.model.text import noting, squeeze, supposing

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from grader.rubric.activity import Activity, Check


_log = logging.getLogger(__name__)
_SLOW = 2.0
"""Seconds that a check may take to be run once more on a supposition."""


class Witness(Protocol):
    """Something a check looks at that keeps pictures of what it showed."""

    def take_evidence(self) -> list[Evidence]:
        """Hand over what was recorded since the last call; paths are given by the caller."""


class Watcher:
    """Who wants to know how the grading goes; this one does not."""

    def start(self, title: str) -> None:
        """Hear that the check of this title begins."""

    def waiting(self) -> None:
        """Hear, several times a second, that a check is still being made; what is raised here ends the grading."""

    def done(self, result: Result) -> None:
        """Hear that a check has ended."""


class Fixtures:
    """What checks look at, made when first asked for and then kept, a failure too.

    A maker may raise `StudentFault` (the check fails) or `MachineFault` (the check is skipped).
    """

    def __init__(self, makers: Mapping[str, Callable[[], object]]) -> None:
        self._makers = makers
        self._made: dict[str, object] = {}
        self._faults: dict[str, StudentFault | MachineFault] = {}
        self.accidents: list[BaseException] = []
        """What went wrong in checks and was nobody's fault but ours."""

    def get(self, name: str) -> object:
        """Return the fixture of this name, or raise what its maker raised."""
        if name in self._faults:
            raise self._faults[name]
        if name not in self._made:
            try:
                self._made[name] = self._makers[name]()
            except (StudentFault, MachineFault) as fault:
                self._faults[name] = fault
                raise
        return self._made[name]

    def witnesses(self, names: Collection[str]) -> list[Witness]:
        """Return those of ``names`` that have been made and record evidence."""
        made = (self._made.get(name) for name in names)
        return [cast("Witness", fixture) for fixture in made if hasattr(fixture, "take_evidence")]


class ChecksRun:
    """An activity's checks on one submission, each run when its result is first asked for.

    `skip` names the groups (`grader.model.contract.GROUPS`) to leave out.
    """

    def __init__(
        self, activity: Activity, fixtures: Fixtures, *, skip: Collection[str] = (), watcher: Watcher | None = None
    ) -> None:
        self._checks = {check.id: check for check in activity.checks}
        self._fixtures = fixtures
        self._skip = skip
        self._watcher = watcher or Watcher()
        self._results: dict[str, Result] = {}

    def result(self, id_: str) -> Result:
        """Return how a check ended; it is run now, after those that it needs, unless it has been."""
        if id_ not in self._results:
            check = self._checks[id_]
            for need in check.needs:
                self.result(need)
            self._watcher.start(check.title)
            self._results[id_] = self._run(check)
            self._watcher.done(self._results[id_])
        return self._results[id_]

    def _run(self, check: Check) -> Result:
        if check.left_out:
            return _left_out(check, check.left_out)
        if groups := check.groups.intersection(self._skip):
            return _left_out(check, f"Left out on request (--skip {' --skip '.join(sorted(groups))}).")
        unmet = [self._results[need] for need in check.needs if not self._results[need].status.meets_a_need]
        if unmet:
            return not_tried(_result(check, Status.BLOCKED), unmet)
        started = time.perf_counter()
        result = _attempt(check, self._fixtures, self._watcher)
        seconds = time.perf_counter() - started
        _log.info("%s: %s in %.3f s", check.id, result.status.value, seconds)
        return replace(result, seconds=round(seconds, 3), evidence=_evidence(check, self._fixtures))

    def supposing(self, id_: str, wordings: Sequence[str]) -> Result:
        """Return a result with how the check would have ended if words that it misses were there (`Result.supposed`).

        `wordings` are the handout's words.  A check that is slow is left alone.
        """
        check, result, fixtures = self._checks[id_], self.result(id_), self._fixtures
        if result.status not in (Status.FAILED, Status.PARTIAL) or result.seconds > _SLOW:
            return result
        missed = {squeeze(asked.words) for asked in result.asked if asked.answer is False}
        wanted = [words for words in wordings if any(squeeze(words) in each for each in missed)]
        accidents = list(fixtures.accidents)
        supposed = [_attempt(check, fixtures, Watcher(), words) for words in wanted]
        fixtures.accidents[:] = accidents  # nothing but a supposition has gone wrong
        for witness in fixtures.witnesses(check.looks_at):
            witness.take_evidence()
        return replace(result, supposed=tuple(each for each in supposed if each.status is not Status.ERROR))


def run_checks(
    activity: Activity,
    fixtures: Fixtures,
    *,
    skip: Collection[str] = (),
    watcher: Watcher | None = None,
    suppose: bool = False,
) -> tuple[Result, ...]:
    """Run every check of an activity and return the results in the handout's order.

    Checks that need the browser run last: it starts meanwhile.  `skip` names groups (`grader.model.contract.GROUPS`) to
    leave out.  With `suppose`, checks that miss words of the handout are asked how they would end with them
    (`Result.supposed`): then other words can be accepted later without running anything.
    """
    running = ChecksRun(activity, fixtures, skip=skip, watcher=watcher)
    for check in sorted(activity.checks, key=lambda check: "browser" in check.looks_at):
        running.result(check.id)
    ids = [check.id for check in activity.checks]
    return tuple(running.supposing(id_, activity.wordings) if suppose else running.result(id_) for id_ in ids)


def _left_out(check: Check, reason: str) -> Result:
    """Not wanted: there is nothing to decide."""
    return replace(_result(check, Status.SKIPPED, message=reason), counts=False, pending=False)


def not_tried(result: Result, unmet: Sequence[Result]) -> Result:
    """Return how a check ended that waits for others; it costs points only where a student's mistake is in the way.

    `result` is the check's, whatever it says so far; `unmet` are those of the checks that it needs and that did not
    pass, at least one.
    """
    mistakes = [other for other in unmet if other.counts and not other.pending]
    if not mistakes and all(other.status is Status.SKIPPED for other in unmet):
        counts = any(other.counts for other in unmet)
        skipped = replace(result, status=Status.SKIPPED, message=unmet[0].message, hint=unmet[0].hint)
        return replace(skipped, counts=counts, pending=counts)
    titles = " and ".join(f'"{other.title}"' for other in mistakes or unmet)
    verb, state = ("are" if len(mistakes or unmet) > 1 else "is"), ("done yet" if mistakes else "decided")
    message = f"Not tried, because {titles} {verb} not {state}."
    return replace(result, status=Status.BLOCKED, message=message, pending=not mistakes)


def _attempt(check: Check, fixtures: Fixtures, watcher: Watcher, supposed: str | None = None) -> Result:
    """Call the check's function in a thread of its own, so that one which hangs does not stop the grading."""
    ended: list[Result] = []

    def call() -> None:
        ended.append(_call(check, fixtures, supposed))

    thread = threading.Thread(target=call, name=f"check {check.id}", daemon=True)
    thread.start()
    patience = Deadline(check.seconds)
    while thread.is_alive() and patience.remaining:
        thread.join(patience.step)  # in slices: a blocked main thread would not hear Ctrl-C on Windows
        if thread.is_alive():
            watcher.waiting()
    if ended:
        return ended[0]
    return _error(check, f"the check took longer than {check.seconds:.0f} seconds")


def _call(check: Check, fixtures: Fixtures, supposed: str | None) -> Result:
    with noting() as asked, supposing(supposed):
        return replace(_ended(check, fixtures), asked=tuple(asked))


def _ended(check: Check, fixtures: Fixtures) -> Result:
    try:
        check.function(**{name: fixtures.get(name) for name in check.looks_at})
    except Review as fault:
        return _from_fault(check, Status.REVIEW, fault)
    except Partial as fault:
        return _from_fault(check, Status.PARTIAL, fault)
    except StudentFault as fault:
        return _from_fault(check, Status.FAILED, fault)
    except MachineFault as fault:
        return _result(check, Status.SKIPPED, message=fault.message, hint=fault.hint)
    except BaseException as accident:  # noqa: BLE001 - whatever it is, it is ours and must not cost the student
        fixtures.accidents.append(accident)
        return _error(check, traceback.format_exc())
    return _result(check, Status.PASSED)


def _from_fault(check: Check, status: Status, fault: StudentFault) -> Result:
    return replace(
        _result(check, status, message=fault.message, hint=fault.hint),
        expected=fault.expected,
        observed=fault.observed,
        file=fault.file,
        line=fault.line,
        reason=fault.reason,
    )


def _error(check: Check, trace: str) -> Result:
    message = "The grader itself made a mistake here. It does not count against you."
    hint = "Please tell whoever runs the grader; the JSON report holds the details."
    return replace(_result(check, Status.ERROR, message=message, hint=hint), traceback=trace)


def _result(check: Check, status: Status, *, message: str = "", hint: str | None = None) -> Result:
    share = {Status.PASSED: 1.0, Status.PARTIAL: check.partial}.get(status, 0.0)
    return Result(
        id=check.id,
        step=check.step,
        title=check.title,
        status=status,
        points=check.points,
        earned=check.points * share,
        message=message,
        hint=hint,
        pending=status in (Status.REVIEW, Status.SKIPPED, Status.ERROR),
    )


def _evidence(check: Check, fixtures: Fixtures) -> tuple[Evidence, ...]:
    recorded = [item for witness in fixtures.witnesses(check.looks_at) for item in witness.take_evidence()]
    return tuple(_in_its_place(item, f"evidence/{check.id}-{number}") for number, item in enumerate(recorded, start=1))


def _in_its_place(item: Evidence, name: str) -> Evidence:
    original = f"{name}.original.{_ending(item.original_data)}" if item.original_data else None
    return replace(item, path=f"{name}.png", original=original)


def _ending(data: bytes) -> str:
    """Return what a picture's file name ends in; it is one that browsers show."""
    return {b"\xff\xd8": "jpg", b"GI": "gif", b"BM": "bmp"}.get(data[:2], "png")
