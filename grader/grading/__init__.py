"""The use case, once: open a hand-in, recognise its activity, settle what the course asks, grade, try once more.

Every door goes through here: ``grader check`` (and so the GitHub action), ``grader batch`` and its workers, those of a
cluster, the pytest plugin, Gradescope's script and `grader.grade`.  Begin reading at `Grader`.  May import all that
comes before it (`grader.submission` to `grader.course`), and neither a report's format nor a door.
"""

from grader.grading.attempt import GradingAttempt
from grader.grading.gradable import Gradable, OnDisk, Openable, open_gradable, settle
from grader.grading.grader import Grader, OneByOne
from grader.grading.grading_settings import Settings, settings_for
from grader.grading.refused import report_of_refused

__all__ = [
    "Gradable",
    "Grader",
    "GradingAttempt",
    "OnDisk",
    "OneByOne",
    "Openable",
    "Settings",
    "open_gradable",
    "report_of_refused",
    "settings_for",
    "settle",
]
