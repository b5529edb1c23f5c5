"""The journal of a class: one SQLite file in the output folder, written as each submission finishes.

A submission's row is committed after its reports are in place, so that whatever is recorded is there, and whatever is
not recorded is graded again.  Several threads and processes may read and write: a class is looked at and decided while
it is graded.  What anybody changes has a number, so that whoever looks sees that something is not as it was.
"""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from grader.classroom.journal_file import JournalFile
from grader.classroom.records import ABOUT_ALL, ADJUSTED, GRADED, Adjustment, Decision, Entry, Event, Made, Stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

_AT_A_TIME = 100
"""Reports are read so many at once, and others may write in between."""


class Journal(JournalFile):
    """The journal in an output folder, for any number of threads until it is closed.

    `folder` is the output folder; it must exist. `fresh` says whether a file that cannot be used is put out of the way.

    Attributes
    ----------
    put_aside
        Where that file is now; None where it could be used.

    Raises `ClassError`: the file cannot be opened, is kept by another process, or was written by a later version of the
    grader.
    """

    # What was graded

    def record(self, entry: Entry) -> None:
        """Write one submission's result; it is there when this returns.

        Raises `ClassError`: it cannot be written, for example because the disk is full.
        """
        self.record_all([entry])

    def record_all(self, entries: list[Entry], what: str = GRADED) -> None:
        """Write several results, all or none; see `record`."""
        with self.transaction():
            for entry in entries:
                report, extra = json.dumps(entry.report), json.dumps(entry.extra)
                row = (entry.name, entry.key, entry.digest, report, extra, _now())
                self._write("INSERT OR REPLACE INTO graded VALUES (?, ?, ?, ?, ?, ?)", row)
                self.happened(entry.name, what, None, None)

    def forget(self) -> list[str]:
        """Forget what was graded, and return the names.

        What a person decided is kept: it holds for what was looked at.
        """
        with self.transaction():
            names = list(self.keys())
            self._write("DELETE FROM graded", ())
            self.happened("", ABOUT_ALL, None, None)
        return names

    def grade_again(self, names: list[str]) -> None:
        """Let these be graded again the next time, whatever has changed."""
        with self.transaction():
            for name in names:
                self._write("UPDATE graded SET key = '' WHERE name = ?", (name,))

    def keys(self) -> dict[str, str]:
        """Return the key of each recorded submission, by name."""
        return dict(self._read("SELECT name, key FROM graded"))

    def stamps(self) -> dict[str, Stamp]:
        """Return for each recorded submission, by name, what tells whether anything of it has changed."""
        rows = self._read(
            "SELECT name, finished, COALESCE((SELECT MAX(number) FROM history WHERE history.name = graded.name), 0)"
            " FROM graded"
        )
        return {name: Stamp(finished, event) for name, finished, event in rows}

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

    # What a person has said

    def decide(self, entry: Entry, decision: Decision, basis: str = "") -> None:
        """Keep what a person decided about one check.

        `basis` is what was looked at; see `Made`.
        """
        with self.transaction():
            before = self._decided(entry.name, decision.check)
            row = (entry.name, decision.check, entry.digest, decision.status, decision.note, _now())
            self._write(
                "INSERT OR REPLACE INTO decided (name, check_id, digest, status, note, at, points, basis, by)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*row, decision.points, basis, _who()),
            )
            self.happened(entry.name, decision.check, before, _said(decision))

    def undecide(self, entry: Entry, check: str) -> None:
        """Forget what was decided about one check."""
        with self.transaction():
            before = self._decided(entry.name, check)
            self._write("DELETE FROM decided WHERE name = ? AND check_id = ?", (entry.name, check))
            self.happened(entry.name, check, before, None)

    def _decided(self, name: str, check: str) -> dict[str, Any] | None:
        made = self.made(name).get(check)
        return _said(made.decision) if made else None

    def made(self, name: str) -> dict[str, Made]:
        """Return by the checks' ids what was decided about a submission, whether it still holds or not."""
        rows = self._read(
            "SELECT check_id, status, note, points, at, by, digest, basis FROM decided WHERE name = ?", (name,)
        )
        return {row[0]: Made(Decision(*row[:6]), *row[6:]) for row in rows}

    def adjust(self, name: str, adjustment: Adjustment | None) -> None:
        """Keep what a person says about a whole submission; None forgets it."""
        with self.transaction():
            before, after = (asdict(each) if each else None for each in (self.adjustment(name), adjustment))
            if after is None:
                self._write("DELETE FROM adjusted WHERE name = ?", (name,))
            else:
                self._write("INSERT OR REPLACE INTO adjusted VALUES (?, ?)", (name, json.dumps(after)))
            self.happened(name, ADJUSTED, before, after)

    def adjustment(self, name: str) -> Adjustment | None:
        """Return what a person says about a whole submission."""
        rows = self._read("SELECT content FROM adjusted WHERE name = ?", (name,))
        return Adjustment(**json.loads(rows[0][0])) if rows else None

    # What has happened

    def happened(self, name: str, what: str, before: Any, after: Any) -> None:
        """Put something into the history; see `Event`."""
        row = (name, what, json.dumps(before), json.dumps(after), _now(), _who())
        self._write("INSERT INTO history (name, what, before, after, at, by) VALUES (?, ?, ?, ?, ?, ?)", row)

    def version(self) -> int:
        """Return the number of the last event; 0 where nothing has happened."""
        ((number,),) = self._read("SELECT COALESCE(MAX(number), 0) FROM history")
        return int(number)

    def events(self, name: str) -> list[Event]:
        """Return what has happened to one submission, the oldest first."""
        return [
            Event(number, of, what, json.loads(before), json.loads(after), datetime.fromisoformat(at), by)
            for number, of, what, before, after, at, by in self._read(
                "SELECT * FROM history WHERE name = ? ORDER BY number", (name,)
            )
        ]

    # What is known of the whole class

    def remember(self, fact: str, content: Any) -> None:
        """Keep something about the whole class, as JSON."""
        self._write("INSERT OR REPLACE INTO class VALUES (?, ?)", (fact, json.dumps(content)))

    def recall(self, fact: str) -> Any:
        """Return what was kept about the whole class; None where nothing was."""
        kept = self.recall_text(fact)
        return None if kept is None else json.loads(kept)

    def recall_text(self, fact: str) -> str | None:
        """Return the same as it is kept."""
        rows = self._read("SELECT content FROM class WHERE fact = ?", (fact,))
        return str(rows[0][0]) if rows else None


def _said(decision: Decision) -> dict[str, Any]:
    return {"status": decision.status, "note": decision.note, "points": decision.points}


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()


def _who() -> str:
    """Return the name of this account, where it has one."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
