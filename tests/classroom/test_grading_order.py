"""What may keep a worker waiting is begun early: at the end of a class there is nothing else to do meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.classroom.workers.grading_order import in_grading_order
from grader.platforms.reading_exports import read_exports
from tests.packing import write_folder, write_zip


@pytest.mark.parametrize("is_zipped", [False, True], ids=["folder", "zip"])
def test_what_may_hang_comes_earlier(tmp_path: Path, *, is_zipped: bool) -> None:
    """Wherever in the hand-in its code lies; a word that only holds one of the words is none."""
    plain, waits = "print('Hello')\nawaited = 1\n", "import time\n\ntime.sleep(60)\n"
    files = {f"{number}/app.py": plain for number in range(10)}
    files |= {"5/app.py": "while True: pass\n", "8/templates/index.html": "while", "9/lib/waits.py": waits}
    export = write_zip(tmp_path / "class.zip", files) if is_zipped else write_folder(tmp_path / "class", files)
    assert _order(export) == "0 1 2 5 3 4 9 6 7 8"


def test_so_does_what_was_handed_in_as_a_zip(tmp_path: Path) -> None:
    """What cannot be opened keeps its place, and says why later; so does what holds so much that it takes long."""
    for number, content in enumerate(["pass", "pass", "pass", "input()", "pass"]):
        write_zip(tmp_path / f"{number}.zip", {"app.py": content})
    (tmp_path / "1.zip").write_bytes(b"PK\x03\x04 and then nothing")
    write_zip(tmp_path / "5.zip", {"app.py": "input()", **{f"{number:0200}": "" for number in range(500)}})
    assert _order(tmp_path) == "0 1 3 2 4 5"


def _order(export: Path) -> str:
    return " ".join(hand_in.name for hand_in in in_grading_order(read_exports([export]).hand_ins))
