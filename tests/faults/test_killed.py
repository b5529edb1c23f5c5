"""Whoever is killed in the middle of a grading, it is not the student's mistake: everything is tried once more."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from grader.browser import Visitor
from grader.course import CourseSettings
from grader.grading import Grader, OneByOne, Settings, settle
from grader.sandbox.isolation import sandbox_wall
from grader.sandbox.process import AppLost
from tests.waiting import until

from .one_page import ONE_PAGE, statuses, work
from .victims import BYSTANDERS, IN_CHECK, IN_CLASS, NOW_VISITED, Killer

pytestmark = pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")


UNTIL_KILLED = f"{NOW_VISITED}; time.sleep(8)"
UNTIL_KILLED_IN_A_VISIT = f"if 'shown' in request.args: {UNTIL_KILLED}"
"""Long enough for a killer on a busy machine to find whom he looks for; who is killed waits no longer."""


def killed(grader: Grader, victim: str, check: str, times: int = 1, *, in_a_visit: bool = True) -> dict[str, str]:
    """Grade, kill somebody in the middle of a check, and return what every check got."""
    who = IN_CLASS if grader.settings.keep_warm else IN_CHECK
    submission = work(UNTIL_KILLED if "browser" in grader.settings.skip else UNTIL_KILLED_IN_A_VISIT)
    quick = work("pass").files

    def then() -> None:
        """When it is tried once more, there is nobody to wait for."""
        submission.files.update(quick)

    with Killer(who[victim], check, times=times, in_a_visit=in_a_visit, then=then) as killer:
        report = grader.grade(submission, ONE_PAGE, watcher=killer)
    assert killer.killed == times, [result.message for result in report.results]
    return statuses(report)


@pytest.fixture(scope="module", autouse=True)
def _bystanders() -> Iterator[None]:
    """Whoever is there before the first grader is spared."""
    BYSTANDERS.update(psutil.Process().children(recursive=True))
    yield
    BYSTANDERS.clear()


@pytest.fixture(scope="module")
def with_browser() -> Iterator[Grader]:
    """A grader as for one submission: each app has a jail of its own."""
    with Grader(Settings("sandbox")) as grader:
        yield grader


@pytest.fixture(scope="module")
def of_a_class() -> Iterator[Grader]:
    """A grader as for a class: apps are forked from a server."""
    with Grader(Settings("sandbox", skip=frozenset({"browser"}), keep_warm=True)) as grader:
        yield grader


@pytest.mark.parametrize("victim", ["driver", "browser", "page", "jail", "app"])
def test_in_the_middle_of_a_visit(with_browser: Grader, victim: str) -> None:
    got = killed(with_browser, victim, "/ is shown in a browser")
    assert got == {"answers": "passed", "is-shown": "passed"}


def test_as_it_starts_and_another_day_again(with_browser: Grader) -> None:
    """A browser that did start between two accidents is one that starts on this machine."""
    for _ in "12":
        with_browser._resources.renew()
        got = killed(with_browser, "starting browser", "/ is shown in a browser", in_a_visit=False)
        assert got == {"answers": "passed", "is-shown": "passed"}


@pytest.mark.parametrize("victim", ["jail", "server", "keeper", "init", "app"])
def test_in_the_middle_of_a_request(of_a_class: Grader, victim: str) -> None:
    assert killed(of_a_class, victim, "/ answers") == {"answers": "passed"}


@pytest.mark.parametrize("victim", ["keeper", "init"])
def test_an_app_that_is_lost_both_times_is_an_error(of_a_class: Grader, victim: str) -> None:
    assert killed(of_a_class, victim, "/ answers", times=2) == {"answers": "error"}


@pytest.mark.parametrize("victim", ["browser", "jail"])
def test_lost_both_times_costs_the_student_nothing(with_browser: Grader, victim: str) -> None:
    got = killed(with_browser, victim, "/ is shown in a browser", times=2)
    assert got["answers"] == "passed"
    assert got["is-shown"] == "error"


def test_an_app_that_is_taken_away_while_its_page_hangs_is_lost(with_browser: Grader) -> None:
    hangs = "return '<script>const end = Date.now() + 60000; while (Date.now() < end) {}</script>'"
    attempt = with_browser.begin(settle(work(hangs), ONE_PAGE, CourseSettings()))
    try:
        attempt.get("site")
        visitor = attempt.get("browser")
        assert isinstance(visitor, Visitor)
        visitor._seconds = 4
        with ThreadPoolExecutor(1) as pool:
            visit = pool.submit(visitor.visit, "/")
            assert until(lambda: attempt.allowance.waiting_for > 0.5)
            IN_CHECK["jail"](psutil.Process()).kill()
            with pytest.raises(AppLost):
                visit.result()
    finally:
        attempt.close()


def test_an_app_that_ends_itself_both_times_is_told_so(of_a_class: Grader) -> None:
    (result,) = (one for one in of_a_class.grade(work("os.kill(os.getpid(), 9)"), ONE_PAGE).results if one.counts)
    assert (result.status.value, result.file) == ("failed", "app.py")
    assert "The app ended" in result.message


def test_who_runs_checks_one_by_one_hears_of_it_before_the_end(of_a_class: Grader) -> None:
    attempt = of_a_class.begin(settle(work("pass"), ONE_PAGE, CourseSettings()))
    try:
        assert attempt.result("answers").status.value == "passed"
        assert not attempt.lost
        app = IN_CLASS["app"](psutil.Process())
        app.kill()
        assert until(lambda: attempt.lost)
    finally:
        attempt.close()


def test_checks_that_are_asked_for_one_by_one_are_tried_once_more_too(of_a_class: Grader) -> None:
    one_by_one = OneByOne(of_a_class, settle(work("os.kill(os.getpid(), 9)"), ONE_PAGE, CourseSettings()))
    try:
        assert one_by_one.result("answers").status.value == "failed"
        assert one_by_one._tried_again
    finally:
        one_by_one.close()


def test_nothing_is_left_of_who_was_killed() -> None:
    before = set(psutil.Process().children(recursive=True))
    with Grader(Settings("sandbox")) as grader:
        killed(grader, "driver", "/ is shown in a browser")
    assert set(psutil.Process().children(recursive=True)) <= before
