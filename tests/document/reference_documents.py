"""Makes the Word documents of the reference apps: real pages and cookies, and the code as it is, in drawn windows.

    python -m tests.document.reference_documents

Run it again whenever a reference app changes; `test_reference_documents.py` says when that was forgotten.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path

import docx
from docx.shared import Inches
from PIL import Image

from grader.activities import activity_named
from grader.browser import Visitor
from grader.course import CourseSettings
from grader.grading import Grader, Settings, settle
from grader.submission import Submission, open_submission

from .windows import Camera, Window, browser, camera, devtools, editor, settings

ROOT = Path(__file__).parent.parent.parent
APPS = ROOT / "reference_app"
NAME = "Screenshots.docx"
SIZE = 1040, 600

STEP_1 = '''"""Activity 11.1: creating a website using Flask."""

from flask import Flask

app = Flask(__name__)


@app.route("/", methods=["GET"])
def index():
    return "My first GET request"


if __name__ == "__main__":
    app.run(host="0.0.0.0", port=5000)
'''
STEP_2 = STEP_1.replace('"My first GET request"', '"<h1>My first GET request</h1>"')


def documents() -> dict[Path, bytes]:
    """Make the document of each reference app that is asked for one."""
    with Grader(Settings(isolation="process", screenshots=True)) as grader, camera() as cam:
        return {
            APPS / "activity_11_1" / NAME: _document("Activity 11.1", _windows_of_11_1(grader), cam),
            APPS / "activity_11_2" / NAME: _document("Activity 11.2", _windows_of_11_2(grader), cam),
        }


def _windows_of_11_1(grader: Grader) -> list[tuple[str, Window]]:
    app = APPS / "activity_11_1"
    found = []
    for number, source in enumerate((STEP_1, STEP_2), start=1):
        files = {"app.py": source.encode()}
        with _visiting(grader, Submission("step", "step", files, "app.py"), "11.1") as visitor:
            found += [
                (f"{number}. The code", _editor(source)),
                (f"{number}. The browser", browser("localhost:5000", _page(visitor, "/"))),
            ]
    with _visiting(grader, open_submission(app), "11.1") as visitor:
        found.append(("3. The browser with my name", browser("localhost:5000", _page(visitor, "/"))))
    return [*found, ("4. The changed route in app.py", _editor((app / "app.py").read_text(encoding="utf-8")))]


def _windows_of_11_2(grader: Grader) -> list[tuple[str, Window]]:
    app = APPS / "activity_11_2"
    source = (app / "app.py").read_text(encoding="utf-8")
    starter = (ROOT / "student_template" / "activity_11_2" / "app.py").read_text(encoding="utf-8")
    with _visiting(grader, open_submission(app), "11.2") as visitor:
        home = _page(visitor, "/")
        added, with_cookie = _page(visitor, "/addCookie"), _cookies(visitor)
        found = _page(visitor, "/displayCookieValue")
        visitor.delete_cookie("myFirstCookie")
        not_found = _page(visitor, "/displayCookieValue")
        visitor.visit("/addCookie")
        removed, without = _page(visitor, "/removeCookie"), _cookies(visitor)
    windows = [
        _editor(starter),
        browser("localhost:88", home),
        _editor(source, upto="/displayCookieValue"),
        browser("localhost:88/addCookie", added),
        settings(with_cookie),
        _editor(source, since="/displayCookieValue", upto="/removeCookie"),
        browser("localhost:88/displayCookieValue", found),
        browser("localhost:88/displayCookieValue", not_found),
        _editor(source, since="/removeCookie"),
        devtools("localhost:88/removeCookie", removed, without, docked="bottom"),
    ]
    return [(f"{number}.", window) for number, window in enumerate(windows, start=1)]


@contextmanager
def _visiting(grader: Grader, submission: Submission, activity: str) -> Iterator[Visitor]:
    attempt = grader.begin(settle(submission, activity_named(activity), CourseSettings()))
    try:
        attempt.get("site")  # once it is loaded
        visitor = attempt.get("browser")
        assert isinstance(visitor, Visitor)
        yield visitor
    finally:
        attempt.close()


def _page(visitor: Visitor, path: str) -> str:
    """Visit a page and return a picture of what the browser shows, as HTML."""
    visitor.take_evidence()
    visitor.visit(path)
    picture = visitor.take_evidence()[-1].data
    return f'<img style="margin: -8px" src="data:image/png;base64,{base64.b64encode(picture).decode("ascii")}">'


def _cookies(visitor: Visitor) -> list[tuple[str, str]]:
    return [(cookie.name, cookie.value.strip('"')) for cookie in visitor.cookies()]


def _editor(source: str, since: str = "", upto: str = "") -> Window:
    """Show a part of a file: whole views, from the one of a path up to another."""
    lines = source.splitlines()
    first = next(number for number, line in enumerate(lines) if since in line)
    last = next((number for number, line in enumerate(lines) if upto and upto in line), len(lines))
    return editor("\n".join(lines[first:last]), "light", first=first + 1)


def _document(title: str, windows: list[tuple[str, Window]], cam: Camera) -> bytes:
    document = docx.Document()
    document.add_heading(title, 1)
    for label, window in windows:
        document.add_paragraph(label)
        document.add_picture(io.BytesIO(_small(cam.shoot(window.sized(*SIZE)))), Inches(6))
    document.core_properties.author = "Jane Doe"
    document.core_properties.created = document.core_properties.modified = datetime(2026, 1, 1, tzinfo=timezone.utc)
    file = io.BytesIO()
    document.save(file)
    return _undated(file.getvalue())


def _small(picture: bytes) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(64).save(file, "PNG", optimize=True)
    return file.getvalue()


def _undated(package: bytes) -> bytes:
    """Write a zip again without the time of writing, so that the same document is the same file."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for entry in before.infolist():
            after.writestr(zipfile.ZipInfo(entry.filename), before.read(entry), zipfile.ZIP_DEFLATED)
    return file.getvalue()


if __name__ == "__main__":
    for path, content in documents().items():
        path.write_bytes(content)
        print(path.relative_to(ROOT), f"{len(content):,} bytes")
