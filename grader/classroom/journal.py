"""The journal of a class: one SQLite file in the output folder, written as each submission finishes.

One process writes it.  A submission's row is committed after its reports are in place, so that whatever is recorded is
there, and whatever is not recorded is graded again.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from grader.faults import InputError
from grader.report.json_report import from_dict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path
    from types import TracebackType

    from grader.rubric import Report

FILE = "journal.sqlite"
_VERSION = 1
_SCHEMA = """
CREATE TABLE graded (
    name TEXT PRIMARY KEY,      -- the submission's, as in reports/<name>
    key TEXT NOT NULL,          -- what was graded, and how: see `key_of`
    digest TEXT NOT NULL,       -- the submission's content
    report TEXT NOT NULL,       -- JSON, as report.json
    extra TEXT NOT NULL,        -- JSON: what the overview and the gradebooks need besides
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
"""


@dataclass(frozen=True)
class Entry:
    """One submission in the journal.

    Parameters
    ----------
    name
        Of the submission, as in ``reports/<name>``.
    key
        What was graded and how: the same key need not be graded again.
    digest
        SHA-256 of the content.
    report
        The report as JSON data (`grader.report.json_report.to_dict`).
    extra
        Plain data that the overview and the gradebooks need besides.

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
    """The journal in an output folder, opened for reading and writing.

    Parameters
    ----------
    folder
        The output folder; it must exist.

    Raises
    ------
    InputError
        The file cannot be opened, or was written by another version of the grader.

    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        try:
            self._db = sqlite3.connect(self._path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._prepare()
        except sqlite3.Error as error:
            raise InputError(
                f"The journal {self._path} cannot be used: {error}.",
                hint="Name another output folder with --out, or start over with --fresh.",
            ) from error

    def _prepare(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version == 0:
            self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
        elif version != _VERSION:
            self._db.close()
            raise InputError(
                f"The journal {self._path} was written by another version of the grader.",
                hint="Name another output folder with --out, or start over with --fresh.",
            )

    def record(self, entry: Entry) -> None:
        """Write one submission's result; it is there when this returns.

        Raises
        ------
        InputError
            It cannot be written, for example because the disk is full.

        """
        row = (
            entry.name,
            entry.key,
            entry.digest,
            json.dumps(entry.report),
            json.dumps(entry.extra),
            datetime.now(timezone.utc).isoformat(),
        )
        try:
            self._db.execute("INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.Error as error:
            raise InputError(f"The journal {self._path} cannot be written: {error}.") from error

    def keys(self) -> dict[str, str]:
        """Return the key of each recorded submission, by name."""
        return dict(self._db.execute("SELECT name, key FROM graded"))

    def entries(self, names: Collection[str] | None = None) -> Iterator[Entry]:
        """Yield what is recorded, in the order of names; of these submissions only, where some are given."""
        with closing(self._db.execute("SELECT name, key, digest, report, extra FROM graded ORDER BY name")) as rows:
            for name, key, digest, report, extra in rows:
                if names is None or name in names:
                    yield Entry(name, key, digest, json.loads(report), json.loads(extra))

    def decide(self, entry: Entry, decision: Decision) -> None:
        """Keep what a person decided about one check."""
        row = (entry.name, decision.check, entry.digest, decision.status, decision.note)
        self._db.execute(
            "INSERT OR REPLACE INTO decided VALUES (?, ?, ?, ?, ?, ?)", (*row, datetime.now(timezone.utc).isoformat())
        )

    def decisions(self, entry: Entry) -> list[Decision]:
        """Return what was decided about this content; decisions about an earlier hand-in do not hold."""
        rows = self._db.execute(
            "SELECT check_id, status, note FROM decided WHERE name = ? AND digest = ?", (entry.name, entry.digest)
        )
        return [Decision(*row) for row in rows]

    def close(self) -> None:
        """Close the file; what was recorded is kept."""
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
