"""What a worker process does: it grades one hand-in after the other and keeps everything warm."""

from __future__ import annotations

import gc
import hashlib
import json
import os
import signal
import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from grader.classroom.records import Entry
from grader.classroom.scoring.scoring_again import kept_for_scoring
from grader.classroom.scoring.settled import facts_of, settled_by, with_scoring
from grader.machine.pool import Said, as_worker
from grader.model.faults import CannotBeRead, Code, InputError
from grader.rubric import Watcher

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from multiprocessing.connection import Connection
    from pathlib import Path
    from typing import Any

    from grader.course import CourseSettings
    from grader.document import Document
    from grader.grading import Gradable, Grader, Settings
    from grader.grading.attempt import GradingAttempt
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Report

_T = TypeVar("_T")

_HOW_LATE_IS_NOT_KNOWN = (
    "{} says that this was handed in late, but not when: nothing was taken off. That is left to a person."
)
_LONG_SECONDS = 1.5
_SWITCH_SECONDS = 0.0005
"""After which a thread that computes lets others go on: the browser's has little to do, but at once."""
_OBJECTS = 20_000
"""That are made before Python looks for what refers to itself; a thirtieth of a worker's time goes into that else."""


@dataclass(frozen=True)
class Task:
    """One hand-in to grade.

    Parameters
    ----------
    activity
        The activity's name; worked out from the hand-in if None.
    known
        The key it was graded with before; where that is still the same, nothing is done.
    """

    hand_in: HandIn
    activity: str | None = None
    known: str | None = None


@dataclass(frozen=True)
class Done:
    """How a task ended: with one of these, or with none where nothing has changed since it was graded.

    Parameters
    ----------
    entry
        What to record.
    unopened
        Why the hand-in could not be opened.
    digest, mark
        What was handed in, where it could not be opened; see `HandIn`.
    unrecognised
        Whether it does not say which activity it answers.
    accident
        What went wrong on our side.
    """

    entry: Entry | None = None
    unopened: InputError | None = None
    digest: str = ""
    mark: str = ""
    unrecognised: bool = False
    accident: str | None = None


@dataclass(frozen=True)
class Prepared:
    """A hand-in in memory that is to be graded.

    Parameters
    ----------
    key
        What it is recorded with.
    settled
        What tells without opening it whether anything has changed; see `grader.classroom.scoring.settled`.
    course
        What is scored by.
    """

    gradable: Gradable
    key: str
    settled: str
    course: CourseSettings

    def publish(self, report: Report, out: Path, document: Document | None = None) -> Done:
        """Write its reports.

        Parameters
        ----------
        document
            Its Word document, where that has been opened.

        Raises
        ------
        InputError
            They cannot be written.
        """
        submission = self.gradable.submission
        looked_at = f"{submission.digest} {submission.app}" if submission.app_is_chosen else submission.digest
        entry = publish(report, looked_at, submission.files, self.key, out, document=document)
        if len(submission.apps) > 1:
            entry.extra["apps"] = {"all": list(submission.apps), "graded": submission.app}
        entry.extra["settled"] = self.settled
        entry.extra["scoring"] = kept_for_scoring(report, self.gradable.activity, self.course, self.gradable.submitted)
        return Done(entry=entry)


def serve(connection: Connection[Any, Any], folder: str, settings: Settings, out: Path) -> None:
    """Take tasks from a connection and answer each, until it is closed; see `Pool`.

    While the reports of one hand-in are written, the next one is graded.

    Parameters
    ----------
    folder
        For everything temporary.
    out
        The output folder.
    """
    from grader.grading import Grader

    work_steadily()
    with ExitStack() as stack:
        stack.enter_context(as_worker(folder))
        grader = stack.enter_context(Grader(settings))
        reports = stack.enter_context(ThreadPoolExecutor(1, "reports"))
        stack.enter_context(suppress(EOFError, OSError))
        say = _Speaker(connection)
        while True:
            task: Task = connection.recv()
            write = or_accident(partial(grade, task, grader, out, say))
            reports.submit(_answer, say, write)


def work_steadily() -> None:
    """Make this process one that grades one hand-in after the other on several threads."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(_OBJECTS, 20, 20)


class _Speaker:
    """Says something from several threads, each thing as a whole."""

    def __init__(self, connection: Connection[Any, Any]) -> None:
        self._connection = connection
        self._lock = threading.Lock()

    def __call__(self, what: Said | Done) -> None:
        with self._lock, suppress(OSError):  # nobody listens any more, as the main thread hears, too
            self._connection.send(what)


class Impatient(Watcher):
    """Gives its place away, once, where a hand-in keeps its worker waiting: its app or pages, not the grader's work."""

    def __init__(self, attempt: GradingAttempt, give_place: Callable[[], None]) -> None:
        self._allowance = attempt.allowance
        self._give_place = give_place
        self._has_given = False

    def waiting(self) -> None:
        """See `Watcher.waiting`."""
        if not self._has_given and self._allowance.waiting_for > _LONG_SECONDS:
            self._has_given = True
            self._give_place()


