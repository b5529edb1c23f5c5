"""Small pictures of what a person has to decide, made once and kept."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from grader.document.images import open_image
from grader.report.evidence import is_inside, media_type

if TYPE_CHECKING:
    from pathlib import Path

    from grader.model.outcome import Evidence
    from grader.model.report import Report

_SIZE = (192, 120)
_QUALITY = 45
_MOST_BYTES = 40_000_000


def thumbnails(report: Report, folder: Path | None = None, *, most: int | None = None) -> dict[str, bytes]:
    """Make small WebP pictures of the evidence of pending checks, by the evidence's path.

    Parameters
    ----------
    folder
        Where the report was written; evidence that came without its picture is read from there.
    most
        Make no more than this many.

    """
    pending = [evidence for result in report.results if result.pending for evidence in result.evidence]
    made: dict[str, bytes] = {}
    for evidence in pending:
        if most is not None and len(made) >= most:
            break
        if small := _thumbnail(evidence.data or _from_disk(evidence, folder)):
            made[evidence.path] = small
    return made


def _from_disk(evidence: Evidence, folder: Path | None) -> bytes:
    if folder is None or not is_inside(evidence.path):
        return b""
    path = folder / evidence.path
    try:
        return path.read_bytes() if path.stat().st_size <= _MOST_BYTES else b""
    except OSError:
        return b""


def _thumbnail(data: bytes) -> bytes:
    """Scale a picture down; empty where it cannot be looked at."""
    if media_type(data) is None:
        return b""
    out = io.BytesIO()
    try:
        with open_image(data) as image:
            image.draft("RGB", (_SIZE[0] * 2, _SIZE[1] * 2))
            small = image.convert("RGB")
        small.thumbnail(_SIZE, reducing_gap=2.0)
        small.save(out, "WEBP", quality=_QUALITY, method=2)
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return b""
    return out.getvalue()
