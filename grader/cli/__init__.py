"""The command line.  Only click is imported here; what a command needs is imported when it runs."""

from __future__ import annotations

import errno
import sys

import click

from grader import __version__
from grader.cli.batch import batch
from grader.cli.check import check
from grader.cli.classroom50 import classroom50
from grader.cli.doctor import doctor
from grader.cli.gradescope import gradescope
from grader.cli.new import new
from grader.cli.review import review
from grader.contract import INTERRUPTED, WRONG_USE
from grader.faults import InputError, MachineFault


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="grader")
def cli() -> None:
    """Grade Flask course activities: the app, its cookies, a real browser, the Word document.

    \b
    Examples:
      grader new 11.2 my-work      start from the template
      grader check my-work         see what is done and what is missing
      grader batch class.zip --out graded
      grader doctor                see what this machine has and lacks
    """


for command in (check, batch, review, new, doctor, gradescope, classroom50):
    cli.add_command(command)


_UNUSABLE = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOSPC)


def main() -> None:
    """Run the command line; every foreseen problem ends in a sentence and exit code 2."""
    try:
        code = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (InputError, MachineFault) as error:
        _say(error)
        code = WRONG_USE
    except OSError as error:
        if error.errno not in _UNUSABLE:
            raise
        _say(InputError(f"{error.filename or 'Standard output'} cannot be used: {error.strerror}."))
        code = WRONG_USE
    sys.exit(code)


def _say(error: InputError | MachineFault) -> None:
    """Say what is wrong; the names of files in it are strangers' words."""
    from grader.cli import github
    from grader.report.plain import visible

    if github.is_here():
        click.echo(github.fault(error.message, error.hint), err=True)
        return
    click.echo(visible(f"grader: {error.message}"), err=True)
    if error.hint:
        click.echo(visible(error.hint), err=True)
