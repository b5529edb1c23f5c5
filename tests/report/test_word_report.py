import io
import re

import pytest
from docx import Document
from docx.oxml.ns import qn

from grader.report import word_report


@pytest.fixture(scope="module")
def typical(samples):
    return Document(io.BytesIO(word_report.render(samples.typical)))


def headings(document, level):
    return [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == f"Heading {level}"]


def text_of(element):
    return "".join(part.text or "" for part in element.iter(qn("w:t")))


def captions(document):
    return [text_of(paragraph._p) for paragraph in document.paragraphs if paragraph.style.name == "Caption"]


def all_text(document):
    return text_of(document.element.body)


def test_headings_are_words_own_and_follow_the_handout(typical, samples):
    assert headings(typical, 1)[:4] == ["Summary", "All checks", "Step 2", "Step 3"]
    assert headings(typical, 1)[-1] == "What is handed in"
    assert len(headings(typical, 2)) == len(samples.typical.results)


def test_the_summary_holds_the_three_numbers(typical):
    table = typical.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["Earned", "Pending", "Maximum"],
        ["31.5", "28", "100"],
    ]


def test_every_check_is_in_the_overview(typical, samples):
    assert len(typical.tables[1].rows) == len(samples.typical.results) + 1


def test_the_heads_of_all_tables_are_repeated_on_every_page(typical):
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in typical.tables)


def test_expected_stands_beside_observed_with_the_difference_marked(typical):
    table = next(table for table in typical.tables if table.rows[0].cells[0].text == "Expected")
    expected, observed = table.rows[1].cells
    assert (expected.text, observed.text) == ("Practicing Cookies!", "Practising Cookies!")
    assert [run.text for run in observed.paragraphs[0].runs if run.underline] == ["Practising"]


def test_pictures_are_numbered_captioned_and_described_in_the_handouts_order(samples):
    document = Document(io.BytesIO(word_report.render(samples.full_marks)))
    assert captions(document) == [
        "Picture 1: The browser at /",
        "Picture 2: The browser at /addCookie",
        "Picture 3: The browser at /displayCookieValue",
        "Picture 4: The browser at /displayCookieValue",
        "Picture 5: The browser at /addCookie",
        "Picture 6: The browser at /removeCookie",
    ]
    properties = [shape._inline.docPr for shape in document.inline_shapes]
    assert [entry.get("descr") for entry in properties] == [caption[11:] for caption in captions(document)]
    assert [entry.get("id") for entry in properties] == list("123456")


def test_word_itself_counts_the_pictures(typical):
    assert len(re.findall("SEQ Picture", typical.element.xml)) == len(captions(typical))


def test_pictures_fit_the_page(samples):
    document = Document(io.BytesIO(word_report.render(samples.full_marks)))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert all(0 < shape.width <= room for shape in document.inline_shapes)
    assert all(shape.width / shape.height == pytest.approx(1000 / 560, rel=0.01) for shape in document.inline_shapes)


def test_hostile_text_is_text_and_breaks_nothing(samples):
    text = all_text(Document(io.BytesIO(word_report.render(samples.hostile))))
    assert r"<script>alert(1)</script> [red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c \x00\x07 \ud83d" in text
    assert "\u202e" not in text


def test_a_broken_picture_leaves_a_sentence_and_its_caption(samples):
    document = Document(io.BytesIO(word_report.render(samples.hostile)))
    assert all_text(document).count("This picture is in a format that cannot be shown here.") == 2
    assert len(captions(document)) > len(document.inline_shapes)


def test_the_document_says_what_it_is(typical):
    properties = typical.core_properties
    assert properties.title == "Adding a cookie to a website: 31.5 of 100 points"
    assert properties.subject == "Doe, Jane"
