"""Pictures are read here: no name is asked for, and nothing is left in the user's folders but what the README names."""

from __future__ import annotations

import os
import sys

import pytest

from tests.elsewhere import names_asked_for, needs_bubblewrap

from .build import Build, browser

pytestmark = [needs_bubblewrap, pytest.mark.long]

# onnxruntime begins to report some seconds after it has been imported.
LINGERING = """
import sys, time
from pathlib import Path
from grader.document import Document
from grader.document.ocr.text_in_picture import TextInPicture
text = TextInPicture(Document.open(Path(sys.argv[1]), "r").pictures[0])
print([line.text for line in text.read(range(len(text.lines)))])
text.by_network()
assert "onnxruntime" in sys.modules
time.sleep(10)
"""
GRADER = "import sys; sys.argv[0] = 'grader'; from grader.cli import main; main()"
LINGERING_GRADER = f"import atexit, time; atexit.register(time.sleep, 10); {GRADER}"


@pytest.fixture
def home(tmp_path):
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def environment(home, tmp_path):
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "ORT_"))}
    return {**ours, "HOME": str(home), "GRADER_CACHE": str(tmp_path / "cache")}


def test_the_ears_hear(tmp_path, environment):
    program = "import socket\ntry: socket.getaddrinfo('collector.example', 443)\nexcept OSError: pass"
    done, asked = names_asked_for([sys.executable, "-c", program], tmp_path, environment)
    assert done.returncode == 0, done.stderr
    assert "collector.example" in asked


@pytest.mark.parametrize("program", ["reading", "check", "doctor"])
def test_reading_pictures_asks_for_no_name_and_leaves_nothing(program, tmp_path, home, environment):
    path = Build().text("4.").picture(browser("/addCookie", "Cookie added!")).save(tmp_path / "r.docx")
    command = {
        "reading": [sys.executable, "-c", LINGERING, str(path)],
        "check": [sys.executable, "-c", LINGERING_GRADER, "check", str(path), "--activity", "11.2", "--json"],
        "doctor": [sys.executable, "-c", LINGERING_GRADER, "doctor"],
    }[program]
    done, asked = names_asked_for(command, tmp_path, environment)
    assert {"reading": "Cookie added!", "check": "rapidocr", "doctor": "rapidocr"}[program] in done.stdout, done.stderr
    assert asked == []
    left = {str(file.relative_to(home)) for file in home.rglob("*") if file.is_file()}
    assert {name for name in left if not name.startswith(".cache/flask-activity-grader/")} == set()
