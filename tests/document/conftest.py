"""One browser that draws windows for all tests of a worker."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from .windows import Camera


@pytest.fixture(scope="session")
def cam(chromium: Browser) -> Camera:
    return Camera(chromium)
