"""Small apps in a real jail, in each isolation that this machine has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from grader.faults import StudentFault
from grader.site import RunLimits, Site, start_app
from grader.site.isolation import Isolation, sandbox_wall
from grader.site.limits import MEGABYTE
from grader.submission import Submission

HEAD = "from flask import Flask, request\napp = Flask(__name__)\n"
PAGE = "@app.route('/')\ndef home():\n    return 'home'\n"
TAIL = "if __name__ == '__main__':\n    app.run(port=88)\n"
LIMITS = RunLimits(memory=160 * MEGABYTE, processes=24, open_files=64, written=4 * MEGABYTE, load=10, request=2)
ISOLATIONS: list[Isolation] = ["sandbox", "process"] if sandbox_wall().works else ["process"]


class Jail:
    """Starts apps, and ends them with the test."""

    def __init__(self, kind: Isolation, stack: ExitStack) -> None:
        self.kind = kind
        self._stack = stack

    def site(self, source: str | bytes, files: dict[str, bytes] | None = None, **limits: float) -> Site:
        """Load an app.py."""
        content = source.encode() if isinstance(source, str) else source
        submission = Submission(name="work", source="work", files={"app.py": content, **(files or {})}, app="app.py")
        app = start_app(submission, self.kind, replace(LIMITS, **limits))
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


@pytest.fixture(params=ISOLATIONS)
def jail(request: pytest.FixtureRequest) -> Iterator[Jail]:
    with ExitStack() as stack:
        yield Jail(request.param, stack)


@pytest.fixture
def sandbox() -> Iterator[Jail]:
    if "sandbox" not in ISOLATIONS:
        pytest.skip("no bubblewrap here")
    with ExitStack() as stack:
        yield Jail("sandbox", stack)
