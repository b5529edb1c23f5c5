"""The pytest plugin: ``pytest --grade PATH --activity 11.2``.

Every pytest run on the machine imports this file, so it imports pytest alone, and does nothing without ``--grade``.

Its options are called ``--grade-…``. ``--grade`` and ``--activity`` are only other ways to write two of them: a
project's conftest.py may have options of these names, and is loaded later than this. So they are never added; where
they are on the command line and still nobody's when all others have added theirs, they are written in full.
A door: may import every room but the other doors.  Go on reading at `grader.pytest_plugin.checks`.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options; where pytest was about to take its settings from the submission, start it anew."""
    group = parser.getgroup("grader", "grading a submission (flask-activity-grader)")
    group.addoption(
        "--grade-path", metavar="PATH",
        help="grade a folder, an app.py or a zip: each check is a test (--grade, where nothing else has that name)",
    )  # fmt: skip
    group.addoption(
        "--grade-activity", metavar="ID",
        help="which activity: 11.2, or a file that makes one; worked out if not given (--activity, likewise)",
    )  # fmt: skip
    group.addoption("--grade-config", metavar="FILE", help="the course's settings, as grader check --config")
    group.addoption(
        "--grade-skip", metavar="GROUP", action="append", default=[], choices=("browser", "document"),
        help="leave out a group of checks (browser, document); repeatable",
    )  # fmt: skip
    group.addoption(
        "--grade-isolation", metavar="KIND", default="auto", choices=("auto", "sandbox", "process"),
        help="how the app is kept apart from this machine (auto, sandbox, process)",
    )  # fmt: skip
    config: pytest.Config | None = pluginmanager.get_plugin("pytestconfig")
    words = shlex.split(os.environ.get("PYTEST_ADDOPTS", ""))
    words += map(str, config.invocation_params.args if config is not None else ())
    if config is not None and _may_grade(words):
        from grader.pytest_plugin.keeping_out import asked_for, start_anew_outside

        if asked := asked_for(words):
            start_anew_outside(config, asked, parser.parse_known_args(words).file_or_dir, words)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, None, None]:
    """Keep the conftest.py files of the submission out; when the others are loaded, see whose the short names are."""
    if not _may_grade(args) and early_config.known_args_namespace.grade_path is None:
        yield
        return
    from grader.pytest_plugin.keeping_out import keep_conftests_out, write_in_full

    keep_conftests_out(early_config.known_args_namespace, args)
    yield
    write_in_full(parser, args)


def pytest_configure(config: pytest.Config) -> None:
    """Begin to grade, where that is asked for."""
    if config.getoption("grade_path", None) is not None:
        from grader.pytest_plugin import checks, fixtures
        from grader.pytest_plugin.grading import Grading

        grading = Grading(config)
        config.pluginmanager.register(checks.Checks(grading), "grader-checks")
        config.pluginmanager.register(fixtures.GradeFixtures(grading), "grader-fixtures")
        config.add_cleanup(grading.close)


def _may_grade(words: list[str]) -> bool:
    return any(word.partition("=")[0] in {"--grade", "--grade-path"} for word in words)
