"""A small class in a journal, with something to decide: as `grader batch` leaves it, without the grading."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from grader.classroom.journal import Journal
from grader.classroom.roster import Roster
from grader.classroom.session import ClassSession
from grader.classroom.workers.worker import publish
from grader.platforms.exports import HandIn, Person
from grader.rubric import Evidence, Handed, Report, Status
from tests.classroom import made_class

SAMPLES = made_class.samples()
STUDENTS = {"doe_jane": "Doe, Jane", "kim_1": "Kim, Min", "kim_2": "Kim, Min", "roe_rick": "Roe, Rick"}
APP = {"app.py": b"from flask import Flask\n"}


def waits(name: str, *shots: int, look: int = 0) -> Report:
    """The report of somebody some of whose pictures a person has to look at; another look is other pictures."""
    results = SAMPLES.passed()
    for shot in shots:
        picture = made_class.screenshot(shot, (shot + look) % 4)
        shown = Evidence(
            "picture",
            f"Picture {shot} of shots.docx",
            f"evidence/shot-{shot}-1.png",
            picture,
            pixels=hashlib.sha256(picture).hexdigest(),
        )
        SAMPLES.change(
            results,
            f"shot-{shot}",
            status=Status.REVIEW,
            earned=0,
            pending=True,
            message=f"Picture {shot} of shots.docx is there; a person looks at what it shows.",
            expected="what the handout lists",
            evidence=(shown,),
        )
    return SAMPLES.report(results, submission=Handed(name, STUDENTS.get(name), f"{name}.zip", ("app.py",)))


def without_document(name: str) -> Report:
    """The report of somebody who has handed in no document: nothing is left to decide."""
    results = SAMPLES.passed()
    SAMPLES.change(results, "document", status=Status.FAILED, earned=0, message="There is no Word document.")
    for shot in range(1, 11):
        message = "Not tried, because the document is not done yet."
        SAMPLES.change(results, f"shot-{shot}", status=Status.BLOCKED, earned=0, message=message)
    return replace(waits(name), results=tuple(results))


def grade(out: Path, *reports: Report, content: str = "first") -> None:
    """Leave a graded class in a folder."""
    out.mkdir(exist_ok=True)
    hand_ins = [
        HandIn(name, f"{name}.zip", "Canvas", (Person(STUDENTS.get(name)),))
        for name in (report.submission.name for report in reports)
    ]
    with Journal(out) as journal:
        for report in reports:
            name = report.submission.name
            journal.record(publish(report, f"{content} {name}", APP, f"key {name}", out))
        Roster(tuple(hand_ins)).keep(journal)
    with ClassSession.open(out) as session:
        session.publish()


def grade_all(out: Path) -> Path:
    """Leave six checks of three students to a person, and one student who has handed in no document."""
    grade(out, waits("roe_rick", 1, 2, 3), waits("doe_jane", 1, 2), waits("kim_2", 1), without_document("kim_1"))
    return out
