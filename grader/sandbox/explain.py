"""Why an app could not be loaded or a view crashed, in words for a student."""

from __future__ import annotations

import platform
import re
import sys
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault
from grader.model.outcome import Review
from grader.sandbox.other_pythons import only_on, since
from grader.sandbox.packages import FLASKS
from grader.sandbox.shadows import hidden_modules
from grader.sandbox.words import unreadable
from grader.sandbox.words.gone import gone_module, gone_name
from grader.sandbox.words.views import NO_PAGE, VIEW_HINTS, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from grader.sandbox.messages import Crash, Frame
    from grader.source.imports import Imports


def load_failure(crash: Crash, app: str, files: Mapping[str, bytes]) -> StudentFault:
    """Say why ``app`` could not be loaded.

    Parameters
    ----------
    app
        The path of the file that was run.
    files
        Everything that was handed in: content by path.

    """
    where = crash.last
    file, line = (where.file, where.line) if where else (app, None)
    hidden = _hidden(crash, app, file, line, files)
    if hidden is not None:
        return hidden
    for explain in (_syntax, _elsewhere, _newer, _arguments, _environ, _host, _missing_module, _gone, _left_over):
        fault = explain(crash, file, line, files)
        if fault is not None:
            return fault
    return StudentFault(
        f"{_place(file, line)} stops with `{_said(crash)}` when the app is started.",
        observed=_traceback(crash),
        hint=(rewritten(str(crash), where.text, where.line) if where else None)
        or _advice(crash, _LOAD_HINTS)
        or f"Run `python {app}` and mend the line that the last part of the error names.",
        file=file,
        line=line,
    )


def require_flask(files: Mapping[str, bytes], imports: Imports, app: str) -> None:
    """Refuse what has no word of Flask in it, without waiting for a server that nobody can ask.

    Raises
    ------
    StudentFault
        No file names Flask, and there is nothing else that would keep the app from coming up.

    """
    own = frozenset(part.removesuffix(".py") for path in files for part in path.split("/"))
    if not imports.of_flask() and not imports.foreign(own):
        raise StudentFault(
            f"{app}: there is no Flask app in it; nothing in the file imports Flask.",
            expected="from flask import Flask",
            hint="Write `from flask import Flask` and `app = Flask(__name__)`, and put your routes on it.",
            file=app,
        )


def other_systems_module(module: str, file: str, line: int) -> Review:
    """Say that a person has to look, on the system that the app was written for."""
    return Review(
        f"{_place(file, line)} uses {module}, which {only_on(module)}. Somebody has to run it there.",
        hint=f"The exercise does not need {module}: without it the app runs everywhere.",
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
        f"{_place(file, line)} wants something on the command line, and the handout runs plain `python {app}`: "
        f"{said.rstrip('.')}.",
        observed=where.text if where else None,
        hint="Give it a default, so that nothing has to be typed after the file's name.",
        file=file,
        line=line,
    )


def view_failure(crash: Crash) -> tuple[str, str | None]:
    """Return a sentence about an exception in a view, without its full stop, and a hint."""
    for pattern, sentence, hint in NO_PAGE:
        match = re.search(pattern, crash.message)
        if match is not None:
            return match.expand(sentence), hint
    where = crash.last
    place = f" in {_place(where.file, where.line)}" if where else ""
    code = f" (`{where.text}`)" if where and where.text else ""
    advice = (rewritten(str(crash), where.text, where.line) if where else None) or _advice(crash, VIEW_HINTS)
    if (gone := gone_name(str(crash))) is not None:
        return f"{gone[0]}{place}{code}", gone[1]
    if crash.type == "BadRequestKeyError":
        key = re.search(r"KeyError: (.*)", crash.message)
        return f"{'There is no ' + key[1] if key else 'What is asked for is not there'}{place}{code}", advice
    return f"It stops with `{_said(crash)}`{place}{code}", advice


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
        f"{_place(where.file, where.line)}, `{where.text}`.",
        observed=where.text,
        hint="Is this a loop that never ends, or does it wait for something? The app has to reach app.run().",
        file=where.file,
        line=where.line,
    )


def asks_for_input(where: Frame | None, app: str) -> StudentFault:
    """Say that the app waits for someone to type."""
    file, line = (where.file, where.line) if where else (app, None)
    return StudentFault(
        f"{_place(file, line)} waits for someone to type an answer (input()); a web app has nobody at its keyboard.",
        observed=where.text if where else None,
        hint="Take the input() out, or write the value into the code.",
        file=file,
        line=line,
    )


