"""Pages are known by the templates that they were rendered from."""

from __future__ import annotations

import re

import jinja2
import pytest
from grader.site.marks import without_marks

from grader.site.templates import Templates, is_template
from grader.submission import Submission


def templates(**files):
    content = {name.replace("__", "/").replace("_html", ".html"): text.encode() for name, text in files.items()}
    return Templates(Submission(name="x", source="x", files={**content, "app.py": b""}, app="app.py"))


def rendered(found, name):
    loader = jinja2.DictLoader({path: text.decode() for path, text in found.marked_files.items()})
    return jinja2.Environment(loader=loader, autoescape=True).get_template(name).render()


@pytest.mark.parametrize("text", ["<h1>Hi</h1>", "", "{% block x %}a{% endblock %}", "{# a #}", "<!-- never closed"])
def test_a_page_made_from_a_template(text):
    found = templates(index_html=text)
    page = rendered(found, "index.html")
    assert found.behind(page) == ["index.html"]
    assert found.sent_as_is(page) == []


def test_a_template_that_extends_another():
    found = templates(
        index_html="{% extends 'base.html' %}{% block body %}Hi{% endblock %}",
        base_html="<body>{% block body %}{% endblock %}</body>",
    )
    assert set(found.behind(rendered(found, "index.html"))) == {"index.html", "base.html"}


def test_an_included_template():
    found = templates(index_html="{% include 'a.html' %}", a_html="Hi", b_html="Ho")
    assert set(found.behind(rendered(found, "index.html"))) == {"index.html", "a.html"}


def test_a_file_that_is_sent_as_it_is():
    found = templates(index_html="<h1>Hi</h1>")
    page = found.marked_files["index.html"].decode()
    assert found.behind(page) == []
    assert found.sent_as_is(page) == ["index.html"]


def test_the_same_words_written_in_app_py():
    assert templates(index_html="<h1>Hi</h1>").behind("<h1>Hi</h1>") == []


def test_other_words_under_a_mark_that_was_put_there_by_hand():
    found = templates(index_html="<h1>Hi</h1>")
    made = rendered(found, "index.html")
    assert found.behind(made.replace("Hi", "Ho")) == []
    assert found.behind(f"<p>More</p>{made}") == ["index.html"]


def test_marks_cannot_be_guessed():
    assert templates(index_html="").marked_files != templates(index_html="").marked_files


@pytest.mark.parametrize("kept", [None, -1, -4, -9, -25])  # a long line is cut off
def test_marks_are_not_quoted(kept):
    marked = templates(index_html="<h1>Hi</h1> <!-- bye -->").marked_files["index.html"].decode()
    assert without_marks(marked[:kept]) == "<h1>Hi</h1> <!-- bye -->"


def test_a_rendered_page_is_quoted_without_marks():
    assert without_marks(rendered(templates(index_html="Hi"), "index.html")) == "Hi"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_templates_that_are_not_in_utf_8(encoding):
    files = {"good.html": "é".encode(), "bad.html": "<p>\n  José".encode(encoding), "app.py": b""}
    found = [*Templates(Submission(name="x", source="x", files=files, app="app.py")).unreadable()]
    assert found == [("bad.html", 2, "Jos") if encoding == "latin-1" else ("bad.html", 1, "")]


def test_python_files_are_left_alone():
    assert templates(index_html="").marked_files["app.py"] == b""


def test_line_of():
    found = templates(index_html="<h1>\n\nHello</h1>")
    assert found.line_of("index.html", re.compile("hello", re.IGNORECASE)) == 3
    assert found.line_of("index.html", re.compile("bye")) is None


def test_the_index_of_a_folder_that_flask_uses():
    found = templates(templates__index_html="")
    assert found.is_index("templates/index.html", ["templates"])
    assert not found.is_index("templates/index.html", ["views"])
    assert not found.is_index("templates/Index.html", ["templates"])


@pytest.mark.parametrize(("path", "expected"), [("a/b.html", True), ("B.HTM", True), ("x.j2", True), ("x.py", False)])
def test_is_template(path, expected):
    assert is_template(path) is expected
