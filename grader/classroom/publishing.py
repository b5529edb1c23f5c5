"""What a class is shown: reports with a person's decisions, the overview, and the gradebooks; all from the journal."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader import __version__
from grader.classroom.folder_lock import alone
from grader.classroom.overview.page import write_overview
from grader.classroom.overview.rows import ClassOverview
from grader.classroom.review.standing import LATE, Standings
from grader.classroom.roster import Roster
from grader.classroom.workers.worker import report_folder
from grader.model.faults import InputError
from grader.model.text import listed
from grader.platforms.gradebooks import Graded
from grader.platforms.writing import RETURNS, open_gradebook, write_gradebooks
from grader.report import json_report
from grader.report.writing import FOR_PEOPLE, FORMATS, take_away, write_reports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.classroom.journal import Journal
    from grader.classroom.review.standing import Standing
    from grader.platforms.gradebooks import Gradebook, Undecided
    from grader.rubric import Report

_FACT = "published"
_PATIENCE = 300.0
"""Seconds to wait for another grader that is writing: a class of thousands, on a slow disk."""
_MOST_NAMED = 5
_WHOLE = tuple(FORMATS[name].file for name in FOR_PEOPLE)


@dataclass(frozen=True)
class Published:
    """What was written.

    Parameters
    ----------
    reports
        Of the submissions, in the order of the export.
    files
        The overview first, then the gradebooks.
    notes
        What was done and what was not, one sentence each.
    missing
        How many hand-ins are not graded yet, and in none of the files.
    postponed
        Whether the students' reports are left to who is grading the class now, and writes them at the end.
    put_off
        How many students' reports are not there until everything is written the next time.
    """

    reports: tuple[Report, ...]
    files: tuple[Path, ...]
    notes: tuple[str, ...]
    missing: int = 0
    postponed: bool = False
    put_off: int = 0


def publish_class(
    journal: Journal,
    out: Path,
    standings: Standings | None = None,
    *,
    undecided: Undecided = "blank",
    postponed: bool = False,
    later: bool = False,
) -> Published:
    """Write everything about the class that the journal holds, while nobody else does.

    Parameters
    ----------
    standings
        Of this journal's class, where they are worked out already.
    undecided
        What gradebooks get for who has points that are still to be decided.
    postponed
        Whether workers are writing reports now: then those of the students are left alone.
    later
        Whether reports that have changed may be written later, as each costs a tenth of a second and more: those that
        say something else than the class's files are taken away at once.

    Raises
    ------
    InputError
        Something cannot be written.
    """
    with alone(out, "publishing", patience=_PATIENCE):  # whoever is the last one writes what is newest
        stamp = "" if postponed else _stamp(journal, undecided)
        roster = Roster.of(journal)
        class_ = list((standings or Standings(journal)).all().values())
        if stamp and (before := _as_before(journal, out, stamp, class_)) is not None:
            return replace(before, missing=len(roster.hand_ins) - len(class_))
        lost, put_off = [], 0
        for one in () if postponed else class_:
            folder = report_folder(out, one.hand_in.name)
            if later:
                put_off += _put_off_if_changed(one.report, folder)
            else:
                _write_if_changed(one.report, folder)
            if not all(_is_file(folder / path) for path in one.entry.extra.get("pictures", ())):
                lost.append(one.hand_in.name)
        journal.grade_again(lost)
        overview = write_overview(ClassOverview.of(class_, roster), out)
        graded = [Graded(one.hand_in, one.report) for one in class_]
        gradebook, notes = _gradebook(roster)
        for name in RETURNS if put_off else ():
            (out / name).unlink(missing_ok=True)
        reports_folder = None if put_off else out / "reports"
        written = write_gradebooks(
            graded,
            out,
            gradebook=gradebook,
            column=roster.column,
            reports=reports_folder,
            undecided=undecided,
        )
        files = (overview, *written.files)
        if lost:
            whose = listed(lost, _MOST_NAMED)
            notes = (*notes, f"Pictures are gone from the reports of {whose}: grading the class again makes them.")
        notes = (*_answer_another(class_), *notes, *written.notes)
        kept = {"files": [path.name for path in files], "stamp": "" if put_off else stamp, "notes": notes}
        journal.remember(_FACT, kept)
    reports = tuple(one.report for one in class_)
    return Published(reports, files, notes, len(roster.hand_ins) - len(class_), postponed, put_off)


def _as_before(journal: Journal, out: Path, stamp: str, class_: Sequence[Standing]) -> Published | None:
    """Return what was written the last time, where nothing has changed since and all of it is there."""
    kept = journal.recall(_FACT)
    if kept is None or kept["stamp"] != stamp or "notes" not in kept:
        return None
    files = tuple(out / name for name in kept["files"])
    folders = (report_folder(out, one.hand_in.name) for one in class_)
    if not all(map(_is_file, files)) or not all(_is_file(folder / name) for folder in folders for name in _WHOLE):
        return None
    return Published(tuple(one.report for one in class_), files, tuple(kept["notes"]))


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - a third of the time, and a class has thousands


def published_files(journal: Journal, out: Path) -> dict[str, Path]:
    """Return by name the files of the class that were written the last time and are there."""
    names = (journal.recall(_FACT) or {"files": []})["files"]
    return {name: out / name for name in names if (out / name).is_file()}


def is_published(journal: Journal, undecided: Undecided = "blank") -> bool:
    """Whether nothing has been graded or decided since everything was written."""
    kept = journal.recall(_FACT)
    return kept is not None and kept["stamp"] == _stamp(journal, undecided)


def publish_one(standing: Standing, out: Path) -> Path:
    """Write one student's reports, if they are not what lies there, and return the page.

    Raises
    ------
    InputError
        They cannot be written.
    """
    folder = report_folder(out, standing.hand_in.name)
    with alone(out, "publishing", patience=_PATIENCE):
        _write_if_changed(standing.report, folder)
    return folder / FORMATS["html"].file


def _stamp(journal: Journal, undecided: Undecided) -> str:
    roster = journal.recall("roster")
    facts = [roster, sorted(journal.stamps().items()), undecided, journal.recall(LATE), __version__]
    if roster and roster["gradebook"]:
        with suppress(OSError):
            facts.append(Path(roster["gradebook"]).stat().st_mtime_ns)
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _gradebook(roster: Roster) -> tuple[Gradebook | None, tuple[str, ...]]:
    if roster.gradebook is None:
        return None, ()
    try:
        return open_gradebook(Path(roster.gradebook)), ()
    except InputError as error:  # the grades themselves do not depend on it
        return None, (f"No file for the platform was written: {error.message}",)


def _answer_another(class_: Sequence[Standing]) -> list[str]:
    """Say who answers another activity than most: it may be a mistake, and goes into a column of its own."""
    answered: dict[str, list[str]] = {}
    for one in class_:
        answered.setdefault(one.report.activity, []).append(one.hand_in.name)
    usual = max(answered, key=lambda activity: len(answered[activity]), default="")
    return [
        f"Most answer {usual}, but {listed(names, _MOST_NAMED)} {activity}."
        for activity, names in answered.items()
        if 2 * len(names) <= len(answered[usual])
    ]


def _write_if_changed(report: Report, folder: Path) -> None:
    """See to it that a report is what lies in its folder."""
    wanted = json_report.to_dict(report)
    if _holds(folder, wanted):
        return
    write_reports(json_report.from_dict(wanted, folder=folder), folder)


def _put_off_if_changed(report: Report, folder: Path) -> bool:
    """Take a report away that is out of date: whoever copies the folder gets none rather than a wrong one."""
    if _holds(folder, json_report.to_dict(report)):
        return False
    take_away(folder)
    return True


def _holds(folder: Path, wanted: dict[str, Any]) -> bool:
    """Whether a report lies there whole: where the plug was pulled while it was replaced, a file is missing."""
    try:
        found = json.loads((folder / FORMATS["json"].file).read_bytes())
    except (OSError, ValueError):
        return False
    return found == wanted and all((folder / FORMATS[name].file).is_file() for name in FOR_PEOPLE)
