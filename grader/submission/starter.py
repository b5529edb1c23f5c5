"""What came with the course's starter, known by its content: it is not the student's, whatever it is called."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.hand_in_limits import HandInLimits
from grader.submission.archive import DirectoryTooLongError, EntryError, NoZipError, open_zip, read_entry
from grader.submission.folder_on_disk import read_folder

if TYPE_CHECKING:
    from pathlib import Path

_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff", ".emf", ".wmf")


@dataclass(frozen=True)
class Starter:
    """What students were given: the SHA-256 of each file, and of each picture alone or in a document."""

    files: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()

    def __or__(self, other: Starter) -> Starter:
        return Starter(self.files | other.files, self.pictures | other.pictures)

    def has_file(self, content: bytes) -> bool:
        """Whether a file is one of the starter's, unchanged."""
        return bool(self.files) and _digest(content) in self.files

    def has_picture(self, content: bytes) -> bool:
        """Whether a picture is one of the starter's."""
        return bool(self.pictures) and _digest(content) in self.pictures


HANDED_OUT = Starter(
    files=frozenset({"132a1e409b59ee30674717b720d31cb00b94f5bf7643858680b949382a685855"}),
    pictures=frozenset(
        {
            "d090fe64a9f0cbc35c70285ce8699798d4562e819276963ae1fc84163d8539a0",
            "dcd3b401c291f214a16239bde8ef29b02396db796f5cc9703cd73ce82fbb00ea",
            "0ec7c46572eabcd6bd5e94a9238175b99f1416138621868da4186b61512ca7bf",
            "77b86219f1a9cd8d1acd79526b5a3d5e42f247d97dc6021456a9fdbce22799ab",
            "45dcfd1bed2c7c75bbebae4f220fd4aba91b779af1fd4ac733d99586977d512a",
        }
    ),
)
"""The course's own solution that lies in the starter of Activity 11.1, ``templates/activity11.1_sol.docx``."""


def starter_in(folder: Path, shown_as: str) -> Starter:
    """Read a course's starter: every file in it, and the pictures in its documents.

    Raises `InputError`: the folder cannot be read, or is too large for a starter.
    """
    files = read_folder(folder, HandInLimits(), shown_as)
    pictures = {_digest(content) for name, content in files.items() if name.lower().endswith(_PICTURES)}
    for name, content in files.items():
        if name.lower().endswith(".docx"):
            pictures |= _in_document(content)
    # An empty file is nobody's: every empty __init__.py and template would be the starter's.
    return Starter(frozenset(_digest(content) for content in files.values() if content.strip()), frozenset(pictures))


def _in_document(content: bytes) -> set[str]:
    try:
        with open_zip(io.BytesIO(content)) as archive:
            media = [name for name in archive.namelist() if name.lower().endswith(_PICTURES)]
            return {_digest(read_entry(archive, archive.getinfo(name))) for name in media}
    except (DirectoryTooLongError, NoZipError, EntryError, OSError):
        return set()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
