from __future__ import annotations

import time
from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask, make_response, request


@pytest.fixture
def app():
    app = Flask(__name__)

    @app.get("/set")
    def set_cookies():
        response = make_response("set")
        response.set_cookie("first", "Hello World - my first cookie!")
        response.set_cookie("second", "plain", max_age=3600)
        response.set_cookie("deep", "d", path="/deep")
        return response

    @app.get("/set/<path:attributes>")
    def set_with(attributes):
        return "set", {"Set-Cookie": f"first=value; {attributes.replace('+', '; ')}"}

    @app.get("/remove")
    def remove():
        response = make_response("removed")
        response.set_cookie("first", "", max_age=0)
        return response

    @app.get("/show")
    def show():
        return ",".join(sorted(request.cookies)) + "<script>document.write('|' + (localStorage.seen || 'new'))</script>"

    @app.get("/store")
    def store():
        return "<script>localStorage.seen = 'seen'; setInterval(() => document.cookie = 'again=1', 1)</script>"

    return app


def test_a_cookie_is_stored_as_it_was_sent(revisit, app):
    visitor = revisit(app)
    assert visitor.cookies() == []
    visitor.visit("/set")
    cookie = visitor.cookie("first")
    assert cookie.value == '"Hello World - my first cookie!"'
    assert (cookie.domain, cookie.path, cookie.expires) == ("localhost", "/", None)
    assert {cookie.name for cookie in visitor.cookies()} == {"first", "second", "deep"}
    assert visitor.cookie("deep").path == "/deep"
    assert visitor.cookie("First") is None


def test_an_expiry_is_a_moment(revisit, app):
    visitor = revisit(app)
    visitor.visit("/set")
    lasts = visitor.cookie("second").expires - datetime.now(timezone.utc)
    assert timedelta(minutes=59) < lasts <= timedelta(hours=1)


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ("Secure", True),
        ("HttpOnly", True),
        ("Domain=localhost", True),
        ("SameSite=None+Secure", True),
        ("SameSite=Strict", True),
        ("SameSite=None", False),
        ("Domain=example.com", False),
        ("Max-Age=0", False),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
    ],
)
def test_the_browser_decides_what_it_keeps(revisit, app, attributes, kept):
    visitor = revisit(app)
    visitor.visit(f"/set/{attributes}")
    assert (visitor.cookie("first") is not None) is kept


def test_deleting_one_cookie_leaves_the_others(revisit, app):
    visitor = revisit(app)
    visitor.visit("/set")
    visitor.delete_cookie("first")
    assert {cookie.name for cookie in visitor.cookies()} == {"second", "deep"}
    assert visitor.visit("/show").text == "second|new"


@pytest.mark.parametrize(
    "attributes",
    [
        "Path=/",
        "Path=/set; HttpOnly; SameSite=Strict",
        "Path=/; Max-Age=3600; Secure; SameSite=None",
        "Path=/; Secure; SameSite=None; Partitioned",
        "Path=/; Domain=localhost; Priority=High",
    ],
)
def test_a_deleted_cookie_is_put_back_as_it_was(revisit, app, attributes):
    visitor = revisit(app)
    visitor.visit(f"/set/{attributes}")
    before = visitor.cookies()
    assert [cookie.name for cookie in before] == ["first"]
    assert not visitor.put_back("first")
    visitor.delete_cookie("first")
    assert visitor.cookies() == []
    assert visitor.put_back("first")
    assert visitor.cookies() == before
    visitor.forget()
    assert not visitor.put_back("first")


def test_what_has_expired_meanwhile_is_not_put_back(revisit, app):
    visitor = revisit(app)
    visitor.visit("/set/Max-Age=1")
    visitor.delete_cookie("first")
    time.sleep(1.1)
    assert not visitor.put_back("first")


def test_the_app_removes_its_cookie(revisit, app):
    visitor = revisit(app)
    visitor.visit("/set")
    visitor.visit("/remove")
    assert visitor.cookie("first") is None


def test_forgetting_leaves_nothing(revisit, app):
    visitor = revisit(app)
    visitor.visit("/set")
    visitor.visit("/store")
    visitor.forget()
    assert visitor.cookies() == []
    assert visitor.visit("/show").text == "|new"


def test_visitors_share_nothing(browser, serve, app):
    origin = serve(app)
    with browser.open(origin) as one, browser.open(origin) as other:
        one.visit("/set")
        assert other.visit("/show").text == "|new"
        assert other.cookies() == []
