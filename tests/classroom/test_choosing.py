"""Where the grader cannot choose nothing is lost: a person says which app, which attempt, and it is graded at once."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from grader.classroom.dispatcher import Unwatched
from grader.classroom.errors import ClassError
from grader.classroom.session import ClassSession, Verdict
from grader.model.faults import Code
from grader.rubric import Status
from tests.classroom.test_session import APP, ASKED
from tests.packing import write_folder, zipped

FIRST, SECOND = APP.replace(b"3000", b"5000") + b"# and not 3000\n", APP


def two_apps() -> bytes:
    return zipped({"a/app.py": FIRST, "b/app.py": SECOND + b"# b\n"})


def test_an_app_is_chosen_of_several_and_stays_so(tmp_path: Path) -> None:
    class_ = write_folder(tmp_path / "class", {"ann/work.zip": two_apps(), "bob/app.py": SECOND})
    with ClassSession.create([class_], tmp_path / "out", ASKED) as session:
        session.grade(Unwatched(), threading.Event())
        (choice,) = session.choices()
        assert (choice.who.name, choice.apps, choice.app, choice.is_needed) == (
            "ann",
            ("a/app.py", "b/app.py"),
            None,
            True,
        )
        assert session.item("ann", "loads").waits
        assert [item.key for item in session.waiting()] == [("ann", "loads")], "what needs it waits for it"
        assert session.standing("ann").report.score.pending == session.standing("ann").report.score.maximum
        assert [row.apps for row in session.overview().rows if row.name == "ann"] == [("a/app.py", "b/app.py")]
        decided = session.decide([Verdict("ann", "loads", Status.PASSED)], "Which one?")
        assert not session.choices()[0].is_needed, "decided by hand: nobody is asked any more which app counts"
        assert not any(row.apps for row in session.overview().rows)
        session.undo(decided)
        assert session.choices()[0].is_needed
        session.decide([Verdict("ann", "loads", Status.PASSED)], "Which one?")
        summary = session.choose("ann", app="a/app.py")
        assert summary.published.files
        assert session.item("ann", "port").result.status is Status.FAILED
        assert [lapsed.decision.check for lapsed in session.lapsed()] == ["loads"]  # it was about no app at all
        with pytest.raises(ClassError) as refused:
            session.choose("ann", app="c/app.py")
        assert (refused.value.code, refused.value.facts["all"]) == (Code.NO_CANDIDATE, ["a/app.py", "b/app.py"])
    with ClassSession.create([class_], tmp_path / "out", ASKED) as session:
        session.grade(Unwatched(), threading.Event())
        assert session.item("ann", "port").result.status is Status.FAILED
        (choice,) = session.choices()
        assert choice.app == "a/app.py"
        session.choose("ann", app="b/app.py")
        assert session.item("ann", "port").result.status is Status.PASSED
        assert [event.after for event in session.history("ann") if event.what == "chosen"] == [
            {"app": "a/app.py"},
            {"app": "b/app.py"},
        ]


def test_an_earlier_attempt_is_chosen_and_the_latest_again(tmp_path: Path) -> None:
    attempts = {
        f"Lab_jdoe_attempt_{time}_app.py": app
        for time, app in (("2026-11-01-10-00-00", SECOND), ("2026-11-02-10-00-00", FIRST))
    }
    class_ = write_folder(tmp_path / "class", {**attempts, "Lab_roe_attempt_2026-11-01-10-00-00_app.py": SECOND})
    with ClassSession.create([class_], tmp_path / "out", replace(ASKED, workers=1)) as session:
        session.grade(Unwatched(), threading.Event())
        (choice,) = session.choices()
        name = choice.who.name
        assert [each.label for each in choice.attempts] == ["2026-11-02-10-00-00", "2026-11-01-10-00-00"]
        assert (choice.attempt, choice.is_needed) == ("2026-11-02-10-00-00", False)
        for wrong in ({"app": "../../etc/passwd", "attempt": "2026-11-01-10-00-00"}, {"attempt": "../x"}, {"app": "x"}):
            with pytest.raises(ClassError) as refused:
                session.choose(name, **wrong)
            assert refused.value.code is Code.NO_CANDIDATE
        assert session.item(name, "port").result.status is Status.FAILED
        session.choose(name, attempt="2026-11-01-10-00-00")
        assert session.item(name, "port").result.status is Status.PASSED
        assert "A person has chosen this attempt: 2026-11-01-10-00-00." in session.standing(name).report.notes
    with ClassSession.open(tmp_path / "out") as session:  # at another door
        (choice,) = session.choices()
        assert choice.attempt == "2026-11-01-10-00-00"
        assert [each.label for each in choice.attempts] == ["2026-11-02-10-00-00", "2026-11-01-10-00-00"]
        session.choose(name, attempt="2026-11-02-10-00-00")
        assert session.item(name, "port").result.status is Status.FAILED


def test_an_archive_that_canvas_has_numbered_is_an_attempt_of_its_own(tmp_path: Path) -> None:
    uploads = {"doejane_12_100_work.zip": {"app.py": SECOND}, "doejane_12_101_work-1.zip": {"app.py": FIRST}}
    files = {name: zipped(inside) for name, inside in uploads.items()}
    class_ = write_folder(tmp_path / "class", {**files, "roe_13_102_app.py": SECOND})
    with ClassSession.create([class_], tmp_path / "out", replace(ASKED, workers=1)) as session:
        session.grade(Unwatched(), threading.Event())
        (choice,) = session.choices()
        assert [each.label for each in choice.attempts] == ["work-1.zip", "work.zip"]
        assert choice.attempt == "work-1.zip"
        assert session.item("doejane", "port").result.status is Status.FAILED
        notes = [note for note in session.standing("doejane").report.notes if "left out" in note]
        assert len(notes) == 1, "which one counts is said once"
        session.choose("doejane", attempt="work.zip")
        assert session.item("doejane", "port").result.status is Status.PASSED
        session.choose("doejane", attempt="work-1.zip")
        assert session.item("doejane", "port").result.status is Status.FAILED
