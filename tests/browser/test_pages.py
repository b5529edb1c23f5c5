from __future__ import annotations

import time

import pytest
from flask import Flask, Response, abort, redirect


def showing(html: str) -> Flask:
    app = Flask(__name__)
    app.get("/")(lambda: html)
    return app


@pytest.fixture
def app():
    app = Flask(__name__)
    app.get("/", endpoint="/")(
        lambda: "<title>no</title><h1>Practicing</h1>  <p>Cookies!<!-- no --></p><script>1</script>"
    )
    app.get("/away", endpoint="/away")(lambda: redirect("http://example.com/there"))
    app.get("/round", endpoint="/round")(lambda: redirect("/round"))
    app.get("/here", endpoint="/here")(lambda: redirect("/"))
    app.get("/broken", endpoint="/broken")(lambda: 1 / 0)
    app.get("/teapot", endpoint="/teapot")(lambda: abort(418))
    app.get("/nothing", endpoint="/nothing")(lambda: ("", 204))
    app.get("/empty", endpoint="/empty")(lambda: ("", 404))
    app.get("/plain", endpoint="/plain")(lambda: Response("a  <b>\nc", mimetype="text/plain"))
    app.get("/xml", endpoint="/xml")(lambda: Response("<a>text</a>", mimetype="application/xml"))
    app.get("/file", endpoint="/file")(
        lambda: Response("x", headers={"Content-Disposition": "attachment"}, mimetype="application/zip")
    )
    app.get("/huge", endpoint="/huge")(lambda: "<p>start</p>" + f"<p>{'a huge page ' * 500}</p>" * 200)

    @app.get("/slow")
    def slow():
        time.sleep(3)
        return "late"

    return app


def test_a_page_is_read_as_a_person_sees_it(revisit, app):
    page = revisit(app).visit("/")
    assert page.text.split() == ["Practicing", "Cookies!"]
    assert (page.path, page.status, page.problem, page.body) == ("/", 200, None, "")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<body onload='document.body.append(\" written\")'>first</body>", "first written"),
        ("first<script>addEventListener('load', () => document.body.append(' written'))</script>", "first written"),
        ("first<img src='/slow'><script>onload = () => document.body.append(' late')</script>", "first"),
        ("first<script>const setTimeout = addEventListener = 1</script>", "first"),
    ],
)
def test_what_a_page_writes_as_soon_as_it_is_loaded_is_on_it(revisit, app, html, text):
    app.get("/writes", endpoint="/writes")(lambda: html)
    assert revisit(app).visit("/writes").text == text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [("/absent", 404, "Not Found"), ("/broken", 500, "Internal Server Error"), ("/teapot", 418, "teapot")],
)
def test_error_pages_are_pages(revisit, app, path, status, words):
    page = revisit(app).visit(path)
    assert (page.status, page.problem) == (status, None)
    assert words in page.text


def test_an_error_without_a_word(revisit, app):
    page = revisit(app).visit("/empty")
    assert (page.status, page.text) == (404, "")


def test_other_kinds_of_document(revisit, app):
    visitor = revisit(app)
    assert visitor.visit("/plain").text == "a  <b>\nc"
    assert "text" in visitor.visit("/xml").text


def test_redirects_within_the_app_are_followed(revisit, app):
    page = revisit(app).visit("/here")
    assert page.status == 200
    assert page.url.endswith("/")
    assert "Practicing" in page.text


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/away", 302, "leads to http://example.com/there"),
        ("/round", 302, "redirects in a loop"),
        ("/file", 200, "is a download"),
        ("/nothing", 204, "has nothing to display (status 204)"),
    ],
)
def test_what_is_not_a_page_is_put_into_words(revisit, app, path, status, problem):
    visitor = revisit(app)
    page = visitor.visit(path)
    assert page.status == status
    assert page.problem.startswith(problem)
    assert page.text == ""
    assert "Practicing" in visitor.visit("/").text


def test_a_slow_page_is_waited_for_but_not_for_ever(visit, app):
    visitor = visit(app, seconds=0.5)
    page = visitor.visit("/slow")
    assert page.problem == "did not finish loading within 0.5 seconds"
    assert page.status is None
    assert visitor.visit("/").problem is None


def test_an_app_that_is_gone(browser):
    with browser.open("http://localhost:1024") as visitor:
        assert "not running" in visitor.visit("/").problem


def test_reloading_asks_again(revisit):
    app = Flask(__name__)
    answers = iter("abc")
    app.get("/")(lambda: next(answers))
    visitor = revisit(app)
    assert [visitor.visit("/").text, visitor.reload().text, visitor.reload().text] == ["a", "b", "c"]


def test_a_huge_page_is_cut(revisit, app):
    page = revisit(app).visit("/huge")
    assert page.text.startswith("start")
    assert len(page.text) == 1_000_000


def test_evidence_is_recorded_only_when_asked_for(visit, app):
    silent = visit(app)
    silent.visit("/")
    assert silent.take_evidence() == []

    recording = visit(app, screenshots=True)
    recording.visit("/")
    recording.reload()
    recording.delete_cookie("one")
    evidence = recording.take_evidence()
    assert [each.caption for each in evidence] == [
        "After visiting /",
        "After reloading /",
        "After deleting the cookie one",
    ]
    assert all(each.data.startswith(b"\x89PNG") and each.cookies == () for each in evidence)
    assert recording.take_evidence() == []
