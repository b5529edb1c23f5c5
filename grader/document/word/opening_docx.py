"""A Word document is a zip from a stranger: what it really is, and its parts, each read within bounds."""

from __future__ import annotations

import io
import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from grader.document.word.exporting import FROM_PAGES, INTO_WORD, SAVE_AS_DOCX, UNPACK_IT
from grader.document.word.markup import Element, MarkupError, children, parse
from grader.model.faults import StudentFault
from grader.submission.archive import (
    DirectoryTooLongError,
    EntryError,
    NoZipError,
    entry_name,
    is_encrypted,
    open_zip,
    read_entry,
)

if TYPE_CHECKING:
    from pathlib import Path


COPY_IT = "Copy its content into a new Word document and hand that in."
_COMPRESS = "In Word, use Picture Format > Compress Pictures, and save it again."
_TRY_TO_OPEN = "Try to open it in Word yourself; if that works, save it again under a new name and hand that in."

_OLE2 = bytes.fromhex("D0CF11E0A1B11AE1")
_LONGEST_NAME = 100
_MOST_KEPT = 10_000_000
"""Bytes of a document's parts that are unpacked once; what is beyond that is with each look."""
_CENTRAL_ENTRY = b"PK\x01\x02"
_WORD_MAIN = ("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml")
_RENAMED = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "a rich text file (.rtf)"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
)
_OTHER_ZIPS = (
    ("wordprocessingml.", "another kind of Word file"),
    ("spreadsheetml.", "an Excel workbook"),
    ("presentationml.", "a PowerPoint presentation"),
)


@dataclass(frozen=True)
class Limits:
    """How much of a document is looked at.

    Parameters
    ----------
    packed, unpacked
        Bytes of the file itself, and of all its parts together once unpacked.
    entries
        Parts in the file.
    pixels
        Of one picture.
    pictures
        In one document.
    """

    packed: int = 100_000_000
    unpacked: int = 100_000_000
    entries: int = 5_000
    pixels: int = 50_000_000
    pictures: int = 1_000


DEFAULT_LIMITS = Limits()


class DocumentFault(StudentFault):
    """What is wrong with a document, which the sentence begins with."""

    def __init__(self, shown_as: str, problem: str, hint: str | None = None) -> None:
        super().__init__(f"{shown_as} {problem}.", file=shown_as, hint=hint)


class TooMuchError(DocumentFault):
    """A document beyond the limits, which is not opened at all."""


class PartError(Exception):
    """A part of the file that cannot be read."""


@dataclass(frozen=True)
class Relation:
    """What an ``r:id`` stands for: a part of the file, or (external) an address that is never followed."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of an Office file, by name."""

    def __init__(self, data: bytes, shown_as: str, limits: Limits) -> None:
        self.shown_as = shown_as
        self.limits = limits
        self._kept: dict[str, bytes] = {}
        try:
            self._archive = open_zip(io.BytesIO(data))
        except DirectoryTooLongError:
            raise _too_many_entries(shown_as, limits) from None
        except (NoZipError, OSError) as error:
            raise damaged(shown_as, "its end is missing or broken") from error
        # Names in Office files do not mind case.  Some programs write backslashes.
        self._entries = {
            entry_name(entry).replace("\\", "/").lstrip("/").lower(): entry for entry in self._archive.infolist()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """All parts' names, in lower case."""
        return tuple(self._entries)

    @property
    def unpacked(self) -> int:
        """Bytes of all its parts together."""
        return sum(entry.file_size for entry in self._archive.infolist())

    def bound(self) -> None:
        """Refuse a file that unpacks to more than the limits, or that needs a password."""
        entries = self._archive.infolist()
        if len(entries) > self.limits.entries:
            raise _too_many_entries(self.shown_as, self.limits)
        if self.unpacked > self.limits.unpacked:
            raise unpacks_to(self.shown_as, self.unpacked, self.limits)
        if any(map(is_encrypted, entries)):
            raise _locked(self.shown_as)

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        """Return a part's bytes; `PartError` where it is not there or damaged."""
        name = name.lower()
        if name in self._kept:
            return self._kept[name]
        entry = self._entries.get(name)
        if entry is None:
            raise PartError("not in the file")
        try:
            data = read_entry(self._archive, entry, self.limits.unpacked)
        except EntryError as error:
            raise PartError("damaged") from error
        if sum(map(len, self._kept.values())) + len(data) < _MOST_KEPT:
            self._kept[name] = data
        return data

    def fingerprint(self, name: str) -> tuple[int, int]:
        """Return a number and a size that are equal for equal bytes, without unpacking them."""
        entry = self._entries[name.lower()]
        return entry.CRC, entry.file_size

    def markup(self, name: str) -> Element | None:
        """Return a part as XML, None where there is no such part."""
        if not self.has(name):
            return None
        try:
            return parse(self.read(name))
        except (PartError, MarkupError) as error:
            raise damaged(self.shown_as, f"{name}: {error}") from error

    def relations(self, name: str) -> dict[str, Relation]:
        """Return what the ``r:id`` values in a part stand for."""
        folder, base = posixpath.split(name)
        found = self.markup(posixpath.join(folder, "_rels", f"{base}.rels"))
        relations = {}
        for each in children(found, "rel:Relationship"):
            external = each.get("TargetMode", "").lower() == "external"
            target = each.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target).replace("\\", "/"))).lstrip("/")
            kind = each.get("Type", "").rpartition("/")[2]
            relations[each.get("Id", "")] = Relation(kind, target, external)
        return relations

    def main(self) -> str:
        """Return the name of the part that holds the text."""
        office = (each for each in self.relations("").values() if each.kind == "officeDocument" and not each.external)
        name = next((each.target for each in office), "word/document.xml")
        types = self.markup("[content_types].xml")
        kinds = {each.get("PartName", "").lstrip("/").lower(): each for each in children(types, "ct:Override")}
        kind = kinds[name.lower()].get("ContentType", "") if name.lower() in kinds else ""
        if "macroenabled" in kind.lower() or "word/vbaproject.bin" in self._entries:
            raise DocumentFault(
                self.shown_as, "is a Word document with macros (.docm), which is not opened", SAVE_AS_DOCX
            )
        other = next((what for part, what in _OTHER_ZIPS if part in kind), None)
        if other and not kind.endswith(_WORD_MAIN):
            raise another_format(self.shown_as, other)
        if not self.has(name):
            raise damaged(self.shown_as, "the part with the text is not in it")
        return name


