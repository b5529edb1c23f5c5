"""Reading pictures: the same every time, without a network, within bounds, and only once."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from grader.document import Document, Screenshots
from grader.document.ocr import recognition, text_in_picture
from grader.document.ocr.condensing import condense
from grader.document.ocr.line_finding import BelowLetters, below_letters, find_lines
from grader.document.ocr.monospaced import pitch
from grader.document.ocr.text_in_picture import TextInPicture

from .build import MONO, SANS, Build, as_bytes, browser, font, paragraph


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def pictures(tmp_path, *images):
    build = Build()
    for number, image in enumerate(images, start=1):
        build.text(f"{number}.").picture(image)
    return Document.open(build.save(tmp_path / "r.docx"), "r.docx").pictures


def read(picture, *, put_away: bool = True) -> list[str]:
    text = TextInPicture(picture)
    lines = [line.text for line in text.read(range(len(text.lines)))]
    if put_away:
        text.put_away()
    return lines


def test_a_line_is_read_alike_alone_and_after_others(tmp_path, cache):
    (picture,) = pictures(tmp_path, browser("/page3", "Cookie number 3"))
    whole = TextInPicture(picture)
    together = whole.read(range(len(whole.lines)))
    assert "Cookie number 3" in [line.text for line in together]
    recognition._load.cache_clear()
    for number in reversed(range(len(whole.lines))):
        assert TextInPicture(picture).read([number])[0] == together[number]


def test_what_was_read_is_remembered_for_each_picture_and_crop(tmp_path, cache, monkeypatch):
    image = browser("/addCookie", "Cookie added!")
    build = Build()
    for crop in ("", 'b="60000"', ""):
        build.add(paragraph(build.inline(image, crop)))
    found = Document.open(build.save(tmp_path / "r.docx"), "r.docx").pictures
    first = [read(each) for each in found]
    assert len(list((cache / "ocr").rglob("*.json"))) == 2
    monkeypatch.setattr(text_in_picture, "read_line", lambda *_: "read again")
    assert [read(each) for each in found] == first


def test_what_is_read_knows_where_in_the_picture_it_stands(tmp_path, cache):
    """In the picture, whatever was cut off, scaled or left out before reading; also when it comes from the cache."""
    from PIL import ImageDraw

    image = Image.new("RGB", (1400, 2000), "white")
    boxes = {"Cookie added": (300, 400), "some words below": (700, 1600)}
    for words, place in boxes.items():
        ImageDraw.Draw(image).text(place, words, font=font(SANS, 50), fill="black")
    dark = np.asarray(image).min(axis=2) < 128
    build = Build()
    build.add(paragraph(build.inline(image, 't="10000"')))  # a tenth is cut off above
    picture = Document.open(build.save(tmp_path / "r.docx"), "r.docx").pictures[0]
    for _ in range(2):
        text = TextInPicture(picture)
        for reading in (text.read(range(len(text.lines))), text.by_network()):
            assert [line.text for line in reading] == list(boxes)
            for line, (left, top) in zip(reading, boxes.values(), strict=True):
                assert line.place
                across, down = slice(left - 20, left + 800), slice(top - 20, top + 100)
                rows, columns = np.nonzero(dark[down, across])
                drawn = (columns.min() + left - 20, rows.min() + top - 20, columns.max() + left, rows.max() + top)
                place = [share * side for share, side in zip(line.place, (1400, 1800) * 2, strict=True)]
                at = [place[0], place[1] + 200, place[2], place[3] + 200]
                assert np.abs(np.subtract(at, drawn)).max() < 40, line
        text.put_away()


def test_only_what_is_asked_for_is_read_and_the_rest_later(tmp_path, cache):
    (picture,) = pictures(tmp_path, browser("/addCookie", "Cookie added!"))
    text = TextInPicture(picture)
    assert len(text.lines) == 3
    text.read([1])
    text.put_away()
    (file,) = (cache / "ocr").rglob("*.json")
    assert list(json.loads(file.read_bytes())["texts"]) == ["1"]
    assert "Cookie added!" in read(picture)
    assert len(json.loads(file.read_bytes())["texts"]) == 3


def test_a_broken_file_in_the_cache_is_read_again(tmp_path, cache):
    (picture,) = pictures(tmp_path, browser("/addCookie", "Cookie added!"))
    first = read(picture)
    (file,) = (cache / "ocr").rglob("*.json")
    not_there = b'{"lines": [], "texts": {"3": "a"}, "network": null}'
    for broken in (b"", b"{", b"[[1]]", not_there, b'{"lines": 1}', b"\xff\xfe", b"[" * 100_000, b"null"):
        file.write_bytes(broken)
        assert read(picture) == first, broken
        assert json.loads(file.read_bytes())["texts"]["0"] == first[0]


def test_a_cache_that_cannot_be_written_to_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "file"))
    assert "Cookie added!" in read(pictures(tmp_path, browser("/addCookie", "Cookie added!"))[0])


def put_and_get(folder: str, document: str) -> list[bool]:
    import os

    os.environ["GRADER_CACHE"] = folder
    (picture,) = Document.open(Path(document), "r.docx").pictures
    found = []
    for _ in range(40):
        text = TextInPicture(picture)
        found.append([line.text for line in text.read(range(len(text.lines)))][-1] == "Cookie added!")
        text._changed = True
        text.put_away()
    return found


def test_many_processes_use_the_cache_at_the_same_time(tmp_path, cache):
    pictures(tmp_path, browser("/addCookie", "Cookie added!"))
    with ProcessPoolExecutor(3) as pool:
        assert all(all(each) for each in pool.map(put_and_get, [str(cache)] * 3, [str(tmp_path / "r.docx")] * 3))
    assert len([path for path in (cache / "ocr").rglob("*") if path.is_file()]) == 1


NO_NETWORK = """
import socket, sys
from pathlib import Path
def refuse(*args, **kwargs):
    raise SystemExit("a connection was tried")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
