"""What becomes of a check: its status, its points, its evidence, whatever its function does."""

from __future__ import annotations

import dataclasses
import time

import pytest

from grader.model.faults import MachineFault, StudentFault
from grader.model.report import Score, exact_sum
from grader.rubric import Activity, Evidence, Failed, Fixtures, Partial, Report, Review, Status, run_checks
from tests.waiting import fairly_within


@pytest.fixture
def activity():
    return Activity("activity-1.1", title="A test")


def passing(_site):
    """Pass."""


def failing(_site):
    """Fail."""
    raise Failed("wrong words", expected="right", observed="wrong", hint="mend it", file="app.py", line=3)


def half_right(_site):
    """Be half right."""
    raise Partial("nearly")


def to_be_seen(_site):
    """Be looked at."""
    raise Review("look")


def broken(_site):
    """Break."""
    raise ZeroDivisionError


def cannot_run(_site):
    """Lack something."""
    raise MachineFault("no browser", hint="get one")


def add(activity, function, *, name=None, needs=(), points=10.0):
    return activity.check(step="1", points=points, needs=needs, id=name)(function)


def run(activity, makers=None, **options):
    results = run_checks(activity, Fixtures(makers or {"_site": object}), **options)
    return {result.id: result for result in results}


def score(results):
    blank = {field.name: None for field in dataclasses.fields(Report)}
    return Report(**{**blank, "results": tuple(results.values()), "taken_off": 0.0, "adjusted": 0.0}).score


@pytest.mark.parametrize(
    ("function", "status", "earned", "pending"),
    [
        (passing, "passed", 10, False),
        (half_right, "partial", 5, False),
        (failing, "failed", 0, False),
        (to_be_seen, "review", 0, True),
        (cannot_run, "skipped", 0, True),
        (broken, "error", 0, True),
    ],
)
def test_how_a_check_ends(activity, function, status, earned, pending):
    check = add(activity, function)
    result = run(activity)[check.id]
    assert (result.status.value, result.earned, result.pending, result.counts) == (status, earned, pending, True)


def test_a_fault_is_reported_as_it_was_raised(activity):
    add(activity, failing)
    result = run(activity)["failing"]
    said = (result.message, result.expected, result.observed, result.hint, result.file, result.line)
    assert said == ("wrong words", "right", "wrong", "mend it", "app.py", 3)
    assert result.traceback is None


def test_an_exception_is_ours_and_costs_nothing(activity):
    add(activity, broken)
    add(activity, passing)
    results = run(activity)
    assert "ZeroDivisionError" in results["broken"].traceback
    assert "ZeroDivisionError" not in results["broken"].message
    assert score(results).percent == 100


def test_a_check_that_hangs_ends(activity):
    def hanging(_site):
        """Hang."""
        time.sleep(90)

    activity.checks.append(dataclasses.replace(add(activity, hanging), seconds=0.2))
    del activity.checks[0]
    with fairly_within(10):
        result = run(activity)["hanging"]
    assert result.status is Status.ERROR


@pytest.mark.parametrize("needed", [failing, to_be_seen, broken])
def test_a_need_that_is_not_met_blocks(activity, needed):
    needs = add(activity, needed)
    check = add(activity, passing, needs=needs)
    result = run(activity)[check.id]
    assert (result.status, result.earned) == (Status.BLOCKED, 0)
    assert needs.title in result.message


@pytest.mark.parametrize("needed", [passing, half_right])
def test_a_need_is_met_by_passed_and_partial(activity, needed):
    add(activity, passing, name="other", needs=add(activity, needed, name="needed"))
    assert run(activity)["other"].status is Status.PASSED


def test_what_is_blocked_by_our_own_error_is_pending(activity):
    add(activity, passing, name="other", needs=add(activity, broken))
    results = run(activity)
    assert results["other"].pending
    assert (score(results).earned, score(results).pending, score(results).maximum) == (0, 20, 20)


def test_what_is_blocked_by_a_mistake_is_lost(activity):
    add(activity, passing, name="other", needs=(add(activity, failing), add(activity, broken)))
    assert not run(activity)["other"].pending


def test_score(activity):
    for number, function in enumerate([passing, half_right, failing, to_be_seen]):
        add(activity, function, name=f"check-{number}", points=20)
    found = score(run(activity))
    assert (found.earned, found.pending, found.maximum) == (30, 20, 80)
    assert found.percent == 50


def test_nothing_decided_is_not_nothing_earned(activity):
    add(activity, to_be_seen)
    assert score(run(activity)).percent == 100


def test_left_out_on_request(activity):
    @activity.check(step="1", points=10)
    def in_the_browser(browser):
        """Look into the browser."""

    add(activity, passing)
    results = run(activity, skip={"browser"})
    assert results["in-the-browser"].status is Status.SKIPPED
    assert "--skip browser" in results["in-the-browser"].message
    assert score(results).maximum == 10


def test_results_are_in_the_handouts_order(activity):
    seen = []

    @activity.check(step="1", points=1)
    def first(browser):
        """Look into the browser."""
        seen.append("first")

    @activity.check(step="2", points=1)
    def second(site):
        """Look at the site."""
        seen.append("second")

    results = run(activity, {"site": object, "browser": object})
    assert list(results) == ["first", "second"]
    assert seen == ["second", "first"]  # the browser starts meanwhile


def test_evidence_is_named_after_its_check(activity):
    class Camera:
        def take_evidence(self):
            return [Evidence("screenshot", "one", path=""), Evidence("screenshot", "two", path="")]

    @activity.check(step="1", points=1)
    def add_browser(browser):
        """Look into the browser."""
        raise Failed("but the pictures stay")

    result = run(activity, {"browser": Camera})["add-browser"]
    assert [item.path for item in result.evidence] == ["evidence/add-browser-1.png", "evidence/add-browser-2.png"]


def test_a_fixture_is_made_once_and_its_fault_kept(activity):
    made = []

    def make():
        made.append(1)
        raise StudentFault("it does not start")

    add(activity, passing, name="one")
    add(activity, passing, name="two")
    results = run(activity, {"_site": make})
    assert [result.message for result in results.values()] == ["it does not start"] * 2
    assert len(made) == 1


def test_a_check_needs_a_title(activity):
    with pytest.raises(ValueError, match="docstring"):
        activity.check(step="1", points=1)(lambda site: None)


def test_two_checks_of_one_id(activity):
    add(activity, passing)
    with pytest.raises(ValueError, match="two checks"):
        add(activity, passing)


def test_points_are_added_as_they_are_written():
    assert Score(earned=0.3, pending=0.1, maximum=0.4).percent == 100
    assert float(exact_sum([0.1, 0.2])) == 0.3
