"""What of a class a person has to decide, and deciding it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.classroom.journal import Decision
from grader.classroom.review.standing import standing, standings
from grader.classroom.workers.worker import report_folder
from grader.model.faults import InputError
from grader.platforms.exports.names import clean_name
from grader.report.evidence import is_inside
from grader.report.writing import FORMATS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from grader.classroom.journal import Journal
    from grader.classroom.review.standing import Standing
    from grader.rubric import Result, Status

_MOST_NAMED = 6


@dataclass(frozen=True)
class Item:
    """One check of one hand-in, as it is now.

    Parameters
    ----------
    name
        The submission's.
    student
        The name to show.
    place
        Where the check stands among the activity's, from 0.
    decision
        What a person has decided about it.
    earlier
        What was decided about another content of the hand-in, and does not hold any more.

    """

    name: str
    student: str
    activity: str
    result: Result
    place: int
    decision: Decision | None = None
    earlier: Decision | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: the submission's name and the check's id."""
        return self.name, self.result.id

    @property
    def waits(self) -> bool:
        """Whether a person has to decide it."""
        return self.result.counts and self.result.pending

    def report(self, out: Path) -> Path:
        """Return the report's page in an output folder."""
        return report_folder(out, self.name) / FORMATS["html"].file

    def pictures(self, out: Path) -> list[Path]:
        """Return the pictures that were kept of it in an output folder."""
        kept = (report_folder(out, self.name) / each.path for each in self.result.evidence if is_inside(each.path))
        return [path for path in kept if path.is_file()]


class Review:
    """A class under review; a decision is in the journal when the call returns.

    Raises
    ------
    InputError
        The class has not been graded to its end yet.

    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._class = {one.hand_in.name: one for one in standings(journal)}
        self._items = {name: self._items_of(one) for name, one in self._class.items()}
        if not self._class:
            raise InputError(
                "The class has not been graded to its end yet.",
                hint="Run grader batch again; it goes on where it was stopped.",
            )

    def _items_of(self, one: Standing) -> dict[str, Item]:
        """Return a hand-in's checks by their ids."""
        decisions = {each.check: each for each in self._journal.decisions(one.entry)}
        earlier = {each.check: each for each in self._journal.outdated_decisions(one.entry)}
        name, student = one.hand_in.name, one.hand_in.student or one.hand_in.name
        return {
            result.id: Item(
                name, student, one.report.activity, result, place, decisions.get(result.id), earlier.get(result.id)
            )
            for place, result in enumerate(one.report.results)
        }

    def waiting(
        self, submissions: Collection[str] = (), checks: Collection[str] = (), *, by_student: bool = False
    ) -> list[Item]:
        """Return what a person has to decide, in the order in which it is best decided.

        Parameters
        ----------
        submissions, checks
            Names and ids to narrow it down to; all where there are none.
        by_student
            One student's checks after each other; else one check for the whole class.

        """
        found = (
            item
            for name in submissions or self._items
            for item in self._items[name].values()
            if item.waits and (not checks or item.result.id in checks)
        )
        return sorted(found, key=_student_by_student if by_student else _check_by_check)

    def decide(self, item: Item, status: Status, note: str = "") -> Item:
        """Keep a decision, and return the check as it is then."""
        decision = Decision(item.result.id, status.value, clean_name(note))
        self._journal.decide(self._class[item.name].entry, decision)
        return self._again(item)

    def undecide(self, item: Item) -> Item:
        """Take a decision back, and return the check as it is then."""
        self._journal.undecide(self._class[item.name].entry, item.result.id)
        return self._again(item)

    def _again(self, item: Item) -> Item:
        before = self._class[item.name]
        one = self._class[item.name] = standing(before.hand_in, before.entry, self._journal)
        self._items[item.name] = self._items_of(one)
        return self._items[item.name][item.result.id]

    def item(self, student: str, check: str) -> Item:
        """Return a student's check.

        Raises
        ------
        InputError
            There is no such student or check, or more than one student, or the check does not count.

        """
        name = self.submission(student)
        item = self._items[name][_one_of(check, self._items[name], f"check of {name}")]
        if not item.result.counts:
            raise InputError(f"{item.result.id} of {name} does not count. {item.result.message}".rstrip())
        return item

    def check(self, id_: str) -> str:
        """Return the id of a check that somebody's report has.

        Raises
        ------
        InputError
            Nobody's has it; says which there are.

        """
        return _one_of(id_, [check for items in self._items.values() for check in items], "check")

    def submission(self, student: str) -> str:
        """Return the name of a student's submission.

        Parameters
        ----------
        student
            That name, or the student's as the platform writes it; without regard to case.

        Raises
        ------
        InputError
            There is none, or more than one; says which there are.

        """
        if student in self._class:
            return student
        wanted = _folded(student)
        names = {name: {_folded(each) for each in _names(one)} for name, one in self._class.items()}
        found = [name for name, theirs in names.items() if wanted in theirs]
        if len(found) == 1:
            return found[0]
        if found:
            raise InputError(f"{student} may be {self._listed(found, 'or')}.", hint="Name the submission.")
        words = set(_words(wanted))
        near = [name for name, theirs in names.items() if words and words <= set(_words(" ".join(theirs)))]
        if not near:
            close = difflib.get_close_matches(wanted, {each for theirs in names.values() for each in theirs}, n=3)
            near = [name for name, theirs in names.items() if theirs & set(close)]
        hint = f"Did you mean {self._listed(near, 'or')}?" if near else f"There are {self._listed(names, 'and')}."
        raise InputError(f"No submission is called {student}, and no student.", hint=hint)

    def _listed(self, names: Iterable[str], joined_by: str) -> str:
        shown = []
        for name in names:
            student = self._class[name].hand_in.student
            shown.append(f"{name} ({student})" if student and student != name else name)
        return _joined(shown, joined_by)


def _check_by_check(item: Item) -> tuple[str, int, str, str]:
    return item.activity, item.place, item.student.casefold(), item.name


def _student_by_student(item: Item) -> tuple[str, str, int]:
    return item.student.casefold(), item.name, item.place


def _one_of(wanted: str, known: Iterable[str], what: str) -> str:
    """Return the id that is meant, or say which there are."""
    by_folded = {_folded(id_): id_ for id_ in known}
    if (found := by_folded.get(_folded(wanted))) is not None:
        return found
    near = difflib.get_close_matches(_folded(wanted), by_folded, n=3)
    hint = f"Did you mean {_joined([by_folded[each] for each in near], 'or')}?" if near else None
    raise InputError(f"There is no {what} called {wanted}.", hint=hint or f"There are {', '.join(by_folded.values())}.")


def _names(one: Standing) -> set[str]:
    """Return all that a hand-in may be called: by its own name, its student's, or each of a group's."""
    hand_in = one.hand_in
    return {hand_in.name, hand_in.student or "", *(person.name or "" for person in hand_in.people)} - {""}


def _folded(name: str) -> str:
    return clean_name(name).casefold()


def _words(name: str) -> list[str]:
    return name.replace(",", " ").replace("_", " ").replace(";", " ").split()


def _joined(names: list[str], joined_by: str) -> str:
    """List a few names, and say how many more there are."""
    if (more := len(names) - _MOST_NAMED) > 0:
        names = [*names[:_MOST_NAMED], f"{more} more"]
    return f" {joined_by} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
