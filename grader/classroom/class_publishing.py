"""Publishing: reports with a person's decisions, the overview and the gradebooks, as far as anything has changed."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader import __version__
from grader.classroom.class_folder import ASKED, ClassFolder
from grader.classroom.folder_lock import alone, is_taken
from grader.classroom.overview.index_page import write_overview
from grader.classroom.overview.rows import ClassOverview
from grader.classroom.review.standing import LATE
from grader.classroom.roster import Roster
from grader.model.faults import InputError
from grader.model.text import listed
from grader.platforms.gradebooks import GradedHandIn
from grader.platforms.writing_grades import RETURNS, open_gradebook, write_gradebooks
from grader.report import json_report
from grader.report.writing_reports import FOR_PEOPLE, FORMATS, take_away, write_reports

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class ClassPublishing(ClassFolder):
    """The part of a class that everybody is shown; all of it is made from the journal."""

    def publish(self, *, undecided: Undecided | None = None, later: bool = False) -> Published:
        """Write reports, overview and gradebooks again, as far as they have changed.

        While somebody is grading the class, the students' reports are left to them.

        `undecided` is what gradebooks get, from now on, for who has points that are still to be decided. `later` says
        whether students' reports are left to `catch_up`, where many have changed at once, as each costs a tenth of a
        second and more; those that are out of date are taken away.  Raises `InputError`: nobody is graded yet, or
        something cannot be written.
        """
        self._graded()
        if undecided is not None and undecided != self.undecided:
            self._journal.remember(ASKED, {**(self._journal.recall(ASKED) or {}), "undecided": undecided})
        return self._publish(postponed=is_taken(self.out, "grading"), later=later)

    def catch_up(self) -> Published | None:
        """Write everything where something was graded or decided that is in no file yet: somebody was killed.

        Returns None where nothing was to be done.
        """
        if not self._standings.all() or is_taken(self.out, "grading"):
            return None
        kept = self._journal.recall(_FACT)
        if kept is not None and kept["stamp"] == self._stamp() and "index.html" in self.downloads():
            return None
        return self.publish()

    def downloads(self) -> dict[str, Path]:
        """Return by name the files that were written for the class and are there: the overview, then the gradebooks."""
        names = (self._journal.recall(_FACT) or {"files": []})["files"]
        return {name: self.out / name for name in names if (self.out / name).is_file()}

    def _publish(self, *, postponed: bool = False, later: bool = False) -> Published:
        with alone(self.out, "publishing", patience=_PATIENCE):  # whoever is the last one writes what is newest
            stamp = "" if postponed else self._stamp()
            roster, class_ = Roster.of(self._journal), list(self._standings.all().values())
            missing = len(roster.hand_ins) - len(class_)
            if stamp and (before := self._as_before(stamp, class_)) is not None:
                return replace(before, missing=missing)
            put_off = 0 if postponed else self._write_reports(class_, later=later)
            lost = [] if postponed else [one.hand_in.name for one in class_ if self._lacks_pictures(one)]
            self._journal.grade_again(lost)
            overview = write_overview(ClassOverview.of(class_, roster), self.out)
            gradebook, notes = _gradebook(roster)
            for name in RETURNS if put_off else ():
                (self.out / name).unlink(missing_ok=True)
            written = write_gradebooks(
                [GradedHandIn(one.hand_in, one.report) for one in class_],
                self.out,
                gradebook=gradebook,
                column=roster.column,
                reports=None if put_off else self.out / "reports",
                undecided=self.undecided,
            )
            files = (overview, *written.files)
            if lost:
                whose = listed(lost, _MOST_NAMED)
                notes.append(f"Pictures are gone from the reports of {whose}: grading the class again makes them.")
            notes = [*_answer_another(class_), *notes, *written.notes]
            kept = {"files": [path.name for path in files], "stamp": "" if put_off else stamp, "notes": notes}
            self._journal.remember(_FACT, kept)
        reports = tuple(one.report for one in class_)
        return Published(reports, files, tuple(notes), missing, postponed, put_off)

    def _as_before(self, stamp: str, class_: Sequence[Standing]) -> Published | None:
        """Return what was written the last time, where nothing has changed since and all of it is there."""
        kept = self._journal.recall(_FACT)
        if kept is None or kept["stamp"] != stamp or "notes" not in kept:
            return None
        files = tuple(self.out / name for name in kept["files"])
        folders = (self.report_folder(one.hand_in.name) for one in class_)
        if not all(map(_is_file, files)) or not all(_is_file(folder / name) for folder in folders for name in _WHOLE):
            return None
        return Published(tuple(one.report for one in class_), files, tuple(kept["notes"]))

    def _write_reports(self, class_: Sequence[Standing], *, later: bool) -> int:
        """See to it that students' reports are what lies in their folders, and return how many are put off."""
        put_off = 0
        for one in class_:
            folder, wanted = self.report_folder(one.hand_in.name), json_report.to_dict(one.report)
            if _holds(folder, wanted):
                continue
            if later:  # whoever copies the folder gets none rather than a wrong one
                take_away(folder)
                put_off += 1
            else:
                write_reports(json_report.from_dict(wanted, folder=folder), folder)
        return put_off

    def _lacks_pictures(self, one: Standing) -> bool:
        folder = self.report_folder(one.hand_in.name)
        return not all(_is_file(folder / path) for path in one.entry.extra.get("pictures", ()))

    def _stamp(self) -> str:
        """Return what changes with all that is published."""
        roster, late = self._journal.recall("roster"), self._journal.recall(LATE)
        facts = [roster, sorted(self._journal.stamps().items()), self.undecided, late, __version__]
        if roster and roster["gradebook"]:
            with suppress(OSError):
                facts.append(Path(roster["gradebook"]).stat().st_mtime_ns)
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 - a third of the time, and a class has thousands


def _gradebook(roster: Roster) -> tuple[Gradebook | None, list[str]]:
    if roster.gradebook is None:
        return None, []
    try:
        return open_gradebook(Path(roster.gradebook)), []
    except InputError as error:  # the grades themselves do not depend on it
        return None, [f"No file for the platform was written: {error.message}"]


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


def _holds(folder: Path, wanted: dict[str, Any]) -> bool:
    """Whether a report lies there whole: where the plug was pulled while it was replaced, a file is missing."""
    try:
        found = json.loads((folder / FORMATS["json"].file).read_bytes())
    except (OSError, ValueError):
        return False
    return found == wanted and all((folder / name).is_file() for name in _WHOLE)
