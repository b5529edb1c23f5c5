"""Points and accepted words change: everybody is scored from the journal as if all had been run again."""

from __future__ import annotations

import json
import shutil
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from grader.activities import activity_named
from grader.classroom.class_request import ClassRequest
from grader.classroom.dispatcher import Unwatched
from grader.classroom.errors import ClassError
from grader.classroom.journal import Journal
from grader.classroom.records import Entry
from grader.classroom.roster import Roster
from grader.classroom.scoring.scoring_again import kept_for_scoring
from grader.classroom.scoring.settled import with_scoring
from grader.classroom.session import Adjustment, ClassSession, Verdict
from grader.course import CourseSettings
from grader.grading import Settings
from grader.model.faults import Code
from grader.model.text import WordsQuestion
from grader.report.json_report import to_dict
from grader.report.wording import number
from grader.rubric import Status
from tests.classroom.grading import hand_in
from tests.classroom.test_session import ISOLATION, Listener
from tests.classroom.under_review import waits
from tests.conftest import SUBMISSIONS
from tests.packing import files_in, write_folder

ASKED = ClassRequest(activity="activity-11.2", workers=2, skip=frozenset({"browser"}), isolation=ISOLATION)
GOLDEN = [
    "dict-printed",
    "found-none",
    "have-not-found-the-cookie",
    "home-only-prints",
    "none-from-get-returned",
    "redirect-after-adding",
    "starter-completed",
    "starter-wording-left",
    "whole-jar-as-dict",
    "wrong-words-added",
    "wrong-words-home",
    "wrong-words-missing",
]
SETTINGS = """\
# Set by the course; this stays.
[activities."11.2"]
due = 2026-11-20T23:59:00-05:00  # and so does this

[activities."11.2".points]
add-page = 20
home = 0
"""


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A class that was graded by the handout's words."""
    folder = tmp_path_factory.mktemp("scored")
    files = {
        f"{name}/{path}": data
        for name in GOLDEN
        for path, data in files_in(SUBMISSIONS / "activity_11_2" / name / "submission").items()
    }
    write_folder(folder / "class", files)
    with ClassSession.create([folder / "class"], folder / "out", ASKED) as session:
        assert session.grade(Unwatched(), threading.Event()).graded == len(GOLDEN)
    return folder


@pytest.fixture
def folder(graded: Path, tmp_path: Path) -> Path:
    """A copy of that class, each file as old as it was."""
    return Path(shutil.copytree(graded, tmp_path / "copy"))


def found(session: ClassSession) -> dict[tuple[str, str], tuple[str, float, float]]:
    return {
        (one.hand_in.name, result.id): (result.status.value, result.points, result.earned)
        for one in session.standings()
        for result in one.report.results
    }


def words_of_the_class(session: ClassSession) -> dict[str, list[str]]:
    """What pages display in the place of the handout's words, as somebody who looks would accept it."""
    accepted: dict[str, list[str]] = {}
    for name in GOLDEN:
        for check in ("home", "add-page", "display-found", "display-missing"):
            wording = session.wording_of(session.item(name, check))
            if wording is not None and wording.shown and "None" not in wording.shown and "Error" not in wording.shown:
                accepted.setdefault(wording.asked, []).append(wording.shown)
    return accepted


def test_scored_again_is_as_if_all_had_been_run_again(folder: Path) -> None:
    config = folder / "grader.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    out = folder / "out"
    with ClassSession.create([folder / "class"], out, replace(ASKED, config=str(config))) as session:
        session.decide([Verdict("starter-completed", "port", Status.PARTIAL, points=5)], "Nearly.")
        session.adjust("starter-completed", Adjustment(1, "For the nice page."))
        words = words_of_the_class(session)
        assert len(words) == 4
        before, score = found(session), session.standing("wrong-words-added").report.score
        preview = session.preview("activity-11.2", words)
        assert found(session) == before  # nothing is written yet
        assert not preview.to_run
        (change,) = [each for each in preview.changes if each.who.name == "wrong-words-added"]
        assert {"add-page", "home"} <= set(change.checks)
        assert (change.before, change.after.earned) == (score, score.earned - 2.5 - 5 + 20)
        published = session.apply(preview)
        scored = found(session)
        pages = {out / "reports" / each.who.name / "report.html": each.after.earned for each in preview.changes}
        assert published.put_off == len(pages)
        assert not any(page.exists() for page in pages), "what is out of date lies nowhere"
        assert session.catch_up() is not None
        assert all(f">{number(earned)}</span> of" in page.read_text("utf-8") for page, earned in pages.items())
        assert session.catch_up() is None
        assert {each.who.name: each.after for each in preview.changes} == {
            name: session.standing(name).report.score for name in (each.who.name for each in preview.changes)
        }
        assert session.standing("starter-completed").report.adjusted == 1
        assert session.item("starter-completed", "port").result.earned == 5
        notes = session.standing("wrong-words-added").report.notes
        with pytest.raises(ClassError) as late:
            session.apply(preview)
        assert late.value.code is Code.NOT_ALIKE
    written = config.read_text(encoding="utf-8")
    assert "# Set by the course; this stays." in written
    assert "# and so does this" in written
    with ClassSession.create([folder / "class"], out, replace(ASKED, config=str(config))) as session:
        listener = Listener()
        session.grade(listener, threading.Event())
        assert listener.names("as before") == set(GOLDEN)  # nobody is run again for it
        assert found(session) == scored
    with ClassSession.create([folder / "class"], folder / "afresh", replace(ASKED, config=str(config))) as afresh:
        afresh.grade(Unwatched(), threading.Event())
        by_hand = {("starter-completed", "port")}
        assert {key: each for key, each in found(afresh).items() if key not in by_hand} == {
            key: each for key, each in scored.items() if key not in by_hand
        }
        assert len(afresh.standing("wrong-words-added").report.notes) == len(notes) == 1  # the settings are named once


