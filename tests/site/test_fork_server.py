"""One jailed Python for a whole class: what one app does there, no other one notices."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.model.faults import StudentFault
from grader.sandbox import isolation
from grader.sandbox.limits import RunLimits
from grader.sandbox.process import AppLost
from grader.sandbox.starting import AppStarter
from grader.site import Site
from grader.submission import Submission, open_submission

from .conftest import HEAD, PAGE, SANDBOXES, TAIL, Jail, in_turn
from .test_jail import until

pytestmark = pytest.mark.skipif(not SANDBOXES, reason="needs bubblewrap")

LEAVES = {
    "a file": ("open('/tmp/left', 'w').write('x')", "import os; os.stat('/tmp/left')"),
    "a file beside the app": ("open('left', 'w').write('x')", "import os; os.stat('left')"),
    "shared memory": ("open('/dev/shm/left', 'w').write('x')", "import os; os.stat('/dev/shm/left')"),
    "System V memory": (
        "import ctypes; ctypes.CDLL(None).shmget(77, 4096, 0o1600)",
        "import ctypes; 1 / (ctypes.CDLL(None).shmget(77, 4096, 0) + 1)",
    ),
    "a daemon": (
        "import os, time\nif os.fork() == 0:\n  os.setsid(); time.sleep(60)",
        "import os; 1 / len([p for p in os.listdir('/proc') if p.isdigit() and int(p) > 3])",
    ),
    "a socket": (
        "import socket; global s; s = socket.socket(socket.AF_UNIX); s.bind('\\0left'); s.listen()",
        "import socket; socket.socket(socket.AF_UNIX).connect('\\0left')",
    ),
    "a changed module": ("import flask; flask.left = True", "import flask; flask.left"),
    "a changed environment": ("import os; os.environ['left'] = 'x'", "import os; os.environ['left']"),
}


@in_turn("leave, find", LEAVES, others=["sandbox", ""])
def test_what_one_app_leaves_the_next_does_not_find(jail: Jail, leave: str, find: str) -> None:
    body = "\n".join(f"  {line}" for line in find.splitlines())
    tries = f"try:\n{body}\nexcept Exception:\n  return 'no'\nreturn 'found'"
    first = jail.view(f"{leave}\nreturn 'left'")
    assert first.get("/").text == "left"
    assert jail.view(tries).get("/").text == "no"  # while the first one still runs
    first.close()
    assert jail.view(tries).get("/").text == "no"


ATTACKS = {
    "signals to everyone": "import os\nos.kill(-1, 9)",
    "a signal to the first process": "import os\nos.kill(1, 9)",
    "a signal to its parent": "import os\nos.kill(os.getppid(), 9)",
    "its own end": "import os\nos.kill(os.getpid(), 9)",
    "all descriptors closed": "import os\nos.closerange(0, 256)",
    "words on all descriptors": (
        "import os\nfor fd in range(256):\n  for word in (b'ready', b'ended 0', b'begun'):\n"
        "    try: os.write(fd, word)\n    except OSError: pass"
    ),
    "sockets found and spoken to": (
        "import socket\nfor fd in range(256):\n  try: socket.socket(fileno=fd).send(b'{\"scratch\": 1}')\n"
        "  except OSError: pass"
    ),
}


@in_turn("attack", ATTACKS, others=["sandbox", ""])
def test_whatever_one_app_does_the_next_is_served(jail: Jail, attack: str) -> None:
    with suppress(StudentFault):
        jail.view(attack, request=1).get("/")
    assert jail.site(HEAD + PAGE + TAIL).get("/").text == "home"


@pytest.fixture
def starter() -> Iterator[AppStarter]:
    starter = AppStarter("sandbox", RunLimits(), many=True)
    yield starter
    starter.close()


WORK = Submission(name="work", source="work", files={"app.py": (HEAD + PAGE + TAIL).encode()}, app="app.py")
REFERENCE = Path(__file__).parent.parent.parent / "reference_app" / "discussion_11_1"


def served(starter: AppStarter) -> bool:
    """Serve one app and return whether it was forked."""
    app = starter.start(WORK)
    try:
        assert Site(WORK, app).get("/").text == "home"
    finally:
        app.close()
    return app.server is not None


def test_one_python_at_a_time_is_made_ready(starter: AppStarter) -> None:
    ready = starter._ready
    assert ready
    starter.prepare()
    assert starter._ready is ready
    assert starter.start(WORK) is ready.result()
    ready.result().close()


def kill(starter: AppStarter) -> None:
    assert starter._ready
    starter._ready.exception()  # waits until the next app has been made ready
    server = starter._server
    assert server
    server._process.kill()
    server._process.wait()


def test_a_server_that_dies_is_replaced(starter: AppStarter) -> None:
    assert served(starter)
    kill(starter)
    ready = starter._ready
    assert ready
    assert until(lambda: not ready.result().alive)
    assert [served(starter) for _ in "123"] == [False, True, True]


@pytest.mark.parametrize("when", ["before it is loaded", "before a page is asked for"])
def test_an_app_that_goes_with_its_server_is_nobodys_mistake(starter: AppStarter, when: str) -> None:
    app = starter.start(WORK)
    try:
        if when == "before it is loaded":
            kill(starter)
            assert until(lambda: not app.alive)  # the kernel may still be at it, and the app come up meanwhile
            with pytest.raises(AppLost):
                Site(WORK, app)
        else:
            site = Site(WORK, app)
            kill(starter)
            with pytest.raises(AppLost):
                until(lambda: not site.get("/"))  # the kernel may still be at it
    finally:
        app.close()


def test_a_server_that_dies_changes_no_report() -> None:
    activity, work = activity_named("discussion-11.1"), open_submission(REFERENCE)
    with Grader(Settings(isolation="sandbox", keep_warm=True, skip=frozenset({"browser"}))) as grader:
        want = grader.grade(work, activity)
        for _ in range(3):
            kill(grader._resources.apps)
            got = grader.grade(work, activity)
            assert [result.status for result in got.results] == [result.status for result in want.results]


def test_the_next_app_does_not_wait_until_nothing_is_left_of_the_last(
    starter: AppStarter, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, go_on = starter.start(WORK), threading.Event()
    really_close = app.close
    monkeypatch.setattr(app, "close", lambda: go_on.wait() and really_close())
    process = psutil.Process(app._process.pid)
    starter.end(app)
    assert served(starter)
    assert process.is_running()
    go_on.set()
    starter.close()
    assert not process.is_running()


def test_a_system_without_nested_namespaces_starts_a_python_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = shutil.which("bwrap")
    fake = tmp_path / "bwrap"
    fake.write_text(f'#!/bin/sh\nexec {real} --unshare-user --disable-userns "$@"\n')
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    isolation._sandbox.cache_clear()
    starter = AppStarter("sandbox", RunLimits(), many=True)
    try:
        assert [served(starter) for _ in "12"] == [False, False]
    finally:
        starter.close()
        isolation._sandbox.cache_clear()


def test_a_file_that_hides_a_module_gets_a_python_of_its_own(starter: AppStarter) -> None:
    files = {"app.py": (HEAD + PAGE + TAIL).encode(), "json.py": b"from nowhere import nothing"}
    submission = Submission(name="work", source="work", files=files, app="app.py")
    app = starter.start(submission)
    try:
        with pytest.raises(StudentFault, match=r"json\.py"):
            Site(submission, app)
    finally:
        app.close()
    assert served(starter)


def test_forked_apps_are_random_each_in_its_own_way(sandbox: Jail) -> None:
    body = "import random, uuid, secrets\nreturn f'{random.random()} {uuid.uuid4()} {secrets.token_hex()}'"
    first, second = (sandbox.view(body).get("/").text.split() for _ in "12")
    assert not set(first) & set(second)


@pytest.mark.skipif(sys.platform != "linux", reason="counts descriptors in /proc")
def test_many_forks_cost_no_memory_and_leave_nothing(starter: AppStarter) -> None:
    me = psutil.Process()
    for _ in range(10):
        assert served(starter)
    there = set(me.children(recursive=True))  # the server, and whatever else this process has
    before = me.num_fds(), len(me.children()), me.memory_info().rss
    for _ in range(30):
        assert served(starter)
    assert until(lambda: me.num_fds() <= before[0] and len(me.children()) <= before[1])
    assert me.memory_info().rss < 1.1 * before[2]
    assert until(lambda: len(set(me.children(recursive=True)) - there) < 6)  # what is ready, not thirty apps
