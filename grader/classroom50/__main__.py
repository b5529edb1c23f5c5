"""``python -m grader.classroom50 BUNDLE``: what ``autograder.py`` starts, in the student's checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from grader.github import actions
from grader.model.contract import GRADER_ERROR, PASSED, WRONG_USE
from grader.model.faults import InputError, MachineFault


def main(bundle: Path) -> int:
    """Grade the current folder and write what Classroom 50 reads; nothing where anything but the work decided it.

    `bundle` is the folder that `grader.classroom50.packing` wrote.
    """
    from grader.classroom50 import publishing, running

    try:
        checkout = Path.cwd()
        os.chdir(checkout.parent)  # so that messages name the repository, and not where it lies here
        run = running.Run.of_environment(Path(checkout.name))
        running.get_what_is_missing(click.echo)
        with actions.fence():
            graded = running.grade(bundle, run)
        publishing.publish(graded, run)
    except (InputError, MachineFault) as fault:
        click.echo(actions.fault(fault.message, fault.hint))
        return GRADER_ERROR if isinstance(fault, MachineFault) else WRONG_USE
    return PASSED


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
