"""What ``grader check`` does, once its options are read."""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.cli import github
from grader.model.contract import BELOW_MINIMUM, GRADER_ERROR, PASSED
from grader.model.faults import MachineFault

if TYPE_CHECKING:
    from grader.browser import Browser
    from grader.grading import Grader
    from grader.rubric import Activity, Report
    from grader.sandbox import Starter
    from grader.sandbox.isolation import Isolation

_ALL = 100.0


def launch_browser() -> Browser | None:
    """Begin to start the browser before anything else: it takes longest.  The checks say it if there is none."""
    from grader.browser import Browser, find

    try:
        return Browser.launch(find())
    except MachineFault:
        return None


def load_ahead(*, document: bool) -> None:
    """Load what is needed later while app and browser start, when there is nothing else to do."""
    from grader.cli.terminal import load

    load()
    if document:
        import grader.document  # noqa: F401


class Checking:
    """What to grade, and where to say how it went; the parameters are the command's options."""

    def __init__(
        self,
        path: str,
        activity: str | None,
        report_folder: str | None,
        *,
        as_json: bool,
        config: str | None,
        skip: frozenset[str],
        isolation: str,
        watch: bool,
    ) -> None:
        self._path = Path(path)
        self._activity = activity
        self._report_folder = Path(report_folder) if report_folder is not None else None
        self._as_json = as_json
        self._config = config
        self._skip = skip
        self._isolation = isolation
        self._watch = watch
        self._recognised: Activity | None = None
        self._wrapper = ""

    @property
    def is_document(self) -> bool:
        """Whether there is only a Word document to look at."""
        return self._path.suffix.lower() == ".docx"

    def run(self, browser: Browser | None, min_score: float | None) -> int:
        """Grade, once or for ever, and return the exit code; the course may have set what has to be reached."""
        from grader.sandbox import RunLimits, Starter, choose_isolation

        isolation = choose_isolation(self._isolation, fall_back=True)
        with closing(Starter(isolation, RunLimits(), many=self._watch)) as apps:
            if not self.is_document:
                apps.prepare()  # before all that is loaded only now
            return self._run(isolation, apps, browser, min_score)

    def _run(self, isolation: Isolation, apps: Starter, browser: Browser | None, min_score: float | None) -> int:
        from grader.activities import activity_named
        from grader.course import course_settings
        from grader.grading import Grader, Settings

        asked = activity_named(self._activity) if self._activity else None
        course = course_settings(self._config, self._path, asked)
        settings = Settings(
            isolation=isolation,
            skip=self._skip,
            screenshots=self._report_folder is not None,
            pictures=self._report_folder is not None,
            keep_warm=self._watch,
            course=course,
        )
        with Grader(settings, browser=browser, apps=apps) as grader:
            if self._watch:
                from grader.cli.watching import watch

                watch(self._path, lambda: self._grade_and_say(grader), ignore=self._report_folder)
            report = self._grade_in_actions(grader) if github.is_here() else self._grade_and_say(grader)
            if min_score is None:
                min_score = course.min_score_for(report.activity)
            return exit_code(report, _ALL if min_score is None else min_score)

    def _grade_in_actions(self, grader: Grader) -> Report:
        """Grade in a step of a GitHub Actions run, which reads what is printed, and has places of its own to say it."""
        with github.fence(stderr=self._as_json):
            report = self._grade_and_say(grader)
        github.publish(report, github.locator(self._path, self._wrapper), stderr=self._as_json)
        return report

    def _grade_and_say(self, grader: Grader) -> Report:
        report = self._grade(grader)
        if self._report_folder is not None:
            from grader.report.writing import FORMATS, write_reports

            write_reports(report, self._report_folder, formats=tuple(FORMATS))
        self._say(report)
        return report

    def _grade(self, grader: Grader) -> Report:
        from grader.activities import activity_named, recognise
        from grader.submission import open_submission

        asked = activity_named(self._activity) if self._activity else None
        submission = open_submission(self._path)
        self._wrapper = submission.wrapper
        later = {"document": "document" not in self._skip}
        threading.Thread(target=load_ahead, kwargs=later, name="load ahead", daemon=True).start()
        chosen = asked or self._recognised or recognise(submission.files, submission.source)
        self._recognised = chosen  # while the student works, the signs may come and go
        notes = () if asked else (f"Recognised as {chosen.id}; --activity names another one.",)
        if self._as_json or not sys.stderr.isatty():
            return grader.grade(submission, chosen, notes=notes)
        from grader.cli.terminal import Progress

        with Progress() as progress:
            return grader.grade(submission, chosen, watcher=progress, notes=notes)

    def _say(self, report: Report) -> None:
        if self._as_json:
            from grader.report.json_report import dumps

            click.echo(dumps(report))
        else:
            from grader.cli.terminal import show

            show(report)
        if self._report_folder is not None:
            click.echo(f"Report: {self._report_folder / 'report.html'}", err=self._as_json)


def exit_code(report: Report, min_score: float) -> int:
    """Return what the command ends with (contract, "Exit codes")."""
    from grader.rubric import Status

    if any(result.status is Status.ERROR for result in report.results):
        return GRADER_ERROR
    return PASSED if report.score.percent >= min_score else BELOW_MINIMUM
