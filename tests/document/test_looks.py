"""What was seen of a picture is kept, and is what is seen when it is decoded."""

from __future__ import annotations

import os

import pytest

from grader.document import Document, Limits
from grader.document.images import open_image, thumbnail_shows
from grader.document.labelling import document_picture
from grader.document.labelling.picture_looks import PictureLook
from grader.document.labelling.sameness import same
from grader.machine.user_cache import forget_unused
from grader.report.evidence import shown_picture

from .build import Build, browser, numbered


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    build = Build().text("1.").picture(browser("/", "Practicing Cookies!")).text("2.").picture(numbered(2))
    return build.save(tmp_path / "r.docx")


def looks(path, *, thumbnail=True) -> list[PictureLook]:
    found = [picture.look(thumbnail=thumbnail) for picture in Document.open(path, "r.docx").pictures]
    assert all(isinstance(look, PictureLook) for look in found)
    return found


@pytest.fixture
def undecoded(monkeypatch):
    def refuse(*_):
        raise AssertionError("it is decoded")

    return lambda: monkeypatch.setattr(document_picture.Picture, "image", refuse)


def test_a_picture_is_decoded_once(path, undecoded):
    first = looks(path)
    undecoded()
    for one, other in zip(first, looks(path), strict=True):
        assert (one.sketch, one.blank, one.thumbnail) == (other.sketch, other.blank, other.thumbnail)


def test_a_kept_picture_is_compared_like_any_other(path):
    (one, two), (again, _) = looks(path), looks(path)
    assert same(one.sketch, again.sketch)
    assert not same(again.sketch, two.sketch)


def test_the_thumbnail_that_was_not_asked_for_is_made_later(path, undecoded):
    assert looks(path, thumbnail=False)[0].thumbnail is None
    assert looks(path)[0].thumbnail
    undecoded()
    assert looks(path, thumbnail=False)[0].thumbnail


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"size": [1, 2]}', b"\xff\xfe", b'{"thumbnail": null'])
def test_what_is_broken_in_the_cache_is_seen_anew(path, tmp_path, content):
    first = looks(path)
    kept = list((tmp_path / "cache" / "looks").rglob("*.json"))
    assert len(kept) == len(first)
    for file in kept:
        file.write_bytes(content)
    assert [look.sketch for look in looks(path)] == [look.sketch for look in first]


def test_a_kept_picture_is_too_large_for_other_limits_all_the_same(path):
    looks(path)
    assert Document.open(path, "r.docx", Limits(pixels=1000)).pictures[0].fault == "too large"


def test_reports_show_of_a_thumbnail_what_was_found_when_it_was_made(path):
    data = looks(path)[1].thumbnail
    with open_image(data) as opened:
        left, top, right, bottom = thumbnail_shows(opened)
        assert (right - left, bottom - top) < opened.size
    shown = shown_picture(data)
    assert (shown.width, shown.height) == (right - left, bottom - top)


def test_what_nobody_has_asked_for_in_a_term_is_forgotten(path, tmp_path):
    looks(path)
    first, second = (tmp_path / "cache" / "looks").rglob("*.json")
    os.utime(first, (0, 0))
    looks(path)
    forget_unused()
    assert first.exists()
    assert second.exists()
    os.utime(second, (0, 0))
    theirs = tmp_path / "cache" / "my" / "notes" / "cookies.json"  # in a folder that somebody has named
    theirs.parent.mkdir(parents=True)
    theirs.touch()
    os.utime(theirs, (0, 0))
    forget_unused()
    assert first.exists()
    assert theirs.exists()
    assert not second.exists()


def test_a_cache_that_may_only_be_read_is_read(path, tmp_path, monkeypatch, undecoded):
    looks(path)
    for file in (tmp_path / "cache" / "looks").rglob("*.json"):
        os.utime(file, (0, 0))

    def refuse(*_):
        raise PermissionError

    monkeypatch.setattr(os, "utime", refuse)
    undecoded()
    assert looks(path)
