"""A class is graded, looked at and decided at the same time, stopped, killed and gone on with: nothing is lost."""

from __future__ import annotations

import csv
import random
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import psutil
import pytest
from PIL import Image

from grader.classroom.class_request import ClassRequest
from grader.classroom.dispatcher import Unwatched
from grader.classroom.errors import ClassError
from grader.classroom.folder_lock import alone, is_taken
from grader.classroom.journal import Journal
from grader.classroom.journal_file import _FIRST, FILE
from grader.classroom.records import Decision, Entry
from grader.classroom.review.review_items import check_by_check, student_by_student
from grader.classroom.roster import Roster
from grader.classroom.session import Changes, ClassSession, Verdict
from grader.machine.bubblewrap import sandbox_wall
from grader.model.faults import Code, InputError
from grader.platforms.exports import HandIn, Person
from grader.rubric import Handed, Report, Status
from tests.classroom import made_class
from tests.classroom.under_review import SAMPLES, grade, grade_all, waits
from tests.commands import GRADER
from tests.conftest import ROOT
from tests.packing import files_in, write_folder

APP = files_in(ROOT / "reference_app" / "discussion_11_1")["app.py"]
ISOLATION = "sandbox" if sandbox_wall().works else "process"
ASKED = ClassRequest(activity="discussion-11.1", workers=2, skip=frozenset({"browser"}), isolation=ISOLATION)
NAMES = [f"student-{number}" for number in range(6)]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def class_(tmp_path: Path) -> Path:
    wrong = APP.replace(b"3000", b"5000")
    return write_folder(tmp_path / "class", {f"{name}/app.py": wrong + f"# {name}\n".encode() for name in NAMES})


@pytest.fixture
def reviewed(tmp_path: Path) -> Path:
    """A class of which six checks of three students wait for a person."""
    return grade_all(tmp_path / "out")


def on_disk(out: Path, name: str, check: str) -> str:
    import json

    checks = json.loads((out / "reports" / name / "report.json").read_bytes())["checks"]
    return str(next(each["status"] for each in checks if each["id"] == check))


