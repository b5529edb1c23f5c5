"""What is not a Word document, is broken, or is made to break the grader: each with its own words."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import time
import zlib

import pytest
from PIL import Image

from grader.document import Document, Limits, find_documents, find_near_misses, open_document
from grader.document.images import LONGEST_IN_REPORTS
from grader.model.faults import StudentFault
from grader.model.items import Item
from grader.submission.starter import starter_in
from tests.packing import zipped

from .build import Build, as_bytes, code_of, numbered, paragraph, part, replace_parts

OLE2 = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"hello, this is my report", "not a Word document"),
        (b"PK\x03\x04" + b"\0" * 400, "is damaged"),
        (b"PK", "is damaged"),
        (b"%PDF-1.7\n", "is a PDF"),
        (b"{\\rtf1\\ansi hello}", "rich text"),
        (b"\x89PNG\r\n\x1a\n", "PNG picture"),
        (b"<html><body>hello", "web page"),
        (OLE2 + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (OLE2 + "WordDocument".encode("utf-16-le"), r"\.doc\)"),
        (OLE2, "old kind"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b""}), r"\.odt"),
        (zipped({"Index/Document.iwa": b""}), "Pages"),
        (zipped({"work/report.docx": b"x", "app.py": b"x"}), "zip file with report.docx in it"),
        (zipped({"app.py": b"x"}), "is a zip file"),
        (zipped({"[Content_Types].xml": b"<Types/>"}), "part with the text is not in it"),
    ],
)
def test_other_files_are_named(tmp_path, data, words):
    path = tmp_path / "r.docx"
    path.write_bytes(data)
    with pytest.raises(StudentFault, match=words) as caught:
        Document.open(path, "my report.docx")
    assert "my report.docx" in caught.value.message
    assert caught.value.file == "my report.docx"
    assert str(tmp_path) not in caught.value.message


def test_no_file_and_a_folder(tmp_path):
    for path in (tmp_path / "none.docx", tmp_path):
        with pytest.raises(StudentFault, match=r"There is no file none\.docx"):
            Document.open(path, "none.docx")


def test_no_picture(tmp_path):
    with pytest.raises(StudentFault, match="no picture in it"):
        Document.open(Build().text("1.").save(tmp_path / "r.docx"), "r.docx")


def good(tmp_path):
    return Build().text("1.").picture(numbered(1)).save(tmp_path / "r.docx")


def test_a_macro_document_says_what_to_do(tmp_path):
    path = good(tmp_path)
    types = part(path, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    with pytest.raises(StudentFault, match="macros") as caught:
        Document.open(replace_parts(path, {"[Content_Types].xml": types}), "r.docx")
    assert "Save As" in (caught.value.hint or "")


def test_a_workbook_is_named(tmp_path):
    path = good(tmp_path)
    types = part(path, "[Content_Types].xml").replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main")
    with pytest.raises(StudentFault, match="Excel"):
        Document.open(replace_parts(path, {"[Content_Types].xml": types}), "r.docx")


@pytest.mark.parametrize("cut", [0.3, 0.9, 0.999])
def test_a_truncated_document_is_damaged(tmp_path, cut):
    path = good(tmp_path)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * cut)])
    with pytest.raises(StudentFault, match="damaged"):
        Document.open(path, "r.docx")


def test_entity_bombs_and_outside_entities_are_refused_at_once(tmp_path):
    declarations = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{declarations}]><x>&a11;</x>'
    outside = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    for text in (bomb.encode(), bomb.encode("utf-16"), outside.encode()):
        path = replace_parts(good(tmp_path), {"word/document.xml": text})
        started = time.thread_time()
        with pytest.raises(StudentFault, match="entity declarations"):
            Document.open(path, "r.docx")
        assert time.thread_time() - started < 1


def test_other_encodings_are_not_guessed(tmp_path):
    text = '<?xml version="1.0" encoding="utf-7"?><x>+ADw-</x>'.encode("utf-32")
    with pytest.raises(StudentFault, match="damaged"):
        Document.open(replace_parts(good(tmp_path), {"word/document.xml": text}), "r.docx")


def test_what_unpacks_to_too_much_is_not_unpacked(tmp_path):
    path = replace_parts(good(tmp_path), {"word/media/zeros.bin": b"\0" * 150_000_000})
    with pytest.raises(StudentFault, match=r"unpacks to 15. MB"):
        Document.open(path, "r.docx")


def test_a_false_size_in_the_index_does_not_help(tmp_path):
    path = replace_parts(good(tmp_path), {"word/numbering.xml": b"<w>" + b" " * 1_000_000})
    data = path.read_bytes().replace(struct.pack("<I", 1_000_003), struct.pack("<I", 5))
    path.write_bytes(data)
    with pytest.raises(StudentFault, match="damaged"):
        Document.open(path, "r.docx")


def test_too_many_parts(tmp_path):
    path = tmp_path / "r.docx"
    path.write_bytes(zipped({f"{n}": b"" for n in range(5001)}))
    with pytest.raises(StudentFault, match="5,000 parts"):
        Document.open(path, "r.docx")


def test_xml_too_large_or_too_deep(tmp_path):
    for text in (b"<x>" + b"<a/>" * 2_100_000 + b"</x>", b"<a>" * 5000 + b"</a>" * 5000):
        with pytest.raises(StudentFault, match="too"):
            Document.open(replace_parts(good(tmp_path), {"word/document.xml": text}), "r.docx")


def test_a_locked_zip_entry(tmp_path):
    path = good(tmp_path)
    data = bytearray(path.read_bytes())
    place = data.find(b"PK\x01\x02")
    data[place + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(StudentFault, match="password"):
        Document.open(path, "r.docx")


def linked(build: Build, address: str) -> str:
    rid = build.docx.part.relate_to(
        address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image", is_external=True
    )
    return paragraph(build.inline(numbered(1)).replace("r:embed=", "r:link=").replace(build.rid(numbered(1)), rid))


def test_linked_pictures_are_not_followed(tmp_path):
    build = Build()
    build.add(linked(build, "http://127.0.0.1:9/picture.png"))
    with pytest.raises(StudentFault, match="only linked"):
        Document.open(build.save(tmp_path / "r.docx"), "r.docx")


def test_one_linked_picture_among_others_is_its_own_problem(tmp_path):
    build = Build().text("1.").picture(numbered(2)).text("2.")
    build.add(linked(build, "file:///etc/passwd"))
    pictures = Document.open(build.save(tmp_path / "r.docx"), "r.docx").pictures
    assert [picture.fault for picture in pictures] == [None, "linked"]
    assert "Picture 2 in r.docx is only linked" in (pictures[1].problem or "")


def opened_with(tmp_path, data: bytes, ending: str = "png") -> Document:
    path = Build().picture(numbered(1)).save(tmp_path / "r.docx")
    text = part(path, "word/_rels/document.xml.rels").replace(b"media/image1.png", f"media/image1.{ending}".encode())
    parts = {f"word/media/image1.{ending}": data, "word/_rels/document.xml.rels": text}
    return Document.open(replace_parts(path, parts, leave_out=("word/media/image1.png",)), "r.docx")


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


@pytest.mark.parametrize(
    ("data", "ending", "fault"),
    [
        (as_bytes(numbered(1))[:900], "png", "damaged"),
        (as_bytes(numbered(1), "JPEG")[:3000], "jpg", "damaged"),
        (b"", "png", "damaged"),
        (b"not a picture", "png", "damaged"),
        (b"\x01\0\0\0" + b"\0" * 100, "emf", "unsupported"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "svg", "unsupported"),
        (b"\0\0\0\x18ftypheic", "heic", "unsupported"),
        (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 1_000_000))
            + chunk(b"IEND", b""),
            "png",
            "too large",
        ),
        (
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", 8_000, 8_000, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", b"")
            + chunk(b"IEND", b""),
            "png",
            "too large",
        ),
    ],
)
def test_a_picture_that_cannot_be_looked_at_says_why(tmp_path, data, ending, fault):
    picture = opened_with(tmp_path, data, ending).pictures[0]
    assert picture.fault == fault
    assert "Picture 1 in r.docx" in (picture.problem or "")
    assert not picture.blank
    assert picture.thumbnail == b""


def test_a_lost_picture(tmp_path):
    path = replace_parts(good(tmp_path), {}, leave_out=("word/media/image1.png",))
    assert Document.open(path, "r.docx").pictures[0].fault == "lost"


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])
def test_pictures_of_every_colour_mode_are_read(tmp_path, mode):
    image = numbered(1).convert("L" if mode in ("I;16", "F") else mode)
    image = image.convert(mode) if mode in ("F", "I;16") else image
    form = "TIFF" if mode in ("CMYK", "F", "I") else "PNG"
    picture = opened_with(tmp_path, as_bytes(image, form), "tiff" if form == "TIFF" else "png").pictures[0]
    assert picture.problem is None
    assert picture.image().mode == "RGB"


def test_settable_limits(tmp_path):
    document = Document.open(good(tmp_path), "r.docx", Limits(pixels=1000))
    assert document.pictures[0].fault == "too large"


def test_the_png_for_reports_is_small(tmp_path):
    picture = Document.open(good(tmp_path), "r.docx").pictures[0]
    with Image.open(io.BytesIO(picture.thumbnail)) as image:
        assert max(image.size) <= LONGEST_IN_REPORTS


def test_the_best_of_several_documents(tmp_path):
    items = [Item("a", 1), Item("b", 2)]
    one = Build().text("1.").picture(numbered(1)).save(tmp_path / "1.docx")
    two = Build().text("1.").picture(numbered(1)).text("2.").picture(numbered(2)).save(tmp_path / "2.docx")
    (tmp_path / "0.docx").write_bytes(b"")
    paths = [(tmp_path / "0.docx", "0.docx"), (one, "1.docx"), (two, "2.docx")]
    assert Document.best(paths, items).name == "2.docx"
    with pytest.raises(StudentFault, match=r"0\.docx is empty"):
        Document.best(paths[:1], items)
    assert code_of(Document.best(paths[1:2], items).pictures[0]) == 1


def test_several_documents_are_read_as_one_in_the_natural_order_of_their_names(tmp_path):
    files = {}
    for name, numbers in (("Part 10.docx", (3, 4)), ("Part 9.docx", (1, 2))):
        build = Build()
        for number in numbers:
            build.text(f"{number}.").picture(numbered(number))
        files[name] = build.save(tmp_path / name).read_bytes()
    files["Copy of Part 9.docx"] = files["Part 9.docx"]
    document = open_document(files, [Item(f"shot-{number}", number) for number in range(1, 5)])
    assert [code_of(picture) for picture in document.pictures] == [1, 2, 3, 4]
    assert [picture.file.rpartition("Part ")[2] for picture in document.pictures] == ["9.docx"] * 2 + ["10.docx"] * 2


def test_what_came_with_the_starter_is_no_document_and_its_pictures_are_nobodys(tmp_path):
    folder = tmp_path / "starter"
    folder.mkdir()
    given = Build().text("1.").picture(numbered(1)).text("2.").picture(numbered(2)).save(folder / "sol.docx")
    starter = starter_in(folder, "starter")
    with pytest.raises(StudentFault, match=r"of your own is handed in: templates/sol\.docx came with the starter"):
        open_document({"templates/sol.docx": given.read_bytes()}, (), starter)
    copied = Build().text("One.").picture(numbered(1)).save(tmp_path / "copied.docx").read_bytes()
    with pytest.raises(StudentFault, match="no picture of your own"):
        open_document({"sol.docx": copied}, (), starter)
    own = Build().text("1.").picture(numbered(7)).save(tmp_path / "own.docx").read_bytes()
    document = open_document({"templates/sol.docx": own, "a/sol.docx": given.read_bytes()}, (), starter)
    assert [code_of(picture) for picture in document.pictures] == [7]


def test_what_is_handed_in_instead_is_named(tmp_path):
    data = good(tmp_path).read_bytes()
    assert open_document({"app.py": b"", "a/r.docx": data, "r.pdf": b""}).name == "a/r.docx"
    with pytest.raises(StudentFault, match=r"but work/r\.pdf"):
        open_document({"app.py": b"", "work/r.pdf": b"%PDF"})
    with pytest.raises(StudentFault, match=r"but work/1\.png") as caught:
        open_document({"app.py": b"", "static/a.png": b"", "work/1.png": b"", "work/2.png": b""})
    assert "pictures, with their numbers, into a Word document" in str(caught.value.hint)
    with pytest.raises(StudentFault, match="No Word document is handed in"):
        open_document({"app.py": b"", "~$r.docx": data, "static/a.png": b""})


def test_which_files_are_documents():
    files = [
        "a/b/Report.DOCX",
        "~$port.docx",
        "__MACOSX/._r.docx",
        "x.docx",
        "old.doc",
        "r.pdf",
        "venv/a.docx",
        "app.py",
    ]
    assert find_documents(files) == ["x.docx", "a/b/Report.DOCX"]
    assert find_near_misses(files) == ["old.doc", "r.pdf"]


def test_importing_it_is_cheap():
    code = "import sys, grader.document; print([m for m in ('docx', 'PIL', 'lxml', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
