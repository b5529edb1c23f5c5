"""How many of many cases a run tries: the lane of endurance more than each run, and all with GRADER_ENDURANCE=full."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest

from grader.machine.bubblewrap import sandbox_wall

FULL = os.environ.get("GRADER_ENDURANCE") == "full"


def leave_to_endurance(items: list[pytest.Item], *, all_of_a_file: bool) -> None:
    """Mark what each run leaves to the lane of endurance, as `left_to_endurance.txt` lists it.

    What that leaves in turn to GRADER_ENDURANCE=full, as `left_to_full.txt` lists it, is taken out.

    Raises
    ------
    pytest.UsageError
        A line stands for no test or no case any more.  Which cases there are depends on the machine: a test alone is
        looked for where this is none with all that is tested.

    """
    left, to_full = _listed("left_to_endurance.txt"), _listed("left_to_full.txt")
    found = {name for item in items for name in (item.nodeid, item.nodeid.partition("[")[0])}
    for item in items:
        if {item.nodeid, item.nodeid.partition("[")[0]} & (left | to_full):
            item.add_marker(pytest.mark.endurance)
    files = {item.nodeid.partition("::")[0] for item in items}
    has_all = sys.platform == "linux" and sandbox_wall().works
    named = left | to_full if has_all else {line.partition("[")[0] for line in left | to_full}
    gone = sorted(line for line in named - found if line.partition("::")[0] in files)
    if all_of_a_file and gone:
        raise pytest.UsageError(f"tests/left_to_….txt name what is no test or no case: {', '.join(gone)}")
    if not FULL:
        items[:] = [item for item in items if not {item.nodeid, item.nodeid.partition("[")[0]} & to_full]


def _listed(name: str) -> set[str]:
    lines = Path(__file__).with_name(name).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def times(usual: int, full: int) -> int:
    """Return how often something is done in the lane of endurance."""
    return full if FULL else usual


def some_of(cases: Collection[Any], *, always: int, endurance: int) -> list[Any]:
    """Give each run so many of the cases, and the lane of endurance so many others, from all over the list.

    Parameters
    ----------
    cases
        What `pytest.mark.parametrize` takes: a value each, or a tuple where there are several names.

    """
    params = [case if isinstance(case, tuple) else (case,) for case in cases]
    mine = _spread(len(params), always)
    rest = [number for number in range(len(params)) if number not in mine]
    also = {rest[place] for place in _spread(len(rest), len(rest) if FULL else endurance)}
    return [
        pytest.param(*values, marks=[] if number in mine else [pytest.mark.endurance])
        for number, values in enumerate(params)
        if number in mine or number in also
    ]


def _spread(size: int, wanted: int) -> set[int]:
    return {place * size // wanted for place in range(min(wanted, size))} if wanted < size else set(range(size))
