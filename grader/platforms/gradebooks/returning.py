"""Zips that give each student their report back through the platform, named as the platform wrote the hand-ins."""

from __future__ import annotations

import shutil
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import IO

    from grader.platforms.exports.handin import HandIn

REPORT = "report.html"
FILES = {"Moodle": "moodle-feedback.zip", "Canvas": "canvas-reports.zip"}
"""The zip to upload to each platform that takes one."""


def write_returns(hand_ins: Iterable[HandIn], reports: Path, packed: IO[bytes]) -> list[str]:
    """Pack the report of every hand-in that can be given one.

    Moodle finds the student by ``<Full name>_<participant id>_assignsubmission_file`` before the file's name, as its
    download has it, and Canvas by ``<name>_<user id>_<attachment id>_`` (from memory: instructure/canvas-lms takes the
    first two numbers, moodle/moodle ``mod/assign/feedback/file/importziplib.php`` the second and third word).

    Parameters
    ----------
    reports
        The folder that holds ``<name of the hand-in>/report.html``.
    packed
        Where the zip is written.

    Returns
    -------
    list of str
        The names of the hand-ins that are not in the zip.

    """
    left_out = []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for hand_in in hand_ins:
            report = reports / hand_in.name / REPORT
            if hand_in.returned_as is None or not report.is_file():
                left_out.append(hand_in.name)
                continue
            # One report at a time, in pieces: with its pictures it may be of many megabytes.
            with report.open("rb") as content, archive.open(f"{hand_in.returned_as}{REPORT}", "w") as entry:
                shutil.copyfileobj(content, entry)
    return left_out
