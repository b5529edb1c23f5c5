"""Where a file of an export lies: on the disk or in a zip.  It is read when its turn comes, and only then."""

from __future__ import annotations

import copy
import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from grader.machine.whole_files import said_plainly
from grader.model.faults import CannotBeRead, Code, InputError
from grader.model.hand_in_limits import MEGABYTE, megabytes, too_large
from grader.submission.archive import EntryError, is_encrypted, open_zip, read_entry

if TYPE_CHECKING:
    import zipfile
    from contextlib import AbstractContextManager

LONGEST_DIRECTORY = 64 * MEGABYTE
"""Of an export's table of contents."""
HOW_TO_EXPORT = "Download the submissions from the learning platform again."


@dataclass(frozen=True)
class FilePlace:
    """Where a file lies.

    `disk` is a file, or the zip that holds it. `entry` is the name in the zip, as it is written there; None for a file
    on the disk.
    """

    disk: str
    entry: str | None = None

    def read(self, limit: int) -> bytes:
        """Return the content.

        Raises `InputError`: it cannot be read, is encrypted, or is larger than the limit.
        """
        with self._read():
            if self.entry is not None:
                return self._from_zip(self.entry, limit)
            with Path(self.disk).open("rb") as file:
                content = file.read(limit + 1)
        if len(content) > limit:
            raise _too_large(Path(self.disk).name, limit)
        return content

    def digest(self) -> str:
        """Return what changes with the content, whatever its size; of a zip's entry, what the zip says of it.

        Raises `CannotBeRead`: the machine does not give it.
        """
        with self._read():
            if self.entry is not None:
                info = self._directory().getinfo(self.entry)
                return f"{info.CRC:08x} {info.file_size}"
            total = hashlib.sha256()
            with Path(self.disk).open("rb") as file:
                while piece := file.read(MEGABYTE):
                    total.update(piece)
            return total.hexdigest()

    def mark(self) -> str:
        """Return what changes when it is written anew, without reading it: of a zip's entry, as `digest` does.

        Raises `CannotBeRead`: the machine does not give it.
        """
        if self.entry is not None:
            return self.digest()
        with self._read():
            found = Path(self.disk).stat()
            return f"{found.st_size} {found.st_mtime_ns}"

    def _read(self) -> AbstractContextManager[None]:
        return said_plainly(f"{self.disk} cannot be read", fault=CannotBeRead)

    def _directory(self) -> zipfile.ZipFile:
        return _directory(self.disk, Path(self.disk).stat().st_mtime_ns)

    def _from_zip(self, entry: str, limit: int) -> bytes:
        archive = copy.copy(self._directory())
        try:
            info = archive.getinfo(entry)
            _check_entry(info, limit)
            with Path(self.disk).open("rb") as archive.fp:
                return read_entry(archive, info)
        except (KeyError, EntryError) as error:
            said, facts = f"{Path(self.disk).name} is damaged: {entry} cannot be unpacked.", {"source": self.disk}
            raise InputError(said, hint=HOW_TO_EXPORT, code=Code.NO_ZIP, facts={**facts, "archive": None}) from error


def _check_entry(info: zipfile.ZipInfo, limit: int) -> None:
    if is_encrypted(info):
        said, hint = f"{info.filename} is protected with a password.", "Make the zip again without a password."
        raise InputError(said, hint=hint, code=Code.LOCKED, facts={"source": info.filename})
    if info.file_size > limit:
        raise _too_large(info.filename, limit)


def _too_large(name: str, limit: int) -> InputError:
    return too_large(f"{name} is larger than {megabytes(limit)}, the limit for one file.", name, "file")


@functools.lru_cache(maxsize=2)
def _directory(disk: str, _changed: int) -> zipfile.ZipFile:
    """Read a zip's table of contents once for all its hand-ins.

    The file is closed again: Windows lets nobody move or delete one that is open, and forks would share its position.
    """
    with Path(disk).open("rb") as file:
        archive = open_zip(file, longest_directory=LONGEST_DIRECTORY)
    archive.fp = None
    return archive
