"""A class that is graded in pieces, on a machine on which everything goes wrong, ends as one that was not disturbed."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil
import pytest

from grader.classroom.dispatcher import Dispatcher, Unwatched, Workers, local_workers
from grader.classroom.journal import Journal
from grader.classroom.journal_file import FILE
from grader.classroom.records import Entry
from grader.grading import Settings
from grader.platforms.exports import HandIn
from grader.platforms.reading_exports import read_exports
from grader.sandbox.isolation import sandbox_wall
from tests.how_many import times
from tests.packing import files_in

from .class_of import CANNOT_BE_OPENED, moodle_export

SUBMISSIONS = Path(__file__).parent.parent / "submissions" / "activity_11_2"
GOLDEN = [
    "factory-in-the-guard",
    "colon-missing",
    "cookie-name-of-own",
    "abort-404",
    "after-this-request",
    "blueprint",
]
SETTINGS = Settings(
    isolation="sandbox" if sandbox_wall().works else "process",
    skip=frozenset({"browser"}),
    keep_warm=True,
)
SIZE = 23  # of the class
POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="signals")


def made_class(folder: Path, size: int, *, broken: bool = True) -> Path:
    golden = [files_in(path / "submission") for path in sorted(SUBMISSIONS.iterdir()) if path.name in GOLDEN]
    hand_ins = [{**golden[number % len(golden)], "notes.txt": b"%d" % number} for number in range(size)]
    if broken:
        hand_ins += [{name: content} for name, content in CANNOT_BE_OPENED.items()]
    moodle_export(folder, hand_ins)
    return folder


class Notes(Unwatched):
    """Remembers who was graded, in which order."""

    def __init__(self) -> None:
        self.graded_now: list[str] = []
        self.as_before: list[str] = []

    def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
        (self.graded_now if entry else self.as_before).append(hand_in.name)


def grade(class_: Path, out: Path, workers: int = 2, settings: Settings = SETTINGS) -> Notes:
    notes = Notes()
    out.mkdir(exist_ok=True)
    with Journal(out) as journal:
        dispatcher(class_, out, journal, local_workers(settings, out, workers)).run(notes, threading.Event())
    return notes


def dispatcher(class_: Path, out: Path, journal: Journal, workers: Workers) -> Dispatcher:
    return Dispatcher(read_exports([class_]).hand_ins, out, journal, workers, "11.2", SETTINGS)


def rows(out: Path) -> dict[str, tuple[str, str]]:
    """What the journal holds, without what differs from run to run; and when each row was written."""
    with closing(sqlite3.connect(out / FILE)) as journal:
        found = journal.execute("SELECT name, key, digest, report, extra, finished FROM graded").fetchall()
    return {row[0]: (json.dumps([*row[1:3], steady(json.loads(row[3])), lasting(row[4])]), row[5]) for row in found}


def steady(report: dict[str, Any]) -> dict[str, Any]:
    del report["started"], report["seconds"]
    for check in report["checks"]:
        del check["seconds"]
    return report


def lasting(extra: str) -> dict[str, Any]:
    """What is kept besides, without what checks have asked: values that they make up are others each time."""
    return {key: value for key, value in json.loads(extra).items() if key not in {"scoring", "settled"}}


def contents(out: Path) -> dict[str, str]:
    return {name: content for name, (content, _) in rows(out).items()}


@pytest.fixture(scope="module")
def class_(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_class(tmp_path_factory.mktemp("class") / "export", SIZE - len(CANNOT_BE_OPENED))


@pytest.fixture(scope="module")
def undisturbed(class_: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed")
    assert len(grade(class_, out).graded_now) == SIZE
    return out


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A few who can be opened, and all who cannot: their export, and what they got."""
    home = tmp_path_factory.mktemp("few")
    grade(made_class(home / "export", 3), home / "graded")
    return home / "export", home / "graded"


def test_everyone_has_a_report_also_whose_hand_in_cannot_be_opened(few: tuple[Path, Path]) -> None:
    class_, out = few
    for hand_in in read_exports([class_]).hand_ins:
        report = json.loads((out / "reports" / hand_in.name / "report.json").read_bytes())
        assert report["submission"]["student"] == hand_in.student
        assert {path.name for path in (out / "reports" / hand_in.name).iterdir()} == {
            "report.json",
            "report.html",
            "report.docx",
        }
    unopened = [report for report in map(json.loads, contents(out).values()) if not report[2]["submission"]["files"]]
    assert len(unopened) == len(CANNOT_BE_OPENED)
    for _, _, report, _ in unopened:
        loads = report["checks"][0]
        assert (loads["id"], loads["status"]) == ("loads", "failed")
        assert loads["message"]


def test_nothing_is_graded_twice(few: tuple[Path, Path]) -> None:
    class_, out = few
    before = rows(out)
    again = grade(class_, out, workers=1)
    assert not again.graded_now
    assert rows(out) == before


def test_what_has_changed_is_graded_again(tmp_path: Path) -> None:
    class_ = made_class(tmp_path / "class", 3, broken=False)
    grade(class_, tmp_path / "out", workers=1)
    changed = sorted(class_.iterdir())[1]
    (changed / "notes.txt").write_text("handed in again")
    assert len(grade(class_, tmp_path / "out", workers=1).graded_now) == 1


def test_what_a_machine_could_not_decide_is_graded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class_, out = made_class(tmp_path / "class", 2, broken=False), tmp_path / "out"
    settings = Settings(isolation=SETTINGS.isolation, keep_warm=True)
    monkeypatch.setenv("GRADER_BROWSER", str(tmp_path / "none"))
    grade(class_, out, 1, settings)
    assert len(grade(class_, out, 1, settings).graded_now) == 2


