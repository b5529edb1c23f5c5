"""The pytest plugin: ``pytest --grade PATH --activity 11.2``.

Every pytest run on the machine imports this file, so it imports pytest alone, and does nothing without ``--grade``.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

_GRADE = "--grade"


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the options; where pytest was about to take its settings from the submission, start it anew."""
    group = parser.getgroup("grader", "grading a submission (flask-activity-grader)")
    group.addoption(_GRADE, metavar="PATH", help="grade a folder, an app.py or a zip: each check is a test")
    group.addoption(
        "--activity", metavar="ID", help="which activity: 11.2, or a file that makes one; worked out if not given"
    )
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
    if config is not None and any(word == _GRADE or word.startswith(f"{_GRADE}=") for word in words):
        from grader.pytest_plugin.keeping_out import start_anew_outside

        start_anew_outside(config, parser.parse_known_args(words), words)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Keep the conftest.py files of the submission out."""
    named = early_config.known_args_namespace
    if named.grade is not None:
        from grader.pytest_plugin.keeping_out import anchors

        named.file_or_dir = anchors(named.file_or_dir, Path(named.grade))


def pytest_configure(config: pytest.Config) -> None:
    """Begin to grade, where that is asked for."""
    if config.getoption("grade", None) is not None:
        from grader.pytest_plugin import checks, fixtures
        from grader.pytest_plugin.grading import Grading

        grading = Grading(config)
        config.pluginmanager.register(checks.Checks(grading), "grader-checks")
        config.pluginmanager.register(fixtures.Fixtures(grading), "grader-fixtures")
        config.add_cleanup(grading.close)
