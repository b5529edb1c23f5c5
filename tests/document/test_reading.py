"""Pictures in reading order, wherever Word puts them."""

from __future__ import annotations

import pytest

from grader.document import Document
from grader.model.faults import StudentFault

from .build import Build, code_of, numbered, paragraph, part, replace_parts, run


def seen(build: Build, tmp_path) -> list[int | None]:
    return [code_of(picture) for picture in opened(build, tmp_path).pictures]


def opened(build: Build, tmp_path) -> Document:
    return Document.open(build.save(tmp_path / "report.docx"), "report.docx")


def test_inline_pictures_keep_their_order(tmp_path):
    build = Build().picture(numbered(3)).picture(numbered(1)).pictures(numbered(2), numbered(5))
    assert seen(build, tmp_path) == [3, 1, 2, 5]


def test_floating_pictures_stand_where_they_float(tmp_path):
    build = Build().picture(numbered(1))
    build.add(paragraph(build.anchored(numbered(4), 3.0) + build.anchored(numbered(3), 0.5) + run("words")))
    build.add(paragraph(run("words") + build.anchored(numbered(5), 0.1) + build.anchored(numbered(6), 0.1)))
    assert seen(build, tmp_path) == [1, 3, 4, 5, 6]


def test_table_cells_and_nested_tables(tmp_path):
    build = Build()
    inner = f"<w:tbl><w:tr><w:tc>{paragraph(build.inline(numbered(2)))}</w:tc></w:tr></w:tbl>"
    build.add(
        f"<w:tbl><w:tr><w:tc>{paragraph(build.inline(numbered(1)))}</w:tc><w:tc>{inner}{paragraph()}</w:tc></w:tr>"
        f"<w:tr><w:tc>{paragraph(build.inline(numbered(3)))}</w:tc></w:tr></w:tbl>"
    )
    assert seen(build, tmp_path) == [1, 2, 3]


def test_text_box_is_counted_once(tmp_path):
    build = Build().picture(numbered(1))
    build.add(paragraph(build.text_box(paragraph(build.inline(numbered(2))))))
    assert seen(build, tmp_path) == [1, 2]


def test_fallback_is_read_where_the_choice_is_empty(tmp_path):
    build = Build()
    build.add(
        paragraph(
            "<w:r><mc:AlternateContent><mc:Choice Requires='new'><w:drawing/></mc:Choice>"
            f"<mc:Fallback>{build.vml(numbered(7))}</mc:Fallback></mc:AlternateContent></w:r>"
        )
    )
    assert seen(build, tmp_path) == [7]


def test_old_vml_pictures(tmp_path):
    build = Build().picture(numbered(1))
    build.add(paragraph(build.vml(numbered(2))))
    assert seen(build, tmp_path) == [1, 2]


def test_grouped_pictures_and_picture_filled_shapes(tmp_path):
    build = Build()
    filled = (
        f"<wps:wsp><wps:spPr><a:blipFill><a:blip r:embed='{build.rid(numbered(3))}'/></a:blipFill></wps:spPr></wps:wsp>"
    )
    group = (
        "<a:graphic><a:graphicData uri='g'><wpg:wgp>"
        f"{build.pic(numbered(1))}<wpg:grpSp>{build.pic(numbered(2))}</wpg:grpSp>{filled}</wpg:wgp></a:graphicData></a:graphic>"
    )
    build.add(paragraph(build.anchored(numbered(9), graphic=group)))
    assert seen(build, tmp_path) == [1, 2, 3]


def test_content_controls_hyperlinks_and_insertions(tmp_path):
    build = Build()
    build.add(f"<w:sdt><w:sdtContent>{paragraph(build.inline(numbered(1)))}</w:sdtContent></w:sdt>")
    build.add(paragraph(f"<w:sdt><w:sdtContent>{build.inline(numbered(2))}</w:sdtContent></w:sdt>"))
    build.add(paragraph(f"<w:ins w:id='1' w:author='a'>{build.inline(numbered(3))}</w:ins>"))
    build.add(paragraph(f"<w:hyperlink>{build.inline(numbered(4))}</w:hyperlink>"))
    build.add(paragraph(f"<w:moveTo w:id='2' w:author='a'>{build.inline(numbered(5))}</w:moveTo>"))
    build.add(
        f"<w:tbl><w:sdt><w:sdtContent><w:tr><w:tc>{paragraph(build.inline(numbered(6)))}</w:tc></w:tr>"
        "</w:sdtContent></w:sdt></w:tbl>"
    )
    assert seen(build, tmp_path) == [1, 2, 3, 4, 5, 6]


