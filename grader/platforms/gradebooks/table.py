"""Gradebook files as tables: read in whatever way a platform or Excel saved them, written so that all can read them."""

from __future__ import annotations

import codecs
import csv
import io
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from grader.machine.whole_files import said_plainly
from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE
from grader.model.text import listed
from grader.report.plain import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

_LARGEST = 50 * MEGABYTE
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_DELIMITERS = ",;\t|"
_EXCEL_SAYS = re.compile(r"sep=(.)\r?\n")
_WITH_COMMA, _WITH_POINT = re.compile(r"[0-9]+,[0-9]{1,2}"), re.compile(r"[0-9]+\.[0-9]{1,2}")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?%?")
# Excel also takes the wide forms for signs, on East Asian systems; a tab or line end may hide the sign after it.
_STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # noqa: RUF001


@dataclass(frozen=True)
class GradebookTable:
    """A CSV file.

    Parameters
    ----------
    source
        The file's name, for messages.
    columns
        The first row.
    rows
        The others, each as long as the first.
    marked
        Whether the file began with a byte order mark: then its platform reads one, and Excel needs it.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    marked: bool = False

    @cached_property
    def has_decimal_commas(self) -> bool:
        """Whether its numbers are written as in half of Europe: then so is what is filled in."""
        cells = [cell.strip() for row in self.rows for cell in row]
        return any(map(_WITH_COMMA.fullmatch, cells)) and not any(map(_WITH_POINT.fullmatch, cells))

    def find(self, *names: str) -> int | None:
        """Return the place of the column that has the first of these names that is there, whatever its case."""
        places = {_same(column): place for place, column in reversed(list(enumerate(self.columns)))}
        return next((places[_same(name)] for name in names if _same(name) in places), None)

    def cells(self, row: Sequence[str], *names: str) -> list[str]:
        """Return what stands in a row's columns of these names, where there are such and anything does."""
        places = map(self.find, names)
        return [row[place].strip() for place in places if place is not None and row[place].strip()]

    def need(self, *names: str) -> int:
        """Return the place of a column.

        Raises `InputError`: there is none; names what was looked for and what is there.
        """
        place = self.find(*names)
        if place is None:
            raise InputError(
                f"{self.source} has no column {' or '.join(names)}; it has: {_listed(self.columns)}.",
                hint="Export the gradebook from the learning platform again, with its students' columns.",
            )
        return place


def _same(column: str) -> str:
    return " ".join(column.split()).casefold()


def _listed(columns: Sequence[str]) -> str:
    return listed([visible(column.strip()) or "(no name)" for column in columns], 12)


def read_table(path: Path) -> GradebookTable:
    """Read a CSV file in UTF-8, UTF-16 or Windows' encoding, separated by commas, semicolons or tabs.

    Raises `InputError`: it is not there, is not text in columns, or is empty.
    """
    hint = "Name the file that the LMS exports."
    with said_plainly(f"The gradebook {path} cannot be read", hint=hint), path.open("rb") as file:
        content = file.read(_LARGEST + 1)
    if len(content) > _LARGEST or content.startswith(b"PK\x03\x04"):
        what = "is an Excel workbook or a zip" if content.startswith(b"PK") else "is too large for a gradebook"
        raise InputError(f"{path.name} {what}, not a CSV file.", hint="Export the gradebook as CSV.")
    text = _decode(content, path)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)) if any(row)]
    except csv.Error as error:
        raise InputError(f"{path.name} is not a CSV file: {error}.", hint="Export the gradebook as CSV.") from error
    if not rows:
        raise InputError(f"The gradebook {path.name} is empty.", hint="Export it from the learning platform again.")
    width = len(rows[0])
    padded = (tuple(row[:width] + [""] * (width - len(row))) for row in rows[1:])
    return GradebookTable(
        path.name, tuple(rows[0]), tuple(padded), content.startswith(tuple(mark for mark, _ in _MARKS))
    )


def _decode(content: bytes, path: Path) -> str:
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise InputError(f"{path.name} is damaged: it is not the {encoding} that it says it is.") from error
        text = content.decode("cp1252", "replace")  # what Excel saves on Windows
    if "\0" in text:
        raise InputError(f"{path.name} is not a CSV file.", hint="Export the gradebook as CSV.")
    return text if not _EXCEL_SAYS.match(text) else text.partition("\n")[2]


def _delimiter(text: str) -> str:
    """Return what separates the first row into most columns; a title with commas in it is in quotes."""
    start = text[:65536]

    def columns(delimiter: str) -> int:
        return len(next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), []))

    return max(_DELIMITERS, key=columns)


def to_csv(rows: Iterable[Iterable[str]], *, marked: bool) -> bytes:
    """Write rows as CSV in UTF-8 with commas, which every platform reads; no cell can be taken for a formula.

    `marked` begins it with a byte order mark: without it Excel takes UTF-8 for the system's own encoding.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig" if marked else "utf-8")


def safe_cell(text: str) -> str:
    """Return a cell that a spreadsheet shows as it is: an apostrophe goes before what it would take for a formula."""
    if _NUMBER.fullmatch(text) or text.strip() == "-":
        return text
    starts = text.lstrip(" \u00a0").startswith(_STARTS_FORMULA)
    return f"'{visible(text)}" if starts else visible(text)
