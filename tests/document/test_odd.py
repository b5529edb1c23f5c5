"""Documents that nobody named: what students, phones and other programs make of it."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from grader.document import Document

from .build import Build, as_bytes, browser, code_of, numbered, paragraph, part, replace_parts, run
from .test_matching import RIGHT, TEN, found, opened, wrong


def test_the_first_number_is_two_because_the_logo_was_figure_one(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"Figure {number + 1}").picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_the_same_number_typed_twice(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"{3 if number == 4 else number}.").picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_the_last_is_missing_and_labels_are_above(tmp_path):
    build = Build()
    for number in range(1, 10):
        build.text(f"{number}.").picture(numbered(number))
    build.text("10.")
    assert found(opened(build, tmp_path)) == [*range(1, 10), None]


def test_the_first_is_missing_and_captions_are_below(tmp_path):
    build = Build().heading("My work")
    for number in range(2, 11):
        build.picture(numbered(number)).text(f"Figure {number}. {TEN[number - 1].sentence}")
    assert found(opened(build, tmp_path)) == [None, *range(2, 11)]


def test_a_number_split_over_many_runs(tmp_path):
    build = Build()
    for number in (2, 1, 10, 3):
        pieces = "".join(run(each) for each in f"Step{number}_Code")
        build.add(paragraph(pieces)).picture(numbered(number))
    assert found(opened(build, tmp_path))[:3] == [1, 2, 3]


def test_a_deleted_label_does_not_count(tmp_path):
    build = Build()
    for number in RIGHT:
        gone = "<w:del w:id='5' w:author='a'><w:r><w:delText>9.</w:delText></w:r></w:del>"
        build.add(paragraph(gone + run(f"{number}."))).picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_a_table_of_contents_and_page_numbers(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"Screenshot {number}\t{number + 3}")
    for number in RIGHT:
        build.heading(f"Screenshot {number}")
        build.docx.add_page_break()
        build.picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_pictures_pasted_with_a_link_as_well_are_in_the_document(tmp_path):
    build = Build()
    build.add(paragraph(build.inline(numbered(1)).replace("r:embed=", 'r:link="rId999" r:embed=')))
    assert opened(build, tmp_path).pictures[0].fault is None


def test_a_phones_photo_is_turned_upright(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    build = Build().picture(as_bytes(numbered(1), "JPEG", exif=exif.tobytes()))
    assert opened(build, tmp_path).pictures[0].image().size == (400, 640)


def test_an_app_shown_twice_in_other_windows_is_honest(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"{number}.").picture(browser(f"/page{number}", "Cookie added!"))
    assert not wrong(opened(build, tmp_path))


def test_part_names_in_other_cases_and_absolute_targets(tmp_path):
    path = Build().text("1.").picture(numbered(1)).save(tmp_path / "r.docx")
    relations = part(path, "word/_rels/document.xml.rels").replace(b'"media/image1.png"', b'"/WORD/Media/IMAGE1.png"')
    assert [
        code_of(each)
        for each in Document.open(replace_parts(path, {"word/_rels/document.xml.rels": relations}), "r").pictures
    ] == [1]


def test_targets_that_leave_the_file_lead_nowhere(tmp_path):
    path = Build().text("1.").picture(numbered(1)).save(tmp_path / "r.docx")
    relations = part(path, "word/_rels/document.xml.rels").replace(b'"media/image1.png"', b'"../../../../etc/passwd"')
    document = Document.open(replace_parts(path, {"word/_rels/document.xml.rels": relations}), "r")
    assert document.pictures[0].fault == "lost"


@pytest.mark.parametrize("missing", ["word/styles.xml", "word/numbering.xml", "docProps/core.xml", "word/settings.xml"])
def test_a_document_with_parts_left_out_is_read(tmp_path, missing):
    path = Build().text("1.").picture(numbered(1)).save(tmp_path / "r.docx")
    assert found(Document.open(replace_parts(path, {}, leave_out=(missing,)), "r"))[0] == 1


def test_right_to_left_and_emoji_around_numbers(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"📷 Screenshot \u200f{number} ✅").picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_two_columns_of_labels_with_tabs(tmp_path):
    build = Build()
    for number in reversed(RIGHT):
        build.text(f"\t\u00a0{number}.\u00a0").picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_a_word_document_that_is_one_table_cell_in_a_text_box(tmp_path):
    build = Build()
    inner = "".join(paragraph(run(f"{number}.")) + paragraph(build.inline(numbered(number))) for number in (2, 1))
    build.add(paragraph(build.text_box(f"<w:tbl><w:tr><w:tc>{inner}</w:tc></w:tr></w:tbl>")))
    assert found(opened(build, tmp_path))[:2] == [1, 2]


def test_the_captions_number_is_a_field(tmp_path):
    build = Build()
    for number in reversed(RIGHT):
        field = (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText> SEQ Figure 9 </w:instrText></w:r>"
            f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{run(str(number))}"
            "<w:r><w:fldChar w:fldCharType='end'/></w:r>"
        )
        build.picture(numbered(number)).add(paragraph(run("Figure ") + field))
    assert found(opened(build, tmp_path)) == RIGHT


def test_a_grade_of_points_beside_each_number(tmp_path):
    build = Build()
    for number in RIGHT:
        build.text(f"{number}. (1 point) {TEN[number - 1].sentence}").picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_only_the_later_half_is_there_without_labels_but_one(tmp_path):
    build = Build().picture(numbered(5)).text("6.").picture(numbered(6)).picture(numbered(7))
    shots = opened(build, tmp_path).match(TEN)
    assert code_of(shots["shot-6"].picture) == 6
    assert sum(shot.picture is not None for shot in shots.values()) == 3


@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_picture_that_cannot_be_unpacked_is_damaged(packed):
    """However it is packed: each way has errors of its own."""
    whole, broken = io.BytesIO(), io.BytesIO()
    Build().picture(numbered(1)).picture(numbered(2)).docx.save(whole)
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name), packed if name.endswith("image2.png") else zipfile.ZIP_DEFLATED)
        begins = target.getinfo("word/media/image2.png").header_offset + 30 + len("word/media/image2.png")
    content = bytearray(broken.getvalue())
    content[begins + 4 : begins + 9] = b"\xff" * 5
    document = Document.open(bytes(content), "a.docx")
    assert [picture.fault for picture in document.pictures] == [None, "damaged"]