def test_other_points_in_the_file_are_scored_by_whoever_grades_again(folder: Path) -> None:
    config = folder / "grader.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    with ClassSession.create([folder / "class"], folder / "out", replace(ASKED, config=str(config))) as session:
        listener = Listener()
        summary = session.grade(listener, threading.Event())
        assert listener.names("as before") == set(GOLDEN)
        assert {report.score.maximum for report in summary.published.reports} == {100.0 - 20 + 15 - 5}
        assert session.item("wrong-words-added", "add-page").result.earned == 10
    config.unlink()
    with ClassSession.create([folder / "class"], folder / "out", ASKED) as session:
        session.grade(Unwatched(), threading.Event())
        assert session.item("wrong-words-added", "add-page").result.earned == 2.5


def test_what_is_handed_in_anew_is_run_and_nobody_else(folder: Path) -> None:
    app = folder / "class" / "wrong-words-home" / "app.py"
    app.write_bytes(app.read_bytes() + b"# better\n")
    with ClassSession.create([folder / "class"], folder / "out", ASKED) as session:
        listener = Listener()
        session.grade(listener, threading.Event())
        assert listener.names("graded") == {"wrong-words-home"}
        assert len(listener.names("as before")) == len(GOLDEN) - 1


def test_words_that_the_exercise_does_not_ask_for_are_refused(folder: Path) -> None:
    with ClassSession.open(folder / "out") as session:
        for words in ({"Cookie baked!": ["Cookie was set"]}, {"Cookie added!": ["!!!"]}):
            with pytest.raises(ClassError) as refused:
                session.preview("activity-11.2", words)
            assert refused.value.code is Code.NO_WORDS


@pytest.mark.parametrize("size", [3, 300])
def test_a_class_is_scored_again_within_a_second_and_written_within_two(tmp_path: Path, size: int) -> None:
    config = tmp_path / "grader.toml"
    config.write_text(SETTINGS, encoding="utf-8")
    activity, course = activity_named("11.2"), CourseSettings()
    names = [f"student-{number:03}" for number in range(size)]
    shown = WordsQuestion("displayed", "Cookie added!", "Cookie was set, and more words. " * 20, False)
    with Journal(tmp_path) as journal:
        Roster(tuple(hand_in(name, name) for name in names)).keep(journal)
        journal.remember("asked", {**ASKED.as_kept(Settings("process")), "config": str(config)})
        journal.remember("export", [str(tmp_path)])
        entries = []
        for name in names:
            asking = ("home", "add-page", "display-found", "display-missing")
            results = [replace(each, asked=(shown,) if each.id in asking else ()) for each in waits(name, 1, 2).results]
            report = replace(waits(name), results=tuple(results), activity=activity.id)
            kept = kept_for_scoring(report, activity, course, None)
            key = with_scoring("graded", course.scoring(activity.id))
            entries.append(
                Entry(name, key, name, to_dict(report), {"scoring": kept, "pictures": {}, "fingerprint": None})
            )
        journal.record_all(entries)
    for entry in entries:
        lies = tmp_path / "reports" / entry.name
        lies.mkdir(parents=True)
        for file, content in (
            ("report.json", json.dumps(entry.report)),
            ("report.html", "old"),
            ("report.docx", "old"),
        ):
            (lies / file).write_text(content, encoding="utf-8")
    with ClassSession.open(tmp_path) as session:
        session.standings()  # as a page that is open has them
        begun = time.thread_time()  # all of it is computed in this thread
        preview = session.preview("activity-11.2", {"Cookie added!": ["Cookie was baked"]})
        assert time.thread_time() - begun < 1
        assert (len(preview.changes), len(preview.to_run)) == (size, 0)
        assert {change.after.maximum for change in preview.changes} == {100 + 15 - 5}
        begun = time.thread_time()
        published = session.apply(preview)
        assert time.thread_time() - begun < 2
        assert published.put_off == size
        assert list(tmp_path.glob("reports/*/report.*")) == [], "they would be out of date"
        assert (tmp_path / "grades.csv").read_text("utf-8").count(",110,") == size
