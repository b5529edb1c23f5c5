"""Names and numbers that users and other programs rely on.  Imports nothing, so that the command line starts fast."""

from __future__ import annotations

GROUPS = ("browser", "document")
"""What a check may look at that can be left out with ``--skip``."""

ISOLATIONS = ("auto", "sandbox", "process")
"""How an app may be kept apart; ``auto`` takes the strongest there is."""

UNDECIDED = ("blank", "earned")
"""What gradebooks may get, with ``--undecided``, for who has points that are still to be decided."""

MAKER = "flask-activity-grader"
"""The mark of our reports: the author of Word documents, which Word keeps, and the generator of pages."""

COMPLETING = "_GRADER_COMPLETE"
"""The variable in which a shell asks what Tab completes to, as click names it."""

LOG_LEVELS = ("debug", "info", "warning", "error")
"""How much the grader says of what it does, with ``--log-level`` or ``GRADER_LOG``."""

PASSED, BELOW_MINIMUM, WRONG_USE, GRADER_ERROR, INTERRUPTED = 0, 1, 2, 3, 130
"""Exit codes."""
