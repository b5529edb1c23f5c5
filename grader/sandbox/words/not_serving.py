"""An app that does not come up, and says nothing of an exception: it ends, waits, or was never there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault
from grader.model.outcome import Review
from grader.sandbox.other_pythons import only_on
from grader.sandbox.words.failed_load import place

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.sandbox.messages import Frame
    from grader.source.imports import Imports


def require_flask(files: Mapping[str, bytes], imports: Imports, app: str) -> None:
    """Refuse what has no word of Flask in it, without waiting for a server that nobody can ask.

    Raises
    ------
    StudentFault
        No file names Flask, and there is nothing else that would keep the app from coming up.
    """
    if not files.get(app, b"-").strip():
        raise StudentFault(
            f"{app} is empty: there is no code in it.",
            expected="your code",
            hint="Did you save it? Save the file in your editor, then look at its size, then hand it in again.",
            file=app,
        )
    own = frozenset(part.removesuffix(".py") for path in files for part in path.split("/"))
    if not imports.of_flask() and not imports.foreign(own):
        raise StudentFault(
            f"{app}: there is no Flask app in it; nothing in the file imports Flask.",
            expected="from flask import Flask",
            hint="Write `from flask import Flask` and `app = Flask(__name__)`, and put your routes on it.",
            file=app,
        )


def endless_load(seconds: float, app: str, where: Frame | None) -> StudentFault:
    """Say that loading takes too long, and at which line it is."""
    if where is None:
        return StudentFault(
            f"{app} is not ready {seconds:.0f} seconds after it is started.",
            hint="Look for a loop that never ends, or for something that it waits for.",
            file=app,
        )
    return StudentFault(
        f"{app} is not ready {seconds:.0f} seconds after it is started: it is at "
        f"{place(where.file, where.line)}, `{where.text}`.",
        observed=where.text,
        hint="Is this a loop that never ends, or does it wait for something? The app has to reach app.run().",
        file=where.file,
        line=where.line,
    )


def asks_for_input(where: Frame | None, app: str) -> StudentFault:
    """Say that the app waits for someone to type."""
    file, line = (where.file, where.line) if where else (app, None)
    return StudentFault(
        f"{place(file, line)} waits for someone to type an answer (input()); a web app has nobody at its keyboard.",
        observed=where.text if where else None,
        hint="Take the input() out, or write the value into the code.",
        file=file,
        line=line,
    )


def wants_arguments(output: str, where: Frame | None, app: str) -> StudentFault | None:
    """Say that the app ended with a word about how it is called on the command line; None where it has not."""
    lines = [line.strip() for line in output.strip().splitlines()]
    if not any(line.lower().startswith("usage:") for line in lines):
        return None
    said = next((line for line in reversed(lines) if re.match(r"(\S+: )?(error|Error)", line)), lines[-1])
    file, line = (where.file, where.line) if where else (app, None)
    return StudentFault(
        f"{place(file, line)} wants something on the command line, and the handout runs plain `python {app}`: "
        f"{said.rstrip('.')}.",
        observed=where.text if where else None,
        hint="Give it a default, so that nothing has to be typed after the file's name.",
        file=file,
        line=line,
    )


def leaves_python(how: str, where: Frame | None, app: str) -> StudentFault:
    """Say that the app ends Python before it serves anything."""
    file, line = (where.file, where.line) if where else (app, None)
    return StudentFault(
        f"{place(file, line)} ends the program with {how}() before the app is run.",
        observed=where.text if where else None,
        hint="Take that line out: a web app keeps running.",
        file=file,
        line=line,
    )


def no_flask_app(app: str) -> StudentFault:
    """Say that nothing in the file is a Flask app."""
    return StudentFault(
        f"{app} runs to its end, but there is no Flask app in it.",
        expected="app = Flask(__name__)",
        hint="Create the app with `app = Flask(__name__)` and put your routes on it.",
        file=app,
    )


def died(app: str, code: int | None, where: Frame | None) -> StudentFault:
    """Say that the process ended without a word."""
    how = f"was ended by signal {-code}" if code is not None and code < 0 else "ended"
    at = f" at {place(where.file, where.line)}" if where else ""
    return StudentFault(
        f"{app}: Python {how}{at} before the app was ready.",
        hint=f"Run `python {app}`: does it keep running?",
        file=where.file if where else app,
        line=where.line if where else None,
    )


def other_systems_module(module: str, file: str, line: int) -> Review:
    """Say that a person has to look, on the system that the app was written for."""
    return Review(
        f"{place(file, line)} uses {module}, which {only_on(module)}. Somebody has to run it there.",
        hint=f"The exercise does not need {module}: without it the app runs everywhere.",
        file=file,
        line=line,
    )
