"""What each run leaves to the lane of endurance is told by name, and a name that stands for nothing is noticed."""

from __future__ import annotations

import pytest

from grader.machine.bubblewrap import sandbox_wall
from tests import how_many
from tests.how_many import leave_to_endurance

LEFT = sorted(how_many._listed("left_to_endurance.txt"))
TO_FULL = sorted(how_many._listed("left_to_full.txt"))
CASE = next(line for line in LEFT if "[" in line)
TEST = next(line for line in LEFT if "[" not in line)


class Item:
    """What is collected, as far as it is looked at."""

    def __init__(self, nodeid: str) -> None:
        self.nodeid = nodeid
        self.marks: list[str] = []

    def add_marker(self, mark: pytest.MarkDecorator) -> None:
        self.marks.append(mark.name)


def test_what_is_listed_is_left() -> None:
    items = [Item(line) for line in (*TO_FULL, *LEFT, f"{CASE.partition('[')[0]}[another]", f"{TEST}[one]")]
    leave_to_endurance(items, all_of_a_file=True)
    *listed, another, of_a_test = (item.marks for item in items)
    assert len(listed) == len(LEFT) + how_many.FULL * len(TO_FULL)
    assert all(marks == ["endurance"] for marks in (*listed, of_a_test))
    assert another == []


@pytest.mark.parametrize("gone", [CASE, TEST])
@pytest.mark.skipif(not sandbox_wall().works, reason="which cases there are depends on the machine")
def test_what_is_gone_is_noticed(gone: str) -> None:
    items = [Item(line) for line in (*LEFT, *TO_FULL) if line != gone] + [
        Item(f"{gone.partition('::')[0]}::test_of_another_name")
    ]
    with pytest.raises(pytest.UsageError) as refused:
        leave_to_endurance(items, all_of_a_file=True)
    assert str(refused.value).endswith(f": {gone}")
    leave_to_endurance(items, all_of_a_file=False)
