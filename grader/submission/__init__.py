"""What was handed in: opened safely, with the app found in it.

May import ``source/``, ``machine/`` and ``model/``; runs nothing.  Begin reading at `grader.submission.opening`.
"""

from grader.submission.finding_app import all_apps, app_or_reason, find_app
from grader.submission.opening import Opened, Submission, open_submission

__all__ = ["Opened", "Submission", "all_apps", "app_or_reason", "find_app", "open_submission"]
