"""Labels in all the ways that students write them, and which picture each item gets."""

from __future__ import annotations

import time

import pytest
from PIL import Image

from grader.document import Document
from grader.document.labelling.aligning import align
from grader.document.labelling.labels import side_of
from grader.model.items import Item, page

from .build import (
    SENTENCES,
    Build,
    as_bytes,
    browser,
    code_of,
    definition,
    in_list,
    level,
    numbered,
    numbering_xml,
    paragraph,
    replace_parts,
    run,
)

TEN = [Item(f"shot-{number}", number, sentence) for number, sentence in SENTENCES.items()]
SIX = [
    Item("shot-1-code", 1, "the modified code in VS Code", "code"),
    Item("shot-1-browser", 1, "the browser displaying My first GET request", "browser"),
    Item("shot-2-code", 2, "the modified code in VS Code", "code"),
    Item("shot-2-browser", 2, "the browser displaying My first GET request in HTML", "browser"),
    Item("shot-3", 3, "the browser displaying Hello, my name is <your_full_name>"),
    Item("shot-4", 4, "the edited app.py with the changed route"),
]
RIGHT = list(range(1, 11))


def opened(build: Build, tmp_path) -> Document:
    return Document.open(build.save(tmp_path / "Report.docx"), "Report.docx")


def found(document: Document, items=TEN) -> list[int | None]:
    """Which picture (by what is on it) each item gets."""
    return [code_of(shot.picture) if shot.picture else None for shot in document.match(items).values()]


def wrong(document: Document, items=TEN) -> dict[str, str]:
    return {name: shot.wrong for name, shot in document.match(items).items() if shot.wrong}


@pytest.mark.parametrize(
    "label",
    [
        "{n}.",
        "{n}",
        "#{n}",
        "({n})",
        "[{n}]",
        "{n})",
        "{n}:",
        "{n} -",
        "No. {n}",
        "Step{n}_Code",
        "Step {n}",
        "STEP-{n}:",
        "Screenshot {n}:",
        "Screenshot #{n}",
        "Screen shot {n}",
        "Figure {n}",
        "Picture {n}. My work",
        "Submission item {n}",
        "Activity 11.2 screenshot {n} of 10",
        "Week 11, Step 2, Screenshot {n}: what I see",
        "Bild {n}",
        "{n} addCookie in my file",
        "{n}. VS Code on 2026-11-02 at 10:31",
        "{n}\ufe0f\u20e3 my page",
        "{n}/10",
        "Screenshot 11.2.{n}",
        "Q{n})",
        "Capture d'\u00e9cran n\u00b0{n}",
        "\u7b2c{n}\u5f20\u622a\u56fe",
    ],
)
def test_ways_to_write_a_number_above_or_below(tmp_path, label):
    below = len(label) % 2 == 1  # each way in one of the two places
    order = [1, 2, 4, 3, 5, 6, 7, 8, 9, 10]
    build = Build().text("Activity 11.2: Adding a Cookie").text("Jane Doe, 2 Nov 2026")
    for number in order:
        if not below:
            build.text(label.format(n=number))
        build.picture(numbered(number))
        if below:
            build.text(label.format(n=number))
    document = opened(build, tmp_path)
    assert [picture.item_number for picture in document.pictures] == order
    assert found(document) == RIGHT
    assert {shot.how for shot in document.match(TEN).values()} == {"label"}


@pytest.mark.parametrize(
    "words", [["First", "Second", "Third", "Fourth"], ["Step One", "Step Two", "Step Three", "Step Four"]]
)
def test_spelled_numbers(tmp_path, words):
    build = Build()
    for number, word in reversed(list(enumerate(words, start=1))):
        build.text(word if "Step" in word else f"{word} screenshot").picture(numbered(number))
    assert found(opened(build, tmp_path))[:4] == [1, 2, 3, 4]


def test_circled_and_full_width_numbers(tmp_path):
    build = Build()
    for number, label in ((2, "②"), (1, "①"), (4, "\uff14\uff0e"), (3, "\uff13\uff0e")):
        build.text(label).picture(numbered(number))
    assert found(opened(build, tmp_path))[:4] == [1, 2, 3, 4]


def test_chinese_numbers(tmp_path):
    build = Build()
    for number, label in ((2, "\u4e8c"), (1, "\u4e00"), (4, "\u56db"), (3, "\u4e09")):
        build.text(f"{label}\u3001").picture(numbered(number))
    assert found(opened(build, tmp_path))[:4] == [1, 2, 3, 4]


