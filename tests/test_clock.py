from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from grader.machine.clock import TICK, Deadline
from tests.waiting import until


def test_a_deadline_passes_like_ordinary_time_on_a_well_machine():
    started, deadline = time.monotonic(), Deadline(0.5)
    assert not deadline.expired
    assert 0.3 < deadline.remaining <= 0.5
    while not deadline.expired:
        time.sleep(deadline.step)
    assert time.monotonic() - started > 0.49
    assert deadline.remaining == deadline.step == 0


def test_what_was_waited_for_before_is_charged_to_nobody_else():
    before = Deadline(60)
    assert until(lambda: before.remaining < 59.5)  # by now the clock looks who stands in line, and counts at each look
    for _ in range(4):
        started, deadline = time.monotonic(), Deadline(0.3)
        while not deadline.expired:
            time.sleep(min(deadline.step, 0.01))
        assert time.monotonic() - started > 0.29


def test_a_step_is_no_longer_than_a_tick_or_what_is_left():
    assert Deadline(60).step == TICK
    assert Deadline(TICK / 2).step <= TICK / 2
    assert Deadline(0).expired


def test_many_deadlines_share_one_thread():
    deadlines = [Deadline(1) for _ in range(1000)]
    assert all(deadline.remaining <= 1 for deadline in deadlines)
    assert [thread.name for thread in threading.enumerate()].count("fair-clock") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_a_suspended_machine_uses_up_no_time():
    program = """
import time
from grader.machine.clock import Deadline
deadline = Deadline(60)
at, left = time.monotonic(), deadline.remaining
print('go', flush=True)
for _ in range(1000):
    time.sleep(0.01)
    now, still_left = time.monotonic(), deadline.remaining
    if now - at > 1:
        print(left - still_left, flush=True)
        break
    at, left = now, still_left
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as process:
        process.stdout.readline()
        process.send_signal(signal.SIGSTOP)
        time.sleep(1.6)
        process.send_signal(signal.SIGCONT)
        assert float(process.stdout.readline()) < 0.5


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_a_clock_too():
    Deadline(1)
    child = os.fork()
    if child == 0:
        deadline = Deadline(0.3)
        signal.alarm(60)
        while not deadline.expired:
            time.sleep(0.05)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
