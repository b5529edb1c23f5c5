"""``results.json``: what Gradescope reads from an autograder.

https://gradescope-autograders.readthedocs.io/en/latest/specs/

All text is given as ``text``, which Gradescope shows as it is: no HTML, Markdown or ANSI is taken from it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.json_report import points, rounded
from grader.report.plain import shown

if TYPE_CHECKING:
    from grader.model.report import Report, Result

_VISIBLE, _HIDDEN = "visible", "hidden"


def render(report: Report) -> bytes:
    """Make the whole file."""
    return f"{json.dumps(to_dict(report), indent=2, allow_nan=False)}\n".encode("ascii")


def to_dict(report: Report) -> dict[str, Any]:
    """Turn a report into what Gradescope takes.

    Points that are not decided are in no test's score: such a test has neither score nor status, and says what it is
    worth and who decides.
    """
    return {
        "score": rounded(report.score.earned),
        "execution_time": round(report.seconds),
        "output": _summary(report),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": _VISIBLE,
        "stdout_visibility": _HIDDEN,
        "tests": [_test(result) for result in outline.in_order(report)],
        "extra_data": {
            "schema": "grader-report/1",
            "grader": report.grader,
            "activity": report.activity,
            **points(report.score),
            "isolation": report.environment.isolation,
        },
    }


def _summary(report: Report) -> str:
    thing = outline.next_thing(report)
    said = [report.title, f"{wording.headline(report)}.", *wording.score_details(report)]
    if any(result.status is Status.REVIEW and result.counts for result in report.results):
        said.append("What a person has to review is added to the score by hand.")
    said += [*report.notes, f"Next: {thing.text}", thing.hint or ""]
    return "\n".join(shown(line) for line in said if line)


def _test(result: Result) -> dict[str, Any]:
    decided = result.counts and not result.pending
    test: dict[str, Any] = {
        "name": shown(result.title.replace("`", ""), 250, 1),
        "number": shown(result.step, 50, 1),
        "output": "\n".join([f"{wording.words(result).label}. {_worth(result)}", *wording.lines(result)]),
        "output_format": "text",
        "visibility": _VISIBLE,
        "tags": [result.status.value],
        "extra_data": {
            "id": result.id,
            "status": result.status.value,
            "points": rounded(result.points),
            "earned": rounded(result.earned),
            "pending": result.pending,
            "file": None if result.file is None else shown(result.file, 250, 1),
            "line": result.line,
        },
    }
    if decided:
        test["score"] = rounded(result.earned)
        test["max_score"] = rounded(result.points)
        test["status"] = "passed" if result.status is Status.PASSED else "failed"
    return test


def _worth(result: Result) -> str:
    if not result.counts:
        return "It was left out on request and does not count."
    if not result.pending:
        return f"{wording.points_of(result)} points."
    return f"{wording.count(result.points, 'point')} not decided yet, and not in the score above."
