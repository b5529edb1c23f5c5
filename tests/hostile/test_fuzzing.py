"""Whatever a stranger's bytes are, they are read, or refused with a sentence.

A few seconds in CI; ``FUZZ=100 pytest tests/hostile/test_fuzzing.py`` looks a hundred times as long.  Zips, exports,
``Set-Cookie`` and raw HTTP are fuzzed beside their own tests.
"""

from __future__ import annotations

import io
import json
import os
import socket
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import docx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from grader.activities import activity_named
from grader.course.reading_toml import read_settings
from grader.document import open_document
from grader.machine.allowance import Allowance
from grader.model.faults import InputError, StudentFault
from grader.platforms.writing_grades import open_gradebook
from grader.report.json_report import from_dict, to_dict
from grader.rubric import Report
from grader.sandbox import messages
from grader.sandbox.limits import RunLimits
from grader.site import Site
from grader.site.html_page import html_to_text, marked_up
from grader.source.source import Source
from tests.packing import zipped
from tests.report import samples

WORK = int(os.environ.get("FUZZ", "1"))


def examples(number: int) -> settings:
    return settings(max_examples=number * WORK, suppress_health_check=list(HealthCheck))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def changed(draw: st.DrawFn, whole: object) -> object:
    """Draw something that JSON can hold, changed in a place or two."""
    copy = json.loads(json.dumps(whole))
    for _ in range(draw(st.integers(1, 2))):
        place, key = copy, None
        for _ in range(draw(st.integers(1, 6))):
            inner = place[key] if key is not None else place
            if not isinstance(inner, (dict, list)) or not inner:
                break
            place, key = inner, draw(st.sampled_from(sorted(inner) if isinstance(inner, dict) else range(len(inner))))
        if draw(st.booleans()):
            place[key] = draw(JSON)
        elif isinstance(place, (dict, list)):
            del place[key]
    return copy


# What the jail says

EVENT = {
    "event": "serving",
    "run": {"host": "x", "port": 88, "debug": False, "file": "app.py", "line": 9, "text": "app.run()"},
    "routes": [
        {
            "rule": "/<int:a>/b",
            "methods": ["GET"],
            "arguments": {"a": "IntegerConverter"},
            "file": "app.py",
            "line": 3,
            "function": "f",
        }
    ],
    "template_folders": ["templates"],
    "type": "KeyError",
    "message": "'a'",
    "bases": ["KeyError"],
    "frames": [{"file": "app.py", "line": 3, "function": "f", "text": "x"}],
}


@examples(150)
@given(
    st.binary(max_size=200)
    | JSON.map(lambda value: json.dumps(value).encode())
    | changed(EVENT).map(json.dumps).map(str.encode)
)
def test_any_message_is_plain_data_or_none(line: bytes) -> None:
    message = messages.parse(line)
    if message is None:
        return
    serving = messages.serving(message)
    str(messages.crash(message)), messages.last_frame(message)
    site = Site.__new__(Site)
    site.serving = serving
    for path in ("/", "/addCookie", *site.pages()):
        site.route(path), site.similar_route(path)
    for route in serving.routes:
        assert isinstance(route.rule, str)
        route.rule.encode()


# What the app says over HTTP

HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "Location",
                "Set-Cookie",
                "Content-Type",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "X",
                "Trailer",
            ]
        ),
        st.sampled_from(
            [
                *("http://[", "http://localhost\u2100:1/", "//", "?", "/next", "http://localhost:99999999999/", "%zz"),
                *("a=b; Max-Age=99999999999999", "=;;=", "myFirstCookie=1; Expires=Thu, 99 Jan 9999 99:99:99 GMT"),
                *("text/html; charset=idna", "text/html; charset=", "chunked", "gzip", "5", "-5", "5, 5", "close", ""),
            ]
        )
        | st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=30),
    ),
    max_size=6,
)


@contextmanager
def answers(raw: bytes) -> Iterator[int]:
    """Answer every connection with these bytes; gives the port."""
    listener, done = socket.create_server(("127.0.0.1", 0)), threading.Event()

    def serve() -> None:
        while not done.is_set():
            link, _ = listener.accept()
            with link, suppress(OSError):
                link.settimeout(1)
                link.recv(65536)
                link.sendall(raw)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        done.set()
        socket.create_connection(listener.getsockname()).close()
        thread.join()
        listener.close()


