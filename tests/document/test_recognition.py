"""Reading pictures: the same every time, without a network, within bounds, and only once."""

from __future__ import annotations

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
from grader.document.ocr import reading_cache, recognition
from grader.document.ocr.condensing import condense
from grader.document.ocr.reading_cache import read_or_remember

from .build import SANS, Build, as_bytes, browser, font, paragraph


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def pictures(tmp_path, *images):
    build = Build()
    for number, image in enumerate(images, start=1):
        build.text(f"{number}.").picture(image)
    return Document.open(build.save(tmp_path / "r.docx"), "r.docx").pictures


def texts(readings) -> list[list[str]]:
    return [[line.text for line in reading] for reading in readings]


def test_a_picture_is_read_alike_alone_and_among_others(tmp_path, cache):
    images = [browser(f"/page{number}", f"Cookie number {number}") for number in range(4)]
    found = pictures(tmp_path, *images)
    together = recognition.read_pictures(found)
    assert together == [recognition.read_pictures([each])[0] for each in found]
    assert "Cookie number 3" in texts(together)[3]


def test_what_was_read_is_remembered_for_each_picture_and_crop(tmp_path, cache, monkeypatch):
    image = browser("/addCookie", "Cookie added!")
    build = Build()
    for crop in ("", 'b="60000"', ""):
        build.add(paragraph(build.inline(image, crop)))
    found = Document.open(build.save(tmp_path / "r.docx"), "r.docx").pictures
    first = read_or_remember(found)
    assert len(list(cache.rglob("*.json"))) == 2
    monkeypatch.setattr(reading_cache, "read_pictures", lambda pictures: [None] * len(pictures))
    assert read_or_remember(found) == first


def test_a_broken_file_in_the_cache_is_read_again(tmp_path, cache):
    found = pictures(tmp_path, browser("/addCookie", "Cookie added!"))
    first = read_or_remember(found)
    (file,) = cache.rglob("*.json")
    for broken in (b"", b"{", b"[[1]]", b'[["a", 1, 2, 3]]', b"\xff\xfe", b"[" * 100_000, b"null"):
        file.write_bytes(broken)
        assert read_or_remember(found) == first, broken
        assert json.loads(file.read_bytes())[0][0] == first[0][0].text


def test_a_cache_that_cannot_be_written_to_is_done_without(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GRADER_CACHE", str(tmp_path / "file"))
    assert "Cookie added!" in texts(read_or_remember(pictures(tmp_path, browser("/addCookie", "Cookie added!"))))[0]


def put_and_get(folder: str) -> list[bool]:
    import os

    os.environ["GRADER_CACHE"] = folder
    cache = reading_cache._Cache("test")
    reading = tuple(recognition.TextLine("x" * 5000, n, n, n, n) for n in range(20))
    found = []
    for _ in range(60):
        cache.put("same", reading)
        found.append(cache.get("same") in (reading, None))
    return found


def test_many_processes_use_the_cache_at_the_same_time(cache):
    with ProcessPoolExecutor(3) as pool:
        assert all(all(each) for each in pool.map(put_and_get, [str(cache)] * 3))
    assert [path.name for path in cache.rglob("*") if path.is_file()] == ["same.json"]


NO_NETWORK = """
import socket, sys
from pathlib import Path
def refuse(*args, **kwargs):
    raise SystemExit("a connection was tried")
socket.socket.connect = socket.socket.connect_ex = socket.create_connection = socket.getaddrinfo = refuse
from grader.document import Document
from grader.document.ocr.reading_cache import read_or_remember
print([line.text for line in read_or_remember(Document.open(Path(sys.argv[1]), "r").pictures)[0]])
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
    assert read_or_remember(found)[0] is not None
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
    small = condense(np.asarray(image))
    assert small.shape[0] < 110
    assert small.shape[1] < 130
    dark = np.asarray(image).min(axis=2) < 128
    assert (small.min(axis=2) < 128).sum() == dark.sum()


def test_models_come_with_the_package():
    assert all(Path(each).is_file() for each in recognition._models())
