"""Why a page could not be shown, in words that go on after "the page …"."""

from __future__ import annotations

import re

NOT_RUNNING = "was not answered: the app is not running any more"
BROKEN_OFF = "was not answered: the app broke off the connection"
_PROBLEMS = {
    "ERR_TOO_MANY_REDIRECTS": "redirects in a loop",
    "ERR_CONNECTION_REFUSED": NOT_RUNNING,
    "ERR_CONNECTION_RESET": BROKEN_OFF,
    "ERR_EMPTY_RESPONSE": BROKEN_OFF,
    "Download is starting": "is a download, which a browser does not display",
    "Page crashed": "crashed the browser's tab",
    "Target crashed": "crashed the browser's tab",
}


def problem_of(said: str, status: int | None) -> str | None:
    """Return what an error of Playwright's means; None where it may be the browser's own.

    Parameters
    ----------
    said
        The error's text.
    status
        Of the answer, where there was one.
    """
    for sign, problem in _PROBLEMS.items():
        if sign in said:
            return problem
    if "ERR_ABORTED" in said and status is not None:
        return f"has nothing to display (status {status})"
    network = re.search(r"net::(ERR_\w+)", said)
    return f"could not be displayed ({network[1]})" if network else None