def test_the_handouts_sentences_alone(tmp_path):
    build = Build().text("My screenshots")
    for number in (3, 1, 2, 4, 5, 6, 7, 10, 8, 9):
        build.text(SENTENCES[number]).picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_sentences_in_the_students_words(tmp_path):
    words = {
        9: "My completed removeCookie function in app.py:",
        3: "Completed addCookie function",
        2: "Browser at localhost:88 displaying Practicing Cookies!",
        5: "Browser settings showing the new cookie myFirstCookie",
        10: "Browser settings showing that the cookie is gone after /removeCookie",
    }
    build = Build()
    for number, text in words.items():
        build.text(text).picture(numbered(number))
    assert found(opened(build, tmp_path)) == [None, 2, 3, None, 5, None, None, None, 9, 10]


def test_automatic_numbers_with_the_picture_in_the_list_item(tmp_path):
    build = Build()
    for number in RIGHT:
        build.add(paragraph(build.inline(numbered(number)), in_list(1)))
    path = build.save(tmp_path / "r.docx")
    numbering = numbering_xml(definition(0, level(0)), lists='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>')
    document = Document.open(replace_parts(path, {"word/numbering.xml": numbering}), "r.docx")
    assert found(document) == RIGHT
    assert document.pictures[2].label == "3."


def test_automatic_numbers_on_sentences_and_on_pictures_by_mistake(tmp_path):
    build = Build()
    for number in RIGHT:
        build.add(paragraph(run(SENTENCES[number]), in_list(1)))
        build.add(paragraph(build.inline(numbered(number)), in_list(1)))
    path = build.save(tmp_path / "r.docx")
    numbering = numbering_xml(definition(0, level(0)), lists='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>')
    assert found(Document.open(replace_parts(path, {"word/numbering.xml": numbering}), "r.docx")) == RIGHT


def test_no_labels_at_all(tmp_path):
    build = Build().heading("Activity 11.2")
    for number in RIGHT:
        build.picture(numbered(number))
    document = opened(build, tmp_path)
    assert found(document) == RIGHT
    assert {shot.how for shot in document.match(TEN).values()} == {"order"}


def test_no_labels_and_a_logo_on_top(tmp_path):
    build = Build().picture(numbered(12, (600, 200)), 2.5)
    for number in RIGHT:
        build.picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_no_labels_and_too_few_pictures(tmp_path):
    build = Build()
    for number in range(1, 8):
        build.picture(numbered(number))
    document = opened(build, tmp_path)
    assert found(document) == [*range(1, 8), None, None, None]
    problem = document.match(TEN)["shot-8"].problem
    assert "7 pictures without numbers for 10 items" in (problem or "")


def test_one_missing_two_swapped_and_a_logo(tmp_path):
    build = Build().picture(numbered(12), 3).text("Cookies")
    for number in (1, 2, 5, 4, 6, 7, 8, 9, 10):
        build.text(f"{number}.").picture(numbered(number))
    document = opened(build, tmp_path)
    assert found(document) == [1, 2, None, *range(4, 11)]
    assert wrong(document) == {"shot-3": "missing"}
    assert "Its pictures are labelled 1, 2, 4, 5" in (document.match(TEN)["shot-3"].problem or "")


def test_a_label_without_its_picture_is_said(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"{number}. {SENTENCES[number]}")
        if number != 6:
            build.picture(numbered(number))
    document = opened(build, tmp_path)
    assert found(document) == [1, 2, 3, 4, 5, None, 7, 8, 9, 10]
    assert "label for item 6, but no picture" in (document.match(TEN)["shot-6"].problem or "")


def test_a_forgotten_label_is_filled_by_order(tmp_path):
    build = Build()
    for number in RIGHT:
        if number not in (1, 4, 10):
            build.text(f"{number}.")
        build.picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_two_pictures_under_one_number(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"Screenshot {number}")
        if number == 5:
            build.pictures(numbered(5), numbered(12))
        else:
            build.picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_the_instructions_copied_on_top_do_not_confuse(tmp_path):
    build = Build()
    for number, sentence in SENTENCES.items():
        build.text(f"{number}. {sentence}")
    for number in RIGHT:
        build.heading(f"Screenshot {number}").picture(numbered(number)).text("It works on port 88.")
    assert found(opened(build, tmp_path)) == RIGHT


