"""A mistake of the grader's own ends a command in a sentence and a file; what it does can be asked for."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader import __version__

ROOT = Path(__file__).parent.parent.parent

BREAKS = "import grader.cli.checking as c; c.Checking.run = lambda *_: [][0]; from grader.cli import main; main()"
WORK = ROOT / "reference_app" / "discussion_11_1"


def run(program: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_ends_in_one_sentence_and_a_file_with_versions_and_traceback(tmp_path: Path) -> None:
    ended = run(BREAKS, "check", str(WORK), GRADER_CACHE=str(tmp_path))
    assert (ended.returncode, ended.stdout) == (3, "")
    sentence, place = ended.stderr.splitlines()
    assert "The grader itself made a mistake (IndexError)" in sentence
    assert str(tmp_path / "grader.log") in place
    kept = (tmp_path / "grader.log").read_text(encoding="utf-8")
    assert all(said in kept for said in (f"Python {sys.version}", __version__, "'check'", "IndexError: list index"))


def test_where_no_file_can_be_written_the_sentence_stands_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = run(
        f"import tempfile; tempfile.gettempdir = lambda: {str(tmp_path / 'file')!r}; {BREAKS}",
        "check",
        str(WORK),
        GRADER_CACHE=str(tmp_path / "file"),
    )
    assert ended.returncode == 3
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize(("options", "environment"), [(["--log-level", "info"], {}), ([], {"GRADER_LOG": "info"})])
def test_what_it_does_is_said_where_asked_for(options: list[str], environment: dict[str, str]) -> None:
    main = "from grader.cli import main; main()"
    check = ["check", str(WORK), "--skip", "browser", "--json"]
    asked, not_asked = run(main, *options, *check, **environment), run(main, *check, GRADER_LOG="")
    assert "grader.rubric.running_checks: string: passed" in asked.stderr
    assert "grader.rubric" not in not_asked.stderr
    assert asked.stdout.startswith("{")
