"""Scoring again: other points, other words that are accepted; shown before it is written, and nothing is run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.classroom.class_choosing import ClassChoosing
from grader.classroom.class_folder import ASKED, EXPORT
from grader.classroom.class_request import ClassRequest
from grader.classroom.errors import ClassError
from grader.classroom.review.standing import LATE, standing_of
from grader.classroom.roster import Student
from grader.classroom.scoring.scoring_again import SCORING, activity_of, kept_late, scored
from grader.model.faults import Code
from grader.model.text import squeeze

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.classroom.class_publishing import Published
    from grader.classroom.records import Entry
    from grader.classroom.review.review_items import ReviewItem
    from grader.classroom.review.standing import Standing
    from grader.course import CourseSettings
    from grader.model.report import Score
    from grader.rubric import Activity, Report

_LONGEST_WORDS = 80


@dataclass(frozen=True)
class ScoreChange:
    """A student whose score changes.

    `checks` are the ids of the checks that end in another way or are worth something else.
    """

    who: Student
    before: Score
    after: Score
    checks: tuple[str, ...]


@dataclass(frozen=True)
class Rescoring:
    """What scoring a class again would do; nothing is written yet: see `ClassScoring.apply`.

    Parameters
    ----------
    changes
        In the order of the export; who keeps the same score is not among them.
    to_run
        Whose app has to be run for it: they stay as they are until the class is graded again.
    activity, words
        The words that would be accepted besides, and for which exercise.
    source
        The file of settings that they would be written into; None where none are.
    """

    changes: tuple[ScoreChange, ...]
    to_run: tuple[Student, ...]
    activity: str | None
    words: Mapping[str, Sequence[str]]
    source: Path | None
    entries: tuple[Entry, ...] = field(repr=False)
    course: CourseSettings = field(repr=False)
    version: int = field(repr=False)


@dataclass(frozen=True)
class Wording:
    """What a page displays in the place of the handout's words.

    `asked` is the handout's. `shown` is what is there instead, without what belongs to one student alone: to be looked
    at, and perhaps cut, first.
    """

    asked: str
    shown: str


class ClassScoring(ClassChoosing):
    """The part of a class that is scored again."""

    def wording_of(self, item: ReviewItem) -> Wording | None:
        """Return what a check's page displays in the place of the handout's words, where to accept it would help."""
        kept = self._graded()[item.name].entry.extra.get(SCORING) or {"checks": {}}
        as_it_is, *supposed = kept["checks"].get(item.result.id) or [None]
        activity = activity_of(item.activity, self._asked().activity)
        for ending in supposed:
            missed = [asked[:3] for asked in as_it_is["asked"] or () if asked[3] is False]
            there = [asked[:3] for asked in ending["asked"] or () if asked[3] is True]
            for _, words, shown in (asked for asked in there if asked in missed):
                asked = next((each for each in activity.wordings if squeeze(each) in squeeze(words)), None)
                if asked is not None and ending["ends"]["earned"] > as_it_is["ends"]["earned"]:
                    return Wording(asked, _instead(shown, words, asked))
        return None

    def preview(self, activity: str | None = None, words: Mapping[str, Sequence[str]] | None = None) -> Rescoring:
        """Find out what changes with the course's settings as they are now; nothing is written.

        Parameters
        ----------
        activity, words
            For words of the handout, others that would be accepted besides, and for which exercise.

        Raises `InputError`: nobody is graded yet, the settings are wrong, or the exercise asks for no such words.
        """
        class_, version, asked = self._graded(), self._journal.version(), self._asked()
        course = self._course()
        if words:
            activity = activity or next(iter(class_.values())).report.activity
            course = _accepting(course, activity_of(activity, asked.activity), words)
        changes, to_run, entries = [], [], []
        for one in class_.values():
            asked_for = activity_of(one.report.activity, asked.activity)
            after = scored(one.entry, one.hand_in, asked_for, course, one.as_found)
            if after is None:
                to_run.append(Student.of(one.hand_in))
            elif after[1] is not None:
                entries.append(after[0])
                changes += self._change(one, after[0], after[1], course)
        source = self._settings_file() if words else None
        return Rescoring(tuple(changes), tuple(to_run), activity, words or {}, source, tuple(entries), course, version)

    def apply(self, rescoring: Rescoring) -> Published:
        """Write what was shown: accepted words into the course's settings, and everyone's score.

        Students' reports are left to `catch_up`: those of a class take a minute.

        Raises `InputError`: the class has changed since, somebody is grading it, or something cannot be written.
        """
        from grader.course.writing_toml import accept_words

        self._refuse_another_grader()
        with self._journal.transaction():
            if self._journal.version() != rescoring.version:
                said = f"The class in {self.out} has changed since the scores were compared."
                raise ClassError(Code.NOT_ALIKE, said, path=rescoring.source)
            if rescoring.source is not None and rescoring.activity is not None:
                activity = activity_of(rescoring.activity, self._asked().activity)
                accept_words(rescoring.source, activity, rescoring.words)
                kept = self._journal.recall(ASKED) or {}
                self._journal.remember(ASKED, {**kept, "config": str(rescoring.source.resolve())})
            self._journal.record_all(list(rescoring.entries), "scored")
            self._journal.remember(LATE, kept_late(rescoring.course))
        self._to_grade = None  # what was read before knows the settings of then
        return self.publish(later=True)

    def _change(self, one: Standing, after: Entry, as_found: Report, course: CourseSettings) -> list[ScoreChange]:
        now = standing_of(one.hand_in, after, self._journal, course.late, as_found).report
        before = {result.id: (result.status, result.points, result.earned) for result in one.report.results}
        checks = [
            result.id for result in now.results if (result.status, result.points, result.earned) != before[result.id]
        ]
        if not checks and now.score == one.report.score:
            return []
        return [ScoreChange(Student.of(one.hand_in), one.report.score, now.score, tuple(checks))]

    def _asked(self) -> ClassRequest:
        kept = self._journal.recall(ASKED)
        return ClassRequest.from_kept(kept) if kept else ClassRequest(looks_for_config=False)

    def _course(self) -> CourseSettings:
        """Read the course's settings as they are now."""
        return self._asked().course(self._graded_from())

    def _settings_file(self) -> Path:
        """Return where the course's settings are, or would be found: beside what was graded."""
        config = self._asked().config
        if config is not None:
            return Path(config)
        from grader.course.which_settings import FILE

        return self._graded_from().parent / FILE

    def _graded_from(self) -> Path:
        return Path((self._journal.recall(EXPORT) or [self.out])[0])