COMMAND = "import sys; sys.argv[0] = 'grader'; from grader.cli import main; main()"


def command(class_: Path, out: Path, *options: str, workers: int = 2) -> list[str]:
    fixed = ["--out", str(out), "--activity", "11.2", "--skip", "browser", "--isolation", SETTINGS.isolation]
    return [sys.executable, "-c", COMMAND, "batch", str(class_), *fixed, "--workers", str(workers), *options]


def kill(run: subprocess.Popen[Any]) -> None:
    """End a grader without a word; what it has started ends by itself."""
    started = psutil.Process(run.pid).children(recursive=True)
    run.kill()
    assert psutil.wait_procs(started, timeout=60)[1] == []


@POSIX_ONLY
@pytest.mark.endurance
@pytest.mark.long
def test_killed_at_random_moments(class_: Path, undisturbed: Path, tmp_path: Path) -> None:
    dice = random.Random(20)
    first_written: dict[str, str] = {}
    for moment in range(times(4, full=20)):
        words = command(class_, tmp_path, workers=1 + moment % 2)
        with subprocess.Popen(words, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as run:
            assert run.stderr
            for _ in range(dice.randint(0, 3)):  # it says who has been graded
                run.stderr.readline()
            time.sleep(dice.uniform(0, 0.3))  # so that it is in the middle of something
            kill(run)
        if (tmp_path / FILE).exists():
            for name, (_, written) in rows(tmp_path).items():
                assert first_written.setdefault(name, written) == written
    subprocess.run(command(class_, tmp_path), check=True, capture_output=True)
    for name, (_, written) in rows(tmp_path).items():
        assert first_written.setdefault(name, written) == written
    assert contents(tmp_path) == contents(undisturbed)


@POSIX_ONLY
def test_what_is_temporary_goes_though_the_grader_is_killed(class_: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    environment = {**os.environ, "TMPDIR": str(temporary)}
    with subprocess.Popen(command(class_, tmp_path / "out"), stderr=subprocess.PIPE, env=environment) as run:
        assert run.stderr
        for _ in range(4):
            run.stderr.readline()
        assert list(temporary.iterdir())
        kill(run)
    assert list(temporary.iterdir()) == []


@POSIX_ONLY
def test_ctrl_c_keeps_what_is_done_and_says_how_to_go_on(class_: Path, undisturbed: Path, tmp_path: Path) -> None:
    with subprocess.Popen(command(class_, tmp_path), stderr=subprocess.PIPE, text=True, start_new_session=True) as run:
        assert run.stderr
        seen = [run.stderr.readline() for _ in range(4)]
        started = psutil.Process(run.pid).children(recursive=True)
        os.killpg(run.pid, signal.SIGINT)
        said = run.stderr.read()
        assert run.wait() == 130
    assert psutil.wait_procs(started, timeout=60)[1] == []
    assert "the same command goes on" in said, (seen, said)
    assert "Traceback" not in said
    assert 3 <= len(rows(tmp_path)) < SIZE
    subprocess.run(command(class_, tmp_path), check=True, capture_output=True)
    assert contents(tmp_path) == contents(undisturbed)


@POSIX_ONLY
def test_workers_that_are_killed(class_: Path, undisturbed: Path, tmp_path: Path) -> None:
    killed: list[int] = []

    class Killer(Notes):
        def ended(self, hand_in: HandIn, entry: Entry | None) -> None:
            super().ended(hand_in, entry)
            if len(self.graded_now) in {4, 11}:
                worker = next(p for p in psutil.Process().children() if "spawn_main" in " ".join(p.cmdline()))
                worker.kill()
                killed.append(worker.pid)

    with Journal(tmp_path) as journal:
        dispatcher(class_, tmp_path, journal, local_workers(SETTINGS, tmp_path, 2)).run(Killer(), threading.Event())
    assert len(killed) == 2
    assert contents(tmp_path) == contents(undisturbed)


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_costs_only_the_rest_of_the_run(class_: Path, undisturbed: Path, tmp_path: Path) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=900k", "tmpfs", str(tmp_path)], check=True)
    try:
        full = subprocess.run(command(class_, tmp_path), capture_output=True, text=True, check=False)
        assert full.returncode in {2, 3}
        assert "full" in full.stdout + full.stderr
        assert "Traceback" not in full.stderr
        subprocess.run(["mount", "-o", "remount,size=100m", str(tmp_path)], check=True)
        subprocess.run(command(class_, tmp_path), check=True, capture_output=True)
        assert contents(tmp_path) == contents(undisturbed)
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_hand_in_that_does_not_say_what_it_answers_is_graded_as_the_others(tmp_path: Path) -> None:
    class_ = made_class(tmp_path / "class", 3, broken=False)
    (class_ / "Ana Berg_2001_assignsubmission_file").mkdir()
    (class_ / "Ana Berg_2001_assignsubmission_file" / "app.py").write_text("print('hello')\n")
    out, notes = tmp_path / "out", Notes()
    out.mkdir()
    workers: Workers = local_workers(SETTINGS, out, 1)
    with Journal(out) as journal:
        Dispatcher(read_exports([class_]).hand_ins, out, journal, workers, None, SETTINGS).run(notes, threading.Event())
        assert {entry.report["activity"] for entry in journal.entries()} == {"activity-11.2"}
    assert len(notes.graded_now) == 4
