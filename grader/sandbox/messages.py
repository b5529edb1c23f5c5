"""What comes out of the jail besides HTTP: a few lines of JSON, from a stranger.

Nothing here is trusted further than a message to the student goes: everything is checked, bounded and turned into
plain data, and verdicts rest on what the grader sees itself.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.model.route import Route

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST_LINE = 256 * 1024
LONGEST_PATH = 2_000
_LONGEST_TEXT = 2_000
_MOST = 200
_HIGHEST_PORT = 10**9
_FRAME = re.compile(rb'  File "(.{1,2000})", line (\d{1,7}) in (.{0,200})')


@dataclass(frozen=True)
class Frame:
    """One of the student's lines in a traceback."""

    file: str
    line: int
    function: str = ""
    text: str = ""


@dataclass(frozen=True)
class Crash:
    """An exception in the student's code.

    Parameters
    ----------
    bases
        The names of the exception's classes, its own first.
    module
        For an ImportError: what could not be imported.
    frames
        The student's own lines only, outermost first.
    """

    type: str
    message: str
    frames: tuple[Frame, ...] = ()
    bases: tuple[str, ...] = ()
    module: str | None = None
    path: str = ""

    @property
    def last(self) -> Frame | None:
        """Where in the student's code it happened."""
        return self.frames[-1] if self.frames else None

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True)
class RunCall:
    """How the app asked to be run."""

    port: int | str
    host: str
    debug: bool
    file: str | None
    line: int | None
    text: str


@dataclass(frozen=True)
class StoodIn:
    """A module that the app imports and that is not there.

    Parameters
    ----------
    is_unused
        Whether nothing uses it, as the source says; else it is one of Python's own that another system has.
    """

    module: str
    is_unused: bool

    @property
    def is_pythons(self) -> bool:
        """Whether it belongs to Python."""
        return self.module in sys.stdlib_module_names


@dataclass(frozen=True)
class Ended:
    """Why a thread that was to run the app is no more: by an exception, or, without one, with the program."""

    crash: Crash | None
    run: RunCall | None


@dataclass(frozen=True)
class Serving:
    """The app has been loaded and answers.

    Parameters
    ----------
    run
        None where the file never runs its app.
    ended
        Why it is not run, where a thread was to do it.
    template_folders
        Where Flask looks for templates, relative to the hand-in; the app's own first.
    """

    run: RunCall | None
    routes: tuple[Route, ...]
    template_folders: tuple[str, ...]
    ended: Ended | None = None


@dataclass(frozen=True)
class MadeFrom:
    """What a page was rendered from, as far as the app's process says.

    Parameters
    ----------
    files
        Paths within the hand-in.
    text
        Whether Jinja was given a text without a file, which may have been read from one.
    """

    files: tuple[str, ...] = ()
    text: bool = False


def parse(line: bytes) -> dict[str, Any] | None:
    """Return one message, or None for anything that is not one."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("event"), str) else None


def serving(message: dict[str, Any]) -> Serving:
    """Read a ``serving`` message."""
    run = message.get("run")
    return Serving(
        run=_run(run) if isinstance(run, dict) else None,
        routes=tuple(_route(item) for item in _items(message.get("routes")) if isinstance(item, dict)),
        template_folders=tuple(_text(item) for item in _items(message.get("template_folders"))),
        ended=_ended(message.get("ended")),
    )


def stood_in(message: dict[str, Any]) -> StoodIn:
    """Read a ``stood-in`` message."""
    return StoodIn(_text(message.get("module")), is_unused=message.get("unused") is True)


def _ended(item: object) -> Ended | None:
    if not isinstance(item, dict):
        return None
    told, run = item.get("crash"), item.get("run")
    return Ended(crash(told) if isinstance(told, dict) else None, _run(run) if isinstance(run, dict) else None)


def crash(message: dict[str, Any]) -> Crash:
    """Read a message that describes an exception."""
    return Crash(
        type=_text(message.get("type")) or "Exception",
        message=_text(message.get("message")),
        frames=frames(message),
        bases=tuple(_text(item) for item in _items(message.get("bases"))),
        module=_text(message.get("module")) or None,
        path=_text(message.get("path")),
    )


def made_from(message: dict[str, Any]) -> MadeFrom:
    """Read an ``answered`` message."""
    return MadeFrom(tuple(_text(file) for file in _items(message.get("files"))), text=message.get("from_text") is True)


def frames(message: dict[str, Any]) -> tuple[Frame, ...]:
    """Read the student's frames of a message."""
    return tuple(
        Frame(
            file=_text(item.get("file")),
            line=_number(item.get("line")) or 1,
            function=_text(item.get("function")),
            text=_text(item.get("text")),
        )
        for item in _items(message.get("frames"))
        if isinstance(item, dict)
    )


def last_frame(message: dict[str, Any]) -> Frame | None:
    """Return the innermost of the student's frames of a message."""
    found = frames(message)
    return found[-1] if found else None


def asked_from(message: dict[str, Any]) -> int | None:
    """Read the port from which was asked for what a message is about."""
    return _number(message.get("port"))


def interpreters_frame(line: bytes, root: str, files: Mapping[str, bytes]) -> Frame | None:
    """Read a line of `faulthandler`'s: a frame of a Python that is stuck or has crashed, if it is the student's.

    Parameters
    ----------
    root
        The folder that the hand-in was unpacked to.
    files
        What was handed in, from which the line is quoted.
    """
    match = _FRAME.match(line)
    if match is None:
        return None
    path = match[1].decode("ascii", "replace").replace("\\", "/")
    name = path[len(root) + 1 :]
    if not path.startswith(root.replace("\\", "/")) or name not in files:
        return None
    lines, number = files[name].splitlines(), int(match[2])
    text = lines[number - 1].decode("utf-8", "replace").strip() if 0 < number <= len(lines) else ""
    return Frame(name, number, match[3].decode("ascii", "replace"), text[:_LONGEST_TEXT])


def _run(item: dict[str, Any]) -> RunCall:
    port = item.get("port")
    return RunCall(
        port=port if type(port) is int and abs(port) < _HIGHEST_PORT else _text(port),
        host=_text(item.get("host")),
        debug=item.get("debug") is True,
        file=_text(item.get("file")) or None,
        line=_number(item.get("line")),
        text=_text(item.get("text")),
    )


def _route(item: dict[str, Any]) -> Route:
    arguments = item.get("arguments")
    return Route(
        rule=_text(item.get("rule")),
        methods=tuple(_text(method) for method in _items(item.get("methods"))),
        arguments=_texts(arguments) if isinstance(arguments, dict) else {},
        file=_text(item.get("file")) or None,
        line=_number(item.get("line")),
        function=_text(item.get("function")) or None,
    )


def _texts(pairs: dict[str, Any]) -> dict[str, str]:
    return {_text(name): _text(kind) for name, kind in list(pairs.items())[:_MOST]}


def _items(value: object) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _text(value: object) -> str:
    """Return text that can be written anywhere: JSON can also spell halves of characters, which cannot."""
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**7 else None
