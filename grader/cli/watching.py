"""``grader check --watch``: grade again whenever a file changes."""

from __future__ import annotations

import itertools
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.hand_in_limits import HandInLimits
from grader.rubric import Watcher
from grader.submission.folder_on_disk import own_files

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import NoReturn

    from grader.model.report import Result

    Seen = Mapping[Path, tuple[int, ...]]

_LOOK_SECONDS = 0.1
_SHARE = 10  # of the time at most a tenth is spent on looking
_SETTLE_SECONDS = 0.03
_MOST_NAMES = 3


class Superseded(Exception):
    """What is being graded has changed since: the result would be of no use."""


class Work:
    """A student's files, looked at again and again: those that are graded, and no others.

    Looking instead of being told by the system works with folders that are deleted and made again, with links, and on
    disks that tell nobody (network drives, Windows' disks seen from Linux).

    `path` is what is graded: a folder, an ``app.py``, a zip or a document. `ignore` is a folder whose changes do not
    count: where reports are written.
    """

    def __init__(self, path: Path, *, ignore: Path | None) -> None:
        self._here = Path.cwd()
        self._path = path.absolute()
        self._ignore = ignore.absolute() if ignore is not None else None
        self._next_look = 0.0
        self._graded = self._look()
        self._is_stale = False

    @property
    def is_there(self) -> bool:
        """Whether there is anything at the path."""
        return os.path.exists(self._path)  # noqa: PTH110 - Path's raises where a folder above may not be read

    def require_unchanged(self) -> None:
        """Look, though not too often, whether what is being graded is still what was there when its round began.

        Raises `Superseded`: it is not.
        """
        if time.monotonic() >= self._next_look and self._look() != self._graded:
            self._is_stale = True  # even where, in the end, everything is as it was
            raise Superseded

    def wait_for_change(self) -> list[str]:
        """Wait until something is another than when the last round began; return names, and a new round begins."""
        while (now := self._look()) == self._graded and not self._is_stale:
            time.sleep(max(_LOOK_SECONDS, self._next_look - time.monotonic()))
        now = self._settled(now)
        before, self._graded, self._is_stale = self._graded, now, False
        changed = sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
        with suppress(OSError):
            os.chdir(self._here)  # which may have been deleted and made again, and would be the old one still
        return [self._name(path) for path in changed]

    def _settled(self, seen: Seen) -> Seen:
        """Wait until whoever is writing has written."""
        while True:
            time.sleep(_SETTLE_SECONDS)
            before, seen = seen, self._look()
            if before == seen:
                return seen

    def _look(self) -> Seen:
        began = time.monotonic()
        seen: dict[Path, tuple[int, ...]] = {}
        with suppress(InputError, OSError):  # it is gone, or goes while it is looked at
            for path in self._files():
                status = path.stat()
                seen[path] = (status.st_mtime_ns, status.st_size, status.st_ino)
        ended = time.monotonic()
        self._next_look = ended + max(_LOOK_SECONDS, _SHARE * (ended - began))
        return seen

    def _files(self) -> list[Path]:
        if self._path.is_dir():
            folder, named = self._path, []
        else:
            folder, named = self._path.parent, [self._path]
        below = own_files(folder) if self._path.suffix == ".py" or not named else ()
        below = itertools.islice(below, HandInLimits().entries + 1)  # more are not graded
        kept = [path for path, _ in below if self._ignore is None or not path.is_relative_to(self._ignore)]
        return kept + named

    def _name(self, path: Path) -> str:
        top = self._path if self._path in path.parents else self._path.parent
        return path.relative_to(top).as_posix()


class WhileUnchanged(Watcher):
    """A watcher of the grading who ends it as soon as its result would be of no use."""

    def __init__(self, work: Work, other: Watcher | None) -> None:
        self._work = work
        self._other = other or Watcher()

    def start(self, title: str) -> None:
        """Look before a check."""
        self._work.require_unchanged()
        self._other.start(title)

    def waiting(self) -> None:
        """Look during a check."""
        self._work.require_unchanged()
        self._other.waiting()

    def done(self, result: Result) -> None:
        """Pass it on."""
        self._other.done(result)


def watch(
    work: Work, grade: Callable[[str], None], say: Callable[[str], None], refuse: Callable[[InputError], None]
) -> NoReturn:
    """Grade now and after each change, until Ctrl-C.

    `grade` grades and shows the result; it hears why, which is nothing at first, and may raise `Superseded`.  `say`
    says something to the user, and `refuse` why a round has no report.  Raises `InputError`: there is nothing at the
    path; later that only means to wait.
    """
    _round(grade, refuse, "", may_wait=work.is_there)
    say("\nWatching for changes; Ctrl-C ends it.")
    while True:
        changed = work.wait_for_change()
        while not work.is_there:
            say("\nIt is not there any more; waiting for it to come back.")
            changed = work.wait_for_change()
        names = ", ".join(changed[:_MOST_NAMES])
        _round(grade, refuse, f"{names or 'Something'} has changed.", may_wait=True)


def _round(grade: Callable[[str], None], refuse: Callable[[InputError], None], why: str, *, may_wait: bool) -> None:
    try:
        grade(why)
    except Superseded:
        pass
    except InputError as error:
        if not may_wait:
            raise
        refuse(error)
