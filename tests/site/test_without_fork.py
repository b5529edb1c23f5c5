"""The plain process on systems that have no ``os.fork``, shown on those that have it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from grader.model.faults import MachineFault
from grader.sandbox import isolation, process
from grader.sandbox.process import AppProcess
from grader.sandbox.waiting import load
from tests.systems import for_posix
from tests.waiting import until

from .conftest import HEAD, LIMITS, PAGE, TAIL, Jail


@pytest.fixture
def jail(other_system: Callable[[str], Jail]) -> Jail:
    """A plain process whose Python has no ``fork``."""
    return other_system("vars(os).pop('fork', None)")


def gone(path: Path) -> bool:
    return until(lambda: not path.exists())


def test_an_app_is_handed_over_whole_and_served(jail: Jail) -> None:
    files = {f"made/{number}.txt": bytes([65 + number]) * 100_000 for number in range(10)}
    check = "import pathlib\nsizes = [path.stat().st_size for path in pathlib.Path('made').iterdir()]\n"
    site = jail.site(f"{check}assert sizes == 10 * [100_000], sizes\n{HEAD}{PAGE}{TAIL}", files)
    assert site.get("/").text == "home"


@pytest.mark.parametrize("job", ["none", "begun", "handed over"])
def test_when_the_grader_has_gone_nothing_stays(jail: Jail, job: str) -> None:
    app = AppProcess("process", LIMITS)
    try:
        folder, process = Path(app.folder or ""), app._process
        assert folder.is_dir()
        assert process.stdin is not None
        if job == "handed over":
            load(app, {"app.py": (HEAD + PAGE + TAIL).encode()}, "app.py")
            assert (folder / "app.py").exists()
        elif job == "begun":
            process.stdin.write(b'{"files": [["app.py", 1000]]}\n' + b"#" * 10)
            process.stdin.flush()
        process.stdin.close()  # as the system does when the grader ends
        assert process.wait(30) == 1
        assert gone(folder)
    except subprocess.TimeoutExpired:
        pytest.fail("the app outlived the grader")
    finally:
        app.close()


@for_posix
def test_the_pipe_is_watched_where_poll_tells_only_what_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS; Linux tells of a hang-up in any case."""
    import select

    from grader.sandbox.inside import ending

    asked: list[int] = []

    class Poll:
        def register(self, _job: int, events: int) -> None:
            asked.append(events)

        def poll(self) -> list[tuple[int, int]]:
            return [(7, select.POLLHUP)]

    monkeypatch.setattr(select, "poll", Poll)
    ending.wait_for_hang_up(7)
    assert asked[0] & select.POLLHUP


def test_in_a_virtual_environment_on_windows_its_launcher_is_passed_by(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would start the real Python as a process of its own: the socket would be shared with the wrong one."""
    monkeypatch.setattr(isolation.sys, "platform", "win32")
    monkeypatch.setattr(isolation.sys, "_base_executable", r"C:\Python\python.exe")
    monkeypatch.setattr(isolation.sys, "executable", r"C:\venv\Scripts\python.exe")
    monkeypatch.setattr(isolation.sys, "prefix", r"C:\venv")
    command = isolation.command("process", root="x", socket=3, preload=True, scratch=0)
    assert command[0] == r"C:\Python\python.exe"
    assert isolation.environment("process", r"C:\Temp\grader-1")["__PYVENV_LAUNCHER__"] == r"C:\venv\Scripts\python.exe"


def test_an_app_on_windows_finds_what_windows_programs_rely_on(monkeypatch: pytest.MonkeyPatch) -> None:
    home = r"C:\Temp\grader-1"
    monkeypatch.setattr(isolation.sys, "platform", "win32")
    for name, value in {"SYSTEMROOT": r"D:\Windows", "COMSPEC": r"D:\cmd.exe", "USERNAME": "instructor"}.items():
        monkeypatch.setenv(name, value)
    there = isolation.environment("process", home)
    assert (there["USERNAME"], there["USERPROFILE"], there["APPDATA"]) == ("student", home, home)
    assert there["HOMEDRIVE"] + there["HOMEPATH"] == home
    assert (there["COMSPEC"], there["PATH"]) == (r"D:\cmd.exe", r"D:\Windows\System32;D:\Windows")
    assert "instructor" not in there.values()


def test_ctrl_c_is_not_for_the_app_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes to a process group there, as it does elsewhere to a session."""
    asked: dict[str, object] = {}

    def start(_command: list[str], **options: object) -> None:
        asked.update(options)
        raise OSError(22, "a stand-in")

    monkeypatch.setattr(isolation.sys, "platform", "win32")
    monkeypatch.setattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0x200, raising=False)
    monkeypatch.setattr(process, "Session", start)
    with pytest.raises(MachineFault, match="a stand-in"):
        AppProcess("process", LIMITS)
    assert asked["creationflags"] == 0x200
    assert not {"start_new_session", "pass_fds"} & asked.keys()
