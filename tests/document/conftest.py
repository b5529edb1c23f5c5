"""One browser that draws windows for all tests of a worker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .windows import Camera, camera


@pytest.fixture(scope="session")
def cam() -> Iterator[Camera]:
    with camera() as made:
        yield made
