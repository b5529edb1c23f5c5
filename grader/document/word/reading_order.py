"""What a reader of the document meets, in order: lines of text and pictures, wherever Word puts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from grader.document.word.chunks import Chunks
from grader.document.word.flow import Crop, Flow, NumberedLine, Placed
from grader.document.word.geometry import crop, offset, shown_size, vml_crop
from grader.document.word.markup import Element, child, children, integer, switched_on, value
from grader.document.word.numbering import ListNumber, Numbering, Styles, styles_of
from grader.document.word.opening_docx import Package, PartError, damaged
from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


_LONGEST_LINE = 400
_MOST_STYLES = 16

_GONE = {"w:del", "w:moveFrom", "w:delText", "w:instrText", "w:rPr", "w:pPr", "w:sdtPr", "w:sdtEndPr", "mc:Fallback"}
"""Deleted or moved away in tracked changes, or never shown as text."""
_AS_TEXT = {"w:br": "\n", "w:cr": "\n", "w:tab": " ", "w:noBreakHyphen": "-"}


@dataclass
class _Paragraph:
    """One paragraph while it is read."""

    pieces: list[str | Flow] = field(default_factory=list)
    floating: list[tuple[float, float, Flow]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.pieces or self.floating)

    def add(self, other: _Paragraph) -> None:
        """Go on with what stands further inside."""
        self.pieces += other.pieces
        self.floating += other.floating


_Read = TypeVar("_Read", Flow, _Paragraph)


class _Cell(NamedTuple):
    column: int
    flow: Flow

    @property
    def pictured(self) -> bool:
        return any(isinstance(each, Placed) for each in self.flow)


def read(package: Package) -> tuple[Flow, tuple[str, ...]]:
    """Read the document's body: not its headers, footers, notes and comments.

    Returns
    -------
    tuple
        What a reader meets, and the names of what the document takes in that cannot be read here.
    """
    chunks = Chunks(package)
    flow = _body(package, chunks, 0)
    return flow, tuple(dict.fromkeys(chunks.unread))


def _body(package: Package, chunks: Chunks, depth: int) -> Flow:
    main = package.main()
    folder = main.rpartition("/")[0]
    root = package.markup(main)
    body = child(root, "w:body")
    if body is None:
        raise damaged(package.shown_as, "it has no text")
    parts = {relation.kind: relation.target for relation in package.relations(main).values() if not relation.external}
    numbering = package.markup(parts.get("numbering", f"{folder}/numbering.xml"))
    styles = _styles(package, parts.get("styles", f"{folder}/styles.xml"))
    return _Reader(package, main, Numbering(numbering, styles), chunks, depth).blocks(body)


_known_styles: dict[bytes, Styles] = {}


def _styles(package: Package, name: str) -> Styles:
    """Read the styles, often the largest part, and the same in most documents of a class."""
    try:
        key = sha256(package.read(name)).digest()
    except PartError:
        return styles_of(package.markup(name))  # none, or it says why it cannot be read
    if key not in _known_styles:
        if len(_known_styles) >= _MOST_STYLES:
            _known_styles.clear()
        _known_styles[key] = styles_of(package.markup(name))
    return _known_styles[key]


class _Reader:
    def __init__(self, package: Package, main: str, numbering: Numbering, chunks: Chunks, depth: int) -> None:
        self._package = package
        self._relations = package.relations(main)
        self._numbering = numbering
        self._chunks = chunks
        self._depth = depth

    def blocks(self, container: Iterable[Element]) -> Flow:
        flow: Flow = []
        for element in container:
            if element.tag == "w:p":
                flow += self._paragraph(element)
            elif element.tag == "w:tbl":
                flow += self._table(element)
            elif element.tag == "mc:AlternateContent":
                flow += self._alternative(element, self.blocks, [])
            elif element.tag == "w:altChunk":
                flow += self._taken_in(element)
            elif element.tag not in _GONE:
                flow += self.blocks(element)
        return flow

    def _taken_in(self, element: Element) -> Flow:
        """Read another file that Word shows in this place."""
        found = self._chunks.open(self._package, self._relations.get(element.get("r:id", "")), self._depth)
        if not isinstance(found, Package):
            return found
        try:
            return _body(found, self._chunks, self._depth + 1)
        except StudentFault as fault:
            self._chunks.give_up(fault)
            return []

    def _alternative(self, element: Element, read_one: Callable[[Element], _Read], nothing: _Read) -> _Read:
        """Read the first choice that holds anything: the others say the same for other programs."""
        choices = (choice for tag in ("mc:Choice", "mc:Fallback") for choice in children(element, tag))
        return next(filter(None, map(read_one, choices)), nothing)

    def _table(self, table: Element) -> Flow:
        rows = [self._row(row) for row in _rows(table)]
        flow: Flow = []
        while rows:
            row = rows.pop(0)
            if rows and _captioned(row, rows[0]):
                flow += _column_by_column(row, rows.pop(0))
            else:
                flow += [each for cell in row for each in cell.flow]
        return flow

    def _row(self, row: Element) -> list[_Cell]:
        cells, column = [], 0
        for cell in _unwrapped(row, "w:tc"):
            properties = child(cell, "w:tcPr")
            if child(properties, "w:cellDel") is None:
                cells.append(_Cell(column, self.blocks(cell)))
            column += max(integer(value(properties, "w:gridSpan"), 1), 1)
        return cells

    def _paragraph(self, element: Element) -> Flow:
        paragraph = self._inline(element)
        properties = child(element, "w:pPr")
        if child(properties, "w:rPr", "w:del") is not None and not paragraph:
            return []
        number = self._numbering.advance(properties)
        before = [each for each in paragraph.floating if each[0] < 0]
        after = [each for each in paragraph.floating if each[0] >= 0]
        return _flat(before) + _lines(paragraph, number) + _flat(after)

    def _inline(self, element: Element) -> _Paragraph:
        paragraph = _Paragraph()
        for each in element:
            if each.tag == "w:t":
                paragraph.pieces.append(each.text or "")
            elif each.tag in _AS_TEXT:
                paragraph.pieces.append(_AS_TEXT[each.tag])
            elif each.tag in ("w:drawing", "w:pict", "w:object"):
                self._place(each, paragraph)
            elif each.tag == "mc:AlternateContent":
                paragraph.add(self._alternative(each, self._inline, _Paragraph()))
            elif each.tag not in _GONE and not (each.tag == "w:r" and switched_on(each, "w:rPr", "w:vanish")):
                paragraph.add(self._inline(each))
        return paragraph

    def _place(self, element: Element, paragraph: _Paragraph) -> None:
        """Put a drawing where it is read: a floating one before or after its paragraph's text."""
        flow = self._drawing(element, None)
        if not flow:
            return
        place = offset(element)
        if place is None:
            paragraph.pieces.append(flow)
        else:
            paragraph.floating.append((*place, flow))

    def _drawing(self, element: Element, shown: tuple[float, float] | None) -> Flow:
        if _hidden(element):
            return []
        shown = shown_size(element, shown)
        flow: Flow = []
        for each in element:
            if each.tag in ("pic:blipFill", "a:blipFill"):
                flow += self._picture(child(each, "a:blip"), crop(child(each, "a:srcRect")), shown)
            elif each.tag == "v:imagedata" or (each.tag == "v:fill" and each.get("type") == "frame"):
                flow += self._picture(each, vml_crop(each), shown)
            elif each.tag == "dgm:relIds":
                flow += self._diagram(each)
            elif each.tag == "w:txbxContent":
                flow += self.blocks(each)
            elif each.tag == "mc:AlternateContent":
                flow += self._alternative(each, lambda choice: self._drawing(choice, shown), [])
            elif each.tag not in _GONE:
                # In a group each picture has a size of its own, in the group's own measure.
                flow += self._drawing(each, None if each.tag in ("wpg:wgp", "wpc:wpc", "v:group") else shown)
        return flow

    def _diagram(self, element: Element) -> Flow:
        """Read the pictures of a SmartArt: of the drawing that Word keeps of it, else of its data."""
        data = self._relations.get(element.get("r:dm", ""))
        if data is None or data.external:
            return []
        model = self._package.markup(data.target)
        kept = (each.get("relId", "") for each in (model.iter("dsp:dataModelExt") if model is not None else ()))
        drawing = next((self._relations[id_] for id_ in kept if id_ in self._relations), None)
        if drawing is not None and not drawing.external and self._package.has(drawing.target):
            return self._of_part(drawing.target)
        return self._of_part(data.target)

    def _of_part(self, name: str) -> Flow:
        """Read the pictures of another part, which has relations of its own."""
        root = self._package.markup(name)
        if root is None:
            return []
        outer, self._relations = self._relations, self._package.relations(name)
        try:
            return self._drawing(root, None)
        finally:
            self._relations = outer

    def _picture(self, blip: Element | None, cropped: Crop, shown: tuple[float, float] | None) -> Flow:
        if blip is None:
            return []
        inside, outside = blip.get("r:embed") or blip.get("r:id"), blip.get("r:link") or blip.get("r:href")
        if not inside and not outside:
            return []
        self._chunks.bounds.count_picture()
        relation = self._relations.get(inside or "")
        is_there = relation is not None and not relation.external and self._package.has(relation.target)
        linked = not is_there and (bool(outside) or (relation is not None and relation.external))
        return [Placed(self._package, relation.target if relation and is_there else None, linked, cropped, shown)]


