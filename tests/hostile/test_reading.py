"""What the grader itself reads takes time in proportion to its length: nothing could interrupt it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import cast

import psutil
import pytest

from grader.activities import template_words
from grader.activities.done_by_the_page import what_it_does
from grader.activities.full_names import goes_on_below
from grader.classroom.likeness.own_code import own_code
from grader.model.faults import InputError
from grader.model.text import squeeze
from grader.sandbox import messages
from grader.sandbox.reports import Reports
from grader.sandbox.words.loading import load_failure
from grader.site import Reply, Site
from grader.site.html_page import html_to_text
from grader.site.templates import Templates
from grader.source.source import Source
from grader.submission import Submission, find_app

LONG = 200_000
SECONDS = 10.0


def route(rule: str, path: str) -> None:
    site = Site.__new__(Site)
    site.serving = messages.serving({"routes": [{"rule": rule}]})
    site.route(path)


def crash(text: str, of: str = "SyntaxError", message: str = "x", app: bytes = b"") -> None:
    frames = [{"file": "app.py", "line": 1, "text": text}]
    load_failure(messages.crash({"type": of, "message": message, "frames": frames}), "app.py", {"app.py": app})


def template(content: bytes) -> None:
    assert Templates(Submission("x", "x", {"a.html": content}, "app.py")).paths


def page(source: str) -> None:
    what_it_does(Site.__new__(Site), cast("Reply", SimpleNamespace(is_html=True, source=source)), lambda _: False)


READINGS: dict[str, Callable[[], object]] = {
    "elements in elements": lambda: html_to_text("<div>" * LONG),
    "attributes of an element": lambda: html_to_text("<a " + " ".join(f"a{n}" for n in range(LONG)) + ">"),
    "accents on a letter": lambda: squeeze("a" + "\u0315\u0300" * LONG),
    "scripts that do not end": lambda: page("<script>" * LONG),
    "pictures that do not end": lambda: page("<img src" * LONG),
    "styles that do not end": lambda: template_words._put_there_by(":after{" * LONG),
    "a block in a template": lambda: template(b"{% extends 'a' %}{% block " + b"a" * LONG),
    "variable parts of a rule": lambda: route("/" + "<a>" * 600 + "X", "/" + "name" * 600),
    "a line with an error": lambda: crash("f'" + "{'" * 990),
    "empty lines above what gets None": lambda: crash("int(port)", "TypeError", "not 'NoneType'", b"\n" * LONG),
    "white space below a name": lambda: goes_on_below("Jane<br>" + "Jane " * LONG + "<br>" + " " * LONG, "Jane"),
    "white space in a module": lambda: find_app(
        {"pkg/__init__.py": b"Flask()", "a.py": b"Flask()", "b.py": b"\n" * LONG + b"import pkg"}, "x"
    ),
    "modules too large to be a student's": lambda: find_app(
        {"a.py": b"Flask()", "b.py": b"Flask()" + b"\nx = 1" * 10 * LONG, "wsgi.py": b"run_simple()"}, "x"
    ),
    "a module too large to be a student's": lambda: Source({"app.py": b"x = 1\n" * 10 * LONG}).run_in_code("app.py"),
    "comments in a line": lambda: own_code({"app.py": b"x = = '" + b"#" * LONG + b"'"}, "activity-11.2"),
}


@pytest.mark.parametrize("read", READINGS.values(), ids=READINGS)
def test_reading_comes_to_an_end(read: Callable[[], object]) -> None:
    begun = time.process_time()
    with suppress(InputError):
        read()
    assert time.process_time() - begun < SECONDS


def test_reports_that_nobody_asks_for_do_not_pile_up() -> None:
    read, write = os.pipe()
    before = psutil.Process().memory_info().rss
    with os.fdopen(read, "rb") as pipe, os.fdopen(write, "wb") as app:
        reports = Reports(pipe, "/tmp/submission")
        for _ in range(40):  # a hundred and fifty megabytes, as objects
            app.write(b'{"event": "exception", "frames": [' + b"[]," * 60_000 + b"0]}\n")
        app.close()
        assert reports.ended.wait(60)
        assert psutil.Process().memory_info().rss - before < 80 * 2**20
        assert reports.next(0) is not None
        reports.forget()
        assert reports.next(0) is None


def test_honest_pages_and_rules_are_read_as_before() -> None:
    long_page = "<img src='data:image/png;base64," + "A" * LONG + "'><p>Practicing Cookies!</p>"
    assert html_to_text(long_page) == "Practicing Cookies!"
    assert squeeze("Cafe\u0301 \u2460!") == squeeze("caf\xe9 1")
    site = Site.__new__(Site)
    rules = ["/", "/a/<int:b>", "/<c>-d", "/e/", "/[x]*"]
    site.serving = messages.serving({"routes": [{"rule": rule} for rule in rules]})
    paths = {"/": "/", "/a/1": "/a/<int:b>", "/x-d": "/<c>-d", "/e": "/e/", "/e/": "/e/", "/[x]*": "/[x]*"}
    for path, rule in paths.items():
        found = site.route(path)
        assert found is not None
        assert found.rule == rule
    assert site.route("/a/1/2") is None
    assert site.route("/-d") is None
