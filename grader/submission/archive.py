"""The one way into a stranger's zip: its table of contents within bounds, and its names as the student wrote them.

Whoever reads one says with which limits, and in which words it is refused.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO, BinaryIO, cast

from grader.model.faults import Code, InputError
from grader.model.hand_in_limits import MEGABYTE

LONGEST_DIRECTORY = 16 * MEGABYTE
"""Of one hand-in's zip: some hundred thousand entries."""

HOW_TO_ZIP = "Make a new zip: select your folder, then Compress (macOS) or Send to > Compressed folder (Windows)."

_ENCRYPTED = 0x1
_NAME_IS_UTF8 = 0x800
_FIELD, _UNICODE_PATH, _CHECKED = struct.Struct("<HH"), 0x7075, struct.Struct("<BI")
_CODE_PAGES = ("cp437", "cp850", "cp1252")
"""DOS's, which is the format's own, that of western Europe, and Windows'."""
_TOP_OF_A_DISK = re.compile(r"^(?:[A-Za-z]:|/)+")


class DirectoryTooLongError(Exception):
    """A zip holds more entries than anybody hands in."""


class NoZipError(Exception):
    """It is no zip, or a broken one."""


class EntryError(Exception):
    """An entry cannot be unpacked: it is damaged, or (`is_odd`) packed in a way that is not known here."""

    def __init__(self, *, is_odd: bool) -> None:
        super().__init__("an odd way to pack" if is_odd else "damaged")
        self.is_odd = is_odd


class _Bounded:
    """A zip's file whose table of contents is not read at any length: `zipfile` would take it in at once."""

    def __init__(self, packed: BinaryIO, longest: int) -> None:
        self.seek, self.tell, self.seekable = packed.seek, packed.tell, packed.seekable
        self._packed = packed
        self._longest = longest

    def read(self, size: int = -1) -> bytes:
        if size > self._longest:
            raise DirectoryTooLongError
        return self._packed.read(size)


def open_zip(packed: BinaryIO, *, longest_directory: int = LONGEST_DIRECTORY) -> zipfile.ZipFile:
    """Read a zip's table of contents; nothing is unpacked.

    Raises `DirectoryTooLongError`: it is longer than the limit, in bytes. Raises `NoZipError`: it is none that can be
    opened. Raises `OSError`: the file cannot be read; a broken zip may lead to places in it that are none.
    """
    try:
        archive = zipfile.ZipFile(cast("IO[bytes]", _Bounded(packed, longest_directory)))
    except (DirectoryTooLongError, OSError):
        raise
    except Exception as error:  # it has a dozen ways to say that it cannot go on
        raise NoZipError from error
    archive.fp = packed  # a part may be longer than the table
    _give_names(archive)
    return archive


def _give_names(archive: zipfile.ZipFile) -> None:
    """Call the entries as the student called them, which zips of old programs say in ways that `zipfile` does not know.

    Names are in UTF-8 where the format says so, where Info-ZIP's field of that name does (appnote 4.6.9), or where the
    bytes are; else in the first code page in which all of the zip's are words in Latin letters, or the format's own.
    """
    in_code_page: list[tuple[zipfile.ZipInfo, bytes]] = []
    for info in archive.filelist:
        if info.flag_bits & _NAME_IS_UTF8:
            continue
        try:
            raw = info.filename.encode("cp437")
            info.filename = _in_the_field(info) or raw.decode()
        except UnicodeDecodeError:
            in_code_page.append((info, raw))
        except UnicodeEncodeError:  # a later Python has read the field
            continue
    page = next((page for page in _CODE_PAGES if all(_are_words(raw, page) for _, raw in in_code_page)), _CODE_PAGES[0])
    for info, raw in in_code_page:
        info.filename = raw.decode(page)
    archive.NameToInfo = {info.filename: info for info in archive.filelist}


def _in_the_field(info: zipfile.ZipInfo) -> str | None:
    """Return the name in an entry's Unicode path field, where that belongs to the name that stands there."""
    extra = info.extra
    while len(extra) >= _FIELD.size:
        kind, size = _FIELD.unpack_from(extra)
        field, extra = extra[_FIELD.size : _FIELD.size + size], extra[_FIELD.size + size :]
        if kind == _UNICODE_PATH and len(field) > _CHECKED.size:
            _, check = _CHECKED.unpack_from(field)
            if check == zlib.crc32(info.orig_filename.encode("cp437", "replace")):
                return field[_CHECKED.size :].decode("utf-8", "replace")
    return None


def _are_words(raw: bytes, page: str) -> bool:
    """Whether a name is in Latin letters, none of them a capital after a small one, if its bytes are of a code page."""
    try:
        text = raw.decode(page)
    except UnicodeDecodeError:
        return False
    odd = ((before, sign) for before, sign in zip(f" {text}", text, strict=False) if not sign.isascii())
    return all(
        unicodedata.name(sign, "").startswith("LATIN ") and not (before.islower() and sign.isupper())
        for before, sign in odd
    )


def read_entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int = -1) -> bytes:
    """Unpack an entry, or so many bytes of it.

    Raises `EntryError`: it cannot be unpacked.
    """
    try:
        with archive.open(info) as part:
            return part.read(most)
    except (NotImplementedError, RuntimeError) as error:
        raise EntryError(is_odd=True) from error
    except Exception as error:  # zipfile's and each decompressor's own
        raise EntryError(is_odd=False) from error


def entry_name(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry of `open_zip` as the student wrote it, composed: macOS writes it decomposed."""
    return unicodedata.normalize("NFC", info.filename)


def is_encrypted(info: zipfile.ZipInfo) -> bool:
    """Whether an entry needs a password."""
    return bool(info.flag_bits & _ENCRYPTED)


def is_link(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a symbolic link."""
    return stat.S_ISLNK(info.external_attr >> 16)


def safe_path(entry: str, archive: str) -> str:
    """Return an entry's path with forward slashes; what is no text in it is shown escaped.

    One that begins at the top of a disk is taken from there, as every program for archives does.

    Raises `InputError`: it would leave the folder it is unpacked into.
    """
    entry = entry.replace("\\", "/")  # as Windows' zipfile does: the same words everywhere
    path = PurePosixPath(_TOP_OF_A_DISK.sub("", entry))
    if not path.parts or ".." in path.parts or "\0" in entry:
        raise InputError(
            f"{archive} has an entry that leaves the folder it is unpacked into: {entry!r}.",
            hint=HOW_TO_ZIP,
            code=Code.LEAVES_ITS_FOLDER,
            facts={"source": archive, "entry": entry},
        )
    return str(path).encode("utf-8", "backslashreplace").decode()