def test_stories_with_numbers_of_their_own_do_not_confuse(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text("1. I opened the file.").text("2. I saved it.").text(f"Figure {number}").picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_steps_as_labels_with_two_pictures_under_some(tmp_path):
    build = Build()
    for step, numbers in enumerate([[1], [2], [3], [4, 5], [6, 7], [8], [9, 10]], start=1):
        build.heading(f"Step {step}").pictures(*(numbered(number) for number in numbers))
    assert found(opened(build, tmp_path)) == RIGHT


def test_table_with_numbers_beside_pictures(tmp_path):
    build = Build()
    rows = "".join(
        f"<w:tr><w:tc>{paragraph(run(f'{number}.'))}</w:tc><w:tc>{paragraph(build.inline(numbered(number)))}</w:tc></w:tr>"
        for number in reversed(RIGHT)
    )
    build.add(
        f"<w:tbl><w:tr><w:tc>{paragraph(run('No.'))}</w:tc><w:tc>{paragraph(run('Picture'))}</w:tc></w:tr>{rows}</w:tbl>"
    )
    assert found(opened(build, tmp_path)) == RIGHT


@pytest.mark.parametrize("below", [False, True])
def test_table_with_a_row_of_captions_for_a_row_of_pictures(tmp_path, below):
    build = Build()
    rows = []
    for numbers in ((2, 1), (4, 3), (6, 5), (8, 7), (10, 9)):
        captions = "".join(f"<w:tc>{paragraph(run(f'Figure {number}'))}</w:tc>" for number in numbers)
        pictures = "".join(f"<w:tc>{paragraph(build.inline(numbered(number)))}</w:tc>" for number in numbers)
        rows += [f"<w:tr>{each}</w:tr>" for each in ((pictures, captions) if below else (captions, pictures))]
    build.add(f"<w:tbl>{''.join(rows)}</w:tbl>")
    assert found(opened(build, tmp_path)) == RIGHT


def test_captions_in_text_boxes_below_floating_pictures(tmp_path):
    build = Build()
    for number in reversed(RIGHT):
        caption = build.text_box(paragraph(run(f"Figure {number}")))
        caption = caption.replace(
            "<wp:anchor>",
            "<wp:anchor><wp:positionV relativeFrom='paragraph'><wp:posOffset>3000000</wp:posOffset></wp:positionV>",
        )
        build.add(paragraph(caption + build.anchored(numbered(number), 0.1)))
    assert found(opened(build, tmp_path)) == RIGHT


def test_code_and_browser_by_their_words(tmp_path):
    build = Build()
    for label, number in (("Step1_Browser", 2), ("Step1_Code", 1), ("Step2_Code", 3), ("Step2_Browser", 4)):
        build.text(label).picture(numbered(number))
    build.text("Step3_Browser").picture(numbered(5)).text("Step4_Code").picture(numbered(6))
    assert found(opened(build, tmp_path), SIX) == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("one", "two"), [("1a", "1b"), ("1.", None), ("1.1", "1.2"), ("1. Code", "Browser"), ("1.", "In the browser")]
)
def test_code_and_browser_by_their_order(tmp_path, one, two):
    build = Build().text(one).picture(numbered(1))
    if two:
        build.text(two)
    build.picture(numbered(2))
    other = (one.replace("1", "2", 1), two.replace("1", "2", 1) if two else None)
    build.text(other[0]).picture(numbered(3))
    if other[1]:
        build.text(other[1])
    build.picture(numbered(4)).text("3.").picture(numbered(5)).text("4.").picture(numbered(6))
    assert found(opened(build, tmp_path), SIX) == [1, 2, 3, 4, 5, 6]


def test_one_picture_side_by_side_serves_both_items(tmp_path):
    build = Build()
    for number in (1, 2, 3, 4):
        build.text(f"{number}.").picture(numbered(number))
    document = opened(build, tmp_path)
    assert found(document, SIX) == [1, 1, 2, 2, 3, 4]
    assert not wrong(document, SIX)
    assert document.match(SIX)["shot-1-browser"].shared


def test_side_by_side_pictures_without_labels(tmp_path):
    build = Build()
    for number in (1, 2, 3, 4):
        build.picture(numbered(number))
    assert found(opened(build, tmp_path), SIX) == [1, 1, 2, 2, 3, 4]


def test_six_pictures_without_labels(tmp_path):
    build = Build()
    for number in range(1, 7):
        build.picture(numbered(number))
    assert found(opened(build, tmp_path), SIX) == [1, 2, 3, 4, 5, 6]