def authors_of(package: Package) -> list[str]:
    """Return the names in a document's properties: who has made it, and who has saved it last."""
    try:
        properties = parse(package.read("docProps/core.xml"))
    except (PartError, MarkupError):
        return []
    named = [each for each in properties if each.tag.rpartition("}")[2] in {"creator", "lastModifiedBy"}]
    return [name for each in named if (name := " ".join((each.text or "").split())[:_LONGEST_NAME])]


def open_package(source: Path | bytes, shown_as: str, limits: Limits = DEFAULT_LIMITS) -> Package:
    """Open a Word document, given its path or its bytes.

    Raises `StudentFault`: not there, empty, damaged, locked, too large, or something else than a Word document.
    """
    data = source if isinstance(source, bytes) else _bytes(source, shown_as, limits)
    _bound(data, shown_as, limits)
    head = data[:1024].lstrip()
    if data.startswith(_OLE2):
        raise _old_office(data, shown_as)
    for start, what in _RENAMED:
        if head.startswith(start):
            how = INTO_WORD if what.endswith("picture") else UNPACK_IT if what.endswith("archive") else SAVE_AS_DOCX
            raise another_format(shown_as, what, how)
    if head[:100].lower().startswith((b"<!doctype", b"<html", b"mime-version")):
        raise another_format(shown_as, "a web page")
    if not data.startswith(b"PK"):
        raise DocumentFault(shown_as, "is not a Word document: it does not begin as one", _TRY_TO_OPEN)
    # Each entry has this signature, so this bounds the work before the zip's own index is trusted.
    if data.count(_CENTRAL_ENTRY) > limits.entries:
        raise _too_many_entries(shown_as, limits)
    package = Package(data, shown_as, limits)
    if not package.has("[Content_Types].xml"):
        raise _other_zip(package)
    package.bound()
    return package


def _bytes(path: Path, shown_as: str, limits: Limits) -> bytes:
    if not path.is_file():
        raise StudentFault(f"There is no file {shown_as}.", file=shown_as)
    try:
        with path.open("rb") as file:
            return file.read(limits.packed + 1)
    except OSError as error:
        raise DocumentFault(shown_as, f"cannot be read: {error.strerror}") from error


def _bound(data: bytes, shown_as: str, limits: Limits) -> None:
    if not data:
        hint = "It was probably not saved or not uploaded to its end: save it again and look at its size."
        raise DocumentFault(shown_as, "is empty (0 bytes)", hint)
    if len(data) > limits.packed:
        raise DocumentFault(shown_as, f"is larger than {_megabytes(limits.packed)}", _COMPRESS)


def _old_office(data: bytes, shown_as: str) -> DocumentFault:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return _locked(shown_as)
    if "WordDocument".encode("utf-16-le") in data:
        return another_format(shown_as, "a Word document of the old kind (.doc)")
    return another_format(shown_as, "an Office file of an old kind")


def _other_zip(package: Package) -> DocumentFault:
    names = package.names
    try:
        kind = package.read("mimetype")[:100] if package.has("mimetype") else b""
    except PartError:
        kind = b""
    if kind.startswith(b"application/vnd.oasis.opendocument"):
        return another_format(package.shown_as, "an OpenDocument file (.odt)")
    if any(name.endswith(".iwa") for name in names):
        return another_format(package.shown_as, "an Apple Pages document", FROM_PAGES)
    inside = next((name for name in names if name.endswith(".docx")), None)
    if inside:
        what = f"is a zip file with {posixpath.basename(inside)} in it, not a Word document"
        return DocumentFault(package.shown_as, what, "Hand in the Word document itself.")
    return another_format(package.shown_as, "a zip file")


def another_format(shown_as: str, what: str, hint: str = SAVE_AS_DOCX) -> DocumentFault:
    """Say that a file is something else than a Word document."""
    return DocumentFault(shown_as, f"is {what}, not a Word document (.docx)", hint)


def damaged(shown_as: str, why: str) -> DocumentFault:
    """Say that a Word document is broken."""
    return DocumentFault(shown_as, f"is damaged and cannot be opened ({why})", _TRY_TO_OPEN)


def _locked(shown_as: str) -> DocumentFault:
    hint = "In Word, choose File > Info > Protect Document > Encrypt with Password, clear the password, and save."
    return DocumentFault(shown_as, "is locked with a password", hint)


def unpacks_to(shown_as: str, unpacked: int, limits: Limits) -> TooMuchError:
    """Say that a document is too large once it is unpacked, with what it takes in."""
    most = _megabytes(limits.unpacked)
    problem = f"unpacks to {_megabytes(unpacked)}; documents of more than {most} are not opened"
    return TooMuchError(shown_as, problem, _COMPRESS)


def _too_many_entries(shown_as: str, limits: Limits) -> TooMuchError:
    return TooMuchError(shown_as, f"holds more than {limits.entries:,} parts; such files are not opened", COPY_IT)


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:,.0f} MB"
