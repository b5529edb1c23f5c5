"""The journal of a class: one SQLite file in the output folder, written as each submission finishes.

One process writes it.  A submission's row is committed after its reports are in place, so that whatever is recorded is
there, and whatever is not recorded is graded again.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from grader.model.faults import InputError
from grader.report.json_report import from_dict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

    from grader.rubric import Report

FILE = "journal.sqlite"
_VERSION = 1
_SCHEMA = """
CREATE TABLE graded (
    name TEXT PRIMARY KEY,      -- the submission's, as in reports/<name>
    key TEXT NOT NULL,          -- what was graded, and how; empty where it is to be graded again
    digest TEXT NOT NULL,       -- the submission's content
    report TEXT NOT NULL,       -- JSON, as report.json
    extra TEXT NOT NULL,        -- JSON: what the overview needs besides
    finished TEXT NOT NULL
) STRICT;
CREATE TABLE decided (
    name TEXT NOT NULL,
    check_id TEXT NOT NULL,
    digest TEXT NOT NULL,       -- a decision holds for the content that was looked at
    status TEXT NOT NULL,
    note TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (name, check_id)
) STRICT;
CREATE TABLE class (
    fact TEXT PRIMARY KEY,      -- what is known of the whole class, for who comes without its export
    content TEXT NOT NULL       -- JSON
) STRICT;
"""
_ELSEWHERE = "Let grader batch write into another folder with --out, or start over with --fresh."


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


class Journal:
    """The journal in an output folder, for this process alone until it is closed.

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
    InputError
        The file cannot be opened, is used by another process, or was written by another version of the grader.

    """

    def __init__(self, folder: Path, *, fresh: bool = False) -> None:
        self._path = folder / FILE
        self.put_aside: Path | None = None
        try:
            self._open()
        except InputError as unusable:
            if not fresh or unusable.hint != _ELSEWHERE:
                raise
            others = (self._path.with_suffix(f".old{number or ''}") for number in itertools.count())
            self.put_aside = self._path.replace(next(path for path in others if not path.exists()))
            self._open()

    def _open(self) -> None:
        try:
            with ExitStack() as undo:
                self._db = sqlite3.connect(self._path, isolation_level=None, timeout=1.0)
                undo.callback(self._db.close)
                self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")  # the plug may be pulled
                self._prepare()
                undo.pop_all()
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _refusal(self, error: sqlite3.Error) -> InputError:
        if "locked" in str(error):
            return InputError(
                f"Another grader is at work in {self._path.parent}.",
                hint="Wait until it has ended.",
            )
        if isinstance(error, sqlite3.OperationalError):
            return InputError(
                f"The journal {self._path} cannot be written: {error}.",
                hint="Make room, or see to it that you may write there.",
            )
        return InputError(f"{self._path} is no journal of the grader: {error}.", hint=_ELSEWHERE)

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version != _VERSION:
            raise InputError(f"The journal {self._path} was written by another version of the grader.", hint=_ELSEWHERE)

    def _write(self, statement: str, row: tuple[str, ...]) -> None:
        try:
            self._db.execute(statement, row)
        except sqlite3.Error as error:
            raise self._refusal(error) from error

    def _read(self, query: str, values: tuple[str, ...] = ()) -> Iterator[tuple[Any, ...]]:
        try:
            with closing(self._db.execute(query, values)) as rows:
                yield from rows
        except sqlite3.Error as error:  # the file is damaged
            raise self._refusal(error) from error

    def record(self, entry: Entry) -> None:
        """Write one submission's result; it is there when this returns.

        Raises
        ------
        InputError
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
        names = list(self.keys())
        self._write("DELETE FROM graded", ())
        return names

    def keys(self) -> dict[str, str]:
        """Return the key of each recorded submission, by name."""
        return dict(self._read("SELECT name, key FROM graded"))

    def entry(self, name: str) -> Entry | None:
        """Return what is recorded of one submission."""
        return next(self._select("WHERE name = ?", (name,)), None)

    def entries(self) -> Iterator[Entry]:
        """Yield what is recorded, in the order of names."""
        return self._select("ORDER BY name", ())

    def _select(self, which: str, values: tuple[str, ...]) -> Iterator[Entry]:
        query = f"SELECT name, key, digest, report, extra FROM graded {which}"  # noqa: S608 - from the two lines above
        for name, key, digest, report, extra in self._read(query, values):
            yield Entry(name, key, digest, json.loads(report), json.loads(extra))

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

    def remember(self, fact: str, content: Any) -> None:
        """Keep something about the whole class, as JSON."""
        self._write("INSERT OR REPLACE INTO class VALUES (?, ?)", (fact, json.dumps(content)))

    def recall(self, fact: str) -> Any:
        """Return what was kept about the whole class; None where nothing was."""
        row = next(self._read("SELECT content FROM class WHERE fact = ?", (fact,)), None)
        return json.loads(row[0]) if row else None

    def close(self) -> None:
        """Close the file; what was recorded is kept."""
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()
