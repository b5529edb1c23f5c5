"""A class: all that a command or a page can ask of it.  Begin reading here.

`ClassSession` is what `grader batch` and `grader review` call, and nothing else of this folder.
"""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.asked import ClassRequest, kept_paths
from grader.classroom.errors import ClassError
from grader.classroom.folder_lock import alone, is_taken
from grader.classroom.journal import FILE, Decision, Journal
from grader.classroom.publishing import Published, is_published, publish_class, publish_one, published_files
from grader.classroom.review.items import ReviewItem, check_by_check, items_of, student_by_student, waiting_of
from grader.classroom.review.naming import check_called, submission_called
from grader.classroom.review.standing import Standings
from grader.classroom.roster import Roster
from grader.classroom.workers.worker import report_folder
from grader.machine.processors import cores
from grader.model.faults import Code, InputError
from grader.model.outcome import Status
from grader.platforms.exports.names import clean_name
from grader.platforms.writing import FOR_PLATFORMS, GRADES, open_gradebook

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from types import TracebackType

    from grader.classroom.dispatcher import Progress, Workers
    from grader.classroom.review.alike import ReviewGroup
    from grader.classroom.review.standing import Standing
    from grader.grading import Settings
    from grader.platforms.exports.handin import Person
    from grader.platforms.gradebooks import Undecided

_OURS = ("index.html", GRADES, "reports", *FOR_PLATFORMS)
_ASKED, _EXPORT, _AT_WORK = "asked", "export", "at work"
_MOMENT = 2.0
"""Seconds for which somebody may hold a folder only to look whether it is free."""
_PATIENCE = 300.0


@dataclass(frozen=True)
class AtWork:
    """Who is grading a class now.

    Parameters
    ----------
    since
        When they began, with time zone.
    process
        The number of their process.
    here
        Whether it is this session.

    """

    since: datetime
    process: int
    here: bool


@dataclass(frozen=True)
class State:
    """How far a class is.

    Parameters
    ----------
    everyone, graded
        Numbers of hand-ins.
    at_work
        Who is grading now; None where nobody is.

    """

    everyone: int
    graded: int
    at_work: AtWork | None

    @property
    def stopped(self) -> bool:
        """Whether it was left before its end."""
        return self.at_work is None and self.graded < self.everyone


@dataclass(frozen=True)
class Summary:
    """How a grading ended.

    Parameters
    ----------
    stopped
        Whether it was asked to stop before its end.
    published
        What was written of what is graded.

    """

    everyone: int
    graded: int
    stopped: bool
    published: Published


@dataclass(frozen=True)
class Verdict:
    """What a person says about one check.

    Parameters
    ----------
    name, check
        The submission's name and the check's id.
    status
        ``passed``, ``partial`` or ``failed``; None takes back what was decided.
    seen
        `ReviewItem.seen` of what the person has looked at: what has changed since is not decided.  None decides it in
        any case.
    note
        What the student reads about it; None for the note that goes with all.

    """

    name: str
    check: str
    status: Status | None
    seen: str | None = None
    note: str | None = None

    @classmethod
    def on(cls, item: ReviewItem, status: Status | None) -> Verdict:
        """Return a verdict on what was looked at."""
        return cls(item.name, item.result.id, status, item.seen)


@dataclass(frozen=True)
class Change:
    """One check, as it was and as it is now."""

    before: ReviewItem
    after: ReviewItem


@dataclass(frozen=True)
class Changes:
    """What came of decisions; they are in the journal.

    Parameters
    ----------
    made
        In the order of the decisions.
    also_waiting
        Checks that wait for a person now, because what they need was accepted.
    conflicts
        Checks that have changed since they were looked at, as they are now: then nothing at all was decided.

    """

    made: tuple[Change, ...] = ()
    also_waiting: tuple[ReviewItem, ...] = ()
    conflicts: tuple[ReviewItem, ...] = ()


