"""Invented classes in a journal, as `grader batch` leaves them, without the grading and without the reports."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from grader.classroom.journal import Journal
from grader.classroom.likeness.evidence_prints import evidence_prints
from grader.classroom.records import Entry
from grader.classroom.roster import Roster
from grader.model.outcome import Evidence, Status
from grader.model.report import Handed, Report
from grader.platforms.exports import HandIn, Person
from grader.report import evidence, json_report
from tests.classroom import made_class

SAMPLES = made_class.samples()
NAMES = {
    "doe_jane": ("Doe, Jane", "1001"),
    "kim_1": ("Kim, Min", "1002"),
    "kim_2": ("Kim, Min", "1003"),
    "roe_rick": ("Roe, Rick", "1004"),
    "oneill": ("O’Neill, Zoë", "1005"),
}
"""Two have the same name."""


def waits(name: str, shots: Mapping[int, int], student: str | None = None) -> Report:
    """The report of somebody some of whose pictures a person has to look at.

    Parameters
    ----------
    shots
        For a screenshot's number, which look it has: who has the same look has the same picture.

    """
    results = SAMPLES.passed()
    for shot, look in shots.items():
        path = f"evidence/shot-{shot}-1.png"
        SAMPLES.change(
            results,
            f"shot-{shot}",
            status=Status.REVIEW,
            earned=0,
            pending=True,
            message=f"Picture {shot} of shots.docx is there; a person looks at what it shows.",
            expected="what the handout lists",
            evidence=(_shown(f"Picture {shot} of {name}.docx", path, made_class.screenshot(shot, look)),),
        )
    handed = Handed(name, student or NAMES[name][0], f"{name}.zip", ("app.py",))
    return SAMPLES.report(results, submission=handed)


def _shown(caption: str, path: str, picture: bytes) -> Evidence:
    return Evidence("picture", caption, path, picture, pixels=hashlib.sha256(picture).hexdigest())


def unopened(name: str) -> Report:
    """The report of somebody whose zip is corrupt."""
    results = SAMPLES.passed()
    for result in list(results):
        SAMPLES.change(results, result.id, status=Status.BLOCKED, earned=0, message="Not tried.", evidence=())
    SAMPLES.change(results, "loads", status=Status.FAILED, message="work.zip is corrupt: its end is missing.")
    report = SAMPLES.report(results, submission=Handed(name, NAMES[name][0], f"{name}.zip", ()))
    return replace(report, environment=replace(report.environment, isolation="none"))


def leave(
    out: Path, reports: Iterable[Report], *, absent: tuple[Person, ...] = (), late: str = "", content: str = "content"
) -> Path:
    """Leave a graded class in a folder."""
    out.mkdir(exist_ok=True, parents=True)
    hand_ins = []
    with Journal(out) as journal:
        entries = []
        for number, report in enumerate(reports):
            name, student = report.submission.name, report.submission.student
            for path, data in evidence.pictures(report).items():
                place = out / "reports" / name / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(data)
            extra = {"fingerprint": None, "pictures": _prints(report)}
            entries.append(Entry(name, f"key {name}", f"{content} {name}", json_report.to_dict(report), extra))
            id_ = NAMES[name][1] if name in NAMES else str(2000 + number)
            person = Person(student, {"canvas": id_})
            hand_ins.append(HandIn(name, f"{name}.zip", "Canvas", (person,), late=name == late))
        journal.record_all(entries)
        Roster(tuple(hand_ins), absent=absent).keep(journal)
    return out


def _prints(report: Report) -> dict[str, list[Any]]:
    shown = [each for result in report.results if result.pending for each in result.evidence]
    return {each.path: print_ for each in shown if (print_ := _print(each.data)) is not None}


@cache
def _print(picture: bytes) -> list[Any] | None:
    """What a picture is compared by; there are few, shown by many."""
    result = replace(SAMPLES.passed()[0], pending=True, evidence=(Evidence("picture", "", "evidence/a.png", picture),))
    return evidence_prints(SAMPLES.report([result])).get("evidence/a.png")


def small(out: Path) -> Path:
    """Five students: a group of four, one of two, three alone, one who could not be opened, one who is missing."""
    reports = [
        waits("doe_jane", {1: 0, 2: 0, 4: 0}),
        waits("kim_1", {1: 0, 2: 0}),
        waits("kim_2", {1: 0, 6: 0}),
        waits("roe_rick", {1: 0, 9: 0}),
        unopened("oneill"),
    ]
    return leave(out, reports, absent=(Person("Poe, Edgar", {"canvas": "1009"}),), late="kim_2")


def crowd(out: Path, students: int, *, pictures: bool = False) -> Path:
    """A class of many."""
    dice = random.Random(7)
    reports = [made_class.report(number, dice) for number in range(students)]
    if not pictures:
        reports = [_without_pictures(report) for report in reports]
    return leave(out, reports, absent=(Person("Poe, Edgar", {"canvas": "1009"}),))


def _without_pictures(report: Report) -> Report:
    """Thousands of equal pictures say no more than one, and take long to write."""
    return replace(report, results=tuple(replace(result, evidence=()) for result in report.results))
