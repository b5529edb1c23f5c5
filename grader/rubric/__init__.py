"""The words activities are written in: Activity, check, outcomes, and the report they end in."""

from grader.rubric.activity import Activity, Check
from grader.rubric.items import Item
from grader.rubric.outcome import Evidence, Failed, Partial, Review, Status, StoredCookie
from grader.rubric.report import Environment, Handed, Report, Result, Score
from grader.rubric.running import Fixtures, Nobody, Watcher, Witness, run_checks
from grader.rubric.text import displays, excerpt, squeeze

__all__ = [
    "Activity",
    "Check",
    "Environment",
    "Evidence",
    "Failed",
    "Fixtures",
    "Handed",
    "Item",
    "Nobody",
    "Partial",
    "Report",
    "Result",
    "Review",
    "Score",
    "Status",
    "StoredCookie",
    "Watcher",
    "Witness",
    "displays",
    "excerpt",
    "run_checks",
    "squeeze",
]
