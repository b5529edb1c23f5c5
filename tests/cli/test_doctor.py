"""``grader doctor`` tells the truth, also where nothing can be installed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from grader.browser import find
from grader.browser.why_not import BrowserHangs
from tests.commands import GRADER, grader_here
from tests.elsewhere import as_a_student, needs_bubblewrap
from tests.systems import not_in_wine


@pytest.fixture
def says(tmp_path):
    """Run doctor with a script in place of the browser."""
    if sys.platform == "win32":
        pytest.skip("the stand-ins are shell scripts")

    def run(script: str, *words: str):
        program = tmp_path / "browser" / "chromium"
        program.parent.mkdir(mode=0o755)
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return grader_here("doctor", *words, GRADER_BROWSER=str(program))

    return run


def browser_line(said: str) -> str:
    return next(line for line in said.splitlines() if "rowser" in line)


@not_in_wine
def test_what_is_there_and_a_browser_that_has_opened_a_page_is_ok():
    done = grader_here("doctor")
    assert "Flask" in done.stdout
    assert browser_line(done.stdout).startswith("ok")
    assert f"has opened a page ({find().path})" in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("words", [(), ("--install",)], ids=["doctor", "install"])
def test_a_browser_that_does_not_start_is_not_ok_and_the_way_out_is_said_once(says, words):
    done = says("echo 'error while loading shared libraries: libnss3.so: cannot open it' >&2; exit 127", *words)
    assert done.returncode == 1
    assert browser_line(done.stdout).startswith("missing")
    assert "libnss3.so" in browser_line(done.stdout)
    assert "Unset that" in done.stdout
    assert "grader doctor" not in done.stdout  # which would say the same again
    assert "all others work" in done.stdout


def test_a_browser_that_hangs_is_not_ok(monkeypatch):
    def hang():
        raise BrowserHangs("The browser x does not start: it has not answered within 30 seconds.", hint="Mend it.")

    monkeypatch.setattr("grader.browser.trying_out.try_out", hang)
    done = grader_here("doctor")
    assert browser_line(done.stdout).startswith("missing")
    assert done.returncode == 1


def test_a_student_lacks_no_sandbox(monkeypatch):
    from grader.machine import bubblewrap

    refused = bubblewrap.Wall(works=False, problem="bubblewrap is not installed.", remedy="grader doctor --install")
    monkeypatch.setattr(bubblewrap, "sandbox_wall", lambda: refused)
    done = grader_here("doctor")
    assert done.returncode == 0
    assert "missing" not in done.stdout
    assert "optional  Sandbox: bubblewrap is not installed." in done.stdout


STUBS = {
    "su": "echo Password: >&2; touch {marks}/su; exit 1",
    "apt-get": "touch {marks}/apt; echo E: Could not open lock file >&2; exit 100",
    "sudo": "touch {marks}/sudo; echo a password is required >&2; exit 1",
}


@needs_bubblewrap
@pytest.mark.parametrize("there", [("su", "apt-get", "sudo"), ("su",)], ids=", ".join)
def test_an_installation_without_root_and_network_ends_in_a_sentence(there, tmp_path):
    marks, programs = tmp_path / "marks", tmp_path / "bin"
    marks.mkdir()
    programs.mkdir()
    for name in there:
        (programs / name).write_text(f"#!/bin/sh\n{STUBS[name].format(marks=marks)}\n")
        (programs / name).chmod(0o755)
    environment = {"PATH": str(programs), "HOME": str(tmp_path), "LANG": "C.UTF-8"}
    hidden = [str(path) for path in map(Path, ("/usr/lib/chromium", "/opt")) if path.exists()]
    done = as_a_student([*GRADER, "doctor", "--install"], hidden=hidden, cwd=tmp_path, env=environment)
    assert done.returncode == 1, done.stdout + done.stderr
    line = browser_line(done.stdout[done.stdout.index("No browser could be") - 20 :])
    assert line.startswith("missing   No browser could be installed. The download from Playwright did not work: ")
    assert "ask whoever looks after this computer" in done.stdout
    assert "Checks in a browser are skipped; all others work." in done.stdout
    assert "    at " not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "grader doctor" not in done.stdout
    assert {path.name for path in marks.iterdir()} <= {"sudo"}  # asked whether it wants a password, and no more
    assert "Password" not in done.stdout + done.stderr
