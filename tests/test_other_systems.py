"""What Windows and macOS do in another way, shown on any system."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from grader.machine import programs
from grader.machine.process_tree import ProcessTree
from grader.model.faults import InputError
from grader.platforms.exports.paths import list_export
from grader.sandbox import usage
from grader.sandbox.disk import remove_folder
from grader.sandbox.limits import MEGABYTE, RunLimits
from grader.sandbox.reports import Reports
from grader.submission import open_submission
from tests.packing import write_zip
from tests.waiting import until

from .conftest import ROOT
from .systems import PATIENCE, for_linux

GONE = OSError(22, "the system's own words")


class Odd:
    """A process that the system says odd things about."""

    def __init__(self, exact: Exception, pid: int = 0) -> None:
        self.exact = exact
        self.pid = pid

    def num_threads(self) -> int:
        raise GONE

    def memory_info(self) -> object:
        return type("", (), {"rss": 600 * MEGABYTE})

    def memory_full_info(self) -> object:
        raise self.exact


class Watched(ProcessTree):
    def __init__(self, *members: Odd) -> None:
        self.members = members

    def look(self) -> list[psutil.Process]:
        return list(self.members)  # type: ignore[arg-type]


def test_limits_are_kept_whatever_the_system_says_about_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "_HAS_STAT", False)
    limits = RunLimits()
    assert usage.broken_limit(Watched(Odd(GONE)), None, 0, limits) is None
    took = usage.broken_limit(Watched(Odd(psutil.AccessDenied(1))), None, 0, limits)
    assert took == "memory", "where the exact figure is refused, as on macOS, the other one counts"


@for_linux  # only there is /proc/PID/stat
def test_memory_is_limited_where_linux_keeps_the_exact_figure_secret() -> None:
    """A process can ask for that (PR_SET_DUMPABLE)."""
    limits = RunLimits(memory=MEGABYTE)  # no Python does with so little
    secret = Odd(psutil.AccessDenied(1), os.getpid())
    assert usage.broken_limit(Watched(secret), None, 0, limits) == "memory"
    assert usage.broken_limit(Watched(Odd(GONE, os.getpid())), None, 0, limits) is None


WITHOUT_ITS_FIRST_THREAD = """
import ctypes, os, threading, time
from tests.packing import zipped
def hold():
    held = bytearray(b"x") * (64 * 2**20)
    time.sleep(0.1)
    print(len(held), flush=True)
    time.sleep(300)
threading.Thread(target=hold).start()
ctypes.CDLL(None).syscall({"x86_64": 60}.get(os.uname().machine, 93), 0)  # exit(2), of a thread
"""


@for_linux  # how that counts
def test_memory_is_limited_where_the_first_thread_has_ended() -> None:
    limits = RunLimits(memory=32 * MEGABYTE)
    command = [sys.executable, "-c", WITHOUT_ITS_FIRST_THREAD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline()
            assert until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
            assert usage.broken_limit(ProcessTree(process.pid), None, 0, limits) == "memory"
        finally:
            process.kill()


DUMP = """Windows fatal exception: access violation

Current thread 0x00000138 (most recent call first):
  File "{root}{sep}app.py", line 2 in home
