"""Limits by control groups; most can be shown only where this user may make some, and are shown for real there."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from grader.model.faults import StudentFault
from grader.sandbox import delegation as delegations
from grader.sandbox import usage
from grader.sandbox.delegation import delegation, in_scope
from grader.sandbox.fork_server import ForkServer
from grader.sandbox.limits import MEGABYTE

from .conftest import HEAD, LIMITS, PAGE, SANDBOXES, TAIL, Jail

FOUND = delegation()
FOR_REAL = pytest.mark.skipif(
    not SANDBOXES or not FOUND.works, reason=f"needs bubblewrap and control groups: {FOUND.problem}"
)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux's")


@pytest.fixture
def jail() -> Iterator[Jail]:
    server = ForkServer()
    with ExitStack() as stack:
        stack.callback(server.close)
        yield Jail("fork", stack, server)


def group_of(site) -> Path:
    group = site._app._process.group
    assert group
    return group._path


@FOR_REAL
def test_an_app_of_a_class_is_in_a_group_of_its_own(jail: Jail) -> None:
    first, second = (jail.site(HEAD + PAGE + TAIL) for _ in "12")
    assert group_of(first) != group_of(second)
    for site in (first, second):
        group = group_of(site)
        assert LIMITS.memory < int((group / "memory.max").read_text()) < LIMITS.memory + 200 * MEGABYTE
        assert LIMITS.processes < int((group / "pids.max").read_text()) < LIMITS.processes + 10
        assert len((group / "cgroup.procs").read_text().split()) == 2  # the init and the app
        assert site.get("/").text == "home"
        site.close()
        assert not group.exists()


UNWATCHED = {
    "memory of children": (
        (
            "import os, time\nfor n in range(12):\n"
            "  if os.fork() == 0: x = b'x' * (6 * 10**7); time.sleep(60)\ntime.sleep(60)"
        ),
        "took more than 160 MB of memory",
    ),
    "shared memory": (
        "import mmap\nm = mmap.mmap(-1, 10**9)\nfor i in range(0, 10**9, 4096): m[i] = 1",
        "took more than 160 MB of memory",
    ),
    "forks": (
        "import os, time\nfor n in range(200):\n  if os.fork() == 0: time.sleep(60)\ntime.sleep(60)",
        "started more than 24 processes and threads",
    ),
}


@FOR_REAL
@pytest.mark.parametrize("when", ["loading", "answering"])
@pytest.mark.parametrize(("source", "says"), UNWATCHED.values(), ids=UNWATCHED)
def test_without_the_watcher_the_kernel_keeps_the_limits(
    jail: Jail, monkeypatch: pytest.MonkeyPatch, source: str, says: str, when: str
) -> None:
    monkeypatch.setattr(usage, "broken_limit", lambda *_: None)
    monkeypatch.setattr("grader.sandbox.isolation.most_tasks", lambda *_: 0)
    if when == "loading":
        fault = jail.fault(f"{source}\n{HEAD}{PAGE}{TAIL}")
    else:
        site = jail.view(f"{source}\nreturn 'done'", request=8)
        with pytest.raises(StudentFault) as caught:
            site.get("/")
        fault = caught.value
    assert says in fault.message
    assert "and was ended" in fault.message
    assert jail.site(HEAD + PAGE + TAIL, request=8).get("/").text == "home"


@FOR_REAL
def test_an_app_that_cannot_have_a_group_is_served_without(jail: Jail) -> None:
    jail.site(HEAD + PAGE + TAIL).close()
    assert jail.server
    assert jail.server._tree
    (jail.server._tree._path / "cgroup.max.descendants").write_text("1")
    site = jail.site(HEAD + PAGE + TAIL)
    assert site._app._process.group is None or FOUND.beside is not None
    assert jail.site(HEAD + PAGE + TAIL)._app._process.group is None
    assert site.get("/").text == "home"


GRADER = f"""
import time
from grader.site import AppProcess, RunLimits, Site
from grader.sandbox.fork_server import ForkServer
from grader.submission import Submission
work = Submission(name="w", source="w", files={{"app.py": {(HEAD + PAGE + TAIL)!r}.encode()}}, app="app.py")
server = ForkServer()
app = AppProcess("sandbox", RunLimits(), server=server)
Site(work, app)
print(server._tree._path, flush=True)
time.sleep(60)
"""


@FOR_REAL
def test_a_killed_grader_leaves_no_group(jail: Jail) -> None:
    with subprocess.Popen([sys.executable, "-c", GRADER], stdout=subprocess.PIPE, text=True) as grader:
        assert grader.stdout is not None
        tree = Path(grader.stdout.readline().strip())
        assert (tree / "app-1").is_dir()
        grader.send_signal(signal.SIGKILL)
    if FOUND.beside is not None:  # or else systemd removes it
        time.sleep(1)
        jail.site(HEAD + PAGE + TAIL)
    end = time.monotonic() + 10
    while tree.exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert not tree.exists()


# Whether there can be groups: everywhere


@pytest.fixture
def hierarchy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the file system of control groups."""
    monkeypatch.setattr(delegations, "_ROOT", tmp_path)
    (tmp_path / "cgroup.controllers").write_text("cpu memory pids\n")
    delegation.cache_clear()
    yield tmp_path
    delegation.cache_clear()


