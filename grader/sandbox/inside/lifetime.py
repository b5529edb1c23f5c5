"""Which servers live on when app.py has come to its end, as in real life: those in threads that are no daemons."""

from __future__ import annotations

import sys
import threading
import time

from .ending import sleep_for_ever
from .exceptions import describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any

    from .reporter import Facts
    from .students_folder import Folder

GRACE_FOR_THREADS = 2.0
GRACE_FOR_THE_PROGRAM = 3.0
LOOK = 0.005
FRAMES_OF_A_WAIT = 4


class Lifetime:
    """What is known of the program's end.

    Attributes
    ----------
    ended
        Why a thread that was to serve the app is no more; None where there was none.
    low
        What was started by `_thread` and has not ended; `threading` hears of such a thread late or never.
    """

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.main_ended = threading.Event()
        self.ended: Facts | None = None
        self.low: set[Any] = set()

    def watch(self, module: types.ModuleType) -> None:
        """Have `threading` tell which exceptions end threads."""
        tell = module.excepthook

        def tell_and_note(arguments: Any) -> None:
            self.note(arguments.exc_value)
            tell(arguments)

        module.excepthook = tell_and_note  # type: ignore[attr-defined]

    def note(self, error: BaseException | None) -> None:
        """Keep the exception that has ended a thread."""
        if error is not None and not isinstance(error, SystemExit):
            self.ended = {"crash": describe(error, self.folder)}

    def watch_low(self, module: types.ModuleType) -> None:
        """Have `_thread` tell which threads there are, from the moment in which one is asked for."""
        start = module.start_new_thread

        def start_and_note(*arguments: Any) -> int:
            function = arguments[0] if arguments else None

            def run(*positional: Any, **named: Any) -> None:
                try:
                    function(*positional, **named)  # type: ignore[misc]
                except BaseException as error:
                    self.note(error)
                    raise
                finally:
                    self.low.discard(run)

            self.low.add(run)
            try:
                return int(start(run if callable(function) else function, *arguments[1:]))
            except BaseException:  # wrong arguments, or one thread too many
                self.low.discard(run)
                raise

        module.start_new_thread = module.start_new = start_and_note  # type: ignore[attr-defined]

    def hold(self, run: Facts) -> None:
        """Keep a server in a daemon's thread or process from serving until it is seen whether the program goes on."""
        thread = threads().current_thread()
        if is_daemons_process():
            time.sleep(GRACE_FOR_THE_PROGRAM)  # which ends this process where it comes to its end
        if thread is threads().main_thread() or not thread.daemon:
            return
        self.ended = {"run": run}
        until = time.monotonic() + GRACE_FOR_THE_PROGRAM
        while time.monotonic() < until and not main_waits_for_ever():
            if self.main_ended.wait(LOOK):
                sleep_for_ever()

    def wait_for_threads(self, serving: threading.Event) -> None:
        """Let a server that runs in a thread come up, and then let it run; returns where the program ends."""
        self.main_ended.set()
        patience = time.monotonic() + GRACE_FOR_THREADS
        while not serving.is_set() and time.monotonic() < patience:
            others = [each for each in threads().enumerate() if each is not threads().current_thread()]
            alive = [each for each in others if each.name != "grader" and each.is_alive()]
            if all(each.daemon for each in alive) and (not (alive or self.low) or self.ended is not None):
                break
            time.sleep(LOOK)
        if serving.is_set():
            sleep_for_ever()


def threads() -> Any:
    """Return the `threading` that the app uses, which is not ours where one of its files hides a module."""
    return sys.modules.get("threading", threading)


def is_daemons_process() -> bool:
    """Whether `multiprocessing` ends this process with the program."""
    processes = sys.modules.get("multiprocessing")
    return processes is not None and bool(getattr(processes.current_process(), "daemon", False))


def main_waits_for_ever() -> bool:
    """Whether the program is in a ``join`` or ``wait`` without a time limit, other than for a thread to start."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)  # noqa: SLF001
    waits = False
    for _ in range(FRAMES_OF_A_WAIT):
        if frame is None or frame.f_code.co_filename != threading.__file__:
            break
        if frame.f_code.co_name == "start":  # which waits until the thread has come up
            return False
        waits |= frame.f_code.co_name in {"join", "wait"} and frame.f_locals.get("timeout", 0) is None
        frame = frame.f_back
    return waits
