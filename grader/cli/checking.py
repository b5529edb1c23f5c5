"""What ``grader check`` does, once its options are read."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from grader.cli.output import OUTPUTS
from grader.github import actions
from grader.machine.shell import command
from grader.model.contract import BELOW_MINIMUM, GRADER_ERROR, PASSED
from grader.model.faults import InputError, MachineFault

if TYPE_CHECKING:
    from pathlib import Path
    from typing import NoReturn

    from grader.browser import Browser
    from grader.cli.watching import Work
    from grader.grading import Gradable, Grader
    from grader.rubric import Activity, Report, Watcher
    from grader.sandbox.isolation import Isolation
    from grader.sandbox.starting import AppStarter

_ALL = 100.0


def launch_browser() -> Browser | None:
    """Begin to start the browser before anything else: it takes longest.  The checks say it if there is none."""
    from grader.browser import Browser, find_all

    try:
        return Browser.launch(*find_all())
    except MachineFault:
        return None


def load_ahead(*, document: bool) -> None:
    """Load what is needed later while app and browser start, when there is nothing else to do."""
    from grader.cli.terminal import load

    load()
    if document:
        from grader.document import Document, Screenshots  # noqa: F401 - what a check that looks at it loads


@dataclass
class Checking:
    """What to grade, and where to say how it went; these are the command's options."""

    path: Path
    activity: str | None = None
    report_folder: Path | None = None
    output: str = "text"
    config: str | None = None
    skip: frozenset[str] = frozenset()
    isolation: str = "auto"
    watch: bool = False

    def __post_init__(self) -> None:
        self._output = OUTPUTS[self.output]()
        self._recognised: Activity | None = None
        self._wrapper = ""

    @property
    def is_document(self) -> bool:
        """Whether there is only a Word document to look at."""
        return self.path.suffix.lower() == ".docx"

    def run(self, browser: Browser | None, min_score: float | None) -> int:
        """Grade, once or for ever, and return the exit code; the course may have set what has to be reached."""
        from grader.sandbox.isolation import choose_isolation
        from grader.sandbox.limits import RunLimits
        from grader.sandbox.starting import AppStarter

        isolation = choose_isolation(self.isolation, fall_back=True)
        with closing(AppStarter(isolation, RunLimits(), many=self.watch)) as apps:
            if not self.is_document:
                apps.prepare()  # before all that is loaded only now
            return self._run(isolation, apps, browser, min_score)

    def _run(self, isolation: Isolation, apps: AppStarter, browser: Browser | None, min_score: float | None) -> int:
        from grader.activities import activity_named
        from grader.grading import Grader, settings_for

        settings = settings_for(
            self.path,
            activity=activity_named(self.activity) if self.activity else None,
            config=self.config,
            isolation=isolation,
            skip=self.skip,
            screenshots=self.report_folder is not None,
            pictures=self.report_folder is not None,
            keep_warm=self.watch,
        )
        with Grader(settings, browser=browser, apps=apps) as grader:
            if self.watch:
                self._watch_and_grade(grader)
            self._output.begin("")
            report = self._grade_in_actions(grader) if actions.is_here() else self._grade_and_say(grader)
            self._write(report)
            if min_score is None:
                min_score = settings.course.min_score_for(report.activity)
            return exit_code(report, _ALL if min_score is None else min_score)

    def _watch_and_grade(self, grader: Grader) -> NoReturn:
        from grader.cli.watching import Work, watch

        work = Work(self.path, ignore=self.report_folder)
        before: Report | None = None

        def grade(why: str) -> None:
            nonlocal before
            self._output.begin(why)
            before = self._grade_and_say(grader, work, before)
            self._write(before)

        def say(words: str) -> None:
            click.echo(words, err=self._output.talks_on_stderr)

        watch(work, grade, say, self._output.refuse)

    def _grade_in_actions(self, grader: Grader) -> Report:
        """Grade in a step of a GitHub Actions run, which reads what is printed, and has places of its own to say it."""
        stderr = self._output.talks_on_stderr
        with actions.fence(stderr=stderr):
            report = self._grade_and_say(grader)
        actions.publish(report, actions.locator(self.path, self._wrapper), stderr=stderr)
        return report

    def _grade_and_say(self, grader: Grader, work: Work | None = None, before: Report | None = None) -> Report:
        report = self._grade(grader, work)
        self._output.show(report, before, self._locate)
        return report

    def _write(self, report: Report) -> None:
        """Write the reports; the result has been shown by then, whether this works or not."""
        if self.report_folder is None:
            return
        from grader.report.writing_reports import FORMATS, write_reports

        write_reports(report, self.report_folder, formats=tuple(FORMATS))
        click.echo(f"Report: {self.report_folder / 'report.html'}", err=self._output.talks_on_stderr)

    def _grade(self, grader: Grader, work: Work | None) -> Report:
        from grader.document import find_documents

        gradable = self._open(grader)
        self._wrapper = gradable.submission.wrapper
        later = {"document": "document" not in self.skip and bool(find_documents(gradable.submission.files))}
        threading.Thread(target=load_ahead, kwargs=later, name="load ahead", daemon=True).start()
        with ExitStack() as progress:
            return grader.run(gradable, watcher=self._watcher(progress, work))

    def _open(self, grader: Grader) -> Gradable:
        from grader.activities import activity_named
        from grader.grading import OnDisk
        from grader.grading.what_to_do import what_to_do

        asked = activity_named(self.activity) if self.activity else None
        try:
            gradable = grader.open(OnDisk(self.path), asked or self._recognised)
        except InputError as error:
            named = ["--activity", self.activity] if self.activity else []
            error.hint = what_to_do(error, lambda path: command("grader", "check", path, *named))
            raise
        if asked is not None:
            return gradable
        self._recognised = self._recognised or gradable.activity  # while the student works, the signs may come and go
        note = f"Recognised as {gradable.activity.id}; --activity names another one."
        return replace(gradable, notes=(*gradable.notes, note))

    def _watcher(self, progress: ExitStack, work: Work | None) -> Watcher | None:
        watcher: Watcher | None = None
        if not self._output.talks_on_stderr and sys.stderr.isatty():
            from grader.cli.progress import CheckProgress

            watcher = progress.enter_context(CheckProgress())
        if work is not None:
            from grader.cli.watching import WhileUnchanged

            watcher = WhileUnchanged(work, watcher)
        return watcher

    def _locate(self, file: str) -> str | None:
        """Return the path of a file of the submission as the user would name it; None where it is in a zip."""
        folder = self.path if self.path.is_dir() else self.path.parent
        place = folder / self._wrapper / file
        return str(place) if os.path.isfile(place) else None  # noqa: PTH113 - Path's raises for long names


def exit_code(report: Report, min_score: float) -> int:
    """Return what the command ends with (contract, "Exit codes")."""
    from grader.rubric import Status

    if any(result.status is Status.ERROR for result in report.results):
        return GRADER_ERROR
    return PASSED if report.score.percent >= min_score else BELOW_MINIMUM
