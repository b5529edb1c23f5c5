"""Attacks on the page: none succeeds.  ``pytest tests/web --table`` shows them, with the wall that stops each."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader import grade
from grader.web.guard import Guard
from tests.systems import for_posix
from tests.waiting import until

from .attacks import ATTACKS, Attack
from .conftest import Served, served


@pytest.fixture(scope="module")
def at(small_class: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One page for all of them: what one of them had broken, the others would see."""
    with served(small_class, tmp_path_factory.mktemp("home")) as page:
        answer = _ask(page, "GET", page.guard.start, {})
        assert answer[0] == 303
        yield page


def _ask(  # noqa: PLR0917
    at: Served,
    method: str,
    path: str,
    headers: dict[str, str],
    body: str | bytes | None = None,
    host: str | None = None,
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", at.server.port, timeout=20)
    try:
        connection.putrequest(method, path, skip_host=host is not None, skip_accept_encoding=True)
        if host is not None:
            connection.putheader("Host", host)
        data = body.encode() if isinstance(body, str) else body
        for name, value in {**headers, **({"Content-Length": str(len(data))} if data else {})}.items():
            connection.putheader(name, value)
        connection.endheaders(data)
        answer = connection.getresponse()
        if answer.headers.get_content_type() == "text/event-stream":
            return answer.status, "", dict(answer.headers)
        return answer.status, answer.read().decode("utf-8", "replace"), dict(answer.headers)
    except (ConnectionError, http.client.HTTPException):
        return 0, "", {}
    finally:
        connection.close()


def _filled(text: str, at: Served, start: str) -> str:
    prefix = at.guard.prefix
    text = text.replace("@start", start).replace("$half", prefix[:12]).replace("$upper", prefix.swapcase())
    return text.replace("$", prefix)


@pytest.mark.parametrize("attack", ATTACKS, ids=str)
def test_no_attack_succeeds(at: Served, attack: Attack, record_property) -> None:
    for name, value in (
        ("promise", attack.kind),
        ("attack", attack.name),
        ("wall", attack.wall),
        ("tries", attack.tries),
    ):
        record_property(name, value)
    before = at.decided()
    headers = {name: _filled(value, at, at.guard.start) for name, value in attack.headers.items()}
    path = _filled(attack.path, at, at.guard.start)
    status, text, answered = _ask(at, attack.method, path, headers, attack.body, attack.host)
    assert status in attack.answers, text[:300]
    assert [word for word in attack.lacks if word in text and status != 409] == []
    assert at.guard.prefix not in text or attack.path.startswith("$")
    assert "Access-Control-Allow-Origin" not in answered
    assert "Set-Cookie" not in answered
    assert at.decided() == before
    assert not at.ended.is_set()
    assert not at.desk.hidden


CALLS_HOME = """
import urllib.error, urllib.request
from flask import Flask

app = Flask(__name__)
own = {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin", "Origin": "http://127.0.0.1:PORT"}
ways = [("/", None), ("/events", None), ("/start/", None), ("/decide", None), ("/static/page.js", None)]
ways += [("/hidden", b""), ("/decide", b'{"items": []}'), ("/names", b'{"hide": true}')]
ways += [("/end", b"{}"), ("/GUESSED/decide", b"{}")]
answers = []
for path, body in ways:
    try:
        asked = urllib.request.Request("http://127.0.0.1:PORT" + path, body, own)
        answers.append(urllib.request.urlopen(asked, timeout=20).status)
    except urllib.error.HTTPError as error:
        answers.append(error.code)
    except OSError as error:
        answers.append(type(error).__name__)
raise RuntimeError("answers: " + " ".join(map(str, answers)))
"""


@for_posix
def test_an_app_without_a_sandbox_that_calls_home_gets_nothing(at: Served, tmp_path) -> None:
    """As a plain process it reaches the port of the page: the prefix alone holds, whatever headers it makes up."""
    guessed = at.guard.prefix[1:-1]  # all but the last letter
    code = CALLS_HOME.replace("PORT", str(at.server.port)).replace("GUESSED", guessed)
    (tmp_path / "app.py").write_text(code)
    before = at.decided()
    report = grade(tmp_path, activity="discussion-11.1", isolation="process", skip=["browser"])
    (loads,) = [result for result in report.results if result.id == "loads"]
    assert f"answers: {' '.join(['404'] * 10)}" in loads.message
    assert at.decided() == before
    assert not at.ended.is_set()
    assert not at.desk.hidden


def test_every_answer_says_what_may_be_done_with_it(at: Served) -> None:
    for path in ("/", "/decide", "/static/page.js", "/nothing", "/picture/doe_jane/shot-1/0"):
        _, _, headers = _ask(at, "GET", f"{at.guard.prefix}{path}", {})
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "Werkzeug" not in headers["Server"]
        assert "Python" not in headers["Server"]


def test_a_file_is_handed_out_in_a_sandbox(at: Served, monkeypatch, tmp_path) -> None:
    page = tmp_path / "index.html"
    page.write_text("<script>fetch('/')</script>")
    monkeypatch.setattr(type(at.desk.class_), "downloads", lambda _self: {"index.html": page})
    status, _, headers = _ask(at, "GET", f"{at.guard.prefix}/files/index.html", {})
    assert status == 200
    assert "sandbox" in headers["Content-Security-Policy"]
    assert headers["Content-Disposition"].startswith("attachment")


def test_a_picture_is_drawn_again(at: Served, small_class: Path) -> None:
    """What a student has hidden behind the pixels is gone: scripts, places, whole other files."""
    place = small_class / "reports" / "doe_jane" / "evidence" / "shot-2-1.png"
    whole = place.read_bytes()
    try:
        place.write_bytes(whole + b"<script>alert(1)</script>PK\x03\x04")
        status, text, headers = _ask(at, "GET", f"{at.guard.prefix}/picture/doe_jane/shot-2/0", {})
        assert (status, headers["Content-Type"]) == (200, "image/png")
        assert "alert(1)" not in text
        for content in (
            b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
            b"<html>",
            b"",
            b"\x89PNG\r\n\x1a\n",
        ):
            place.write_bytes(content)
            status, text, _ = _ask(at, "GET", f"{at.guard.prefix}/picture/doe_jane/shot-2/0", {})
            assert status == 404
            assert "alert" not in text
    finally:
        place.write_bytes(whole)


def test_slow_and_many_connections_do_not_keep_the_page_from_others(at: Served, monkeypatch) -> None:
    slow = []
    for _ in range(60):
        connection = socket.create_connection(("127.0.0.1", at.server.port))
        connection.sendall(b"GET / HTTP/1.1\r\nX: ")
        slow.append(connection)
    began = time.monotonic()
    assert _ask(at, "GET", f"{at.guard.prefix}/", {})[0] == 200
    assert time.monotonic() - began < 10
    more = [socket.create_connection(("127.0.0.1", at.server.port)) for _ in range(80)]
    until(lambda: threading.active_count() < 180)
    assert threading.active_count() < 180
    for connection in (*slow, *more):
        connection.close()
    assert until(lambda: _ask(at, "GET", f"{at.guard.prefix}/", {})[0] == 200)


def test_nobody_listens_but_this_machine(at: Served) -> None:
    assert at.server.origin.startswith("http://127.0.0.1:")
    assert at.server._socket.getsockname()[0] == "127.0.0.1"


def test_the_secret_has_128_bits_and_is_another_each_time() -> None:
    secrets = {Guard().prefix for _ in range(50)}
    assert len(secrets) == 50
    assert {len(secret) for secret in secrets} == {23}


def test_the_set_is_large_enough() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