class ClassSession:
    """A class in its output folder: graded, looked at, decided and published, by several threads at once.

    Other processes may have the same folder open: what one decides the others see; only one of them grades.
    Use `create` or `open`.

    Attributes
    ----------
    out
        The output folder.
    notes
        What the export was taken for, and what in it is nobody's; one sentence each.
    put_aside
        Where a journal is now that could not be used; None where there was none.

    Examples
    --------
    >>> with ClassSession.create([Path("submissions.zip")], Path("graded"), Asked(activity="11.2")) as session:
    ...     summary = session.grade(Unwatched(), threading.Event())
    ...     changes = session.decide([Verdict.on(item, Status.PASSED) for item in session.waiting()])
    ...     published = session.publish()

    """

    def __init__(self, out: Path, journal: Journal, *, notes: tuple[str, ...] = ()) -> None:
        self.out = out
        self.notes = notes
        self.put_aside = journal.put_aside
        self._journal = journal
        self._standings = Standings(journal)
        self._to_grade: _ToGrade | None = None
        self._grading = threading.Lock()

    @classmethod
    def create(cls, export: Sequence[Path], out: Path, asked: ClassRequest, *, fresh: bool = False) -> ClassSession:
        """Take a class on, or go on with one: find out who hands in, and keep that in the output folder.

        Parameters
        ----------
        export
            What platforms export, folders and zips of submissions, or single ones.
        out
            The output folder; made where it does not exist.
        fresh
            Whether `grade` forgets what was graded before; what a person decided is kept.

        Raises
        ------
        InputError
            Something of what is asked cannot be, the export or the gradebook cannot be read, or the output folder
            cannot be used.

        """
        settings = asked.settings(export[0])
        roster, notes = _roster(export, asked)
        _refuse_bad_folder(export, out, asked)
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            said = f"{out} cannot be made: {error.strerror or error}."
            raise ClassError(Code.CANNOT_MAKE, said, out=out) from error
        session = cls(out, Journal(out, fresh=fresh), notes=notes)
        try:
            session._refuse_another_grader()
            session._to_grade = _ToGrade(roster, asked, settings, kept_paths(export), fresh)
            if not fresh:  # else what is there is kept until somebody is found who grades it again
                session._refuse_another_class(roster)
                session._keep(session._to_grade)
        except BaseException:
            session.close()
            raise
        return session

    @classmethod
    def open(cls, out: Path) -> ClassSession:
        """Return the class that an output folder holds: graded, being graded, or stopped on the way.

        Raises
        ------
        ClassError
            It holds none, or the journal cannot be read.

        """
        if not (out / FILE).exists():
            raise ClassError(Code.NO_CLASS, f"{out} holds no graded class: there is no {FILE} in it.", out=out)
        return cls(out, Journal(out))

    def grade(self, progress: Progress, stop: threading.Event) -> Summary:
        """Grade who has not been graded yet, or has changed since, and write overview, grades and reports.

        What is graded can be looked at and decided meanwhile.

        Parameters
        ----------
        progress
            Hears of each hand-in as it begins and ends.
        stop
            Once another thread, or a signal, sets it, this returns soon; all that is graded by then is written, too.

        Raises
        ------
        InputError
            Somebody else is grading in this folder, what is to be graded is not there any more, something cannot be
            written, or nothing at all could be graded.

        """
        from grader.classroom.dispatcher import Dispatcher

        to_grade = self._to_grade or self._as_kept()
        with self._at_work():
            workers = self._workers(to_grade)
            with ExitStack() as undo:
                undo.callback(workers.close)
                if to_grade.fresh:
                    self._forget()
                self._keep(to_grade)
                self._to_grade = replace(to_grade, fresh=False)  # whoever stops it goes on with the rest
                undo.pop_all()
            hand_ins, activity = to_grade.roster.hand_ins, to_grade.asked.activity
            dispatcher = Dispatcher(
                hand_ins, self.out, self._journal, workers, activity, to_grade.settings.course, to_grade.settings.skip
            )
            try:
                dispatcher.run(progress, stop)
            except InputError:
                with suppress(InputError):  # the first one is the reason
                    self._publish_what_is_graded()
                raise
            published = self._publish_what_is_graded()
        return Summary(len(hand_ins), len(hand_ins) - published.missing, stop.is_set(), published)

    def _publish_what_is_graded(self) -> Published:
        if not self._standings.all():
            return Published((), (), (), missing=len(Roster.of(self._journal).hand_ins))
        return publish_class(self._journal, self.out, self._standings, undecided=self.undecided)

    def state(self) -> State:
        """Return how far the class is."""
        hand_ins = (self._to_grade.roster if self._to_grade else Roster.of(self._journal)).hand_ins
        graded = self._journal.keys().keys() & {hand_in.name for hand_in in hand_ins}
        return State(len(hand_ins), len(graded), self._who_is_at_work())

    def standings(self) -> list[Standing]:
        """Return how everyone stands who is graded, in the order of the export."""
        return list(self._standings.all().values())

    def handed_nothing_in(self) -> tuple[Person, ...]:
        """Return who is in the gradebook and has handed nothing in; nobody where no gradebook was given."""
        return Roster.of(self._journal).absent

    @property
    def undecided(self) -> Undecided:
        """What gradebooks get for who has points that are still to be decided."""
        kept: Undecided = (self._journal.recall(_ASKED) or {"undecided": "blank"})["undecided"]
        return kept

    def waiting(
        self, submissions: Collection[str] = (), checks: Collection[str] = (), *, by_student: bool = False
    ) -> list[ReviewItem]:
        """Return what a person has to decide, in a fair order that is always the same for a class.

        Parameters
        ----------
        submissions, checks
            Names and ids to narrow it down to; all where there are none.
        by_student
            One student's checks after each other; else one check for the whole class.

        Raises
        ------
        ClassError
            Nobody is graded yet.

        """
        class_ = self._graded()
        found = (
            item
            for name in submissions or class_
            for item in waiting_of(class_[name])
            if not checks or item.result.id in checks
        )
        return sorted(found, key=student_by_student if by_student else check_by_check)

    def alike(self, items: Sequence[ReviewItem]) -> list[ReviewGroup]:
        """Put together what is one question: the same picture saved again, or the same reason without a picture."""
        from grader.classroom.review.alike import alike

        return alike(items, self.out)

    def item(self, student: str, check: str) -> ReviewItem:
        """Return a student's check, whether it waits or not.

        Parameters
        ----------
        student
            See `submission`.

        Raises
        ------
        ClassError
            There is no such student or check, or more than one student, or the check does not count.

        """
        return _item_called(student, check, self._graded())

    def submission(self, student: str) -> str:
        """Return the name of a student's submission.

        Parameters
        ----------
        student
            That name, or the student's as the platform writes it; without regard to case.

        Raises
        ------
        ClassError
            There is none, or more than one.

        """
        return _submission_called(student, self._graded())

    def check(self, id_: str) -> str:
        """Return the id of a check that somebody's report has, without regard to case.

        Raises
        ------
        ClassError
            Nobody's has it.

        """
        return check_called(id_, [result.id for one in self._graded().values() for result in one.report.results])

    def decide(self, verdicts: Iterable[Verdict], note: str = "") -> Changes:
        """Keep decisions, all of them or none; they are on the disk when this returns.

        Reports, overview and gradebooks show them once `publish` has written those again.

        Parameters
        ----------
        verdicts
            At most one for each check.
        note
            What the students read about it.

        Returns
        -------
        Changes
            Nothing was decided where these hold conflicts.

        Raises
        ------
        ClassError
            A check is named twice, is not there, does not count, or is to be taken back though nobody has decided it;
            or the journal cannot be written.

        """
        wanted = list(verdicts)
        with self._journal.transaction():  # nobody else decides or grades between looking and writing
            class_ = self._graded()
            before = [_item_called(verdict.name, verdict.check, class_) for verdict in wanted]
            _refuse_twice(before)
            conflicts = [
                item
                for verdict, item in zip(wanted, before, strict=True)
                if verdict.seen is not None and verdict.seen != item.seen
            ]
            if conflicts:
                return Changes(conflicts=tuple(conflicts))
            _refuse_undecided(item for verdict, item in zip(wanted, before, strict=True) if verdict.status is None)
            names = dict.fromkeys(item.name for item in before)
            waited = {item.key for name in names for item in waiting_of(class_[name])}
            for verdict, item in zip(wanted, before, strict=True):
                self._write(verdict, item, class_[item.name], note)
            after = self._standings.all()
        made = [Change(item, items_of(after[item.name])[item.result.id]) for item in before]
        known = waited | {item.key for item in before}
        also = [item for name in names for item in waiting_of(after[name]) if item.key not in known]
        return Changes(tuple(made), tuple(also))

    def undo(self, changes: Changes) -> Changes:
        """Decide as it was before; see `decide`."""
        return self.decide(
            Verdict(
                change.before.name,
                change.before.result.id,
                Status(change.before.decision.status) if change.before.decision else None,
                change.after.seen,
                change.before.decision.note if change.before.decision else None,
            )
            for change in changes.made
        )

    def publish(self, submission: str | None = None, *, undecided: Undecided | None = None) -> Published:
        """Write reports, overview and gradebooks again, as far as they have changed.

        While somebody is grading the class, the students' reports are left to them.

        Parameters
        ----------
        submission
            The name of the only one whose reports are written; everything if None.
        undecided
            What gradebooks get, from now on, for who has points that are still to be decided.

        Raises
        ------
        InputError
            Nobody is graded yet, or something cannot be written.

        """
        class_ = self._graded()
        if undecided is not None and undecided != self.undecided:
            self._journal.remember(_ASKED, {**(self._journal.recall(_ASKED) or {}), "undecided": undecided})
        postponed = is_taken(self.out, "grading")
        if submission is None:
            return publish_class(
                self._journal, self.out, self._standings, undecided=self.undecided, postponed=postponed
            )
        one = class_[self.submission(submission)]
        files = () if postponed else (publish_one(one, self.out),)
        return Published((one.report,), files, (), postponed=postponed)

    def catch_up(self) -> Published | None:
        """Write everything where something was graded or decided that is in no file yet: somebody was killed.

        Returns
        -------
        Published or None
            None where nothing was to be done.

        """
        if not self._standings.all() or is_taken(self.out, "grading"):
            return None
        if is_published(self._journal, self.undecided) and "index.html" in self.downloads():
            return None
        return self.publish()

    def downloads(self) -> Mapping[str, Path]:
        """Return by name the files that were written for the class: the overview first, then the gradebooks."""
        return published_files(self._journal, self.out)

    def close(self) -> None:
        """Leave the folder to others; what was recorded is kept."""
        self._journal.close()

    def __enter__(self) -> ClassSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _graded(self) -> dict[str, Standing]:
        class_ = self._standings.all()
        if not class_:
            raise ClassError(Code.NOT_GRADED, f"Nobody in {self.out} has been graded yet.", out=self.out)
        return class_

    def _write(self, verdict: Verdict, item: ReviewItem, standing: Standing, note: str) -> None:
        if verdict.status is None:
            self._journal.undecide(standing.entry, item.result.id)
        else:
            words = clean_name(note if verdict.note is None else verdict.note)
            self._journal.decide(standing.entry, Decision(item.result.id, verdict.status.value, words))

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        """Be the one who grades in this folder, and say so to the others."""
        try:
            with ExitStack() as stack:
                stack.enter_context(alone(self.out, "grading", patience=_MOMENT))
                with alone(self.out, "publishing", patience=_PATIENCE):  # who began before is done with the reports
                    pass
                who = {"since": datetime.now(timezone.utc).isoformat(), "process": os.getpid()}
                self._journal.remember(_AT_WORK, who)
                stack.enter_context(self._grading)
                yield
        except ClassError as error:
            if error.code is Code.AT_WORK and (other := self._who_is_at_work()):
                raise ClassError(Code.AT_WORK, error.message, out=self.out, at_work=other) from error
            raise

    def _who_is_at_work(self) -> AtWork | None:
        if not is_taken(self.out, "grading"):
            return None
        known = self._journal.recall(_AT_WORK)
        if known is None:  # they have only just begun
            known = {"since": datetime.now(timezone.utc).isoformat(), "process": 0}
        return AtWork(datetime.fromisoformat(known["since"]), known["process"], self._grading.locked())

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
        self._journal.remember(_ASKED, to_grade.asked.as_kept(to_grade.settings))
        self._journal.remember(_EXPORT, to_grade.paths)

    def _as_kept(self) -> _ToGrade:
        """Return what was to be graded when the class was taken on."""
        asked, paths = self._journal.recall(_ASKED), self._journal.recall(_EXPORT)
        if not asked or not paths:
            said = f"What the class in {self.out} was graded from is not known any more."
            raise ClassError(Code.NO_EXPORT, said, out=self.out)
        how, export = ClassRequest.from_kept(asked), [Path(path) for path in paths]
        settings = how.settings(export[0])
        roster, self.notes = _roster(export, how)
        return _ToGrade(roster, how, settings, paths, fresh=False)

    def _refuse_another_grader(self) -> None:
        if (other := self._who_is_at_work()) is not None:
            raise ClassError(Code.AT_WORK, f"Another grader is at work in {self.out}.", out=self.out, at_work=other)

    def _refuse_another_class(self, roster: Roster) -> None:
        recorded = set(self._journal.keys())
        if recorded and not recorded & {hand_in.name for hand_in in roster.hand_ins}:
            names = sorted(recorded)
            said = f"{self.out} holds the grading of another class ({_some(names)})."
            raise ClassError(Code.ANOTHER_CLASS, said, out=self.out, names=names)


