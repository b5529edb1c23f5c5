"""What a course sets for itself in ``grader.toml``: points, wordings, deliverables, the minimum, late hand-ins.

May import ``activities/`` and all before it.  Begin reading at `grader.course.settings`; how the file is read and
written is told by `grader.course.reading` and `grader.course.writing`.
"""

from grader.course.finding import course_settings
from grader.course.late import LatePolicy
from grader.course.settings import DELIVERABLES, ActivitySettings, CourseSettings

__all__ = ["DELIVERABLES", "ActivitySettings", "CourseSettings", "LatePolicy", "course_settings"]
