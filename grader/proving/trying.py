"""What a worker process does: it grades one variant after the other, with one browser for all."""

from __future__ import annotations

import functools
import traceback
import zipfile
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.activities import activity_named
from grader.grading import Grader, settle
from grader.machine.pool import Said, as_worker
from grader.proving.behaviour import Behaviour, Visits, behaviour
from grader.proving.judging import GradedVariant, Judge
from grader.proving.looks import alike, shows_as_much
from grader.proving.proof import Trial, TrialVerdict
from grader.submission import open_submission

if TYPE_CHECKING:
    from collections.abc import Collection
    from multiprocessing.connection import Connection

    from grader.grading import Gradable, Settings
    from grader.proving.variant import Variant
    from grader.rubric import Activity
    from grader.submission import Submission


class Order(NamedTuple):
    """What the workers are to prove; the activity as the user named it, since one that a file makes is not sent."""

    settings: Settings
    solution: Submission
    activity: str
    checks: tuple[str, ...]


def serve(connection: Connection[Any, Any], folder: str, order: Order) -> None:
    """Take variants from a connection and answer each, until it is closed; see `Pool`.

    An answer is what came of a variant or, as text, what went wrong on our side.
    """
    with ExitStack() as stack:
        stack.enter_context(as_worker(folder))
        grader = stack.enter_context(Grader(order.settings))
        trier = Trier(grader, order.solution, activity_named(order.activity), order.checks)
        stack.enter_context(suppress(EOFError, OSError))
        while True:
            variant: Variant = connection.recv()
            answer = _answer(trier, variant)
            connection.send(Said.FREE)
            connection.send(answer)


def _answer(trier: Trier, variant: Variant) -> Trial | str:
    try:
        return trier.try_out(variant)
    except Exception:  # noqa: BLE001 - one variant must not stop the others
        return traceback.format_exc()


class Trier:
    """Grades the solution and its variants, one after the other.

    `checks` are the ids of those to be proven; what they need is run, too.
    """

    def __init__(self, grader: Grader, solution: Submission, activity: Activity, checks: Collection[str]) -> None:
        self._grader = grader
        self._solution = solution
        self._activity = grader.settings.course.apply(activity)
        self._checks = {check.id: check for check in self._activity.checks}
        self._proven = [check for check in self._activity.checks if check.id in checks]

    @functools.cached_property
    def _judge(self) -> Judge:
        """What came of the solution; it is graded when this is first asked for.

        Raises `StudentFault`: it does not come up.
        """
        with GradedVariant(self._grader, self._gradable(self._solution)) as graded:
            site: Any = graded.attempt.get("site")
            visits = Visits.of(site)
            does = behaviour(site, visits)
            results = {check.id: graded.result(check) for check in self._proven}
            looks = {id_: graded.seen[id_].looks for id_ in results}
            return Judge(self._checks, visits, does, results, looks, self._seen_in_browser(graded, visits))

    def _gradable(self, submission: Submission) -> Gradable:
        return settle(submission, self._activity, self._grader.settings.course)

    def try_out(self, variant: Variant) -> Trial:
        """Grade a variant; where the machine was at fault, once more."""
        judge = self._judge
        gradable = self._gradable(self._opened(variant))
        with GradedVariant(self._grader, gradable) as graded:
            trial = self._tried(variant, graded, judge)
            again = self._grader.may_do_better(graded.attempt)
        if again or trial.verdict is TrialVerdict.UNDECIDED:
            with GradedVariant(self._grader, gradable) as graded:
                trial = self._tried(variant, graded, judge)
        return trial

    def _opened(self, variant: Variant) -> Submission:
        if not variant.in_zip:
            return replace(self._solution, files=variant.files, app=variant.app, apps=())
        with TemporaryDirectory() as folder:
            path = Path(folder) / "hand-in.zip"
            with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, content in variant.files.items():
                    archive.writestr(name, content)
            return open_submission(path)

    def _tried(self, variant: Variant, graded: GradedVariant, judge: Judge) -> Trial:
        plain = [check for check in self._proven if "browser" not in check.looks_at]
        for check in plain:
            graded.result(check)
        trial = judge.judge(variant, graded, plain)
        if trial.verdict is TrialVerdict.NOTICED and not variant.is_right:
            return trial
        does = behaviour(site, judge.visits) if (site := graded.get("site")) else None
        may_look_otherwise = does is None or does.bytes != judge.does.bytes or self._has_other_pages(variant)
        if len(plain) < len(self._proven) and may_look_otherwise:
            for check in self._proven:
                graded.result(check)
            trial = judge.judge(variant, graded, self._proven)
        if variant.is_right:
            return self._as_right(trial, does, judge)
        if trial.verdict is not TrialVerdict.NOT_LOOKED_AT:
            return trial
        is_same = does is not None and shows_as_much(judge.does.looks, does.looks)
        if is_same and may_look_otherwise:
            now = self._seen_in_browser(graded, judge.visits)
            is_same = all(alike("text", text, now.get(path)) for path, text in judge.pages_seen.items())
        return replace(trial, verdict=TrialVerdict.SAME if is_same else TrialVerdict.NOT_LOOKED_AT)

    def _has_other_pages(self, variant: Variant) -> bool:
        """Whether files differ that are no Python: style sheets and pictures are not among what is visited."""
        before, now = (
            {path: content for path, content in files.items() if not path.endswith((".py", ".docx"))}
            for files in (self._solution.files, variant.files)
        )
        return before != now

    def _as_right(self, trial: Trial, does: Behaviour | None, judge: Judge) -> Trial:
        verdict = TrialVerdict.LOST
        if trial.verdict is TrialVerdict.UNDECIDED:
            verdict = TrialVerdict.UNDECIDED
        elif not trial.noticed:
            verdict = TrialVerdict.KEPT
        elif does is not None and not shows_as_much(judge.does.looks, does.looks, also_more=True):
            verdict = TrialVerdict.NOT_RIGHT
        return replace(trial, verdict=verdict, owners=(), strays=())

    def _seen_in_browser(self, graded: GradedVariant, visits: Visits) -> dict[str, str]:
        """Return what a person sees of every page; nothing where no check looks at the browser."""
        if not any("browser" in check.looks_at for check in self._proven):
            return {}
        browser = graded.get("browser")
        seen = {}
        for path in visits.pages if browser else ():
            browser.forget()
            page = browser.visit(path, until=lambda page: bool(page.visible_text))
            seen[path] = page.visible_text
        return seen