def systemd(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Be a machine with systemd."""
    (folder / "bin").mkdir()
    fake = folder / "bin" / "systemd-run"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(fake.parent), prepend=os.pathsep)
    monkeypatch.setattr(delegations, "_SYSTEMD", folder)


START = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"'


def test_a_system_without_version_2_has_none(hierarchy: Path) -> None:
    (hierarchy / "cgroup.controllers").unlink()
    assert "none in version 2" in delegation().problem


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo Failed to connect to bus >&2; exit 1", "none: Failed to connect to bus"),
        ("echo cpu pids", "none for memory"),
        ("echo", "none for memory and pids"),
        ("echo memory pids", ""),
    ],
)
def test_systemd_is_asked(hierarchy: Path, monkeypatch: pytest.MonkeyPatch, script: str, problem: str) -> None:
    systemd(hierarchy, monkeypatch, script)
    found = delegation()
    assert found.works == found.by_systemd == (problem == "")
    assert problem in found.problem


def test_what_systemd_starts_keeps_its_number_and_its_environment(
    hierarchy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    systemd(hierarchy, monkeypatch, f"export INVOCATION_ID=x\n{START}")
    command, environment = in_scope(["sh", "-c", "echo $$; env"], {"PATH": os.defpath, "LANG": "C.UTF-8"})
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as started:
        number, *variables = started.communicate()[0].splitlines()
    assert int(number) == started.pid
    assert {variable.partition("=")[0] for variable in variables} <= {"PATH", "LANG", "PWD", "SHLVL", "_", "OLDPWD"}


def test_without_systemd_the_next_group_upwards_that_bounds_those_within_is_taken(
    hierarchy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delegations, "_SYSTEMD", hierarchy / "nowhere")
    own = hierarchy / "job" / "grader"
    own.mkdir(parents=True)
    monkeypatch.setattr(delegations, "_own_group", lambda: own)
    for folder, controllers in ((own, ""), (own.parent, "cpu"), (hierarchy, "memory pids cpu")):
        (folder / "cgroup.subtree_control").write_text(controllers)
    monkeypatch.setattr(delegations, "_try", lambda parent: None)
    assert delegation().beside == hierarchy
    delegation.cache_clear()
    (hierarchy / "cgroup.subtree_control").write_text("")
    assert "no group here" in delegation().problem


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_group_that_may_not_be_written_to_is_none(hierarchy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delegations, "_SYSTEMD", hierarchy / "nowhere")
    monkeypatch.setattr(delegations, "_own_group", lambda: hierarchy)
    (hierarchy / "cgroup.subtree_control").write_text("memory pids")
    hierarchy.chmod(0o555)
    assert "cannot be used: Permission denied" in delegation().problem


def test_trees_of_dead_graders_are_removed_and_others_kept(hierarchy: Path) -> None:
    (hierarchy / "grader-dead" / "app-1").mkdir(parents=True)
    (hierarchy / "grader-alive").mkdir()
    (hierarchy / "somebody-else's").mkdir()
    with delegations._locked(hierarchy / "grader-alive"):
        delegations._sweep(hierarchy)
    assert {path.name for path in hierarchy.iterdir() if path.is_dir()} == {"grader-alive", "somebody-else's"}
