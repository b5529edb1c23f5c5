import json
from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import jsonschema
import pytest

from grader.model.outcome import Status
from grader.report import json_report
from tests.systems import IN_WINE, NOT_IN_WINE

CONTRACT_KEYS = {
    "": ["schema", "grader", "activity", "submission", "score", "checks", "environment", "started", "seconds"],
    "check": [
        "id", "step", "title", "status", "points", "earned", "message", "expected", "observed", "hint", "file", "line",
        "seconds", "evidence",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def validator():
    if (
        IN_WINE
    ):  # the jsonschema that there is finds no reference within the schema; today's wants a DLL that Wine lacks
        pytest.skip(NOT_IN_WINE)
    schema = json.loads(json_report.SCHEMA_FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_every_report_fits_the_schema(any_report, validator):
    validator.validate(json.loads(json_report.render(any_report)))


def test_the_keys_of_the_contract_are_there_and_in_its_order(samples):
    data = json_report.to_dict(samples.typical)
    assert [key for key in data if key in CONTRACT_KEYS[""]] == CONTRACT_KEYS[""]
    assert list(data["checks"][0])[: len(CONTRACT_KEYS["check"])] == CONTRACT_KEYS["check"]
    assert data["score"] == {"earned": 31.5, "pending": 28.0, "maximum": 100.0}
    assert data["submission"]["student"] == "Doe, Jane"


@pytest.mark.parametrize("key", CONTRACT_KEYS[""])
def test_the_schema_misses_every_key_that_is_gone(samples, validator, key):
    data = json_report.to_dict(samples.typical)
    del data[key]
    assert not validator.is_valid(data)


@pytest.mark.parametrize(
    ("key", "value"), [("status", "fine"), ("line", 0), ("points", "10"), ("message", None), ("evidence", None)]
)
def test_the_schema_refuses_wrong_types(samples, validator, key, value):
    data = json_report.to_dict(samples.typical)
    data["checks"][0][key] = value
    assert not validator.is_valid(data)


def test_the_schema_allows_keys_to_be_added(samples, validator):
    data = json_report.to_dict(samples.typical)
    data["new"] = data["checks"][0]["new"] = 1
    validator.validate(data)


def test_times_are_in_utc(samples):
    local = datetime(2026, 11, 22, 19, 0, 0, 500, tzinfo=timezone(timedelta(hours=9)))
    assert json_report.to_dict(replace(samples.typical, started=local))["started"] == "2026-11-22T10:00:00Z"


@pytest.mark.parametrize("name", ["full_marks", "typical"])
def test_what_was_written_is_read_back(samples, name, tmp_path):
    report = getattr(samples, name)
    for result in report.results:
        for entry in result.evidence:
            (tmp_path / entry.path).parent.mkdir(exist_ok=True)
            (tmp_path / entry.path).write_bytes(entry.data)
    assert json_report.from_dict(json.loads(json_report.dumps(report)), folder=tmp_path) == report


def test_hostile_text_comes_back_but_for_half_characters(samples):
    back = json_report.from_dict(json.loads(json_report.dumps(samples.hostile)))
    assert back.submission.name == samples.HOSTILE.replace("\ud83d", r"\ud83d")
    assert json_report.to_dict(back) == json_report.to_dict(samples.hostile)


def test_json_can_be_printed_on_any_terminal(samples):
    text = json_report.dumps(samples.hostile)
    assert text.isascii()
    assert "\x1b" not in text


def test_pictures_are_only_read_from_the_reports_folder(samples, tmp_path):
    (tmp_path / "secret.png").write_bytes(b"secret")
    data = json_report.to_dict(samples.full_marks)
    entry = next(check for check in data["checks"] if check["evidence"])["evidence"][0]
    for path in ("evidence/../secret.png", "../secret.png", str(tmp_path / "secret.png")):
        entry["path"] = path
        report = json_report.from_dict(data, folder=tmp_path / "report")
        assert not any(seen.data for result in report.results for seen in result.evidence)


@pytest.mark.parametrize("data", [{}, {"schema": "grader-report/2"}, {"schema": "grader-report/1"}])
def test_what_is_no_report_is_refused(data):
    with pytest.raises(ValueError, match="Not a"):
        json_report.from_dict(data)


def test_an_unknown_status_is_refused(samples):
    data = deepcopy(json_report.to_dict(samples.typical))
    data["checks"][0]["status"] = "fine"
    with pytest.raises(ValueError, match="fine"):
        json_report.from_dict(data)


def test_the_graders_traceback_is_kept_in_the_json_alone(samples):
    checks = json_report.to_dict(samples.typical)["checks"]
    errors = [check for check in checks if check["status"] == Status.ERROR.value]
    assert "a bug of ours" in errors[0]["traceback"]
    assert not any("traceback" in check for check in checks if check not in errors)
