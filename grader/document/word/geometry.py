"""Where a drawing stands on the page, how large it is, and what of its picture is cut off."""

from __future__ import annotations

import re

from grader.document.word.flow import Crop
from grader.document.word.markup import Element, child, integer

_EMU_PER_INCH = 914_400
_POINTS_PER_INCH = 72


def offset(element: Element) -> tuple[float, float] | None:
    """Where a floating drawing stands, from its paragraph down and to the right; None for one in the line."""
    for each in element:
        if each.tag == "wp:anchor":
            vertical, horizontal = child(each, "wp:positionV"), child(each, "wp:positionH")
            down = _position(vertical) if _moves_with_text(vertical) else 0.0
            return down, _position(horizontal)
        if each.tag.startswith("v:"):
            style = each.get("style", "").replace(" ", "").lower()
            if "position:absolute" in style:
                return _points(style, "margin-top"), _points(style, "margin-left")
    return None


def _moves_with_text(vertical: Element | None) -> bool:
    return vertical is not None and vertical.get("relativeFrom") in ("paragraph", "line")


def _position(element: Element | None) -> float:
    offset = child(element, "wp:posOffset")
    return 0.0 if offset is None else integer(offset.text) / _EMU_PER_INCH


def _points(style: str, name: str) -> float:
    found = re.search(rf"(?:^|;){name}:(-?\d{{1,6}}(?:\.\d{{1,6}})?)(pt|in|px)?", style)
    if not found:
        return 0.0
    return float(found[1]) * {"in": 1.0, "px": 1 / 96}.get(found[2], 1 / _POINTS_PER_INCH)


def shown_size(element: Element, otherwise: tuple[float, float] | None) -> tuple[float, float] | None:
    """Return a drawing's width and height in inches, as far as it says so itself."""
    if element.tag in ("wp:inline", "wp:anchor"):
        extent = child(element, "wp:extent")
        if extent is not None:
            return integer(extent.get("cx")) / _EMU_PER_INCH, integer(extent.get("cy")) / _EMU_PER_INCH
    if element.tag in ("v:shape", "v:rect"):
        style = element.get("style", "").replace(" ", "").lower()
        width, height = _points(style, "width"), _points(style, "height")
        if width and height:
            return width, height
    return otherwise


def crop(rectangle: Element | None) -> Crop:
    """Read what is cut off of a picture, in DrawingML."""
    if rectangle is None:
        return Crop()
    return _sensible(*(_share(rectangle.get(side)) for side in ("l", "t", "r", "b")))


def _share(text: str | None) -> float:
    """Read thousandths of a percent, or (strict documents) a percentage."""
    if text and text.endswith("%"):
        return integer(text[:-1].partition(".")[0]) / 100
    return integer(text) / 100_000


def vml_crop(element: Element) -> Crop:
    """Read what is cut off of a picture, in VML."""
    return _sensible(*(_fraction(element.get(f"crop{side}", "0")) for side in ("left", "top", "right", "bottom")))


def _fraction(text: str) -> float:
    found = re.fullmatch(r"\s*(-?\d{0,9}(?:\.\d{1,9})?)(f|%)?\s*", text, re.ASCII)
    if not found or not found[1].strip("-."):
        return 0.0
    return float(found[1]) / {"f": 65536, "%": 100}.get(found[2], 1)


def _sensible(left: float, top: float, right: float, bottom: float) -> Crop:
    """Leave out negative shares, which add an empty margin, and crops that leave nothing."""
    left, top, right, bottom = (max(each, 0.0) for each in (left, top, right, bottom))
    return Crop(left, top, right, bottom) if left + right < 1 and top + bottom < 1 else Crop()
