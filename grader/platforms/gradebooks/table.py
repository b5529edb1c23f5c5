"""Gradebook files as tables: read in whatever way a platform or Excel saved them, written as the platform reads them.

What was not filled in stays as the platform has written it, byte for byte.
"""

from __future__ import annotations

import codecs
import csv
import io
import itertools
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from grader.machine.whole_files import said_plainly
from grader.model.faults import InputError
from grader.model.hand_in_limits import MEGABYTE
from grader.model.text import listed
from grader.report.plain import visible

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

_LARGEST = 50 * MEGABYTE
_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_DELIMITERS = ",;\t|"
_EXCEL_SAYS = re.compile(r"sep=(.)\r?\n")
_WITH_COMMA, _WITH_POINT = re.compile(r"[0-9]+,[0-9]{1,2}"), re.compile(r"[0-9]+\.[0-9]{1,2}")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)?%?")
# Excel also takes the wide forms for signs, on East Asian systems; a tab or line end may hide the sign after it.
_STARTS_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")  # noqa: RUF001


class CsvLine(NamedTuple):
    """A row as it stands in a file: its cells with their quotes, and what follows up to the next row."""

    cells: tuple[str, ...]
    end: str


@dataclass(frozen=True)
class CsvForm:
    """How a platform writes CSV files, or how one was written.

    Parameters
    ----------
    delimiters
        What may separate its columns, the usual one first.
    encodings
        The usual one first.
    mark
        The byte order mark that the file began with.
    """

    delimiters: str = ","
    encodings: tuple[str, ...] = ("utf-8",)
    mark: bytes = b""


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
    lines
        All of them as they stand in the file; none where it was made and not read.
    form
        How the file is written.
    """

    source: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[CsvLine, ...] = ()
    form: CsvForm = CsvForm()

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
    one = next((mark for mark in _MARKS if content.startswith(mark)), b"")
    mark = one
    while one and content.startswith(mark + one):  # some programs put another one before it
        mark += one
    text, encoding = _decode(content.removeprefix(mark), _MARKS.get(one), path)
    delimiter = _delimiter(text)
    lines = list(itertools.dropwhile(lambda line: not any(line.cells), _lines(text, delimiter)))
    rows = [[_value(cell) for cell in line.cells] for line in lines]
    if not rows:
        raise InputError(f"The gradebook {path.name} is empty.", hint="Export it from the learning platform again.")
    width = len(rows[0])
    padded = (tuple(row[:width] + [""] * (width - len(row))) for row in rows[1:])
    form = CsvForm(delimiter, (encoding,), mark)
    return GradebookTable(path.name, tuple(rows[0]), tuple(padded), tuple(lines), form)


def _decode(content: bytes, encoding: str | None, path: Path) -> tuple[str, str]:
    """Return the text without what only Excel writes, and its encoding."""
    even, odd = content[:200:2], content[1:200:2]
    if encoding is None and 2 * max(even.count(0), odd.count(0)) > len(even):  # UTF-16, and no mark that says so
        encoding = "utf-16-le" if odd.count(0) > even.count(0) else "utf-16-be"
    try:
        text = content.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            raise InputError(f"{path.name} is damaged: it is not the {encoding[:6]} that it says it is.") from error
        encoding = "cp1252"  # what Excel saves on Windows
        text = content.decode(encoding, "replace")
    if "\0" in text:
        raise InputError(f"{path.name} is not a CSV file.", hint="Export the gradebook as CSV.")
    return text if not _EXCEL_SAYS.match(text) else text.partition("\n")[2], encoding or "utf-8"


def _delimiter(text: str) -> str:
    """Return what separates the first row into most columns; a title with commas in it is in quotes."""
    start = text[:65536]

    def columns(delimiter: str) -> int:
        return len(next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), []))

    return max(_DELIMITERS, key=columns)


def _lines(text: str, delimiter: str) -> Iterator[CsvLine]:
    """Yield the rows as they stand there, as Python's `csv` divides them; empty ones belong to the end of another."""
    cell = re.compile(rf'(?:"(?:[^"]|"")*"?)?[^{re.escape(delimiter)}\r\n]*')
    ending = re.compile(r"(?:\r\n|\r|\n)*")
    cells: list[str] = []
    at = len(_match(ending, text, 0))
    while at < len(text):
        cells.append(_match(cell, text, at))
        at += len(cells[-1])
        if text.startswith(delimiter, at):
            at += len(delimiter)
            if at < len(text):
                continue
            cells.append("")  # the file ends in a delimiter
        end = _match(ending, text, at)
        at += len(end)
        yield CsvLine(tuple(cells), end)
        cells = []


def _match(pattern: re.Pattern[str], text: str, at: int) -> str:
    found = pattern.match(text, at)
    return found.group() if found else ""


def _value(cell: str) -> str:
    """Return what a cell says, without its quotes."""
    if not cell.startswith('"'):
        return cell
    inside, quote, after = cell[1:].replace('""', "\0").partition('"')
    return f"{inside}{after}".replace("\0", '"') if quote else inside.replace("\0", '"')


def filled(
    table: GradebookTable,
    places: Sequence[int],
    cells: Mapping[tuple[int, int], str],
    *,
    form: CsvForm,
    names: Collection[int] = (),
    ending: Sequence[str] = (),
) -> bytes:
    """Write some columns of a table with cells filled in, all others as they stand in the file.

    Parameters
    ----------
    places
        The columns.
    cells
        What is filled in, by row and column.
    form
        How the platform writes its files: one that somebody has saved in another way is written so again.
    names
        The columns of students' names: they choose them, and a spreadsheet may take one for a formula.
    ending
        What closes the header and each row, where the file lacks that column.
    """
    own = table.form.delimiters in form.delimiters
    delimiter = table.form.delimiters if own else form.delimiters[0]
    lines = table.lines or [CsvLine((), "\r\n")] * (len(table.rows) + 1)
    text = []
    for row, (values, line) in enumerate(zip((table.columns, *table.rows), lines, strict=True), start=-1):
        written = []
        for at in places:
            raw = line.cells[at] if at < len(line.cells) else ""
            value = cells.get((row, at), values[at])
            shown = safe_cell(value) if (row, at) in cells or at in names or not table.lines else value
            kept = own and table.lines and shown == values[at]
            written.append(raw if kept else _quoted(shown, delimiter, always=raw.startswith('"')))
        written += ending[:1] if row < 0 else ending[1:]
        text.append(delimiter.join(written) + (line.end if own else line.end and "\r\n"))
    known = table.form.encodings[0] in form.encodings
    encoding = table.form.encodings[0] if known else form.encodings[0]
    mark = table.form.mark if known else codecs.BOM_UTF8 if table.form.mark else b""
    return mark + "".join(text).encode(encoding, "surrogatepass")


def _quoted(text: str, delimiter: str, *, always: bool) -> str:
    needed = always or any(sign in text for sign in (delimiter, '"', "\r", "\n"))
    return '"{}"'.format(text.replace('"', '""')) if needed else text


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
