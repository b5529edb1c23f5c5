"""``grader doctor``: what this machine has and lacks, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from grader.browser.trying_out import Working
    from grader.model.faults import MachineFault

OK, MISSING = 0, 1


@click.command()
@click.option("--install", is_flag=True, help="Get what is missing: a browser, and on Linux the sandbox.")
def doctor(install: bool) -> int:
    """Say what this machine has for grading, and how to get what it lacks.

    Each thing is tried out: the browser opens a page.

    \b
    Examples:
      grader doctor
      grader doctor --install
    """
    python = _python()
    browser = _browser(install=install)
    _sandbox(install=install)
    reading = _ocr()
    return OK if python and browser and reading else MISSING


_MARKS = {"ok": "green", "missing": "yellow", "optional": None}


def _say(mark: str, what: str, *more: str | None) -> bool:
    """Print a line, with what to do below it; ``optional`` is what a student can do without."""
    from grader.report.plain import visible

    click.echo(click.style(f"{mark:8}", fg=_MARKS[mark]) + f"  {visible(what)}")
    for line in filter(None, more):
        click.echo(f"          {visible(line)}")
    return mark != "missing"


def _python() -> bool:
    import platform
    from importlib.metadata import version

    return _say("ok", f"Python {platform.python_version()} with Flask {version('flask')}")


def _browser(*, install: bool) -> bool:
    from grader.browser.installed import is_set
    from grader.browser.installing import install as get_one
    from grader.browser.trying_out import try_out
    from grader.model.faults import MachineFault

    try:
        return _say_working(try_out())
    except MachineFault as fault:
        if not install or is_set():  # then another one would not be used
            return _say_lacking(fault)
    try:
        return _say_working(get_one(click.echo))
    except MachineFault as fault:
        return _say_lacking(fault)


def _say_working(browser: Working) -> bool:
    _say("ok", f"Browser: {browser.version} has opened a page ({browser.found.path})")
    for fault in browser.failures:
        click.echo(f"          {fault.message} So the next one was taken.")
    return True


def _say_lacking(fault: MachineFault) -> bool:
    return _say("missing", fault.message, "Checks in a browser are skipped; all others work.", fault.hint)


def _sandbox(*, install: bool) -> None:
    from grader.machine.bubblewrap import sandbox_wall

    refusal = _get_bubblewrap() if install else None
    wall = sandbox_wall()
    if wall.works:
        _say("ok", "Sandbox: apps run where they reach neither your files nor the network (bubblewrap)")
        _second_walls()
    else:
        need = "Your own app needs none and is checked all the same; grader batch does, for the apps of others."
        _say("optional", f"Sandbox: {wall.problem}", need, refusal or wall.remedy)


def _get_bubblewrap() -> str | None:
    """Install the sandbox; where that cannot be, return who can: whoever grades their own work can do without."""
    import sys

    from grader.machine.bubblewrap import sandbox_wall
    from grader.machine.programs import find_program
    from grader.machine.system_packages import apt_install
    from grader.model.faults import MachineFault

    if sys.platform != "linux" or find_program("bwrap"):
        return None
    try:
        apt_install("bubblewrap", echo=click.echo)
    except MachineFault as fault:
        return fault.hint
    sandbox_wall.cache_clear()
    return None


def _second_walls() -> None:
    """Say what stands within the sandbox; it holds without them, too."""
    import platform

    from grader.sandbox.walls import landlock, system_calls

    filters = system_calls.can_be_refused(platform.machine())
    fences = landlock.version() >= landlock.OLDEST
    walls = {"a filter on system calls": filters, f"Landlock (version {landlock.version()})": fences}
    there = [name for name, stands in walls.items() if stands]
    lacks = [name.partition(" (")[0] for name, stands in walls.items() if not stands]
    more = f"This kernel, or the container that this runs in, gives no {' and no '.join(lacks)}" if lacks else None
    _say("optional" if lacks else "ok", f"Behind the sandbox, should it fail: {' and '.join(there) or 'nothing'}", more)


def _ocr() -> bool:
    from grader.document.ocr.recognition import recogniser, try_out
    from grader.machine.installation import how_to_add
    from grader.model.faults import MachineFault

    by = recogniser()
    if by is None:
        what = "Text in screenshots is not read, so a person looks at all of them."
        return _say("optional", what, f"To have it read: {how_to_add('ocr')}")
    try:
        try_out()
    except MachineFault as fault:
        return _say("missing", fault.message, fault.hint)
    return _say("ok", f"Text in screenshots: {by}; it is read here, and nothing is sent anywhere")
