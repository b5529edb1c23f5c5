from __future__ import annotations

import stat
import subprocess
import sys

import pytest

from grader.browser import find, find_all, installed
from grader.model.faults import MachineFault

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")


@pytest.fixture
def program(tmp_path):
    """Make a program of this name."""

    def make(name: str, text: str = "#!/bin/sh\necho Chromium 1.2.3.4 built on Debian\n"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(stat.S_IRWXU)
        return path

    return make


def test_the_setting_comes_first(monkeypatch, program):
    mine = program("my-headless-shell")
    monkeypatch.setenv("GRADER_BROWSER", str(mine))
    found = find()
    assert (found.path, found.kind) == (mine, "chromium")
    assert find_all() == [found]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("absent", "is not there"), ("folder", "is a folder"), ("plain", "is not a program that may be run")],
)
def test_a_setting_that_names_no_program_is_said(monkeypatch, tmp_path, name, reason):
    (tmp_path / "folder").mkdir()
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    monkeypatch.setenv("GRADER_BROWSER", str(tmp_path / name))
    with pytest.raises(MachineFault, match=f"The browser that GRADER_BROWSER names, .*{name}, {reason}"):
        find()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("chromium-headless-shell", "chromium"),
        ("chromium", "chromium"),
        ("google/chrome/chrome", "chrome"),
        ("microsoft/msedge/msedge", "edge"),
    ],
)
def test_the_kind_of_browser_is_known_by_its_name(monkeypatch, program, name, kind):
    monkeypatch.setenv("GRADER_BROWSER", str(program(name)))
    assert find().kind == kind


def test_the_newest_of_playwrights_own_is_first(monkeypatch, program, tmp_path):
    older = program("chromium_headless_shell-999/chrome-linux/headless_shell")
    newer = program("chromium_headless_shell-1200/chrome-headless-shell-linux64/chrome-headless-shell")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    assert list(installed._playwrights_own("chromium_headless_shell")) == [newer, older]


@pytest.mark.parametrize(
    ("text", "is_stub"),
    [
        ("#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo 'requires the chromium snap'\nfi\n", True),
        ("#!/bin/sh\nexec /usr/lib/chromium/chromium\n", False),
    ],
)
def test_ubuntus_stub_is_no_browser(program, text, is_stub):
    assert installed._is_stub(program("chromium-browser", text)) is is_stub


def test_all_browsers_are_found_each_by_one_name(monkeypatch, program, tmp_path):
    best, second = program("chromium-headless-shell"), program("bin/chromium")
    (tmp_path / "bin" / "google-chrome").symlink_to(second)
    stub = program("bin/chromium-browser", "#!/bin/sh\necho 'snap install chromium'\n")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    candidates = [best, *installed._on_path("chromium", "chromium-browser", "google-chrome")]
    assert stub in candidates
    monkeypatch.setattr(installed, "_candidates", lambda: iter(candidates))
    assert [found.path for found in find_all()] == [best, second]
    monkeypatch.setattr(installed, "_candidates", lambda: iter([stub]))
    with pytest.raises(MachineFault, match="chromium-browser does not count: snap's"):
        find_all()


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_only_this_systems_browsers_are_looked_for(monkeypatch, program, tmp_path, system):
    """Windows' Python under Wine sees Linux's folders as well."""
    for path in ("chrome-linux/headless_shell", "chrome-mac/headless_shell", "chrome-win/headless_shell.exe"):
        program(f"chromium_headless_shell-1200/{path}")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("PROGRAMFILES", "C:/Program Files")
    monkeypatch.setattr(sys, "platform", system)
    looked_for = {
        str(path.relative_to(tmp_path) if tmp_path in path.parents else path) for path in installed._candidates()
    }
    of_linux = {path for path in looked_for if path.startswith(("/usr", "/opt"))}
    of_mac = {path for path in looked_for if ".app/" in path}
    of_windows = {path for path in looked_for if path.endswith(".exe")}
    owns = {"linux": of_linux, "darwin": of_mac, "win32": of_windows}
    assert {name for name, paths in owns.items() if paths} == {system}


def test_finding_imports_neither_playwright_nor_asyncio():
    program = "import sys; from grader.browser import find; find(); print({'asyncio', 'playwright'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"
