"""Evidence pictures: where they may be kept, and what they are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.model.report import Report

FOLDER = "evidence"
# One plain name below one folder: no way out of it, on any system.
_INSIDE = re.compile(rf"{FOLDER}/[A-Za-z0-9_][A-Za-z0-9_-]{{0,150}}(\.[A-Za-z0-9_-]{{1,20}}){{1,3}}", re.ASCII)

# First bytes of the formats that browsers show; SVG, which can hold programs, is not among them.
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
)


def is_inside(path: str) -> bool:
    """Whether a picture's path stays in the report's own evidence folder."""
    return _INSIDE.fullmatch(path) is not None


def media_type(data: bytes) -> str | None:
    """Tell what kind of picture a browser would take this for; None for what it may not show."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for magic, kind in _MAGIC if data.startswith(magic)), None)


def pictures(report: Report) -> dict[str, bytes]:
    """All pictures of a report, by the path that they are kept at.

    Raises `ValueError`: a path leads elsewhere, or two different pictures have the same one.  Paths are the grader's
    own, so either is a bug.
    """
    found: dict[str, bytes] = {}
    for each in (evidence for result in report.results for evidence in result.evidence):
        for path in (each.path, each.original or each.path):
            if not is_inside(path):
                raise ValueError(f"Evidence cannot be kept at {path!r}")
        if each.original and each.original_data:
            found[each.original] = each.original_data
        if each.data and found.setdefault(each.path, each.data) != each.data:
            raise ValueError(f"Two pictures for {each.path!r}")
    return found
