"""Deciding: what a person says about checks and whole submissions, kept at once, undone, and kept for a new hand-in."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.classroom.class_folder import DRAFTS, ClassFolder, item_called
from grader.classroom.errors import ClassError
from grader.classroom.records import Adjustment, Decision
from grader.classroom.review.review_items import (
    check_by_check,
    comments_on,
    item_of,
    lapsed_of,
    student_by_student,
    waiting_of,
)
from grader.classroom.review.standing import basis
from grader.classroom.review.verdicts import Change, Changes, Verdict, refuse_bad_points, refuse_twice, refuse_undecided
from grader.model.faults import Code
from grader.model.outcome import Status
from grader.platforms.exports.folder_names import clean_name

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from grader.classroom.review.review_items import Comment, Lapsed, ReviewItem
    from grader.classroom.review.same_question import ReviewGroup
    from grader.classroom.review.standing import Standing

_MOST_POINTS, _MOST_DAYS = 10_000, 3_650
"""A slip of the finger beyond these would stand in every file of the class."""


class ClassDeciding(ClassFolder):
    """The part of a class that a person decides."""

    def waiting(
        self, submissions: Collection[str] = (), checks: Collection[str] = (), *, by_student: bool = False
    ) -> list[ReviewItem]:
        """Return what a person has to decide, in a fair order that is always the same for a class.

        Parameters
        ----------
        submissions, checks
            Names and ids to narrow it down to; all where there are none.
        by_student
            One student's checks after each other; else one check for the whole class.

        Raises `ClassError`: nobody is graded yet.
        """
        class_ = self._graded()
        found = (
            item
            for name in submissions or class_
            for item in waiting_of(class_[name])
            if not checks or item.result.id in checks
        )
        return sorted(found, key=student_by_student if by_student else check_by_check)

    def groups(self, items: Sequence[ReviewItem] | None = None) -> list[ReviewGroup]:
        """Put together what is one question: the same picture saved again, or the same reason; see `ReviewGroup`.

        Parameters
        ----------
        items
            In the order in which they are asked; all that waits where it is None.
        """
        from grader.classroom.review.same_question import alike

        return alike(self.waiting() if items is None else items, self.out)

    def decide(self, verdicts: Iterable[Verdict], note: str = "") -> Changes:
        """Keep decisions, all of them or none; they are on the disk when this returns.

        Reports, overview and gradebooks show them once `publish` has written those again.

        Parameters
        ----------
        verdicts
            At most one for each check.
        note
            What the students read about it.

        Returns
        -------
        Changes
            Nothing was decided where these hold conflicts.

        Raises `ClassError`: a check is named twice, is not there, does not count, cannot earn so much, or is to be
        taken back though nobody has decided it; or the journal cannot be written.
        """
        wanted = list(verdicts)
        with self._journal.transaction():  # nobody else decides or grades between looking and writing
            class_ = self._graded()
            before = [item_called(verdict.name, verdict.check, class_) for verdict in wanted]
            pairs = list(zip(wanted, before, strict=True))
            refuse_twice(before)
            for verdict, item in pairs:
                refuse_bad_points(verdict, item)
            conflicts = tuple(item for verdict, item in pairs if verdict.seen not in {None, item.seen})
            if conflicts:
                return Changes(conflicts=conflicts)
            refuse_undecided(item for verdict, item in pairs if verdict.status is None)
            names = dict.fromkeys(item.name for item in before)
            waited = {item.key for name in names for item in waiting_of(class_[name])}
            for verdict, item in pairs:
                self._write(verdict, item, class_[item.name], note)
            after = self._standings.all()
        made = [Change(item, item_of(after[item.name], item.result.id)) for item in before]
        known = waited | {item.key for item in before}
        also = [item for name in names for item in waiting_of(after[name]) if item.key not in known]
        return Changes(tuple(made), tuple(also))

    def undo(self, changes: Changes) -> Changes:
        """Decide as it was before; see `decide`."""
        return self.decide(Verdict.as_in(change.before.decision, change.after) for change in changes.made)

    def lapsed(self, student: str | None = None) -> list[Lapsed]:
        """Return the decisions about something else than is there now, of a student or all: none is dropped in silence.

        Each can be kept (`keep`), decided anew (`decide`) or let go (`drop`).
        """
        class_ = self._graded()
        names = class_ if student is None else [self.submission(student)]
        return [lapsed for name in names for lapsed in lapsed_of(class_[name])]

    def keep(self, lapsed: Iterable[Lapsed]) -> Changes:
        """Let earlier decisions hold for what is there now, with their notes and points.

        Raises `ClassError`: the hand-in has no such check any more, or the decision is not there any more.
        """
        wanted = list(lapsed)
        with self._journal.transaction():
            self._refuse_gone(wanted)
            return self.decide(
                Verdict.as_in(each.decision, each.item or self.item(each.name, each.decision.check)) for each in wanted
            )

    def drop(self, lapsed: Iterable[Lapsed]) -> None:
        """Let earlier decisions go; the history keeps them.

        Raises `ClassError`: a decision is not there any more.
        """
        wanted = list(lapsed)
        with self._journal.transaction():
            class_ = self._graded()
            self._refuse_gone(wanted)
            for each in wanted:
                self._journal.undecide(class_[each.name].entry, each.decision.check)

    def adjust(self, student: str, adjustment: Adjustment | None) -> Standing:
        """Keep points added or taken off for a whole submission, and how late it was; None takes that back.

        `student`: see `submission`.  Raises `ClassError`: there is no such student, the points are no number, the days
        are below zero, or it cannot be written.
        """
        name = self.submission(student)
        if adjustment is not None:
            days = adjustment.days_late or 0
            if not abs(adjustment.points) <= _MOST_POINTS or not 0 <= days <= _MOST_DAYS:  # not a number is in no order
                said = f"{adjustment.points:g} points and {days:,} days late are no numbers that {name} can be given."
                raise ClassError(Code.BAD_POINTS, said, name=name, check=None, points=adjustment.points, most=None)
            adjustment = replace(adjustment, reason=clean_name(adjustment.reason))
            if adjustment == Adjustment():
                adjustment = None
        self._journal.adjust(name, adjustment)
        return self._graded()[name]

    def draft(self, item: ReviewItem) -> str:
        """Return the note that was begun for a check and not used."""
        drafts: dict[str, str] = self._journal.recall(DRAFTS) or {}
        return drafts.get(_draft_of(item), "")

    def keep_draft(self, item: ReviewItem, note: str) -> None:
        """Keep a note that is not used yet; an empty one forgets it."""
        drafts: dict[str, str] = self._journal.recall(DRAFTS) or {}
        if drafts.get(_draft_of(item), "") != note:
            with self._journal.transaction():
                drafts = {**(self._journal.recall(DRAFTS) or {}), _draft_of(item): note}
                self._journal.remember(DRAFTS, {key: words for key, words in drafts.items() if words})

    def comments(self, check: str, activity: str | None = None) -> list[Comment]:
        """Return what students were told about a check, the most used first."""
        return comments_on(check, activity, self._graded().values())

    def change_comment(self, comment: Comment, words: str) -> Changes:
        """Write other words in the place of a comment, wherever it is used; how often that is, it says itself.

        Raises `ClassError`: the journal cannot be written.
        """
        return self.decide(
            Verdict(item.name, item.result.id, Status(item.decision.status), item.seen, words, item.decision.points)
            for item in comment.items
            if item.decision is not None
        )

    def _refuse_gone(self, lapsed: Iterable[Lapsed]) -> None:
        class_ = self._graded()
        for each in lapsed:
            now = class_[each.name].earlier.get(each.decision.check) if each.name in class_ else None
            if now != each.decision:
                said = f"No earlier decision about {each.decision.check} of {each.name} is left like that."
                raise ClassError(Code.NOTHING_LAPSED, said, name=each.name, check=each.decision.check)

    def _write(self, verdict: Verdict, item: ReviewItem, standing: Standing, note: str) -> None:
        check = item.result.id
        if verdict.status is None:
            self._journal.undecide(standing.entry, check)
            return
        words = clean_name(note if verdict.note is None else verdict.note)
        decision = Decision(check, verdict.status.value, words, verdict.points)
        self._journal.decide(standing.entry, decision, basis(standing.found[check], standing.as_found))


def _draft_of(item: ReviewItem) -> str:
    return f"{item.name} {item.result.id}"
