"""What students start from is graded as a person would grade it, and the model answers pass."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grader.activities import activity_named
from grader.submission import open_submission

from .conftest import ROOT

SHOTS = {f"shot-{number}": "blocked" for number in range(1, 11)}
SHOTS_11_1 = dict.fromkeys(
    ["shot-1-code", "shot-1-browser", "shot-2-code", "shot-2-browser", "shot-3", "shot-4"], "blocked"
)
UNTOUCHED = {
    "discussion-11.1": {"loads": "passed", "string": "failed", "port": "passed"},
    "activity-11.1": {
        "loads": "passed",
        "get-text": "failed",
        "get-html": "failed",
        "template": "failed",
        "render": "failed",
        "browser": "blocked",
        "document": "failed",
        **SHOTS_11_1,
    },
    "activity-11.2": {
        **dict.fromkeys(["loads", "home", "port", "add-page"], "passed"),
        **dict.fromkeys(["add-cookie", "display-found", "display-missing", "display-try", "remove-cookie"], "failed"),
        **dict.fromkeys(["add-browser", "display-cleared", "remove-browser"], "blocked"),
        "document": "failed",
        **SHOTS,
    },
}
INTERNALS = re.compile(
    r"jail|sandbox|bwrap|worker|socket|127\.0\.0\.1|traceback|playwright|chromium|site-packages|werkzeug|selectolax"
    r"|NoneType|grader|/work\b|/tmp\b",
    re.IGNORECASE,
)


def folder(id_):
    return re.sub(r"[-.]", "_", id_)


def grade(path, id_, grader):
    report = grader.grade(open_submission(path), activity_named(id_))
    return [result for result in report.results if result.counts]


@pytest.mark.parametrize("id_", UNTOUCHED)
def test_an_untouched_template(id_, warm_grader):
    results = grade(ROOT / "student_template" / folder(id_), id_, warm_grader)
    assert {result.id: result.status.value for result in results} == {
        result.id: UNTOUCHED[id_][result.id] for result in results
    }
    assert len(results) == len(UNTOUCHED[id_]) or "browser" in warm_grader.settings.skip
    for result in results:
        said = " ".join(filter(None, (result.message, result.expected, result.observed, result.hint)))
        assert not INTERNALS.search(said), said
        if result.status.value == "failed":
            assert result.message
            assert result.hint


@pytest.mark.parametrize("id_", UNTOUCHED)
def test_a_model_answer_passes_all_that_needs_no_picture(id_, warm_grader):
    submission = open_submission(ROOT / "reference_app" / folder(id_))
    code = {path: content for path, content in submission.files.items() if not path.endswith(".docx")}
    report = warm_grader.grade(replace(submission, files=code), activity_named(id_))
    results = [result for result in report.results if result.counts]
    open_ = {result.id: result.status.value for result in results if result.status.value != "passed"}
    assert {id_ for id_ in open_ if id_ != "document" and not id_.startswith("shot-")} == set()
