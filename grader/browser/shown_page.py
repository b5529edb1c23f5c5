"""What the browser shows after a visit: plain data for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass

VISIT_SECONDS = 10.0


class BrowserCrashed(Exception):
    """The browser or its driver is gone or no longer answers.  A new one may do better; ours, never the student's."""


@dataclass(frozen=True)
class Page:
    """What the browser shows after a visit.

    Parameters
    ----------
    path
        What was asked for.
    url
        Where that led, after redirects.
    status
        Of the answer that is shown; None where none came.
    text
        What is written on the page (``innerText``), with white space as the browser renders it.
    visible_text
        The same without what nobody can see; only where the visit was given something to wait for, else empty.
    problem
        Why this is not simply the page, in words that go on after "the page …"; None where all is well.
    body
        The answer's HTML as it was received, where the page itself could not be read; else empty.
    in_time
        False where that is the problem: the time was over before the page was there.
    keeps_busy
        True where it is there and keeps itself from being read: by a script that never ends, for example.
    broken_off
        True where that is the problem: the app has closed the connection, or takes none, in place of an answer.
    """

    path: str
    url: str
    status: int | None = None
    text: str = ""
    visible_text: str = ""
    problem: str | None = None
    body: str = ""
    in_time: bool = True
    keeps_busy: bool = False
    broken_off: bool = False
