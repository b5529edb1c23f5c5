"""``grader serve``: the class on a local web page."""

from __future__ import annotations

import ipaddress
import socket
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grader.cli import options
from grader.cli.options import FILE, FOLDER
from grader.machine.shell import command
from grader.model.contract import INTERRUPTED, PASSED
from grader.model.faults import InputError

if TYPE_CHECKING:
    from grader.classroom.class_request import ClassRequest
    from grader.classroom.session import ClassSession
    from grader.web.desk import Desk


@click.command()
@click.argument("path", required=False, metavar="[OUT | EXPORT]", type=FILE)
@click.option("--out", type=FOLDER, help="With an export: where everything goes, as for grader batch.")
@options.activity(help="With an export: which activity.")
@options.gradebook(help="With an export: the gradebook of the LMS.")
@options.column
@options.config(help="With an export: the course's settings.")
@options.workers
@options.isolation(help="As for grader batch.")
@click.option("--port", metavar="N", type=click.IntRange(1, 65535), help="The port.  [default: the first free one]")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="This machine's own address; no other is served.")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in the browser.  [default: open]")
@click.option("--keep", is_flag=True, help="Stay when the last page was closed; else it ends ten minutes later.")
def serve(
    path: Path | None, out: Path | None, port: int | None, host: str, opens: bool, keep: bool, **asked: Any
) -> int:
    """Look at a class, decide and take grades out, on a web page that only this machine can reach.

    Without a path, drop an export on the page or pick up a class that was graded before.
    The same class, decisions and rules as grader batch and grader review.

    \b
    Examples:
      grader serve                          drop an export on the page
      grader serve graded                   a class that grader batch has graded, or was stopped at
      grader serve submissions.zip --out graded

    \b
    Ends with Ctrl-C, with the button on the page, or ten minutes after the
    last page was closed.
    """
    from grader.classroom.class_request import ClassRequest
    from grader.cli.class_hints import with_hints
    from grader.web.desk import Desk

    _require_loopback(host, port)
    request = ClassRequest(**asked)
    with with_hints():
        session, to_grade = _session(path, out, request)
    desk = Desk(Path.cwd(), session, isolation=request.isolation)
    try:
        return _run(desk, port=port, opens=opens, keep=keep, to_grade=to_grade)
    finally:
        desk.close()


def _run(desk: Desk, *, port: int | None, opens: bool, keep: bool, to_grade: bool) -> int:
    from grader.web.page_server import PageServer

    server = PageServer(desk, port=port, keep=keep)
    click.echo(server.address)
    click.echo("This address works once.  Ctrl-C ends it; what is decided is kept at once.", err=True)
    if to_grade:
        desk.grade()
    if opens:
        webbrowser.open(server.address)
    try:
        server.run()
    except KeyboardInterrupt:
        click.echo("\nEnding: reports and gradebooks are written.", err=True)
        return INTERRUPTED
    return PASSED


def _session(path: Path | None, out: Path | None, asked: ClassRequest) -> tuple[ClassSession | None, bool]:
    """Return the class to begin with, and whether it is to be graded now."""
    from grader.classroom.journal_file import FILE
    from grader.classroom.session import ClassSession
    from grader.cli.published import catch_up

    if path is None:
        if out is not None:
            raise InputError(
                "--out goes with an export.", hint=f"To look at a class: {command('grader', 'serve', out)}"
            )
        return None, False
    if not path.exists():
        raise InputError(
            f"{path} is not there.", hint="Name an export, or the folder that grader batch was given with --out."
        )
    if (path / FILE).exists() and out is None:
        session = ClassSession.open(path)
        catch_up(session)
        return session, False
    if out is None:
        what = "a folder without a graded class" if path.is_dir() else "no graded class"
        raise InputError(
            f"{path} is {what}.",
            hint=f"To grade it as an export: {command('grader', 'serve', path, '--out', 'graded')}",
        )
    session = ClassSession.create([path], out, asked)
    for note in session.notes:
        click.echo(note, err=True)
    return session, True


def _require_loopback(host: str, port: int | None) -> None:
    """Refuse to be reached from elsewhere.

    Raises `InputError`: the host is not this machine's own address.
    """
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        from grader.web.page_server import PORT

        used = port or PORT
        raise InputError(
            f"grader serve answers this machine alone, not {host}: students' work and grades are on the page.",
            hint="From another machine, keep it here and take the address along:\n"
            f"  ssh -L {used}:127.0.0.1:{used} {socket.gethostname()}",
        )