def grades(out: Path) -> dict[str, dict[str, str]]:
    with (out / "grades.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


class Listener(Unwatched):
    """Notes what it hears, and does something at each end."""

    def __init__(self, then: Callable[[str], None] = lambda _: None) -> None:
        self.heard: list[tuple[str, str]] = []
        self._then = then

    def begun(self, hand_in: HandIn) -> None:
        self.heard.append(("begun", hand_in.name))

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        self.heard.append(("graded" if entry else "as before", hand_in.name))
        self._then(hand_in.name)

    def names(self, what: str) -> set[str]:
        return {name for each, name in self.heard if each == what}


# Deciding while it is graded


def test_several_threads_decide_while_others_are_graded(class_: Path, out: Path) -> None:
    seen_half_way = []
    with ClassSession.create([class_], out, ASKED) as session, ThreadPoolExecutor(4) as threads:
        decided = []

        def decide(name: str) -> Changes:
            item = session.item(name, "port")
            assert item.result.status is Status.FAILED
            return session.decide([Verdict.on(item, Status.PASSED)], f"Note for {name}.")

        def look(name: str) -> None:
            decided.append(threads.submit(decide, name))
            state = session.state()
            assert state.at_work
            assert state.at_work.here
            seen_half_way.append(state.graded)

        listener = Listener(look)
        summary = session.grade(listener, threading.Event())
        assert [len(each.result().made) for each in decided] == [1] * len(NAMES)
        session.publish()
        assert not session.state().at_work
    assert (summary.graded, summary.everyone, summary.stopped) == (6, 6, False)
    assert seen_half_way == [1, 2, 3, 4, 5, 6]
    assert listener.names("begun") == listener.names("graded") == set(NAMES)
    assert {on_disk(out, name, "port") for name in NAMES} == {"passed"}
    assert {row["port"] for row in grades(out).values()} == {"passed"}


def test_another_process_decides_while_this_one_grades_and_grading_keeps_it(class_: Path, out: Path) -> None:
    said = []

    def decide_elsewhere(name: str) -> None:
        if not said:
            words = ["review", str(out), "--set", name, "port", "partial", "--note", "From next door."]
            done = subprocess.run([*GRADER, *words], capture_output=True, text=True, check=False)
            said.append((name, done.returncode, done.stdout, done.stderr))

    with ClassSession.create([class_], out, ASKED) as session:
        summary = session.grade(Listener(decide_elsewhere), threading.Event())
    ((name, code, stdout, stderr),) = said
    assert (code, stderr) == (0, "")
    assert "5 hand-ins not graded yet" in stdout
    assert "The class is being graded" in stdout
    assert on_disk(out, name, "port") == "partial"
    assert {each.submission.name: each.score.earned for each in summary.published.reports}[name] > 0
    assert grades(out)[name]["port"] == "partial"


def test_who_only_looks_is_not_taken_for_who_grades(tmp_path: Path) -> None:
    """Each tab of the page looks whenever it asks for something; a decision was refused for it."""
    ended = threading.Event()

    def look() -> list[bool]:
        seen = []
        while not ended.is_set():
            seen.append(is_taken(tmp_path, "grading"))
        return seen

    with alone(tmp_path, "grading"), ThreadPoolExecutor(1) as one:
        assert one.submit(is_taken, tmp_path, "grading").result()
    with ThreadPoolExecutor(3) as threads:
        looking = [threads.submit(look) for _ in range(3)]
        with alone(tmp_path, "publishing"):  # is something else
            assert not ended.wait(0.3)
        ended.set()
    assert not any(any(seen.result()) for seen in looking)


def test_only_one_grades_in_a_folder_and_the_others_are_told_who(class_: Path, out: Path) -> None:
    refused = []

    def grade_too(_name: str) -> None:
        if not refused:
            with ClassSession.open(out) as other:
                state = other.state()
                with pytest.raises(ClassError) as error:
                    other.grade(Unwatched(), threading.Event())
            with pytest.raises(ClassError) as again:
                ClassSession.create([class_], out, replace(ASKED, activity="11.2"))
            done = subprocess.run(
                [*GRADER, "batch", str(class_), "--out", str(out)], capture_output=True, text=True, check=False
            )
            refused.append((state, error.value, again.value, done))

    with ClassSession.create([class_], out, ASKED) as session:
        session.grade(Listener(grade_too), threading.Event())
    ((state, error, again, done),) = refused
    assert state.at_work.process == psutil.Process().pid
    assert error.code is again.code is Code.AT_WORK
    assert error.facts["at_work"].since == again.facts["at_work"].since
    assert done.returncode == 2
    assert f"Another grader is at work in {out}." in done.stderr
    assert f"(process {psutil.Process().pid})" in done.stderr
    assert {row["activity"] for row in grades(out).values()} == {"discussion-11.1"}


# Stopped and killed


def test_what_was_stopped_is_written_and_reviewed_and_goes_on_at_another_door(
    class_: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop = threading.Event()
    with ClassSession.create([class_], out, replace(ASKED, workers=1)) as session:
        first = Listener(lambda _: stop.set())
        summary = session.grade(first, stop)
        assert (summary.stopped, summary.graded, summary.published.missing) == (True, 1, 5)
        assert session.state().stopped
    (done,) = first.names("graded")
    assert set(grades(out)) == {done}
    assert (out / "index.html").is_file()
    with ClassSession.open(out) as later:
        later.decide([Verdict(done, "port", Status.PASSED)])
        later.publish()
        assert on_disk(out, done, "port") == "passed"
    monkeypatch.chdir(tmp_path)  # nothing depends on where it was begun
    with ClassSession.open(out) as later:
        second = Listener()
        summary = later.grade(second, threading.Event())
        assert (summary.stopped, summary.graded) == (False, 6)
    assert second.names("as before") == {done}
    assert second.names("graded") == set(NAMES) - {done}
    assert set(grades(out)) == set(NAMES)
    assert on_disk(out, done, "port") == "passed"


def test_stopped_before_anybody_is_graded(class_: Path, out: Path) -> None:
    stop = threading.Event()
    stop.set()
    with ClassSession.create([class_], out, ASKED) as session:
        summary = session.grade(Unwatched(), stop)
        assert (summary.stopped, summary.graded, summary.published.files) == (True, 0, ())
        with pytest.raises(ClassError) as refused:
            session.waiting()
        assert refused.value.code is Code.NOT_GRADED
        assert session.catch_up() is None
        assert session.grade(Unwatched(), threading.Event()).graded == 6


@pytest.mark.parametrize("after", [0, 1, 3, 5], ids="after {} lines".format)
def test_killed_at_any_moment_and_reviewed_afterwards(class_: Path, out: Path, after: int) -> None:
    command = [*GRADER, "batch", str(class_), "--out", str(out), "--activity", "discussion-11.1", "--workers", "2"]
    options = ["--skip", "browser", "--isolation", ISOLATION]
    dice = random.Random(after)
    with subprocess.Popen([*command, *options], stderr=subprocess.PIPE) as run:
        for _ in range(1 + after):  # the first one says what the export was taken for
            run.stderr.readline()
        with suppress(subprocess.TimeoutExpired):
            run.wait(dice.uniform(0, 0.3))
        started = psutil.Process(run.pid).children(recursive=True) if run.poll() is None else []
        run.kill()
    assert psutil.wait_procs(started, timeout=60)[1] == []
    with Journal(out) as journal:
        graded = set(journal.keys())
    listed = subprocess.run([*GRADER, "review", str(out), "--list"], capture_output=True, text=True, check=False)
    if graded:
        assert (listed.returncode, listed.stderr) == (0, "")
        assert set(grades(out)) == graded
        assert (out / "index.html").is_file()
        one = min(graded)
        with ClassSession.open(out) as session:
            session.decide([Verdict(one, "port", Status.PASSED)])
    else:
        assert (listed.returncode, "has been graded yet" in listed.stderr) == (2, True)
    assert subprocess.run([*command, *options], capture_output=True, check=False).returncode == 0
    assert set(grades(out)) == set(NAMES)
    assert not graded or on_disk(out, one, "port") == "passed"


def test_the_list_writes_what_a_killed_grader_left_behind_and_otherwise_nothing(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as session:
        assert session.catch_up() is None
        session.decide([Verdict("doe_jane", "shot-1", Status.PASSED)])
        assert session.catch_up() is not None
        assert session.catch_up() is None
        (reviewed / "index.html").unlink()
        assert session.catch_up() is not None
    assert (reviewed / "index.html").is_file()


# Decisions


def test_a_decision_about_something_that_has_changed_since_is_refused(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as one, ClassSession.open(reviewed) as other:
        item, same = one.item("doe_jane", "shot-1"), other.item("doe_jane", "shot-1")
        untouched = other.item("kim_2", "shot-1")
        one.decide([Verdict.on(item, Status.FAILED)], "Blurred.")
        changes = other.decide([Verdict.on(same, Status.PASSED), Verdict.on(untouched, Status.PASSED)])
        assert not changes.made
        (conflict,) = changes.conflicts
        assert conflict.decision == Decision("shot-1", "failed", "Blurred.")
        assert other.item("doe_jane", "shot-1").result.status is Status.FAILED
        assert other.item("kim_2", "shot-1") == untouched


def test_what_was_handed_in_anew_is_not_decided_by_who_has_seen_the_old(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as session:
        item = session.item("doe_jane", "shot-1")
        grade(reviewed, waits("doe_jane", 1), content="another")
        assert session.decide([Verdict.on(item, Status.PASSED)]).conflicts
        assert session.item("doe_jane", "shot-1").waits


def test_undo_brings_back_what_was_decided_before_with_its_note(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as session:
        session.decide([Verdict("doe_jane", "shot-1", Status.PARTIAL)], "Half of it.")
        items = [session.item(name, "shot-1") for name in ("doe_jane", "kim_2")]
        changes = session.decide([Verdict.on(item, Status.PASSED) for item in items], "All of it.")
        assert [change.after.decision.note for change in changes.made] == ["All of it."] * 2
        assert [session.item(item.name, "shot-1") for item in items] == [change.after for change in changes.made]
        undone = session.undo(changes)
        assert [change.after for change in undone.made] == items
        assert session.undo(changes).conflicts  # what is undone already is not undone again


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (Verdict("nobody", "shot-1", Status.PASSED), Code.NO_STUDENT),
        (Verdict("Kim, Min", "shot-1", Status.PASSED), Code.SEVERAL_STUDENTS),
        (Verdict("doe_jane", "shot-11", Status.PASSED), Code.NO_CHECK),
        (Verdict("doe_jane", "shot-2", None), Code.NOT_DECIDED),
        (Verdict("DOE_jane", "SHOT-1", Status.FAILED), Code.TWICE),
    ],
    ids=lambda value: value.value if isinstance(value, Code) else "",
)
def test_all_is_decided_or_nothing(reviewed: Path, bad: Verdict, code: Code) -> None:
    with ClassSession.open(reviewed) as session:
        with pytest.raises(ClassError) as refused:
            session.decide([Verdict("doe_jane", "shot-1", Status.PASSED), bad])
        assert refused.value.code is code
        assert session.item("doe_jane", "shot-1").waits


def test_a_decision_that_does_not_fit_on_the_disk_is_said_and_not_shown_as_kept(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as session:
        items, limit = session.waiting(), "PRAGMA max_page_count = {}".format
        ((pages,),) = session._journal._db.execute("PRAGMA page_count")
        session._journal._db.execute(limit(pages))  # SQLite says the same as on a disk that is full
        with pytest.raises(ClassError) as full:
            session.decide([Verdict.on(item, Status.FAILED) for item in items], "A long note. " * 5000)
        assert full.value.code is Code.CANNOT_WRITE
        assert session.waiting() == items
        session._journal._db.execute(limit(1_000_000))
        assert len(session.decide([Verdict.on(item, Status.FAILED) for item in items]).made) == len(items)


def test_reports_that_somebody_has_deleted_are_written_again_and_what_cannot_be_is_said(reviewed: Path) -> None:
    shutil.rmtree(reviewed / "reports")
    with ClassSession.open(reviewed) as session:
        published = session.publish()
        assert session._journal.keys()["doe_jane"] == ""  # it is graded once more the next time
        assert session._journal.keys()["kim_1"]  # who has no pictures has lost none
    assert (reviewed / "reports" / "doe_jane" / "report.docx").is_file()
    (said,) = [note for note in published.notes if "Pictures" in note]
    assert "roe_rick, doe_jane, kim_2" in said


def test_a_journal_of_the_first_version_is_gone_on_with(tmp_path: Path) -> None:
    db = sqlite3.connect(tmp_path / FILE)
    for statement in _FIRST:
        db.execute(statement)
    db.execute("PRAGMA user_version = 1")
    db.execute("INSERT INTO decided VALUES ('doe_jane', 'shot-1', 'first doe_jane', 'failed', 'Blurred.', '')")
    db.commit()
    db.close()
    grade(tmp_path, waits("doe_jane", 1))
    with ClassSession.open(tmp_path) as session:
        assert session.item("doe_jane", "shot-1").decision == Decision("shot-1", "failed", "Blurred.")


def test_threads_that_write_and_read_one_journal_and_two(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as one, ClassSession.open(reviewed) as other:

        def decide(number: int) -> int:
            session, check = (one, other)[number % 2], f"shot-{1 + number % 10}"
            changes = session.decide([Verdict("roe_rick", check, Status.FAILED)], f"{number}")
            session.standings()
            return len(changes.made)

        with ThreadPoolExecutor(8) as threads:
            assert sum(threads.map(decide, range(80))) == 80
        noted = {each.check: int(each.note) for each in one.standings()[0].decisions.values()}
        assert one.standings() == other.standings()
    assert noted.keys() == {f"shot-{number}" for number in range(1, 11)}
    assert all(f"shot-{1 + number % 10}" == check for check, number in noted.items())


# Order, groups, who is missing


def test_the_order_is_fair_and_always_the_same(tmp_path: Path) -> None:
    made = [replace(item, name=name) for item in one_item(tmp_path) for name in (f"{n:03}" for n in range(200))]
    first = [item.name for item in sorted(made, key=check_by_check)]
    names, shuffled = sorted(first), random.Random(1).sample(made, len(made))
    assert first == [item.name for item in sorted(shuffled, key=check_by_check)]
    assert first not in (names, names[::-1])
    places = [first.index(name) for name in names]
    early, late = sum(places[:50]) / 50, sum(places[-50:]) / 50
    assert abs(early - late) < 40  # the first and the last letters come equally early: by chance less than 12
    other = [replace(item, result=replace(item.result, id="shot-2")) for item in made]
    assert [item.name for item in sorted(other, key=check_by_check)] != first
    assert [item.name for item in sorted(made[:100], key=check_by_check)] == [name for name in first if name < "100"]
    assert [item.name for item in sorted(made, key=student_by_student)] not in (names, first)


def one_item(tmp_path: Path) -> list[Any]:
    grade(tmp_path / "out", waits("doe_jane", 1))
    with ClassSession.open(tmp_path / "out") as session:
        return session.waiting()


def showing(name: str, **pictures: bytes) -> Report:
    """The report of somebody with pictures of their own."""
    report = waits(name, *(int(shot.removeprefix("shot")) for shot in pictures))
    results = [
        replace(result, evidence=tuple(replace(each, data=data) for each in result.evidence))
        if (data := pictures.get(result.id.replace("-", ""))) and result.evidence
        else result
        for result in report.results
    ]
    return replace(report, results=tuple(results))


def saved_again(picture: bytes) -> bytes:
    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


def test_the_same_picture_saved_again_is_one_question(tmp_path: Path) -> None:
    one, other = made_class.screenshot(1, 0), made_class.screenshot(1, 1)
    grade(
        tmp_path,
        showing("ann", shot1=one, shot2=made_class.screenshot(2, 0)),
        showing("bob", shot1=saved_again(one)),
        showing("cyd", shot1=other),
        showing("dan", shot1=one),
    )
    with ClassSession.open(tmp_path) as session:
        items = session.waiting()
        groups = session.groups(items)
    found = {(group.why, *sorted(f"{item.name} {item.result.id}" for item in group.items)) for group in groups}
    assert found == {
        ("picture", "ann shot-1", "bob shot-1", "dan shot-1"),
        ("alone", "cyd shot-1"),
        ("alone", "ann shot-2"),
    }
    first = [group.items[0].key for group in groups]
    assert first == [item.key for item in items if item.key in first]


def test_the_same_picture_is_two_questions_where_different_things_are_expected(tmp_path: Path) -> None:
    reports = [showing(name, shot1=made_class.screenshot(1, 0)) for name in ("ann", "bob")]
    results = [replace(each, expected="Hello, I am Bob") if each.evidence else each for each in reports[1].results]
    grade(tmp_path, reports[0], replace(reports[1], results=tuple(results)))
    with ClassSession.open(tmp_path) as session:
        assert [group.why for group in session.groups(session.waiting())] == ["alone", "alone"]


def test_the_same_reason_without_a_picture_is_one_question(tmp_path: Path) -> None:
    def waiting(name: str, *reasons: tuple[str, str]) -> Report:
        results = SAMPLES.passed()
        for check, message in reasons:
            SAMPLES.change(results, check, status=Status.REVIEW, earned=0, pending=True, message=message)
        return SAMPLES.report(results, submission=Handed(name, name, f"{name}.zip", ("app.py",)))

    needs = "The grader has not tried this."
    grade(
        tmp_path,
        waiting("ann", ("loads", "It needs tkinter."), ("display-try", needs), ("port", needs)),
        waiting("bob", ("loads", "It needs tkinter.")),
        waiting("cyd", ("loads", "It needs winsound.")),
    )
    with ClassSession.open(tmp_path) as session:
        groups = session.groups(session.waiting())
    assert {(group.why, *sorted((item.name, item.result.id) for item in group.items)) for group in groups} == {
        ("reason", ("ann", "loads"), ("bob", "loads")),
        ("reason", ("ann", "display-try"), ("ann", "port")),
        ("alone", ("cyd", "loads")),
    }


CANVAS = (
    "Student,ID,SIS Login ID,Section,Activity 11.2 (501)\n    Points Possible,,,,100\n"
    '"Doe, Jane",11,jane,A,55\n"Roe, Rick",12,rick,A,\n"Kim, Min",13,min,A,\n'
)


def of_canvas(tmp_path: Path) -> Path:
    """Jane has something to decide, Rick has not, and Min has handed nothing in."""
    book, out = tmp_path / "gradebook.csv", tmp_path / "graded"
    book.write_text(CANVAS, encoding="utf-8")
    grade(out, waits("doe_jane", 1), waits("roe_rick"))
    with Journal(out) as journal:
        people = {"doe_jane": Person("Doe, Jane", {"canvas": "11"}), "roe_rick": Person("Roe, Rick", {"canvas": "12"})}
        hand_ins = tuple(HandIn(name, f"{name}.zip", "Canvas", (person,)) for name, person in people.items())
        Roster(hand_ins, str(book)).keep(journal)
    return out


def uploaded(out: Path) -> list[str]:
    lines = (out / "canvas.csv").read_text(encoding="utf-8-sig").splitlines()
    return [line.rpartition(",")[2] for line in lines[2:4]]


def test_undecided_grades_stay_blank_unless_told_otherwise(tmp_path: Path) -> None:
    out = of_canvas(tmp_path)
    with ClassSession.open(out) as session:
        published = session.publish()
        assert uploaded(out) == ["", "100"]
        assert "Points are still to be decided for doe_jane: their grades were left blank." in published.notes
        assert grades(out)["doe_jane"]["pending"] == "2"
        published = session.publish(undecided="earned")
        assert uploaded(out) == ["98", "100"]
        assert "only earned points were written" in " ".join(published.notes)
    with ClassSession.open(out) as session:  # it is remembered
        session.publish()
        assert uploaded(out) == ["98", "100"]
        session.publish(undecided="blank")
        session.decide([Verdict("doe_jane", "shot-1", Status.PASSED)])
        session.publish()
        assert uploaded(out) == ["100", "100"]
        assert set(session.downloads()) == {"index.html", "grades.csv", "canvas.csv", "canvas-reports.zip"}


def test_who_has_handed_nothing_in_is_known_by_name_and_id(tmp_path: Path) -> None:
    book = tmp_path / "gradebook.csv"
    book.write_text(CANVAS.replace("Activity 11.2", "Discussion 11.1"), encoding="utf-8")
    class_ = write_folder(tmp_path / "class", {"doejane_11_901_app.py": APP, "roerick_12_902_app.py": APP})
    asked = replace(ASKED, gradebook=book)
    with ClassSession.create([class_], tmp_path / "out", asked) as session:
        assert session.handed_nothing_in() == (Person("Kim, Min", {"canvas": "13", "username": "min"}),)
    with ClassSession.open(tmp_path / "out") as session:
        assert [person.name for person in session.handed_nothing_in()] == ["Kim, Min"]
        assert session.state().everyone == 2


# What cannot be


def test_an_export_that_is_gone_is_said_and_what_is_graded_stays(class_: Path, out: Path, tmp_path: Path) -> None:
    stop = threading.Event()
    with ClassSession.create([class_], out, replace(ASKED, workers=1)) as session:
        session.grade(Listener(lambda _: stop.set()), stop)
    class_.rename(tmp_path / "elsewhere")
    with ClassSession.open(out) as session:
        with pytest.raises(InputError):
            session.grade(Unwatched(), threading.Event())
        assert session.state().graded == 1
        session.publish()


def test_a_class_of_an_earlier_version_is_reviewed_and_not_graded_without_its_export(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as session:
        assert len(session.waiting()) == 6
        with pytest.raises(ClassError) as refused:
            session.grade(Unwatched(), threading.Event())
    assert refused.value.code is Code.NO_EXPORT


def test_reports_of_a_class_that_is_being_graded_are_left_alone(reviewed: Path) -> None:
    with ClassSession.open(reviewed) as session, alone(reviewed, "grading"):
        session.decide([Verdict("doe_jane", "shot-1", Status.PASSED)])
        assert session.publish().postponed
        assert on_disk(reviewed, "doe_jane", "shot-1") == "review"
    with ClassSession.open(reviewed) as session:
        assert not session.publish().postponed
    assert on_disk(reviewed, "doe_jane", "shot-1") == "passed"
