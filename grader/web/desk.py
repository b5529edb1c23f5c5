"""What lies on the instructor's desk: one class, or none yet; who grades it; whether names are hidden."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.machine.logs import keep_fault
from grader.model.faults import Code, InputError
from grader.web.begun_grading import BegunGrading
from grader.web.remembered import Remembered
from grader.web.shown_names import Names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.classroom.review.same_question import ReviewGroup
    from grader.classroom.session import Changes, ClassSession, State

_LOOK_SECONDS = 0.4
_QUIET_SECONDS = 8.0
"""After the last decision, before reports and gradebooks are written again."""


class Desk:
    """The class that the page shows; for any number of threads.

    `home` is the folder where classes are kept that begin on the page. `session` is the class to begin with.
    `isolation` is how apps of a class that begins on the page are kept apart.
    """

    def __init__(self, home: Path, session: ClassSession | None = None, *, isolation: str = "auto") -> None:
        self.home = home
        self.isolation = isolation
        self.session = session
        self.hidden = False
        self.running: BegunGrading | None = None
        self.trouble: InputError | None = None
        """Why the last grading ended, or something could not be written."""
        self._changed = threading.Condition()
        self._version = 0
        self._names: tuple[object, Names] | None = None
        self._queue: tuple[object, list[ReviewGroup]] | None = None
        self._queue_lock = threading.Lock()
        self._groups: list[ReviewGroup] = []
        self._known: set[str] = set()
        self.beginning = threading.Lock()
        """Held while a class is taken on from the page."""
        self.remembered = Remembered()
        self._to_publish = threading.Event()
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=each, name=each.__name__, daemon=True) for each in (self._watch, self._write_again)
        ]
        for thread in self._threads:
            thread.start()

    # The class

    @property
    def class_(self) -> ClassSession:
        """The class.

        Raises `InputError`: there is none yet.
        """
        if self.session is None:
            raise InputError("No class has been opened yet.", hint="Drop an export on the first page.")
        return self.session

    def require_empty(self) -> None:
        """See to it that no class is open yet.

        Raises `InputError`: one is.
        """
        if self.session is not None:
            raise InputError("Another class is open already.", hint="Start grader serve once more for this one.")

    def put(self, session: ClassSession) -> None:
        """Put a class on the desk, which is empty."""
        self.session = session
        self.changed()

    def names(self) -> Names:
        """Return who is shown as whom."""
        if self.session is None:
            return Names((), hide=self.hidden)
        version = self.session.version(), self.hidden
        if self._names is None or self._names[0] != version:  # not for each picture again
            hand_ins = [one.hand_in for one in self.session.standings()]
            self._names = version, Names(hand_ins, self.session.handed_nothing_in(), hide=self.hidden)
        return self._names[1]

    def state(self) -> State:
        """Return how far the class is."""
        return self.class_.state()

    def read_only(self) -> bool:
        """Whether somebody else is grading this class: then it is looked at, and nothing else."""
        return bool(self.session and (at_work := self.state().at_work) and not at_work.here)

    def require_writable(self) -> None:
        """See to it that nobody else is at work.

        Raises `InputError`: somebody is.
        """
        if self.read_only():
            raise InputError("Another grader is at work in this folder: nothing can be changed until it has ended.")

    # Grading

    def grade(self) -> None:
        """Begin to grade what is not graded yet; returns at once."""
        session = self.class_
        self._begin(lambda running: session.grade(running, running.stop))

    def choose(self, name: str, *, app: str | None, attempt: str | None) -> None:
        """Let an app or an attempt of somebody count, and grade it; returns at once.

        Raises `InputError`: there is no such app or attempt, or the class is being graded.
        """
        session = self.class_
        session.refuse_no_candidate(name, app=app, attempt=attempt)
        if self.running is not None:
            raise InputError("The class is being graded: choose when that has ended, or stop it.")

        def graded(running: BegunGrading) -> None:
            session.choose(name, app=app, attempt=attempt, progress=running, stop=running.stop)

        self._begin(graded)

    def _begin(self, grade: Callable[[BegunGrading], object]) -> None:
        if self.running is not None:
            return
        self.running, self.trouble = BegunGrading(self.changed), None
        threading.Thread(target=self._grade, args=(grade, self.running), name="grading").start()
        self.changed()

    def _grade(self, grade: Callable[[BegunGrading], object], running: BegunGrading) -> None:
        try:
            grade(running)
        except InputError as error:
            self.trouble = error
        except Exception as error:  # noqa: BLE001 - nobody else hears of it: it is said on the page
            said = f"The grading ended by a mistake of the grader's own ({type(error).__name__})."
            self.trouble = InputError(f"{said} What is graded is kept.", hint=keep_fault(error))
        finally:
            self.running = None
            self.changed()

    def stop(self) -> None:
        """Have the grading end soon; what is graded is kept."""
        if self.running is not None:
            self.running.stop.set()

    # Deciding

    def queue(self) -> list[ReviewGroup]:
        """Return what waits for a person, what is alike put together."""
        session = self.class_
        if not session.standings():
            return []
        with self._queue_lock:
            version = session.version()
            if self._queue is None or self._queue[0] != version:
                self._queue = version, self._grouped(session)
            return self._queue[1]

    def _grouped(self, session: ClassSession) -> list[ReviewGroup]:
        """Put together what is alike; what is merely decided since the last time leaves the groups as they were."""
        waiting = {item.key: item for item in session.waiting()}
        if not {item.seen for item in waiting.values()} <= self._known:
            self._groups = session.groups()
            self._known = {item.seen for group in self._groups for item in group.items}
        left = (tuple(waiting[item.key] for item in group.items if item.key in waiting) for group in self._groups)
        return [
            replace(group, items=items, why=group.why if len(items) > 1 else "alone")
            for group, items in zip(self._groups, left, strict=True)
            if items
        ]

    def keep(self, changes: Changes) -> int:
        """Keep what was decided, so that it can be taken back; returns its number."""
        self.decided()
        return self.remembered.keep(changes)

    def decided(self) -> None:
        """Hear that something was decided: it is on the disk, and files are written again when it is quiet."""
        self._to_publish.set()
        self.changed()

    # What changes

    def changed(self) -> None:
        """Tell all pages that something has changed."""
        with self._changed:
            self._version += 1
            self._changed.notify_all()

    def wait(self, known: int, seconds: float) -> int:
        """Wait until something has changed since, and return its number."""
        with self._changed:
            self._changed.wait_for(lambda: self._version != known or self._ended.is_set(), seconds)
            return self._version

    def _watch(self) -> None:
        """Notice what other processes do in the folder."""
        known: object = None
        while not self._ended.wait(_LOOK_SECONDS):
            if self.session is None:
                continue
            with suppress(InputError):
                now = self.session.version(), self.session.at_work()
                if now != known:
                    known = now
                    if self.trouble and self.trouble.code is Code.AT_WORK and not self.read_only():
                        self.trouble = None  # who was at work has ended
                    self.changed()

    def _write_again(self) -> None:
        """Write reports and gradebooks again once nobody decides for a moment."""
        while not self._ended.wait(_LOOK_SECONDS):
            if not self._to_publish.is_set():
                continue
            self._to_publish.clear()
            if self._ended.wait(_QUIET_SECONDS) or self._to_publish.is_set():
                continue
            try:
                self.class_.catch_up()
            except InputError as error:
                self.trouble = error
            self.changed()

    @property
    def version(self) -> int:
        """The number of what a page shows that is made now; see `wait`."""
        with self._changed:
            return self._version

    @property
    def ended(self) -> bool:
        """Whether it has been closed."""
        return self._ended.is_set()

    def close(self) -> None:
        """Stop what is going on, write what is not in the files yet, and give the folder free."""
        self.stop()
        self._ended.set()
        self.changed()
        for thread in (*self._threads, *(each for each in threading.enumerate() if each.name == "grading")):
            thread.join()
        if self.session is not None:
            with suppress(InputError):
                self.session.catch_up()
            self.session.close()
