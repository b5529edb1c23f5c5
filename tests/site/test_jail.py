"""What an app may use and reach, and that nothing of it is left: each limit broken for real."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from grader.model.faults import MachineFault, StudentFault
from grader.sandbox import isolation
from grader.sandbox.limits import RunLimits
from grader.sandbox.process import AppProcess
from grader.site import Site
from tests.waiting import fairly_within, until

from .conftest import HEAD, LIMITS, PAGE, TAIL, Jail, in_any_jail, in_turn

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="bounds that POSIX systems keep")
MEMORY = "took more than 160 MB of memory"
TASKS = "started more than 24 processes and threads"
FILES = "opened more than 64 files"
WRITTEN = "wrote more than 4 MB"

BREAKS = {
    "memory": ("x = []\nwhile True: x.append('x' * 10**6)", MEMORY),
    "memory at once": ("x = 'x' * 10**10", MEMORY),
    "memory in small pieces": ("x = []\nwhile True: x.append([None])", MEMORY),
    "shared memory": ("import mmap\nm = mmap.mmap(-1, 10**9)\nfor i in range(0, 10**9, 4096): m[i] = 1", MEMORY),
    "memory of children": (
        (
            "import os, time\nfor n in range(6):\n"
            "  if os.fork() == 0: x = b'x' * (6 * 10**7); time.sleep(60)\ntime.sleep(60)"
        ),
        MEMORY,
    ),
    "forks": ("import os, time\nfor n in range(200):\n  if os.fork() == 0: time.sleep(60)\ntime.sleep(60)", TASKS),
    "fork bomb": ("import os, time\nfor n in range(9):\n  os.fork()\n  time.sleep(.05)\ntime.sleep(60)", TASKS),
    "threads": (
        (
            "import threading as t, time\nt.stack_size(65536)\n"
            "for n in range(99): t.Thread(target=time.sleep, args=(9,)).start()\ntime.sleep(9)"
        ),
        TASKS,
    ),
    "open files": ("x = [open('/dev/null') for n in range(500)]", FILES),
    "one large file": ("open('x', 'wb').write(b'x' * 10**8)", WRITTEN),
    "many files": ("import time\nfor n in range(60): open(f'x{n}', 'wb').write(b'x' * 10**6)\ntime.sleep(60)", WRITTEN),
}


@POSIX_ONLY
@in_turn("source, says", BREAKS, others=["sandbox", "process"])
def test_a_limit_broken_while_loading_is_named(jail: Jail, source: str, says: str) -> None:
    fault = jail.fault(f"{source}\n{HEAD}{PAGE}{TAIL}")
    assert says in fault.message
    assert fault.hint


@POSIX_ONLY
@in_turn("source, says", BREAKS)
def test_a_limit_broken_while_answering_is_named(jail: Jail, source: str, says: str) -> None:
    site = jail.view(f"{source}\nreturn 'done'", request=8)
    try:
        said = str(site.get("/").crash)
    except StudentFault as fault:
        said = fault.message
    assert says in said


@in_any_jail
def test_all_the_time_there_is_for_one_submission(jail: Jail) -> None:
    with pytest.raises(StudentFault, match="more than 0 seconds in all"):
        jail.view("return 'x'", total=0).get("/")


@in_any_jail
def test_floods_of_output_neither_fill_memory_nor_stop_the_app(jail: Jail) -> None:
    me = psutil.Process()
    before = me.memory_info().rss
    flood = "import sys\nfor n in range(100): print('x' * 10**6)\nfor n in range(100): sys.stderr.write('y' * 10**6)\n"
    site = jail.site(flood + HEAD + PAGE + TAIL, output=10_000)
    assert site.get("/").text == "home"
    assert len(site.output) < 11_000
    assert "the rest was not kept" in site.output
    assert me.memory_info().rss - before < 50 * 2**20


# What the processes of an app tell each other is theirs to break: then no page of theirs is served.
CHANNEL = """
import os, stat, json
THEIRS = json.loads(os.environ.get('GRADER_INSIDE', '{}')).get('sign', [])
def channels():
    for fd in {*range(3, 64)} - {*THEIRS}:
        try:
            if stat.S_ISFIFO(os.fstat(fd).st_mode): yield fd
        except OSError: pass
def send(line):
    for fd in channels():
        try: os.write(fd, line + b'\\n')
        except OSError: pass
