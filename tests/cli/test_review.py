"""``grader review``: what the grader leaves to a person is decided in the terminal, with keys, lines or options."""

from __future__ import annotations

import json
import os
import select
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from grader.classroom.folder_lock import alone
from grader.classroom.journal import Journal
from tests.classroom.under_review import grade, grade_all, waits
from tests.cli.test_commands import REFERENCE
from tests.commands import GRADER, grader_here
from tests.waiting import until

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="signals and pseudo-terminals")


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grade_all(tmp_path_factory.mktemp("graded"))


@pytest.fixture
def out(graded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(graded, tmp_path / "out"))


def review(*words: object, lines: str = "") -> Ended:
    """Run the command, with lines for standard input."""
    done = grader_here("review", *words, said="".join(f"{line}\n" for line in lines.split()))
    return Ended(done.returncode, done.stdout, done.stderr)


def status(out: Path, name: str, check: str) -> str:
    checks: list[dict[str, Any]] = json.loads((out / "reports" / name / "report.json").read_bytes())["checks"]
    return str(next(each["status"] for each in checks if each["id"] == check))


def order(said: str) -> list[str]:
    """Which checks were shown."""
    return [line.replace(" / activity-11.2 / ", " ") for line in said.splitlines() if " / activity-11.2 / " in line]


def test_one_check_is_decided_for_the_whole_class_before_the_next(out):
    ended = review(out, lines="p a f s")
    assert order(ended.out)[:3] == ["doe_jane shot-1", "roe_rick shot-1", "kim_2 shot-1"]
    assert set(order(ended.out)[3:]) == {"doe_jane shot-2", "roe_rick shot-2"}
    assert "1 of 6   Doe, Jane" in ended.out
    assert "5 of 6   " in ended.out
    assert "Picture 1 of shots.docx is there; a person looks at what it shows." in ended.out
    assert str(out / "reports" / "doe_jane" / "evidence" / "shot-1-1.png") in ended.out
    assert "Decided: 1 passed, 1 partial, 1 failed." in ended.out
    assert f"3 checks wait for a person:  grader review {out}" in ended.out
    assert str(out / "grades.csv") in ended.out
    assert ended.code == 0
    shots = [status(out, name, "shot-1") for name in ("doe_jane", "kim_2", "roe_rick")]
    assert shots == ["passed", "failed", "partial"]
    assert order(review(out, lines="q").out) == order(ended.out)[3:4]


def test_or_one_student_before_the_next(out):
    shown = order(review(out, "--by", "student", lines="s s s s s s s").out)
    assert shown == [
        "kim_2 shot-1",
        *("roe_rick shot-1", "roe_rick shot-2", "roe_rick shot-3"),
        *("doe_jane shot-1", "doe_jane shot-2"),
    ]


def test_it_is_narrowed_down_to_checks_and_students(out):
    shown = order(review(out, "--check", "shot-2", "--check", "SHOT-3", "--student", "roe, rick", lines="s s s").out)
    assert shown == ["roe_rick shot-2", "roe_rick shot-3"]


def test_a_note_goes_with_the_next_decision_only(out):
    review(out, lines="n Blurred. f f")
    assert notes(out) == ["", "Blurred."]


def notes(out: Path) -> list[str]:
    with Journal(out) as journal:
        return sorted(made.decision.note for entry in journal.entries() for made in journal.made(entry.name).values())


def test_what_is_alike_is_decided_at_once_after_its_number_and_taken_back_at_once(out):
    ended = review(out, lines="P P u q")
    assert "3 are alike: also Roe, Rick, Kim, Min. P A F decide all of them." in ended.out
    assert "3 checks of 3 students: press P again." in ended.out
    assert "All 3 are taken back." in ended.out
    assert "Nothing was decided." in ended.out
    assert "Decided: 3 partial." in review(out, lines="A A q").out
    assert {status(out, name, "shot-1") for name in ("doe_jane", "roe_rick", "kim_2")} == {"partial"}


