"""The sample reports, by name."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import pytest

_SPEC = importlib.util.spec_from_file_location("report_samples", Path(__file__).with_name("samples.py"))
_samples = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_samples)
_NAMES = ("full_marks", "typical", "hostile")


@pytest.fixture(scope="session")
def samples():
    """The module, and the reports that it makes."""
    made = {name: getattr(_samples, name)() for name in _NAMES}
    return SimpleNamespace(**made, make=_samples, VALUE=_samples.VALUE, HOSTILE=_samples.HOSTILE)


@pytest.fixture(params=_NAMES)
def any_report(request, samples):
    return getattr(samples, request.param)
