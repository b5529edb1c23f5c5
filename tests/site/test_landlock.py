"""Landlock, which stands where the namespaces do not: here it is the only wall around a plain process."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from grader.sandbox import isolation
from grader.sandbox.walls import landlock
from grader.sandbox.walls.landlock import fence
from tests.how_many import some_of

from .conftest import HEAD, SANDBOXES, TAIL, Jail
from .refusing import refuse

VERSION = landlock.version()
pytestmark = pytest.mark.skipif(VERSION < 2, reason="needs Landlock as Linux has it from 5.19 on")
Outcomes = dict[str, str]

# What is tried, and from which version on it is refused.  OUT is a folder of somebody else's, each time another one.
FORBIDDEN = {
    "reading a file": (2, "open(OUT + '/secret').read()"),
    "reading a file through a link": (2, "os.symlink(OUT + '/secret', 'link'); open('link').read()"),
    "reading a file by way of /proc": (2, "open(f'/proc/{os.getppid()}/root{OUT}/secret').read()"),
    "listing a folder": (2, "os.listdir(OUT)"),
    "changing a file": (2, "open(OUT + '/secret', 'r+')"),
    "cutting a file off": (3, "os.truncate(OUT + '/secret', 0)"),
    "making a file": (2, "open(OUT + '/new', 'w')"),
    "making a folder": (2, "os.mkdir(OUT + '/new')"),
    "removing a file": (2, "os.unlink(OUT + '/secret')"),
    "taking a file away": (2, "os.rename(OUT + '/secret', 'taken')"),
    "putting a file there": (2, "open('x', 'w').close(); os.rename('x', OUT + '/x')"),
    "linking a file": (2, "os.link(OUT + '/secret', 'linked')"),
    "starting a program of its own": (2, "shutil.copy('/bin/true', 'true'); subprocess.run(['./true'], check=True)"),
    "changing a package": (2, "open(PACKAGES + '/package.py', 'r+')"),
    "commanding a device": (5, "fcntl.ioctl(os.open('/dev/random', os.O_RDONLY), 0x80045200, b'1234')"),
    "calling by TCP": (4, "socket.create_connection(('127.0.0.1', TCP), 2)"),
    "calling an abstract socket": (6, "socket.socket(socket.AF_UNIX).connect('\\0' + NAME)"),
    "signalling another process": (6, "os.kill(os.getppid(), 0)"),
}

# What honest apps do.
ALLOWED = {
    "files of its own": "open('a', 'w').write('x'); os.mkdir('b'); os.rename('a', 'b/a'); shutil.rmtree('b')",
    "cutting off a file of its own": "open('c', 'w').write('x'); os.truncate('c', 0)",
    "a database": "sqlite3.connect('d.db').execute('create table t(x)')",
    "a module not loaded yet": "import wave, colorsys",
    "a package not loaded yet": "import flask.views, werkzeug.debug",
    "the source of a package": "open(PACKAGES + '/package.py').read()",
    "random numbers": "open('/dev/urandom', 'rb').read(8)",
    "nothing": "open('/dev/null', 'w').write('x')",
    "itself": "open('/proc/self/status').read()",
    "a program of the system's": "subprocess.run(['/bin/sh', '-c', 'true'], check=True)",
    "another Python": "subprocess.run([sys.executable, '-I', '-c', 'import json'], check=True)",
    "a process of its own ended": "p = subprocess.Popen(['/bin/cat'], stdin=-1); p.kill(); p.communicate()",
    "a socket of its own": "s = UnixServer('s', None); socket.socket(socket.AF_UNIX).connect('s')",
    "a port that is free": "s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()",
    "who calls it": "assert LISTENER.accept()",
    "a lock between processes": "multiprocessing.Lock().acquire()",
}

PROGRAM = """
import fcntl, json, multiprocessing, os, shutil, socket, sqlite3, subprocess, sys
from socketserver import UnixStreamServer as UnixServer
from grader.sandbox.inside import confinement
told = json.loads(sys.argv[1])
LISTENER, NAME, TCP, PACKAGES = socket.socket(fileno=told["listener"]), told["name"], told["tcp"], told["packages"]
os.chdir(told["scratch"])
if told["fence"]:
    assert confinement.keep_to_paths(**told["fence"])
outcomes = {}
for number, (name, code) in enumerate(told["tries"].items()):
    OUT = f"{told['out']}/{number}"
    try:
        exec(code)
        outcomes[name] = "did it"
    except BaseException as problem:
        outcomes[name] = repr(problem)
