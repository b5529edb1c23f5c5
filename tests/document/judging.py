"""What a document's screenshots get, without an app to compare them with."""

from __future__ import annotations

from pathlib import Path

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.rubric import Report
from grader.submission import open_submission

from .build import replace_parts
from .hand_ins import HandIn
from .windows import Camera


def statuses(report: Report) -> dict[str, str]:
    return {result.id: result.status.value for result in report.results if result.id.startswith("shot-")}


def judge(document: Path, activity: str) -> Report:
    with Grader(Settings(isolation="process")) as grader:
        return grader.grade(open_submission(document), activity_named(activity))


def document(hand_in: HandIn, cam: Camera, folder: Path) -> Path:
    path = hand_in.build(cam).save(folder / "Report.docx")
    return replace_parts(path, {"word/numbering.xml": hand_in.numbering}) if hand_in.numbering else path


def expected(hand_in: HandIn, got: dict[str, str]) -> dict[str, str]:
    return {id_: hand_in.gets.get(id_, "passed") for id_ in got}
