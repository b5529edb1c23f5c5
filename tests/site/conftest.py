"""Small apps in a real jail, in each isolation that this machine has."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.model.faults import StudentFault
from grader.sandbox import isolation
from grader.sandbox.fork_server import ForkServer
from grader.sandbox.importable import hides_a_module
from grader.sandbox.isolation import Isolation, sandbox_wall
from grader.sandbox.limits import MEGABYTE, RunLimits
from grader.sandbox.process import AppProcess
from grader.site import Site
from grader.submission import Submission
from tests.systems import PATIENCE, for_posix

HEAD = "from flask import Flask, request\napp = Flask(__name__)\n"
PAGE = "@app.route('/')\ndef home():\n    return 'home'\n"
TAIL = "if __name__ == '__main__':\n    app.run(port=88)\n"
LIMITS = RunLimits(
    memory=160 * MEGABYTE, processes=24, open_files=64, written=4 * MEGABYTE, load=10 * PATIENCE, request=2
)
SANDBOXES = ["sandbox", "fork"] if sandbox_wall().works else []
ANY = "fork" if SANDBOXES else "process"
"""The quickest walls there are, for what has nothing to do with them."""


class Jail:
    """Starts apps, and ends them with the test.

    ``sandbox`` starts a Python for each, ``fork`` takes them from a fork server in the sandbox.
    """

    def __init__(self, walls: str, stack: ExitStack, server: ForkServer | None) -> None:
        self.walls = walls
        self.kind: Isolation = "process" if walls == "process" else "sandbox"
        self.server = server if walls == "fork" else None
        self._stack = stack

    def site(self, source: str | bytes, files: dict[str, bytes] | None = None, **limits: Any) -> Site:
        """Load an app.py."""
        content = source.encode() if isinstance(source, str) else source
        submission = Submission(name="work", source="work", files={"app.py": content, **(files or {})}, app="app.py")
        preload, room = not hides_a_module(submission), sum(map(len, submission.files.values()))
        server = self.server if preload else None
        app = AppProcess(self.kind, replace(LIMITS, **limits), preload=preload, room=room, server=server)
        self._stack.callback(app.close)
        return Site(submission, app)

    def view(self, body: str, top: str = "", **limits: float) -> Site:
        """Load an app whose page `/` does something."""
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        return self.site(f"{HEAD}{top}\n@app.route('/')\ndef home():\n{lines}\n{TAIL}", **limits)

    def fault(self, source: str | bytes, files: dict[str, bytes] | None = None, **limits: float) -> StudentFault:
        """Load an app.py that does not come up."""
        with pytest.raises(StudentFault) as caught:
            self.site(source, files, **limits)
        return caught.value


@pytest.fixture
def other_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Jail]]:
    """Make a plain process whose Python does first what makes this system look like another one."""
    with ExitStack() as stack:

        def make(program: str) -> Jail:
            main = str(isolation._INSIDE / "main.py")
            started = f"import os, runpy\n{program}\nrunpy.run_path({main!r}, run_name='__main__')\n"
            (tmp_path / "main.py").write_text(started)
            monkeypatch.setattr(isolation, "_INSIDE", tmp_path)
            return Jail("process", stack, None)

        yield make


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer | None]:
    server = ForkServer() if SANDBOXES else None
    if server:
        server._wait_until_ready()
    yield server
    if server:
        server.close()


# A Python of its own in a sandbox is the fork server's sandbox, and takes ten times as long.
@pytest.fixture(
    params=[pytest.param(walls, marks=[] if walls == ANY else [pytest.mark.endurance]) for walls in SANDBOXES]
    + ["process"]
)
def jail(request: pytest.FixtureRequest, fork_server: ForkServer | None) -> Iterator[Jail]:
    with ExitStack() as stack:
        yield Jail(request.param, stack, fork_server)


def in_turn(
    names: str,
    cases: Mapping[str, Any],
    others: Sequence[str] = ("sandbox", "", "process", ""),
    posix: Collection[str] = (),
) -> pytest.MarkDecorator:
    """Try each case in a `jail` from the fork server, and in turn in those that take ten times as long.

    In each run every fifth of the latter, in the lane of endurance all.

    ``posix`` names the cases that are for POSIX only.
    """
    tried = []
    for number, (name, case) in enumerate(cases.items()):
        values = case if isinstance(case, tuple) else (case,)
        marks = [for_posix] if name in posix else []
        tried.append(pytest.param(ANY, *values, id=f"{ANY}-{name}", marks=marks))
        if SANDBOXES and (wall := others[number % len(others)]):
            later = [pytest.mark.endurance] if number % 5 else []
            tried.append(pytest.param(wall, *values, id=f"{wall}-{name}", marks=[*marks, *later]))
    return pytest.mark.parametrize(f"jail, {names}", tried, indirect=["jail"])


in_any_jail = pytest.mark.parametrize("jail", [ANY], indirect=True)
"""For what has nothing to do with the walls."""
others_later = pytest.mark.parametrize(
    "jail",
    [ANY, *(pytest.param(w, marks=pytest.mark.endurance) for w in (*SANDBOXES, "process") if w != ANY)],
    indirect=True,
)
"""For what takes seconds of a processor's time and is much the same within all walls."""


@pytest.fixture(params=SANDBOXES)
def sandbox(request: pytest.FixtureRequest, fork_server: ForkServer | None) -> Iterator[Jail]:
    with ExitStack() as stack:
        yield Jail(request.param, stack, fork_server)
