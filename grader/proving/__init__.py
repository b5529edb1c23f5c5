"""``grader prove``: whether an activity's checks notice the mistakes that can be made, and nothing but those.

The model solution is made wrong in one place at a time (``mistakes/``) and written in other right ways
(``rewrites/``); all that comes of it is graded, and what each check saw (`glass`) says whose matter a mistake is.
Begin reading at `prove`.  May import all that comes before it, and no door; nothing that grades needs it.
"""

from grader.proving.proof import CheckRow, Proof, Trial, TrialVerdict
from grader.proving.proving import Solution, make_variants, open_solution, prove

__all__ = ["CheckRow", "Proof", "Solution", "Trial", "TrialVerdict", "make_variants", "open_solution", "prove"]
