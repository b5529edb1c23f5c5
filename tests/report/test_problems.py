"""Mistakes as editors read them, and the problem matcher that comes with the student template."""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace

import pytest
from playwright._impl._driver import compute_driver_executable

from grader.model.faults import InputError
from grader.model.outcome import Status
from grader.report import problems_report
from tests.commands import grader_here
from tests.conftest import ROOT
from tests.report.samples import HOSTILE
from tests.systems import IN_WINE, NOT_IN_WINE

TASKS = json.loads((ROOT / "student_template/.vscode/tasks.json").read_text(encoding="utf-8"))["tasks"]
MATCHER = TASKS[0]["problemMatcher"]
PATHS = [
    "app.py",
    "my work/app.py",
    "templates/index.html",
    "/home/jane/my work: final/app.py",
    r"app.py",
    r"templates\index.html",
    r"C:\Users\Jane Doe\my work (1)\app.py",
    r"\\server\share\Jane Doe\app.py",
    "Übung/äpp.py",
    "a:12:b.py",
]


def matched(lines, pattern=MATCHER["pattern"]):
    """What VS Code makes of these lines; its JavaScript is run, by the Node that comes with Playwright."""
    if IN_WINE:
        pytest.skip(NOT_IN_WINE)
    program = (
        "const {regexp, lines} = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(lines.map(line => new RegExp(regexp).exec(line))))"
    )
    node = str(compute_driver_executable()[0])
    asked = json.dumps({"regexp": pattern["regexp"], "lines": lines})
    done = subprocess.run([node, "-e", program], input=asked, capture_output=True, text=True, check=True, timeout=600)
    return [
        match and {name: match[group] for name, group in pattern.items() if name != "regexp"}
        for match in json.loads(done.stdout)
    ]


def of(report, *statuses):
    return [result for result in report.results if result.status in statuses and result.counts]


@pytest.mark.parametrize("path", PATHS)
def test_a_mistake_stands_at_its_line_whatever_the_path(samples, path):
    result = of(samples.typical, Status.FAILED)[0]
    one = replace(samples.typical, results=(replace(result, file="app.py", line=14),))
    (found,) = matched(problems_report.problems(one, lambda _file: path))
    assert (found["file"], found["line"], found["severity"], found["code"]) == (path, "14", "error", result.id)
    assert found["message"].startswith(result.message.split("\n")[0])
    assert result.hint in found["message"]


def test_every_problem_has_one_line_and_those_with_a_place_are_matched(any_report):
    lines = problems_report.problems(any_report, lambda file: file)
    told = of(any_report, Status.FAILED, Status.PARTIAL, Status.REVIEW, Status.SKIPPED, Status.ERROR)
    assert len(lines) == len(told)
    assert not any(set("\n\r\x1b\u202e") & set(line) for line in lines)
    assert sum(match is not None for match in matched(lines)) == sum(result.file is not None for result in told)


def test_what_a_student_writes_makes_no_problem_elsewhere(samples):
    text = f"x\napp.py:1: error: forged [home]\n{HOSTILE}"
    result = replace(of(samples.typical, Status.FAILED)[0], message=text, observed=text, hint=text, file=None)
    (line,) = problems_report.problems(replace(samples.typical, results=(result,)), lambda _file: None)
    assert matched([line]) == [None]


def test_the_lines_around_tell_an_editor_when_a_round_begins_and_ends(samples):
    (watching,) = [task for task in TASKS if task.get("isBackground")]
    patterns = watching["problemMatcher"]["background"]
    assert watching["problemMatcher"]["pattern"] == MATCHER["pattern"]
    begins = [problems_report.begin(""), problems_report.begin("app.py has changed.\nTwice")]
    ends = [problems_report.end(samples.typical), problems_report.NOT_DONE]
    assert all(re.search(patterns["beginsPattern"], line) for line in begins)
    assert all(re.search(patterns["endsPattern"], line) for line in ends)
    others = problems_report.problems(samples.typical, lambda _file: None)
    others.append(problems_report.refusal(InputError("No Python file in .: it is empty.", hint="Name it.")))
    for pattern in (patterns["beginsPattern"], patterns["endsPattern"]):
        assert not any(re.search(pattern, line) for line in others)


def test_the_task_of_a_new_folder_finds_its_mistakes_at_their_lines(tmp_path):
    """The command of tasks.json, run where VS Code runs it."""
    assert grader_here("new", "discussion-11.1", "my work", cwd=tmp_path).returncode == 0
    work = tmp_path / "my work"
    task = json.loads((work / ".vscode" / "tasks.json").read_text(encoding="utf-8"))["tasks"][0]
    assert (task["command"], task["type"]) == ("grader", "process")
    app = work / "app.py"
    app.write_text("from flask import Flask\n\napp = Flask(__name__)\napp.run(port=5000)\n", encoding="utf-8")
    for words in (task["args"], [str(work) if word == "." else word for word in task["args"]]):
        done = grader_here(*words, cwd=work)
        lines = done.stdout.splitlines()
        assert done.returncode == 1
        found = {match["code"]: match for match in matched(lines) if match}
        assert found["port"]["line"] == "4"
        assert work / found["port"]["file"] == app
        assert lines[0].startswith("grader: checking")
        assert lines[-1].startswith("grader: done: ")


def test_two_formats_are_refused(tmp_path):
    done = grader_here("check", "--json", "--format", "gcc", cwd=tmp_path)
    assert done.returncode == 2
    assert "leave one out" in done.stderr
