"""The command and the page together: started, killed, started again; a class graded while somebody looks."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grader.classroom.class_request import ClassRequest
from grader.classroom.folder_lock import alone
from grader.classroom.journal import Journal
from grader.classroom.session import ClassSession
from grader.model.faults import Code
from grader.web.desk import Desk
from grader.web.page_server import PORT
from tests.closing import close
from tests.commands import GRADER, grader_here
from tests.packing import write_folder, zipped
from tests.waiting import until

from . import classes
from .conftest import ready

REFERENCE = Path(__file__).parent.parent.parent / "reference_app" / "discussion_11_1" / "app.py"


@contextmanager
def started(*words: object, cwd: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; give its process and its address."""
    run = [*GRADER, "serve", *map(str, words), "--no-open"]
    process = subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=cwd)
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(60)
        process.stdout.close()


def decided(out: Path) -> list[str]:
    with Journal(out) as journal:
        return [made.decision.status for name in journal.keys() for made in journal.made(name).values()]  # noqa: SIM118


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_killed_after_a_decision_and_started_again_it_is_there(out, tmp_path, context):
    page = context.new_page()
    with started(out, cwd=tmp_path) as (process, address):
        page.goto(address)
        assert "/start/" not in page.url
        page.goto(f"{page.url}decide")
        ready(page)
        page.keyboard.press("p")
        page.wait_for_selector(".said.shown")
        process.kill()
        process.wait(60)
        page.wait_for_selector("#lost:not([hidden])")
        page.keyboard.press("p")
    assert decided(out) == ["passed"]
    with started(out, cwd=tmp_path) as (_, address):
        page.goto(address)
        assert "8\nto decide" in page.inner_text("#needs") or "8 to decide" in page.inner_text("#needs")
        page.goto(address)
        assert "works once" in page.content()
    close(page)
    assert decided(out) == ["passed"]


CANVAS = "Student,ID,SIS Login ID,Section,Discussion 11.1 (901)\n    Points Possible,,,,\n" + "".join(
    f'"{name}",{number},u{number},1,\n'
    for number, name in enumerate(("Vu, Flo", "Lee, Ann", "Poe, Edgar", "Roe, Bo", "Poe, Cy", "Kim, Di", "Doe, Ed"), 7)
)


@pytest.mark.long
def test_a_class_is_decided_while_it_is_graded_and_the_gradebook_holds_it(tmp_path, context):
    """Everything for real: an export, worker processes, the journal, the files that a platform reads back."""
    export, out = tmp_path / "class.zip", tmp_path / "graded"
    app = REFERENCE.read_bytes()
    hand_ins = {
        f"{name}_{number}_assignsubmission_file/app.py": b"# %d\n" % number + app
        for number, name in enumerate(("Ann Lee", "Bo Roe", "Cy Poe", "Di Kim", "Ed Doe", "Flo Vu"), 100)
    }
    export.write_bytes(zipped(hand_ins))
    page = context.new_page()
    asked = ("--out", out, "--activity", "discussion-11.1", "--workers", 1)
    with started(export, *asked, cwd=tmp_path) as (_, address):
        page.goto(address)
        root = page.url
        page.wait_for_selector(".line[data-key]", timeout=120_000)
        going = page.locator("#state").inner_text()
        who = page.locator(".line[data-key]").first.get_attribute("data-key")
        page.goto(f"{root}decide/{who}/string")
        ready(page)
        page.fill("#note", "Seen in class.")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        page.wait_for_selector(".said.shown")
        until(lambda: decided(out) == ["failed"])
        page.goto(root)
        page.wait_for_function("() => document.getElementById('state').innerText.startsWith('Done')", timeout=120_000)
        assert page.locator(".line[data-key]").count() == 6
        until(lambda: "Seen in class." in _text(out / "moodle.csv"), 120)
        page.goto(f"{root}files")
        with page.expect_download() as download:
            page.click("a:has-text('grades.csv')")
        grades = {row["name"]: row for row in _rows(Path(download.value.path()))}
        moodle = {row["Full name"]: row for row in _rows(out / "moodle.csv")}
        page.set_input_files(
            "#book", {"name": "book.csv", "mimeType": "text/csv", "buffer": CANVAS.encode("utf-8-sig")}
        )
        page.click("#gradebook button")
        page.wait_for_selector("#taken li")
        page.reload()
        with page.expect_download() as download:
            page.click("a:has-text('canvas.csv')")
        canvas = {row["Student"]: row["Discussion 11.1 (901)"] for row in _rows(Path(download.value.path()))}
    close(page)
    assert going.startswith(("Running", "Done"))
    assert len(grades) == len(moodle) == 6
    (failed,) = (row for row in grades.values() if "Seen in class." in row["notes"])
    assert (failed["string"], failed["pending"]) == ("failed", "0")
    for row in grades.values():
        first, last = row["student"].split()
        told = moodle[row["student"]]
        assert told["Grade"] == row["earned"] == canvas[f"{last}, {first}"]
        assert ("Seen in class." in told["Feedback comments"]) is (row is failed)
        assert row is failed or float(row["earned"]) > float(failed["earned"])
    assert canvas["Poe, Edgar"] == ""
    assert json.loads(_text(out / "reports" / failed["name"] / "report.json"))["score"]["earned"] == float(
        failed["earned"]
    )


