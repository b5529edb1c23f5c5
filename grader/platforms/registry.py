"""The learning platforms there are: a folder each, and a line here for its export and for its gradebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.platforms.blackboard.export import BlackboardExport
from grader.platforms.blackboard.gradebook import BlackboardGradebook
from grader.platforms.brightspace.export import BrightspaceExport
from grader.platforms.brightspace.gradebook import BrightspaceGradebook
from grader.platforms.canvas.export import CanvasExport
from grader.platforms.canvas.gradebook import CanvasGradebook
from grader.platforms.classroom50.export import Classroom50Export
from grader.platforms.github_classroom.export import GitHubClassroomExport
from grader.platforms.gradescope.export import GradescopeExport
from grader.platforms.moodle.export import MoodleExport
from grader.platforms.moodle.gradebook import MoodleGradebook

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
    CanvasGradebook,
    MoodleGradebook,
    BlackboardGradebook,
    BrightspaceGradebook,
)
"""Those whose gradebooks are filled in."""
