"""What differs between the systems that the tests run on."""

from __future__ import annotations

import ctypes
import sys

import pytest

ON_WINDOWS = sys.platform == "win32"
FOR_POSIX = "for POSIX only"
for_posix = pytest.mark.skipif(ON_WINDOWS, reason=FOR_POSIX)
"""Marks what Windows does not have: fork, signals, permissions, links without rights."""
FOR_LINUX = "for Linux only"
for_linux = pytest.mark.skipif(sys.platform != "linux", reason=FOR_LINUX)
IN_WINE = ON_WINDOWS and hasattr(ctypes.windll.ntdll, "wine_get_version")  # type: ignore[attr-defined,unused-ignore]
NOT_IN_WINE = "not under Wine"
not_in_wine = pytest.mark.skipif(IN_WINE, reason=NOT_IN_WINE)
"""Marks what Windows has and the lane under Wine lacks: a browser, Node.js, today's jsonschema, an installed grader."""
PATIENCE = 6 if ON_WINDOWS else 1
"""How many times as long a Python may take to start: there the time in which it waits for a processor is not known."""
