"""What a class is shown: reports with a person's decisions, the overview, and the gradebooks; all from the journal."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.deciding import decided
from grader.classroom.gradebooks import Graded, open_gradebook, write_gradebooks
from grader.classroom.likeness import from_dict
from grader.classroom.overview import Row, write_overview
from grader.classroom.roster import Roster
from grader.classroom.worker import report_folder
from grader.faults import InputError
from grader.report.json_report import to_dict
from grader.report.writing import write_reports

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.classroom.exports.handin import HandIn
    from grader.classroom.journal import Entry, Journal
    from grader.rubric import Report

_LATE = "Handed in late."


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

    """

    reports: tuple[Report, ...]
    files: tuple[Path, ...]
    notes: tuple[str, ...]


def publish_class(journal: Journal, out: Path) -> Published:
    """Write everything about the class that the journal holds.

    Raises
    ------
    InputError
        Something cannot be written, or the gradebook lacks the assignment's column.

    """
    roster = Roster.of(journal)
    class_ = list(_reported(roster, journal, out))
    overview = write_overview([_row(hand_in, entry, report) for hand_in, entry, report in class_], out)
    graded = [Graded(hand_in, report) for hand_in, _, report in class_]
    gradebook, notes = None, tuple[str, ...]()
    if roster.gradebook is not None:
        try:
            gradebook = open_gradebook(Path(roster.gradebook))
        except InputError as error:  # the grades themselves do not depend on it
            notes = (f"No file for the platform was written: {error.message}",)
    written = write_gradebooks(graded, out, gradebook=gradebook, column=roster.column, reports=out / "reports")
    reports = tuple(report for _, _, report in class_)
    return Published(reports, (overview, *written.files), (*notes, *written.notes))


def _reported(roster: Roster, journal: Journal, out: Path) -> Iterator[tuple[HandIn, Entry, Report]]:
    """Yield everyone's report as it is now, and see to it that it is what lies in their folder."""
    for hand_in in roster.hand_ins:
        entry = journal.entry(hand_in.name)
        if entry is None:
            continue
        report = entry.full_report()
        report = replace(report, submission=replace(report.submission, student=hand_in.student))
        report = decided(report, journal.decisions(entry))
        _write_if_changed(report, report_folder(out, hand_in.name))
        yield hand_in, entry, report


def _write_if_changed(report: Report, folder: Path) -> None:
    wanted = to_dict(report)
    try:
        if json.loads((folder / "report.json").read_bytes()) == wanted:
            return
    except (OSError, ValueError):
        pass  # it is gone, or was being written when the plug was pulled
    from grader.report.json_report import from_dict as report_from

    write_reports(report_from(wanted, folder=folder), folder)


def _row(hand_in: HandIn, entry: Entry, report: Report) -> Row:
    small = {path: base64.b64decode(picture) for path, picture in entry.extra["thumbnails"].items()}
    print_ = entry.extra["fingerprint"]
    return Row(
        report=report,
        href=f"reports/{hand_in.name}/report.html",
        student=hand_in.student or hand_in.name,
        notes=(*([_LATE] if hand_in.late else []), *hand_in.notes, *hand_in.left_out),
        fingerprint=from_dict(print_) if print_ else None,
        thumbnails=small,
    )