from grader.document import Document
from grader.document.ocr.text_in_picture import TextInPicture
text = TextInPicture(Document.open(Path(sys.argv[1]), "r").pictures[0])
print([line.text for line in text.read(range(len(text.lines)))])
text.put_away()
"""


def test_no_connection_is_made(tmp_path, cache):
    path = Build().picture(browser("/addCookie", "Cookie added!")).save(tmp_path / "r.docx")
    done = subprocess.run([sys.executable, "-c", NO_NETWORK, str(path)], capture_output=True, text=True, check=False)
    assert "Cookie added!" in done.stdout, done.stderr


def test_it_is_loaded_only_for_a_picture_that_was_not_read_before(tmp_path, cache):
    path = Build().picture(browser("/addCookie", "Cookie added!")).save(tmp_path / "r.docx")
    program = NO_NETWORK + "print('onnxruntime' in sys.modules)"
    said = [
        subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=False).stdout
        for _ in range(2)
    ]
    assert [each.splitlines()[-1] for each in said] == ["True", "False"]


@pytest.mark.parametrize("size", [(20_000, 2_400), (17, 20_000), (73, 17)])
def test_extreme_pictures_take_no_longer_than_others(tmp_path, cache, size):
    noise = np.random.default_rng(1).integers(0, 256, (size[1] // 8 + 1, size[0] // 8 + 1, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize(size, Image.Resampling.NEAREST)
    found = pictures(tmp_path, as_bytes(image, "JPEG", quality=60))
    started = time.process_time()
    text = TextInPicture(found[0])
    text.read(range(len(text.lines)))
    text.by_network()
    assert time.process_time() - started < 60


def test_a_recogniser_that_does_not_start_leaves_pictures_to_a_person(tmp_path, cache, monkeypatch):
    from grader.activities import activity_named

    def broken():
        raise FileNotFoundError("rapidocr has no models")

    recognition._load.cache_clear()
    monkeypatch.setattr(recognition, "_models", broken)
    document = Document.open(Build().text("4.").picture(browser("/a", "b")).save(tmp_path / "r.docx"), "r.docx")
    screenshots = Screenshots(document, activity_named("11.2").pictures)
    assert screenshots.found("shot-4") is None
    assert "does not work (rapidocr has no models)" in screenshots.unread
    assert screenshots.recogniser is None


def test_empty_stretches_are_shortened_and_nothing_else():
    image = Image.new("RGB", (900, 700), "white")
    from PIL import ImageDraw

    ImageDraw.Draw(image).text((600, 500), "here", font=font(SANS, 20), fill="black")
    small, rows, columns = condense(np.asarray(image))
    assert small.shape[0] < 110
    assert small.shape[1] < 130
    dark = np.asarray(image).min(axis=2) < 128
    assert (small.min(axis=2) < 128).sum() == dark.sum()
    there = np.argwhere(small.min(axis=2) < 128)[0]
    assert dark[rows[there[0]], columns[there[1]]], "what is left knows where it was"


def test_lines_are_found_in_boxes_of_any_colour_and_apart_from_other_columns():
    from PIL import ImageDraw

    image = Image.new("RGB", (700, 160), "#1e1e1e")
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 20, 330, 60), outline="#888888")
    draw.text((30, 30), "blue words, boxed", font=font(SANS, 14), fill="#4fc1ff")
    draw.rectangle((400, 20, 690, 60), fill="#0e639c")
    draw.text((410, 30), "on a button", font=font(SANS, 14), fill="white")
    dotted = "my_name = '_'  # dots ..."
    draw.text((30, 100), dotted, font=font(SANS, 14), fill="#d4d4d4")
    boxes = find_lines(np.asarray(image))
    read = [line for box in boxes if (line := recognition.read_line(np.asarray(image), box))]
    # The model makes one of two dots that are alike, in some sizes: where the box ends tells that all three are in it.
    assert [line.rstrip(".") for line in read] == ["blue words, boxed", "on a button", "my_name = '_' # dots "]
    assert boxes[-1].right >= int(draw.textbbox((30, 100), dotted, font=font(SANS, 14))[2]) - 1


@pytest.mark.parametrize("quality", [None, 70])
@pytest.mark.parametrize("size", [13, 15, 20, 32])
@pytest.mark.parametrize("name", [MONO, SANS])
@pytest.mark.parametrize("colours", [("#1e1e1e", "#d4d4d4", "#264f78"), ("white", "#6a9955", "#add6ff")])
def test_what_stands_below_letters_is_never_overlooked_and_most_lines_have_none(name, size, colours, quality):
    """Also where the word is marked, underlined in waves, and saved again."""
    from PIL import ImageDraw

    paper, ink, marked = colours
    lines = [
        ("resp.set_cookie('myFirstCookie')", True, True),
        ("r.delete_cookie(name)", True, True),
        ("# Add code here to create", False, False),
        ("return the value", False, False),
        ("'Cookie removed!'", False, False),
        ("myFirstCookie", False, True),
        ("Cookie value: my first", False, True),
    ]
    for mark in (None, "box", "wave"):
        image = Image.new("RGB", (40 * size, 4 * size * len(lines)), paper)
        draw = ImageDraw.Draw(image)
        for row, (line, *_) in enumerate(lines):
            place = size, (4 * row + 1) * size
            left, top, right, bottom = draw.textbbox(place, line, font=font(name, size))
            if mark == "box":
                start = left + draw.textlength(line[:4], font=font(name, size))
                draw.rectangle((start, top - 3, (start + right) / 2, bottom + 3), fill=marked)
            if mark == "wave":
                wave = [(across, bottom + 1 + across // 2 % 2) for across in range(int(left), int(right), 2)]
                draw.line(wave, fill="red")
            draw.text(place, line, font=font(name, size), fill=ink)
        if quality is not None:
            image = Image.open(io.BytesIO(as_bytes(image, "JPEG", quality=quality)))
        pixels = np.asarray(image.convert("RGB"))
        boxes = find_lines(pixels)
        needless = 0
        for row, (_, underscores, tails) in enumerate(lines):
            there = [box for box in boxes if row == (box.top + box.bottom) // 2 // (4 * size)]
            seen = [below_letters(pixels, box) for box in there]
            may = BelowLetters(any(each.underscores for each in seen), any(each.tails for each in seen))
            assert may.underscores >= underscores, (lines[row], mark)
            assert may.tails >= tails, (lines[row], mark)
            needless += may.underscores > underscores
        assert needless < 2 or name == SANS or mark is not None or quality is not None


@pytest.mark.parametrize("quality", [None, 70])
@pytest.mark.parametrize("size", [12, 15, 20, 32])
@pytest.mark.parametrize(("paper", "ink"), [("#1e1e1e", "#ce9178"), ("white", "#6a9955")])
def test_letters_that_are_equally_wide_are_told_from_others(paper, ink, size, quality):
    """Others would be misread as narrow as a program is read."""
    from PIL import ImageDraw

    lines = (
        "resp.set_cookie('myFirstCookie', 'Hello World')",
        "@app.route('/displayCookieValue')",
        "return 'Cookie not found!'",
        "# Add code here to get the cookie's value",
        "Found the cookie: Hello World - my first cookie!",
        "http://127.0.0.1:5000/displayCookieValue",
        "Elements  Console  Sources  Network  Application",
    )
    for name in (MONO, SANS):
        image = Image.new("RGB", (45 * size, 3 * size * len(lines)), paper)
        draw = ImageDraw.Draw(image)
        for row, line in enumerate(lines):
            draw.text((size, (3 * row + 1) * size), line, font=font(name, size), fill=ink)
        if quality is not None:
            image = Image.open(io.BytesIO(as_bytes(image, "JPEG", quality=quality)))
        pixels = np.asarray(image.convert("RGB"))
        long = [box for box in find_lines(pixels) if box.width > 5 * size]
        assert len(long) >= len(lines)
        for left, top, right, bottom in long:
            apart = pitch(pixels[top:bottom, left:right])
            if name == SANS:
                assert apart is None
            elif apart is not None or quality is None:
                assert apart == pytest.approx(draw.textlength("m", font=font(name, size)), rel=0.02)


def test_a_picture_is_decoded_once(tmp_path, cache, monkeypatch):
    from grader.activities import activity_named
    from grader.document.labelling.document_picture import Picture

    decoded = []
    decode = Picture._decode
    monkeypatch.setattr(Picture, "_decode", lambda self: decoded.append(self) or decode(self))
    build = Build().text("4.").picture(browser("/addCookie", "Cookie added!"))
    document = Document.open(build.save(tmp_path / "r.docx"), "r.docx")
    screenshots = Screenshots(document, activity_named("11.2").pictures, keep=True)
    assert screenshots.found("shot-4").confirmed
    assert screenshots.shot("shot-4").picture.thumbnail
    assert decoded == [document.pictures[0]]
    assert document.pictures[0]._decoded is None, "and let go"


def test_models_come_with_the_package():
    assert all(Path(each).is_file() for each in recognition._models())
