"""A picture in a report shows what is on it, not the paper around."""

import io

import pytest
from PIL import Image, ImageDraw

from grader.report.evidence import shown_picture


def saved(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def paper(size=(640, 360), colour="white", drawn=(20, 20, 120, 40), frame=None):
    image = Image.new("RGB", size, colour)
    pen = ImageDraw.Draw(image)
    if frame:
        pen.rectangle((0, 0, size[0] - 1, size[1] - 1), outline=frame)
    if drawn:
        pen.rectangle(drawn, fill="black")
    return image


@pytest.mark.parametrize("frame", [None, "grey"])
@pytest.mark.parametrize("colour", ["white", "#1e1e1e"])
def test_paper_around_what_is_drawn_is_cut_off_but_for_a_margin(colour, frame):
    image = paper(colour=colour, drawn=None, frame=frame)
    ImageDraw.Draw(image).rectangle((20, 20, 120, 40), fill="orange")
    shown = shown_picture(saved(image))
    assert (shown.width, shown.height) == (101 + 20, 21 + 20)


def test_an_empty_page_below_a_windows_bar_is_cut_off_and_the_bar_is_kept():
    image = paper((900, 520), drawn=(20, 60, 200, 80))
    ImageDraw.Draw(image).rectangle((0, 0, 900, 40), fill="#e8eaed")
    ImageDraw.Draw(image).rectangle((10, 10, 60, 30), fill="red")
    shown = shown_picture(saved(image))
    assert shown.width > 850
    assert shown.height < 110


def test_a_large_picture_is_scaled_down_and_cut_off_where_it_is():
    shown = shown_picture(saved(paper((4000, 3000), drawn=(1000, 1000, 2999, 1999))))
    assert shown.width == 1000
    assert shown.height == pytest.approx(500, abs=15)


@pytest.mark.parametrize("size", [(1, 1), (640, 360), (3, 2000)])
def test_a_picture_of_one_colour_stays_whole(size):
    shown = shown_picture(saved(Image.new("RGB", size, "white")))
    assert (shown.width, shown.height) in {size, (2, 1400)}


def test_what_is_transparent_lies_on_white_paper_and_photos_stay_photos():
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((40, 40, 60, 60), fill="black")
    shown = shown_picture(saved(image))
    with Image.open(io.BytesIO(shown.data)) as found:
        assert found.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert shown_picture(saved(paper(), "JPEG", quality=60)).kind == "image/jpeg"


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\nbroken", b"BM" + b"\xff" * 60])
def test_what_is_no_picture_is_none(data):
    assert shown_picture(data) is None
