"""A machine that is ten times slower changes no verdict; one that is hopeless is nobody's mistake.

Grader, app and everything else share a small part of one processor here.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from grader.grading import Grader, Settings
from grader.machine import clock
from grader.sandbox.isolation import sandbox_wall
from grader.sandbox.limits import RunLimits

from .one_page import ONE_PAGE, statuses, work
from .slow_machine import CAN_BE_SLOW, slow_machine

pytestmark = pytest.mark.skipif(
    not CAN_BE_SLOW or not sandbox_wall().works, reason="only root may have control groups here"
)

LIMITS = RunLimits(request=1.5)
COMPUTES = "end = time.thread_time() + {}\n    while time.thread_time() < end: pass"


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    settings = Settings("sandbox", skip=frozenset({"browser"}), limits=LIMITS, keep_warm=True)
    with Grader(settings) as grader:
        grader.grade(work("pass"), ONE_PAGE)
        yield grader


def graded_slowly(grader: Grader, view: str, percent: int = 10) -> dict[str, str]:
    with slow_machine(percent):
        return statuses(grader.grade(work(view), ONE_PAGE))


def test_a_page_that_is_fast_enough_elsewhere_passes(grader: Grader) -> None:
    begun = time.monotonic()
    assert graded_slowly(grader, COMPUTES.format(0.3)) == {"answers": "passed"}
    assert time.monotonic() - begun > LIMITS.request


@pytest.mark.parametrize("view", ["while True: pass", "time.sleep(99)"], ids=["loops", "sleeps"])
def test_a_page_that_never_comes_fails_as_elsewhere(grader: Grader, view: str) -> None:
    assert graded_slowly(grader, view, percent=40) == {"answers": "failed"}


def test_what_a_hopeless_machine_cannot_tell_is_an_error(grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_PATIENCE", 2)
    monkeypatch.setattr(clock, "_LEAST_PATIENCE_SECONDS", 1)
    assert graded_slowly(grader, COMPUTES.format(0.8)) == {"answers": "error"}
