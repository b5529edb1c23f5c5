import subprocess
import sys
from pathlib import Path

import pytest

import grader.report

HEAVY = {"rich", "jinja2", "docx", "lxml", "PIL"}


@pytest.mark.parametrize(
    ("module", "allowed"),
    [
        ("grader.report", set()),
        ("grader.report.writing_reports", set()),
        ("grader.report.json_report", set()),
        ("grader.cli.terminal", set()),
        ("grader.report.html_report", {"jinja2"}),
        ("grader.report.word_report", {"docx", "lxml"}),
    ],
)
def test_a_program_pays_only_for_the_formats_it_uses(module, allowed):
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY & set(loaded) <= allowed


def test_reports_know_outcomes_and_nothing_else():
    for path in Path(grader.report.__file__).parent.glob("*.py"):
        for line in path.read_text("utf-8").splitlines():
            if line.lstrip().startswith(("from grader.", "import grader.")):
                # A stranger's picture is opened in one way only.
                known = ("grader.report", "grader.rubric", "grader.model", "grader.document.images")
                assert line.split()[1].startswith(known), (path, line)
