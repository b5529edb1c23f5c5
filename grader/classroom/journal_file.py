"""The file of a class's journal: SQLite, opened, brought up to date, and written by one at a time."""

from __future__ import annotations

import itertools
import sqlite3
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from grader.classroom.errors import ClassError
from grader.model.faults import Code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from typing_extensions import Self

FILE = "journal.sqlite"

_FIRST = (
    """
    CREATE TABLE graded (
        name TEXT PRIMARY KEY,      -- the submission's, as in reports/<name>
        key TEXT NOT NULL,          -- what was graded, and how; empty where it is to be graded again
        digest TEXT NOT NULL,       -- the submission's content
        report TEXT NOT NULL,       -- JSON, as report.json
        extra TEXT NOT NULL,        -- JSON: what the overview needs besides
        finished TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE decided (
        name TEXT NOT NULL,
        check_id TEXT NOT NULL,
        digest TEXT NOT NULL,       -- the content that was looked at
        status TEXT NOT NULL,
        note TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (name, check_id)
    ) STRICT
    """,
    """
    CREATE TABLE class (
        fact TEXT PRIMARY KEY,      -- what is known of the whole class, for who comes without its export
        content TEXT NOT NULL       -- JSON
    ) STRICT
    """,
)
_SECOND = (
    "ALTER TABLE decided ADD COLUMN points REAL",
    # What was looked at, whatever else was handed in: see `grader.classroom.review.standing.basis`.
    "ALTER TABLE decided ADD COLUMN basis TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE decided ADD COLUMN by TEXT NOT NULL DEFAULT ''",
    """
    CREATE TABLE adjusted (
        name TEXT PRIMARY KEY,
        content TEXT NOT NULL       -- JSON: points, reason, days late
    ) STRICT
    """,
    """
    CREATE TABLE history (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL,         -- the submission's; empty for what is about the whole class
        what TEXT NOT NULL,         -- a check's id, or one of the words in `journal.Event`
        before TEXT NOT NULL,       -- JSON
        after TEXT NOT NULL,        -- JSON
        at TEXT NOT NULL,
        by TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX history_of ON history (name, number)",
)
_STEPS = (_FIRST, _SECOND)
"""What makes a journal of each version from the one before: who stopped last year goes on."""

_BUSY_SECONDS = 10.0
"""How long one waits for another who is writing: a row takes milliseconds, on a slow disk a second."""


class JournalFile:
    """A journal's file, for any number of threads until it is closed; see `grader.classroom.journal.Journal`."""

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self._path = folder / FILE
        self._lock = threading.RLock()
        self.put_aside: Path | None = None
        try:
            self._open()
        except ClassError as unusable:
            if not fresh or unusable.code is not Code.NO_JOURNAL:
                raise
            others = (self._path.with_suffix(f".old{number or ''}") for number in itertools.count())
            self.put_aside = self._path.replace(next(path for path in others if not path.exists()))
            self._open()

    def _open(self) -> None:
        with self._plain_errors(), ExitStack() as undo:
            # One connection, and a lock around each use of it: SQLite has one writer in any case.
            self._db = sqlite3.connect(self._path, isolation_level=None, timeout=_BUSY_SECONDS, check_same_thread=False)
            undo.callback(self._db.close)
            self._db.execute("PRAGMA journal_mode = WAL")  # one reads while another writes
            self._db.execute("PRAGMA synchronous = FULL")  # the plug may be pulled
            self._prepare()
            undo.pop_all()

    @contextmanager
    def _plain_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.Error) -> ClassError:
        folder = self._path.parent
        # Before Python 3.11 the number of an error is not there, only SQLite's own words.
        if "locked" in str(error) or "busy" in str(error):
            return ClassError(Code.AT_WORK, f"Another grader is at work in {folder}.", out=folder)
        if isinstance(error, sqlite3.OperationalError):
            said = f"The journal {self._path} cannot be written: {error}."
            return ClassError(Code.CANNOT_WRITE, said, path=self._path)
        return ClassError(Code.NO_JOURNAL, f"{self._path} is no journal of the grader: {error}.", path=self._path)

    def _prepare(self) -> None:
        if self._version() < len(_STEPS):
            with self.transaction():
                for version in range(self._version(), len(_STEPS)):  # asked again: somebody may have been quicker
                    for statement in _STEPS[version]:
                        self._db.execute(statement)
                    self._db.execute(f"PRAGMA user_version = {version + 1}")
        if self._version() != len(_STEPS):
            said = f"The journal {self._path} was written by another version of the grader."
            raise ClassError(Code.NO_JOURNAL, said, path=self._path)

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(version)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let all that is written meanwhile be kept, or nothing of it; nobody else writes until it ends.

        One inside another is a part of it.
        """
        with self._lock, self._plain_errors():
            outer = not self._db.in_transaction
            if outer:
                self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                if outer:
                    self._db.execute("COMMIT")
            except BaseException:
                if outer and self._db.in_transaction:  # SQLite takes some back by itself
                    self._db.execute("ROLLBACK")
                raise

    def _write(self, statement: str, row: tuple[Any, ...]) -> None:
        with self._lock, self._plain_errors():
            self._db.execute(statement, row)

    def _read(self, query: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._plain_errors():
            return self._db.execute(query, values).fetchall()

    def close(self) -> None:
        """Close the file; what was recorded is kept."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
