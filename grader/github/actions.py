"""What ``grader check`` says as a step of a GitHub Actions run: annotations, the step's summary, its outputs.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands; what the page leaves open was read
from actions/runner (ActionCommand.cs, ActionCommandManager.cs, FileCommandManager.cs, ExecutionContext.cs).
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.machine.whole_files import said_plainly
from grader.model.faults import InputError, MachineFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.rubric import Report, Result

    Locate = Callable[[str], "str | None"]

_SHOWN_OF_A_LEVEL = 10  # errors, warnings and notices of one step; GitHub drops the others
_SUMMARY = 1024 * 1024  # bytes; a longer summary is not shown at all
_TEXT, _LINES = 800, 10  # of one text in an annotation, which may have 4096 characters


def is_here() -> bool:
    """Whether this process is a step of a GitHub Actions run."""
    return os.environ.get("GITHUB_ACTIONS") == "true"


@contextmanager
def fence(*, stderr: bool = False) -> Iterator[None]:
    """Let nothing that is printed in the meantime be taken for a workflow command.

    The fence stays where the grader itself breaks: its traceback may quote anything.  The next step begins without.

    With `stderr`, people are talked to there.
    """
    word = os.urandom(16).hex()
    # Python's matcher, which actions/setup-python leaves behind, would make annotations of tracebacks in the text.
    click.echo("::remove-matcher owner=python::", err=stderr)
    click.echo(f"::stop-commands::{word}", err=stderr)
    try:
        yield
    except (InputError, MachineFault):
        click.echo(f"::{word}::", err=stderr)
        raise
    click.echo(f"::{word}::", err=stderr)


def publish(report: Report, locate: Locate, *, stderr: bool = False) -> None:
    """Annotate the student's files, add to the step's summary and set its outputs.

    `locate` gives a file's path in the repository by its path in the submission, None where the repository has no such
    file. With `stderr`, annotations go there: standard output is the JSON's.  Raises `MachineFault`: a file that the
    runner names cannot be written.
    """
    from grader.report.markdown_report import to_markdown

    for line in annotations_for(report, locate):
        click.echo(line, err=stderr)
    append("GITHUB_STEP_SUMMARY", lambda size: to_markdown(report, _SUMMARY - size))
    append("GITHUB_OUTPUT", lambda _: "".join(_output(name, value) for name, value in outputs(report).items()))


def annotations_for(report: Report, locate: Locate) -> list[str]:
    """Return a workflow command for each check that names a place and did not pass, as many as GitHub shows."""
    from grader.rubric import Status

    levels = {Status.FAILED: "error", Status.PARTIAL: "warning", Status.REVIEW: "notice"}
    made: list[str] = []
    for status, level in levels.items():
        results = [result for result in report.results if result.status is status and result.file is not None]
        placed = [(result, locate(result.file or "")) for result in results]
        commands = [_annotation(level, result, file) for result, file in placed if file is not None]
        made += commands[:_SHOWN_OF_A_LEVEL]
    return made


def fault(message: str, hint: str | None) -> str:
    """Return a workflow command that says why a command ended."""
    from grader.report.plain import shown

    return _command("error", {"title": "grader"}, "\n".join(shown(text) for text in (message, hint) if text))


def outputs(report: Report) -> dict[str, str]:
    """Return the step's outputs: points to the last digit, as they were written in the activity."""
    score = report.score
    return {"score": _decimal(score.earned), "pending": _decimal(score.pending), "max-score": _decimal(score.maximum)}


def locator(path: Path, wrapper: str) -> Locate:
    """Return what finds a submission's files in the repository.

    `path` was graded: a folder, an ``app.py``, or a zip, which is then itself the file that is named.  `wrapper` is the
    folder in it that holds everything, as `grader.submission.Submission.wrapper`.
    """
    whole = path.resolve()
    root = _repository(whole)
    folder = whole / wrapper if whole.is_dir() else whole.parent if whole.suffix == ".py" else None

    def locate(file: str) -> str | None:
        place = Path(os.path.normpath(folder / file)) if folder is not None else whole
        inside = place.is_relative_to(root) and os.path.isfile(place)  # noqa: PTH113 - Path's raises for long names
        return place.relative_to(root).as_posix() if inside else None

    return locate


def _repository(path: Path) -> Path:
    """Return the root of the repository that a path lies in; the workspace where it lies in none."""
    for folder in (path, *path.parents):
        if (folder / ".git").exists():
            return folder
    return Path(os.environ.get("GITHUB_WORKSPACE") or Path.cwd()).resolve()


def _annotation(level: str, result: Result, file: str) -> str:
    from grader.report.plain import shown
    from grader.report.wording import lines

    in_file = result.file is not None and file.endswith(result.file)  # a zip has no lines that could be shown
    place = {"file": file, "line": str(result.line)} if in_file and result.line is not None else {"file": file}
    title = shown(result.title.replace("`", ""), 200, 1)
    said = lines(result, limit=_TEXT, most=_LINES, where=not in_file)
    return _command(level, {**place, "title": title}, "\n".join(said))


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """Write a workflow command, escaped as @actions/core does it."""
    from grader.report.plain import visible

    listed = ",".join(f"{key}={_escaped(visible(value), ':,')}" for key, value in properties.items())
    return f"::{name} {listed}::{_escaped(message)}"


def _escaped(text: str, also: str = "") -> str:
    return "".join(f"%{ord(letter):02X}" if letter in f"%\r\n{also}" else letter for letter in text)


def _decimal(points: float) -> str:
    """Write points to the last digit, without an exponent."""
    from decimal import Decimal

    return f"{Decimal(repr(points)).normalize():f}"


def _output(name: str, value: str) -> str:
    end = f"end-{os.urandom(16).hex()}"
    return f"{name}<<{end}\n{value}\n{end}\n"


def append(variable: str, text: Callable[[int], str]) -> None:
    """Add to the file that the runner names, where it names one; ``text`` is told how many bytes are there."""
    name = os.environ.get(variable)
    if not name:
        return
    path, hint = Path(name), "It is the runner that makes this file; outside of a run leave GITHUB_ACTIONS unset."
    with said_plainly(f"{name}, which {variable} names, cannot be written", hint=hint, fault=MachineFault):
        size = path.stat().st_size if path.exists() else 0
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(text(size))
