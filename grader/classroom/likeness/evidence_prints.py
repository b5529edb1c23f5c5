"""Prints of the pictures that a person has to look at: who shows the same one is decided once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grader.classroom.likeness.comparing import look_alike
from grader.classroom.likeness.fingerprints import PicturePrint, picture_print
from grader.document.images import open_image
from grader.document.labelling.sameness import same, sketch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from grader.document.labelling.sameness import Sketch
    from grader.model.report import Report


def evidence_prints(report: Report) -> dict[str, list[Any]]:
    """Reduce the pictures of pending checks to plain data, by the evidence's path; what is no picture is left out."""
    made = {}
    for evidence in (each for result in report.results if result.pending for each in result.evidence):
        sketched = _sketch(evidence.data) if evidence.data and evidence.kind == "picture" else None
        if sketched is not None:
            made[evidence.path] = picture_print(sketched).to_data()[3:]  # nothing of where it stands in a document
    return made


def from_data(data: Sequence[Any]) -> PicturePrint:
    """Read back what `evidence_prints` made of one picture."""
    return PicturePrint.from_data([0, None, "", *data])


def same_picture(one: PicturePrint, other: PicturePrint, places: tuple[Path, Path]) -> bool:
    """Whether two pictures are the same image, though perhaps saved again in another format or size.

    `places` is where the pictures themselves are: at a glance, two honest ones look alike, too.
    """
    if one.pixels == other.pixels:
        return True
    if not look_alike(one, other):
        return False
    sketches = [_read(place) for place in places]
    return sketches[0] is not None and sketches[1] is not None and same(sketches[0], sketches[1])


def _read(place: Path) -> Sketch | None:
    try:
        return _sketch(place.read_bytes())
    except OSError:
        return None


def _sketch(data: bytes) -> Sketch | None:
    try:
        with open_image(data) as image:
            return sketch(image.convert("RGB"))
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the decoder anywhere
        return None