def test_points_in_between_and_a_comment_that_was_used_before(out):
    ended = review(out, lines="g 1.5 n Blurred. a 1 g 3 f f q")
    assert "1 Blurred." in ended.out
    assert "Partly right, 1.5 / 2 points." in ended.out
    assert "shot-1 of roe_rick is worth 2 points, and cannot earn 3." in ended.out
    assert notes(out) == ["Blurred.", "Blurred."] or notes(out) == ["Blurred."]


def test_a_note_is_not_dropped_by_skipping(out):
    assert "The note is kept for this check." in review(out, lines="n Blurred. s q").out
    assert "Note: Blurred." in review(out, lines="f q").out
    assert notes(out) == ["Blurred."]


def test_the_whole_submission_is_adjusted(out):
    ended = review(out, "--adjust", "doe_jane", -5, "--note", "By mail.", "--days-late", "doe_jane", 2)
    assert (ended.code, ended.err) == (0, "")
    assert "Doe, Jane: 96 points before, 91 now." in ended.out
    report = json.loads((out / "reports" / "doe_jane" / "report.json").read_bytes())
    assert report["adjustment"] == {"adjusted": -5.0, "adjusted_because": "By mail.", "days_late": 2}
    assert review(out, "--set", "doe_jane", "shot-1", "partial", "--points", 3).code == 2


def test_a_note_in_another_encoding_is_kept_as_far_as_it_can_be_read(out):
    words = [*GRADER, "review", str(out), "--check", "shot-3"]
    done = subprocess.run(words, input=b"n\nTr\xe8s bien\np\n", capture_output=True, check=True)
    assert b"Decided: 1 passed." in done.stdout
    assert notes(out) == ["Tr\ufffds bien"]


def test_undo_takes_back_the_last_decision_and_the_last_skip(out):
    ended = review(out, lines="u p s u u f q")
    assert "There is nothing to undo." in ended.out
    assert order(ended.out) == [
        "doe_jane shot-1",
        "roe_rick shot-1",
        "kim_2 shot-1",
        "roe_rick shot-1",
        "doe_jane shot-1",
        "roe_rick shot-1",
    ]
    assert "Decided: 1 failed." in ended.out
    assert status(out, "doe_jane", "shot-1") == "failed"


def test_another_key_changes_nothing_and_says_which_there_are(out):
    ended = review(out, lines="x passed q")
    assert ended.out.count("p passed  a partial") == 3
    assert "Nothing was decided." in ended.out


def test_with_nothing_to_decide_it_says_so(tmp_path):
    grade(tmp_path, waits("doe_jane"))
    for words in ((), ("--list",)):
        ended = review(tmp_path, *words)
        assert (ended.code, ended.err) == (0, "")
        assert "Nothing is left to decide." in ended.out


def test_the_list_shows_what_is_to_be_decided(out):
    table = review(out, "--list").out
    assert table.count("a person looks at what it shows") == 6
    assert "6 checks to decide." in table
    listed = json.loads(review(out, "--list", "--json", "--student", "kim_2").out)
    assert [(each["student"], each["check"], each["status"]) for each in listed] == [("Kim, Min", "shot-1", "review")]
    assert (out / listed[0]["pictures"][0]).is_file()
    assert (out / listed[0]["report"]).is_file()


def test_any_check_that_counts_can_be_set_and_taken_back(out):
    ended = review(
        out,
        *("--set", "Doe, Jane", "home", "failed"),
        *("--set", "roe_rick", "shot-3", "passed"),
        *("--note", "As discussed."),
    )
    assert ended.code == 0
    assert "Doe, Jane, home: failed, 0 / 5 points." in ended.out
    assert "5 checks wait for a person" in ended.out
    assert (status(out, "doe_jane", "home"), status(out, "roe_rick", "shot-3")) == ("failed", "passed")
    assert "Their note: As discussed." in (out / "reports" / "doe_jane" / "report.html").read_text(encoding="utf-8")
    ended = review(out, "--unset", "doe_jane", "home")
    assert "Doe, Jane, home: passed, 5 / 5 points." in ended.out
    assert status(out, "doe_jane", "home") == "passed"


