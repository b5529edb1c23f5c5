"""What is asked of a class: plain data, kept in the journal so that any door can go on where another one stopped."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.activities.from_file import is_path

if TYPE_CHECKING:
    from grader.course import CourseSettings
    from grader.grading import Settings
    from grader.platforms.gradebooks import Undecided
    from grader.sandbox.isolation import Isolation


@dataclass(frozen=True, kw_only=True)
class ClassRequest:
    """How a class is to be graded.

    Parameters
    ----------
    activity
        Its id, or the file that makes it; worked out for each hand-in if None.
    workers
        How many hand-ins are graded at a time; as many as there are processors if None.
    cluster
        The address of a Dask cluster that does the grading instead.
    gradebook, column
        What the platform exported, and the assignment's column in it.
    config
        The course's settings.
    skip
        The groups of checks to leave out.
    isolation
        ``auto``, ``sandbox`` or ``process``.
    screenshots
        Whether reports show what the browser saw.
    undecided
        What gradebooks get for who has points that are still to be decided.
    looks_for_config
        Whether the course's settings are looked for where none are named.
    """

    activity: str | None = None
    workers: int | None = None
    cluster: str | None = None
    gradebook: Path | None = None
    column: str | None = None
    config: str | None = None
    skip: frozenset[str] = frozenset()
    isolation: str = "auto"
    screenshots: bool = False
    undecided: Undecided = "blank"
    looks_for_config: bool = True

    def settings(self, export: Path) -> Settings:
        """Return how each hand-in is graded.

        `export` is what is graded: the course's settings may lie in a folder above it.  Raises `InputError`: there is
        no such activity, the course's settings are wrong, or this machine has no sandbox.
        """
        from grader.grading import Settings

        return Settings(
            course=self.course(export),
            isolation=self._isolation(),
            skip=self.skip,
            screenshots=self.screenshots,
            pictures=True,
            keep_warm=True,
            suppose=True,
        )

    def course(self, export: Path) -> CourseSettings:
        """Return what the course has set; see `settings`."""
        from grader.activities import activity_named
        from grader.course import CourseSettings, course_settings

        own = activity_named(self.activity) if self.activity else None
        return course_settings(self.config, export, own) if self.looks_for_config else CourseSettings()

    def _isolation(self) -> Isolation:
        """Return the isolation to use; on a cluster, where each machine looks for a sandbox of its own, unseen."""
        from grader.sandbox.isolation import choose_isolation

        if self.cluster is None:
            return choose_isolation(self.isolation, fall_back=False)
        return "process" if self.isolation == "process" else "sandbox"

    def as_kept(self, settings: Settings) -> dict[str, Any]:
        """Return the same as JSON data that means the same in another folder."""
        kept = asdict(self)
        del kept["looks_for_config"]
        if self.activity is not None and is_path(self.activity):
            kept["activity"] = _anywhere(self.activity)
        places = {"gradebook": _anywhere(self.gradebook), "config": _anywhere(settings.course.source)}
        return {**kept, "skip": sorted(self.skip), **places}

    @classmethod
    def from_kept(cls, kept: dict[str, Any]) -> ClassRequest:
        """Read back what `as_kept` made."""
        gradebook, config = kept["gradebook"], kept["config"]
        made = {
            "skip": frozenset(kept["skip"]),
            "gradebook": Path(gradebook) if gradebook else None,
            "config": _from_here(config) if config else None,
        }
        return cls(**{**kept, **made}, looks_for_config=config is not None)


def _anywhere(path: Path | str | None) -> str | None:
    """Return a path as it means the same in another folder."""
    return str(Path(path).resolve()) if path else None


def _from_here(path: str) -> str:
    """Return a path as seen from here: reports name it, and need not tell where on this machine that is."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive
        return path
