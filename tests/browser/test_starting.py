"""Programs that are no browser, or none that starts here: why is said in a sentence, and costs little time."""

from __future__ import annotations

import platform
import sys
from contextlib import closing

import pytest
from flask import Flask

from grader.browser import Browser, BrowserCrashed, FoundBrowser, driving, find, launching
from grader.browser.trying_out import try_out
from grader.grading import Settings
from grader.grading.resources import Resources
from grader.machine.allowance import Allowance
from grader.model.faults import MachineFault
from tests.how_many import some_of
from tests.waiting import fairly_within, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins are shell scripts and Linux programs")

OTHER = 62 if platform.machine() == "aarch64" else 183
LIBRARY = "error while loading shared libraries: libnss3.so: cannot open shared object file: No such file or directory"


def elf(machine: int) -> bytes:
    return b"\x7fELF\x02\x01\x01" + bytes(9) + (2).to_bytes(2, "little") + machine.to_bytes(2, "little") + bytes(200)


KINDS = {
    "a library is missing": (f'#!/bin/sh\necho "$0: {LIBRARY}" >&2\nexit 127\n', r"libnss3\.so \(error while loading"),
    "made for a newer system": (
        '#!/bin/sh\necho "$0: libm.so.6: version \\`GLIBC_2.38\' not found (required by $0)" >&2\nexit 1\n',
        r"newer system \(version `GLIBC_2\.38' not found\)",
    ),
    "a stub of snap's": ('#!/bin/sh\necho "install it with s""nap"; exit 1\n', "only asks to install one with snap"),
    "another processor": (elf(OTHER), "another kind of processor"),
    "a program for Windows": (b"MZ" + bytes(300), "a program for Windows"),
    "ends at once, well": ("#!/bin/sh\n", r"ended at once \(exit code 0\)"),
    "ends at once, badly": ("#!/bin/sh\nexit 3\n", r"ended at once \(exit code 3\)"),
    "empty": ("", "ended at once"),
    "says something": ("#!/bin/sh\necho No display today; exit 4\n", r"exit code 4\), and said: No display today"),
    "prints garbage": (
        "#!/bin/sh\nhead -c 99 /dev/zero | tr '\\0' '\\351' >&2\nexit 1\n",
        "what it printed is not text",
    ),
    "crashes": ("#!/bin/sh\nkill -SEGV $$\n", r"crashed \(SIGSEGV\)"),
    "its interpreter is not there": ("#!/no/such/shell\n", "its first line names"),
}


@pytest.fixture
def program(tmp_path):
    """Make a program that everybody may run; under root the browser is somebody else."""

    def make(content: str | bytes, name: str = "chromium") -> FoundBrowser:
        path = tmp_path / "browser" / name
        path.parent.mkdir(mode=0o755, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(0o755)
        return FoundBrowser(path, "chromium")

    return make


@pytest.mark.parametrize("kind", some_of(KINDS, always=2, endurance=len(KINDS) // 2))
def test_why_a_program_is_no_browser_is_said(program, kind):
    content, reason = KINDS[kind]
    found = program(content)
    with Browser.launch(found) as browser:
        with pytest.raises(MachineFault, match=rf"{found.path} does not start: .*{reason}") as first:
            browser.open("http://localhost:1024").visit("/")
        with pytest.raises(MachineFault):
            _ = browser.version
    said = first.value.message
    assert said.isprintable()
    assert len(said) < 400
    assert "grader doctor --install" in first.value.hint


def test_the_next_browser_is_taken_where_the_first_does_not_start(program, serve):
    app = Flask(__name__)
    app.get("/")(lambda: "fine")
    bad = program("#!/bin/sh\nexit 3\n")
    with Browser.launch(bad, find()) as browser:
        assert browser.open(serve(app)).visit("/").text == "fine"
        assert browser.found == find()
        assert [str(bad.path) in fault.message for fault in browser.failures] == [True]


def test_where_none_starts_each_is_named(program):
    both = program("#!/bin/sh\nexit 3\n", "one"), program("#!/bin/sh\nexit 4\n", "other")
    with (
        Browser.launch(*both) as browser,
        pytest.raises(MachineFault, match=r"one does.*code 3\).*other does.*code 4\)"),
    ):
        _ = browser.version
    assert browser.has_failed
    assert not browser.hangs


@pytest.mark.parametrize(
    "script", ["exec sleep 240", "while :; do echo loading; sleep 1; done", "trap '' TERM; sleep 240 & wait; sleep 240"]
)
def test_a_start_that_hangs_costs_its_time_once(program, monkeypatch, script):
    monkeypatch.setattr(launching, "_ONE_START_SECONDS", 2.0)
    found = program(f"#!/bin/sh\n{script}\n")
    monkeypatch.setenv("GRADER_BROWSER", str(found.path))
    with closing(Resources(Settings(isolation="process"))) as resources:

        class App:
            origin = "http://localhost:1024"

            def has_died(self):
                return False

        def visit():
            allowance = Allowance(resources.settings.limits.total)
            with pytest.raises(MachineFault, match="has not answered within 2 seconds"):
                resources.open_browser(App(), allowance).visit("/")

        visit()
        with fairly_within(1.5):
            for _ in range(5):  # the next checks, and the next hand-ins
                visit()


def test_a_browser_that_hangs_is_left_behind_for_one_that_does_not(program, monkeypatch):
    monkeypatch.setattr(launching, "_ONE_START_SECONDS", 2.0)
    with Browser.launch(program("#!/bin/sh\nexec sleep 240\n"), find()) as browser:
        assert browser.version
        assert browser.worth_trying == [find()]


def test_a_browser_that_works_has_shown_a_page():
    assert int(try_out().version.split()[1].split(".")[0]) > 100


def test_closing_while_it_starts_says_nothing_on_the_terminal(program, capfd):
    browser = Browser.launch(program("#!/bin/sh\nexec sleep 240\n"), find())
    assert until(lambda: browser._engine and browser._engine._loop.driver)
    browser.close()
    browser._thread.join(10)
    assert not browser._thread.is_alive()
    assert isinstance(browser._started.exception(), BrowserCrashed)
    assert browser._engine._loop.is_closed()
    assert capfd.readouterr().err == ""


def test_who_closes_it_while_it_is_put_away_leaves_nothing_open(program, monkeypatch):
    """The user presses Ctrl-C, say, when it has just not started: what is open then is a ResourceWarning."""
    wind_up = driving.Engine._wind_up

    def closed_meanwhile(engine: driving.Engine) -> None:
        engine.stop()
        wind_up(engine)

    monkeypatch.setattr(driving.Engine, "_wind_up", closed_meanwhile)
    with Browser.launch(program("#!/bin/sh\nexit 3\n")) as browser:
        with pytest.raises(MachineFault, match="does not start"):
            browser.wait_until_started()
        browser._thread.join(10)
    assert browser._engine._loop.is_closed()
    assert browser._engine._loop._held is None or browser._engine._loop._held.fileno() == -1


def test_a_browser_that_was_closed_before_it_began_starts_nothing(monkeypatch):
    monkeypatch.setattr(driving, "Engine", None)
    browser = Browser([find()])
    browser.close()
    browser._thread.start()
    with pytest.raises(BrowserCrashed, match="was closed"):
        browser.wait_until_started()
