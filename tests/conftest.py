"""What all tests share: one warm grader for each isolation, a browser, and the golden submissions."""

from __future__ import annotations

import compileall
import gc
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from grader.browser import find
from grader.grading import Grader, Settings
from grader.sandbox.isolation import sandbox_wall
from grader.sandbox.limits import RunLimits

from .attack_table import pytest_addoption, pytest_configure, pytest_terminal_summary
from .how_many import leave_to_endurance
from .systems import IN_WINE, NOT_IN_WINE, PATIENCE

__all__ = ["pytest_addoption", "pytest_configure", "pytest_terminal_summary"]
ROOT = Path(__file__).parent.parent
SUBMISSIONS = Path(__file__).parent / "submissions"
# In CI on GitHub, what is graded in tests must not be told as the result of the tests' own run.
for _name in [name for name in os.environ if name.startswith("GITHUB_")]:
    del os.environ[_name]
# Each of the many Pythons that tests start would compile the grader anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as a shell starts what is put in the background
    signal.signal(signal.SIGINT, signal.default_int_handler)

gc.disable()  # what each worker loads and collects stays to its end: looking through it costs two of its seconds

hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

ISOLATIONS = ["sandbox", "process"] if sandbox_wall().works else ["process"]


FEW_PROCESSES = ["--renderer-process-limit=1", "--process-per-site"]
"""Starting one for each tab is an eighth of what a test of a page costs."""
LIMITS = RunLimits(load=10 * PATIENCE, request=2 * PATIENCE)


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    leave_to_endurance(items, all_of_a_file=not any("::" in argument for argument in config.args))
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


def pytest_sessionstart(session: pytest.Session) -> None:
    """Compile the grader once: in a fresh clone each worker would, at the same time."""
    if not hasattr(session.config, "workerinput"):
        compileall.compile_dir(ROOT / "grader", quiet=2)


@pytest.fixture(scope="session", autouse=True)
def _empty_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Nothing that was read in pictures before is known; what one test's worker has read, the others need not."""
    home = tmp_path_factory.getbasetemp()
    os.environ["GRADER_CACHE"] = str((home.parent if "PYTEST_XDIST_WORKER" in os.environ else home) / "grader-cache")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser to look at pages of ours; Playwright allows one at a time in a process."""
    if IN_WINE:
        pytest.skip(NOT_IN_WINE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find().path, chromium_sandbox=False, args=FEW_PROCESSES)
        yield browser
        browser.close()


@pytest.fixture(scope="session", params=ISOLATIONS)
def warm_grader(request: pytest.FixtureRequest) -> Iterator[Grader]:
    """A grader for each isolation; the browser sees the same in both, so it looks once."""
    once = frozenset() if request.param == ISOLATIONS[0] else frozenset({"browser"})
    with Grader(Settings(isolation=request.param, limits=LIMITS, skip=once, keep_warm=True)) as grader:
        yield grader
