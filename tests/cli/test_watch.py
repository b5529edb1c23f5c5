"""``grader check --watch``: grades again when a file of the student's changes."""

from __future__ import annotations

import os
import queue
import shutil
import signal
import subprocess
import threading

import pytest

from tests.cli.test_commands import REFERENCE
from tests.commands import GRADER


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a POSIX signal")
def test_a_change_is_graded_at_once_and_ctrl_c_ends_it(tmp_path):
    work = tmp_path / "work"
    shutil.copytree(REFERENCE / "discussion_11_1", work, ignore=shutil.ignore_patterns("__pycache__"))
    with subprocess.Popen(
        [*GRADER, "check", str(work), "--watch", "--skip", "browser", "--report", str(work / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        follow(process, work)


def follow(process, work):
    said: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: [said.put(line) for line in process.stdout], daemon=True).start()

    def wait_for(words: str) -> None:
        while words not in said.get(timeout=30):
            pass

    wait_for("100 of 100 points")
    wait_for("Watching")
    app = work / "app.py"
    app.write_text(app.read_text(encoding="utf-8").replace("port=3000", "port=5000"), encoding="utf-8")
    wait_for("app.py has changed")
    wait_for("70 of 100 points")
    app.write_text("def broken(:\n", encoding="utf-8")
    wait_for("app.py line 1")
    app.unlink()
    wait_for("there are no files in it")
    process.send_signal(signal.SIGINT)
    assert process.wait(10) == 130
