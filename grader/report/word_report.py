"""``report.docx``: the report for those who file, print or comment on Word documents.

python-docx opens, styles and saves the document and takes in its pictures.  The text is written as Word's own markup
and parsed in one go: through python-docx's objects a report takes ten times as long.
"""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length, Mm, Pt

from grader.model.contract import MAKER
from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.comparison import DiffPiece, sides
from grader.report.evidence import shown_picture
from grader.report.plain import shown
from grader.report.word_markup import drawing, paragraph, prose, run, table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from docx.document import Document as WordDocument

    from grader.model.outcome import Evidence, StoredCookie
    from grader.model.report import Report, Result
    from grader.report.evidence import ShownPicture

_TEXT_WIDTH = Mm(174)
_PIXEL = Pt(0.75)  # as browsers print it
_ALONE, _IN_SHEET, _AT_VISIT = (Mm(120), Mm(52)), (Mm(51), Mm(32)), (Mm(52), Mm(22))
"""Width and height that a picture has at most."""
_SHEET_COLUMNS = 3
_COLOURS = {  # those of templates/tokens.css
    Status.PASSED: "17693D",
    Status.PARTIAL: "7D4F00",
    Status.FAILED: "AC261E",
    Status.BLOCKED: "565D67",
    Status.REVIEW: "125D79",
    Status.SKIPPED: "565D67",
    Status.ERROR: "7D3388",
}
_QUIET = "565D67"
_TAB = "<w:r><w:tab/></w:r>"
# Styled in Word: A4, one face, and no styles but those that are used, which every opening would read again.
_BLANK = Path(__file__).with_name("templates").joinpath("blank.docx").read_bytes()


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
        self.visits = outline.visits(report)
        self.causes: Mapping[str, Result] = outline.causes(report)
        self.blocks: list[str] = []
        self.pictures = 0

    def write(self) -> WordDocument:
        self._properties()
        self._summary()
        for group in outline.groups(self.report):
            self._add("Heading1", run(group.heading))
            only_seen = [result for result in group.results if self._is_only_seen(result)]
            for result in group.results:
                if result not in only_seen:
                    self._check(result)
            self._sheet(only_seen)
        self._time_line()
        self._add("Normal", run(_circumstances(self.report), colour=_QUIET))
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
        self._add("Title", run(report.title))
        self._add("Subtitle", run(" / ".join(name for name in names if name)))
        named = {"Earned": score.earned, "pending": score.pending, "maximum": score.maximum}
        numbers = ", ".join(f"{name} {wording.number(points)}" for name, points in named.items())
        details = " ".join([f" {numbers}.", *wording.score_details(report)])
        self._add("Normal", run(wording.headline(report), bold=True) + run(details))
        thing = outline.next_thing(report)
        hint = run(" ") + prose(thing.hint) if thing.hint else ""
        self._add("Normal", run("Next: ", bold=True) + prose(thing.text) + hint)
        for note in report.notes:
            self._add("ListBullet", prose(note))

    def _is_only_seen(self, result: Result) -> bool:
        """Whether its pictures say all: they are shown side by side."""
        pictures = bool(result.evidence) and all(each.cookies is None for each in result.evidence)
        return result.status is Status.PASSED and pictures and not result.message and not result.hint

    def _check(self, result: Result) -> None:
        """Write a line where there is nothing to say, else a heading and what is below it, in one piece."""
        first = len(self.blocks)
        own = [each for each in result.evidence if each.cookies is None]
        if result.status in (Status.PASSED, Status.BLOCKED) and not own and not result.hint:
            said = run(f" {result.message}", colour=_QUIET) if result.message else ""
            self._add("Check", prose(result.title) + said + _TAB + _ended(result))
            return
        self._add("Heading2", run(result.title.replace("`", "")) + _TAB + _ended(result))
        if cause := self.causes.get(result.id):
            self._add("Normal", prose(f"For the same reason as: {cause.title}"))
        else:
            self._said(result)
        for entry in own:
            self._add("Picture", self._drawn(entry, _ALONE))
            self._add("Caption", self._caption(entry))
        self._keep_together(first)

    def _said(self, result: Result) -> None:
        if result.message:
            self._add("Normal", prose(result.message))
        marked = {name: _marked(pieces) for name, pieces in sides(result).items()}
        if marked:
            self._table(tuple(marked), [list(marked.values())])
        where = wording.place(result)
        place = run(where, code=True) + run("  ") if where else ""
        hint = run("Hint: ", bold=True) + prose(result.hint) if result.hint else ""
        if place or hint:
            self._add("Normal", place + hint)

    def _keep_together(self, first: int) -> None:
        """See to it that no page ends between the blocks from the given one on."""
        for at in range(first, len(self.blocks) - 1):
            self.blocks[at] = re.sub(r'(<w:pStyle w:val="\w+"/>)', r"\1<w:keepNext/>", self.blocks[at])

    def _sheet(self, results: list[Result]) -> None:
        """Show pictures that need no word side by side."""
        cells = []
        for result in results:
            title = paragraph("TableText", run(result.title.replace("`", ""), bold=True))
            ended = paragraph("TableText", _ended(result))
            pictures = [
                paragraph("TableText", self._drawn(entry, _IN_SHEET)) + paragraph("Caption", self._caption(entry))
                for entry in result.evidence
            ]
            cells.append(title + ended + "".join(pictures))
        cells += [paragraph("TableText", "")] * (-len(cells) % _SHEET_COLUMNS)
        rows = [cells[at : at + _SHEET_COLUMNS] for at in range(0, len(cells), _SHEET_COLUMNS)]
        if rows:
            self._table((), rows, [58] * _SHEET_COLUMNS)

    def _time_line(self) -> None:
        rows = []
        for visit in self.visits:
            what = run(f"{visit.number}. ", bold=True) + prose(visit.evidence.caption)
            about = run("For: ", colour=_QUIET) + prose(visit.result.title)
            told = "".join(paragraph("TableText", runs) for runs in (what, prose(visit.summary), about))
            seen = paragraph("TableText", self._drawn(visit.evidence, _AT_VISIT))
            held = "".join(paragraph("TableText", _stored(each)) for each in visit.evidence.cookies or ())
            rows.append([told, seen, held or paragraph("TableText", run("No cookie"))])
        if rows:
            self._add("Heading1", run("The browser's cookies, visit by visit"))
            self._table(("Visit", "What the browser displayed", "What it kept"), rows, (62, 60, 52))

    def _caption(self, entry: Evidence) -> str:
        # A field that Word itself counts, so that a list of figures can be made and they be moved.  No "Picture": the
        # caption counts those of the student's own document.
        number = f'<w:fldSimple w:instr=" SEQ Figure \\* ARABIC ">{run(str(self.pictures))}</w:fldSimple>'
        return run("Figure ") + number + run(": ") + prose(entry.caption)

    def _drawn(self, entry: Evidence, room: tuple[Length, Length]) -> str:
        """Take in a picture and mark up its place, or why there is none."""
        self.pictures += 1
        if picture := shown_picture(entry.data):
            stored, _ = self.document.part.get_or_add_image(io.BytesIO(picture.data))
            caption = shown(entry.caption.replace("`", ""), 250)
            return drawing(stored, _fitting(picture, room), self.pictures, caption)
        why = "This picture is in a format that cannot be shown here." if entry.data else "No picture was kept."
        return run(why, colour=_QUIET)

    def _add(self, style: str, runs: str) -> None:
        self.blocks.append(paragraph(style, runs))

    def _table(self, heads: Sequence[str], rows: list[list[str]], widths: Sequence[int] = ()) -> None:
        """Add a table of marked-up cells; ``widths`` in millimetres, equal unless given."""
        lengths = [Length(Mm(width)) for width in widths] or [Length(_TEXT_WIDTH // len(heads))] * len(heads)
        self.blocks.append(table(heads, rows, [length.twips for length in lengths]))
        self.blocks.append(paragraph("TableGap", ""))  # tables in Word have no space after them

    def _place_blocks(self) -> None:
        body = self.document.element.body
        written = parse_xml(f"<w:body {nsdecls('w', 'wp', 'a', 'pic', 'r')}>{''.join(self.blocks)}</w:body>")
        page_settings = body[-1]
        for block in list(written):
            page_settings.addprevious(block)


def _circumstances(report: Report) -> str:
    ran_on = report.environment
    with_what = f"grader {report.grader}, Python {ran_on.python}, {ran_on.browser or 'no browser'}"
    reading = ran_on.ocr or "no text recognition"
    return f"Graded {wording.moment(report.started)} with {with_what}, {reading}, isolation: {ran_on.isolation}."


def _ended(result: Result) -> str:
    """Say how a check ended, and what it gave."""
    words = wording.words(result)
    # In one piece: a title that nearly fills the line would take some of it along.
    status, points = (
        text.replace(" ", "\xa0") for text in (f"{words.mark} {words.label}", f"  {wording.points_of(result)}")
    )
    return run(status, bold=True, colour=_COLOURS[result.status]) + run(points, colour=_QUIET)


def _stored(cookie: StoredCookie) -> str:
    rest = f" = {cookie.value} (path {cookie.path}, until {wording.expiry(cookie.expires)})"
    return run(cookie.name, bold=True) + run(rest)


def _marked(pieces: list[DiffPiece]) -> str:
    if not any(piece.text for piece in pieces):
        return run("(nothing)", colour=_QUIET)
    return "".join(run(piece.text, bold=piece.differs, underline=piece.differs) for piece in pieces)


def _fitting(picture: ShownPicture, room: tuple[Length, Length]) -> tuple[int, int]:
    """Return the width and height of a picture that is no larger than there is room."""
    width, height = picture.width * _PIXEL, picture.height * _PIXEL
    scale = min(1, room[0] / width, room[1] / height)
    return int(width * scale), int(height * scale)
