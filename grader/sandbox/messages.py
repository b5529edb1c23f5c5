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

from grader.model.faults import StudentFault
from grader.model.places import InCode, Route

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Message = dict[str, Any]

LONGEST_LINE = 256 * 1024
LONGEST_PATH = 2_000
_LONGEST_TEXT = 2_000
_MOST = 200
_HIGHEST_PORT = 10**9
_FRAME = re.compile(rb'  File "(.{1,2000})", line (\d{1,7}) in ')


@dataclass(frozen=True)
class Frame(InCode):
    """One of the student's lines in a traceback; the file alone where nobody knows the line."""

    file: str
    line: int | None = None
    text: str = ""

    def fault(self, message: str, hint: str, *, observed: str | None = None) -> StudentFault:
        """Say what is wrong here; the line as written is what is observed, unless something else is given."""
        return StudentFault(message, observed=observed or self.text or None, hint=hint, **self.place)

    def written(self, why: str, now: str) -> str:
        """Say why the line is wrong, a sentence, and how it is written rightly."""
        return f"{why} Write line {self.line} as `{now}`."


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

    @property
    def last(self) -> Frame | None:
        """Where in the student's code it happened."""
        return self.frames[-1] if self.frames else None

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True)
class RunCall(InCode):
    """How the app asked to be run, and where."""

    port: int | str
    file: str | None
    line: int | None
    text: str


@dataclass(frozen=True)
class StoodIn:
    """A module that the app imports and that is not there.

    `is_unused` is true where nothing uses it, as the source says; else it is one of Python's own that another system
    has.
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

    `files` are paths within the hand-in; `text` is true where Jinja was given a text without a file, which may have
    been read from one.
    """

    files: tuple[str, ...] = ()
    text: bool = False


def parse(line: bytes) -> Message | None:
    """Return one message, or None for anything that is not one."""
    if len(line) > LONGEST_LINE:
        return None
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return message if isinstance(message, dict) and isinstance(message.get("event"), str) else None


def serving(message: Message) -> Serving:
    """Read a ``serving`` message."""
    return Serving(
        run=_run(message.get("run")),
        routes=tuple(map(_route, _dicts(message.get("routes")))),
        template_folders=_texts(message.get("template_folders")),
        ended=next(map(_ended, _dicts([message.get("ended")])), None),
    )


def stood_in(message: Message) -> StoodIn:
    """Read a ``stood-in`` message."""
    return StoodIn(_text(message.get("module")), is_unused=message.get("unused") is True)


def crash(message: Message) -> Crash:
    """Read a message that describes an exception."""
    return Crash(
        type=_text(message.get("type")) or "Exception",
        message=_text(message.get("message")),
        frames=_frames(message),
        bases=_texts(message.get("bases")),
        module=_text(message.get("module")) or None,
    )


def made_from(message: Message) -> MadeFrom:
    """Read an ``answered`` message."""
    return MadeFrom(_texts(message.get("files")), text=message.get("from_text") is True)


def last_frame(message: Message) -> Frame | None:
    """Return the innermost of the student's frames of a message."""
    return next(reversed(_frames(message)), None)


def asked_from(message: Message) -> int | None:
    """Read the port from which was asked for what a message is about."""
    return _number(message.get("port"))


def interpreters_frame(line: bytes, root: str, files: Mapping[str, bytes]) -> Frame | None:
    """Read a line of `faulthandler`'s: a frame of a Python that is stuck or has crashed, if it is the student's.

    `root` is the folder that the hand-in was unpacked to; from `files`, what was handed in, the line is quoted.
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
    return Frame(name, number, text[:_LONGEST_TEXT])


def _frames(message: Message) -> tuple[Frame, ...]:
    return tuple(
        Frame(_text(item.get("file")), _number(item.get("line")) or 1, _text(item.get("text")))
        for item in _dicts(message.get("frames"))
    )


def _ended(item: Message) -> Ended:
    return Ended(next(map(crash, _dicts([item.get("crash")])), None), _run(item.get("run")))


def _run(item: object) -> RunCall | None:
    if not isinstance(item, dict):
        return None
    port, file, line = item.get("port"), _text(item.get("file")) or None, _number(item.get("line"))
    if type(port) is not int or abs(port) >= _HIGHEST_PORT:
        port = _text(port)
    return RunCall(port, file, line, _text(item.get("text")))


def _route(item: Message) -> Route:
    arguments = item.get("arguments")
    pairs = list(arguments.items())[:_MOST] if isinstance(arguments, dict) else []
    return Route(
        rule=_text(item.get("rule")),
        methods=_texts(item.get("methods")),
        arguments={_text(name): _text(kind) for name, kind in pairs},
        file=_text(item.get("file")) or None,
        line=_number(item.get("line")),
        function=_text(item.get("function")) or None,
    )


def _items(value: object) -> list[Any]:
    return value[:_MOST] if isinstance(value, list) else []


def _dicts(value: object) -> Iterator[Message]:
    return (item for item in _items(value) if isinstance(item, dict))


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(_text, _items(value)))


def _text(value: object) -> str:
    """Return text that can be written anywhere: JSON can also spell halves of characters, which cannot."""
    return value[:_LONGEST_TEXT].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**7 else None
