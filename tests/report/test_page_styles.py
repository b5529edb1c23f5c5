"""Every page of ours has the colours and spacing that its style sheets ask for."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import grader
from grader.proving import Proof
from grader.proving.proof_writing import to_html
from grader.report.page_environment import style_sheet

HOUSE = Path(grader.__file__).parent
SHEETS = sorted(HOUSE.rglob("*.css"))
SHARED = {HOUSE / "report/templates/tokens.css", HOUSE / "report/templates/base.css"}


@pytest.mark.parametrize("sheet", SHEETS, ids=[sheet.relative_to(HOUSE).as_posix() for sheet in SHEETS])
def test_no_sheet_asks_for_what_nobody_defines(sheet):
    text = sheet.read_text("utf-8")
    defined = set(re.findall(r"(--[\w-]+)\s*:", style_sheet() + text))
    optional = set(re.findall(r"var\((--[\w-]+)\s*,", text))  # with a value for where there is none
    assert set(re.findall(r"var\((--[\w-]+)", text)) - optional <= defined


def test_a_proof_s_page_holds_what_all_pages_share():
    page = to_html(Proof("activity-1", "One", "solution", 1, (("add", "Adds"),), ()))
    assert all(sheet.read_text("utf-8") in page for sheet in SHARED)
