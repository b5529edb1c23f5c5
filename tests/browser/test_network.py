"""The network of the jail that root's browser is in: nothing is on it but the apps that are being visited."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask, request

from grader.machine.bubblewrap import sandbox_wall
from tests.waiting import until

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not sandbox_wall().works,
    reason="only root's browser is in a jail, made by bubblewrap",
)
SENDS_MUCH = """<p id=p></p><script>
fetch('/', {method: 'POST', body: 'x'.repeat(3e6)}).then(reply => reply.text()).then(text => p.textContent = text)
</script>"""


@pytest.fixture
def origin(serve):
    app = Flask(__name__)
    app.post("/", endpoint="length")(lambda: str(len(request.data)))
    app.get("/", endpoint="sends much")(lambda: SENDS_MUCH)
    app.get("/much", endpoint="much")(lambda: f"{'x' * 3_000_000}<p id=end>")
    app.get("/fine", endpoint="fine")(lambda: "fine")
    return serve(app)


def open_doors(browser):
    return set(browser.wait_until_started()._network._doors)


def test_much_is_carried_both_ways(browser, origin):
    with browser.open(origin) as visitor:
        page = visitor.visit("/", until=lambda page: bool(page.visible_text))  # its script takes a moment
        assert page.visible_text == "3000000"
        page = visitor.visit("/much")
        assert (page.status, page.problem, len(page.text)) == (200, None, 1_000_000)


def test_an_app_is_on_it_as_long_as_someone_visits(browser, origin):
    first, second = browser.open(origin), browser.open(origin)
    assert first.visit("/fine").text == second.visit("/fine").text == "fine"
    first.close()
    assert second.visit("/fine").text == "fine"
    assert origin in open_doors(browser)
    second.close()
    assert until(lambda: origin not in open_doors(browser))


def test_the_grader_stays_on_its_own(browser, origin):
    with browser.open(origin) as visitor:
        visitor.visit("/fine")
        networks = set()
        for thread in Path("/proc/self/task").iterdir():
            with suppress(FileNotFoundError):  # it has just ended
                networks.add((thread / "ns/net").readlink())
        assert networks == {Path("/proc/self/ns/net").readlink()}


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (b"", "was not answered: the app broke off the connection"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", "did not finish loading within 2 seconds"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", None),
    ],
    ids=["nothing", "half", "all"],
)
def test_an_app_that_hangs_up_and_then_is_gone(browser, reply, problem):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up():
            connection, _ = listener.accept()
            with connection:
                connection.recv(10_000)
                connection.sendall(reply)

        thread = threading.Thread(target=hang_up)
        thread.start()
        with browser.open(f"http://localhost:{listener.getsockname()[1]}", seconds=2) as visitor:
            assert visitor.visit("/").problem == problem
            thread.join()
            listener.close()
            assert visitor.visit("/").problem == "was not answered: the app is not running any more"


def test_what_is_carried_ends_with_the_visit(browser):
    """An app that sends for ever does not hold up the next."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ended = threading.Event()

        def send_for_ever():
            connection, _ = listener.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
                try:
                    while True:
                        connection.sendall(b"x" * 1000)
                        time.sleep(0.01)
                except OSError:
                    ended.set()

        threading.Thread(target=send_for_ever).start()
        with browser.open(f"http://localhost:{listener.getsockname()[1]}", seconds=1) as visitor:
            assert "did not finish" in visitor.visit("/").problem
        assert ended.wait(5)
