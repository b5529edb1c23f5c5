"""A new activity, report format, platform and door: each is one file or folder, and its lines in one registry."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import ISOLATIONS, ROOT


@dataclass(frozen=True)
class Addition:
    """What is added to the grader: files by their paths, and lines of a registry, each with what it follows."""

    files: dict[str, str]
    registry: str
    lines: dict[str, str]


ACTIVITY = Addition(
    {
        "activities/activity_12_9.py": '''
from grader.rubric import Activity, Failed
from grader.site import Site

activity = Activity("activity-12.9", title="Greeting", signs=["Welcome aboard"])

@activity.check(step="1", points=100)
def greeting(site: Site) -> None:
    """/ greets."""
    if "Welcome aboard" not in site.get("/").text:
        raise Failed("/ does not greet.")
'''
    },
    "activities/__init__.py",
    {'"grader.activities.activity_11_2",\n': '    "activity-12.9": "grader.activities.activity_12_9",\n'},
)
FORMAT = Addition(
    {
        "report/lines_report.py": """
def render(report):
    return f"{report.activity} {report.score.earned:g}".encode()
"""
    },
    "report/writing_reports.py",
    {'"grader.report.gradescope_report"),\n': '    "lines": _Kind("report.lines", "grader.report.lines_report"),\n'},
)
PLATFORM = Addition(
    {
        "platforms/lyceum/__init__.py": "",
        "platforms/lyceum/export.py": """
import re

from grader.platforms.exports.handin import Person
from grader.platforms.exports.platform import ExportPiece, Platform

class LyceumExport(Platform):
    name = "Lyceum"
    returns = "lyceum-reports.zip"

    def read(self, path):
        match = re.fullmatch(r"pupil-(\\d+)/(.*)", path)
        if match is None:
            return None
        return ExportPiece(match[1], match[1], match[2], Person(None, {"lyceum": match[1]}), returned_as=f"{match[1]}_")
""",
        "platforms/lyceum/gradebook.py": """
import re

from grader.platforms.gradebooks.gradebook import Gradebook
from grader.platforms.gradebooks.whose_row import Key

class LyceumGradebook(Gradebook):
    platform, file, known_by, students = "Lyceum", "lyceum.csv", "Pupil", ("Pupil", "First Name", "Last Name")
    marks = (("Pupil",),)
    assignment = re.compile("Task (?P<title>.*) of (?P<possible>[0-9]+)")

    def find_keys(self):
        return [Key(self.table.need("Pupil"), ("lyceum",), own="lyceum")]
""",
    },
    "platforms/registry.py",
    {
        "from grader.platforms.gradescope.export import GradescopeExport\n": (
            "from grader.platforms.lyceum.export import LyceumExport\n"
            "from grader.platforms.lyceum.gradebook import LyceumGradebook\n"
        ),
        "    CanvasExport,\n": "    LyceumExport,\n",
        "    BrightspaceGradebook,\n": "    LyceumGradebook,\n",
    },
)
DOOR = Addition(
    {
        "cli/mark.py": '''
import click

@click.command()
@click.argument("path")
def mark(path):
    """Say the score of PATH alone."""
    from grader import grade

    click.echo(grade(path, skip=["browser"]).score.earned)
    return 0
'''
    },
    "cli/commands.py",
    {'"Make an autograder for Gradescope.",\n': '    "mark": "Say a score alone.",\n'},
)

GREETS = """from flask import Flask
app = Flask(__name__)
@app.route("/")
def home():
    return "Welcome aboard"
app.run()
"""


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The grader with all of it added, in a folder of its own, beside a class's export and gradebook."""
    folder = tmp_path_factory.mktemp("larger")
    shutil.copytree(ROOT / "grader", folder / "grader")
    for added in (ACTIVITY, FORMAT, PLATFORM, DOOR):
        for path, text in added.files.items():
            place = folder / "grader" / path
            assert not place.exists()
            place.parent.mkdir(exist_ok=True)
            place.write_text(text, encoding="utf-8")
        registry = folder / "grader" / added.registry
        text = registry.read_text(encoding="utf-8")
        for after, line in added.lines.items():
            assert text.count(after) == 1
            text = text.replace(after, after + line)
        registry.write_text(text, encoding="utf-8")
    for number, app in (("7", GREETS), ("8", GREETS.replace("aboard", "home"))):
        (folder / f"class/pupil-{number}").mkdir(parents=True)
        (folder / f"class/pupil-{number}/app.py").write_text(app)
    (folder / "gradebook.csv").write_text("Pupil,First Name,Last Name,Task 12.9 of 20\n7,Jane,Doe,\n8,Rick,Roe,\n")
    return folder


def run(larger: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Call that grader as a program."""
    return subprocess.run(
        [sys.executable, "-m", "grader", *words],
        cwd=larger,
        env={**os.environ, "PYTHONPATH": str(larger)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def test_an_activity_is_recognised_and_a_format_written(larger: Path) -> None:
    done = run(larger, "check", "class/pupil-7", "--skip", "browser", "--report", "out")
    assert done.returncode == 0, done.stderr
    assert "Recognised as activity-12.9" in done.stdout
    assert (larger / "out/report.lines").read_text() == "activity-12.9 100"


def test_a_platform_s_class_is_read_named_and_its_gradebook_filled(larger: Path) -> None:
    options = ["--gradebook", "gradebook.csv", "--skip", "browser", "--workers", "1", "--isolation", ISOLATIONS[0]]
    done = run(larger, "batch", "class", "--out", "graded", *options)
    assert done.returncode == 0, done.stderr
    assert "class is an export of Lyceum with 2 hand-ins." in done.stderr
    assert (larger / "graded/lyceum.csv").read_text() == (
        "Pupil,First Name,Last Name,Task 12.9 of 20\n7,Jane,Doe,20\n8,Rick,Roe,0\n"
    )
    assert "Jane Doe" in (larger / "graded/grades.csv").read_text(encoding="utf-8-sig")
    assert (larger / "graded/lyceum-reports.zip").is_file()
    (larger / "other.csv").write_text("A,B\n1,2\n")
    refused = run(larger, "batch", "class", "--out", "other", "--gradebook", "other.csv").stderr
    assert "no gradebook of Canvas, Moodle, Blackboard, Brightspace or Lyceum" in refused


def test_a_door_is_listed_and_grades(larger: Path) -> None:
    assert "Say a score alone." in run(larger, "--help").stdout
    assert run(larger, "mark", "class/pupil-7").stdout == "100.0\n"
