"""Cookies as Chromium on ``localhost`` keeps them, and quoted as Werkzeug does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import dump_cookie, parse_cookie

from grader.site.cookies import CookieJar, default_path, path_matches, quote, read_date, read_set_cookie, unquote

NOW = datetime(2026, 11, 22, 12, tzinfo=timezone.utc)


def read(header: str, path: str = "/addCookie"):
    return read_set_cookie(header, path, NOW)


@pytest.mark.parametrize(
    ("header", "name", "value"),
    [
        ("a=b", "a", "b"),
        ("  a  =  b  ; Path=/", "a", "b"),
        ('a="b c"', "a", '"b c"'),
        ("a=b=c", "a", "b=c"),
        ("a=", "a", ""),
        ("novalue", "", "novalue"),
        ("=novalue", "", "novalue"),
        ("a=b, c=d", "a", "b, c=d"),
    ],
)
def test_name_and_value(header: str, name: str, value: str) -> None:
    assert (read(header).name, read(header).value) == (name, value)


@pytest.mark.parametrize(
    ("path", "default"),
    [("/addCookie", "/"), ("/a/b", "/a"), ("/a/", "/a"), ("/", "/"), ("", "/"), ("x", "/"), ("/a/b?c=/d/e", "/a")],
)
def test_default_path(path: str, default: str) -> None:
    assert default_path(path) == default


@pytest.mark.parametrize(
    ("header", "path"),
    [("a=b; Path=/x", "/x"), ("a=b; path=x", "/"), ("a=b; Path=", "/"), ("a=b; Path=/x; Path=/y", "/y")],
)
def test_path(header: str, path: str) -> None:
    assert read(header).path == path


@pytest.mark.parametrize(
    ("request_path", "cookie_path", "sent"),
    [
        ("/a", "/", True),
        ("/a", "/a", True),
        ("/a/b", "/a", True),
        ("/ab", "/a", False),
        ("/", "/a", False),
        ("/a/b", "/a/", True),
        ("/a?x", "/a", True),
        ("/a", "/a/", False),
    ],
)
def test_path_matching(request_path: str, cookie_path: str, sent: bool) -> None:
    assert path_matches(request_path, cookie_path) is sent


@pytest.mark.parametrize(
    ("attributes", "kept"),
    [
        ("", True),
        ("; Secure", True),  # localhost counts as safe
        ("; HttpOnly", True),
        ("; Domain=localhost", True),
        ("; Domain=.localhost", True),
        ("; Domain=LOCALHOST", True),
        ("; Domain=", True),
        ("; Domain=example.com", False),
        ("; Domain=127.0.0.1", False),
        ("; SameSite=Lax", True),
        ("; SameSite=None", False),
        ("; SameSite=None; Secure", True),
        ("; SameSite=nonsense", True),
    ],
)
def test_what_a_browser_keeps(attributes: str, kept: bool) -> None:
    assert (read("a=b" + attributes).refused is None) is kept


@pytest.mark.parametrize(
    ("header", "kept"),
    [
        ("__Secure-a=b", False),
        ("__Secure-a=b; Secure", True),
        ("__Host-a=b; Secure; Path=/", True),
        ("__Host-a=b; Secure; Path=/x", False),
        ("__Host-a=b; Secure; Path=/; Domain=localhost", False),
        ("", False),
        ("a=" + "x" * 4095, True),
        ("a=" + "x" * 4096, False),
        ("a=b\x01", False),
    ],
)
def test_prefixes_and_bounds(header: str, kept: bool) -> None:
    assert (read(header).refused is None) is kept


@pytest.mark.parametrize(
    ("attributes", "removed"),
    [
        ("Max-Age=0", True),
        ("Max-Age=-1", True),
        ("Max-Age=60", False),
        ("Max-Age=x", False),
        ("Max-Age=" + "9" * 50, False),
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("Expires=Thu, 01-Jan-70 00:00:00 GMT", True),
        ("Expires=Sun, 22 Nov 2026 11:59:59 GMT", True),
        ("Expires=Sun, 22 Nov 2026 12:00:01 GMT", False),
        ("Expires=Wed, 01 Jan 2031 00:00:00 GMT", False),
        ("Expires=0", False),  # no date: a session cookie
        ("Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60", False),
        ("Max-Age=0; Expires=Wed, 01 Jan 2031 00:00:00 GMT", True),
    ],
)
def test_expiry(attributes: str, removed: bool) -> None:
    assert read(f"a=b; {attributes}").expired(NOW) is removed


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Sun, 22 Nov 2026 08:12:41 GMT", datetime(2026, 11, 22, 8, 12, 41, tzinfo=timezone.utc)),
        ("Sunday, 22-Nov-26 08:12:41 GMT", datetime(2026, 11, 22, 8, 12, 41, tzinfo=timezone.utc)),
        ("Sun Nov 22 08:12:41 2026", datetime(2026, 11, 22, 8, 12, 41, tzinfo=timezone.utc)),
        ("22 nov 2026 8:1:2", datetime(2026, 11, 22, 8, 1, 2, tzinfo=timezone.utc)),
        ("31 Feb 2026 08:00:00", None),
        ("22 Nov 2026 25:00:00", None),
        ("22 Nov 2026", None),
        ("tomorrow", None),
        ("", None),
    ],
)
def test_dates(text: str, date: datetime | None) -> None:
    assert read_date(text) == date


def test_any_cookie_can_be_stored_replaced_and_removed() -> None:
    jar = CookieJar()
    jar.take(read("a=1; Path=/"), NOW)
    jar.take(read("a=2; Path=/; Domain=localhost"), NOW)
    assert jar.header("/") == "a=2"
    jar.take(read("a=; Path=/elsewhere; Max-Age=0"), NOW)
    assert jar.header("/") == "a=2"
    jar.take(read("a=; Path=/; Max-Age=0"), NOW)
    assert jar.header("/") is None


def test_longer_paths_are_sent_first() -> None:
    jar = CookieJar()
    jar.take(read("a=1; Path=/"), NOW)
    jar.take(read("b=2; Path=/deep"), NOW)
    assert jar.header("/deep/er") == "b=2; a=1"


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_values_are_quoted_and_read_as_werkzeug_does(value: str) -> None:
    dumped = dump_cookie("a", value, max_size=0)
    assert f"a={quote(value)}; Path=/" == dumped
    assert unquote(quote(value)) == parse_cookie(f"a={quote(value)}").get("a", "") == value


@given(st.text(max_size=200), st.text(max_size=20))
def test_no_header_is_too_odd(header: str, path: str) -> None:
    cookie = read_set_cookie(header, path, NOW)
    assert cookie.decoded is not None
    assert cookie.expired(NOW + timedelta(days=1)) in {True, False}
    CookieJar().take(cookie, NOW)


@given(
    st.lists(
        st.sampled_from(["Max-Age", "Expires", "=", ";", "9" * 30, "-", "Jan", "١٢", "99:99:99", "0", " "]), max_size=20
    )
)
def test_no_attribute_is_too_odd(parts: list[str]) -> None:
    read_set_cookie("a=b;" + "".join(parts), "/", NOW)