print(json.dumps(outcomes))
"""


@pytest.fixture(scope="module")
def tried(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], Outcomes]]:
    """Try everything in a process within the fence of a version of Landlock; within none for 0."""
    known: dict[int, Outcomes] = {}
    tcp, abstract = socket.create_server(("127.0.0.1", 0)), socket.socket(socket.AF_UNIX)
    abstract.bind(f"\0walls-{os.getpid()}")
    abstract.listen()

    def outcomes(version: int) -> Outcomes:
        if version not in known:
            known[version] = run(tmp_path_factory.mktemp(f"version-{version}"), version)
        return known[version]

    def run(folder: Path, version: int) -> Outcomes:
        tries = {**ALLOWED, **{name: code for name, (_, code) in FORBIDDEN.items()}}
        out, scratch, packages = folder / "out", folder / "scratch", folder / "packages"
        scratch.mkdir()
        for place in [packages, *(out / str(number) for number in range(len(tries)))]:
            place.mkdir(parents=True)
            (place / "secret").write_text("secret")
            (place / "package.py").write_text("x = 1")
        listener = socket.create_server(("127.0.0.1", 0))
        told = {
            "fence": fence(
                version, run=[*isolation._python_folders(), str(packages)], scratch=[str(scratch), "/dev/shm"]
            ),
            "tries": tries,
            "packages": str(packages),
            "out": str(out),
            "scratch": str(scratch),
            "tcp": tcp.getsockname()[1],
            "name": f"walls-{os.getpid()}",
            "listener": listener.fileno(),
        }
        with listener, socket.create_connection(listener.getsockname()):
            command = [sys.executable, "-c", PROGRAM, json.dumps(told)]
            tried = subprocess.run(command, capture_output=True, text=True, check=True, pass_fds=[listener.fileno()])
        return json.loads(tried.stdout)

    yield outcomes
    tcp.close()
    abstract.close()


in_versions = pytest.mark.parametrize("version", some_of(range(2, VERSION + 1), always=2, endurance=VERSION))


@in_versions
def test_by_itself_it_keeps_a_process_from_what_is_others(tried: Callable[[int], Outcomes], version: int) -> None:
    outcomes = tried(version)
    refused = {name for name, (since, _) in FORBIDDEN.items() if version >= since}
    assert {name for name in refused if outcomes[name] == "did it"} == set()
    others = [outcomes[name] for name in refused if "PermissionError" not in outcomes[name]]
    assert others == ["OSError(18, 'Invalid cross-device link')"]  # so it says that a file cannot be linked there


@in_versions
def test_what_honest_apps_do_is_done(tried: Callable[[int], Outcomes], version: int) -> None:
    outcomes = tried(version)
    assert {name: outcomes[name] for name in ALLOWED if outcomes[name] != "did it"} == {}


def test_without_it_all_of_that_is_possible(tried: Callable[[int], Outcomes]) -> None:
    outcomes = tried(0)
    assert {name: outcomes[name] for name in (*FORBIDDEN, *ALLOWED) if outcomes[name] != "did it"} == {}


def test_it_stands_in_the_sandbox(sandbox: Jail) -> None:
    site = sandbox.view("import os\ntry: return str(os.listdir('/'))\nexcept OSError as e: return repr(e)")
    assert "PermissionError" in site.get("/").text


@pytest.mark.parametrize("version", [0, 1])
def test_a_kernel_whose_landlock_does_not_do_goes_without(version: int) -> None:
    assert fence(version, run=[], scratch=["/tmp"]) is None


def test_a_newer_kernel_is_asked_for_what_is_known_here() -> None:
    assert fence(99, run=[], scratch=["/tmp"]) == fence(7, run=[], scratch=["/tmp"])


# Containers keep these calls from those within, each with an error of its own; then the namespaces are all there is

FIRST_WALL = f"""{HEAD}
@app.route('/')
def home():
    import os, socket
    said = []
    for attack in (
        lambda: socket.create_connection(('127.0.0.1', PORT), 2),
        lambda: open({str(Path(__file__))!r}),
        lambda: os.kill(PID, 0),
        lambda: os.listdir('/') and 1 / 0,
    ):
        try: attack(); said.append('did-it')
        except Exception as problem: said.append(type(problem).__name__)
    return ' '.join(said)
{TAIL}"""

SERVE = """
from grader.sandbox.limits import RunLimits
from grader.sandbox.process import AppProcess
from grader.sandbox.walls import landlock
from grader.site import Site
from grader.sandbox.fork_server import ForkServer
from grader.submission import Submission
assert landlock.version() == 0
work = Submission(name="w", source="w", files={{"app.py": {app!r}.encode()}}, app="app.py")
server = ForkServer()
for server in (None, server):
    app = AppProcess("sandbox", RunLimits(), server=server)
    print(Site(work, app).get("/").text)
    app.close()
server.close()
"""


@pytest.mark.skipif(not SANDBOXES, reason="needs bubblewrap")
@pytest.mark.parametrize("error", ["EPERM", "ENOSYS", "EOPNOTSUPP"])
def test_where_the_second_walls_are_refused_the_namespaces_stand_by_themselves(error: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        app = FIRST_WALL.replace("PORT", str(listener.getsockname()[1])).replace("PID", str(os.getpid()))
        tried = refuse(error, [sys.executable, "-c", SERVE.format(app=app)])
    stopped = "ConnectionRefusedError FileNotFoundError ProcessLookupError"
    assert (tried.stdout, tried.stderr) == (f"{stopped} ZeroDivisionError\n" * 2, "")
