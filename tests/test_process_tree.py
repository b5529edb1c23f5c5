from __future__ import annotations

import errno
import os
import subprocess
import sys
from itertools import pairwise

import psutil
import pytest

from grader.machine.process_tree import ProcessTree

from .waiting import until

_SPAWN = (
    "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', sys.argv[1], *sys.argv[2:]]); time.sleep(60)"
)


@pytest.fixture
def chain():
    """A process that has started one that has started one."""
    process = subprocess.Popen([sys.executable, "-c", _SPAWN, _SPAWN, "import time; time.sleep(60)"])
    try:
        yield process
    finally:
        descendants = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        for each in [process, *descendants]:
            each.kill()
        process.wait()


def look_until(tree: ProcessTree, count: int) -> list[psutil.Process]:
    found = until(lambda: len(found := tree.look()) == count and found)
    assert found, tree.look()
    return found


def test_a_tree_is_found_as_it_grows_the_first_one_first(chain):
    found = look_until(ProcessTree(chain.pid), 3)
    assert found[0].pid == chain.pid
    assert [child.ppid() for child in found[1:]] == [parent.pid for parent, _ in pairwise(found)]


def test_who_has_ended_is_no_member_any_more(chain):
    tree = ProcessTree(chain.pid)
    *_, last = look_until(tree, 3)
    last.kill()
    assert until(lambda: not last.is_running() or last.status() == psutil.STATUS_ZOMBIE)  # its parent takes no note
    assert len([each for each in tree.look() if each.status() != psutil.STATUS_ZOMBIE]) == 2


def test_strangers_do_not_belong_to_it(chain):
    tree = ProcessTree(chain.pid)
    look_until(tree, 3)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        assert not {stranger.pid, os.getpid()} & {each.pid for each in tree.look()}
        assert stranger.pid in {each.pid for each in ProcessTree(os.getpid()).look()}
    finally:
        stranger.kill()
        stranger.wait()


def test_a_tree_whose_first_process_has_gone_is_none():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    assert ProcessTree(process.pid).look() == []


def test_it_is_the_tree_that_psutil_finds():
    me = psutil.Process()
    assert {each.pid for each in ProcessTree(me.pid).look()} == {
        me.pid,
        *(each.pid for each in me.children(recursive=True)),
    }


def test_without_descriptors_what_was_seen_has_to_do(chain, monkeypatch):
    tree = ProcessTree(chain.pid)
    before = look_until(tree, 3)

    def no_more(_path):
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(os, "listdir", no_more)
    assert tree.look() == before