def _answer(say: _Speaker, write: Callable[[], Done] | Done) -> None:
    """Say that the next hand-in can be graded, then write this one's reports."""
    try:
        say(Said.FREE)
        say(write if isinstance(write, Done) else or_accident(write))
    except BaseException:  # an answer that never comes would be waited for: better that the worker is seen to end
        os.kill(os.getpid(), signal.SIGTERM)
        raise


def or_accident(work: Callable[[], _T]) -> _T | Done:
    """Return what some work comes to; where it fails on our side, what went wrong."""
    try:
        return work()
    except InputError as error:  # the disk is full, for example
        return Done(accident=f"{error.message} {error.hint or ''}".strip())
    except Exception:  # noqa: BLE001 - one hand-in must not stop the class
        return Done(accident=traceback.format_exc())


def grade(task: Task, grader: Grader, out: Path, say: Callable[[Said], None]) -> Callable[[], Done]:
    """Grade one hand-in; return what writes its reports.

    Parameters
    ----------
    say
        Hears where it keeps its worker waiting.
    """
    ready = prepare(task, grader.settings, out)
    if isinstance(ready, Done):
        return lambda: ready
    attempt = grader.begin(ready.gradable)
    report = grader.finish(attempt, watcher=Impatient(attempt, lambda: say(Said.WAITS)))
    return lambda: ready.publish(report, out, attempt.document)


def prepare(task: Task, settings: Settings, out: Path) -> Prepared | Done:
    """Open a hand-in and find out whether it has to be graded, and as what."""
    from grader.activities import activity_named
    from grader.grading import open_gradable

    hand_in, course = task.hand_in, settings.course
    asked = activity_named(task.activity) if task.activity else None
    notes = hand_in.left_out
    if hand_in.late and hand_in.submitted is None and course.late is not None:
        notes += (_HOW_LATE_IS_NOT_KNOWN.format(hand_in.platform),)
    try:
        mark = hand_in.mark()  # before it is read: what is written meanwhile is seen the next time
        gradable = open_gradable(hand_in, asked, course, ask=False, notes=notes)
    except CannotBeRead as error:
        return Done(accident=error.message)
    except InputError as error:
        if error.code is Code.UNRECOGNISED:
            return Done(unrecognised=True)
        return Done(unopened=error, digest=hand_in.digest(), mark=mark)
    key = key_of(gradable, settings)
    if key == task.known and (report_folder(out, gradable.submission.name) / "report.json").exists():
        return Done()
    settled = settled_by(hand_in, mark, asked, gradable.activity, settings)
    return Prepared(gradable, key, settled, course)


def report_folder(out: Path, name: str) -> Path:
    """Return where the reports of a submission go (contract, "The command line")."""
    return out / "reports" / name


def publish(
    report: Report, digest: str, files: Mapping[str, bytes], key: str, out: Path, *, document: Document | None = None
) -> Entry:
    """Write a submission's reports and return what to record.

    One that this machine could not decide is to be graded again next time.
    """
    from grader.classroom.likeness.evidence_prints import evidence_prints
    from grader.classroom.likeness.fingerprints import fingerprint, to_dict
    from grader.report import json_report
    from grader.report.writing_reports import write_reports
    from grader.rubric import Status

    name = report.submission.name
    write_reports(report, report_folder(out, name))
    undecided = any(result.counts and result.status in {Status.ERROR, Status.SKIPPED} for result in report.results)
    extra = {
        "fingerprint": to_dict(fingerprint(files, report.activity, document=document)) if files else None,
        "pictures": evidence_prints(report),
    }
    return Entry(name, "" if undecided else key, digest, json_report.to_dict(report), extra)


def key_of(gradable: Gradable, settings: Settings) -> str:
    """Return what tells whether a hand-in has to be graded again: its content, what it is asked, and the settings."""
    activity, circumstances = gradable.activity, (gradable.submitted, *gradable.notes)
    facts = {
        "content": gradable.submission.digest,
        "circumstances": [str(fact) for fact in circumstances],
        **facts_of(activity, settings),
    }
    running = hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    return with_scoring(running, settings.course.scoring(activity.id))
