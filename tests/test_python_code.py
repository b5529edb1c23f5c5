from __future__ import annotations

import ast
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grader.source.python_code import parse

SOURCE = Path(__file__).read_bytes() * 3


class Garbage:
    """Can only be collected in a moment of Python's own choosing, and runs code then: another thread gets its turn."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        sum(range(200))


@pytest.fixture
def threads_that_take_turns():
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    with ThreadPoolExecutor(3) as threads:
        yield threads
    sys.setswitchinterval(before)


def test_many_threads_can_parse_at_a_time(threads_that_take_turns):
    # Of 600 calls of ast.parse itself, Python 3.11 fails with a SystemError in about 4.
    def parse_littering(_: int) -> bool:
        for _ in range(50):
            Garbage()
        return isinstance(parse(SOURCE), ast.Module)

    assert all(threads_that_take_turns.map(parse_littering, range(600)))


@pytest.mark.parametrize("source", [b"def", b"\0", b"\xff", b"(" * 1000, b"-" * 100_000 + b"1"])
def test_what_is_no_python_has_no_tree(source):
    assert parse(source) is None
