from __future__ import annotations

import itertools
import socket
import threading
import time
from contextlib import suppress

import pytest
from flask import Flask

from tests.how_many import some_of
from tests.waiting import fairly_within, until


@pytest.fixture
def page(visit):
    """Visit a page with this in it; then the cookie that came with it must be there, and another page be reached."""

    def look(html: str, seconds: float = 1.0):
        app = Flask(__name__)
        app.get("/", endpoint="page")(lambda: (f"<p>before</p>{html}<p>after</p>", {"Set-Cookie": "first=1"}))
        app.get("/fine", endpoint="fine")(lambda: "fine")
        visitor = visit(app, seconds=seconds)
        page = visitor.visit("/")
        assert visitor.cookie("first").value == "1"
        visitor._seconds = 4  # an honest page has more time than a test wants to wait for a hostile one
        fine = visitor.visit("/fine")
        assert (fine.status, fine.text, fine.problem) == (200, "fine", None)
        return page

    return look


@pytest.fixture
def elsewhere():
    """Another server on this machine, which notes whoever calls, by TCP or UDP."""
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.bind(tcp.getsockname())

        def note_connections():
            with suppress(OSError):
                while True:
                    connection, caller = tcp.accept()
                    connection.close()
                    calls.append(caller)

        def note_datagrams():
            while datagram := udp.recv(100):
                calls.append(datagram)

        threads = [threading.Thread(target=note_connections), threading.Thread(target=note_datagrams)]
        for thread in threads:
            thread.start()
        yield tcp.getsockname()[1], calls
        tcp.shutdown(socket.SHUT_RDWR)  # ends accept(); the empty datagram ends recv()
        udp.sendto(b"", udp.getsockname())
        for thread in threads:
            thread.join()


@pytest.mark.parametrize(
    "script", ["while (true) {}", "while (true) alert(1)", "for (;;) console.log('x'.repeat(1000))"]
)
def test_endless_scripts(page, script):
    seen = page(f"<script>{script}</script>")
    assert seen.problem == "did not finish loading within 1 seconds"
    assert seen.status == 200  # the text is read where Chromium lets go of the script in time


@pytest.mark.parametrize(
    "script",
    [
        "setTimeout(() => { while (true) {} })",
        "setInterval(() => location.reload(), 20)",
        "alert(1); confirm(2); prompt(3)",
        "onbeforeunload = (event) => { event.preventDefault(); return 'stay' }",
        "onunload = () => { while (true) {} }",
        "for (let i = 0; i < 50; i++) open('/fine')",
        "setInterval(() => open('/fine'))",
        "print()",
        "navigator.geolocation.getCurrentPosition(() => 0); Notification.requestPermission()",
        "navigator.serviceWorker.register('/worker.js')",
        "document.write = null; document.createTreeWalker = null",
        "location = 'mailto:a@example.com'",
    ],
)
def test_nuisances(page, script):
    seen = page(f"<script>{script}</script>", seconds=3)
    assert seen.status == 200
    assert "before" in seen.text or "before" in seen.body


def test_a_page_that_reloads_itself_for_ever(page):
    with fairly_within(15):
        seen = page("<script>location.reload()</script>")
    assert seen.status == 200
    assert "before" in seen.text


def test_a_page_that_goes_elsewhere_by_script(page):
    seen = page("<script>location = 'http://example.com/there'</script>")
    assert seen.problem is None or seen.problem.startswith("leads to http://example.com/there")


def test_a_page_that_eats_memory(page):
    # Numbers are nothing that has to be looked through again and again before there are too many of them.
    seen = page("<script>const all = []; for (;;) all.push(new Array(100000).fill(0.5))</script>", seconds=10)
    assert seen.problem == "crashed the browser's tab"


def test_an_image_from_elsewhere_neither_hangs_nor_fails(page):
    with fairly_within(5):
        seen = page("<img src='http://10.255.255.1/a.png'><script src='http://10.255.255.1/a.js'></script>")
    assert (seen.text.split(), seen.problem) == (["before", "after"], None)


REACHING = [
    "<script>fetch('http://{there}/')</script>",
    "<script>fetch('http://{there}/', {{mode: 'no-cors'}})</script>",
    "<img src='http://{there}/'>",
    "<iframe src='http://{there}/'></iframe>",
    "<link rel=stylesheet href='http://{there}/'>",
    "<link rel=preconnect href='http://{there}'><link rel=prefetch href='http://{there}/'>",
    "<form action='http://{there}/' id=f></form><script>f.submit()</script>",
    "<meta http-equiv=refresh content='0; url=http://{there}/'>",
    "<script>new WebSocket('ws://{there}/')</script>",
    "<script>new EventSource('http://{there}/')</script>",
    "<script>navigator.sendBeacon('http://{there}/', 'x')</script>",
    "<script>new Worker(URL.createObjectURL(new Blob([`fetch('http://{there}/')`])))</script>",
    """<script>
            const peer = new RTCPeerConnection({{iceServers: [{{urls: 'stun:{there}'}}]}})
            peer.createDataChannel('x')
            peer.createOffer().then((offer) => peer.setLocalDescription(offer))
        </script>""",
    "<script>open('http://{there}/')</script>",
]


@pytest.mark.parametrize(
    ("html", "host"),
    some_of(list(zip(REACHING, itertools.cycle(["localhost", "127.0.0.1"]))), always=5, endurance=len(REACHING)),
)
def test_other_servers_on_this_machine_are_out_of_reach(page, elsewhere, html, host):
    port, calls = elsewhere
    page(html.format(there=f"{host}:{port}"), seconds=5)
    time.sleep(0.1)  # for what is still on its way
    assert calls == []


def test_the_other_server_would_notice(elsewhere):
    port, calls = elsewhere
    socket.create_connection(("127.0.0.1", port)).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"hello", ("127.0.0.1", port))
    assert until(lambda: len(calls) == 2)


def test_files_are_out_of_reach(page):
    seen = page("<iframe src='file:///etc/passwd'></iframe><script>location = 'file:///etc/passwd'</script>")
    assert "root:" not in seen.text + seen.body
