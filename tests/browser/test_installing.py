from __future__ import annotations

import subprocess
import sys

import pytest

from grader.browser import installing
from grader.machine.system_packages import apt_install, run_shown
from grader.model.faults import MachineFault

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="apt-get is Linux's")


@pytest.fixture
def apt(monkeypatch, tmp_path):
    """Put an apt-get on the PATH that knows only some packages, and nothing else."""

    def make(*known: str):
        program = tmp_path / "apt-get"
        program.write_text(
            f"#!{sys.executable}\nimport sys\nwanted = [a for a in sys.argv[2:] if not a.startswith('-')]\n"
            f"sys.exit(100 * bool(set(wanted) - {set(known)!r}))\n"
        )
        program.chmod(0o700)
        monkeypatch.setenv("PATH", str(tmp_path))
        sudo = tmp_path / "sudo"  # for whoever is not root
        sudo.write_text('#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do shift; done\n"$@"\n')
        sudo.chmod(0o700)

    return make


def test_a_command_is_shown_before_it_is_run():
    lines = []
    assert run_shown([sys.executable, "-c", "pass"], echo=lines.append)
    assert not run_shown([sys.executable, "-c", "raise SystemExit(1)"], echo=lines.append)
    assert not run_shown(["/no/such/program", "with space"], echo=lines.append)
    assert lines[1].endswith("-c 'raise SystemExit(1)'")
    assert lines[2:] == ["$ /no/such/program 'with space'", "/no/such/program: No such file or directory"]


def test_packages_are_installed(apt):
    apt("bubblewrap")
    lines = []
    apt_install("bubblewrap", echo=lines.append)
    assert len(lines) == 1
    assert lines[0].endswith("install --yes --no-install-recommends bubblewrap")


def test_a_package_that_is_not_known_is_tried_again_after_an_update(apt):
    apt("bubblewrap")
    lines = []
    with pytest.raises(MachineFault, match="could not install absent"):
        apt_install("absent", echo=lines.append)
    assert [line.split("apt-get ")[1].split()[0] for line in lines] == ["install", "update", "install"]


def test_a_system_without_apt_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MachineFault, match="neither Debian nor Ubuntu"):
        apt_install("bubblewrap", echo=print)


def test_the_second_package_is_tried_where_the_first_is_not_known(apt):
    apt("chromium")
    lines = []
    installing._from_distribution(lines.append)
    assert lines[-1].endswith(" chromium")


def test_no_package_at_all_is_the_machines_fault(apt):
    apt()
    with pytest.raises(MachineFault, match="could not install chromium"):
        installing._from_distribution(print)


def test_the_installing_program_runs_on_its_own(apt, monkeypatch, tmp_path):
    """Playwright's download is pointed at a place that does not answer; the distribution's package is there."""
    apt("chromium-headless-shell")
    monkeypatch.setenv("PLAYWRIGHT_DOWNLOAD_HOST", "http://127.0.0.1:9")
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "cache"))
    program = "from grader.browser.installing import install; print(install(print).found.path)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "playwright install --only-shell chromium" in said.stdout
    assert "apt-get install --yes --no-install-recommends chromium-headless-shell" in said.stdout
