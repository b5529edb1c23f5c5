"""What a worker process does: it grades one hand-in after the other and keeps everything warm."""

from __future__ import annotations

import hashlib
import json
import signal
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.journal import Entry
from grader.faults import InputError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from typing import Any

    from grader.classroom.exports.handin import HandIn
    from grader.grading import Grader, Settings
    from grader.rubric import Activity, Report
    from grader.submission import Submission


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
    """How a task ended.

    Parameters
    ----------
    entry
        What to record; None where nothing has changed since it was graded.
    unopened
        Why the hand-in could not be opened; then there is no entry.

    """

    entry: Entry | None = None
    unopened: str | None = None


@dataclass(frozen=True)
class Where:
    """Where reports go.

    Parameters
    ----------
    folder
        The output folder; each report has a folder of its own below ``reports`` in it.

    """

    folder: str
    formats: tuple[str, ...] = field(default=("json", "html", "docx"))

    def of(self, name: str) -> Path:
        """Return the folder of one submission's reports."""
        return Path(self.folder) / "reports" / name


def serve(connection: Connection[Any, Any], settings: Settings, where: Where) -> None:
    """Take tasks from a connection and answer each, until it is closed."""
    from grader.grading import Grader

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    with Grader(settings) as grader:
        while True:
            try:
                task: Task = connection.recv()
            except EOFError:
                return
            connection.send(do(task, grader, where))


def do(task: Task, grader: Grader, where: Where) -> Done:
    """Grade one hand-in and write its reports."""
    from grader.activities import activity_named, recognise

    try:
        opened = task.hand_in.open()
        submission = opened.submission
        activity = activity_named(task.activity) if task.activity else recognise(submission.files, task.hand_in.source)
    except InputError as error:
        return Done(unopened=f"{error.message} {error.hint or ''}".strip())
    key = key_of(submission, activity, grader.settings)
    if key == task.known and (where.of(submission.name) / "report.json").exists():
        return Done()
    report = grader.grade(submission, activity, notes=(*opened.notes, *task.hand_in.left_out))
    return Done(entry=publish(report, key, submission.digest, where))


def publish(report: Report, key: str, digest: str, where: Where, extra: dict[str, Any] | None = None) -> Entry:
    """Write a submission's reports and return what to record; one with an error of ours is graded again next time."""
    from grader.report.json_report import to_dict
    from grader.report.writing import write_reports
    from grader.rubric import Status

    write_reports(report, where.of(report.submission.name), formats=where.formats)
    failed_by_us = any(result.status is Status.ERROR for result in report.results)
    return Entry(report.submission.name, "" if failed_by_us else key, digest, to_dict(report), extra or {})


def key_of(submission: Submission, activity: Activity, settings: Settings) -> str:
    """Return what tells whether a submission has to be graded again: its content, the activity and the settings."""
    from grader import __version__

    facts = {
        "content": submission.digest,
        "student": submission.student,
        "activity": [activity.id, activity.version],
        "grader": __version__,
        "skip": sorted(settings.skip),
        "screenshots": settings.screenshots,
        "limits": asdict(settings.limits),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
