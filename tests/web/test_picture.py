"""The picture of the page in the README: taken of an invented class; ``GRADER_PICTURE=1`` takes it anew."""

from __future__ import annotations

import io
import os
from pathlib import Path

from PIL import Image

from . import classes

PICTURE = Path(__file__).parent.parent.parent / ".github" / "serve.png"
_WIDTH, _HEIGHT = 1200, 760
_LARGEST = 150_000


def test_the_picture_in_the_readme_is_of_this_page(serve, tmp_path, tab):
    at = serve(classes.crowd(tmp_path / "graded", 24))
    page = tab(at, "/")
    page.set_viewport_size({"width": _WIDTH, "height": _HEIGHT})
    page.evaluate("() => document.fonts.ready")
    taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    if os.environ.get("GRADER_PICTURE"):
        taken.quantize(128).save(PICTURE, optimize=True)
    with Image.open(PICTURE) as kept:
        assert kept.size == taken.size
    assert PICTURE.stat().st_size < _LARGEST