def _text(path: Path) -> str:
    return path.read_text("utf-8-sig") if path.is_file() else ""


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(path))))


def test_another_machine_is_refused_with_the_way_to_do_it(tmp_path):
    for host in ("0.0.0.0", "192.168.0.17", "example.org", "::"):
        ended = grader_here("serve", "--host", host, "--no-open", cwd=tmp_path)
        assert ended.returncode == 2
        assert f"ssh -L {PORT}:127.0.0.1:{PORT}" in ended.stderr


def test_wrong_paths_and_ports_get_a_sentence(out, tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    export = tmp_path / "class.zip"
    export.write_bytes(zipped({"a/app.py": b""}))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        cases = {
            (folder,): "a folder without a graded class",
            (export,): "--out graded",
            (tmp_path / "nothing",): "is not there",
            (out, "--port", port): f"Port {port} is taken",
            ("--out", folder): "--out goes with an export",
        }
        for words, said in cases.items():
            ended = grader_here("serve", *words, "--no-open", cwd=tmp_path)
            assert ended.returncode == 2, words
            assert said in ended.stderr
            assert "Traceback" not in ended.stderr


def test_of_two_pages_that_grade_one_folder_the_second_says_so_until_the_first_has_ended(tmp_path):
    export, out = write_folder(tmp_path / "class", {"ann/app.py": REFERENCE.read_bytes()}), tmp_path / "out"
    desk = Desk(tmp_path, ClassSession.create([export], out, ClassRequest(isolation="process")))
    try:
        with alone(out, "grading"):
            desk.grade()
            assert until(lambda: desk.trouble).code is Code.AT_WORK
            assert desk.read_only()
        until(lambda: desk.trouble is None)
        assert desk.trouble is None
        assert desk.state().stopped, "it can be gone on with here"
    finally:
        desk.close()


def test_the_next_free_port_is_taken(serve, out):
    first = serve(out)
    assert first.server.port >= PORT
    second = serve()
    assert second.server.port != first.server.port


def test_an_export_is_dropped_on_the_page_and_graded(serve, tab, tmp_path, monkeypatch):
    at = serve()
    page = tab(at, "/")
    started_ = []
    monkeypatch.setattr(at.desk, "grade", lambda: started_.append(True))
    hand_ins = {
        f"{name}_{number}_assignsubmission_file/app.py": b"x = 1\n"
        for number, name in enumerate(("Ann Lee", "Bo Roe"), 100)
    }
    good = zipped(hand_ins)
    bad = {
        "notes.zip": (b"This is no zip at all.", "notes.zip"),
        "cut.zip": (good[: len(good) // 2], "cut.zip"),
        "empty.zip": (zipped({}), "empty.zip"),
    }
    for name, (content, said) in bad.items():
        page.set_input_files("#export", {"name": name, "mimeType": "application/zip", "buffer": content})
        page.click("#drop button")
        page.wait_for_selector("#refused:not([hidden])")
        page.wait_for_function("said => document.getElementById('refused').innerText.includes(said)", arg=said)
        assert "What is expected is what a learning platform exports" in page.inner_text("#refused")
        assert [path for path in tmp_path.iterdir() if path.is_dir() and "graded" in path.name] == [], name
    page.set_input_files("#export", {"name": "good.zip", "mimeType": "application/zip", "buffer": good})
    page.click("#drop button")
    page.wait_for_selector("#state")
    assert "Stopped at 0 of 2" in page.inner_text("#state")
    assert "good.zip is an export of Moodle with 2 hand-ins." in page.inner_text(".notes")
    assert started_ == [True]
    assert (tmp_path / "good-graded" / "handed in" / "good.zip").read_bytes() == good


def test_an_export_that_is_too_large_or_cut_off_leaves_nothing_behind(tmp_path, monkeypatch):
    import io

    from grader.classroom.class_request import ClassRequest
    from grader.model.faults import InputError
    from grader.web import uploads

    with pytest.raises(InputError, match="cut off: 3 of 10 bytes"):
        uploads.take_on(tmp_path, "a.zip", io.BytesIO(b"abc"), 10, ClassRequest())
    monkeypatch.setattr(uploads, "LARGEST", 2)
    with pytest.raises(InputError, match="too large"):
        uploads.take_on(tmp_path, "../../../a.zip", io.BytesIO(b"abc"), 3, ClassRequest())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_class_of_300_is_there_within_a_second_and_the_next_picture_is_fetched_ahead(serve, tmp_path, tab):
    at = serve(classes.crowd(tmp_path / "graded", 300, pictures=True))
    page = tab(at, "/")
    began = time.process_time()  # the server is in this process; the wall's clock would measure the machine
    page.reload()
    page.wait_for_selector(".line[data-key]")
    assert time.process_time() - began < 1
    page.goto(f"{at.root}/decide")
    ready(page)
    page.wait_for_selector(".question[data-ahead=yes]", timeout=60_000)
    page.evaluate(
        """() => {
            window.took = [];
            document.addEventListener("keydown", async ({ timeStamp }) => {
                const before = document.querySelector(".question");
                const next = () => {
                    const now = document.querySelector(".question");
                    const image = now?.querySelector(".shot img");
                    return now !== before && image?.complete && image.naturalWidth > 0;
                };
                while (!next()) await new Promise(requestAnimationFrame);
                await new Promise(requestAnimationFrame); // it is painted
                window.took.push(performance.now() - timeStamp);
            }, true);
        }"""
    )
    for number in range(1, 6):
        page.wait_for_selector(".question[data-ahead=yes]", timeout=60_000)
        page.keyboard.press("j")
        page.wait_for_function("number => window.took.length === number", arg=number)
    took = page.evaluate("window.took")
    assert min(took) < 100, took  # by the clock; a machine that others keep busy may be late once or twice
    for screen in ("check/shot-1", "decide", "?part=yes"):
        began = time.process_time()
        page.request.get(f"{at.root}/{screen}")
        assert time.process_time() - began < 1, screen  # and not the square of what a small class takes


@pytest.mark.endurance
@pytest.mark.long
def test_a_class_of_2500_is_still_usable(serve, tmp_path, tab):
    at = serve(classes.crowd(tmp_path / "graded", 2500))
    page = tab(at, "/files")
    page.set_default_timeout(180_000)
    page.goto(f"{at.root}/")
    assert page.locator(".line[data-key]").count() == 2500
    for screen in ("", "?part=yes", "decide", "check/shot-1", "alike", "files"):
        began = time.process_time()
        page.request.get(f"{at.root}/{screen}")
        assert time.process_time() - began < (5 if screen in {"", "?part=yes"} else 2), screen
    page.fill("#search", "kovacs")
    page.wait_for_function("() => /^\\d+ of 2500 shown$/.test(document.getElementById('shown').textContent)")


def test_what_is_under_way_at_the_end_is_answered_and_nothing_else_is_waited_for(serve, monkeypatch) -> None:
    at = serve()
    asked, may_answer = threading.Event(), threading.Event()

    def slow(*_: object) -> str:
        asked.set()
        assert may_answer.wait(60)
        return "all of it"

    monkeypatch.setattr("grader.web.views.live.style_sheet", slow)
    stream = urllib.request.urlopen(f"{at.root}/events?page=a", timeout=60)
    stream.readline()
    answers: list[bytes] = []
    asking = threading.Thread(target=lambda: answers.append(urllib.request.urlopen(f"{at.root}/style.css").read()))
    asking.start()
    assert asked.wait(60)
    at.server.end.set()
    at.running.join(0.3)
    assert at.running.is_alive()
    may_answer.set()
    at.running.join(60)
    asking.join(60)
    assert answers == [b"all of it"]
    assert not at.running.is_alive()
    stream.close()


def test_a_connection_that_a_browser_keeps_ready_ends_with_the_server(serve) -> None:
    """By it the next page at this port would be asked of a server that knows nothing of it."""
    at = serve()
    with socket.create_connection(("127.0.0.1", at.server.port), timeout=10) as kept:
        urllib.request.urlopen(f"{at.root}/").read()  # by now the other one has been accepted, too
        at.server.end.set()
        at.running.join(60)
        assert kept.recv(1) == b""