def test_accepting_what_others_waited_for_says_that_they_wait_for_a_person_now(out):
    ended = review(out, "--set", "kim_1", "document", "passed", "--note", "Came by mail.")
    assert "shot-1, shot-2, shot-3" in ended.out
    assert "were not tried because of that, and wait for a person, too." in ended.out
    assert order(review(out, "--student", "kim_1", lines="q").out) == ["kim_1 shot-1"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--set", "Kim, Min", "shot-1", "passed"], "kim_2 (Kim, Min) or kim_1 (Kim, Min)"),
        (["--set", "doe_jnae", "shot-1", "passed"], "Did you mean doe_jane"),
        (["--set", "doe_jane", "shot-11", "passed"], "Did you mean shot-1"),
        (["--set", "doe_jane", "shot-1", "good"], "'good' is not one of"),
        (["--set", "doe_jane", "shot-1"], "requires 3 arguments"),
        (["--unset", "doe_jane", "shot-1"], "Nobody has decided shot-1 of doe_jane"),
        (["--check", "shoot"], "There is no check called shoot"),
        (["--student", "nobody"], "No submission is called nobody"),
        (["--json"], "--json goes with --list"),
        (["--note", "Well done."], "--note goes with --set"),
        (["--list", "--set", "doe_jane", "shot-1", "passed"], "leave the other options out"),
    ],
    ids=" ".join,
)
def test_wrong_use_gets_a_sentence_and_changes_nothing(out, words, said):
    good = () if {"--json", "--note", "--check", "--student"} & {*words} else ("--set", "doe_jane", "shot-2", "passed")
    ended = review(out, *good, *words)
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err
    with Journal(out) as journal:
        assert not any(journal.made(entry.name) for entry in journal.entries())


def test_a_folder_without_a_graded_class_is_refused(tmp_path):
    assert "holds no graded class" in review(tmp_path / "nowhere").err
    (tmp_path / "journal.sqlite").write_text("my diary")
    assert "is no journal of the grader" in review(tmp_path).err
    (tmp_path / "journal.sqlite").unlink()
    Journal(tmp_path).close()
    assert "has been graded yet" in review(tmp_path).err
    (tmp_path / "journal.sqlite").unlink()
    (tmp_path / "journal.sqlite").mkdir()
    assert "cannot be written" in review(tmp_path).err


def test_a_class_that_is_being_graded_is_reviewed_and_its_reports_are_left_to_who_grades(out):
    with alone(out, "grading"):
        assert "6 checks to decide." in review(out, "--list").out
        ended = review(out, "--set", "doe_jane", "shot-1", "failed")
        assert (ended.code, ended.err) == (0, "")
        assert "the students' reports are written when that has ended" in ended.out
        assert status(out, "doe_jane", "shot-1") == "review"
    assert "5 checks to decide." in review(out, "--list").out
    assert status(out, "doe_jane", "shot-1") == "failed"


