"""What a person decides stands in reports, overview and gradebooks, for as long as the hand-in is the same."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from grader import activities
from grader.classroom.journal import Decision
from grader.classroom.review.standing import decided
from grader.classroom.session import ClassSession, Verdict
from grader.cli.class_hints import with_hints
from grader.model.faults import InputError
from grader.rubric import Report, Result, Status
from tests.classroom.under_review import SAMPLES, grade, grade_all, waits, without_document


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grade_all(tmp_path_factory.mktemp("graded"))


@pytest.fixture
def out(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "out"))


def after(report: Report, *decisions: tuple[str, str, str]) -> dict[str, Result]:
    return {result.id: result for result in decided(report, [Decision(*each) for each in decisions]).results}


def on_disk(out: Path, name: str) -> dict[str, Any]:
    report = json.loads((out / "reports" / name / "report.json").read_bytes())
    return {check["id"]: check for check in report["checks"]} | {"score": report["score"]}


@pytest.mark.parametrize(("status", "earned"), [("passed", 2), ("partial", 1), ("failed", 0)])
def test_a_decided_check_says_so_and_keeps_its_evidence(status, earned):
    before = waits("doe_jane", 3)
    shot = after(before, ("shot-3", status, "The address bar is missing."))["shot-3"]
    assert (shot.status.value, shot.earned, shot.pending) == (status, earned, False)
    assert "A person has looked at this" in shot.message
    assert shot.message.endswith("Their note: The address bar is missing.")
    assert shot.evidence == next(result for result in before.results if result.id == "shot-3").evidence


def test_what_the_grader_found_wrong_is_kept_unless_it_is_accepted():
    typical = SAMPLES.typical()
    partly = after(typical, ("add-cookie", "partial", "Only the case is wrong."))["add-cookie"]
    assert "it counts as partly right. `/addCookie` sets the cookie `myfirstcookie`" in partly.message
    assert partly.message.endswith("Their note: Only the case is wrong.")
    assert (partly.earned, partly.line) == (5, 14)
    assert "capital F" in partly.hint
    accepted = after(typical, ("add-cookie", "passed", ""))["add-cookie"]
    assert accepted.message == "A person has looked at this: it counts as done."
    assert (accepted.expected, accepted.observed, accepted.hint, accepted.line) == (None, None, None, None)


def test_partial_earns_what_the_activity_gives_for_it(tmp_path, monkeypatch):
    (tmp_path / "an_activity_of_80_percent.py").write_text(
        "from grader.rubric import Activity\n"
        "activity = Activity('activity-80', title='')\n"
        "@activity.check(step='1', points=10, partial=0.8)\n"
        "def shot_3(site):\n    '''A check.'''\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(activities._OURS, "activity-80", "an_activity_of_80_percent")
    report = waits("doe_jane", 3)
    for activity, earned in (("activity-80", 1.6), ("activity-from-a-file", 1.0)):
        asked = SAMPLES.report(report.results, activity=activity)
        assert after(asked, ("shot-3", "partial", ""))["shot-3"].earned == earned


def test_what_was_not_tried_waits_for_a_person_once_its_need_is_accepted():
    results = after(without_document("kim_1"), ("document", "passed", ""))
    assert results["document"].earned == 2
    for number in range(1, 11):
        shot = results[f"shot-{number}"]
        assert (shot.status, shot.pending, shot.earned) == (Status.REVIEW, True, 0)
        assert results["document"].title in shot.message


def test_what_waits_for_that_in_turn_stays_blocked_but_costs_nothing():
    results = SAMPLES.passed()
    SAMPLES.change(results, "remove-cookie", status=Status.FAILED, earned=0)
    SAMPLES.change(results, "add-cookie", status=Status.FAILED, earned=0)
    for name in ("add-browser", "display-cleared", "remove-browser"):
        SAMPLES.change(results, name, status=Status.BLOCKED, earned=0)
    now = after(SAMPLES.report(results), ("add-cookie", "passed", ""))
    assert [now["add-browser"].status, now["display-cleared"].status] == [Status.REVIEW, Status.BLOCKED]
    assert now["display-cleared"].pending
    assert (now["remove-browser"].status, now["remove-browser"].pending) == (Status.BLOCKED, False)
    later = after(SAMPLES.report(results), ("add-cookie", "passed", ""), ("add-browser", "failed", ""))
    assert (later["display-cleared"].status, later["display-cleared"].pending) == (Status.BLOCKED, False)


def test_a_check_that_does_not_count_stays_as_it_is():
    report = waits("doe_jane", 3)
    results = list(report.results)
    SAMPLES.change(results, "shot-3", counts=False, status=Status.SKIPPED)
    left_out = SAMPLES.report(results)
    assert decided(left_out, [Decision("shot-3", "passed", ""), Decision("no-such-check", "passed", "")]) == left_out


def test_a_decision_is_in_every_file_and_can_be_taken_back(out):
    before = on_disk(out, "doe_jane")
    folder = out / "reports" / "doe_jane"
    with ClassSession.open(out) as session:
        item = session.item("doe_jane", "shot-1")
        changes = session.decide([Verdict.on(item, Status.PASSED)], "Well  done — très bien\x1b[0m.")
        session.publish()
        note = "Their note: Well done — très bien[0m."
        now = on_disk(out, "doe_jane")
        assert note in now["shot-1"]["message"]
        assert now["score"] == {"earned": 98.0, "pending": 2.0, "maximum": 100.0}
        assert note in (folder / "report.html").read_text(encoding="utf-8")
        assert any(note in paragraph.text for paragraph in Document(str(folder / "report.docx")).paragraphs)
        assert (folder / "evidence" / "shot-1-1.png").is_file()
        page = (out / "index.html").read_text(encoding="utf-8")
        assert page.count("doe_jane/report.html#check-shot-1") == 0
        assert page.count("roe_rick/report.html#check-shot-1") > 0
        assert grades(out)["doe_jane"]["shot-1"] == "passed"
        assert grades(out)["doe_jane"]["pending checks"] == "shot-2"
        session.undo(changes)
        session.publish()
    assert on_disk(out, "doe_jane") == before
    assert grades(out)["doe_jane"]["shot-1"] == "review"


def grades(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def test_a_decision_holds_for_the_same_content_only(out):
    with ClassSession.open(out) as session:
        session.decide([Verdict.on(session.item("doe_jane", "shot-1"), Status.FAILED)], "Blurred.")
    grade(out, waits("doe_jane", 1), waits("kim_2", 1))
    assert on_disk(out, "doe_jane")["shot-1"]["status"] == "failed"
    grade(out, waits("doe_jane", 1), waits("kim_2", 1), content="another")
    assert on_disk(out, "doe_jane")["shot-1"]["status"] == "review"
    with ClassSession.open(out) as session:
        item = session.item("doe_jane", "shot-1")
        assert item.decision is None
        assert item.earlier == Decision("shot-1", "failed", "Blurred.")


def test_a_report_that_was_being_replaced_when_the_plug_was_pulled_is_written_again(out):
    page = out / "reports" / "doe_jane" / "report.html"
    page.unlink()
    with ClassSession.open(out) as session:
        session.publish()
    assert page.is_file()
    assert (out / "reports" / "doe_jane" / "evidence" / "shot-1-1.png").is_file()


@pytest.mark.parametrize(
    ("student", "found"),
    [("doe_jane", "doe_jane"), ("DOE_Jane", "doe_jane"), ("roe,  rick", "roe_rick"), ("kim_2", "kim_2")],
)
def test_a_student_is_found_by_the_submissions_name_or_their_own(out, student, found):
    with ClassSession.open(out) as session:
        assert session.submission(student) == found


@pytest.mark.parametrize(
    ("student", "said"),
    [
        (
            "Kim, Min",
            "Kim, Min is the name of several students. Name the submission: kim_2 (Kim, Min) or kim_1 (Kim, Min).",
        ),
        ("Jane", "Did you mean doe_jane (Doe, Jane)?"),
        ("Rick Roe", "Did you mean roe_rick (Roe, Rick)?"),
        ("doe_jnae", "Did you mean doe_jane (Doe, Jane)?"),
        ("Xavier", "There are roe_rick (Roe, Rick), doe_jane (Doe, Jane), kim_2 (Kim, Min) and kim_1 (Kim, Min)."),
        ("", "There are roe_rick"),
    ],
)
def test_who_cannot_be_told_is_said_with_those_who_may_be_meant(out, student, said):
    with pytest.raises(InputError) as refused, with_hints(), ClassSession.open(out) as session:
        session.submission(student)
    assert said in f"{refused.value.message} {refused.value.hint}"
