"""``python grade_golden.py LIST OUT``: grades submissions with this Python, and writes what a student would read.

A program of its own, since it is run by Pythons that have the grader and no tests' packages.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.sandbox.limits import RunLimits
from grader.submission import open_submission

_PATIENCE = 6 if sys.platform == "win32" else 1  # there nobody knows who waits for a processor (see tests/systems.py)
TOLD = ("status", "message", "expected", "observed", "hint", "file", "line", "earned")


def main(listed: Path, out: Path) -> None:
    """Grade what a JSON file lists, ``{name: [folder, activity]}``, and write ``{name: {check: what is told}}``."""
    submissions = json.loads(listed.read_text(encoding="utf-8"))
    settings = Settings(
        isolation=sys.argv[3],
        limits=RunLimits(load=5 * _PATIENCE, request=2 * _PATIENCE),
        skip=frozenset({"browser"}),
        keep_warm=True,
    )
    told = {}
    with Grader(settings) as grader:
        for name, (folder, activity) in submissions.items():
            print(name, flush=True)  # for whoever wants to know where it is stuck
            report = grader.grade(open_submission(Path(folder)), activity_named(activity))
            told[name] = {
                result.id: {key: getattr(result, key) for key in TOLD} for result in report.results if result.counts
            }
    out.write_text(json.dumps(told, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
