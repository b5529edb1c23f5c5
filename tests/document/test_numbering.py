"""Word's automatic numbers, counted as Word counts them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.document.word.markup import parse
from grader.document.word.numbering import Numbering, styles_of

from .build import NAMESPACES, definition, in_list, level, numbering_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def properties(inner: str) -> Element:
    return parse(f"<w:pPr {NAMESPACES}>{inner}</w:pPr>".encode())


def shown(numbering: bytes, paragraphs: list[str], styles: str = "") -> list[str | None]:
    counting = Numbering(parse(numbering), styles_of(parse(f"<w:styles {NAMESPACES}>{styles}</w:styles>".encode())))
    numbers = [counting.advance(properties(each)) for each in paragraphs]
    return [number.text if number else None for number in numbers]


def num(number: int, abstract: int, override: str = "") -> str:
    return f'<w:num w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'


def start_at(start: int) -> str:
    return f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'


def test_a_plain_list_with_other_paragraphs_between():
    xml = numbering_xml(definition(0, level(0)), lists=num(1, 0))
    assert shown(xml, [in_list(1), "", in_list(1), "", in_list(1)]) == ["1.", None, "2.", None, "3."]


def test_lists_of_one_definition_continue_unless_they_start_anew():
    xml = numbering_xml(definition(0, level(0)), lists=num(1, 0) + num(2, 0) + num(3, 0, start_at(7)))
    paragraphs = [in_list(1), in_list(2), in_list(3), in_list(3), in_list(1)]
    assert shown(xml, paragraphs) == ["1.", "2.", "7.", "8.", "9."]


def test_start_values_and_levels():
    xml = numbering_xml(
        definition(0, level(0, start=4), level(1, "lowerLetter", "%2)"), level(2, text="%1.%2.%3")), lists=num(1, 0)
    )
    paragraphs = [in_list(1, each) for each in (0, 1, 1, 2, 0, 1, 2, 2)]
    assert shown(xml, paragraphs) == ["4.", "a)", "b)", "4.b.1", "5.", "a)", "5.a.1", "5.a.2"]


@pytest.mark.parametrize(
    ("form", "text", "third"),
    [
        ("upperRoman", "%1.", "III."),
        ("lowerLetter", "%1)", "c)"),
        ("decimalZero", "%1", "03"),
        ("decimal", "Step %1:", "Step 3:"),
        ("bullet", "•", None),
        ("none", "", None),
    ],
)
def test_forms_of_numbers(form, text, third):
    xml = numbering_xml(definition(0, level(0, form, text)), lists=num(1, 0))
    assert shown(xml, [in_list(1)] * 3)[2] == third


def test_headings_numbered_by_their_style_and_styles_based_on_them():
    xml = numbering_xml(
        definition(0, level(0, extra='<w:pStyle w:val="H1"/>'), level(1, text="%1.%2", extra='<w:pStyle w:val="H2"/>')),
        lists=num(1, 0),
    )
    linked = '<w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>'
    styles = (
        f'<w:style w:styleId="H1">{linked}</w:style><w:style w:styleId="H2">{linked}</w:style>'
        '<w:style w:styleId="Mine"><w:basedOn w:val="H1"/></w:style>'
    )
    paragraphs = [f'<w:pStyle w:val="{each}"/>' for each in ("H1", "H2", "H2", "Mine", "H2")]
    off = '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    assert shown(xml, [*paragraphs, off], styles) == ["1.", "1.1", "1.2", "2.", "2.1", None]


def test_a_definition_behind_a_list_style():
    xml = numbering_xml(
        definition(0, level(0)),
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>',
        lists=num(1, 0) + num(2, 1),
    )
    styles = '<w:style w:styleId="L"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
    assert shown(xml, [in_list(2), in_list(2)], styles) == ["1.", "2."]


def test_lists_that_lead_in_circles_or_nowhere_end():
    xml = numbering_xml(
        '<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>', lists=num(1, 0) + num(2, 9)
    )
    styles = (
        '<w:style w:styleId="L"><w:basedOn w:val="L"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="M"><w:basedOn w:val="M"/></w:style>'
    )
    assert shown(xml, [in_list(1), in_list(2), in_list(3), '<w:pStyle w:val="M"/>'], styles) == ["1.", None, None, None]


def test_numbers_beyond_reason_are_harmless():
    many = "9" * 5000
    xml = numbering_xml(definition(0, level(0, "lowerRoman", start=999_999_999)), lists=num(1, 0))
    assert shown(xml, [in_list(1)]) == ["999999999."]
    assert shown(xml, [f'<w:numPr><w:ilvl w:val="{many}"/><w:numId w:val="1"/></w:numPr>']) == ["999999999."]
