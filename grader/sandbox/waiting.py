"""Waiting until an app answers, and what it means when it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from grader.machine.allowance import Allowance
from grader.machine.clock import TICK, Deadline
from grader.model.faults import MachineFault, StudentFault
from grader.sandbox import messages
from grader.sandbox.disk import require_space
from grader.sandbox.messages import Crash, Ended, Frame, Serving
from grader.sandbox.other_pythons import is_elsewhere
from grader.sandbox.words import not_serving
from grader.source.imports import Imports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.process import AppLost, AppProcess

_SECONDS_TO_START = 60  # Python and Flask, cold and behind a virus scanner
_SECONDS_FOR_LAST_WORDS = 2.0
_LONGEST_FAREWELL = 300  # letters


def load(process: AppProcess, files: Mapping[str, bytes], app: str, allowance: Allowance | None = None) -> Serving:
    """Hand an app to a process that waits for it, and wait until the app answers.

    Parameters
    ----------
    files, app
        What was handed in, content by path, and which of it is run.
    allowance
        From which the time is taken that the student's code needs to come up.

    Raises
    ------
    StudentFault
        It does not come up; says why, with file and line.
    MachineFault
        The jail does not come up, or there is no more space for the app's files.
    AppLost
        The jail was ended from outside.
    """
    imports = Imports(files)
    not_serving.require_flask(files, imports, app)
    process.begin(files, app, imports)
    serving = _Loading(process, files, app, imports).wait(allowance or Allowance(process.limits.total))
    process.leave_socket()
    return serving


class _Loading:
    """An app on its way up, of which is heard what its Python reports."""

    def __init__(self, process: AppProcess, files: Mapping[str, bytes], app: str, imports: Imports) -> None:
        self._process = process
        self._files = files
        self._app = app
        self._imports = imports
        self._asked: Frame | None = None
        self._ended: Ended | None = None

    def wait(self, allowance: Allowance) -> Serving:
        """Wait until the app answers; for what is raised see `load`."""
        event = self._begun()
        seconds = self._process.limits.load
        with allowance.waiting(seconds) as deadline:
            while not deadline.expired:
                if event is not None and event["event"] == "serving":
                    return self._serving(event)
                if event is not None:
                    self._refuse(event)
                event = self._next_event()
                if event is None and self._process.is_stuck(seconds):
                    break
        raise not_serving.endless_load(seconds, self._app, self._busy_at())

    def _busy_at(self) -> Frame | None:
        """Return the line that it is at, which Python may be about to tell."""
        deadline = Deadline(_SECONDS_FOR_LAST_WORDS)
        while self._process.busy_at is None and not deadline.expired:
            if self._process.reports.ended.wait(TICK):
                break
        return self._process.busy_at

    def _begun(self) -> dict[str, Any] | None:
        """Wait until the student's code is begun, which is this machine's own time; return what is heard by then."""
        deadline = Deadline(_SECONDS_TO_START)
        while not deadline.expired:
            event = self._next_event()
            if self._process.reports.ready or event is not None:
                return event
        raise MachineFault(f"This machine was not able to start Python for the app in {_SECONDS_TO_START:.0f} seconds.")

    def _next_event(self) -> dict[str, Any] | None:
        """Wait a moment for what is reported next; where it has ended and nothing more comes, raise why."""
        gone = not self._process.alive
        if gone:
            self._process.reports.ended.wait(_SECONDS_FOR_LAST_WORDS)  # they may still be on their way
        event = self._process.reports.next(TICK / 2)
        if event is None and gone:
            raise self._death()
        return event

    def _refuse(self, event: dict[str, Any]) -> None:
        """Raise what an event says of an app that does not come up; keep what only explains what comes later."""
        name = event["event"]
        if name == "exit" and self._asked:  # as click does at the end of its input
            raise not_serving.asks_for_input(self._asked)
        if name == "exit":
            raise self._left(event)
        if name == "no-app":
            raise not_serving.no_flask_app(self._app)
        if name == "failed":
            raise self._failure(messages.crash(event))
        if name == "input":
            self._asked = messages.last_frame(event)
        elif name == "stood-in":
            self._process.stood_in.append(messages.stood_in(event))
        elif name == "child-failed":
            self._ended = Ended(messages.crash(event), None)

    def _failure(self, crash: Crash) -> StudentFault:
        """Say what an exception on loading means."""
        from grader.sandbox.words.loading import load_failure  # most apps come up

        if self._asked and crash.type == "EOFError":
            return not_serving.asks_for_input(self._asked)
        taken = [one.module for one in self._process.stood_in if one.is_pythons and self._imports.takes_all(one.module)]
        if taken and crash.type == "NameError" and crash.last:
            return not_serving.other_systems_module(taken[0], crash.last)
        limit = self._process.limit_behind(crash)
        if limit is None:
            return load_failure(crash, self._app, self._files)
        return self._process.limits.fault(limit, "while it was started", crash.last)

    def _serving(self, event: dict[str, Any]) -> Serving:
        self._require_this_system()
        serving = messages.serving(event)
        return replace(serving, ended=serving.ended or self._ended) if serving.run is None else serving

    def _require_this_system(self) -> None:
        """Let a person decide where a view is written for another system."""
        imports = self._imports
        for one in self._process.stood_in:
            used = imports.line_of_use(one.module) if one.is_pythons else None
            if used is not None:
                raise not_serving.other_systems_module(one.module, Frame(*used))
        if (found := imports.name_used(is_elsewhere)) is not None:
            raise not_serving.other_systems_module(found[0], Frame(*found[1:]))

    def _left(self, event: dict[str, Any]) -> StudentFault:
        """Say what it means that the app has ended by itself."""
        at = messages.last_frame(event) or Frame(self._app)
        if event.get("how") == "os._exit":
            return not_serving.leaves_python("os._exit", at)
        self._process.wait_for_its_end()
        said = messages.crash(event).message
        output = self._process.all_output()
        printed = output if said.isdecimal() else f"{output}\n{said}"  # sys.exit("…") prints its words
        return not_serving.wants_arguments(printed, at, self._app) or not_serving.leaves_python("sys.exit", at)

    def _death(self) -> StudentFault | MachineFault | AppLost:
        """Say why the process is no more; only what happened after the student's code was begun is the student's."""
        process = self._process
        code = process.exit_code()
        if process.broken_limit is not None:
            return process.broken_limit
        if (lost := process.lost()) is not None:
            return lost
        if not process.reports.ready:
            require_space(process.folder)
            said = process.all_output().strip()[-_LONGEST_FAREWELL:] or code
            hint = "grader doctor says what this machine lacks."
            return MachineFault(f"The app's Python cannot be started: {said}", hint=hint)
        return not_serving.died(self._app, code, process.busy_at)
