"""Every door as its users open it: a program of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.report.gradescope_report import render
from grader.report.json_report import from_dict
from tests.commands import GRADER
from tests.conftest import ISOLATIONS

from .in_process import HAND_IN, comparable

PLUGIN = ("-p", "no:hypothesispytest", "-p", "no:anyio", "-p", "no:cacheprovider")
LIBRARY = """
import sys, grader
from grader.report.json_report import dumps
print(dumps(grader.grade(sys.argv[1], activity=sys.argv[2], isolation=sys.argv[3], screenshots=True)))
"""


@dataclass(frozen=True)
class Told:
    """What a program has told.

    Parameters
    ----------
    report
        As it is there; None where there is none.
    like
        Makes the same of a whole report in JSON.
    said
        What it printed for people.
    """

    report: Any
    said: str
    like: Callable[[dict[str, Any]], Any] = field(default=comparable)


Program = Callable[[Path, str], Told]


def run(place: Path, *words: object, **more: str) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COLUMNS", "CI"))}
    return subprocess.run(
        [str(word) for word in words],
        cwd=place,
        env={**plain, "PYTHONUTF8": "1", "COLUMNS": "200", **more},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def check(place: Path, activity: str) -> Told:
    words = ("check", HAND_IN, "--activity", activity, "--isolation", ISOLATIONS[0])
    done = run(place, *GRADER, *words, "--json", "--report", "checked")
    return Told(comparable(json.loads(done.stdout)) if done.stdout else None, done.stderr)


def action(place: Path, activity: str) -> Told:
    """The step that the GitHub action is; its outputs are for the steps that follow."""
    outputs = {name: str(place / name) for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    words = ("check", HAND_IN, "--activity", activity, "--isolation", ISOLATIONS[0], "--report", "in-actions")
    done = run(place, *GRADER, *words, GITHUB_ACTIONS="true", **outputs)
    report = place / "in-actions" / "report.json"
    if not report.exists():
        return Told(None, done.stderr)
    read = json.loads(report.read_bytes())
    lines = (place / "GITHUB_OUTPUT").read_text(encoding="utf-8").splitlines()
    scores = dict(zip(("earned", "pending", "maximum"), map(float, lines[1::3]), strict=True))
    assert scores == read["score"]
    return Told(comparable(read), done.stderr)


def library(place: Path, activity: str) -> Told:
    done = run(place, sys.executable, "-c", LIBRARY, HAND_IN, activity, ISOLATIONS[0])
    return Told(comparable(json.loads(done.stdout)) if done.stdout else None, done.stderr)


def plugin(place: Path, activity: str) -> Told:
    """Each check is a test; its properties tell how it ended."""
    words = (f"--grade={HAND_IN}", f"--activity={activity}", f"--grade-isolation={ISOLATIONS[0]}")
    done = run(place, sys.executable, "-m", "pytest", *PLUGIN, *words, "--junitxml=junit.xml")
    if done.returncode not in {0, 1}:
        return Told(None, done.stderr)
    told = {}
    for case in ET.parse(place / "junit.xml").iter("testcase"):
        properties = {item.get("name"): item.get("value") for item in case.iter("property")}
        facts = [properties[f"grader_{name}"] for name in ("status", "message")]
        told[case.get("name")] = (*facts, *(float(properties[f"grader_{name}"]) for name in ("points", "earned")))

    def like(report: dict[str, Any]) -> Any:
        return {
            check["id"]: (check["status"], check["message"], check["points"], check["earned"])
            for check in report["checks"]
        }

    return Told(told, done.stdout, like)


def gradescope(place: Path, activity: str) -> Told:
    """``run_autograder``'s program; no metadata is there, and no sandbox may be asked for."""
    (place / "source").mkdir(exist_ok=True)
    (place / "source" / "autograder.json").write_text(json.dumps({"activity": activity}))
    done = run(place, sys.executable, "-m", "grader.gradescope", ".")

    def without_time(results: dict[str, Any]) -> dict[str, Any]:
        return {**results, "execution_time": 0}

    def like(report: dict[str, Any]) -> Any:
        whole = {**report, "started": "2026-01-01T00:00:00Z", "seconds": 0}
        return without_time(json.loads(render(from_dict(whole))))

    return Told(without_time(json.loads(done.stdout)), done.stderr, like)


def batch(place: Path, activity: str) -> Told:
    words = ("--activity", activity, "--isolation", ISOLATIONS[0], "--workers", 1, "--screenshots")
    (place / "class").mkdir()
    shutil.copytree(place / HAND_IN, place / "class" / HAND_IN)
    (place / "class" / "other").mkdir()
    (place / "class" / "other" / "app.py").write_text("from flask import Flask\napp = Flask(__name__)\n")
    done = run(place, *GRADER, "batch", "class", "--out", "graded", *words)
    report = place / "graded" / "reports" / HAND_IN / "report.json"
    assert report.exists(), done.stderr
    return Told(comparable(json.loads(report.read_bytes())), done.stderr)


ASKING: dict[str, Program] = {"check": check, "action": action, "library": library, "plugin": plugin}
