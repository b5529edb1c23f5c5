"""The words activities are written in: Activity, check, outcomes, and the report they end in.

May import ``document/`` and all before it, and needs ``model/`` and ``machine/`` alone.  Begin reading at
`grader.rubric.activity`, and go on with `grader.rubric.running_checks`.
"""

from grader.model.items import Item, any_of, code, cookies, page
from grader.model.outcome import Evidence, Failed, Partial, Review, Status, StoredCookie
from grader.model.report import Environment, Handed, Report, Result, Score
from grader.model.text import accepting, as_asked, displays, excerpt, squeeze
from grader.rubric.activity import Activity, Check
from grader.rubric.running_checks import ChecksRun, Fixtures, Watcher, Witness, run_checks

__all__ = [
    "Activity",
    "Check",
    "ChecksRun",
    "Environment",
    "Evidence",
    "Failed",
    "Fixtures",
    "Handed",
    "Item",
    "Partial",
    "Report",
    "Result",
    "Review",
    "Score",
    "Status",
    "StoredCookie",
    "Watcher",
    "Witness",
    "accepting",
    "any_of",
    "as_asked",
    "code",
    "cookies",
    "displays",
    "excerpt",
    "page",
    "run_checks",
    "squeeze",
]