def test_what_somebody_else_has_decided_meanwhile_is_not_overwritten(out):
    with subprocess.Popen([*GRADER, "review", str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        while b"1 of 6" not in process.stdout.readline():
            pass
        assert review(out, "--set", "doe_jane", "shot-1", "failed", "--note", "Mine.").code == 0
        said, _ = process.communicate(b"p\nq\n")
    assert b"shot-1 of Doe, Jane has changed since you looked at it: it is failed now." in said
    assert (status(out, "doe_jane", "shot-1"), notes(out)) == ("failed", ["Mine."])


def test_decisions_are_kept_where_the_files_cannot_be_written(out):
    report = out / "reports" / "doe_jane"
    shutil.rmtree(report)
    report.write_text("in the way")
    ended = review(out, lines="p")
    assert ended.code == 2
    assert "was not written" in ended.err
    report.unlink()
    assert "5 checks wait for a person" in review(out, lines="q").out
    assert status(out, "doe_jane", "shot-1") == "passed"


@POSIX_ONLY
def test_each_decision_is_kept_before_the_next_check_is_shown(out):
    with subprocess.Popen([*GRADER, "review", str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"p\n")
        process.stdin.flush()
        while b"2 of 6" not in process.stdout.readline():
            pass
        process.kill()
    assert status(out, "doe_jane", "shot-1") == "review"
    assert "5 checks to decide" in review(out, "--list").out
    assert review(out, "--check", "shot-3").code == 0
    assert status(out, "doe_jane", "shot-1") == "passed"


@POSIX_ONLY
def test_at_a_terminal_keys_decide_pictures_open_and_ctrl_c_loses_nothing(out, tmp_path):
    import pty

    viewers = tmp_path / "bin"
    viewers.mkdir()
    for name in ("xdg-open", "open"):  # Linux's and macOS's
        (viewers / name).write_text(f'#!/bin/sh\necho "$1" >> {tmp_path}/opened\n')
        (viewers / name).chmod(0o755)
    mine, theirs = pty.openpty()
    env = {**os.environ, "PATH": f"{viewers}:{os.environ['PATH']}", "TERM": "xterm-256color", "COLUMNS": "200"}
    process = subprocess.Popen([*GRADER, "review", str(out)], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    try:
        read_until(mine, b"1 of 6", b"q quit")
        press(mine, b"o")
        picture = out / "reports" / "doe_jane" / "evidence" / "shot-1-1.png"
        assert until(lambda: (tmp_path / "opened").exists() and str(picture) in (tmp_path / "opened").read_text())
        press(mine, b"n")
        read_until(mine, b"the student reads")
        os.write(mine, b"Sharp.\n")
        read_until(mine, b"goes with the next")
        press(mine, b"\x1b[A")  # an arrow decides nothing
        read_until(mine, b"p passed")
        press(mine, b"p")
        said = read_until(mine, b"2 of 6", b"q quit")
        assert b"\x1b]8;" in said
        assert (out / "reports" / "roe_rick" / "evidence" / "shot-1-1.png").as_uri().encode() in said
        press(mine, b"\x03")
        assert b"Decided: 1 passed." in read_until(mine, b"Grades:")
        assert process.wait(20) == 130
    finally:
        process.kill()
        process.wait()
        os.close(mine)
    assert status(out, "doe_jane", "shot-1") == "passed"


def press(terminal: int, key: bytes) -> None:
    """Press a key as soon as one is waited for: what is typed before is thrown away."""
    import termios

    assert until(lambda: not termios.tcgetattr(terminal)[3] & termios.ICANON)
    os.write(terminal, key)


def read_until(terminal: int, *words: bytes) -> bytes:
    """Read what is shown until all of it has come, one after the other."""
    said, seen = b"", 0
    for word in words:
        while (found := said.find(word, seen)) < 0:
            ready, _, _ = select.select([terminal], [], [], 60)
            assert ready, said.decode()
            said += os.read(terminal, 4096)
        seen = found + len(word)
    return said


def test_what_was_decided_outlives_grading_again_until_something_else_is_handed_in(tmp_path):
    class_, out = tmp_path / "class", tmp_path / "out"
    for name in ("doe_jane", "roe_rick"):
        shutil.copytree(REFERENCE / "discussion_11_1", class_ / name, ignore=shutil.ignore_patterns("__pycache__"))
    app = class_ / "doe_jane" / "app.py"
    app.write_text(app.read_text(encoding="utf-8").replace("port=3000", "port=5000"), encoding="utf-8")
    batch = ("batch", class_, "--out", out, "--skip", "browser", "--workers", 1, "--isolation", "process")
    assert grader_here(*batch).returncode == 0
    assert status(out, "doe_jane", "port") == "failed"

    assert review(out, "--set", "doe_jane", "port", "partial", "--note", "Agreed in class.").code == 0
    assert status(out, "doe_jane", "port") == "partial"
    assert grader_here(*batch, "--fresh").returncode == 0
    assert status(out, "doe_jane", "port") == "partial"

    app.write_text(app.read_text(encoding="utf-8") + "\n# handed in again\n", encoding="utf-8")
    assert grader_here(*batch).returncode == 0
    assert status(out, "doe_jane", "port") == "partial"  # the same port, for the same reason

    app.write_text(app.read_text(encoding="utf-8").replace("port=5000", "port=5001"), encoding="utf-8")
    assert grader_here(*batch).returncode == 0
    assert status(out, "doe_jane", "port") == "failed"
    assert "doe_jane, port: was partial (Agreed in class.)" in review(out, "--list").out
    assert review(out, "--keep").code == 0
    assert status(out, "doe_jane", "port") == "partial"
