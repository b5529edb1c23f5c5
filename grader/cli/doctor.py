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
    from grader.faults import MachineFault

    try:
        found = find()
        return _say(True, f"Browser: {found.kind} {version(found)} ({found.path})")
    except MachineFault as fault:
        return _say(False, fault.message, fault.hint or "")


def _sandbox() -> bool:
    import sys

    from grader.site.isolation import sandbox_wall

    wall = sandbox_wall()
    if wall.works:
        return _say(True, "Sandbox: bubblewrap; apps run without network and without your files")
    what = f"Sandbox: {wall.problem} Apps run as plain processes with limits; fine for your own code."
    return _say(sys.platform != "linux", what, wall.remedy)


def _ocr() -> bool:
    from grader.document.recognition import HOW_TO_GET_IT, recogniser, try_out
    from grader.faults import MachineFault

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
    from grader.faults import MachineFault
    from grader.packages import apt_install
    from grader.site.isolation import sandbox_wall

    try:
        find()
    except MachineFault:
        install(click.echo)
    if sys.platform == "linux" and not sandbox_wall().works:
        sandbox_wall.cache_clear()
        apt_install("bubblewrap", echo=click.echo)
