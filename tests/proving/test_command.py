"""``grader prove`` as whoever writes an activity types it."""

from __future__ import annotations

import json
import re
import shutil
import sys

import pytest

from grader import proving
from grader.activities import activity_named
from tests.commands import grader_here
from tests.conftest import ISOLATIONS

from .proving import EXAMPLE, OWN, REFERENCE

PROVE = ("prove", "--isolation", ISOLATIONS[0])
SMALL = """
from grader.rubric import Activity, Failed
from grader.site import Site

activity = Activity("activity-9.9", title="One word")


@activity.check(step="1", points=50)
def loads(site: Site) -> None:
    \"\"\"It loads.\"\"\"


@activity.check(step="2", points=50, needs=loads)
def word(site: Site) -> None:
    \"\"\"/ says something.\"\"\"
    if not site.get("/").text:
        raise Failed("/ says nothing.")
"""
APP = "from flask import Flask\napp = Flask(__name__)\n@app.get('/')\ndef home():\n    return 'Hello'\napp.run()\n"


@pytest.fixture
def small(tmp_path):
    """An activity that lets every error page pass, and its solution."""
    (tmp_path / "solution").mkdir()
    (tmp_path / "solution" / "app.py").write_text(APP)
    (tmp_path / "small.py").write_text(SMALL)
    return tmp_path


@pytest.fixture
def a_quarter(monkeypatch):
    """Of the variants that are made a quarter is tried, and all that the weak activity misses."""
    made = proving.make_variants

    def some(*asked):
        return [one for n, one in enumerate(made(*asked)) if n % 4 == 0 or one.kind == "decorator dropped"]

    monkeypatch.setattr(proving, "make_variants", some)


@pytest.mark.usefixtures("a_quarter")
def test_what_it_says_writes_and_keeps(small):
    page, kept = small / "proof.html", small / "kept"
    words = (*PROVE, small / "small.py", "--solution", small / "solution", "--html", page, "--keep", kept)
    done = grader_here(*words)
    assert done.returncode == 1, done.stderr
    assert re.search(r"^word +\d+ +\d+ +0 +[1-9]", done.stdout, re.MULTILINE)
    assert "decorator dropped" in done.stdout.partition("Missed mistakes")[2]
    assert "word looked at it." in done.stdout
    assert re.search(r"\d+ of \d+ other right ways to write it keep all points", " ".join(done.stdout.split()))
    assert re.search(r"^\d+/\d+ ", done.stderr, re.MULTILINE)
    html = page.read_text(encoding="utf-8")
    assert "<h2" in html
    assert "Missed mistakes" in html
    assert "One word" in html
    missed = [path for path in (kept / "missed").iterdir() if "decorator-dropped" in path.name]
    assert "@app.get" not in (missed[0] / "app.py").read_text()
    assert len(list((kept / "kept").iterdir())) > 5


def test_json_alone_for_one_check(small):
    words = (*PROVE, small / "small.py", "--solution", small / "solution", "--only", "loads", "--json")
    done = grader_here(*words)
    proof = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert (proof["schema"], proof["activity"], proof["is_whole"]) == ("grader-proof/1", "activity-9.9", True)
    assert [check["id"] for check in proof["checks"]] == ["loads"]
    assert proof["mistakes"] == proof["variants_by_verdict"]["noticed"] > 10
    assert {"name", "kind", "verdict", "owners", "noticed", "place", "before", "after"} <= proof["variants"][0].keys()


def refused(*words, says, hint=""):
    done = grader_here(*PROVE, *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert hint in done.stderr
    assert "Traceback" not in done.stderr


def test_an_activity_without_a_solution():
    refused(EXAMPLE, says="No solution of activity-12.1 comes with the grader", hint="--solution DIR")


def test_an_unknown_activity_check_or_folder(tmp_path):
    refused("77.7", says="There is no activity")
    refused("11.2", "--only", "add-cookies", says="no check 'add-cookies'", hint="add-cookie")
    refused("11.2", "--solution", tmp_path / "nowhere", says="There is no file or folder")
    refused("11.2", "--html", tmp_path / "no" / "page.html", says="There is no folder")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    refused("11.2", "--keep", tmp_path / "full", says="is not empty")


def test_a_solution_without_an_app(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    refused("11.2", "--solution", tmp_path, says="app.py")
    shutil.copy(REFERENCE / "activity_11_2" / "Screenshots.docx", tmp_path / "a.docx")
    refused("11.2", "--solution", tmp_path / "a.docx", says="The solution cannot be used")


def test_a_solution_that_does_not_pass(small):
    words = (small / "small.py", "--solution", small / "solution")
    (small / "solution" / "app.py").write_text(APP.replace("'Hello'", "''"))
    refused(*words, says="The check word does not pass", hint="Mend the solution")
    (small / "solution" / "app.py").write_text(APP + ")")
    refused(*words, says="The check loads does not pass")


def test_a_check_that_fails_itself(small):
    (small / "small.py").write_text(SMALL.replace('if not site.get("/").text:', "if 1 / 0:"))
    refused(small / "small.py", "--solution", small / "solution", says="ends in an error", hint="ZeroDivisionError")


def test_a_solution_that_needs_a_package(small):
    (small / "solution" / "app.py").write_text(f"import numpy\nprint(numpy.array([1]))\n{APP}")
    refused(small / "small.py", "--solution", small / "solution", says="imports numpy", hint="packages = ['numpy']")


def test_without_the_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "libcst", None)
    refused("11.2", says="needs LibCST, which is not installed", hint="flask-activity-grader[prove]")


def test_every_activity_of_ours_has_a_solution():
    from grader.submission.bundled import reference_folder

    for name in ("discussion-11.1", "11.1", "11.2"):
        assert reference_folder(activity_named(name).id) is not None
    assert reference_folder("activity-12.1") is None
    assert (OWN / "solution").is_dir()
