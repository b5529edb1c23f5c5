"""Grading a class: taken on, graded by one at a time, stopped and gone on with."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.class_folder import ASKED, AT_WORK, CHOSEN_APPS, EXPORT
from grader.classroom.class_publishing import ClassPublishing, Published
from grader.classroom.class_request import ClassRequest
from grader.classroom.errors import ClassError
from grader.classroom.folder_lock import MOMENT, alone
from grader.classroom.handed_in import HandedInAgain
from grader.classroom.journal import Journal
from grader.classroom.journal_file import FILE
from grader.classroom.review.standing import LATE
from grader.classroom.roster import Roster
from grader.classroom.scoring.scoring_again import activity_of, kept_late, scored
from grader.classroom.scoring.settled import is_settled
from grader.classroom.taking_on import refuse_bad_folder, roster_of
from grader.classroom.workers.worker import report_folder
from grader.machine.processors import cores
from grader.machine.user_cache import forget_unused
from grader.model.faults import Code, InputError
from grader.model.text import listed
from grader.report.writing_reports import FORMATS

if TYPE_CHECKING:
    import threading
    from collections.abc import Collection, Iterator, Sequence

    from typing_extensions import Self

    from grader.classroom.dispatcher import Progress, Workers
    from grader.grading import Settings
    from grader.platforms.exports.handin import HandIn
    from grader.submission import Submission

_MOST_NAMED = 3
_PATIENCE = 300.0


@dataclass(frozen=True)
class Summary:
    """How a grading ended.

    `stopped` says whether it was asked to stop before its end. `published` is what was written of what is graded.
    """

    everyone: int
    graded: int
    stopped: bool
    published: Published


@dataclass(frozen=True)
class _ToGrade:
    """What `ClassSession.grade` does: whom, how, from where, and whether from the beginning."""

    roster: Roster
    asked: ClassRequest
    settings: Settings
    export: Sequence[Path]
    fresh: bool


class ClassGrading(ClassPublishing):
    """The part of a class that grades."""

    _to_grade: _ToGrade | None = None

    def handed_in(self, submission: str, attempt: str | None = None) -> Submission:
        """Return what a student handed in, as it was graded.

        `attempt` is the label of another attempt, to look at that one; see `ClassSession.choices`.  Raises
        `InputError`: it cannot be opened, is not there any more, or is another one now.
        """
        return self._handed_in.open(submission, self._graded()[submission].entry.digest, self.out, attempt)

    @cached_property
    def _handed_in(self) -> HandedInAgain:
        return HandedInAgain(self._read_again)

    def _read_again(self) -> Sequence[HandIn]:
        asked, export = self._asked_before()
        return self._as_chosen(roster_of(export, asked)[0].hand_ins)

    @classmethod
    def create(cls, export: Sequence[Path], out: Path, asked: ClassRequest, *, fresh: bool = False) -> Self:
        """Take a class on, or go on with one: find out who hands in, and keep that in the output folder.

        `export` is what platforms export, folders and zips of submissions, or single ones. `out` is the output folder;
        made where it does not exist. `fresh` says whether `grade` forgets what was graded before; what a person decided
        is kept.  Raises `InputError`: something of what is asked cannot be, the export or the gradebook cannot be read,
        or the output folder cannot be used.
        """
        settings = asked.settings(export[0])
        refuse_bad_folder(export, out, asked)
        roster, notes = roster_of(export, asked)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = f"{out} cannot be made: {error.strerror or error}."
            raise ClassError(Code.CANNOT_MAKE, said, out=out) from error
        session = cls(out, Journal(out, fresh=fresh), notes=notes)
        try:
            session._refuse_another_grader()
            session._to_grade = session._with_choices(_ToGrade(roster, asked, settings, export, fresh))
            if not fresh:  # else what is there is kept until somebody is found who grades it again
                session._refuse_another_class(roster)
                session._keep(session._to_grade)
        except BaseException:
            session.close()
            raise
        return session

    @classmethod
    def open(cls, out: Path) -> Self:
        """Return the class that an output folder holds: graded, being graded, or stopped on the way.

        Raises `ClassError`: it holds none, or the journal cannot be read.
        """
        if not (out / FILE).exists():
            raise ClassError(Code.NO_CLASS, f"{out} holds no graded class: there is no {FILE} in it.", out=out)
        return cls(out, Journal(out))

    def grade(self, progress: Progress, stop: threading.Event, *, only: Collection[str] = ()) -> Summary:
        """Grade who has not been graded yet, or has changed since, and write overview, grades and reports.

        What is graded can be looked at and decided meanwhile.

        Parameters
        ----------
        progress
            Hears of each hand-in as it begins and ends.
        stop
            Once another thread, or a signal, sets it, this returns soon; all that is graded by then is written, too.
        only
            The names of those who are graded now; everyone where there are none.

        Raises `InputError`: somebody else is grading in this folder, what is to be graded is not there any more,
        something cannot be written, or nothing at all could be graded.
        """
        from grader.classroom.dispatcher import Dispatcher

        to_grade = self._with_choices(self._to_grade or self._as_kept())
        with self._at_work():
            forget_unused()
            hand_ins = to_grade.roster.hand_ins
            settled = frozenset() if to_grade.fresh else self._settled(to_grade)
            now = [one for one in hand_ins if one.name not in settled and (not only or one.name in only)]
            workers = self._workers(to_grade) if now else None
            with ExitStack() as undo:
                undo.callback(workers.close if workers else lambda: None)
                if to_grade.fresh:
                    self._forget()
                self._keep(to_grade)
                self._to_grade = replace(to_grade, fresh=False)  # whoever stops it goes on with the rest
                undo.pop_all()
            for hand_in in hand_ins:
                if hand_in.name in settled:
                    progress.ended(hand_in, None)
            try:
                if workers is not None:
                    everyone = frozenset(hand_in.name for hand_in in hand_ins)
                    asked, settings = to_grade.asked.activity, to_grade.settings
                    Dispatcher(now, self.out, self._journal, workers, asked, settings, everyone).run(progress, stop)
            except InputError:
                with suppress(InputError):  # the first one is the reason
                    self._publish_what_is_graded()
                raise
            published = self._publish_what_is_graded()
        return Summary(len(hand_ins), len(hand_ins) - published.missing, stop.is_set(), published)

    def _settled(self, to_grade: _ToGrade) -> frozenset[str]:
        """Find those of whom nothing has changed; those who are only scored in another way are scored here and now."""
        from grader.activities import activity_named

        asked, settings = to_grade.asked, to_grade.settings
        named = activity_named(asked.activity) if asked.activity else None
        hand_ins = {hand_in.name: hand_in for hand_in in to_grade.roster.hand_ins}
        settled, scored_again = set(), []
        for entry in self._journal.entries():
            hand_in = hand_ins.get(entry.name)
            if hand_in is None or not (report_folder(self.out, entry.name) / FORMATS["json"].file).exists():
                continue
            try:
                activity = activity_of(entry.report["activity"], asked.activity)
            except InputError:  # no longer installed
                continue
            if not is_settled(entry, hand_in, named, activity, settings):
                continue
            after = scored(entry, hand_in, activity, settings.course)
            if after is not None:
                settled.add(entry.name)
                if after[1] is not None:
                    scored_again.append(after[0])
        self._journal.record_all(scored_again, "scored")
        return frozenset(settled)

    def _publish_what_is_graded(self) -> Published:
        if not self._standings.all():
            return Published((), (), (), missing=len(Roster.of(self._journal).hand_ins))
        return self._publish()

    def _with_choices(self, to_grade: _ToGrade) -> _ToGrade:
        """Let that count which a person has chosen."""
        hand_ins = self._as_chosen(to_grade.roster.hand_ins)
        return replace(to_grade, roster=replace(to_grade.roster, hand_ins=hand_ins))

    def _as_chosen(self, hand_ins: Sequence[HandIn]) -> tuple[HandIn, ...]:
        chosen = self._journal.recall(CHOSEN_APPS) or {}
        return tuple(each.chosen(**chosen[each.name]) if each.name in chosen else each for each in hand_ins)

    def _roster(self) -> Roster:
        return self._to_grade.roster if self._to_grade else super()._roster()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Be the one who grades in this folder, and say so to the others."""
        try:
            with ExitStack() as stack:
                stack.enter_context(alone(self.out, "grading", patience=MOMENT))
                with alone(self.out, "publishing", patience=_PATIENCE):  # who began before is done with the reports
                    pass
                who = {"since": datetime.now(timezone.utc).isoformat(), "process": os.getpid()}
                self._journal.remember(AT_WORK, who)
                stack.enter_context(self._grading)
                yield
        except ClassError as error:
            if error.code is Code.AT_WORK and (other := self.at_work()):
                raise ClassError(Code.AT_WORK, error.message, out=self.out, at_work=other) from error
            raise

    def _workers(self, to_grade: _ToGrade) -> Workers:
        from grader.classroom.dispatcher import local_workers

        asked = to_grade.asked
        if asked.cluster is not None:
            from grader.classroom.workers.cluster import cluster_workers

            return cluster_workers(asked.cluster, to_grade.settings, self.out)
        return local_workers(to_grade.settings, self.out, asked.workers or cores())

    def _forget(self) -> None:
        """Take away what was graded before, and nothing else that may lie in the folder."""
        for name in self._journal.forget():
            shutil.rmtree(report_folder(self.out, name), ignore_errors=True)

    def _keep(self, to_grade: _ToGrade) -> None:
        to_grade.roster.keep(self._journal)
        self._journal.remember(LATE, kept_late(to_grade.settings.course))
        self._journal.remember(ASKED, to_grade.asked.as_kept(to_grade.settings))
        self._journal.remember(EXPORT, [str(path.resolve()) for path in to_grade.export])

    def _as_kept(self) -> _ToGrade:
        """Return what was to be graded when the class was taken on."""
        how, export = self._asked_before()
        settings = how.settings(export[0])
        roster, self.notes = roster_of(export, how)
        return _ToGrade(roster, how, settings, export, fresh=False)

    def _asked_before(self) -> tuple[ClassRequest, list[Path]]:
        asked, paths = self._journal.recall(ASKED), self._journal.recall(EXPORT)
        if not asked or not paths:
            said = f"What the class in {self.out} was graded from is not known any more."
            raise ClassError(Code.NO_EXPORT, said, out=self.out)
        return ClassRequest.from_kept(asked), [Path(path) for path in paths]

    def _refuse_another_class(self, roster: Roster) -> None:
        recorded = set(self._journal.keys())
        if recorded and not recorded & {hand_in.name for hand_in in roster.hand_ins}:
            names = sorted(recorded)
            said = f"{self.out} holds the grading of another class ({listed(names, _MOST_NAMED)})."
            raise ClassError(Code.ANOTHER_CLASS, said, out=self.out, names=names)
