"""Pages are known by the templates that they were rendered from."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import jinja2
import pytest

from grader.sandbox.inside.renderings import Renderings
from grader.sandbox.messages import MadeFrom
from grader.site.client import RawReply
from grader.site.cookies import CookieJar
from grader.site.reply import Reply
from grader.site.templates import Templates, is_template
from grader.submission import Submission


def templates(app="", **files):
    content = {name.replace("__", "/").replace("_html", ".html"): text.encode() for name, text in files.items()}
    return Templates(Submission(name="x", source="x", files={**content, "app.py": app.encode()}, app="app.py"))


def page(html, *files, text=False):
    raw = RawReply(200, (("content-type", "text/html"),), html.encode())
    return Reply("/", raw, set_cookies=(), jar=CookieJar(), made_from=MadeFrom(files, text=text))


@pytest.fixture
def jinja(monkeypatch, tmp_path):
    """Jinja as it is in the jail, on a folder of templates, and what it notes."""
    environment = jinja2.environment
    monkeypatch.setattr(environment.Template, "_from_namespace", environment.Template._from_namespace)
    noted = Renderings(lambda path: Path(path).name if path.startswith(str(tmp_path)) else None)
    noted.install(environment)

    def make(**files):
        for name, text in files.items():
            (tmp_path / name.replace("_html", ".html")).write_text(text)
        loader = jinja2.FileSystemLoader(tmp_path)
        return jinja2.Environment(loader=loader, autoescape=True, auto_reload=False), noted

    return make


def test_a_page_made_from_a_template(jinja):
    environment, noted = jinja(index_html="<h1>{{ name }}</h1>")
    made = environment.get_template("index.html").render(name="Jane")
    assert made == "<h1>Jane</h1>"
    assert noted.on(made) == (["index.html"], False)
    assert noted.on("<h1>John</h1>") == ([], False)
    noted.begin()
    assert noted.on(made) == ([], False)


def test_a_template_that_extends_another_and_includes_a_third(jinja):
    environment, noted = jinja(
        index_html="{% extends 'base.html' %}{% block body %}Hi {% include 'menu.html' %}{% endblock %}",
        base_html="<body>{% block body %}{% endblock %}</body>",
        menu_html="<nav>Home</nav>",
        other_html="<body>Hi</body>",
    )
    made = environment.get_template("index.html").render()
    assert set(noted.on(made)[0]) == {"index.html", "base.html", "menu.html"}


def test_a_text_without_a_file(jinja):
    environment, noted = jinja()
    assert noted.on(environment.from_string("<h1>Hi</h1>").render()) == ([], True)


def test_a_page_that_was_changed_a_little(jinja):
    environment, noted = jinja(index_html="<title>Hi</title>\n<h1>Jane Doe</h1>\n<p>and more</p>")
    made = environment.get_template("index.html").render()
    assert noted.on(made.replace("Hi", "Hello"))[0] == ["index.html"]
    assert noted.on("<h1>John</h1>\n<p>and more</p>")[0] == []


def test_what_is_streamed_is_noted(jinja):
    environment, noted = jinja(index_html="{% for i in range(3) %}<p>{{ i }}</p>{% endfor %}")
    assert noted.on("".join(environment.get_template("index.html").generate()))[0] == ["index.html"]


def test_errors_are_what_they_are_without_it(jinja):
    environment, _ = jinja(index_html="<h1>\n{{ 1 // 0 }}</h1>")
    with pytest.raises(ZeroDivisionError) as caught:
        environment.get_template("index.html").render()
    files = [entry.path for entry in caught.traceback]
    assert not any(str(file) == sys.modules[Renderings.__module__].__file__ for file in files)


def test_a_stranger_is_not_believed_about_other_words():
    found = templates(index_html="<h1>Hi</h1>")
    assert found.behind(page("<p>More</p><h1>Hi</h1>", "index.html")) == ["index.html"]
    assert found.behind(page("<h1>Ho</h1>", "index.html")) == []
    assert found.behind(page("<h1>Hi</h1>")) == []
    assert found.behind(page("<h1>Hi</h1>", "other.html", "app.py")) == []
    with_a_name = templates(index_html="<h1>Hi {{ name }}</h1>")
    assert with_a_name.behind(page("<h1>Hi Jane</h1>", "index.html")) == ["index.html"]
    assert with_a_name.behind(page("<h1>Jane</h1>", "index.html")) == []


def test_a_file_that_is_read_and_rendered():
    assert templates(index_html="<h1>Hi</h1>").behind(page("<h1>Hi</h1>", text=True)) == ["index.html"]
    in_the_code = templates("render_template_string('<h1>Hi</h1>')", index_html="<h1>Hi</h1>")
    assert in_the_code.behind(page("<h1>Hi</h1>", text=True)) == []


def test_a_file_that_is_sent_as_it_is():
    found = templates(index_html="<h1>Hi</h1>\r\n")
    assert found.sent_as_is(page("<h1>Hi</h1>\n")) == ["index.html"]
    assert found.sent_as_is(page("<h1>Hi</h1>\n", "index.html")) == []
    assert found.sent_as_is(page("<h1>Ho</h1>\n")) == []
    assert templates("'<h1>Hi</h1>'", index_html="<h1>Hi</h1>").sent_as_is(page("<h1>Hi</h1>")) == []


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_templates_that_are_not_in_utf_8(encoding):
    files = {"good.html": "é".encode(), "bad.html": "<p>\n  José".encode(encoding), "app.py": b""}
    found = [*Templates(Submission(name="x", source="x", files=files, app="app.py")).unreadable()]
    assert found == [("bad.html", 2, "Jos") if encoding == "latin-1" else ("bad.html", 1, "")]


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
