"""The command that adds an extra is that of whatever has installed the grader."""

from __future__ import annotations

import sys

import pytest

from grader.machine import installation
from grader.machine.installation import how_to_add, how_to_reinstall

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="words are quoted otherwise there")
LOCAL = " @ file:///home/me/grader"


@pytest.mark.parametrize(
    ("folder", "marker", "words"),
    [
        (
            "venvs/flask-activity-grader",
            "pipx_metadata.json",
            ("pipx inject flask-activity-grader 'flask-activity-grader[ocr]'", "pipx reinstall flask-activity-grader"),
        ),
        (
            "tools/flask-activity-grader",
            "uv-receipt.toml",
            (
                "uv tool install 'flask-activity-grader[ocr] @ file:///home/me/grader'",
                "uv tool upgrade --reinstall flask-activity-grader",
            ),
        ),
        (
            "archive-v0/IwvssTqub3u4KGNW",
            "pyvenv.cfg",
            ("uvx --from 'flask-activity-grader[ocr] @ file:///home/me/grader' grader …", "uv cache clean rapidocr"),
        ),
    ],
)
def test_each_installer_has_its_words(tmp_path, monkeypatch, folder, marker, words):
    prefix = tmp_path / folder
    prefix.mkdir(parents=True)
    (prefix / marker).touch()
    monkeypatch.setattr(sys, "prefix", str(prefix))
    monkeypatch.setattr(installation, "_source", lambda: LOCAL)
    assert (how_to_add("ocr"), how_to_reinstall("rapidocr")) == words


def test_a_virtual_environment_has_pip_s_or_uv_s(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/a place/bin/python")
    monkeypatch.setattr(installation, "find_spec", lambda _: object())
    assert how_to_add("cluster") == "'/a place/bin/python' -m pip install 'flask-activity-grader[cluster]'"
    monkeypatch.setattr(installation, "find_spec", lambda _: None)
    monkeypatch.setattr(installation, "find_program", lambda name: f"/usr/bin/{name}")
    assert how_to_add("ocr") == "uv pip install --python '/a place/bin/python' 'flask-activity-grader[ocr]'"
