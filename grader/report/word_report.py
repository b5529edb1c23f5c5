"""``report.docx``: the report for those who file, print or comment on Word documents.

python-docx opens, styles and saves the document and takes in its pictures.  The text is written as Word's own markup
and parsed in one go: through python-docx's objects a report takes ten times as long.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shape import InlineShape
from docx.shared import Emu, Length, Mm

from grader.model.contract import MAKER
from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.comparison import DiffPiece, compare
from grader.report.evidence import media_type
from grader.report.plain import clip, code_pieces, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as WordDocument

    from grader.model.outcome import Evidence, StoredCookie
    from grader.model.report import Report, Result

_WIDEST, _HIGHEST = Mm(160), Mm(110)
_WIDEST_OF_TWO = Mm(74)
_COLOURS = {
    Status.PASSED: "1A7F4B",
    Status.PARTIAL: "96610A",
    Status.FAILED: "B8322A",
    Status.BLOCKED: "646B76",
    Status.REVIEW: "1B6F8C",
    Status.SKIPPED: "646B76",
    Status.ERROR: "8A3A94",
}
_INK, _QUIET, _LINE = "1F2328", "5C6470", "C9CCD1"
_FACE, _CODE_FACE = "Calibri", "Consolas"
_OUTLINE = f'<a:ln {nsdecls("a")} w="6350"><a:solidFill><a:srgbClr val="{_LINE}"/></a:solidFill></a:ln>'
# Styled in Word: A4, one face, and no styles but those that are used, which every opening would read again.
_BLANK = Path(__file__).with_name("templates").joinpath("blank.docx").read_bytes()
# Formats that Word and python-docx both take.
_FOR_WORD = ("image/png", "image/jpeg", "image/gif", "image/bmp")


def render(report: Report) -> bytes:
    """Make the whole file."""
    paper = io.BytesIO()
    _Writer(report).write().save(paper)
    return paper.getvalue()


class _Writer:
    """Writes one report from top to bottom, and counts its pictures."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.document: WordDocument = Document(io.BytesIO(_BLANK))
        self.evidence = [entry for result in report.results for entry in result.evidence]
        self.blocks: list[str] = []
        self.pictures = 0
        self.drawings: list[InlineShape] = []

    def write(self) -> WordDocument:
        self._properties()
        self._summary()
        self._overview()
        for group in outline.groups(self.report):
            self._add("Heading1", _run(group.heading))
            for result in group.results:
                self._check(result)
        self._place_blocks()
        return self.document

    def _properties(self) -> None:
        properties = self.document.core_properties
        properties.title = shown(f"{self.report.title}: {wording.headline(self.report)}", 250)
        properties.author = MAKER  # by which it is known, should it be handed in
        properties.subject = shown(self.report.submission.student or self.report.submission.name, 250)
        properties.comments = ""
        properties.language = "en"
        properties.created = properties.modified = self.report.started

    def _summary(self) -> None:
        report = self.report
        score = report.score
        names = [report.submission.student or "", report.submission.name, report.activity]
        self._add("Title", _run(report.title))
        self._add("Subtitle", _run(" / ".join(name for name in names if name)))
        self._add("Heading1", _run("Summary"))
        self._add("Normal", _run(wording.headline(report), bold=True))
        numbers = [_run(wording.number(points)) for points in (score.earned, score.pending, score.maximum)]
        self._table(("Earned", "Pending", "Maximum"), [numbers])
        for detail in wording.score_details(report):
            self._add("Normal", _run(detail))
        thing = outline.next_thing(report)
        self._add("Normal", _run("Next: ", bold=True) + _prose(thing.text))
        if thing.hint:
            self._add("Normal", _prose(thing.hint))
        for note in report.notes:
            self._add("ListBullet", _prose(note))
        self._add("Normal", _run(_circumstances(report)))

    def _overview(self) -> None:
        rows = []
        for group in outline.groups(self.report):
            for result in group.results:
                step = group.heading if result is group.results[0] else ""
                status = _run(wording.words(result).label, colour=_COLOURS[result.status])
                rows.append([_run(step), _prose(result.title), status, _run(wording.points_of(result))])
        self._add("Heading1", _run("All checks"))
        self._table(("Step", "Check", "Status", "Points"), rows, (27, 79, 34, 20))

    def _check(self, result: Result) -> None:
        points = "not counted" if not result.counts else f"{wording.points_of(result)} points"
        label = _run(wording.words(result).label, bold=True, colour=_COLOURS[result.status])
        self._add("Heading2", _run(result.title.replace("`", "")))
        self._add("Status", label + _run(f"   {points}", colour=_QUIET))
        if result.message:
            self._add("Normal", _prose(result.message))
        self._comparison(result)
        if where := wording.place(result):
            self._add("Normal", _run("Where: ", bold=True) + _run(where, code=True))
        if result.hint:
            self._add("Normal", _run("Hint: ", bold=True) + _prose(result.hint))
        for entry in result.evidence:
            self._picture(entry)

    def _comparison(self, result: Result) -> None:
        marked = compare(clip(result.expected or ""), clip(result.observed or ""))
        given = (result.expected, result.observed)
        sides = {
            name: _marked(pieces)
            for name, text, pieces in zip(("Expected", "Observed"), given, marked, strict=True)
            if text is not None
        }
        if sides:
            self._table(tuple(sides), [list(sides.values())])

    def _picture(self, entry: Evidence) -> None:
        own = next((each for each in self.evidence if each.path == entry.beside and each.data), None)
        if own is not None:
            widths = _WIDEST_OF_TWO, _WIDEST_OF_TWO
            sides = [self._drawn(each, width) for each, width in zip((entry, own), widths, strict=True)]
            self._table(("In the document", "What the grader's browser saw"), [sides])
        else:
            self._add("Picture", self._drawn(entry, _WIDEST))
        # A field that Word itself counts, so that a list of pictures can be made and pictures be moved.
        number = f'<w:fldSimple w:instr=" SEQ Picture \\* ARABIC ">{_run(str(self.pictures))}</w:fldSimple>'
        self._add("Caption", _run("Picture ") + number + _run(": ") + _prose(entry.caption))
        if entry.cookies is not None:
            self._cookies(entry.cookies)

    def _drawn(self, entry: Evidence, widest: Length) -> str:
        """Take in a picture and mark up its place, or why there is none."""
        self.pictures += 1
        drawing = _drawing(self.document, entry, self.pictures, widest)
        if drawing:
            self.drawings.append(drawing)
            return "<w:r><w:drawing/></w:r>"
        why = "This picture is in a format that cannot be shown here." if entry.data else "No picture was kept."
        return _run(why, colour=_QUIET)

    def _cookies(self, cookies: tuple[StoredCookie, ...]) -> None:
        if not cookies:
            self._add("Normal", _run("The browser held no cookie."))
            return
        rows = [
            [_run(text) for text in (cookie.name, cookie.value, cookie.path, wording.expiry(cookie.expires))]
            for cookie in cookies
        ]
        self._table(("Cookie", "Value", "Path", "Expires"), rows, (38, 62, 18, 42))

    def _add(self, style: str, runs: str) -> None:
        self.blocks.append(_paragraph(style, runs))

    def _table(self, heads: Sequence[str], rows: list[list[str]], widths: Sequence[int] = ()) -> None:
        """Add a table of marked-up cells; ``widths`` in millimetres, equal unless given."""
        lengths = [Length(Mm(width)) for width in widths] or [Length(_WIDEST // len(heads))] * len(heads)
        self.blocks.append(_table(heads, rows, [length.twips for length in lengths]))
        self.blocks.append(_paragraph("TableGap", ""))  # tables in Word have no space after them

    def _place_blocks(self) -> None:
        body = self.document.element.body
        written = parse_xml(f"<w:body {nsdecls('w')}>{''.join(self.blocks)}</w:body>")
        for place, drawing in zip(written.iter(qn("w:drawing")), self.drawings, strict=True):
            place.append(drawing._inline)  # noqa: SLF001 - python-docx has no name for it
        page_settings = body[-1]
        for block in list(written):
            page_settings.addprevious(block)


def _circumstances(report: Report) -> str:
    ran_on = report.environment
    with_what = f"grader {report.grader}, Python {ran_on.python}, {ran_on.browser or 'no browser'}"
    reading = ran_on.ocr or "no text recognition"
    return f"Graded {wording.moment(report.started)} with {with_what}, {reading}, isolation: {ran_on.isolation}."


def _run(text: str, *, bold: bool = False, underline: bool = False, colour: str = "", code: bool = False) -> str:
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


def _prose(text: str) -> str:
    """Mark up a sentence whose code is set in a typewriter's letters."""
    return "".join(_run(piece, code=is_code) for piece, is_code in code_pieces(clip(text)))


def _marked(pieces: list[DiffPiece]) -> str:
    if not any(piece.text for piece in pieces):
        return _run("(nothing)", colour=_QUIET)
    return "".join(_run(piece.text, bold=piece.differs, underline=piece.differs) for piece in pieces)


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _table(heads: Sequence[str], rows: list[list[str]], widths: Sequence[int]) -> str:
    """Mark up a table whose head is repeated on every page, and whose rows stay in one piece."""
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    properties = (
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{borders}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblLook w:firstRow="1"/>'
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([_run(name, bold=True) for name in heads], widths, "<w:cantSplit/><w:tblHeader/>")
    body = "".join(_row(row, widths, "<w:cantSplit/>") for row in rows)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{head}{body}</w:tbl>"


def _row(cells: Sequence[str], widths: Sequence[int], properties: str) -> str:
    marked_up = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{_paragraph("TableText", cell)}</w:tc>'
        for cell, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{properties}</w:trPr>{marked_up}</w:tr>"


def _drawing(document: WordDocument, entry: Evidence, number: int, widest: Length) -> InlineShape | None:
    """Take a picture into the document; None for one that Word could not show."""
    if media_type(entry.data) not in _FOR_WORD:
        return None
    try:
        inline = document.part.new_pic_inline(io.BytesIO(entry.data))
        picture = InlineShape(inline)
        scale = min(1, widest / picture.width, _HIGHEST / picture.height)
    except Exception:  # noqa: BLE001 - a stranger's broken file can trip the reader anywhere
        return None
    picture.width, picture.height = Emu(int(picture.width * scale)), Emu(int(picture.height * scale))
    inline.docPr.set("id", str(number))
    inline.graphic.graphicData.pic.spPr.append(parse_xml(_OUTLINE))
    inline.docPr.set("descr", shown(entry.caption.replace("`", ""), 250))
    return picture
