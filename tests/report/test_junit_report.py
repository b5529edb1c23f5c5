"""Read back by a program that shows JUnit files (junit2html)."""

import pytest
from junit2htmlreport.parser import Junit
from lxml import etree

from grader.model.outcome import Status
from grader.report import junit_report


@pytest.fixture
def read(tmp_path):
    def read(report):
        (tmp_path / "junit.xml").write_bytes(junit_report.render(report))
        (suite,) = Junit(str(tmp_path / "junit.xml")).suites
        return suite

    return read


def test_every_check_is_a_case_with_its_outcome(samples, read):
    suite = read(samples.typical)
    assert suite.name == "activity-11.2"
    outcomes = {case.name: case.outcome() for case in suite.all()}
    expected = {
        Status.PASSED: "passed",
        Status.PARTIAL: "failed",
        Status.FAILED: "failed",
        Status.BLOCKED: "skipped",
        Status.REVIEW: "passed",
        Status.SKIPPED: "skipped",
        Status.ERROR: "failed",  # junit2html calls both so
    }
    assert outcomes == {result.id: expected[result.status] for result in samples.typical.results}


def test_the_counts_are_right(samples):
    suite = etree.fromstring(junit_report.render(samples.typical))
    counts = {name: int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {
        "tests": len(samples.typical.results),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
        "skipped": len(suite.findall("testcase/skipped")),
    }
    assert counts["errors"] == 1


def test_a_failure_says_what_is_wrong_and_where(samples, read):
    (case,) = [case for case in read(samples.typical).failed() if case.name == "add-cookie"]
    assert case.failure_msg.startswith("`/addCookie` sets the cookie `myfirstcookie`")
    assert "Expected: myFirstCookie = Hello World" in case.failure
    assert "Where: app.py:14" in case.failure
    assert "Hint: A cookie's name counts" in case.failure


def test_a_review_passes_and_is_said(samples, read):
    said = read(samples.typical).stdout
    assert said.startswith("31.5 of 100 points\n")
    assert "shot-1: to be reviewed, 2 points." in said


def test_it_keeps_to_the_schemas_in_use(any_report):
    """The order of elements and the attributes that Ant's schema asks for; none that Jenkins's does not know."""
    suite = etree.fromstring(junit_report.render(any_report))
    order = [child.tag for child in suite]
    assert order == ["properties", *["testcase"] * len(any_report.results), "system-out", "system-err"]
    assert {*suite.keys()} == {"name", "hostname", "timestamp", "tests", "errors", "failures", "skipped", "time"}
    assert all({*case.keys()} == {"name", "classname", "time"} for case in suite.iter("testcase"))
    assert all(len(case) <= 1 for case in suite.iter("testcase"))


def test_what_xml_cannot_hold_is_visible(samples):
    suite = etree.fromstring(junit_report.render(samples.hostile))
    failures = "".join(element.text for element in suite.iter("failure"))
    assert r"\x1b[31mred\x1b[0m \u202eevil\u202c \x00\x07 \ud83d" in failures
