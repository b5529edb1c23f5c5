"""Many hand-ins, hostile ones among them: every verdict is right, and nothing is left of any of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.grading import Settings
from grader.sandbox.isolation import sandbox_wall
from tests.graded_class import grade_class
from tests.hostile.canaries import Canaries
from tests.how_many import times

from .crowd import LIMITS, Watched, crowd, honest, hostile, wrong

SIZE = times(36, full=60)


@pytest.mark.endurance
@pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")
def test_honest_students_among_hostile_ones(canaries: Canaries, tmp_path: Path) -> None:
    (temporary := tmp_path / "tmp").mkdir()
    settings = Settings("sandbox", limits=LIMITS, skip=frozenset({"browser", "document"}), keep_warm=True)
    everyone = crowd(SIZE, honest(), hostile(canaries, in_browser=False))
    with Watched(temporary) as watched:
        reports = grade_class(everyone, settings, tmp_path)
    assert wrong(reports, everyone) == {}
    assert watched.left() == []
    assert canaries.harm(str(reports)) == []
