"""``grader check --watch``: grade again whenever a file changes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from grader.model.faults import InputError
from grader.submission.junk import is_junk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from grader.rubric import Report

_QUIET_MILLISECONDS = 20
_LONGEST_MILLISECONDS = 200
_MOMENT_MILLISECONDS = 100


def watch(path: Path, grade: Callable[[], Report], *, ignore: Path | None) -> None:
    """Grade now and after each change, until Ctrl-C.

    Parameters
    ----------
    path
        What is graded: a folder, an app.py or a zip.
    grade
        Grades it, shows the result and returns it.
    ignore
        A folder whose changes do not count: where reports are written.

    """
    changes = _changes(path, ignore)
    next(changes)  # it watches from here on: what changes while this round is graded starts the next
    _round(grade)
    click.echo(f"\nWatching {path} for changes; Ctrl-C ends it.")
    for changed in filter(None, changes):
        click.echo(f"\n{'─' * 72}\n{time.strftime('%H:%M:%S')}  {changed} has changed.\n")
        _round(grade)


def _round(grade: Callable[[], Report]) -> None:
    try:
        grade()
    except InputError as error:
        click.echo(f"{error.message}\n{error.hint or ''}", err=True)


def _changes(path: Path, ignore: Path | None) -> Iterator[str]:
    """Yield names each time something of the student's has changed, and nothing every moment that it has not."""
    from watchfiles import watch as changes_below

    top = path.resolve() if path.is_dir() else path.resolve().parent
    ignored = ignore.resolve() if ignore is not None else None

    def counts(_: object, changed: str) -> bool:
        where = type(top)(changed)
        if ignored is not None and where.is_relative_to(ignored):
            return False
        return where.is_relative_to(top) and where != top and not is_junk(where.relative_to(top).as_posix())

    for changes in changes_below(
        top,
        watch_filter=counts,
        step=_QUIET_MILLISECONDS,
        debounce=_LONGEST_MILLISECONDS,
        rust_timeout=_MOMENT_MILLISECONDS,
        yield_on_timeout=True,
        raise_interrupt=True,
    ):
        names = sorted({type(top)(changed).relative_to(top).as_posix() for _, changed in changes})
        yield ", ".join(names[:3])
