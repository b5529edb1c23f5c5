"""What all gradebooks share: rows that are found, a column that is filled, and grades for people."""

from grader.platforms.gradebooks.gradebook import Filled, Gradebook, Undecided
from grader.platforms.gradebooks.grades import grades_csv
from grader.platforms.gradebooks.whose_row import GradedHandIn

__all__ = ["Filled", "Gradebook", "GradedHandIn", "Undecided", "grades_csv"]