"""
LIES = {
    "huge": "for n in range(50): send(b'x' * 10**6)",
    "malformed": "for junk in (b'{', b'[]', b'null', b'{\"event\": 1}', b'\\xff', b'[' * 9999): send(junk)",
    "many": 'for n in range(5000): send(b\'{"event": "exception"}\')',
    "no facts": "for e in (b'exception', b'busy', b'input', b'server-error'): send(b'{\"event\": \"%s\"}' % e)",
    "odd facts": (
        "send(json.dumps({'event': 'busy', 'frames': [{'file': {}, 'line': -1}, 3, None]}).encode())\n"
        "send(json.dumps({'event': 'exception', 'message': '\\ud800', 'frames': 7}).encode())\n"
        'send(b\'Timeout (0:00:02)!\\n  File "/etc/passwd", line 1 in x\\n  File "app.py", line 9999999 in y\')'
    ),
}


@POSIX_ONLY
@in_turn("lie", LIES)
def test_anything_at_all_on_the_report_channel(jail: Jail, lie: str) -> None:
    assert jail.site(CHANNEL + lie + "\n" + HEAD + PAGE + TAIL).get("/").text == "home"


@POSIX_ONLY
@in_any_jail
def test_an_app_that_reports_without_end_still_ends(jail: Jail) -> None:
    flood = CHANNEL + 'while True: send(b\'{"event": "exception"}\' * 1)'
    assert "not ready" in jail.fault(flood + "\nimport flask", load=2).message


@in_any_jail
def test_an_app_that_only_says_that_it_serves_is_not_believed(jail: Jail) -> None:
    lie = {
        "event": "serving",
        "run": {"port": True, "host": 3},
        "routes": [{"rule": "/x", "arguments": {"\ud800": 1}}, 7],
    }
    program = f"{CHANNEL}\nsend(json.dumps({lie!r}).encode())\nimport time\ntime.sleep(60)\nimport flask"
    fault = jail.fault(program, request=2)
    assert "no page is ever served" in fault.message
    assert fault.line is not None


@POSIX_ONLY
@in_any_jail
def test_closing_everything_is_the_apps_own_end(jail: Jail) -> None:
    assert "ended" in jail.fault(f"import os\nos.closerange(0, 256)\n{HEAD}{TAIL}").message


PATCHES = {
    "socket": "import socket\nsocket.socket = None\nsocket.create_server = None\n",
    "json": "import json\njson.dumps = json.loads = None\n",
    "werkzeug": "import werkzeug.serving\nwerkzeug.serving.BaseWSGIServer = None\n",
    "os": "import os\nos.write = os.read = os.getpid = None\n",
    "flask": "import flask\nflask.got_request_exception = None\nFlask.__call__ = None\n",
    "threading": "import threading\nthreading.get_ident = None\nthreading.Thread = None\n",
    "time": "import time\ntime.sleep = time.monotonic = None\n",
}


@in_turn("patch", PATCHES)
def test_changed_libraries_are_the_students_fault_or_none(jail: Jail, patch: str) -> None:
    with suppress(StudentFault):
        jail.site(HEAD + patch + PAGE + TAIL, load=1.5, request=0.5).get("/")


def tries(attack: str) -> str:
    """Return a view that says what came of an attack."""
    return f"try:\n{textwrap.indent(attack, '  ')}\nexcept Exception as e:\n  return type(e).__name__\nreturn 'did it'"


FORBIDDEN = {
    "home": f"open({str(Path(__file__))!r}).read()",
    "the user's home": f"open({str(Path.home() / '.bashrc')!r})",
    "passwords": "open('/etc/shadow').read()",
    "the grader": "import grader.site",
    "the grader's own file": "open('/main.py', 'a')",
    "kernel switches": "open('/proc/sys/kernel/hostname', 'w').write('x')",
    "kernel's core pattern": "open('/proc/sys/kernel/core_pattern', 'r+')",
    "system files": "open('/usr/bin/new', 'w')",
    "new device files": "open('/dev/new', 'w')",
    "packages": "import flask; open(flask.__file__, 'a')",
    "network": "import socket; socket.create_connection(('1.1.1.1', 53), 1)",
    "names": "import socket; socket.getaddrinfo('example.org', 80)",
    "other processes": f"import os; os.kill({os.getpid()}, 0)",
    "namespaces": "import ctypes; 1 / (ctypes.CDLL(None).unshare(0x10000000) + 1)",
    "disks made writable": "import ctypes; 1 / (ctypes.CDLL(None).mount(None, b'/', None, 32, None) + 1)",
    "more rights": "import os; os.setuid(0)",
    "environment": "import os; 1 / len(set(os.environ) & {'USER', 'PYTEST_CURRENT_TEST', 'SECRET'})",
}


def test_what_an_app_in_the_sandbox_cannot_do(sandbox: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    recent = isolation.sandbox_wall().recent
    tried = [name for name, attack in FORBIDDEN.items() if recent or not attack.startswith("import ctypes")]
    views = "".join(
        f"@app.route('/{number}')\ndef view_{number}():\n{textwrap.indent(tries(FORBIDDEN[name]), '  ')}\n"
        for number, name in enumerate(tried)
    )
    site = sandbox.site(HEAD + views + TAIL)
    replies = {name: site.get(f"/{number}") for number, name in enumerate(tried)}
    assert {name: reply.text for name, reply in replies.items() if reply.status != 200 or reply.text == "did it"} == {}
    if not recent:
        pytest.skip("the rest needs bubblewrap 0.8")


def test_the_environment_holds_nothing_of_the_users(jail: Jail, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "x")
    seen = set(jail.view("import os\nreturn ' '.join(os.environ)").get("/").text.split())
    systems = {"PATH", "HOME", "TMPDIR", "TEMP", "LANG", "BROWSER", "PWD", "LC_CTYPE", "SYSTEMROOT", "PATHEXT"}
    assert seen <= systems | {"PYTHONPATH", "GRADER_INSIDE"}  # by which a Python that the app starts can serve as well


@pytest.mark.parametrize("address", ["tcp", "abstract"])
def test_services_of_the_machine_are_out_of_reach(sandbox: Jail, address: str) -> None:
    if address == "tcp":
        listener = socket.create_server(("127.0.0.1", 0))
        attack = f"import socket; socket.create_connection(('127.0.0.1', {listener.getsockname()[1]}), 1)"
    else:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(f"\0grader-test-{os.getpid()}")
        listener.listen()
        attack = f"import socket; socket.socket(socket.AF_UNIX).connect({listener.getsockname().decode()!r})"
    with listener:
        assert sandbox.view(tries(attack)).get("/").text in {"ConnectionRefusedError", "PermissionError"}


DAEMON = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        if {stay}: time.sleep(600)
    os._exit(0)
"""


