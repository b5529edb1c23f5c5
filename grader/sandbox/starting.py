"""Starting apps, with what saves time: one started ahead of its turn, or a server to fork them from."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.model.faults import MachineFault
from grader.sandbox.importable import hides_a_module
from grader.sandbox.process import AppProcess

if TYPE_CHECKING:
    from grader.sandbox.fork_server import ForkServer
    from grader.sandbox.isolation import Isolation
    from grader.sandbox.limits import RunLimits
    from grader.submission import Submission

_ROOM = 32 * 1024 * 1024


class AppStarter:
    """Starts one app after the other; where there will be `many`, the next one's Python is always made ready."""

    def __init__(self, kind: Isolation, limits: RunLimits, *, many: bool = False) -> None:
        self._kind: Isolation = kind
        self._limits = limits
        self._many = many
        self._forks = many and kind == "sandbox"
        self._has_forked = False
        self._server: ForkServer | None = None
        self._background = ThreadPoolExecutor(1, "app starter")
        self._ready: Future[AppProcess] | None = None
        self._ending: list[threading.Thread] = []
        if many:
            self.prepare()

    def permit(self, packages: tuple[str, ...]) -> None:
        """Let apps import these installed packages from now on; see `RunLimits.packages`."""
        self._limits = replace(self._limits, packages=packages)

    def prepare(self) -> None:
        """Begin to make a Python ready for the next submission, whichever that is, unless there is one."""
        self._ready = self._ready or self._background.submit(self._start_any)

    def start(self, submission: Submission) -> AppProcess:
        """Return a process for a submission, the one that was made ready where it fits.

        Raises `MachineFault`: it cannot be started.
        """
        app = self._take_ready(submission) or self._fork(submission) or self._start(submission)
        app.limits = self._limits  # it may have been started before the course's settings were read
        if self._many:
            self.prepare()
        return app

    def renew(self) -> None:
        """Give up what was made ready, and the server; make ready anew."""
        self._drop_ready()
        self._give_up_server()
        if self._many:
            self.prepare()

    def _drop_ready(self) -> None:
        ready, self._ready = self._ready, None
        if ready is not None:
            with suppress(Exception):  # nobody will ask for it
                ready.result().close()

    def end(self, app: AppProcess) -> None:
        """End an app; where there are many, whoever asks need not wait until nothing of it is left."""
        if not self._many:
            app.close()
            return
        self._ending = [thread for thread in self._ending if thread.is_alive()]
        self._ending.append(threading.Thread(target=app.close, name="app end"))
        self._ending[-1].start()

    def _start_any(self) -> AppProcess:
        if self._forks and self._server is None:
            from grader.sandbox.fork_server import ForkServer

            self._server = ForkServer()
        return AppProcess(self._kind, self._limits, room=_ROOM, server=self._server)

    def _take_ready(self, submission: Submission) -> AppProcess | None:
        ready, self._ready = self._ready, None
        if ready is None:
            return None
        try:
            app = ready.result()
        except MachineFault:
            self._give_up_server()
            return None
        if _fits(app, submission):
            return app
        app.close()
        return None

    def _fork(self, submission: Submission) -> AppProcess | None:
        if self._server is None or hides_a_module(submission):
            return None
        try:
            return self._start(submission, self._server)
        except MachineFault:
            self._give_up_server()
            return None

    def _give_up_server(self) -> None:
        """End it: it is not needed any more, it has ended and there will be a new one, or this system allows none."""
        if self._server is not None:
            self._forks = self._has_forked = self._has_forked or self._server.has_forked
            self._server.close()
            self._server = None

    def _start(self, submission: Submission, server: ForkServer | None = None) -> AppProcess:
        preload, room = not hides_a_module(submission), _size(submission)
        return AppProcess(self._kind, self._limits, preload=preload, room=room, server=server)

    def close(self) -> None:
        """End what was made ready, and wait for what is ending; other apps are their receivers' to end."""
        for thread in self._ending:
            thread.join()
        self._drop_ready()
        self._background.shutdown()
        self._give_up_server()


def _fits(app: AppProcess, submission: Submission) -> bool:
    """Whether a process that was started ahead can take this submission."""
    return app.alive and app.room >= _size(submission) and app.preloaded != hides_a_module(submission)


def _size(submission: Submission) -> int:
    return sum(len(content) for content in submission.files.values())
