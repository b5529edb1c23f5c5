import json
from dataclasses import replace
from pathlib import Path

import jsonschema

from grader.model.outcome import Status
from grader.report import gradescope_report

SCHEMA = json.loads(Path(__file__).with_name("gradescope.schema.json").read_text(encoding="utf-8"))


def by_id(report):
    return {test["extra_data"]["id"]: test for test in gradescope_report.to_dict(report)["tests"]}


def test_it_is_what_gradescope_documents(any_report):
    jsonschema.validate(json.loads(gradescope_report.render(any_report)), SCHEMA)


def test_decided_points_add_up_to_the_score(any_report):
    data = gradescope_report.to_dict(any_report)
    assert sum(test.get("score", 0) for test in data["tests"]) == data["score"] == any_report.score.earned
    most = sum(test.get("max_score", 0) for test in data["tests"])
    assert most == any_report.score.maximum - any_report.score.pending


def test_what_is_not_decided_has_no_score_and_is_said(samples):
    data = gradescope_report.to_dict(samples.typical)
    test = by_id(samples.typical)["shot-1"]
    assert not {"score", "max_score", "status"} & set(test)
    assert "2 points not decided yet, and not in the score above." in test["output"]
    assert "28 points are not decided yet: 18 for a person to review" in data["output"]
    assert "added to the score by hand" in data["output"]
    assert data["extra_data"]["pending"] == 28


def test_statuses_are_gradescopes_two(samples):
    found = {id_: test.get("status") for id_, test in by_id(samples.typical).items()}
    assert found["loads"] == "passed"
    assert found["home"] == found["add-cookie"] == found["display-cleared"] == "failed"
    assert found["remove-cookie"] is found["shot-10"] is None


def test_what_was_left_out_does_not_count(samples):
    results = samples.make.passed()
    samples.make.change(results, "document", status=Status.SKIPPED, earned=0, counts=False)
    test = by_id(samples.make.report(results))["document"]
    assert "score" not in test
    assert "left out on request" in test["output"]


def test_a_late_hand_in_costs_what_the_course_says(samples):
    late = replace(samples.full_marks, taken_off=0.1)
    data = gradescope_report.to_dict(late)
    assert data["score"] == 90
    assert "10 points are taken off, because it was handed in late." in data["output"]


def test_strangers_words_are_shown_as_they_are(samples):
    data = gradescope_report.to_dict(samples.hostile)
    assert {data["output_format"], *(test["output_format"] for test in data["tests"])} == {"text"}
    assert r"\x1b[31mred" in data["output"]
    assert not set("\x1b\u202e\x00") & set(json.dumps(data, ensure_ascii=False))
