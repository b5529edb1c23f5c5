"""Who can be killed while something is graded: the processes that a grader has started, by what they do."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil

from grader.rubric import Result

BYSTANDERS: set[psutil.Process] = set()
"""Who was there before the grader: the browser that other tests look at pages with."""


def below(root: psutil.Process, sign: str) -> Iterator[psutil.Process]:
    """Yield the descendants that still run and have this on their command line, the oldest first; no bystander."""
    found = [each for each in root.children(recursive=True) if each not in BYSTANDERS]  # a parent before its children
    for process in sorted(found, key=psutil.Process.create_time):
        with suppress(psutil.Error):
            if sign in " ".join(process.cmdline()) and process.status() != psutil.STATUS_ZOMBIE:
                yield process


Find = Callable[[psutil.Process], psutil.Process]
"""Finds a process below another one; raises IndexError, ValueError or psutil.Error where it is not there yet."""


def _the(place: int, sign: str) -> Find:
    return lambda root: list(below(root, sign))[place]


def _child(find: Find) -> Find:
    """Find the eldest child of a process that is found; one that has ended is none any more."""

    def eldest(root: psutil.Process) -> psutil.Process:
        living = (one for one in find(root).children() if one.status() != psutil.STATUS_ZOMBIE)
        return min(living, key=psutil.Process.create_time)

    return eldest


_BROWSER = _the(0, "--remote-debugging-pipe")


def _with_a_page(root: psutil.Process) -> psutil.Process:
    """Find the browser that shows a page; where it is killed before, another one of this machine's is taken.

    That may be a script which starts the program: killed in its place, the browser would go on.
    """
    page = _the(-1, "--type=renderer")(root)
    lines = ((one, " ".join(one.cmdline())) for one in page.parents())
    browser = next((one for one, line in lines if "--remote-debugging-pipe" in line and "--type=" not in line), None)
    if browser is None:
        raise psutil.NoSuchProcess(page.pid)
    return browser


BROWSER = {
    "driver": _the(0, "run-driver"),
    "starting browser": _BROWSER,
    "browser": _with_a_page,
    "page": _the(-1, "--type=renderer"),
}
_JAIL = _the(0, '"forks": false')
_SERVERS_JAIL = _the(0, '"forks": true')
_KEEPER = _child(_child(_SERVERS_JAIL))

IN_CHECK = {**BROWSER, "jail": _JAIL, "init": _child(_JAIL), "app": _child(_child(_JAIL))}
"""Who there is where each app has a jail of its own."""
IN_CLASS = {
    **BROWSER,
    "jail": _SERVERS_JAIL,
    "server": _child(_SERVERS_JAIL),
    "keeper": _KEEPER,
    "init": _child(_KEEPER),
    "app": _child(_child(_KEEPER)),
}
"""Who there is where apps are forked from a server; of several, the one that was forked first is being graded."""


VISITED = "visited"
NOW_VISITED = f"import ctypes; ctypes.CDLL(None).prctl(15, b'{VISITED}', 0, 0, 0)"  # PR_SET_NAME, linux/prctl.h
"""What an app's view does to be known as visited from outside of its jail: its thread takes this name."""


def visited() -> Iterator[psutil.Process]:
    """Yield our descendants that serve a page at this moment and have said so; quick, as it is asked all the time."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, psutil.Error):
            names = [path.read_text().strip() for path in folder.glob("task/*/comm")]
            if VISITED in names and psutil.Process() in (process := psutil.Process(int(folder.name))).parents():
                yield process


class Killer:
    """A watcher who kills somebody in the middle of a check.

    Parameters
    ----------
    in_a_visit
        Not before the app is visited.
    times
        How often, each time that the check begins.
    then
        Called once that is done, before the last one is killed.

    """

    def __init__(
        self,
        find: Find,
        title: str,
        *,
        in_a_visit: bool = True,
        times: int = 1,
        then: Callable[[], None] = lambda: None,
    ) -> None:
        self._find, self._title, self._in_a_visit, self._times, self._then = find, title, in_a_visit, times, then
        self._visited_before: set[psutil.Process] = set()
        self._threads: list[threading.Thread] = []
        self._done = threading.Event()
        self._victims: set[psutil.Process] = set()

    @property
    def killed(self) -> int:
        """How many have been."""
        return len(self._victims)

    def start(self, title: str) -> None:
        if title == self._title and len(self._threads) < self._times:
            self._done = threading.Event()
            self._visited_before = set(visited())  # apps that an accident has left, on their way to their end
            self._threads.append(threading.Thread(target=self._kill, args=(self._done,), daemon=True))
            self._threads[-1].start()

    def waiting(self) -> None:
        """Do not look."""

    def done(self, result: Result) -> None:
        """Whoever has not been found by now was not there."""
        if result.title == self._title:
            self._done.set()

    def __enter__(self) -> Killer:
        return self

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _kill(self, done: threading.Event) -> None:
        while not done.wait(0.02):
            now = set(visited()) - self._visited_before if self._in_a_visit else set()
            if self._in_a_visit and not now:
                continue
            with suppress(psutil.Error, IndexError, ValueError):
                victim = self._find(psutil.Process())
                if done.is_set():  # while it was looked for, which takes long on a busy machine: nobody is hit by it
                    return
                if victim not in self._victims:  # who has been killed may take a while to be gone
                    if len(self._victims) == self._times - 1:
                        self._then()
                    victim.kill()
                    self._victims.add(victim)
                    return
