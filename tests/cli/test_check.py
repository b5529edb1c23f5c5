"""What ``grader check`` is called on, and from where: links, folders that are gone, closed streams, odd names."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import grader
from grader.activities import activity_named
from grader.machine import shell
from grader.machine.shell import command
from grader.model.faults import InputError
from grader.rubric.activity import docstring
from tests.cli.test_commands import REFERENCE, zip_of
from tests.commands import GRADER, grader_here

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="links, streams and deleted folders of POSIX")
QUICK = ("--activity", "discussion-11.1", "--skip", "browser", "--skip", "document")


@pytest.fixture
def work(tmp_path):
    """A right answer, in a folder whose name every shell would take apart."""
    folder = tmp_path / "Jane Doe's $HOME & (final)"
    shutil.copytree(REFERENCE / "discussion_11_1", folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def pasted(line: str, cwd) -> subprocess.CompletedProcess[str]:
    """Run a command that was printed, as the shell takes it."""
    words = shlex.split(line)
    assert words[0] == "grader"
    return grader_here(*words[1:], *QUICK, cwd=cwd)


# Links


@POSIX_ONLY
def test_a_linked_app_is_the_file_that_it_leads_to(tmp_path, work):
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "app.py").symlink_to(work / "app.py")
    done = grader_here("check", "linked/app.py", *QUICK, cwd=tmp_path)
    assert "100 of 100 points" in done.stdout, done.stdout


@POSIX_ONLY
def test_a_linked_app_finds_what_python_and_flask_find(tmp_path):
    """Python looks for modules beside the file itself, Flask for templates beside the link."""
    real, linked = tmp_path / "real", tmp_path / "linked"
    (linked / "templates").mkdir(parents=True)
    real.mkdir()
    (real / "words.py").write_text("FILE = 'index.html'\n")
    (real / "mine.py").write_text(
        "from flask import Flask, render_template\nfrom words import FILE\napp = Flask(__name__)\n"
        "@app.route('/')\ndef home():\n    return render_template(FILE)\n"
        "if __name__ == '__main__':\n    app.run(port=3000)\n"
    )
    (linked / "templates" / "index.html").write_text("Hello")
    (linked / "app.py").symlink_to(real / "mine.py")
    done = grader_here("check", "linked/app.py", *QUICK, cwd=tmp_path)
    assert "100 of 100 points" in done.stdout, done.stdout


@POSIX_ONLY
def test_a_folder_with_a_linked_app_says_how_to_grade_it(tmp_path, work):
    (tmp_path / "with a link").mkdir()
    (tmp_path / "with a link" / "app.py").symlink_to(work / "app.py")
    done = grader_here("check", "with a link", *QUICK, cwd=tmp_path)
    assert done.returncode == 2
    assert "app.py in with a link is a link to a file outside of the folder" in done.stderr
    again = pasted(done.stderr.partition("itself: ")[2], tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr


@POSIX_ONLY
def test_a_linked_folder_and_dots(tmp_path, work):
    (tmp_path / "link").symlink_to(work)
    (work / "x").mkdir()
    for path, cwd in (("link", tmp_path), ("link/app.py", tmp_path), (".", work), ("..", work / "x"), ("./", work)):
        done = grader_here("check", path, "--json", *QUICK, cwd=cwd)
        assert json.loads(done.stdout)["submission"]["name"] == work.name, path
        assert done.returncode == 0, path


# Streams, folders and Python's own settings


@POSIX_ONLY
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_change_neither_verdict_nor_reports(work, tmp_path, closed):
    words = shlex.join([*GRADER, "check", str(work), *QUICK, "--report", str(tmp_path / "out")])
    done = subprocess.run(["bash", "-c", f"{words} {closed}"], capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["score"]["earned"] == 100


@POSIX_ONLY
def test_a_current_folder_that_was_deleted_is_named(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    words = shlex.join([*GRADER, "check"])
    done = subprocess.run(
        ["bash", "-c", f"rmdir ../gone; {words}"], cwd=gone, capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 2
    assert "The folder that you are in is not there any more" in done.stderr
    assert "Traceback" not in done.stderr


def test_python_that_drops_docstrings(work):
    done = subprocess.run(
        [*GRADER, "check", str(work), *QUICK],
        env={**os.environ, "PYTHONOPTIMIZE": "2", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )
    assert "app.py can be loaded and holds a Flask app" in done.stdout, done.stderr
    assert done.returncode == 0


def test_titles_are_read_in_the_source_where_python_has_dropped_them():
    for check in activity_named("11.2").checks:
        if check.id.startswith("shot-"):  # made, not written
            continue
        written = check.function.__doc__
        check.function.__doc__ = None
        try:
            assert docstring(check.function).partition("\n")[0].rstrip(".") == check.title
        finally:
            check.function.__doc__ = written


def test_a_report_that_cannot_be_written_comes_after_the_result(tmp_path, work):
    (tmp_path / "file").write_text("")
    done = grader_here("check", work, *QUICK, "--report", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert "100 of 100 points" in done.stdout
    assert "The report was not written" in done.stderr
    assert "Report:" not in done.stdout
    done = grader_here("check", work, *QUICK, "--json", "--report", tmp_path / "file" / "out")
    assert done.returncode == 2
    assert json.loads(done.stdout)["score"]["earned"] == 100


def test_python_m_grader_takes_no_module_of_the_students(work):
    (work / "click.py").write_text("raise SystemExit('I was run')\n")
    done = subprocess.run(
        [sys.executable, "-m", "grader", "check", "nothing.txt"],
        cwd=work,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 2
    assert "There is no file or folder nothing.txt" in done.stderr


# From Python


def test_grade_takes_text_and_paths(work, monkeypatch):
    monkeypatch.chdir(work.parent)
    assert grader.grade(work.name, activity="discussion-11.1").score.earned == 100
    with pytest.raises(InputError, match="There is no file or folder nowhere"):
        grader.grade("nowhere")


# Commands that are printed


def test_of_several_apps_one_is_named_with_a_command_that_works(tmp_path):
    for name in ("first try", "second try"):
        folder = tmp_path / "my work" / name
        shutil.copytree(REFERENCE / "discussion_11_1", folder)
        (folder / "app.py").write_bytes((folder / "app.py").read_bytes() + f"# {name}\n".encode())
    done = grader_here("check", "my work", *QUICK, cwd=tmp_path)
    assert done.returncode == 2
    again = pasted(done.stderr.partition("for example: ")[2], tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    done = grader_here("check", zip_of(tmp_path / "my work", tmp_path / "w.zip"), *QUICK)
    assert "Unpack it" in done.stderr  # nothing in a zip can be named


def test_new_prints_commands_that_work(tmp_path):
    done = grader_here("new", "discussion-11.1", "my work (final)", cwd=tmp_path)
    again = pasted(done.stdout.partition("then: ")[2].splitlines()[0], tmp_path)
    assert "discussion-11.1 / my work (final)" in again.stdout


@pytest.mark.parametrize(
    "name", ["my work", "Jane's", 'a"b', "$HOME", "a;b", "*", "Übung", "-x", "--help", "a\\b", "", "a\nb"]
)
@POSIX_ONLY
def test_a_command_reaches_the_program_as_it_was_meant(tmp_path, name):
    words = command(sys.executable, "-c", "import sys; print(ascii(sys.argv[1]))", Path(name) if name else name)
    said = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=True).stdout.strip()
    assert said == ascii(f"./{name}" if name.startswith("-") else name)


def test_a_command_for_windows(monkeypatch):
    monkeypatch.setattr(shell, "_ON_WINDOWS", True)
    assert command("grader", "check", r"C:\Users\Jane Doe\my work") == r'grader check "C:\Users\Jane Doe\my work"'
    assert command("grader", "check", r"C:\work\app.py") == r"grader check C:\work\app.py"
    assert command("grader", "check", "a&b") == 'grader check "a&b"'
