"""What of a class needs a person before any check does: who could not be opened, is late, is missing, is alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.classroom.class_folder import ClassFolder
from grader.classroom.likeness.comparing import from_dict
from grader.classroom.likeness.pairs import Compared, pairs
from grader.model.report import NOT_RUN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.classroom.likeness.pairs import Pair
    from grader.classroom.review.standing import Standing


@dataclass(frozen=True)
class Student:
    """Who a submission is by, as every list of a class names them: two may have the same name.

    Parameters
    ----------
    name
        The submission's.
    student
        The name to show.
    ids
        What the learning platform knows them by.

    """

    name: str
    student: str
    ids: Mapping[str, str]

    @property
    def id(self) -> str:
        """The platform's own number or name for them, to be shown beside the name; empty where there is none."""
        return next(iter(self.ids.values()), "")

    @classmethod
    def of(cls, standing: Standing) -> Student:
        """Return whose a graded submission is."""
        hand_in = standing.hand_in
        return cls(hand_in.name, hand_in.student or hand_in.name, hand_in.ids)


@dataclass(frozen=True)
class Unopened:
    """A hand-in that could not be opened, or was lost.

    Parameters
    ----------
    reason, hint
        Why, and what the student can do.

    """

    who: Student
    reason: str
    hint: str | None


class ClassLooking(ClassFolder):
    """The part of a class that needs no decision, and somebody who looks."""

    def students(self) -> dict[str, Student]:
        """Return everyone who is graded by the submission's name, in the order of the export."""
        return {one.hand_in.name: Student.of(one) for one in self.standings()}

    def unopened(self) -> list[Unopened]:
        """Return whose hand-in could not be opened, each with the reason."""
        found = []
        for one in self.standings():
            if one.report.environment.isolation == NOT_RUN:
                why = next((each for each in one.found.values() if each.message), None)
                found.append(Unopened(Student.of(one), why.message if why else "", why.hint if why else None))
        return found

    def late_without_time(self) -> list[Student]:
        """Return who is late, as the platform says, but not when: the days can be said with `adjust`."""
        return [Student.of(one) for one in self.standings() if is_late_without_time(one)]

    def pairs(self) -> list[Pair]:
        """Return which two students' hand-ins have something in common, those that share most first: hints."""
        return pairs([compared(one) for one in self.standings()])


def is_late_without_time(standing: Standing) -> bool:
    """Whether a platform says that it is late, but not when it came, and nobody has said by how many days."""
    said = standing.adjustment is not None and standing.adjustment.days_late is not None
    return standing.hand_in.late and standing.hand_in.submitted is None and not said


def compared(standing: Standing) -> Compared:
    """Return what of a hand-in is compared with the others'."""
    hand_in, print_ = standing.hand_in, standing.entry.extra["fingerprint"]
    called = (called for person in hand_in.people for called in (person.name, *person.ids.values()) if called)
    return Compared(hand_in.name, tuple(called), from_dict(print_) if print_ else None)
