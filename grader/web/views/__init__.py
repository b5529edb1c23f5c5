"""What the page answers: each view calls `ClassSession` and fills in a template."""

from grader.web.views import alike, check, class_, deciding, files, lapsed, pictures, running, starting, student

_ALL = (alike, check, class_, deciding, files, lapsed, pictures, running, starting, student)
VIEWS = tuple(module.views for module in _ALL)
