"""``grader doctor``: what this machine has and lacks, and how to get it."""

from __future__ import annotations

import click

OK, MISSING = 0, 1


@click.command(short_help="What this machine has and lacks.")
@click.option("--install", is_flag=True, help="Get what is missing: a browser, and on Linux the sandbox.")
def doctor(install: bool) -> int:
    """Say what this machine has for grading, and how to get what it lacks.

    \b
    Examples:
      grader doctor
      grader doctor --install
    """
    if install:
        _install()
    found = [_python(), _browser(), _sandbox(), _ocr()]
    return OK if all(found) else MISSING


def _say(good: bool, what: str, remedy: str = "") -> bool:
    mark = click.style("ok     ", fg="green") if good else click.style("missing", fg="yellow")
    click.echo(f"{mark}  {what}")
    if remedy:
        click.echo(f"         {remedy}")
    return good


def _python() -> bool:
    import platform
    from importlib.metadata import version

    return _say(True, f"Python {platform.python_version()} with Flask {version('flask')}")


def _browser() -> bool:
    from grader.browser import find, version
    from grader.model.faults import MachineFault

    try:
        found = find()
        return _say(True, f"Browser: {found.kind} {version(found)} ({found.path})")
    except MachineFault as fault:
        return _say(False, fault.message, fault.hint or "")


def _sandbox() -> bool:
    import sys

    from grader.machine.bubblewrap import sandbox_wall

    wall = sandbox_wall()
    if wall.works:
        _say(True, "Sandbox: bubblewrap; apps, and under root the browser, have neither network nor your files")
        _second_walls()
        return True
    what = f"Sandbox: {wall.problem} Apps run as plain processes, root's browser too; fine for your own code."
    return _say(sys.platform != "linux", what, wall.remedy)


def _second_walls() -> None:
    """Say what stands within the sandbox; it holds without them, too."""
    import platform

    from grader.sandbox.walls import landlock, system_calls

    filters = system_calls.can_be_refused(platform.machine())
    fences = landlock.version() >= landlock.OLDEST
    walls = {"a filter on system calls": filters, f"Landlock (version {landlock.version()})": fences}
    there = [name for name, stands in walls.items() if stands]
    lacks = [name.partition(" (")[0] for name, stands in walls.items() if not stands]
    _say(not lacks, f"Within the sandbox, should it fail: {' and '.join(there) or 'nothing'}")
    if lacks:
        click.echo(f"         This kernel, or the container that this runs in, gives no {' and no '.join(lacks)}")


def _ocr() -> bool:
    from grader.document.ocr.recognition import HOW_TO_GET_IT, recogniser, try_out
    from grader.model.faults import MachineFault

    by = recogniser()
    if by is None:
        _say(False, "Text in screenshots is not read: all of them are left for a person to look at", HOW_TO_GET_IT)
        return True  # nobody needs it to work on an app
    try:
        try_out()
    except MachineFault as fault:
        return _say(False, fault.message, fault.hint or "")
    return _say(True, f"Text in screenshots: {by}; it is read here, and nothing is sent anywhere")


def _install() -> None:
    import sys

    from grader.browser import find
    from grader.browser.installing import install
    from grader.machine.bubblewrap import sandbox_wall
    from grader.machine.packages import apt_install
    from grader.model.faults import MachineFault

    try:
        find()
    except MachineFault:
        install(click.echo)
    if sys.platform == "linux" and not sandbox_wall().works:
        sandbox_wall.cache_clear()
        apt_install("bubblewrap", echo=click.echo)
