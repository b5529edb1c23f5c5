"""The golden hostile set: graders and canaries."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grader.grading import Grader, Settings
from grader.sandbox.limits import RunLimits

from .canaries import MEGABYTE, Canaries

LIMITS = RunLimits(
    memory=160 * MEGABYTE,
    processes=24,
    open_files=64,
    written=4 * MEGABYTE,
    entries=2_000,
    load=6,
    request=1,
    total=2,
    reply=MEGABYTE,
)
_NO_BROWSER = frozenset({"browser", "document"})


@pytest.fixture(scope="session")
def canaries() -> Iterator[Canaries]:
    made = Canaries()
    yield made
    made.close()


@pytest.fixture(scope="session")
def warm() -> Iterator[Grader]:
    """A grader as for a class."""
    with Grader(Settings("sandbox", keep_warm=True, limits=LIMITS, skip=_NO_BROWSER)) as grader:
        yield grader


@pytest.fixture(scope="session")
def warm_with_browser() -> Iterator[Grader]:
    with Grader(Settings("sandbox", keep_warm=True, limits=LIMITS, skip=frozenset({"document"}))) as grader:
        yield grader


@pytest.fixture(scope="session")
def fresh() -> Iterator[Grader]:
    """A grader as for one submission, each in a jail of its own."""
    with Grader(Settings("sandbox", limits=LIMITS, skip=_NO_BROWSER)) as grader:
        yield grader


@pytest.fixture
def bare() -> Iterator[Grader]:
    """A grader without a sandbox."""
    with Grader(Settings("process", limits=RunLimits(load=10, request=3), skip=_NO_BROWSER)) as grader:
        yield grader