def _accepting(course: CourseSettings, activity: Activity, words: Mapping[str, Sequence[str]]) -> CourseSettings:
    """Return the settings with more words that are accepted."""
    own = course.of(activity.id)
    wordings = dict(own.wordings)
    for asked, others in words.items():
        known = next((each for each in activity.wordings if squeeze(each) == squeeze(asked)), None)
        if known is None or not all(map(squeeze, others)):
            said = f'{activity.id} asks for no words "{asked}" that others could take the place of.'
            raise ClassError(Code.NO_WORDS, said, check=asked, all=list(activity.wordings))
        there = {squeeze(each) for each in wordings.get(known, ())}
        more = (other for other in others if squeeze(other) not in there)
        wordings[known] = (*wordings.get(known, ()), *more)
    return replace(course, activities={**course.activities, activity.id: replace(own, wordings=wordings)})


def _instead(shown: str, words: str, asked: str) -> str:
    """Return the line that takes the place of the words, up to what comes after them: a cookie's value, say."""
    after = words.strip()[len(asked) :].strip() if words.strip().startswith(asked) else ""
    lines = [line.strip() for line in shown.splitlines() if line.strip()]
    line = next((each for each in lines if after and after in each), lines[0] if lines else "")
    return (line.partition(after)[0] if after else line).strip()[:_LONGEST_WORDS]
