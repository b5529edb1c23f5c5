"""XML from a stranger: no DTD, so no entities; bounded in size and depth; tags with the prefixes everybody knows."""

from __future__ import annotations

import codecs
import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

Element: TypeAlias = "ET.Element[str]"

MOST_BYTES = 32_000_000
"""One XML part; ten screenshots need about 100 kB, a doctoral thesis 10 MB."""

MOST_NODES = 2_000_000
"""Tags and attributes together, as each takes some 100 bytes of memory."""

DEEPEST = 150
"""Levels of nesting: a picture in a text box in a group in a table in a table is at about 50."""

_OPEN = "http://schemas.openxmlformats.org/"
_STRICT = "http://purl.oclc.org/ooxml/"
_MICROSOFT = "http://schemas.microsoft.com/office/"
_BOTH = {  # in strict documents without the year
    "w": "wordprocessingml/2006/main",
    "r": "officeDocument/2006/relationships",
    "a": "drawingml/2006/main",
    "pic": "drawingml/2006/picture",
    "wp": "drawingml/2006/wordprocessingDrawing",
    "dgm": "drawingml/2006/diagram",
}
_PREFIXES = {
    **{f"{_OPEN}{path}": prefix for prefix, path in _BOTH.items()},
    **{f"{_STRICT}{path.replace('2006/', '')}": prefix for prefix, path in _BOTH.items()},
    f"{_MICROSOFT}drawing/2008/diagram": "dsp",
    f"{_OPEN}markup-compatibility/2006": "mc",
    f"{_MICROSOFT}word/2010/wordprocessingShape": "wps",
    f"{_MICROSOFT}word/2010/wordprocessingGroup": "wpg",
    f"{_MICROSOFT}word/2010/wordprocessingCanvas": "wpc",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
    f"{_OPEN}package/2006/relationships": "rel",
    f"{_OPEN}package/2006/content-types": "ct",
}


class MarkupError(Exception):
    """XML that is broken, or that no honest program writes."""


def parse(data: bytes) -> Element:
    """Read one XML part; its tags and attributes are then called ``w:p``, ``r:embed`` and so on.

    Raises `MarkupError`: broken, too large, too deep, or with a document type declaration (which no Office format has).
    """
    if len(data) > MOST_BYTES or data.count(b"<") + data.count(b"=") > MOST_NODES:
        raise MarkupError("too much text in it")
    try:
        text = data.decode("utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise MarkupError("broken letters in it") from error
    if "<!DOCTYPE" in text:
        raise MarkupError("entity declarations in it, which no word processor writes")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a DTD there is nothing to expand or fetch
    except (ET.ParseError, ValueError) as error:
        raise MarkupError("broken XML in it") from error
    _shorten(root)
    return root


class _Short(dict[str, str]):
    """Names as they are called here, each made at its first use."""

    def __missing__(self, name: str) -> str:
        namespace, _, local = name[1:].rpartition("}")
        prefix = _PREFIXES.get(namespace)
        self[name] = short = f"{prefix}:{local}" if prefix else name
        return short


def _shorten(root: Element) -> None:
    level, depth, short = [root], 0, _Short()
    while level:
        depth += 1
        if depth > DEEPEST:
            raise MarkupError("parts nested too deeply in it")
        for element in level:
            element.tag = short[element.tag]
            if element.attrib:
                element.attrib = {short[name]: value for name, value in element.attrib.items()}
        level = [child for element in level for child in element]


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first child of that tag, its first child of the next, and so on; None where one is not there."""
    for tag in path:
        if element is None:
            return None
        element = next((each for each in element if each.tag == tag), None)
    return element


def children(element: Element | None, tag: str) -> Iterator[Element]:
    """Give all children of one tag."""
    return (each for each in (element if element is not None else ()) if each.tag == tag)


def value(element: Element | None, *path: str) -> str | None:
    """Return the ``w:val`` of a descendant, None where there is none."""
    found = child(element, *path)
    return None if found is None else found.get("w:val")


def integer(text: str | None, default: int = 0) -> int:
    """Read a whole number of a size that can be meant; anything else is the default."""
    return int(text) if text is not None and re.fullmatch(r"\s*-?\d{1,12}\s*", text, re.ASCII) else default


def switched_on(element: Element | None, *path: str) -> bool:
    """Whether an on/off property such as ``w:vanish`` is there and not set to off."""
    found = child(element, *path)
    return found is not None and found.get("w:val", "1") not in ("0", "false", "off")
