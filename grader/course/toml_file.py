"""A TOML file that knows in which line each of its keys stands."""

from __future__ import annotations

import difflib
import re
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NoReturn

from grader.model.faults import InputError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

_MOST_BYTES = 100_000
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")


class TomlFile:
    """A file of settings.

    `shown_as` is what messages call it.  Raises `InputError`: it cannot be read, or is no TOML; says in which line.
    """

    def __init__(self, path: Path, shown_as: str) -> None:
        self._shown_as = shown_as
        self._text = _read(path, shown_as)
        try:
            self.data = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = int(place["line"]) if place and place["line"] else len(self._text.rstrip().split("\n"))
            raise InputError(
                f"{shown_as} line {line}: {_PLACE.sub('', str(error))}.", hint=_hint(self._text)
            ) from error
        except RecursionError as error:
            raise InputError(f"{shown_as}: its values are nested too deeply.") from error

    def refuse(self, keys: tuple[str, ...], problem: str, hint: str | None = None) -> NoReturn:
        """Say what is wrong with the value that is found by these keys, one inside the other."""
        raise InputError(f"{self._shown_as} line {self.line(keys)}: {problem}.", hint=hint)

    def line(self, keys: tuple[str, ...]) -> int:
        """Return the line, from 1, in which the statement begins that brings a key into the file.

        The file is read line by line: the key is there for the first time after its own statement.
        """
        lines = self._text.split("\n")  # not splitlines: form feeds and the like end no line
        begin = 0
        for end in range(1, len(lines) + 1):
            with suppress(tomllib.TOMLDecodeError):  # in the middle of a statement that has several lines
                if _holds(tomllib.loads("\n".join(lines[:end])), keys):
                    break
                begin = end
        return begin + 1


class TomlTable:
    """One table of the file; what is taken out of it is checked, and what is left at the end is unknown.

    `keys` say where in the file it is.
    """

    def __init__(self, file: TomlFile, keys: tuple[str, ...], data: dict[str, Any]) -> None:
        self.file = file
        self.keys = keys
        self._data = data

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def refuse(self, key: str, problem: str, hint: str | None = None) -> NoReturn:
        """Say what is wrong with one of its values."""
        self.file.refuse((*self.keys, key), problem, hint)

    def only(self, known: Collection[str]) -> None:
        """Refuse all keys but these."""
        for key in self._data:
            if key not in known:
                place = f"[{'.'.join(self.keys)}]" if self.keys else "the file"
                near = difflib.get_close_matches(key, known, n=1)
                hint = f"Did you mean {near[0]}?" if near else f"There is {', '.join(known)}."
                self.refuse(key, f"{key} is not known in {place}", hint)

    def value(self, key: str, fits: Callable[[Any], bool], what: str) -> Any:
        """Return a value, None where it is not there.

        `fits` says whether it is what is asked for, and `what` is that in words.
        """
        value = self._data.get(key)
        if value is not None and not fits(value):
            self.refuse(key, f"{key} is {_in_words(value)}, not {what}")
        return value

    def number(self, key: str, most: float = float("inf")) -> float | None:
        """Return a number from 0 to ``most``."""
        what = "a number from 0 on" if most == float("inf") else f"a number from 0 to {most:g}"
        found = self.value(key, lambda value: _is_number(value) and 0 <= value <= most and value < float("inf"), what)
        return None if found is None else float(found)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """Return a list of texts; one alone may stand for a list."""

        def fits(value: Any) -> bool:
            return bool(value) and all(isinstance(text, str) for text in ([value] if isinstance(value, str) else value))

        found = self.value(
            key, lambda value: isinstance(value, (str, list)) and fits(value), 'a list of texts such as ["…", "…"]'
        )
        return None if found is None else (found,) if isinstance(found, str) else tuple(found)

    def table(self, key: str) -> TomlTable:
        """Return a table in it; an empty one where it is not there."""
        found = self.value(key, lambda value: isinstance(value, dict), "a table")
        return TomlTable(self.file, (*self.keys, key), found or {})


def _read(path: Path, shown_as: str) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        problem = "there is no such file" if isinstance(error, FileNotFoundError) else error.strerror or str(error)
        raise InputError(f"The settings {shown_as} cannot be read: {problem}.") from error
    if len(content) > _MOST_BYTES:
        raise InputError(f"{shown_as} holds more than {_MOST_BYTES // 1000} kB; that is no file of settings.")
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")  # Windows editors put a mark at the beginning
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(f"{shown_as} line {line}: this is not UTF-8.", hint="Save the file as UTF-8.") from error


def _holds(data: Any, keys: tuple[str, ...]) -> bool:
    for key in keys:
        if not isinstance(data, dict) or key not in data:
            return False
        data = data[key]
    return True


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _in_words(value: Any) -> str:
    """Show a value as it is written in the file, or nearly so."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"  # noqa: PLR2004 - enough to find it by


def _hint(text: str) -> str | None:
    return "Texts stand in double quotes, straight ones." if "\u201c" in text or "\u201d" in text else None
