"""The journal of a class: one SQLite file in the output folder, written as each submission finishes.

A submission's row is committed after its reports are in place, so that whatever is recorded is there, and whatever is
not recorded is graded again.  Several threads and processes may read and write: a class is looked at and decided while
it is graded.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.classroom.errors import ClassError
from grader.model.faults import Code
from grader.report.json_report import from_dict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from grader.rubric import Report

FILE = "journal.sqlite"
_VERSION = 1
_TABLES = (
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
        digest TEXT NOT NULL,       -- a decision holds for the content that was looked at
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
_BUSY_SECONDS = 10.0
"""How long one waits for another who is writing: a row takes milliseconds, on a slow disk a second."""
_AT_A_TIME = 100
"""Reports are read so many at once, and others may write in between."""


@dataclass(frozen=True)
class Entry:
    """One submission in the journal.

    Parameters
    ----------
    name
        Of the submission, as in ``reports/<name>``.
    key
        What was graded and how: the same key need not be graded again.  Empty where it has to be.
    digest
        SHA-256 of the content.
    report
        The report as JSON data (`grader.report.json_report.to_dict`).
    extra
        Plain data that the overview needs besides.

    """

    name: str
    key: str
    digest: str
    report: dict[str, Any]
    extra: dict[str, Any]

    def full_report(self, folder: Path | None = None) -> Report:
        """Return the report; with its pictures where the folder that holds them is given."""
        return from_dict(self.report, folder=folder)


@dataclass(frozen=True)
class Decision:
    """What a person decided about a check that was under review."""

    check: str
    status: str
    note: str


class Stamp(NamedTuple):
    """What changes when a hand-in is graded again, or something of it is decided or taken back."""

    finished: str
    decided: str


class Journal:
    """The journal in an output folder, for any number of threads until it is closed.

    Parameters
    ----------
    folder
        The output folder; it must exist.
    fresh
        Whether a file that cannot be used is put out of the way.

    Attributes
    ----------
    put_aside
        Where that file is now; None where it could be used.

    Raises
    ------
    ClassError
        The file cannot be opened, is kept by another process, or was written by another version of the grader.

    """

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
        if self._version() == 0:
            with self.transaction():
                if self._version() == 0:  # nobody else has been quicker
                    for table in _TABLES:
                        self._db.execute(table)
                    self._db.execute(f"PRAGMA user_version = {_VERSION}")
        if self._version() != _VERSION:
            said = f"The journal {self._path} was written by another version of the grader."
            raise ClassError(Code.NO_JOURNAL, said, path=self._path)

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(version)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Let all that is written meanwhile be kept, or nothing of it; nobody else writes until it ends."""
        with self._lock, self._plain_errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # SQLite takes some back by itself
                    self._db.execute("ROLLBACK")
                raise

    def _write(self, statement: str, row: tuple[str, ...]) -> None:
        with self._lock, self._plain_errors():
            self._db.execute(statement, row)

    def _read(self, query: str, values: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
        with self._lock, self._plain_errors():
            return self._db.execute(query, values).fetchall()

    def record(self, entry: Entry) -> None:
        """Write one submission's result; it is there when this returns.

        Raises
        ------
        ClassError
            It cannot be written, for example because the disk is full.

        """
        report, extra = json.dumps(entry.report), json.dumps(entry.extra)
        self._write(
            "INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, ?)",
            (entry.name, entry.key, entry.digest, report, extra, _now()),
        )

    def forget(self) -> list[str]:
        """Forget what was graded, and return the names.

        What a person decided is kept: it holds for the same content.
        """
        with self.transaction():
            names = list(self.keys())
            self._write("DELETE FROM graded", ())
        return names

    def keys(self) -> dict[str, str]:
        """Return the key of each recorded submission, by name."""
        return dict(self._read("SELECT name, key FROM graded"))

    def stamps(self) -> dict[str, Stamp]:
        """Return for each recorded submission, by name, what tells whether anything of it has changed."""
        rows = self._read(
            "SELECT name, finished, COALESCE((SELECT GROUP_CONCAT(check_id || at) FROM decided"
            " WHERE decided.name = graded.name), '') FROM graded"
        )
        return {name: Stamp(finished, decided) for name, finished, decided in rows}

    def entry(self, name: str) -> Entry | None:
        """Return what is recorded of one submission."""
        return next(iter(self._select("WHERE name = ?", (name,))), None)

    def entries(self) -> Iterator[Entry]:
        """Yield what is recorded, in the order of names."""
        last: tuple[str, ...] = ()
        while some := self._select(f"{'WHERE name > ?' if last else ''} ORDER BY name LIMIT {_AT_A_TIME}", last):
            yield from some
            last = (some[-1].name,)

    def _select(self, which: str, values: tuple[str, ...]) -> list[Entry]:
        query = f"SELECT name, key, digest, report, extra FROM graded {which}"  # noqa: S608 - from the lines above
        return [
            Entry(name, key, digest, json.loads(report), json.loads(extra))
            for name, key, digest, report, extra in self._read(query, values)
        ]

    def decide(self, entry: Entry, decision: Decision) -> None:
        """Keep what a person decided about one check."""
        row = (entry.name, decision.check, entry.digest, decision.status, decision.note, _now())
        self._write("INSERT OR REPLACE INTO decided VALUES (?, ?, ?, ?, ?, ?)", row)

    def undecide(self, entry: Entry, check: str) -> None:
        """Forget what was decided about one check."""
        self._write("DELETE FROM decided WHERE name = ? AND check_id = ?", (entry.name, check))

    def decisions(self, entry: Entry) -> list[Decision]:
        """Return what was decided about this content; decisions about an earlier hand-in do not hold."""
        rows = self._read(
            "SELECT check_id, status, note FROM decided WHERE name = ? AND digest = ?", (entry.name, entry.digest)
        )
        return [Decision(*row) for row in rows]

    def outdated_decisions(self, entry: Entry) -> list[Decision]:
        """Return what was decided about another content of the same submission: it does not hold for this one."""
        rows = self._read(
            "SELECT check_id, status, note FROM decided WHERE name = ? AND digest <> ?", (entry.name, entry.digest)
        )
        return [Decision(*row) for row in rows]

    def version(self) -> tuple[int, int]:
        """Return what changes with everything that is written, by this process or another."""
        with self._lock, self._plain_errors():
            (others,) = self._db.execute("PRAGMA data_version").fetchone()
            return int(others), self._db.total_changes

    def remember(self, fact: str, content: Any) -> None:
        """Keep something about the whole class, as JSON."""
        self._write("INSERT OR REPLACE INTO class VALUES (?, ?)", (fact, json.dumps(content)))

    def recall(self, fact: str) -> Any:
        """Return what was kept about the whole class; None where nothing was."""
        rows = self._read("SELECT content FROM class WHERE fact = ?", (fact,))
        return json.loads(rows[0][0]) if rows else None

    def close(self) -> None:
        """Close the file; what was recorded is kept."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
