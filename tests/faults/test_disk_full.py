"""A disk that is full costs a sentence; what is done is kept, and once there is space, the same command goes on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from grader.grading import Grader, Settings
from grader.sandbox.isolation import sandbox_wall
from tests.commands import grader_here
from tests.conftest import ROOT

from .one_page import ONE_PAGE, statuses, work

pytestmark = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts small disks")


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> None:
    with (disk / "filling").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    assert shutil.disk_usage(disk).free == 0


def test_reports_that_do_not_fit(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "reference_app" / "discussion_11_1", tmp_path / "mine")
    with small_disk(tmp_path / "small", "40k") as disk:
        out = disk / "out"
        done = grader_here("check", tmp_path / "mine", "--report", out, "--skip", "browser", "--skip", "document")
        assert list(disk.iterdir()) == []
    assert done.returncode == 2
    assert "of 100 points" in done.stdout  # the result is shown first
    assert f"The report was not written: the disk of {out} is full." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")
def test_the_sandbox_and_the_browser_go_on_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "small", "24m") as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        with Grader(Settings("sandbox", keep_warm=True)) as grader:
            assert set(statuses(grader.grade(work("pass"), ONE_PAGE)).values()) == {"passed"}
            fill(disk)
            assert set(statuses(grader.grade(work("pass"), ONE_PAGE)).values()) == {"passed"}


def test_a_plain_process_says_which_disk_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small_disk(tmp_path / "small", "1m") as disk:
        monkeypatch.setattr(tempfile, "tempdir", str(disk))
        with Grader(Settings("process", skip=frozenset({"browser"}))) as grader:
            fill(disk)
            results = grader.grade(work("pass"), ONE_PAGE).results
            (disk / "filling").unlink()
            again = grader.grade(work("pass"), ONE_PAGE)
    assert results[0].status.value == "skipped"
    assert results[0].message.startswith(f"The disk with {disk}")
    assert statuses(again) == {"answers": "passed"}