def leaves_python(how: str, where: Frame | None, app: str) -> StudentFault:
    """Say that the app ends Python before it serves anything."""
    file, line = (where.file, where.line) if where else (app, None)
    return StudentFault(
        f"{_place(file, line)} ends the program with {how}() before the app is run.",
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
    at = f" at {_place(where.file, where.line)}" if where else ""
    return StudentFault(
        f"{app}: Python {how}{at} before the app was ready.",
        hint=f"Run `python {app}`: does it keep running?",
        file=where.file if where else app,
        line=where.line if where else None,
    )


def _syntax(crash: Crash, file: str, line: int | None, files: Mapping[str, bytes]) -> StudentFault | None:
    """Say why Python cannot read a file: its encoding, an odd character, a line from elsewhere, how it is written."""
    content = files.get(file, b"")
    kind, encoding = unreadable.is_no_text(content), unreadable.wrong_encoding(content)
    cannot_be_read = "SyntaxError" in (crash.type, *crash.bases) or "null bytes" in crash.message
    if cannot_be_read and (kind or encoding):
        what = f"is {kind}, whatever its name says" if kind else f"is saved in {encoding}: Python cannot read it"
        hint = "Hand in the Python file that you run." if kind else unreadable.SAVE_AS_UTF_8
        return StudentFault(f"{file} {what}.", expected="a text in UTF-8", hint=hint, file=file, line=1)
    if "SyntaxError" not in (crash.type, *crash.bases):
        return None
    text = crash.last.text if crash.last else ""
    found = unreadable.odd_character(crash.message, line) or unreadable.not_python(text, line)
    if found is not None:
        problem, hint = found
        return StudentFault(f"{_place(file, line)} {problem}.", observed=text or None, hint=hint, file=file, line=line)
    hint = unreadable.hint_for(crash.message, text, line) or "Look at that line and the one above it."
    if "not in UTF-8" in crash.message:
        hint = unreadable.SAVE_AS_UTF_8
    return StudentFault(
        f"{_place(file, line)} cannot be read by Python: `{_said(crash)}`.",
        observed=text or None,
        hint=hint,
        file=file,
        line=line,
    )


def _gone(crash: Crash, file: str, line: int | None, files: Mapping[str, bytes]) -> StudentFault | None:
    """Say that a name was there in earlier versions, and where it is now."""
    del files
    found = gone_name(str(crash), crash.last.text if crash.last else "", line)
    if found is None:
        return None
    problem, hint = found
    return StudentFault(
        f"{_place(file, line)} uses an old name: {problem}.",
        observed=_said(crash),
        hint=hint,
        file=file,
        line=line,
    )


def _left_over(crash: Crash, file: str, line: int | None, files: Mapping[str, bytes]) -> StudentFault | None:
    """Say that a line is for a notebook."""
    del files
    text = crash.last.text if crash.last else ""
    found = unreadable.not_python(text, line) if crash.type == "NameError" and "get_ipython" in crash.message else None
    if found is None:
        return None
    problem, hint = found
    return StudentFault(f"{_place(file, line)} {problem}.", observed=text, hint=hint, file=file, line=line)


def _missing_module(crash: Crash, file: str, line: int | None, files: Mapping[str, bytes]) -> StudentFault | None:
    if crash.type != "ModuleNotFoundError" or not crash.module:
        return None
    top = crash.module.partition(".")[0]
    gone = gone_module(crash.module, line)
    if gone is not None and f"{top}.py" not in {path.rpartition("/")[2] for path in files}:
        problem, hint = gone
        observed = crash.last.text if crash.last else None
        return StudentFault(f"{_place(file, line)}: {problem}.", observed=observed, hint=hint, file=file, line=line)
    like = [path for path in files if path.rpartition("/")[2].lower() == f"{top.lower()}.py"]
    if top == "Flask":
        hint = "The package is called flask, in small letters: from flask import Flask"
    elif like:
        hint = f"You handed in {like[0]}: Python finds it only beside the file that is run, spelt exactly the same."
    else:
        hint = (
            f"If {top} is a file of yours, hand it in beside app.py. If it is a package, do without it: "
            "the exercise needs Flask and what comes with Python."
        )
    return StudentFault(
        f"{_place(file, line)} imports {crash.module}, which is not there: it was not handed in, "
        "and no package of this name is installed here.",
        observed=crash.last.text if crash.last else None,
        hint=hint,
        file=file,
        line=line,
    )


def _hidden(crash: Crash, app: str, file: str, line: int | None, files: Collection[str]) -> StudentFault | None:
    """Say that a file beside the app took the place of a module of Python's or Flask's, and that something broke."""
    if not {"ImportError", "AttributeError", "TypeError", "NameError"} & {crash.type, *crash.bases}:
        return None
    hidden = hidden_modules(files, app)
    beside = app.rpartition("/")[0]
    named = [name for name in hidden if crash.module and crash.module.partition(".")[0] == name]
    named = named or [name for name in hidden if re.search(rf"'{re.escape(name)}['.]", crash.message)]
    if not named and crash.frames and re.match(r"(from|import)\s+flask", crash.frames[0].text):
        named = hidden  # importing Flask fails for no other reason
    if not named:
        return None
    paths = [f"{beside}/{named[0]}".lstrip("/") + ending for ending in (".py", "/__init__.py")]
    path = next((each for each in paths if each in files), paths[0])
    whose = "the package" if named[0] in FLASKS else "Python's own module"
    new = f"my_{named[0]}"
    return StudentFault(
        f"Your file {path} has the same name as {whose} {named[0]}, so Python imports your file instead.",
        observed=_said(crash),
        hint=f"Give it another name, for example {path.replace(named[0], new)}.",
        file=file,
        line=line,
    )


def _elsewhere(crash: Crash, file: str, line: int | None, files: Collection[str]) -> StudentFault | None:
    """Say that it is for another system; a person decides."""
    del files
    module = (crash.module or "").partition(".")[0]
    if crash.type == "ModuleNotFoundError" and only_on(module):
        return other_systems_module(module, file, line or 1)
    match = re.search(r"module '(\w+)' has no attribute '(\w+)'|cannot import name '(\w+)' from '(\w+)'", crash.message)
    if match is None:
        return None
    name = f"{match[1] or match[4]}.{match[2] or match[3]}"
    return other_systems_module(name, file, line or 1) if only_on(name) else None


def _newer(crash: Crash, file: str, line: int | None, files: Collection[str]) -> StudentFault | None:
    """Say that a module or a name is there from a newer Python on."""
    del files
    message = crash.message
    match = (
        re.search(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'", message)
        or re.search(r"module '(?P<module>[\w.]+)' has no attribute '(?P<name>\w+)'", message)
        or re.search(r"^(?P<module>)name '(?P<name>\w+)' is not defined", message)
        or re.search(r"No module named '(?P<module>[\w.]+)'(?P<name>)", message)
    )
    version = since(match["module"], match["name"]) if match else None
    if match is None or version is None or sys.version_info >= version:
        return None
    what = match["name"] or match["module"]
    return StudentFault(
        f"{_place(file, line)}: {what} is there from Python {version[0]}.{version[1]} on; "
        f"here apps run with Python {platform.python_version()}.",
        observed=_said(crash),
        hint="Do without it, so that the app runs with both.",
        file=file,
        line=line,
    )


def _arguments(crash: Crash, file: str, line: int | None, files: Collection[str]) -> StudentFault | None:
    """Say that the app reads from the command line what the handout does not write there."""
    del files
    text = crash.last.text if crash.last else ""
    if crash.type not in {"IndexError", "ValueError"} or "argv" not in text:
        return None
    return StudentFault(
        f"{_place(file, line)} wants something on the command line (sys.argv), and the handout runs plain "
        f"`python {file}`: {_said(crash)}.",
        observed=text,
        hint="Give it a default, so that nothing has to be typed after the file's name.",
        file=file,
        line=line,
    )


def _environ(crash: Crash, file: str, line: int | None, files: Collection[str]) -> StudentFault | None:
    """Say that the app reads from the environment what nobody sets."""
    del files
    text = crash.last.text if crash.last else ""
    if crash.type != "KeyError" or "environ" not in text:
        return None
    return StudentFault(
        f"{_place(file, line)} reads the environment variable {crash.message}, which is not set: "
        f"the handout runs plain `python {file}`.",
        observed=text,
        hint=f"Give it a default: os.environ.get({crash.message}, '…').",
        file=file,
        line=line,
    )


def _host(crash: Crash, file: str, line: int | None, files: Collection[str]) -> StudentFault | None:
    """Say that the app is run on something that is no address."""
    del files
    match = re.fullmatch(r"(\[Errno -?\d+\] .*): '(.*)'", crash.message)
    if match is None or not ("gaierror" in crash.type or "Cannot assign requested address" in crash.message):
        return None
    hint = "Write host='0.0.0.0', or leave the host out."
    if match[2].isdecimal():
        hint = f"The first argument of app.run is the host: write port={match[2]}."
    return StudentFault(
        f"{_place(file, line)} runs the app on the host {match[2]}, which is no address of any machine: "
        f"{crash.type.rpartition('.')[2]}: {match[1]}.",
        observed=crash.last.text if crash.last else None,
        hint=hint,
        file=file,
        line=line,
    )


def _place(file: str, line: int | None) -> str:
    return f"{file} line {line}" if line else file


def _advice(crash: Crash, hints: Sequence[tuple[str, str]]) -> str | None:
    """Return the first hint whose pattern is found in the exception, else the one for its kind."""
    for pattern, advice in (*hints, *_IMPORTS):
        match = re.search(pattern, str(crash))
        if match is not None:
            return match.expand(advice)
    return _HINTS.get(crash.type)


def _said(crash: Crash) -> str:
    """Return the exception in one line that a full stop can follow, without the paths of this machine."""
    return _PATH.sub("", str(crash).partition("\n")[0]).rstrip(".?! ").replace("`", "'")


def _traceback(crash: Crash) -> str:
    lines = [f"{frame.file}:{frame.line}  {frame.text}".rstrip() for frame in crash.frames]
    return "\n".join([*lines, _PATH.sub("", str(crash))])


_HINTS = {
    "NameError": "Is the name spelt as where it is defined or imported? Python cares about upper and lower case.",
    "UnboundLocalError": "The variable has no value here. Give it one before the try.",
    "FileNotFoundError": "Hand the file in too, in the folder that app.py expects it in.",
    "MemoryError": "The app needs more memory than it may have; look for a list or text that grows without end.",
    "ImportError": "Check the spelling of what is imported, and that two files do not import each other in a circle.",
    "BadRequestKeyError": (
        "The cookie is not there, and `request.cookies[...]` raises this. Read it inside a try, and return the other "
        "page in its except."
    ),
}
_PATH = re.compile(r" \((?:/|[A-Z]:\\|_\w+\.c:)[^)]*\)")
_FLASKS = "Flask|Response|abort|g|jsonify|make_response|redirect|render_template|request|session|url_for"
_IMPORTS = ((rf"^NameError: name '({_FLASKS})' is not defined", r"Import it: from flask import \1"),)
_LOAD_HINTS = (
    (
        r"multi-thread and multi-process",
        "Flask's threads are on by themselves: leave processes out.",
    ),
    (
        r"has no attribute 'startswith'",
        "The first argument of app.run is the host, a text; for the port write port=...",
    ),
    (r"port must be 0-65535", "A port is a number from 1 to 65535: write the one that the handout asks for."),
    (
        r"No such file or directory: '.*(pem|crt|cer|key)'",
        "Leave ssl_context out: the handout's page begins with http://.",
    ),
    (
        r"ad-hoc certificates|wrap_socket|SSLError",
        "Leave ssl_context out: the handout's page begins with http://.",
    ),
    (r"overwriting an existing endpoint", "Two views have the same name: give every function below a route its own."),
    (r"relative import", "In the file that is run, imports have no dot at their beginning: from cookies import ..."),
    (r"must start with a (leading )?slash|start with a slash", "Write the route with a slash: @app.route('/...')."),
    (r"cannot import name 'requests?' ", "It is called request: from flask import request"),
    (r"cannot import name", "Check the spelling, with upper and lower case letters, of what is imported."),
    (r"unexpected keyword argument", "Check the spelling of the words before the = signs, in small letters."),
    (r"[Nn]ame '_{0,2}(name|main)_{0,2}'", "Write __name__ with two underscores on each side."),
)
if TYPE_CHECKING:
    _Explanation = Callable[[Crash, str, int | None, Mapping[str, bytes]], StudentFault | None]
