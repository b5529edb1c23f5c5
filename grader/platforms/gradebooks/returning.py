"""Zips that give each student their report back through the platform, named as the platform wrote the hand-ins."""

from __future__ import annotations

import re
import shutil
import zipfile
from typing import TYPE_CHECKING

from grader.report.evidence import FOLDER, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import IO

    from grader.platforms.exports.handin import HandIn

REPORT, PICTURES = "report.html", "pictures.zip"
_LINK = re.compile(rb'href="(%s/[^"]+)"' % FOLDER.encode())


def write_returns(hand_ins: Iterable[HandIn], reports: Path, packed: IO[bytes]) -> list[str]:
    """Pack the report of every hand-in that can be given one, and the pictures that it leads to, whole as they were.

    Those are in a zip of their own: unpacked beside the page, its links lead to them.  As files they would be twenty
    attachments of each student's.

    Moodle finds the student by ``<Full name>_<participant id>_assignsubmission_file`` before the file's name, as its
    download has it, and Canvas by ``<name>_<user id>_<attachment id>_`` (from memory: instructure/canvas-lms takes the
    first two numbers, moodle/moodle ``mod/assign/feedback/file/importziplib.php`` the second and third word).

    `reports` is the folder that holds ``<name of the hand-in>/report.html``. `packed` is where the zip is written.

    Returns
    -------
    list of str
        The names of the hand-ins that are not in the zip.
    """
    left_out = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for hand_in in hand_ins:
            report = reports / hand_in.name / REPORT
            if hand_in.returned_as is None or not report.is_file():
                left_out.append(hand_in.name)
                continue
            page = report.read_bytes()
            archive.writestr(f"{hand_in.returned_as}{REPORT}", page)
            if pictures := _pictures(page, report.parent):
                with archive.open(f"{hand_in.returned_as}{PICTURES}", "w") as entry:
                    _pack(pictures, entry)
    return left_out


def _pictures(page: bytes, folder: Path) -> dict[str, Path]:
    """Return the files that a report's page leads to, by their paths in it."""
    linked = dict.fromkeys(match.decode("ascii", "replace") for match in _LINK.findall(page))
    places = {name: folder / name for name in linked if is_inside(name)}
    return {name: place for name, place in places.items() if place.is_file()}


def _pack(files: Mapping[str, Path], packed: IO[bytes]) -> None:
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:  # pictures do not become smaller
        for name, place in files.items():
            with place.open("rb") as content, archive.open(name, "w") as entry:
                shutil.copyfileobj(content, entry)
