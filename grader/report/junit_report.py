"""``junit.xml``: for programs that show the tests of a build, such as Jenkins, GitLab and GitHub actions.

There is no one standard.  What is written keeps to both schemas in use: Ant's (windyroad/JUnit-Schema) and Jenkins's
(jenkinsci/xunit-plugin, junit-10.xsd).  Each check is a test case named by its id.
"""

from __future__ import annotations

import io
from datetime import timezone
from typing import TYPE_CHECKING

from junitparser import Error, Failure, Skipped, TestCase, TestSuite
from junitparser.junitparser import SystemErr, SystemOut

from grader.model.outcome import Status
from grader.report import wording
from grader.report.plain import shown

if TYPE_CHECKING:
    from junitparser.junitparser import FinalResult

    from grader.model.report import Report, Result


def render(report: Report) -> bytes:
    """Make the whole file."""
    suite = TestSuite(report.activity)
    suite.hostname = "localhost"
    suite.timestamp = report.started.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S")
    for name, value in _properties(report).items():
        suite.add_property(name, value)
    suite.add_testcases([_case(report.activity, result) for result in report.results])
    suite.time = round(report.seconds, 3)
    for output in (SystemOut("\n".join(_said(report))), SystemErr("")):
        suite.append(output)  # type: ignore[no-untyped-call]
    paper = io.BytesIO()
    suite.write(paper)
    return paper.getvalue()


def _properties(report: Report) -> dict[str, str]:
    score = report.score
    return {
        "submission": shown(report.submission.name, 200, 1),
        "score": wording.number(score.earned),
        "pending": wording.number(score.pending),
        "max-score": wording.number(score.maximum),
        "isolation": report.environment.isolation,
        "grader": report.grader,
    }


def _case(activity: str, result: Result) -> TestCase:
    case = TestCase(result.id, activity, round(result.seconds, 3))
    if (ending := _ending(result)) is not None:
        case.result = [ending]
    return case


def _ending(result: Result) -> FinalResult | None:
    """Say how a check ended, as JUnit knows it; ``review`` passes there, and is said in the suite's output."""
    message = shown(result.message or wording.words(result).label, 500, 5)
    if result.status in (Status.BLOCKED, Status.SKIPPED):
        return Skipped(message)
    if result.status not in (Status.FAILED, Status.PARTIAL, Status.ERROR):
        return None
    ours = result.status is Status.ERROR
    ending = Error(message, "grader") if ours else Failure(message, result.status.value)
    ending.text = "\n".join([shown(result.title), *wording.lines(result)])
    return ending


def _said(report: Report) -> list[str]:
    """Say what no test case tells: the score, and what a person has to look at."""
    reviews = [
        f"{result.id}: to be reviewed, {wording.count(result.points, 'point')}. {shown(result.message)}"
        for result in report.results
        if result.status is Status.REVIEW
    ]
    return [wording.headline(report), *wording.score_details(report), *reviews]
