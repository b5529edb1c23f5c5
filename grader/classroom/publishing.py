"""What a class is shown: reports with a person's decisions, the overview, and the gradebooks; all from the journal."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.classroom.likeness.comparing import from_dict
from grader.classroom.overview.page import Row, write_overview
from grader.classroom.review.standing import standings
from grader.classroom.roster import Roster
from grader.classroom.workers.worker import report_folder
from grader.model.faults import InputError
from grader.platforms.gradebooks import Graded, open_gradebook, write_gradebooks
from grader.report import json_report
from grader.report.wording import count
from grader.report.writing import FOR_PEOPLE, FORMATS, write_reports

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.classroom.journal import Entry, Journal
    from grader.classroom.review.standing import Standing
    from grader.platforms.exports.handin import HandIn
    from grader.rubric import Report

_LATE = "Handed in late."
_MOST_NAMED = 5


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
        Something cannot be written.

    """
    roster = Roster.of(journal)
    class_ = list(standings(journal))
    for hand_in, _, report in class_:
        _write_if_changed(report, report_folder(out, hand_in.name))
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
    notes = (*_missing(len(roster.hand_ins) - len(class_)), *_answer_another(class_), *notes, *written.notes)
    return Published(reports, (overview, *written.files), notes)


def _missing(number: int) -> list[str]:
    """Say that a run was stopped on its way."""
    if not number:
        return []
    return [f"{count(number, 'hand-in')} not graded yet, and missing everywhere: run grader batch again to go on."]


def _answer_another(class_: Sequence[Standing]) -> list[str]:
    """Say who answers another activity than most: it may be a mistake, and goes into a column of its own."""
    answered: dict[str, list[str]] = {}
    for hand_in, _, report in class_:
        answered.setdefault(report.activity, []).append(hand_in.name)
    usual = max(answered, key=lambda activity: len(answered[activity]), default="")
    return [
        f"Most answer {usual}, but {_some(names)} {activity}."
        for activity, names in answered.items()
        if 2 * len(names) <= len(answered[usual])
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more


def _write_if_changed(report: Report, folder: Path) -> None:
    """See to it that a report is what lies in its folder."""
    wanted = json_report.to_dict(report)
    if _holds(folder, wanted):
        return
    write_reports(json_report.from_dict(wanted, folder=folder), folder)


def _holds(folder: Path, wanted: dict[str, Any]) -> bool:
    """Whether a report lies there whole: where the plug was pulled while it was replaced, a file is missing."""
    try:
        found = json.loads((folder / FORMATS["json"].file).read_bytes())
    except (OSError, ValueError):
        return False
    return found == wanted and all((folder / FORMATS[name].file).is_file() for name in FOR_PEOPLE)


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
