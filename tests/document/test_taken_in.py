"""Files that a document takes in, and Word shows as its own: other documents, web pages, plain text."""

from __future__ import annotations

import base64
import io
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part

from grader.document import Document
from grader.document.word.opening_docx import Limits
from grader.model.faults import StudentFault

from .build import Build, as_bytes, code_of, numbered
from .test_matching import RIGHT, TEN, found, opened

LAST = TEN[9].id
HTML = "text/html"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def take_in(build: Build, name: str, kind: str, content: bytes) -> Build:
    part = Part(PackURI(f"/word/{name}"), kind, content, build.docx.part.package)
    return again(build, build.docx.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK))


def again(build: Build, rid: str) -> Build:
    return build.add(f'<w:altChunk r:id="{rid}"/>')


def written_in(number: int) -> str:
    return f'<img src="data:image/png;base64,{base64.b64encode(as_bytes(numbered(number))).decode()}" width="600">'


def saved(build: Build, folder: Path) -> Path:
    path = folder / "a.docx"
    build.docx.save(path)
    return path


def inner(*numbers: int) -> Build:
    build = Build()
    for number in numbers:
        build.text(f"{number}.").picture(numbered(number))
    return build


def as_document(build: Build) -> bytes:
    file = io.BytesIO()
    build.docx.save(file)
    return file.getvalue()


def mhtml(*numbers: int) -> bytes:
    """As programs write it that make a document of a web page."""
    page = "".join(f"<p>{n}.</p><p><img src='file:///C:/fake/image{n}.png'></p>" for n in numbers)
    whole = EmailMessage()
    whole.set_content(f"<html><body>{page}</body></html>", subtype="html")
    whole.make_related()
    for n in numbers:
        whole.add_related(
            as_bytes(numbered(n)), "image", "png", headers=[f"Content-Location: file:///C:/fake/image{n}.png"]
        )
    return whole.as_bytes()


def test_another_document(tmp_path: Path) -> None:
    build = take_in(inner(*range(1, 6)), "afchunk1.docx", DOCX, as_document(inner(*range(6, 11))))
    assert found(opened(build, tmp_path)) == RIGHT


def test_a_web_page_with_pictures_written_into_it(tmp_path: Path) -> None:
    build = inner(1, 2)
    entries = "".join(f"<li>{TEN[n - 1].sentence}<br>{written_in(n)}</li>" for n in range(3, 11))
    page = (
        f"<html><head><title>9.</title><style>p:after {{content: '7.'}}</style></head><ol start=3>{entries}</ol></html>"
    )
    assert found(opened(take_in(build, "afchunk1.htm", HTML, page.encode()), tmp_path)) == RIGHT


@pytest.mark.parametrize("name", ["afchunk.mht", "afchunk.dat"])
def test_a_web_page_that_brings_its_pictures_along(tmp_path: Path, name: str) -> None:
    build = take_in(Build(), name, "message/rfc822", mhtml(*RIGHT))
    assert found(opened(build, tmp_path)) == RIGHT


def test_the_words_in_it_are_labels(tmp_path: Path) -> None:
    build = Build()
    for number in (2, 1, 4, 3, *range(5, 11)):
        take_in(build, f"label{number}.txt", "text/plain", f"{number}.".encode()).picture(numbered(number))
    assert found(opened(build, tmp_path)) == RIGHT