@dataclass(frozen=True)
class _ToGrade:
    """What `ClassSession.grade` does: whom, how, from where, and whether from the beginning."""

    roster: Roster
    asked: ClassRequest
    settings: Settings
    paths: list[str]
    fresh: bool


def _roster(export: Sequence[Path], asked: ClassRequest) -> tuple[Roster, tuple[str, ...]]:
    """Find out who hands in; names that the export does not hold are in the gradebook."""
    from grader.activities import activity_named
    from grader.platforms.reading import read_exports

    if asked.gradebook is None:
        found = read_exports(export)
        return Roster(found.hand_ins), found.notes
    gradebook = open_gradebook(asked.gradebook)
    found = read_exports(export, gradebook.enrolled())
    if asked.activity or asked.column or not gradebook.columns():  # else it is known when all are graded
        gradebook.column_for(activity_named(asked.activity).id if asked.activity else "", asked.column)
    hand_ins = gradebook.with_names(found.hand_ins)
    absent = tuple(gradebook.handed_nothing_in(hand_ins))
    return Roster(tuple(hand_ins), str(asked.gradebook.resolve()), asked.column, absent), found.notes


def _refuse_bad_folder(export: Sequence[Path], out: Path, asked: ClassRequest) -> None:
    """See to it that nothing of the user's is overwritten, and that the next run does not grade our reports."""
    whole = out.resolve()
    for path in export:
        if path.is_dir() and whole.is_relative_to(path.resolve()):
            said = f"The output folder {out} lies inside {path}, which is to be graded."
            raise ClassError(Code.OUT_INSIDE, said, out=out, path=path)
    if asked.gradebook is not None and asked.gradebook.resolve() in {whole / name for name in _OURS}:
        said = f"{asked.gradebook} would be overwritten: {out} gets a file of that name."
        raise ClassError(Code.GRADEBOOK_IN_THE_WAY, said, out=out, path=asked.gradebook)
    there = [name for name in _OURS if (out / name).exists()]
    if there and not (out / FILE).exists():
        said = f"{out} holds {there[0]}, but no journal of the grader's: it may be somebody else's."
        raise ClassError(Code.NOT_OURS, said, out=out, file=there[0])


def _submission_called(student: str, class_: Mapping[str, Standing]) -> str:
    return submission_called(student, {name: one.hand_in for name, one in class_.items()})


def _item_called(student: str, check: str, class_: Mapping[str, Standing]) -> ReviewItem:
    name = _submission_called(student, class_)
    items = items_of(class_[name])
    item = items[check_called(check, items, f"check of {name}")]
    if not item.result.counts:
        said = f"{item.result.id} of {name} does not count. {item.result.message}".rstrip()
        raise ClassError(Code.DOES_NOT_COUNT, said, name=name, check=item.result.id)
    return item


def _refuse_twice(items: Sequence[ReviewItem]) -> None:
    keys = [item.key for item in items]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise ClassError(Code.TWICE, f"{twice[1]} of {twice[0]} is named twice.", name=twice[0], check=twice[1])


def _refuse_undecided(items: Iterable[ReviewItem]) -> None:
    """See to it that there is something to take back."""
    for item in items:
        if item.decision is None:
            said = f"Nobody has decided {item.result.id} of {item.name}; there is nothing to take back."
            raise ClassError(Code.NOT_DECIDED, said, name=item.name, check=item.result.id)


def _some(names: Sequence[str], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
