"""Blank pictures, and one picture twice: by content, not by file."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from grader.document.labelling.sameness import is_blank, look_alike, same, sketch

from .build import as_bytes, browser, code, devtools

FILE = ["from flask import Flask", "app = Flask(__name__)", "", "@app.route('/')", "def index():"]
WINDOWS = {
    "browser": browser("/addCookie", "Cookie added!"),
    "code": code([*FILE, "    return 'Practicing Cookies!'"]),
    "devtools": devtools(["myFirstCookie  Hello World"]),
    "strip": browser("/", "Practicing Cookies!", (640, 120)),
}


def saved(image: Image.Image, form: str, quality: int, scale: float) -> Image.Image:
    size = round(image.width * scale), round(image.height * scale)
    options = {} if form == "PNG" else {"quality": quality}
    return Image.open(io.BytesIO(as_bytes(image.resize(size, Image.Resampling.BICUBIC), form, **options))).convert(
        "RGB"
    )


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize(("form", "quality"), [("PNG", 0), ("JPEG", 50), ("JPEG", 90), ("WEBP", 50)])
@pytest.mark.parametrize("scale", [0.5, 0.8, 1.0, 1.5])
def test_saving_again_or_scaling_does_not_make_another_picture(name, form, quality, scale):
    image = WINDOWS[name]
    assert same(sketch(image), sketch(saved(image, form, quality, scale)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (browser("/x", "Cookie added!"), browser("/x", "Cookie removed!")),
        (browser("/x", "Cookie not found!"), browser("/x", "Cookie found!")),
        (browser("/", "My first GET request"), browser("/hello", "My first GET request")),
        (devtools(["one"]), devtools(["one", "myFirstCookie  Hello World"])),
        (devtools([]), devtools(["myFirstCookie  Hello World"])),
        (devtools(["myFirstCookie  Hello"]), devtools(["myFirstCookie  World"])),
        (code([*FILE, "    return 'a'"]), code([*FILE, "    return 'b'"])),
        (code(FILE), code([*FILE, "    pass"])),
    ],
)
@pytest.mark.parametrize(("form", "quality"), [("PNG", 0), ("JPEG", 75)])
def test_honest_screenshots_that_look_alike_are_two(one, other, form, quality):
    pair = [sketch(saved(image, form, quality, 1)) for image in (one, other)]
    assert look_alike(*pair)
    assert not same(*pair)


def test_another_shape_is_another_picture():
    image = WINDOWS["browser"]
    assert not same(sketch(image), sketch(image.crop((0, 0, 960, 400))))


def drawn(size=(1000, 700), paper="white", draw=lambda _: None) -> Image.Image:
    image = Image.new("RGB", size, paper)
    draw(ImageDraw.Draw(image))
    return image


@pytest.mark.parametrize(
    "image",
    [
        drawn(),
        drawn(paper="black"),
        drawn(paper=(30, 30, 30)),
        drawn(size=(1, 1)),
        drawn(draw=lambda draw: draw.polygon([(400, 300), (400, 312), (410, 308)], "black")),
        saved(drawn(paper="#123456"), "JPEG", 50, 1),
    ],
)
def test_one_colour_or_a_mouse_pointer_is_blank(image):
    assert is_blank(image)


@pytest.mark.parametrize(
    "image",
    [
        *WINDOWS.values(),
        browser("/", "Practicing Cookies!", (1920, 1080)).crop((0, 80, 1920, 1080)),
        saved(browser("/", "Practicing Cookies!", (1920, 1080)).crop((0, 80, 1920, 1080)), "JPEG", 60, 0.4),
        browser("/", "Cookie added!").crop((4, 80, 130, 108)),
        drawn(paper=(255, 0, 0), draw=lambda draw: draw.rectangle([100, 100, 300, 130], (0, 130, 0))),
    ],
)
def test_a_line_of_text_on_an_empty_page_is_not_blank(image):
    assert not is_blank(image)
