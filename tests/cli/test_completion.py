"""What Tab makes of a line, in the shells themselves: what is completed is what the command then gets."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import ROOT

pytestmark = pytest.mark.packaging
STUB = """#!{python}
import json, os, sys
if "_GRADER_COMPLETE" in os.environ:
    sys.argv[0] = "grader"
    from grader.cli import main
    main()
print("GOT", json.dumps(sys.argv[1:]), "END")
"""
SHELLS = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], 'eval "$(_GRADER_COMPLETE=bash_source grader)"'),
    "zsh": (["zsh", "-f", "-i"], 'autoload -Uz compinit; compinit -u; eval "$(_GRADER_COMPLETE=zsh_source grader)"'),
    "fish": (["fish", "--no-config", "-i"], "_GRADER_COMPLETE=fish_source grader | source"),
}
PATIENCE = 60


class Terminal:
    """A shell at a terminal, with our completion."""

    def __init__(self, shell: str, folder: Path) -> None:
        command, ready = SHELLS[shell]
        stub = folder / "bin" / "grader"
        stub.parent.mkdir()
        stub.write_text(STUB.format(python=sys.executable))
        stub.chmod(0o755)
        (folder / "home").mkdir()
        self.work = folder / "work"
        self.work.mkdir()
        self._ours, theirs = pty.openpty()
        self._shell = subprocess.Popen(
            ["setsid", "--ctty", *command],  # its terminal, without which fish does not start
            cwd=self.work,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={
                "PATH": f"{stub.parent}{os.pathsep}{os.environ['PATH']}",
                "HOME": str(folder / "home"),
                "TERM": "dumb",
                "PYTHONPATH": str(ROOT),
                "LANG": "C.UTF-8",
            },
        )
        os.close(theirs)
        self._said = ""
        self._type(f"{ready}; echo rea''dy\r")
        self._wait_for(r"ready\r?\n")

    def tab(self, line: str, more: str = "") -> list[str]:
        """Type a line, press Tab and Enter, and return what the command got."""
        self._type(f"{line}\t{more}\r")
        return json.loads(self._wait_for(r"GOT (\[.*?\]) END")[1])

    def _type(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def _wait_for(self, pattern: str) -> re.Match[str]:
        give_up = time.monotonic() + PATIENCE
        while not (found := re.search(pattern, self._said)):
            assert time.monotonic() < give_up, self._said
            if select.select([self._ours], [], [], 1)[0]:
                self._said += os.read(self._ours, 65536).decode(errors="replace")
        self._said = self._said[found.end() :]
        return found

    def close(self) -> None:
        self._shell.kill()
        self._shell.wait()
        os.close(self._ours)


@pytest.fixture(scope="module", params=SHELLS)
def terminal(request, tmp_path_factory):
    if not shutil.which(request.param):
        (pytest.fail if "CI" in os.environ else pytest.skip)(f"{request.param} is not on this machine")
    terminal = Terminal(request.param, tmp_path_factory.mktemp(request.param))
    work = terminal.work
    for name in ("my-work", "my-other", "with space"):
        (work / name).mkdir()
    for name in ("app.py", "course settings.toml", "exercise.py"):
        (work / name).touch()
    for student in ("doe_jane", "Roe, Richard (2)"):
        folder = work / "graded" / "reports" / student
        folder.mkdir(parents=True)
        checks = [{"id": name} for name in ("loads", "add-cookie", "remove-cookie")]
        (folder / "report.json").write_text(json.dumps({"checks": checks}))
    yield terminal
    terminal.close()


@pytest.mark.parametrize(
    ("line", "got"),
    [
        ("grader chec", ["check"]),
        ("grader check my-w", ["check", "my-work/"]),
        ("grader check ap", ["check", "app.py"]),
        ("grader check with", ["check", "with space/"]),
        ("grader batch ap", ["batch", "app.py"]),
        ("grader batch app.py my-o", ["batch", "app.py", "my-other/"]),
        ("grader batch app.py --out my-o", ["batch", "app.py", "--out", "my-other/"]),
        ("grader check --config cour", ["check", "--config", "course settings.toml"]),
        ("grader check --report my-o", ["check", "--report", "my-other/"]),
        ("grader check --activity dis", ["check", "--activity", "discussion-11.1"]),
        ("grader check --activity activity-11.1", ["check", "--activity", "activity-11.1"]),
        ("grader check --activity 11.2", ["check", "--activity", "11.2"]),
        ("grader check --activity ./ex", ["check", "--activity", "./exercise.py"]),
        ("grader new activity-11.2", ["new", "activity-11.2"]),
        ("grader gradescope --activity disc", ["gradescope", "--activity", "discussion-11.1"]),
        ("grader check --skip doc", ["check", "--skip", "document"]),
        ("grader check --isol", ["check", "--isolation"]),
        ("grader review gra", ["review", "graded/"]),
        ("grader review graded --check add", ["review", "graded", "--check", "add-cookie"]),
        ("grader review graded --student do", ["review", "graded", "--student", "doe_jane"]),
        ("grader review graded --student Roe", ["review", "graded", "--student", "Roe, Richard (2)"]),
        ("grader review graded --set do", ["review", "graded", "--set", "doe_jane"]),
        ("grader review graded --set doe_jane rem", ["review", "graded", "--set", "doe_jane", "remove-cookie"]),
        (
            "grader review graded --set doe_jane loads pas",
            ["review", "graded", "--set", "doe_jane", "loads", "passed"],
        ),
        ("grader review graded --unset doe_jane loa", ["review", "graded", "--unset", "doe_jane", "loads"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tab(terminal, line, got):
    assert [word.rstrip("/") for word in terminal.tab(line)] == [word.rstrip("/") for word in got]
