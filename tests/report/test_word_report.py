import io
import re
from dataclasses import replace

import pytest
from docx import Document
from docx.oxml.ns import qn

from grader.report import word_report, wording


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
    assert headings(typical, 1)[:3] == ["Step 2", "Step 3", "Step 4"]
    assert headings(typical, 1)[-2:] == ["What is handed in", "The browser's cookies, visit by visit"]
    failed = [heading for heading in headings(typical, 2) if "Failed" in heading]
    assert any(heading.startswith("/addCookie sets the cookie myFirstCookie") for heading in failed)


def test_the_summary_holds_the_three_numbers(typical):
    assert "31.5 of 100 points Earned 31.5, pending 28, maximum 100." in all_text(typical)


def test_every_check_is_said_once_with_its_status(typical, samples):
    said = [text.replace("\xa0", " ") for text in (text_of(each._p) for each in typical.paragraphs)]
    for result in samples.typical.results:
        title = result.title.replace("`", "")
        found = [text for text in said if text.startswith(title) and wording.words(result).label in text]
        assert len(found) == 1, (title, said)


def test_a_check_that_says_something_stays_in_one_piece(typical):
    blocks = list(typical.element.body)
    at = next(place for place, each in enumerate(blocks) if "/ displays Practicing Cookies!" in text_of(each))
    piece = blocks[at : at + 3]
    assert "Compare the words letter by letter" in text_of(blocks[at + 4])
    assert all(each.findall(".//" + qn("w:keepNext")) for each in piece)


def test_the_heads_of_all_tables_are_repeated_on_every_page(typical):
    headed = [table for table in typical.tables if table.rows[0].cells[0].text in {"Expected", "Visit"}]
    assert headed
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in headed)


def test_expected_stands_beside_observed_with_the_difference_marked(typical):
    table = next(table for table in typical.tables if table.rows[0].cells[0].text == "Expected")
    expected, observed = table.rows[1].cells
    assert (expected.text, observed.text) == ("Practicing Cookies!", "Practising Cookies!")
    assert [run.text for run in observed.paragraphs[0].runs if run.underline] == ["Practising"]


def test_the_time_line_shows_what_the_browser_displayed_and_kept(samples):
    document = Document(io.BytesIO(word_report.render(samples.full_marks)))
    table = document.tables[-1]
    assert [cell.text for cell in table.rows[0].cells] == ["Visit", "What the browser displayed", "What it kept"]
    assert [row.cells[0].text.split("\n")[0] for row in table.rows[1:3]] == [
        "1. The browser at /",
        "2. The browser at /addCookie",
    ]
    assert table.rows[2].cells[2].text.startswith(f'myFirstCookie = "{samples.VALUE}" (path /, until 22 Dec 2026')
    properties = [shape._inline.docPr for shape in document.inline_shapes]
    assert [entry.get("descr") for entry in properties][:2] == ["The browser at /", "The browser at /addCookie"]
    assert [entry.get("id") for entry in properties] == list("123456")


def test_word_itself_counts_the_captions(typical):
    assert len(re.findall("SEQ Figure", typical.element.xml)) == len(captions(typical)) > 0


def test_pictures_fit_the_page_and_are_cropped(samples):
    document = Document(io.BytesIO(word_report.render(samples.full_marks)))
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert all(0 < shape.width <= room for shape in document.inline_shapes)
    assert all(shape.width > 6 * shape.height for shape in document.inline_shapes)


def test_hostile_text_is_text_and_breaks_nothing(samples):
    text = all_text(Document(io.BytesIO(word_report.render(samples.hostile))))
    assert r"<script>alert(1)</script> [red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c \x00\x07 \ud83d" in text
    assert "\u202e" not in text


def test_a_broken_picture_leaves_a_sentence_and_its_caption(samples):
    document = Document(io.BytesIO(word_report.render(samples.hostile)))
    assert all_text(document).count("This picture is in a format that cannot be shown here.") == 2
    assert captions(document)


def test_captions_with_markup_are_text_beside_their_pictures(samples):
    results = tuple(
        replace(each, evidence=tuple(replace(seen, caption='a "<b>" & more') for seen in each.evidence))
        for each in samples.full_marks.results
    )
    document = Document(io.BytesIO(word_report.render(replace(samples.full_marks, results=results))))
    assert {shape._inline.docPr.get("descr") for shape in document.inline_shapes} == {'a "<b>" & more'}


def test_the_document_says_what_it_is(typical):
    properties = typical.core_properties
    assert properties.title == "Adding a cookie to a website: 31.5 of 100 points"
    assert properties.subject == "Doe, Jane"
