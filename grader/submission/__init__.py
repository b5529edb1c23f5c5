"""What was handed in: opened safely, with the app found in it."""

from grader.submission.finding import app_or_reason, find_app
from grader.submission.opening import Submission, open_submission

__all__ = ["Submission", "app_or_reason", "find_app", "open_submission"]