"""


def test_a_crash_of_python_is_read_on_windows_too() -> None:
    root = r"C:\Temp\grader-1" if sys.platform == "win32" else "/tmp/grader-1"
    ours, theirs = os.pipe()
    with os.fdopen(ours, "rb") as pipe:
        reports = Reports(pipe, root)
        reports.know({"app.py": b"import ctypes\nctypes.string_at(0)\n"})
        os.write(theirs, DUMP.format(root=root, sep=os.sep).encode())
        os.close(theirs)
        assert reports.ended.wait(30)
        reports.thread.join()
    assert reports.busy is not None
    assert (reports.busy.file, reports.busy.line) == ("app.py", 2)


def test_a_program_in_the_students_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = ".exe" if sys.platform == "win32" else ""
    for folder in ("hand-in", "system"):
        (tmp_path / folder).mkdir()
        program = tmp_path / folder / f"chromium{ending}"
        program.write_bytes(b"")
        program.chmod(0o755)
    monkeypatch.chdir(tmp_path / "hand-in")
    system = str(tmp_path / "system")
    monkeypatch.setenv("PATH", os.pathsep.join([".", "", system]))
    assert programs.find_program("chromium") == os.path.join(system, f"chromium{ending}")  # noqa: PTH118
    monkeypatch.setenv("PATH", os.pathsep.join([".", ""]))
    assert programs.find_program("chromium") is None


def test_nothing_stays_of_a_folder_that_was_made_read_only(tmp_path: Path) -> None:
    folder = tmp_path / "grader-1"
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "b" / "file").write_text("x")
    (folder / "a" / "b" / "file").chmod(stat.S_IREAD)
    (folder / "a" / "b").chmod(0)
    (folder / "a").chmod(stat.S_IREAD)
    tmp_path.chmod(0o755)
    before = tmp_path.stat().st_mode
    remove_folder(str(folder))
    assert not folder.exists()
    remove_folder(str(folder))  # nor does it matter if it is gone
    assert tmp_path.stat().st_mode == before  # what it lay in is not the app's


def test_a_file_that_is_held_open_keeps_nobody_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows does, for as long as its program runs."""
    tries: list[str] = []

    def refuse(path: str, **_options: object) -> None:
        tries.append(path)
        if len(tries) == 3:
            Path(path).rmdir()

    folder = tmp_path / "grader-1"
    folder.mkdir()
    monkeypatch.setattr("shutil.rmtree", refuse)
    remove_folder(str(folder))
    assert len(tries) == 3


def test_the_zip_of_a_class_can_be_moved_while_it_is_graded(tmp_path: Path) -> None:
    packed = tmp_path / "class.zip"
    write_zip(packed, {f"student{number}/app.py": f"number = {number}" for number in range(3)})
    parts = sorted(list_export(packed).entries, key=lambda entry: entry.path)
    contents = [entry.place.read(1000) for entry in parts]
    assert contents == [f"number = {number}".encode() for number in range(3)]
    assert len({entry.place.digest() for entry in parts}) == 3
    assert str(packed) not in {file.path for file in psutil.Process().open_files()}
    packed.rename(tmp_path / "moved.zip")


def run(*arguments: str, encoding: str, folder: Path) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONPATH": str(ROOT)}
    program = [sys.executable, "-c", "import sys, grader.cli; sys.exit(grader.cli.main())", *arguments]
    return subprocess.run(
        program, capture_output=True, env=environment, cwd=folder, check=False, timeout=100 * PATIENCE
    )


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "ascii"])
def test_no_name_is_too_much_for_an_old_code_page(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / (name := "work \U0001f36a работа weg─")
    folder.mkdir()
    (folder / "notes.txt").write_text("x")
    done = run("check", name, encoding=encoding, folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert b"No Python file in" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_name_in_capitals_is_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "APP.PY").write_text("")
    with pytest.raises(InputError) as caught:
        open_submission(tmp_path / "APP.PY")
    assert "ends in .PY" in caught.value.message
    assert caught.value.hint == "Rename it to app.py."
    no_app = open_submission(tmp_path).no_app
    assert "Rename APP.PY to app.py" in ((no_app and no_app.hint) or "")


def test_an_app_is_called_what_the_disk_calls_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``grader check APP.PY`` finds app.py on Windows and macOS."""
    (tmp_path / "app.py").write_text("print()")
    exists = Path.exists
    monkeypatch.setattr(Path, "exists", lambda path: exists(path) or exists(path.with_name(path.name.lower())))
    assert open_submission(tmp_path / "APP.PY").app == "app.py"
