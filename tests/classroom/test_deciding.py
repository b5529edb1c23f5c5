"""What a person decides stands in reports, overview and gradebooks, for as long as the hand-in is the same."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from grader import activities
from grader.classroom.errors import ClassError
from grader.classroom.journal import Journal
from grader.classroom.records import Adjustment, Decision
from grader.classroom.review.standing import decided
from grader.classroom.session import ClassSession, Verdict
from grader.cli.class_hints import with_hints
from grader.model.faults import Code, InputError
from grader.report.json_report import to_dict
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


def test_nobody_is_asked_which_app_counts_once_the_check_is_decided(out):
    results = SAMPLES.passed()
    SAMPLES.change(results, "loads", status=Status.REVIEW, earned=0, pending=True, reason="several-apps")
    with Journal(out) as journal:
        entry = journal.entry("doe_jane")
        report = to_dict(replace(entry.full_report(), results=tuple(results)))
        journal.record(
            replace(entry, report=report, extra={**entry.extra, "apps": {"all": ["a.py", "b.py"], "graded": ""}})
        )
    with ClassSession.open(out) as session:
        assert [choice.is_needed for choice in session.choices()] == [True]
        decided = session.decide([Verdict("doe_jane", "loads", Status.PASSED)])
        assert [choice.is_needed for choice in session.choices()] == [False]
        assert not any(row.apps for row in session.overview().rows)
        session.undo(decided)
        assert [row.apps for row in session.overview().rows if row.apps] == [("a.py", "b.py")]


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


def test_a_decision_holds_for_what_was_looked_at_and_is_listed_where_that_is_gone(out):
    with ClassSession.open(out) as session:
        shot = session.item("doe_jane", "shot-1")
        port = session.item("doe_jane", "port")
        session.decide([Verdict.on(shot, Status.PARTIAL, points=1.5), Verdict.on(port, Status.FAILED)], "Blurred.")
    other_app = waits("doe_jane", 1)
    results = list(other_app.results)
    SAMPLES.change(results, "port", status=Status.FAILED, earned=0, message="It runs on port 5000.")
    grade(out, replace(other_app, results=tuple(results)), content="another app")
    with ClassSession.open(out) as session:
        assert session.item("doe_jane", "shot-1").result.earned == 1.5  # the same pixels, the same check
        (lapsed,) = session.lapsed()
        assert (lapsed.name, lapsed.decision) == ("doe_jane", Decision("port", "failed", "Blurred."))
    grade(out, waits("doe_jane", 1, look=1), content="another document")
    with ClassSession.open(out) as session:
        (shot_1,) = [each for each in session.lapsed("doe_jane") if each.decision.check == "shot-1"]
        assert shot_1.item.waits
        assert shot_1.item.earlier == shot_1.decision == Decision("shot-1", "partial", "Blurred.", 1.5)
        (kept,) = session.keep([shot_1]).made
        assert (kept.after.result.earned, kept.after.result.note) == (1.5, "Blurred.")
        with pytest.raises(ClassError) as gone:
            session.keep([shot_1])
        assert gone.value.code is Code.NOTHING_LAPSED
        assert not session.lapsed()  # the port is as it was when it was decided
        assert [(event.what, event.after) for event in session.history("doe_jane")][-1] == (
            "shot-1",
            {"status": "partial", "note": "Blurred.", "points": 1.5},
        )


def test_a_decision_that_holds_no_more_can_be_let_go_and_the_history_keeps_it(out):
    with ClassSession.open(out) as session:
        session.decide([Verdict("doe_jane", "shot-1", Status.PASSED)], "Good.")
    grade(out, waits("doe_jane", 1, look=1), content="another document")
    with ClassSession.open(out) as session:
        session.drop(session.lapsed())
        assert not session.lapsed()
        assert session.item("doe_jane", "shot-1").waits
        last = session.history("doe_jane")[-1]
        assert (last.what, last.before, last.after) == (
            "shot-1",
            {"status": "passed", "note": "Good.", "points": None},
            None,
        )
        assert last.by


def test_what_a_person_says_about_the_whole_is_in_every_file(out):
    with ClassSession.open(out) as session:
        before = session.standing("doe_jane").report.score.earned
        seen = session.version()
        session.adjust("doe_jane", Adjustment(-3, "Handed in after the\x1b talk.", 2))
        assert session.version() > seen
        session.publish()
        report = session.standing("doe_jane").report
    assert report.score.earned == before - 3
    assert "3 points are taken off: Handed in after the talk." in report.notes
    assert "Counts as handed in 2 days late." in report.notes
    assert on_disk(out, "doe_jane")["score"]["earned"] == before - 3
    row = grades(out)["doe_jane"]
    assert (row["earned"], row["points added"], row["why"]) == (f"{before - 3:g}", "-3", "Handed in after the talk.")
    assert row["days late"] == "2"
    with ClassSession.open(out) as session:
        session.adjust("doe_jane", None)
        assert session.standing("doe_jane").report.score.earned == before
        with pytest.raises(ClassError) as refused:
            session.adjust("doe_jane", Adjustment(float("nan")))
        assert refused.value.code is Code.BAD_POINTS


def test_a_comment_is_offered_again_and_changed_everywhere(out):
    with ClassSession.open(out) as session:
        for name, note in (("doe_jane", "Blurred."), ("roe_rick", "Blurred."), ("kim_2", "Cut off.")):
            session.decide([Verdict(name, "shot-1", Status.FAILED)], note)
        comments = session.comments("shot-1")
        assert [(comment.words, comment.used) for comment in comments] == [("Blurred.", 2), ("Cut off.", 1)]
        assert not session.comments("shot-2")
        changes = session.change_comment(comments[0], "Too blurred to read.")
        assert {change.after.result.note for change in changes.made} == {"Too blurred to read."}
        assert session.change_comment(comments[0], "Another.").conflicts
        session.publish()
    assert "Too blurred to read." in (out / "reports" / "roe_rick" / "report.html").read_text(encoding="utf-8")
    assert grades(out)["kim_2"]["notes"] == "shot-1: Cut off."


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