@examples(80)
@given(
    st.sampled_from([100, 103, 200, 204, 302, 308, 404, 500, 999]),
    HEADERS,
    st.binary(max_size=60) | st.just(b"5\r\n<p>hi\r\n0\r\n\r\n"),
)
def test_any_answer_is_a_page_or_the_students_fault(status: int, headers: list[tuple[str, str]], body: bytes) -> None:
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
    with answers("\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + body) as port:
        site = Site.__new__(Site)
        site._app = SimpleNamespace(
            port=port,
            origin=f"http://localhost:{port}",
            limits=RunLimits(request=1),
            forget_events=lambda: None,
            has_died=lambda: False,
            broken_limit=None,
            busy_at=None,
            crash=lambda: None,
        )
        site.allowance, site._unanswered = Allowance(9), {}
        site.serving, site.app_file = messages.serving({}), "app.py"
        site.templates, site.source = SimpleNamespace(paths=()), Source({})
        with suppress(StudentFault):
            reply = site.get("/")
            assert isinstance(reply.text, str)
            reply.jar.header("/"), [cookie.decoded for cookie in reply.set_cookies]


@examples(100)
@given(
    st.lists(
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b ",
                "x=",
                '"',
                "'",
                ">",
                "<!--",
                "-->",
                "<svg>",
                "<title>",
                "&#0;",
                "&lt",
                "\0",
                "hi",
                "]]>",
            ]
        )
    )
)
def test_any_html_has_a_text(pieces: list[str]) -> None:
    html = "".join(pieces)
    assert isinstance(html_to_text(html), str)
    marked_up(html, "hi")


# What was handed in


@cache
def word_document() -> dict[str, bytes]:
    """The parts of a small Word document with a picture and labels."""
    picture, paper, document = io.BytesIO(), io.BytesIO(), docx.Document()
    Image.effect_noise((300, 200), 50).save(picture, "PNG")
    for number in range(1, 4):
        document.add_paragraph(f"Screenshot {number}:")
        document.add_picture(picture)
    document.save(paper)
    with zipfile.ZipFile(paper) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


PARTS = ["word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml", "word/styles.xml"]
INSERTED = [
    *(
        b"<w:p>",
        b"</w:p>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]>",
        b"&a;",
        b"\0",
        b"\xff",
        b'"',
        b"<w:numPr/>",
        b"<![CDATA[",
    ),
    *(b' r:id="rId999"', b"../../../etc/passwd", b"http://localhost/", b"-1", b"99999999999999999999", b"<w:del>"),
]


@examples(40)
@given(
    st.sampled_from(PARTS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 40), st.sampled_from(INSERTED)), min_size=1, max_size=3),
)
def test_any_word_document_is_read_or_the_students_fault(part: str, changes: list[tuple[float, int, bytes]]) -> None:
    parts = dict(word_document())
    for where, length, inserted in changes:
        at = int(where * len(parts[part]))
        parts[part] = parts[part][:at] + inserted + parts[part][at + length :]
    with suppress(StudentFault):
        document = open_document({"a.docx": zipped(parts)}, activity_named("11.2").pictures)
        assert len(document.pictures) < 100


# What the instructor has


@cache
def a_report() -> dict[str, object]:
    return to_dict(samples.typical())


@examples(60)
@given(changed(a_report()))
def test_any_json_is_a_report_or_a_value_error(data: object) -> None:
    if isinstance(data, dict):
        with suppress(ValueError):
            assert isinstance(from_dict(data), Report)


TOML = [
    *(
        "min-score = 60\n",
        "[late]\n",
        "percent-per-day = 10\n",
        '[activities."11.2"]\n',
        "due = 2026-11-20T23:59:00-05:00\n",
    ),
    *('required = ["app"]\n', '[activities."11.2".points]\n', "home = 20\n", '[activities."11.2".wordings]\n'),
    *(
        '"Cookie added!" = ["x", ""]\n',
        "= ",
        "[",
        "]",
        '"',
        "nan",
        "inf",
        "-1",
        "1e400",
        "'''",
        "\0",
        "\u202e",
        "true\n",
    ),
    *("due = 0001-01-01T00:00:00+14:00\n", "activities = 3\n", "[[activities]]\n", "[" * 2000),
]


@examples(60)
@given(st.lists(st.sampled_from(TOML) | st.text(max_size=5), max_size=8))
def test_any_settings_are_read_or_refused_with_a_sentence(pieces: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grader.toml")
        path.write_bytes("".join(pieces).encode("utf-8", "surrogatepass"))
        with suppress(InputError):
            read_settings(path, shown_as="grader.toml")


CELLS = [
    *("Student", "ID", "SIS Login ID", "Section", "Activity 11.2 (123)", "    Points Possible", "100", "OrgDefinedId"),
    *(
        "Username",
        "Activity Points Grade <Numeric MaxPoints:100>",
        "End-of-Line Indicator",
        "#",
        "Identifier",
        "Full name",
    ),
    *(
        "Grade",
        "Maximum Grade",
        "Participant 12",
        "Last Name",
        "First Name",
        "Activity [Total Pts: 100 Score] |12",
        "Doe, Jane",
    ),
    *("=1+1", "", '"', '""', "\t", ";", "\0", "\u202e", "sep=;", "\ufeff", "nan", "1e999"),
]


@examples(60)
@given(
    st.lists(st.lists(st.sampled_from(CELLS), max_size=8), max_size=5),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8", "utf-16", "latin-1"]),
)
def test_any_gradebook_is_read_or_refused_with_a_sentence(rows: list[list[str]], delimiter: str, encoding: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "grades.csv")
        path.write_bytes("\n".join(delimiter.join(row) for row in rows).encode(encoding, "replace"))
        with suppress(InputError):
            open_gradebook(path)
