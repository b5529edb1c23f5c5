"""Grades as people and learning platforms read them: one file per platform's gradebook."""

from grader.platforms.gradebooks.gradebook import Filled, Gradebook, Undecided
from grader.platforms.gradebooks.grades import grades_csv
from grader.platforms.gradebooks.matching import Graded
from grader.platforms.gradebooks.writing import FOR_PLATFORMS, GRADES, Written, open_gradebook, write_gradebooks

__all__ = [
    "FOR_PLATFORMS",
    "GRADES",
    "Filled",
    "Gradebook",
    "Graded",
    "Undecided",
    "Written",
    "grades_csv",
    "open_gradebook",
    "write_gradebooks",
]
