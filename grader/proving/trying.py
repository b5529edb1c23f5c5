"""Grading one variant, and finding out whose matter its mistake is, or that it is none."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from grader.grading import Gradable, settle
from grader.model.faults import MachineFault, StudentFault
from grader.proving.behaviour import Behaviour, Visits, behaviour
from grader.proving.looks import Look, alike, differs, shows_as_much
from grader.proving.proof import Trial, Verdict
from grader.proving.watching import Seen, watched
from grader.rubric import Status
from grader.submission import open_submission

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from grader.grading import Attempt, Grader
    from grader.proving.variant import Variant
    from grader.rubric import Activity, Check, Result
    from grader.site import Site
    from grader.submission import Submission

_TAKES_POINTS = {Status.FAILED, Status.PARTIAL, Status.REVIEW}


@dataclass
class Record:
    """What came of the solution, to compare the variants with.

    Parameters
    ----------
    results, looks
        By the check's id.

    """

    visits: Visits
    does: Behaviour
    results: dict[str, Result] = field(default_factory=dict)
    looks: dict[str, tuple[Look, ...]] = field(default_factory=dict)
    pages_seen: dict[str, str] = field(default_factory=dict)


class Trier:
    """Grades the solution and its variants, one after the other.

    Parameters
    ----------
    checks
        The ids of those to be proven; what they need is run, too.

    """

    def __init__(self, grader: Grader, solution: Submission, activity: Activity, checks: Collection[str]) -> None:
        self._grader = grader
        self._solution = solution
        self._activity = grader.settings.course.apply(activity)
        self._checks = {check.id: check for check in self._activity.checks}
        self._proven = [check for check in self._activity.checks if check.id in checks]
        self._needs = {id_: _needs_of(id_, self._checks) for id_ in self._checks}
        self._record: Record | None = None

    @property
    def record(self) -> Record:
        """What came of the solution; it is graded when this is first asked for.

        Raises
        ------
        StudentFault
            It does not come up.

        """
        if self._record is None:
            with _Graded(self._grader, self._gradable(self._solution)) as graded:
                site: Site = graded.site
                visits = Visits.of(site)
                record = Record(visits, behaviour(site, visits))
                for check in self._proven:
                    record.results[check.id] = graded.result(check)
                    record.looks[check.id] = graded.seen[check.id].plain()
                record.pages_seen = self._seen_in_browser(graded, visits)
            self._record = record
        return self._record

    def _gradable(self, submission: Submission) -> Gradable:
        return settle(submission, self._activity, self._grader.settings.course)

    def try_out(self, variant: Variant) -> Trial:
        """Grade a variant; where the machine was at fault, once more."""
        record = self.record
        gradable = self._gradable(self._opened(variant))
        with _Graded(self._grader, gradable) as graded:
            trial = self._tried(variant, graded, record)
            again = self._grader.may_do_better(graded.attempt)
        if again or trial.verdict is Verdict.UNDECIDED:
            with _Graded(self._grader, gradable) as graded:
                trial = self._tried(variant, graded, record)
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

    def _tried(self, variant: Variant, graded: _Graded, record: Record) -> Trial:
        plain = [check for check in self._proven if "browser" not in check.looks_at]
        for check in plain:
            graded.result(check)
        trial = self._judge(variant, graded, record, plain)
        if trial.verdict is Verdict.NOTICED and not variant.is_right:
            return trial
        does = behaviour(graded.site, record.visits) if graded.has_site else None
        may_look_otherwise = does is None or does.bytes != record.does.bytes or self._has_other_pages(variant)
        if len(plain) < len(self._proven) and may_look_otherwise:
            for check in self._proven:
                graded.result(check)
            trial = self._judge(variant, graded, record, self._proven)
        if variant.is_right:
            return self._as_right(trial, does, record)
        if trial.verdict is not Verdict.NOT_LOOKED_AT:
            return trial
        is_same = does is not None and shows_as_much(record.does.looks, does.looks)
        if is_same and may_look_otherwise:
            now = self._seen_in_browser(graded, record.visits)
            is_same = all(alike("text", text, now.get(path)) for path, text in record.pages_seen.items())
        return replace(trial, verdict=Verdict.SAME if is_same else Verdict.NOT_LOOKED_AT)

    def _has_other_pages(self, variant: Variant) -> bool:
        """Whether files differ that are no Python: style sheets and pictures are not among what is visited."""
        before, now = (
            {path: content for path, content in files.items() if not path.endswith((".py", ".docx"))}
            for files in (self._solution.files, variant.files)
        )
        return before != now

    def _as_right(self, trial: Trial, does: Behaviour | None, record: Record) -> Trial:
        verdict = Verdict.LOST
        if trial.verdict is Verdict.UNDECIDED:
            verdict = Verdict.UNDECIDED
        elif not trial.noticed:
            verdict = Verdict.KEPT
        elif does is not None and not shows_as_much(record.does.looks, does.looks, also_more=True):
            verdict = Verdict.NOT_RIGHT
        return replace(trial, verdict=verdict, owners=(), strays=())

    def _judge(self, variant: Variant, graded: _Graded, record: Record, checks: list[Check]) -> Trial:
        """Say who has seen a difference, and who has noticed a mistake."""
        results = {check.id: graded.results[check.id] for check in checks}
        undecided = [one for one in results.values() if one.status in {Status.ERROR, Status.SKIPPED}]
        noticed = [
            id_
            for id_, result in results.items()
            if result.status in _TAKES_POINTS and result.earned < record.results[id_].earned
        ]
        saw, saw_what_follows = (
            {
                id_
                for id_, result in results.items()
                if (
                    graded.was_called(id_)
                    and differs(record.looks[id_], graded.seen[id_].plain(), at_the_root=at_the_root)
                )
                or (not graded.was_called(id_) and result.status in _TAKES_POINTS)
            }
            for at_the_root in (True, False)
        )
        owners = self._owners(saw, saw | saw_what_follows, noticed)
        if undecided:
            verdict = Verdict.UNDECIDED
        elif set(owners) & set(noticed):
            verdict = Verdict.NOTICED
        elif owners:
            verdict = Verdict.BY_OTHERS if noticed else Verdict.MISSED
        else:
            verdict = Verdict.BY_OTHERS if noticed else Verdict.NOT_LOOKED_AT
        loudest = next(iter([id_ for id_ in owners if id_ in noticed] or noticed), None)
        said = undecided[0].message if undecided else results[loudest].message if loudest else ""
        return Trial(
            name=variant.name,
            kind=variant.kind,
            is_right=variant.is_right,
            verdict=verdict,
            owners=tuple(owners),
            noticed=tuple(noticed),
            strays=tuple(
                id_ for id_ in noticed if id_ not in saw | saw_what_follows and not self._misses(id_, graded, record)
            ),
            said=said,
            place=variant.place,
            before=variant.before,
            after=variant.after,
        )

    def _misses(self, id_: str, graded: _Graded, record: Record) -> bool:
        """Whether anything is missing of what a check saw at the solution."""
        return not shows_as_much(record.looks[id_], graded.seen[id_].plain())

    def _owners(self, saw: set[str], saw_anything: set[str], noticed: list[str]) -> list[str]:
        """Return the checks whose matter a difference is.

        Of those that saw it, not those that rest on another one; nor the browser's, where the answer itself shows it.
        Those that saw only what follows from it answer for it where nobody has noticed it at the root.  And of several,
        it is the matter of those that have noticed it.

        Parameters
        ----------
        saw
            The checks that saw it at the root.
        saw_anything
            Those that saw it, or what follows from it.

        """
        by_browser = {id_ for id_, check in self._checks.items() if "browser" in check.looks_at}
        at_the_root, anywhere, in_browser = (
            [id_ for id_ in self._checks if id_ in seers and not self._needs[id_] & saw_anything]
            for seers in (saw - by_browser, saw_anything - by_browser, saw)
        )
        asked = (at_the_root, anywhere) if anywhere else (in_browser,)
        for own in asked:
            if own_and_noticed := [id_ for id_ in own if id_ in noticed]:
                return own_and_noticed
        return at_the_root or asked[-1]

    def _seen_in_browser(self, graded: _Graded, visits: Visits) -> dict[str, str]:
        """Return what a person sees of every page; nothing where no check looks at the browser."""
        if not any("browser" in check.looks_at for check in self._proven):
            return {}
        try:
            browser: Any = graded.attempt.get("browser")
        except (StudentFault, MachineFault):
            return {}
        seen = {}
        for path in visits.pages:
            browser.forget()
            page = browser.visit(path, until=lambda page: bool(page.visible_text))
            seen[path] = page.visible_text
        return seen


def _needs_of(id_: str, checks: Mapping[str, Check]) -> set[str]:
    """Return all checks that one rests on."""
    found: set[str] = set()
    asked = list(checks[id_].needs)
    while asked:
        need = asked.pop()
        if need not in found:
            found.add(need)
            asked += checks[need].needs
    return found


class _Graded:
    """One submission while it is graded: its checks are run one by one, behind glass."""

    def __init__(self, grader: Grader, gradable: Gradable) -> None:
        self.seen = {check.id: Seen() for check in gradable.activity.checks}
        self._called: set[str] = set()
        checks = [self._watched(check) for check in gradable.activity.checks]
        activity = gradable.activity.adapted(checks, version=gradable.activity.version)
        self.attempt: Attempt = grader.begin(replace(gradable, activity=activity))
        self.results: dict[str, Result] = {}

    def _watched(self, check: Check) -> Check:
        seeing = watched(check, self.seen[check.id])

        def run(**looked_at: Any) -> None:
            self._called.add(check.id)
            seeing.function(**looked_at)

        return replace(check, function=run)

    def was_called(self, id_: str) -> bool:
        """Whether a check has been run: there was something for it to look at."""
        return id_ in self._called

    def result(self, check: Check) -> Result:
        """Return how a check ended."""
        self.results[check.id] = self.attempt.result(check.id)
        return self.results[check.id]

    @property
    def site(self) -> Any:
        """The app."""
        return self.attempt.get("site")

    @property
    def has_site(self) -> bool:
        """Whether the app has come up."""
        try:
            self.attempt.get("site")
        except (StudentFault, MachineFault):
            return False
        return True

    def __enter__(self) -> _Graded:
        return self

    def __exit__(self, *_: object) -> None:
        self.attempt.close()
