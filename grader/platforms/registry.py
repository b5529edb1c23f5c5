"""The learning platforms there are: a folder each, and a line here for its export and for its gradebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.platforms.blackboard import gradebook as blackboard_gradebook
from grader.platforms.blackboard.export import BlackboardExport
from grader.platforms.brightspace import gradebook as brightspace_gradebook
from grader.platforms.brightspace.export import BrightspaceExport
from grader.platforms.canvas import gradebook as canvas_gradebook
from grader.platforms.canvas.export import CanvasExport
from grader.platforms.classroom50.export import Classroom50Export
from grader.platforms.github_classroom.export import GitHubClassroomExport
from grader.platforms.gradescope.export import GradescopeExport
from grader.platforms.moodle import gradebook as moodle_gradebook
from grader.platforms.moodle.export import MoodleExport

if TYPE_CHECKING:
    from grader.platforms.exports.platform import Platform
    from grader.platforms.gradebooks import Gradebook

EXPORTS: tuple[type[Platform], ...] = (
    MoodleExport,
    BrightspaceExport,
    BlackboardExport,
    GradescopeExport,
    Classroom50Export,
    GitHubClassroomExport,
    CanvasExport,
)
"""Those that are asked whether they have written an export; of several that may have, the first."""

GRADEBOOKS: tuple[type[Gradebook], ...] = (
    brightspace_gradebook.BrightspaceGradebook,
    canvas_gradebook.CanvasGradebook,
    moodle_gradebook.MoodleGradebook,
    blackboard_gradebook.BlackboardGradebook,
)
"""Those whose gradebooks are filled in."""
