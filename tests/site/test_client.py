"""What an app that is not trusted can send over HTTP: read, bounded, or said what is wrong with it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.machine.clock import Deadline
from grader.site.client import NoReply, RawReply, request

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@contextmanager
def answering(answer: bytes, *, stay: bool = False) -> Iterator[tuple[int, list[bytes]]]:
    """Answer one request with these bytes; gives the port and what was asked."""
    asked: list[bytes] = []
    done = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        link, _ = listener.accept()
        with link:
            asked.append(link.recv(65536))
            try:
                link.sendall(answer)
            except OSError:
                return
            if stay:
                done.wait(10)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1], asked
    finally:
        done.set()
        listener.close()
        thread.join()


def ask(answer: bytes, *, stay: bool = False, seconds: float = 5, most: int = 10_000) -> RawReply:
    with answering(answer, stay=stay) as (port, _):
        return request(port, "/", deadline=Deadline(seconds), most=most)


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (HEAD + b"Content-Length: 2\r\n\r\nhi", b"hi"),
        (HEAD + b"\r\nuntil the end", b"until the end"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", b"hi"),
        (b"HTTP/1.0 200 OK\r\n\r\nold", b"old"),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD + b"\r\nhi", b"hi"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", b""),
        (HEAD + b"Content-Length: 2\r\n\r\nhi and more", b"hi"),
        (HEAD + b"X: " + b"x" * 100_000 + b"\r\n\r\nhi", b"hi"),
    ],
)
def test_a_reply_is_read(answer: bytes, body: bytes) -> None:
    assert ask(answer).body == body


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b"", "closes the connection without an answer"),
        (b"hello\r\n\r\n", "not HTTP"),
        (b"\x16\x03\x01\x02" * 50, "not HTTP"),
        (HEAD + b"Content-Length: 20\r\n\r\nhi", "breaks off in the middle"),
        (HEAD + b"Content-Length: x\r\n\r\nhi", "not HTTP"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", "not HTTP"),
        (HEAD + b"no colon\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", "closes the|not HTTP"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 100_000, "not HTTP"),
    ],
)
def test_what_is_wrong_with_a_reply_is_said(answer: bytes, says: str) -> None:
    with pytest.raises(NoReply, match=says):
        ask(answer)


def test_an_answer_that_does_not_come_is_not_waited_for_longer_than_allowed() -> None:
    with pytest.raises(NoReply, match=r"no complete answer within 0\.3 seconds"):
        ask(HEAD, stay=True, seconds=0.3)


def test_a_long_body_is_cut() -> None:
    reply = ask(HEAD + b"\r\n" + b"x" * 1_000_000, most=1_000)
    assert (len(reply.body), reply.complete) == (1_000, False)


def test_nobody_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(NoReply, match="closes the connection"):
        request(port, "/", deadline=Deadline(2), most=1)


def test_headers_go_out_as_they_came_in() -> None:
    with answering(HEAD + b"\r\n") as (port, asked):
        request(port, "/", headers=[("Cookie", "a=caf\xe9; b=\u6587")], deadline=Deadline(5), most=1)
    assert b"Cookie: a=caf\xe9; b=?" in asked[0]


@pytest.mark.parametrize("header", ["a\nb", "a\0"])
def test_a_header_that_cannot_be_sent_is_no_crash(header: str) -> None:
    with pytest.raises(NoReply, match="cannot be asked for"):
        request(1, "/", headers=[("Cookie", header)], deadline=Deadline(1), most=1)


@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=200).map(lambda rest: HEAD + rest)))
def test_any_bytes_are_a_reply_or_none(answer: bytes) -> None:
    try:
        assert ask(answer).status < 1000
    except NoReply:
        return
