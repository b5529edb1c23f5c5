"""What a course sets for itself in ``grader.toml``: points, wordings, deliverables, the minimum, late hand-ins.

May import ``activities/`` and all before it.  Begin reading at `grader.course.settings`; how the file is read and
written is told by `grader.course.reading_toml` and `grader.course.writing_toml`.
"""

from grader.course.late import LatePolicy
from grader.course.settings import DELIVERABLES, ActivitySettings, CourseSettings
from grader.course.which_settings import course_settings

__all__ = ["DELIVERABLES", "ActivitySettings", "CourseSettings", "LatePolicy", "course_settings"]
