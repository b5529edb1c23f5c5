"""``grader check --watch``: grades again when a file of the student's changes."""

from __future__ import annotations

import json
import os
import queue
import shutil
import signal
import subprocess
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from grader.cli.watching import Superseded, Work
from tests.cli.test_commands import REFERENCE
from tests.commands import GRADER, grader_here
from tests.waiting import fairly_within

SLOW = "import time\ntime.sleep(60)\n"


class Watching:
    """A `grader check --watch` and what it says."""

    def __init__(self, process: subprocess.Popen[str], work: Path) -> None:
        self.process, self.work, self.app = process, work, work / "app.py"
        self.heard: list[str] = []
        self._said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(ValueError):  # closed at the end of the test, in the middle of a line
            for line in self.process.stdout:
                self._said.put(line)

    def wait_for(self, words: str) -> str:
        """Wait until it says something, and return what it has said since the last time."""
        heard = []
        while not heard or words not in heard[-1]:
            heard.append(self._said.get(timeout=600))
        return "".join(heard)

    def write(self, before: str, after: str) -> None:
        """Save the app as many editors do: a busy machine may take long between emptying a file and writing it."""
        new = self.work.with_name("new.py")
        new.write_text(self.app.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
        new.replace(self.app)


@contextmanager
def watching(tmp_path, *words):
    work = tmp_path / "my work"
    shutil.copytree(REFERENCE / "discussion_11_1", work, ignore=shutil.ignore_patterns("__pycache__"))
    with subprocess.Popen(
        [*GRADER, "check", str(work), "--watch", "--activity", "discussion-11.1", "--skip", "browser", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        try:
            yield Watching(process, work)
        finally:
            process.kill()


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal")
def test_a_change_is_graded_at_once_and_ctrl_c_ends_it(tmp_path):
    with watching(tmp_path, "--report", str(tmp_path / "my work" / "grader-report")) as it:
        it.wait_for("100 of 100 points")
        it.wait_for("Watching")
        it.write("port=3000", "port=5000")
        it.wait_for("app.py has changed")
        said = it.wait_for("70 of 100 points")
        assert "The app runs on port 3000 (failed)" in said
        assert "can be loaded" not in said  # as before: only counted
        assert "2 passed" in said
        it.write("from flask", "# a line more\nfrom flask")
        said = it.wait_for("70 of 100 points")
        assert "Hint" not in said  # nothing is new, but for the line
        assert "The app runs on port 3000 (failed) (app.py:15)" in said
        it.app.write_text("def broken(:\n", encoding="utf-8")
        it.wait_for("app.py:1")
        it.app.unlink()
        it.wait_for("there are no files in it")
        it.process.send_signal(signal.SIGINT)
        assert it.process.wait(20) == 130


def test_a_file_that_is_saved_ends_the_round_that_it_makes_useless(tmp_path):
    with watching(tmp_path) as it:
        it.wait_for("Watching")
        it.write('"""Disc', f'{SLOW}"""Disc')
        it.wait_for("app.py has changed")
        with fairly_within(15):  # the slow one alone takes 20 seconds, until it is given up
            it.write(SLOW, "")
            said = it.wait_for("100 of 100 points")
        assert "failed" not in said


def test_a_folder_that_is_renamed_or_deleted_is_waited_for(tmp_path):
    with watching(tmp_path) as it:
        it.wait_for("Watching")
        it.work.rename(tmp_path / "other")
        it.wait_for("waiting for it to come back")
        (tmp_path / "other").rename(it.work)
        it.wait_for("100 of 100 points")
        shutil.copytree(it.work, tmp_path / "kept")
        shutil.rmtree(it.work)
        it.wait_for("waiting for it to come back")
        shutil.copytree(tmp_path / "kept", it.work)
        it.wait_for("100 of 100 points")
        it.write("port=3000", "port=5000")
        it.wait_for("70 of 100 points")


def test_json_is_alone_on_standard_output_each_time(tmp_path):
    work = tmp_path / "work"
    shutil.copytree(REFERENCE / "discussion_11_1", work)
    words = ["check", str(work), "--watch", "--json", "--skip", "browser", "--activity", "discussion-11.1"]
    with subprocess.Popen(
        [*GRADER, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        while "Watching" not in process.stderr.readline():
            pass
        process.kill()
        assert json.loads(process.stdout.read())["score"]["earned"] == 100


def test_a_path_that_was_never_there_is_not_waited_for(tmp_path):
    done = grader_here("check", "nowhere", "--watch", "--activity", "11.2", "--skip", "browser", cwd=tmp_path)
    assert done.returncode == 2
    assert "There is no file or folder nowhere" in done.stderr


def test_only_what_is_graded_is_watched(tmp_path):
    (tmp_path / "app.py").write_text("1\n")
    (tmp_path / "templates").mkdir()
    out = tmp_path / "out"
    work = Work(tmp_path, ignore=out)
    for name in ("__pycache__/app.pyc", ".vscode/tasks.json", "venv/pyvenv.cfg", "venv/lib/x.py", "out/report.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_text("2\n")
        work._next_look = 0
        work.require_unchanged()
    (tmp_path / "templates" / "index.html").write_text("3\n")
    work._next_look = 0
    with pytest.raises(Superseded):
        work.require_unchanged()
    assert work.wait_for_change() == ["templates/index.html"]
    work.require_unchanged()


@pytest.mark.skipif(os.name != "posix", reason="a folder in use cannot be deleted on Windows")
def test_the_current_folder_is_deleted_and_made_again(tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    (here / "app.py").write_text("1\n")
    work = Work(Path(), ignore=None)
    shutil.rmtree(here)
    assert work.wait_for_change() == ["app.py"]
    assert not work.is_there
    here.mkdir()
    (here / "app.py").write_text("1\n")
    assert work.wait_for_change() == ["app.py"]
    assert Path("app.py").read_text() == "1\n"
