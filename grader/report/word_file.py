"""The file of a Word document: ``blank.docx`` with a text, properties and pictures.

Only the parts that differ are written, and pictures are stored as they are: a library that takes the whole apart and
puts it together again works five times as long, and each report of a class has such a file.
"""

from __future__ import annotations

import io
import zipfile
from datetime import timezone
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from grader.model.contract import MAKER

if TYPE_CHECKING:
    from datetime import datetime

    from grader.report.picture import ShownPicture

LINE = "C9CCD1"
"""The colour of thin lines."""
MILLIMETRE = 36000
"""All lengths here are in Word's English metric units."""
TWIP = 635
_PIXEL = 9525  # as browsers print it

# Styled in Word: A4, one face, and no styles but those that are used, which every opening would read again.
_BLANK = Path(__file__).with_name("templates").joinpath("blank.docx")
_TYPES, _PROPERTIES, _TEXT = "[Content_Types].xml", "docProps/core.xml", "word/document.xml"
_RELATED = "word/_rels/document.xml.rels"
_IMAGE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_END_OF_TEXT = "<w:sectPr"  # the page's size and margins come last
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"


class WordFile:
    """A document that is being written."""

    def __init__(self) -> None:
        self._parts = dict(_blank_parts())
        self._files: dict[bytes, str] = {}

    def describe(self, *, title: str, subject: str, at: datetime) -> None:
        """Say what it is; by who has made it, it is known should it be handed in."""
        moment = at.astimezone(timezone.utc).strftime(_MOMENT)
        self._parts[_PROPERTIES] = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
            ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
            f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(subject)}</dc:subject>"
            f"<dc:creator>{escape(MAKER)}</dc:creator><cp:revision>1</cp:revision>"
            f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
            f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>'
            "<dc:language>en</dc:language></cp:coreProperties>"
        )

    def picture(self, shown: ShownPicture, description: str, number: int, room: tuple[int, int]) -> str:
        """Take a picture in; return the markup that shows it, outlined and no larger than there is room.

        `number` is its own in the document.
        """
        ending = shown.kind.rpartition("/")[2]
        file = self._files.setdefault(shown.data, f"image{len(self._files) + 1}.{ending}")
        scale = min(1, room[0] / (shown.width * _PIXEL), room[1] / (shown.height * _PIXEL))
        width, height = (int(pixels * _PIXEL * scale) for pixels in (shown.width, shown.height))
        return (
            f'<w:r><w:drawing><wp:inline xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture">'
            f'<wp:extent cx="{width}" cy="{height}"/>'
            f'<wp:docPr id="{number}" name="Picture {number}" descr={quoteattr(description)}/>'
            '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
            f'<a:graphic><a:graphicData uri="{_DRAWING}/picture"><pic:pic>'
            f'<pic:nvPicPr><pic:cNvPr id="0" name="{file}"/><pic:cNvPicPr/></pic:nvPicPr>'
            f'<pic:blipFill><a:blip r:embed="{_id_of(file)}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
            f'<a:prstGeom prst="rect"/><a:ln w="6350"><a:solidFill><a:srgbClr val="{LINE}"/></a:solidFill></a:ln>'
            "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
        )

    def save(self, text: str) -> bytes:
        """Return the whole file with this text: paragraphs and tables, marked up."""
        related = [
            f'<Relationship Id="{_id_of(file)}" Type="{_IMAGE}" Target="media/{file}"/>'
            for file in self._files.values()
        ]
        endings = sorted({file.rpartition(".")[2] for file in self._files.values()})
        types = [f'<Default Extension="{ending}" ContentType="image/{ending}"/>' for ending in endings]
        self._put(_RELATED, "".join(related), "</Relationships>")
        self._put(_TYPES, "".join(types), "<Default")
        self._put(_TEXT, text, _END_OF_TEXT)
        whole = io.BytesIO()
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in self._parts.items():
                archive.writestr(name, content)
            for data, file in self._files.items():
                archive.writestr(f"word/media/{file}", data, zipfile.ZIP_STORED)  # it is packed as a picture is
        return whole.getvalue()

    def _put(self, part: str, text: str, before: str) -> None:
        start, found, rest = self._parts[part].partition(before)
        self._parts[part] = f"{start}{text}{found}{rest}"


@cache
def _blank_parts() -> dict[str, str]:
    with zipfile.ZipFile(_BLANK) as blank:
        return {name: blank.read(name).decode("utf-8") for name in blank.namelist()}


def _id_of(file: str) -> str:
    return f"rId-{file}"
