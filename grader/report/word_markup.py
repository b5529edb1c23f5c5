"""Word's own markup: stretches of text, paragraphs, tables.

Written as text and parsed in one go: through python-docx's objects a report takes ten times as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from grader.report.plain import clip, code_pieces, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE = "C9CCD1"
_CODE_FACE = "Consolas"


def run(text: str, *, bold: bool = False, underline: bool = False, colour: str = "", code: bool = False) -> str:
    """Mark up a stretch of text; the order of its properties is Word's."""
    properties = [
        f'<w:rFonts w:ascii="{_CODE_FACE}" w:hAnsi="{_CODE_FACE}" w:cs="{_CODE_FACE}"/>' if code else "",
        "<w:b/>" if bold else "",
        f'<w:color w:val="{colour}"/>' if colour else "",
        '<w:u w:val="single"/>' if underline else "",
    ]
    lines = escape(shown(text)).replace("\t", "    ").split("\n")
    content = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in lines)
    return f"<w:r><w:rPr>{''.join(properties)}</w:rPr>{content}</w:r>"


def prose(text: str) -> str:
    """Mark up a sentence whose code is set in a typewriter's letters."""
    return "".join(run(piece, code=is_code) for piece, is_code in code_pieces(clip(text)))


def paragraph(style: str, runs: str) -> str:
    """Mark up a paragraph, in one of the styles of ``blank.docx``."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def drawing(stored: str, size: tuple[int, int], number: int, description: str) -> str:
    """Mark up the place of a picture, with a thin line around it.

    `stored` is what the document calls it, `size` is in English metric units, `number` is its own in the document.
    """
    picture = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    width, height = size
    return (
        f'<w:r><w:drawing><wp:inline><wp:extent cx="{width}" cy="{height}"/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr={quoteattr(description)}/>'
        '<wp:cNvGraphicFramePr><a:graphicFrameLocks noChangeAspect="1"/></wp:cNvGraphicFramePr>'
        f'<a:graphic><a:graphicData uri="{picture}"><pic:pic>'
        '<pic:nvPicPr><pic:cNvPr id="0" name="image"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:embed="{stored}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
        f'<a:prstGeom prst="rect"/><a:ln w="6350"><a:solidFill><a:srgbClr val="{LINE}"/></a:solidFill></a:ln>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def table(heads: Sequence[str], rows: list[list[str]], widths: Sequence[int]) -> str:
    """Mark up a table whose head is repeated on every page, and whose rows stay in one piece."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1"/>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([run(name, bold=True) for name in heads], widths, "<w:cantSplit/><w:tblHeader/>") if heads else ""
    body = "".join(_row(row, widths, "<w:cantSplit/>") for row in rows)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"


def _row(cells: Sequence[str], widths: Sequence[int], properties: str) -> str:
    marked_up = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_in_paragraphs(cell)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{marked_up}</w:tr>"


def _in_paragraphs(cell: str) -> str:
    return cell if cell.startswith("<w:p>") else paragraph("TableText", cell)
