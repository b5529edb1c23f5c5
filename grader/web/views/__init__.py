"""What the page answers: each view calls `ClassSession` and fills in a template."""

from grader.web.views import alike, check, class_, deciding, files, pictures, running, starting, student

VIEWS = (
    alike.views,
    check.views,
    class_.views,
    deciding.views,
    student.views,
    files.views,
    pictures.views,
    running.views,
    starting.views,
)
