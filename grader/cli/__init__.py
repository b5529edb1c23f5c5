"""The command line: flags and words, and nothing that another door needs.

May import every room.  Only click is imported here, and what a command needs when it runs.  Begin reading at
`grader.cli.commands`, and go on with `grader.cli.check`.
"""

from __future__ import annotations

import errno
import gc
import io
import os
import sys

import click

from grader import __version__
from grader.cli.commands import Commands
from grader.model.contract import COMPLETING, GRADER_ERROR, INTERRUPTED, LOG_LEVELS, WRONG_USE
from grader.model.faults import InputError, MachineFault

_WIDEST, _NARROWEST, _USUAL_WIDTH = 100, 50, 80
"""Columns of help; click's own bounds, but for the first."""


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": _WIDEST})
@click.version_option(__version__, prog_name="grader")
@click.option(
    "--log-level", type=click.Choice(LOG_LEVELS), envvar="GRADER_LOG", help="Say on standard error what is done."
)
def cli(log_level: str | None) -> None:
    """Grade Flask course activities: the app, its cookies, a real browser, the Word document.

    \b
    Examples:
      grader new 11.2 my-work      start from the template
      grader check my-work         see what is done and what is missing
      grader batch class.zip --out graded
      grader serve graded          look at it and decide, on a web page
      grader doctor                see what this machine has and lacks
    """
    if log_level is not None:
        from grader.machine.logs import set_up

        set_up(log_level)


if sys.flags.optimize > 1 and cli.callback:  # -OO has dropped what it says with --help
    from grader.rubric.activity import docstring

    cli.help = docstring(cli.callback)

_NEW_OBJECTS = 100_000
"""Before cycles are looked for among them: what is imported makes many objects and no garbage."""
_UNUSABLE = (errno.ENAMETOOLONG, errno.ELOOP, errno.ENOSPC)


def main() -> None:
    """Run the command line; every foreseen problem ends in a sentence and exit code 2."""
    gc.set_threshold(_NEW_OBJECTS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # Windows' code pages lack most characters
    _open_standard_streams()
    try:
        _require_a_folder()
        if COMPLETING in os.environ:
            from grader.cli.completion import prepare_completion

            prepare_completion()
        code = cli.main(standalone_mode=False, terminal_width=_width())
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = INTERRUPTED
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (InputError, MachineFault) as error:
        _say(error)
        code = WRONG_USE
    except Exception as error:  # noqa: BLE001 - whoever is in front of it gets a sentence
        fault, code = _unforeseen(error)
        _say(fault)
    gc.freeze()  # else Python looks for cycles among all that it holds once more on its way out
    sys.exit(code)


def _open_standard_streams() -> None:
    """Have the numbers 0, 1 and 2 taken, where whoever started this has closed them.

    The next files to be opened would get them, and a program that is started would take those for its own streams.
    """
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        try:
            os.fstat(number)
        except OSError:
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # gets the lowest number that is free: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115


def _width() -> int:
    """Return how wide help is written: click imports `shutil` to find out, which takes as long as all of ours."""
    said = os.environ.get("COLUMNS", "")
    columns = int(said) if said.isdecimal() else 0
    if not columns:
        try:
            columns = os.get_terminal_size(1).columns
        except OSError:  # it is no terminal
            columns = 0
    return max(min(columns or _USUAL_WIDTH, _WIDEST) - 2, _NARROWEST)


def _require_a_folder() -> None:
    """See to it that there is a current folder: all paths begin there.

    Raises `InputError`: it has been deleted.
    """
    try:
        os.getcwd()  # noqa: PTH109 - the same, and nothing has to be imported
    except OSError as error:
        raise InputError(
            "The folder that you are in is not there any more: it has been deleted, or made anew.",
            hint="Go to your work with cd, and try again.",
        ) from error


def _unforeseen(error: Exception) -> tuple[InputError | MachineFault, int]:
    """Return what to say of what no command has foreseen, and the exit code."""
    if isinstance(error, OSError) and error.errno in _UNUSABLE:
        where = error.filename or "Standard output"
        return InputError(f"{where} cannot be used: {error.strerror}."), WRONG_USE
    from grader.machine.logs import keep_fault

    said = f"The grader itself made a mistake ({type(error).__name__}); it says nothing about what was handed in."
    return MachineFault(said, hint=keep_fault(error)), GRADER_ERROR


def _say(error: InputError | MachineFault) -> None:
    """Say what is wrong; the names of files in it are strangers' words."""
    from grader.github import actions
    from grader.report.plain import visible

    if actions.is_here():
        click.echo(actions.fault(error.message, error.hint), err=True)
        return
    click.echo(visible(f"grader: {error.message}"), err=True)
    if error.hint:
        click.echo(visible(error.hint), err=True)