def family(pid: int) -> list[psutil.Process]:
    """Return a process's descendants, and who has left them but lives in one of their folders."""
    found = psutil.Process(pid).children(recursive=True)
    homes = {home_of(process) for process in found} - {"", "/tmp", os.environ.get("HOME")}
    return found + [process for process in psutil.process_iter() if home_of(process) in homes and process not in found]


def home_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("HOME", "")
    except psutil.Error:
        return ""


def running(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Return those that still run; the dead ones whom the machine's first process has not buried yet do not."""
    return [process for process in processes if status_of(process) not in {"", psutil.STATUS_ZOMBIE}]


def status_of(process: psutil.Process) -> str:
    try:
        return process.status() if process.is_running() else ""
    except psutil.NoSuchProcess:  # just now
        return ""


@POSIX_ONLY
def test_daemons_are_gone_when_the_app_is_closed(jail: Jail) -> None:
    before = family(os.getpid())
    site = jail.site(DAEMON.format(stay=True) + HEAD + PAGE + TAIL)
    started = [process for process in family(os.getpid()) if process not in before]
    assert len(started) >= 2
    site.close()
    assert until(lambda: not running(started), 1)  # the kernel may still be at it


@POSIX_ONLY
def test_a_daemon_that_outlives_its_app_is_gone_too(jail: Jail) -> None:
    before = family(os.getpid())
    site = jail.view("import os\nos._exit(1)", top=DAEMON.format(stay=True))
    started = [process for process in family(os.getpid()) if process not in before]
    with pytest.raises(StudentFault):
        site.get("/")
    site.close()
    assert until(lambda: not running(started), 1)  # the kernel may still be at it


def test_many_apps_leave_nothing_behind(jail: Jail, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import gc

    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    me = psutil.Process()

    def handles() -> int:
        gc.collect()
        return me.num_fds() if os.name == "posix" else me.num_handles()

    jail.site(HEAD + PAGE + TAIL).close()
    there, held, threads = set(me.children()), handles(), threading.active_count()
    for number in range(4):
        site = jail.site(HEAD + PAGE + TAIL)
        assert site.get("/").text == "home"
        site.close()
        if number % 2 == 0:
            jail.fault("raise SystemExit")
            jail._stack.close()
    # What earlier tests have left to this process may go meanwhile.
    assert until(lambda: threading.active_count() <= threads and handles() <= held)
    assert set(me.children()) <= there
    assert not list(tmp_path.iterdir())


GRADER = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from grader.sandbox.limits import RunLimits
from grader.sandbox.starting import AppStarter
from grader.site import Site
from grader.submission import open_submission
submission = open_submission(Path(sys.argv[1]))
walls = sys.argv[2]
kind = "process" if walls == "process" else "sandbox"
starter = AppStarter(kind, RunLimits(load={load}), many=walls == "fork")
app = starter.start(submission)
print("started", flush=True)
site = Site(submission, app)
print("loaded", flush=True)
if {stay}: time.sleep(600)
app.close()
starter.close()
"""


def grader_process(
    folder: Path, walls: str, source: str, *, stay: bool = True, load: float = 20
) -> subprocess.Popen[str]:
    (folder / "app.py").write_text(source)
    program = GRADER.format(tests=str(Path(__file__).parent), stay=stay, load=load)
    return subprocess.Popen([sys.executable, "-c", program, str(folder), walls], stdout=subprocess.PIPE, text=True)


@POSIX_ONLY
@pytest.mark.parametrize(
    "top", ["", DAEMON.format(stay=True).replace("os.setsid()", "pass")], ids=["app", "with children"]
)
def test_a_killed_grader_takes_everything_with_it(jail: Jail, tmp_path: Path, top: str) -> None:
    with grader_process(tmp_path, jail.walls, top + HEAD + PAGE + TAIL) as grader:
        assert grader.stdout is not None
        assert [grader.stdout.readline() for _ in "12"] == ["started\n", "loaded\n"]
        started = family(grader.pid)
        homes = {home_of(process) for process in started}
        grader.kill()
    assert started
    assert until(lambda: not running(started))
    assert until(lambda: not any(Path(home).exists() for home in homes if "grader-" in home))


@POSIX_ONLY
@in_any_jail
def test_a_grader_that_was_stopped_for_a_while_does_not_blame_the_app(jail: Jail, tmp_path: Path) -> None:
    slow = "import time\ntime.sleep(1)\n" + HEAD + PAGE + TAIL
    with grader_process(tmp_path, jail.walls, slow, stay=False, load=2.9) as grader:
        assert grader.stdout is not None
        assert grader.stdout.readline() == "started\n"
        grader.send_signal(signal.SIGSTOP)
        threading.Event().wait(3.2)
        grader.send_signal(signal.SIGCONT)
        assert grader.stdout.readline() == "loaded\n"
        assert grader.wait(60) == 0


@POSIX_ONLY
def test_ctrl_c_ends_everything_within_a_second(jail: Jail, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("for _ in iter(int, 1): pass\n" + HEAD + TAIL)
    command = [sys.executable, "-c", "from grader.cli import main; main()", "check", str(tmp_path)]
    command += ["--activity", "11.2", "--isolation", jail.kind, "--skip", "browser"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True) as grader:
        assert until(lambda: any(used(process) > 0.5 for process in family(grader.pid)))
        started = family(grader.pid)
        with fairly_within(1.0):
            os.killpg(grader.pid, signal.SIGINT)
            assert grader.wait(60) == 130
    assert until(lambda: not running(started))


def used(process: psutil.Process) -> float:
    """Return how long an app's Python has been at work."""
    try:
        return process.cpu_times().user if any(part.endswith("/main.py") for part in process.cmdline()) else 0
    except psutil.Error:
        return 0


# The machine's faults are never the student's


def start(kind: isolation.Isolation) -> None:
    from grader.submission import Submission

    submission = Submission(name="w", source="w", files={"app.py": (HEAD + TAIL).encode()}, app="app.py")
    app = AppProcess(kind, RunLimits())
    try:
        Site(submission, app)
    finally:
        app.close()


@pytest.fixture
def fresh_wall() -> None:
    for cached in (isolation.sandbox_wall, isolation._sandbox):
        cached.cache_clear()
    yield
    for cached in (isolation.sandbox_wall, isolation._sandbox):
        cached.cache_clear()


@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is Linux's")
def test_a_bubblewrap_that_refuses_is_the_machines_fault(tmp_path: Path, monkeypatch, fresh_wall: None) -> None:
    fake = tmp_path / "bwrap"
    fake.write_text("#!/bin/sh\necho 'bwrap: Creating new namespace failed: Operation not permitted' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(MachineFault, match="Creating new namespace failed"):
        start("sandbox")
    assert isolation.choose_isolation("auto", fall_back=True) == "process"
    for wanted, fall_back in (("sandbox", True), ("auto", False)):
        with pytest.raises(Exception, match="no sandbox on this machine") as caught:
            isolation.choose_isolation(wanted, fall_back=fall_back)
        assert "--isolation process" in caught.value.hint


def test_an_app_cannot_pass_its_end_off_as_the_machines(sandbox: Jail) -> None:
    assert sandbox.fault("import os, sys\nsys.stderr.write('bwrap: No permission')\nos.kill(os.getpid(), 9)")


def test_nowhere_to_write_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    with pytest.raises(MachineFault, match="no place for the app's files") as caught:
        start("process")
    assert "TMPDIR" in (caught.value.hint or "")


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="mounts a small disk")
def test_a_full_disk_is_the_machines_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path)], check=True)
    try:
        (tmp_path / "filler").write_bytes(b"x" * 65_536)
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        with pytest.raises(MachineFault, match=r"The disk with .* is full"):
            start("process")
    finally:
        subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_limits_are_settings(jail: Jail) -> None:
    assert LIMITS.memory != RunLimits().memory
    assert (
        jail.site("x = b'x' * (300 * 2**20)\n" + HEAD + PAGE + TAIL, memory=RunLimits().memory).get("/").text == "home"
    )
