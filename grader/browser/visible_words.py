"""What of a page a person sees: what the browser paints, found by taking each word away and looking what changes.

No rule about styles could know it: a word may be white on a white ground or on a picture, be cut off, covered, blended,
or lie in a box that is scrolled.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, cast

from PIL import Image, ImageChops

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from playwright.async_api import JSHandle

    _Box = tuple[float, float, float, float]
    _Groups = list[list[list[_Box]]]

_MOST_ROUNDS = 20
_TRIES = 3
_SMALLEST = 5.0  # CSS pixels, the height of a line
_WEIGHTS = (0.8, 1.0, 0.45)  # how well the eye tells red, green and blue from white or black
_FAINTEST = 20.0  # of 255: what differs less from what is behind it, nobody reads


async def seen_text(page: JSHandle, draw: Callable[[], Awaitable[bytes]]) -> str:
    """Return what is written on a page, without the words that are not painted anywhere a person could scroll to.

    Parameters
    ----------
    page
        What page.js gives.
    draw
        Takes a picture of the window, as PNG.
    """
    await page.evaluate("page => page.begin()")
    groups: _Groups = await page.evaluate("page => page.next(true)")
    for _ in range(_MOST_ROUNDS):
        seen = await _seen(page, groups, draw) if groups else []
        await page.evaluate("(page, seen) => page.judge(seen)", seen)
        groups = await page.evaluate("page => page.next(false)")
        if not groups and await page.evaluate("page => page.isDone()"):
            break
    text: str = await page.evaluate("page => page.end()")
    return text


async def _seen(page: JSHandle, groups: _Groups, draw: Callable[[], Awaitable[bytes]]) -> list[list[bool]]:
    """Return for each word of each group whether it is painted."""
    seen = [[False] * len(group) for group in groups]
    for number, group in enumerate(groups):
        for _ in range(_TRIES):
            before = _picture(await draw())
            await page.evaluate("(page, number) => page.hide(number)", number)
            without = _picture(await draw())
            await page.evaluate("page => page.show()")
            after = _picture(await draw())
            painted, moving = ImageChops.difference(before, without), ImageChops.difference(before, after)
            moves = [_is_read(moving, boxes) for boxes in group]
            seen[number] = [
                is_moving or _is_read(painted, boxes) for is_moving, boxes in zip(moves, group, strict=True)
            ]
            if not any(moves):
                break
    return seen


def _picture(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB") if png else Image.new("RGB", (1, 1))


def _is_read(difference: Image.Image, boxes: list[_Box]) -> bool:
    """Whether at least half of a word's letters make a difference that can be seen."""
    return 2 * sum(_differs(difference, box) for box in boxes) >= len(boxes)


def _differs(difference: Image.Image, box: _Box) -> bool:
    left, top, right, bottom = box
    if bottom - top < _SMALLEST:
        return False
    area = (
        max(int(left), 0),
        max(int(top), 0),
        min(int(right) + 1, difference.width),
        min(int(bottom) + 1, difference.height),
    )
    if area[0] >= area[2] or area[1] >= area[3]:
        return False
    channels = cast("tuple[tuple[int, int], ...]", difference.crop(area).getextrema())
    return any(weight * most >= _FAINTEST for weight, (_, most) in zip(_WEIGHTS, channels, strict=True))
