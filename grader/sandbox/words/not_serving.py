"""An app that does not come up, and says nothing of an exception: it ends, waits, or was never there."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault
from grader.model.outcome import Review
from grader.sandbox.messages import Frame
from grader.sandbox.other_pythons import only_on

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model.places import InCode
    from grader.source.imports import Imports


DEFAULT_FOR_ARGUMENTS = "Give it a default, so that nothing has to be typed after the file's name."


def require_flask(files: Mapping[str, bytes], imports: Imports, app: str) -> None:
    """Refuse what has no word of Flask in it, without waiting for a server that nobody can ask.

    Raises `StudentFault`: no file names Flask, and there is nothing else that would keep the app from coming up.
    """
    if not files.get(app, b"-").strip():
        raise StudentFault(
            f"{app} is empty: there is no code in it.",
            expected="your code",
            hint="Did you save it? Save the file in your editor, then look at its size, then hand it in again.",
            file=app,
        )
    if not imports.of_flask() and not imports.foreign():
        raise StudentFault(
            f"{app}: there is no Flask app in it; nothing in the file imports Flask.",
            expected="from flask import Flask",
            hint="Write `from flask import Flask` and `app = Flask(__name__)`, and put your routes on it.",
            file=app,
        )


def endless_load(seconds: float, app: str, at: Frame | None) -> StudentFault:
    """Say that loading takes too long, and at which line it is."""
    slow = f"{app} is not ready {seconds:.0f} seconds after it is started"
    if at is None:
        return Frame(app).fault(f"{slow}.", "Look for a loop that never ends, or for something that it waits for.")
    return at.fault(
        f"{slow}: it is at {at.place_name}, `{at.text}`.",
        "Is this a loop that never ends, or does it wait for something? The app has to reach app.run().",
    )


def asks_for_input(at: Frame) -> StudentFault:
    """Say that the app waits for someone to type."""
    return at.fault(
        f"{at.place_name} waits for someone to type an answer; a web app has nobody at its keyboard.",
        "Ask for nothing: write the value into the code.",
    )


def wants_arguments(output: str, at: Frame, app: str) -> StudentFault | None:
    """Say that the app ended with a word about how it is called on the command line; None where it has not."""
    lines = [line.strip() for line in output.strip().splitlines()]
    if not any(line.lower().startswith("usage:") for line in lines):
        return None
    said = next((line for line in reversed(lines) if re.match(r"(\S+: )?(error|Error)", line)), lines[-1])
    return at.fault(
        f"{at.place_name} wants something on the command line, and the handout runs plain `python {app}`: "
        f"{said.rstrip('.')}.",
        DEFAULT_FOR_ARGUMENTS,
    )


def leaves_python(how: str, at: Frame) -> StudentFault:
    """Say that the app ends Python before it serves anything."""
    problem = f"{at.place_name} ends the program with {how}() before the app is run."
    return at.fault(problem, "Take that line out: a web app keeps running.")


def no_flask_app(app: str) -> StudentFault:
    """Say that nothing in the file is a Flask app."""
    return StudentFault(
        f"{app} runs to its end, but there is no Flask app in it.",
        expected="app = Flask(__name__)",
        hint="Create the app with `app = Flask(__name__)` and put your routes on it.",
        file=app,
    )


def died(app: str, code: int | None, at: Frame | None) -> StudentFault:
    """Say that the process ended without a word."""
    how = f"was ended by signal {-code}" if code is not None and code < 0 else "ended"
    where = f" at {at.place_name}" if at else ""
    message = f"{app}: Python {how}{where} before the app was ready."
    return StudentFault(message, hint=f"Run `python {app}`: does it keep running?", **(at or Frame(app)).place)


def no_such_browser(place: InCode) -> Review:
    """Say that a person has to look, on a machine that knows the browser which the app opens."""
    return Review(
        f"{place.place_name} asks for a browser that is not on this machine. Somebody has to run it where it is.",
        hint="webbrowser.open('http://…') takes the browser that is there; the exercise needs neither.",
        **place.place,
    )


def other_systems_module(module: str, place: InCode) -> Review:
    """Say that a person has to look, on the system that the app was written for."""
    return Review(
        f"{place.place_name} uses {module}, which {only_on(module)}. Somebody has to run it there.",
        hint=f"The exercise does not need {module}: without it the app runs everywhere.",
        **place.place,
    )