def test_one_picture_in_both_is_one_picture(tmp_path: Path) -> None:
    build = take_in(inner(*range(1, 10)), "afchunk1.htm", HTML, f"<html><p>10.{written_in(9)}</html>".encode())
    shots = opened(build, tmp_path).match(TEN)
    assert shots[LAST].wrong == "repeated"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("afchunk1.rtf", b"{\\rtf1 10.}"),
        ("afchunk1.docx", b"PK\x03\x04 and then nothing"),
        ("afchunk1.mht", b"MIME-Version: 1.0\r\n\r\n"),
        ("afchunk1.bin", b"\0\1\2"),
        ("afchunk1.docx", as_document(inner(10))[:-200]),
    ],
)
def test_what_cannot_be_read_is_said_and_costs_nothing(tmp_path: Path, name: str, content: bytes) -> None:
    document = opened(take_in(inner(*range(1, 10)), name, "application/x", content), tmp_path)
    shot = document.match(TEN)[LAST]
    assert (shot.wrong, shot.picture) == (None, None)
    assert f"takes in {name}, which cannot be read here" in (shot.problem or "")
    with pytest.raises(StudentFault, match="cannot be read here") as caught:
        opened(take_in(Build(), name, "application/x", content), tmp_path)
    assert "Open it in Word, save it" in (caught.value.hint or "")


def test_pictures_that_are_only_linked_are_no_ones(tmp_path: Path) -> None:
    page = b"<html><p>10.</p><img src='http://example.org/ten.png' width=600 height=400></html>"
    shot = opened(take_in(inner(*range(1, 10)), "afchunk1.htm", HTML, page), tmp_path).match(TEN)[LAST]
    assert shot.wrong == "missing"
    assert "only linked" in (shot.problem or "")


def test_a_document_that_takes_in_itself(tmp_path: Path) -> None:
    """Its own text is no document; what it is packed in, again and again, is read three times deep."""
    build = inner(1)
    rid = build.docx.part.relate_to(build.docx.part, RELATIONSHIP_TYPE.A_F_CHUNK)
    assert opened(again(build, rid), tmp_path).unread == ("document.xml",)
    packed = inner(6)
    for number in range(5, 0, -1):
        packed = take_in(inner(number), "afchunk1.docx", DOCX, as_document(packed))
    document = opened(packed, tmp_path)
    assert [code_of(picture) for picture in document.pictures] == [1, 2, 3, 4]
    assert document.unread == ("afchunk1.docx",)


def bomb(size: int) -> bytes:
    file = io.BytesIO(as_document(inner(1)))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/large.png", bytes(size))
    return file.getvalue()


def test_the_whole_is_within_the_limits(tmp_path: Path) -> None:
    limits = Limits(unpacked=10_000_000, pictures=20)
    build = Build()
    part = Part(PackURI("/word/afchunk1.docx"), DOCX, bomb(3_500_000), build.docx.part.package)
    rid = build.docx.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK)
    path = saved(again(again(build, rid), rid), tmp_path)
    assert len(Document.open(path, "a.docx", limits).pictures) == 2
    again(build, rid)
    with pytest.raises(StudentFault, match=r"unpacks to \d\d MB; documents of more than 10 MB"):
        Document.open(saved(build, tmp_path), "a.docx", limits)


def test_not_too_many_files_or_pictures(tmp_path: Path) -> None:
    build = Build()
    part = Part(PackURI("/word/afchunk1.htm"), HTML, f"<html>{written_in(1)}".encode(), build.docx.part.package)
    rid = build.docx.part.relate_to(part, RELATIONSHIP_TYPE.A_F_CHUNK)
    for _ in range(21):
        again(build, rid)
    path = saved(build, tmp_path)
    with pytest.raises(StudentFault, match="more than 20 pictures"):
        Document.open(path, "a.docx", Limits(pictures=20))
    for _ in range(80):
        again(build, rid)
    with pytest.raises(StudentFault, match="takes in more than 100 files"):
        Document.open(saved(build, tmp_path), "a.docx")


@pytest.mark.parametrize(
    "page", ["<ol><li>" * 4_900, "<b>" * 50_000, "<img src='data:image/png;base64,%%%'>" * 300, "\ue001\ue000" * 9]
)
def test_hostile_pages(tmp_path: Path, page: str) -> None:
    build = inner(*RIGHT)
    for number in range(3):
        take_in(build, f"afchunk{number}.htm", HTML, f"<html>{page}".encode())
    assert found(opened(build, tmp_path)) == RIGHT
