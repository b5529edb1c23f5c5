"""The golden submissions, handed in by a class of three hundred and graded together as ``grader batch`` does."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.classroom.dispatcher import Dispatcher, Unwatched, local_workers
from grader.classroom.journal import Journal
from grader.grading import Settings
from grader.platforms.reading_exports import read_exports
from tests.packing import zipped

from .classroom.class_of import CANNOT_BE_OPENED, moodle_export

REFERENCE = Path(__file__).parent.parent / "reference_app"
_RIGHT = 12


@dataclass(frozen=True)
class HandedIn:
    """One student's files, and what is known about them."""

    key: str
    activity: str
    files: dict[str, bytes]

    @property
    def handed_in(self) -> dict[str, bytes]:
        """One zip, unless the whole point is that it is none."""
        return {"work.zip": zipped(self.files)} if "app.py" in "".join(self.files) else self.files


def fill_up(golden: list[HandedIn], seed: int = 300) -> list[HandedIn]:
    """Add hand-ins that cannot be opened, and right ones that differ a little, for a class of three hundred."""
    dice = random.Random(seed)
    activity = "discussion-11.1"
    broken = [HandedIn(f"cannot be opened: {name}", activity, {name: data}) for name, data in CANNOT_BE_OPENED.items()]
    app = (REFERENCE / "discussion_11_1" / "app.py").read_bytes()
    right = []
    for number in range(_RIGHT):
        comment = f"# {dice.choice(['mine', 'my work', 'résumé', '解答'])} {dice.random()}\n".encode()
        right.append(HandedIn(f"right: {number}", activity, {dice.choice(["app.py", "a/app.py"]): comment + app}))
    return golden + broken + right


def grade_class(handed_in: Iterable[HandedIn], settings: Settings, folder: Path) -> dict[str, dict[str, Any]]:
    """Grade everyone with two workers, one activity after the other, and return the reports as JSON by key."""
    reports = {}
    by_activity: dict[str, list[HandedIn]] = {}
    for one in handed_in:
        by_activity.setdefault(one.activity, []).append(one)
    for activity, members in by_activity.items():
        export, out = folder / activity, folder / f"{activity}-graded"
        out.mkdir(parents=True)
        students = moodle_export(export, [member.handed_in for member in members])
        with Journal(out) as journal:
            hand_ins = read_exports([export]).hand_ins
            workers = local_workers(settings, out, 2)
            Dispatcher(hand_ins, out, journal, workers, activity, settings).run(Unwatched(), threading.Event())
        keys = {student: members[place].key for place, student in students.items()}
        for path in (out / "reports").glob("*/report.json"):
            report = json.loads(path.read_bytes())
            reports[keys[report["submission"]["student"]]] = report
    return reports
