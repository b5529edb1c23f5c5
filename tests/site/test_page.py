"""HTML as a person sees it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.site.client import RawReply
from grader.site.cookies import CookieJar
from grader.site.html_page import html_to_text, marked_up, swallowed_by
from grader.site.reply import Reply


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("Practicing Cookies!", "Practicing Cookies!"),
        ("<H1>Practicing <EM>Cookies</EM>!</H1>", "Practicing Cookies!"),
        ("<p>one</p><p>two</p>", "one\ntwo"),
        ("one<br>two", "one\ntwo"),
        ("one\n  two", "one two"),
        ("<title>no</title><style>no</style><script>no</script><!-- no -->yes", "yes"),
        ("<head><title>no</title></head><body>yes", "yes"),
        ("<p hidden>no</p><p style='color:red;display: none'>no</p><p>yes</p>", "yes"),
        ("a &lt;b&gt; &amp;nbsp; c&nbsp;d", "a <b> &nbsp; c d"),
        ("<label>Found: <input value='the value'></label>", "Found: the value"),
        ("<input type=hidden value=no><input type=checkbox value=no>", ""),
        ("<textarea>typed</textarea>", "typed"),
        ("<iframe src='/x'>no frames</iframe><video>no video</video>", ""),
        ("<title>never closed<body>all of it", ""),
        ("<Hello World!>", ""),
        ("", ""),
    ],
)
def test_what_is_seen(html, text):
    assert html_to_text(html) == text


@given(st.text())
def test_any_text_can_be_read(html):
    assert isinstance(html_to_text(html), str)


@pytest.mark.parametrize(
    ("html", "is_marked_up"),
    [
        ("<h1>My line</h1>", True),
        ("<html>My line</html>", True),
        ("My line<br>", True),
        ("<head><title>x</title></head>My line", True),
        ("My line", False),
        ("<!-- h1 -->My line", False),
        ("&lt;h1&gt;My line&lt;/h1&gt;", False),
        ("<h1>Another</h1>", False),
        ("<!-- My line --><p>Another</p>", False),
    ],
)
def test_marked_up(html, is_marked_up):
    assert marked_up(html, "My line") is is_marked_up


def reply(body, *headers, status=200, **more):
    raw = RawReply(status, headers, body if isinstance(body, bytes) else body.encode())
    return Reply("/", raw, set_cookies=(), jar=CookieJar(), **more)


def test_a_reply_in_another_encoding():
    assert reply("é".encode("latin-1"), ("content-type", "text/html; charset=latin-1")).text == "é"
    assert reply("é", ("content-type", "text/html; charset=no-such")).text == "é"


def test_plain_text_is_shown_as_it_is():
    assert reply("<b>x</b>", ("content-type", "text/plain")).text == "<b>x</b>"
    assert reply("<b>x</b>").text == "x"


def test_what_a_browser_does_not_show():
    assert reply("x", ("content-type", "image/png")).text == ""
    assert reply("x", ("content-type", "text/html"), ("content-disposition", "attachment; filename=a")).text == ""
    assert reply("You should be redirected", status=302, elsewhere="https://example.com/").text == ""


def test_an_error_page_is_not_ok_and_still_shown():
    page = reply("Cookie not found!", status=404)
    assert not page.ok
    assert page.text == "Cookie not found!"


FIELDS = {
    '<input value="Jane">': "Jane",
    '<input type="words" value="Jane">': "Jane",
    '<input placeholder="Jane">': "Jane",
    '<input value="Jane" placeholder="John">': "Jane",
    '<input type="password" value="Jane">': "",
    '<input type="hidden" value="Jane">': "",
    '<input type="checkbox" value="Jane">': "",
    "<textarea>Jane</textarea>": "Jane",
    '<textarea placeholder="Jane"></textarea>': "Jane",
    '<textarea placeholder="John">Jane</textarea>': "Jane",
    "<select><option>Jane<option>John</select>": "Jane",
    "<select><option>John<option selected>Jane</select>": "Jane",
    "<select multiple><option>Jane<option>Doe</select>": "Jane\nDoe",
}


@pytest.mark.parametrize(("html", "text"), FIELDS.items())
def test_what_stands_in_a_field_is_seen(html, text):
    assert html_to_text(f"<p>{html}</p>") == text


@pytest.mark.parametrize(
    ("html", "swallowed"),
    [
        ("<title>Hi\n<p>Jane", ("<title>", 1)),
        ("<p>Hi</p>\n<!-- hi ->\n<p>Jane", ("<!--", 2)),
        ("<STYLE>p {}<style>\nJane", ("<style>", 1)),
        ('<script src="x">\nJane', ("<script>", 1)),
        ("<title>Hi</title><style>p {}</style><!-- hi --><p>Jane", None),
        ("<p>Jane<title>Hi", None),
        ("<titles><p>Jane", None),
    ],
)
def test_what_swallows_the_rest_of_a_page(html, swallowed):
    assert swallowed_by(html, html.index("Jane")) == swallowed
