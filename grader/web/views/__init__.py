"""What the page answers: each view calls `ClassSession` and fills in a template."""

from grader.web.views import alike, class_, deciding, files, lapsed, live, one_check, picture_files, start, student

_ALL = (alike, one_check, class_, deciding, files, lapsed, picture_files, live, start, student)
VIEWS = tuple(module.views for module in _ALL)