def test_the_same_picture_twice_is_the_later_items_fault(tmp_path):
    build = Build()
    for number in RIGHT:
        image = as_bytes(numbered(2).resize((500, 312)), "JPEG", quality=70) if number == 7 else numbered(number)
        build.text(f"{number}.").picture(image)
    document = opened(build, tmp_path)
    assert wrong(document) == {"shot-7": "repeated"}
    shot = document.match(TEN)["shot-7"]
    assert shot.same_as == "shot-2"
    assert (
        shot.problem
        == "The picture for item 7 (picture 7 in Report.docx) is the same as the one for item 2 (picture 2)."
    )


def test_two_crops_of_one_file_are_two_pictures_and_one_crop_twice_is_one(tmp_path):
    build = Build()
    image = browser("/addCookie", "Cookie added!")
    for number, crop in ((1, 'b="50000"'), (2, 't="50000" r="30000"'), (3, 'b="50000"'), (4, "")):
        build.text(f"{number}.").add(paragraph(build.inline(image, crop)))
    assert wrong(opened(build, tmp_path), TEN[:4]) == {
        "shot-2": "blank",
        "shot-3": "repeated",
    }


def test_two_blank_pictures_are_blank_or_repeated(tmp_path):
    build = Build().text("1.").picture(numbered(1)).text("2.").picture(Image.new("RGB", (600, 400), "white"))
    build.text("3.").picture(Image.new("RGB", (700, 400), "white"))
    assert wrong(opened(build, tmp_path), TEN[:3]) == {"shot-2": "blank", "shot-3": "blank"}


def test_many_pictures_and_long_texts_take_no_time(tmp_path):
    build = Build()
    small = as_bytes(numbered(1, (320, 200)))
    build.add("".join(paragraph(run(f"{n}. step {n} screenshot {n} figure {n} " * 8)) for n in range(3000)))
    build.add("".join(paragraph(run(f"{n}.")) + paragraph(build.inline(small)) for n in range(300)))
    document = build.save(tmp_path / "r.docx")
    started = time.thread_time()
    Document.open(document, "r.docx").match(TEN)
    assert time.thread_time() - started < 5


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("Step1_Code", "code"),
        ("1. VS Code", "code"),
        ("app.py", "code"),
        ("Output in Chrome", "browser"),
        ("the code and the browser", None),
        ("1.", None),
        ("localhost:3000", "browser"),
    ],
)
def test_side_words(text, side):
    assert side_of(text) == side


def test_pictures_numbered_by_the_handouts_steps_are_not_missing(tmp_path):
    build = Build()
    for place, label in enumerate(("1", "2", "3", "4", "4a", "5a", "5b", "6", "7", "8a"), start=1):
        build.text(f"Step {label}").picture(numbered(place))
    assert not wrong(opened(build, tmp_path))


def test_by_what_they_show_pictures_numbered_by_steps_are_found(tmp_path):
    build = Build()
    for place, label in enumerate(("1", "2", "3", "4", "4a", "5a", "5b", "6", "7", "8a"), start=1):
        build.text(f"Step {label}").picture(numbered(place))
    shots = opened(build, tmp_path).match(TEN, lambda item, picture: item.number == picture.number)
    assert [shot.picture.number if shot.picture else None for shot in shots.values()] == list(range(1, 11))


def test_of_html_and_browser_under_one_number_the_one_asked_for_is_taken(tmp_path):
    build = Build().text("Step3_HTML").picture(numbered(1)).text("Step3_Browser").picture(numbered(2))
    item = Item("shot-3", 3, shows=page(None, "Hello"))
    assert opened(build, tmp_path).match([item])["shot-3"].picture.number == 2


def test_an_item_whose_picture_shows_another_is_for_a_person(tmp_path):
    build = Build().text("1.").picture(numbered(1)).text("3.").picture(numbered(2))
    shots = opened(build, tmp_path).match(
        TEN[:3], lambda item, picture: (item.number, picture.number) in {(1, 1), (2, 2)}
    )
    assert (shots["shot-2"].how, shots["shot-3"].wrong) == ("content", None)
    assert shots["shot-3"].problem == "Picture 2 in Report.docx is labelled 3, but shows what item 2 asks for."


def test_what_shows_a_page_and_the_cookies_beside_it_is_rather_the_cookies():
    """Many ask for a page, few for the browser's own list."""
    assert align(["page", "list", "other page"], [7], {}, lambda *_: True, particular=["list"]) == {"list": 7}
    assert align(["page", "list", "other page"], [7], {}, lambda *_: True) == {"page": 7}