def test_deleted_moved_and_hidden_pictures_do_not_count(tmp_path):
    build = Build().picture(numbered(1))
    build.add(paragraph(f"<w:del w:id='1' w:author='a'>{build.inline(numbered(2))}</w:del>"))
    build.add(paragraph(f"<w:moveFrom w:id='2' w:author='a'>{build.inline(numbered(3))}</w:moveFrom>"))
    build.add(
        f"<w:tbl><w:tr><w:trPr><w:del w:id='3' w:author='a'/></w:trPr><w:tc>"
        f"{paragraph(build.inline(numbered(4)))}</w:tc></w:tr></w:tbl>"
    )
    build.add(paragraph(build.inline(numbered(5)).replace("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>", 1)))
    assert seen(build, tmp_path) == [1]


def test_headers_and_footers_do_not_count(tmp_path):
    build = Build().picture(numbered(1))
    section = build.docx.sections[0]
    section.header.paragraphs[0].add_run().add_picture(_file(tmp_path, 2))
    section.footer.paragraphs[0].add_run().add_picture(_file(tmp_path, 3))
    assert seen(build, tmp_path) == [1]


def _file(tmp_path, number):
    numbered(number).save(tmp_path / f"{number}.png")
    return str(tmp_path / f"{number}.png")


def test_only_a_header_picture_is_no_picture(tmp_path):
    build = Build().text("hello")
    build.docx.sections[0].header.paragraphs[0].add_run().add_picture(_file(tmp_path, 2))
    with pytest.raises(StudentFault, match="no picture in its text"):
        opened(build, tmp_path)


def test_icons_rulers_and_small_logos_do_not_count(tmp_path):
    build = Build().picture(numbered(9, (48, 48)), 0.5).picture(numbered(9, (600, 6))).picture(numbered(9), 1.2)
    assert seen(build.picture(numbered(1)), tmp_path) == [1]


def test_a_small_picture_with_its_own_label_counts(tmp_path):
    build = Build().text("1.").picture(numbered(1)).text("2.").picture(numbered(2), 1.2)
    assert seen(build, tmp_path) == [1, 2]


def test_cropped_pictures_show_what_is_left(tmp_path):
    build = Build()
    build.add(paragraph(build.inline(numbered(1), 'l="50000" b="25000"')))
    build.add(paragraph(build.vml(numbered(1), 'cropright="16384f" croptop=".5"')))
    assert [picture.size for picture in opened(build, tmp_path).pictures] == [(320, 300), (480, 200)]


def test_strict_open_xml_is_read_too(tmp_path):
    path = Build().text("1.").picture(numbered(4)).save(tmp_path / "strict.docx")
    swaps = {
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main": b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/drawingml/2006/main": b"http://purl.oclc.org/ooxml/drawingml/main",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    }
    names = ("word/document.xml", "word/_rels/document.xml.rels", "_rels/.rels")
    parts = {}
    for name in names:
        data = part(path, name)
        for old, new in swaps.items():
            data = data.replace(old, new)
        parts[name] = data
    document = Document.open(replace_parts(path, parts), "strict.docx")
    assert [code_of(picture) for picture in document.pictures] == [4]
    assert document.pictures[0].item_number == 1


def test_no_text_is_lost_between_line_breaks(tmp_path):
    build = Build()
    build.add(
        paragraph(
            run("1.")
            + "<w:r><w:br/></w:r>"
            + build.inline(numbered(1))
            + "<w:r><w:br/></w:r>"
            + run("2.")
            + "<w:r><w:br/></w:r>"
            + build.inline(numbered(2))
        )
    )
    assert [picture.item_number for picture in opened(build, tmp_path).pictures] == [1, 2]