def _lines(paragraph: _Paragraph, number: ListNumber | None) -> Flow:
    flow: Flow = []
    text = ""
    for piece in [*paragraph.pieces, []]:
        if isinstance(piece, str):
            text += piece
            continue
        for line in text.split("\n"):
            words = " ".join(line[:_LONGEST_LINE].split())
            if words:
                flow.append(NumberedLine(words, number))
                number = None
        text = ""
        if number is not None:
            flow.append(NumberedLine("", number))
            number = None
        flow += piece
    return flow


def _flat(floating: Sequence[tuple[float, float, Flow]]) -> Flow:
    return [each for *_, flow in sorted(floating, key=lambda one: one[:2]) for each in flow]


def _unwrapped(element: Element, tag: str) -> list[Element]:
    """Return rows or cells, those in content controls and tracked insertions too."""
    found = []
    for each in element:
        if each.tag == tag:
            found.append(each)
        elif each.tag in ("w:sdt", "w:sdtContent", "w:ins", "w:moveTo", "w:customXml"):
            found += _unwrapped(each, tag)
    return found


def _rows(table: Element) -> list[Element]:
    return [row for row in _unwrapped(table, "w:tr") if child(row, "w:trPr", "w:del") is None]


def _captioned(row: Sequence[_Cell], following: Sequence[_Cell]) -> bool:
    """Whether one of two rows has nothing but pictures and the other nothing but their captions."""
    first, second = [cell for cell in row if cell.flow], [cell for cell in following if cell.flow]
    if len(first) < 2 or len(second) < 2:  # noqa: PLR2004 - one column is read from top to bottom anyway
        return False
    for pictures, captions in ((first, second), (second, first)):
        if any(cell.pictured for cell in captions):
            continue
        if all(isinstance(each, Placed) for cell in pictures for each in cell.flow):
            return {cell.column for cell in pictures} <= {cell.column for cell in captions}
    return False


def _column_by_column(upper: Sequence[_Cell], lower: Sequence[_Cell]) -> Flow:
    cells = sorted([*upper, *lower], key=lambda cell: cell.column)
    return [each for cell in cells for each in cell.flow]


def _hidden(element: Element) -> bool:
    properties = child(element, "wp:docPr") if element.tag in ("wp:inline", "wp:anchor") else None
    return properties is not None and properties.get("hidden") in ("1", "true")
