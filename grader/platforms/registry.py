"""The learning platforms there are: a folder each, and a line here for its export and for its gradebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.platforms.blackboard import gradebook as blackboard_gradebook
from grader.platforms.blackboard.export import Blackboard
from grader.platforms.brightspace import gradebook as brightspace_gradebook
from grader.platforms.brightspace.export import Brightspace
from grader.platforms.canvas import gradebook as canvas_gradebook
from grader.platforms.canvas.export import Canvas
from grader.platforms.classroom50.export import Classroom50
from grader.platforms.github_classroom.export import GitHubClassroom
from grader.platforms.gradescope.export import Gradescope
from grader.platforms.moodle import gradebook as moodle_gradebook
from grader.platforms.moodle.export import Moodle

if TYPE_CHECKING:
    from grader.platforms.exports.platform import Platform
    from grader.platforms.gradebooks import Gradebook

EXPORTS: tuple[type[Platform], ...] = (
    Moodle,
    Brightspace,
    Blackboard,
    Gradescope,
    Classroom50,
    GitHubClassroom,
    Canvas,
)
"""Those that are asked whether they have written an export; of several that may have, the first."""

GRADEBOOKS: tuple[type[Gradebook], ...] = (
    brightspace_gradebook.Brightspace,
    canvas_gradebook.Canvas,
    moodle_gradebook.Moodle,
    blackboard_gradebook.Blackboard,
)
"""Those whose gradebooks are filled in."""
