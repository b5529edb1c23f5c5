"""What of a class a person has to decide, in a fair order, and what students were told before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.classroom.roster import Student
from grader.classroom.workers.worker import report_folder
from grader.model.outcome import Status
from grader.report.evidence import is_inside
from grader.report.writing_reports import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from grader.classroom.records import Decision
    from grader.classroom.review.standing import Standing
    from grader.rubric import Result


@dataclass(frozen=True)
class ReviewItem(Student):
    """One check of one student's hand-in, as it is now.

    Parameters
    ----------
    place
        Where the check stands among the activity's, from 0.
    decision
        What a person has decided about it.
    earlier
        What was decided about another content of the hand-in, and does not hold any more.
    seen
        Changes with all that a person looks at before deciding: with what was handed in, what the check found, and
        what has been decided.
    prints
        What its pictures are compared by, by their paths; see `grader.classroom.likeness.evidence_prints`.
    found
        What the grader itself found, whatever was decided since.
    """

    activity: str
    result: Result
    place: int
    seen: str
    decision: Decision | None = None
    earlier: Decision | None = None
    prints: Mapping[str, Sequence[Any]] = field(default_factory=dict, repr=False)
    found: Result | None = field(default=None, repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """What it is known by: the submission's name and the check's id."""
        return self.name, self.result.id

    @property
    def waits(self) -> bool:
        """Whether a person has to decide it."""
        return self.result.waits

    @property
    def lacks_note(self) -> bool:
        """Whether a person took points off and the report says nowhere why: worth asking once."""
        if self.decision is None or self.decision.note or self.result.earned >= self.result.points:
            return False
        return self.found is None or self.found.status not in (Status.FAILED, Status.PARTIAL)

    def report(self, out: Path) -> Path:
        """Return the report's page in an output folder."""
        return report_folder(out, self.name) / FORMATS["html"].file

    def pictures(self, out: Path) -> list[Path]:
        """Return the pictures that were kept of it in an output folder."""
        kept = (report_folder(out, self.name) / each.path for each in self.result.evidence if is_inside(each.path))
        return [path for path in kept if path.is_file()]

    def originals(self, out: Path) -> list[Path]:
        """Return the same pictures as they were handed in, as far as they were kept so."""
        found = []
        for each in self.result.evidence:
            names = [name for name in (each.original, each.path) if name and is_inside(name)]
            paths = [report_folder(out, self.name) / name for name in names]
            found += [path for path in paths if path.is_file()][:1]
        return found


@dataclass(frozen=True)
class Lapsed(Student):
    """A decision about something else than is there now: the student has handed in anew.

    `item` is the check as it is now; None where it is gone, or does not count.
    """

    decision: Decision
    item: ReviewItem | None


def lapsed_of(standing: Standing) -> list[Lapsed]:
    """Return a hand-in's decisions that hold no more."""
    items = items_of(standing) if standing.earlier else {}
    who = vars(Student.of(standing.hand_in))
    return [
        Lapsed(**who, decision=decision, item=item if (item := items.get(check)) and item.result.counts else None)
        for check, decision in standing.earlier.items()
    ]


def item_of(standing: Standing, check: str) -> ReviewItem:
    """Return one check of a hand-in, which it has."""
    results = enumerate(standing.report.results)
    return next(_item(standing, place, result) for place, result in results if result.id == check)


def items_of(standing: Standing) -> dict[str, ReviewItem]:
    """Return a hand-in's checks by their ids, in the activity's order."""
    return {result.id: _item(standing, place, result) for place, result in enumerate(standing.report.results)}


def waiting_of(standing: Standing) -> list[ReviewItem]:
    """Return those that a person has to decide."""
    results = enumerate(standing.report.results)
    return [_item(standing, place, result) for place, result in results if result.waits]


def _item(standing: Standing, place: int, result: Result) -> ReviewItem:
    hand_in, entry, report, decisions, earlier = standing[:5]
    kept = entry.extra.get("pictures", {})  # not in the first journals
    return ReviewItem(
        **vars(Student.of(hand_in)),
        activity=report.activity,
        result=result,
        place=place,
        seen=_seen(entry.digest, result, decisions.get(result.id)),
        decision=decisions.get(result.id),
        earlier=earlier.get(result.id),
        prints={each.path: kept[each.path] for each in result.evidence if each.path in kept},
        found=standing.found.get(result.id),
    )


def _seen(digest: str, result: Result, decision: Decision | None) -> str:
    found = (result.status.value, result.earned, result.message, result.observed)
    decided = (decision.status, decision.note, decision.points) if decision else None
    return _digest(json.dumps([digest, found, [each.path for each in result.evidence], decided]))[:32]


def check_by_check(item: ReviewItem) -> tuple[str, int, str]:
    """Sort one check for the whole class after the other, each in an order of its own.

    Who is looked at first gets more points; so nobody is first everywhere, and the order does not follow names.  It is
    the same each time that one looks, and for who joins later nobody else's place changes.
    """
    return item.activity, item.place, _digest(item.activity, item.result.id, item.name)


def student_by_student(item: ReviewItem) -> tuple[str, str, int]:
    """Sort one student's checks after each other, the students in an order that does not follow their names."""
    return _digest(item.activity, "", item.name), item.name, item.place


def _digest(*facts: str) -> str:
    """Return what changes with each of the facts; for an order it is a lot, like chance and always the same."""
    return hashlib.sha256("\0".join(facts).encode("utf-8", "backslashreplace")).hexdigest()


@dataclass(frozen=True)
class Comment:
    """A note that was written about a check.

    `items` are where it is used.
    """

    words: str
    items: tuple[ReviewItem, ...]

    @property
    def used(self) -> int:
        """How many reports have it."""
        return len(self.items)

    @property
    def seen(self) -> str:
        """Changes with the words, and with where they are used: what a person is shown before changing them."""
        return _digest(json.dumps([self.words, sorted(item.seen for item in self.items)]))[:32]


def comments_on(check: str, activity: str | None, class_: Iterable[Standing]) -> list[Comment]:
    """Return the notes of a check, the most used first, then as they stand in the alphabet.

    Parameters
    ----------
    activity
        Of which exercise; of all if None.
    """
    found: dict[str, list[ReviewItem]] = {}
    for one in class_:
        decision = one.decisions.get(check)
        if decision is not None and decision.note and activity in {None, one.report.activity}:
            found.setdefault(decision.note, []).append(item_of(one, check))
    comments = [Comment(words, tuple(items)) for words, items in found.items()]
    return sorted(comments, key=lambda comment: (-comment.used, comment.words))
