"""What Classroom 50 reads in the checkout when ``autograder.py`` has ended, and what it shows of it.

foundation50/classroom50, ``runner.py`` and ``collect_scores.py``: a result is taken whose scores are whole numbers and
whose classroom, assignment and submission are the run's; further keys of a test are kept.
"""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from grader.github import actions
from grader.machine.whole_files import replacing, said_plainly
from grader.model.faults import MachineFault
from grader.report import html_report, outline, wording
from grader.report.markdown_report import to_markdown
from grader.report.plain import shown
from grader.rubric import Status

if TYPE_CHECKING:
    from pathlib import Path

    from grader.classroom50.running import GradedRun, Run
    from grader.rubric import Result

RESULT, BODY, PAGE = "result.json", "release-body.md", "report.html"
_BODY = 100_000  # bytes; GitHub takes 125,000 characters for a release
_TITLE = 250


def publish(graded: GradedRun, run: Run) -> None:
    """Write the result, the text and the page of the release, and annotate the student's files.

    Raises `MachineFault`: the checkout, or a file that the runner names, cannot be written.
    """
    report, score = graded.report, result(graded, run)
    for name, content in (
        (PAGE, html_report.render(report)),
        (BODY, body(graded, score).encode()),
        (RESULT, f"{json.dumps(score, indent=2, allow_nan=False)}\n".encode("ascii")),
    ):
        _put(run.checkout / name, content)
    for line in actions.annotations_for(report, actions.locator(run.checkout, "")):
        click.echo(line)
    _tell_the_runner(graded, score)


def result(graded: GradedRun, run: Run) -> dict[str, Any]:
    """Make ``result.json``.

    Points that a person has yet to decide on are in no test's score; such a test says so.
    """
    tests = [_test(one, graded) for one in outline.in_order(graded.report) if one.counts]
    return {
        "schema": "classroom50/result/v1",
        "classroom": run.classroom,
        "assignment": run.assignment,
        "assignment_type": run.kind,
        "owner": run.owner,
        "submission": run.tag,
        "commit": run.commit,
        "release": run.release,
        "review": run.review,
        "datetime": f"{run.submitted or datetime.now(timezone.utc):%Y-%m-%dT%H:%M:%SZ}",
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }


def body(graded: GradedRun, score: dict[str, Any]) -> str:
    """Make ``release-body.md``, which the release and the run's summary show."""
    said = [to_markdown(graded.report, _BODY)]
    if graded.numbers.factor != 1:
        said.append(
            f"Classroom 50 takes whole numbers alone, so each point counts {graded.numbers.factor} there: "
            f"{score['score']} of {score['max-score']}.\n"
        )
    if PAGE in os.environ.get("RELEASE_ASSETS", ""):
        said.append(f"The whole report, with pictures, is `{PAGE}` below.\n")
    return "\n".join(said)


def _test(result: Result, graded: GradedRun) -> dict[str, Any]:
    return {
        "test-name": shown(f"{result.step}. {result.title}".replace("`", ""), _TITLE, 1),
        "passed": result.status is Status.PASSED,
        "score": graded.numbers.earned(result, graded.report),
        "max-score": graded.numbers.maximum(result),
        "id": result.id,
        "status": result.status.value,
        "points": f"{wording.number(result.earned)} of {wording.number(result.points)}",
        "pending": result.pending,
    }


def _tell_the_runner(graded: GradedRun, score: dict[str, Any]) -> None:
    """Say how the commit is marked; without it, nothing that waits for a person would ever be a success."""
    waiting = graded.report.score.pending
    summary = f"{score['score']} of {score['max-score']}"
    if waiting:
        summary += f", {wording.count(waiting, 'point')} for a person to review"
    click.echo(f"Graded: {summary}.")
    state = "success" if graded.is_enough else "failure"
    actions.append("GITHUB_OUTPUT", lambda _: f"status={state}\nsummary={summary}\n")


def _put(path: Path, content: bytes) -> None:
    """Write a file whole, whatever the student has committed by that name: a link is replaced and never followed."""
    with said_plainly(f"{path} cannot be written", fault=MachineFault):
        if not path.is_symlink() and path.is_dir():  # a link may lead where nobody may look
            shutil.rmtree(path)
        with replacing(path) as file:
            file.write(content)
