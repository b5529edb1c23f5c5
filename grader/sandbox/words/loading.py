"""An app that an exception keeps from coming up: why, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.sandbox.words import missing_names, unreadable
from grader.sandbox.words.explaining import FailedLoad, advice, said, without_paths
from grader.sandbox.words.not_serving import DEFAULT_FOR_ARGUMENTS
from grader.sandbox.words.views import IN_A_VIEW, rewritten

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.model.faults import StudentFault
    from grader.sandbox.messages import Crash


def load_failure(crash: Crash, app: str, files: Mapping[str, bytes]) -> StudentFault:
    """Say why ``app`` could not be loaded; for the parameters see `FailedLoad`."""
    failed = FailedLoad(crash, app, files)
    for explain in _EXPLANATIONS:
        fault = explain(failed)
        if fault is not None:
            return fault
    return failed.at.fault(
        f"{failed.at.place_name} stops with `{said(crash)}` when the app is started.",
        rewritten(str(crash), failed.at, failed.source)
        or advice(crash, (*_HINTS, *IN_A_VIEW), files)
        or f"Run `python {app}` and mend the line that the last part of the error names.",
        observed=_traceback(crash),
    )


def _arguments(failed: FailedLoad) -> StudentFault | None:
    """Say that the app reads from the command line what the handout does not write there."""
    if failed.crash.type not in {"IndexError", "ValueError"} or "argv" not in failed.at.text:
        return None
    return failed.at.fault(
        f"{failed.at.place_name} wants something on the command line (sys.argv), and the handout runs plain "
        f"`python {failed.at.file}`: {said(failed.crash)}.",
        DEFAULT_FOR_ARGUMENTS,
    )


def _environ(failed: FailedLoad) -> StudentFault | None:
    """Say that the app reads from the environment what nobody sets."""
    variable: str | None = failed.crash.message
    if failed.crash.type != "KeyError" or "environ" not in failed.at.text:
        variable = _from_getenv(failed) if "NoneType" in failed.crash.message else None
    if variable is None:
        return None
    return failed.at.fault(
        f"{failed.at.place_name} reads the environment variable {variable}, which is not set: "
        f"the handout runs plain `python {failed.at.file}`.",
        f"Give it a default: os.environ.get({variable}, '…').",
    )


def _from_getenv(failed: FailedLoad) -> str | None:
    """Return the variable, in quotes, of which a line gets None; it may be read in another line."""
    kept = {match[1]: match[2] for match in _KEPT_FROM_GETENV.finditer(failed.source)}
    here = _GETENV.search(failed.at.text)
    return here[1] if here else next((kept[each] for each in re.findall(r"\w+", failed.at.text) if each in kept), None)


def _host(failed: FailedLoad) -> StudentFault | None:
    """Say that the app is run on something that is no address."""
    kind, message = failed.crash.type, failed.crash.message
    match = re.fullmatch(r"(\[Errno -?\d+\] .*): '(.*)'", message)
    if match is None or not ("gaierror" in kind or "Cannot assign requested address" in message):
        return None
    return failed.at.fault(
        f"{failed.at.place_name} runs the app on the host {match[2]}, which is no address of any machine: "
        f"{kind.rpartition('.')[2]}: {match[1]}.",
        f"The first argument of app.run is the host: write port={match[2]}."
        if match[2].isdecimal()
        else "Write host='0.0.0.0', or leave the host out.",
    )


def _traceback(crash: Crash) -> str:
    lines = [f"{frame.file}:{frame.line}  {frame.text}".rstrip() for frame in crash.frames]
    return "\n".join([*lines, without_paths(str(crash))])


_GETENV = re.compile(r"(?:getenv|environ\.get)\(\s*(['\"]\w+['\"])\s*\)")
# Blanks of one line alone: from each of many empty lines, \s would look through all that follow.
_KEPT_FROM_GETENV = re.compile(rf"(?m)^[ \t]*(\w+)[ \t]*=[ \t]*(?:os\.)?{_GETENV.pattern}[ \t]*(?:#.*)?$")
_EXPLANATIONS = (
    missing_names.hidden,
    unreadable.explain,
    missing_names.elsewhere,
    missing_names.newer,
    _arguments,
    _environ,
    _host,
    missing_names.missing_module,
    missing_names.imports_itself,
    missing_names.gone,
    unreadable.left_over,
)
_HINTS = (
    (r"multi-thread and multi-process", "Flask's threads are on by themselves: leave processes out."),
    (
        r"has no attribute 'startswith'",
        "The first argument of app.run is the host, a text; for the port write port=...",
    ),
    (
        r"invalid literal for int|int\(\) argument must be",
        "A number is asked for here: write it in digits.",
    ),
    (r"port must be 0-65535", "A port is a number from 1 to 65535: write the one that the handout asks for."),
    (
        r"No such file or directory: '.*(pem|crt|cer|key)'|ad-hoc certificates|wrap_socket|SSLError",
        "Leave ssl_context out: the handout's page begins with http://.",
    ),
    (r"overwriting an existing endpoint", "Two views have the same name: give every function below a route its own."),
    (r"relative import", "In the file that is run, imports have no dot at their beginning: from cookies import ..."),
    (r"must start with a (leading )?slash|start with a slash", "Write the route with a slash: @app.route('/...')."),
    (r"Working outside of \w+ context", "That line is run before anybody visits a page: move it into the view."),
    (
        r"unreachable|(?i:name or service) not known|name resolution|getaddrinfo failed|nodename nor|URLError| refused",
        "Apps are run without the internet here, and the exercise needs none. Do without that line.",
    ),
    (r"missing 1 required positional argument: 'rule'", "Write the page's address into the parentheses: ('/...')."),
    (r"cannot import name 'requests?' ", "It is called request: from flask import request"),
    (r"cannot import name", "Check the spelling, with upper and lower case letters, of what is imported."),
    (r"[Nn]ame '_{0,2}(name|main)_{0,2}'", "Write __name__ with two underscores on each side."),
)
