from __future__ import annotations

import asyncio
import signal
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest
from flask import Flask

from grader.browser import Browser, BrowserCrashed, find
from tests.waiting import fairly_within, until


@pytest.fixture
def origin(serve):
    app = Flask(__name__)
    app.get("/", endpoint="fine")(lambda: "fine")
    app.get("/cookie", endpoint="cookie")(lambda: ("set", {"Set-Cookie": "a=b"}))

    @app.get("/slow")
    def slow():
        time.sleep(5)
        return "late"

    return serve(app)


def is_running(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # just now
        return False


def processes():
    """Drivers and Chromium's main processes that this test run has started and that still run."""
    lines = [(child, child.cmdline()) for child in psutil.Process().children(recursive=True) if is_running(child)]
    drivers = [child for child, line in lines if "run-driver" in line and Path(line[0]).stem == "node"]
    chromiums = [child for child, line in lines if "--remote-debugging-pipe" in line]
    return drivers, chromiums


@pytest.fixture
def own_browser():
    """A browser for this test alone, and its driver and Chromium processes."""
    before = [{process.pid for process in kind} for kind in processes()]
    with Browser.launch(find()) as launched:
        launched.wait_until_started()

        def new_ones():
            return [[p for p in kind if p.pid not in old] for kind, old in zip(processes(), before, strict=True)]

        new = until(lambda: all(found := new_ones()) and found)
        yield launched, new[0][0], new[1][0]


@pytest.mark.parametrize("victim", [1, 2], ids=["driver", "chromium"])
def test_a_browser_killed_in_mid_visit_is_noticed(own_browser, origin, victim):
    with own_browser[0].open(origin) as visitor:
        visitor.visit("/")
        threading.Timer(0.3, own_browser[victim].kill).start()
        with fairly_within(3), pytest.raises(BrowserCrashed):
            visitor.visit("/slow")
        with pytest.raises(BrowserCrashed):
            visitor.cookies()
    with pytest.raises(BrowserCrashed), own_browser[0].open(origin) as visitor:
        visitor.visit("/")


def test_a_new_browser_works_after_a_crash(own_browser, origin):
    own_browser[2].kill()
    own_browser[0].close()
    with Browser.launch(find()) as other, other.open(origin) as visitor:
        assert visitor.visit("/").text == "fine"


@pytest.mark.parametrize("hangs", [(), (1,), (2,), (1, 2)], ids=["well", "driver", "chromium", "both"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_closing_takes_less_than_a_second_and_leaves_nothing(own_browser, origin, hangs):
    browser, driver, chromium = own_browser
    browser.open(origin).visit("/")
    everything = [driver, chromium, *chromium.children(recursive=True)]
    for number in hangs:
        own_browser[number].send_signal(signal.SIGSTOP)
    with fairly_within(1):
        browser.close()
    assert not [process for process in everything if is_running(process)]
    assert not browser._thread.is_alive()


def test_closing_at_once_and_twice():
    browser = Browser.launch(find())
    browser.close()
    browser.close()
    with pytest.raises(BrowserCrashed):
        browser.open("http://localhost:1024").visit("/")


def test_a_crashed_tab_is_replaced_and_keeps_its_cookies(browser, origin):
    with browser.open(origin) as visitor:
        visitor.visit("/cookie")
        tab = visitor._tab.result()
        crashed = tab._page
        browser.ask(crash(tab), 10)
        assert visitor.visit("/").text == "fine"
        assert visitor.cookie("a").value == "b"
        assert tab._page is not crashed
    assert not browser.has_failed


async def crash(tab):
    session = await tab._session
    crashing = asyncio.ensure_future(session.send("Page.crash"))
    await asyncio.sleep(0.5)
    crashing.cancel()


@pytest.mark.endurance
def test_many_submissions_one_after_the_other_leave_nothing_behind(own_browser, origin):
    browser, driver, chromium = own_browser

    def once():
        with browser.open(origin) as visitor:
            assert visitor.visit("/cookie").text == "set"

    def size():
        return sum(p.memory_info().rss for p in (psutil.Process(), driver, chromium)) / 2**20

    for _ in range(8):
        once()
    early, early_processes = size(), len(chromium.children(recursive=True))
    for _ in range(16):
        once()
    assert size() < early * 1.15
    assert len(chromium.children(recursive=True)) <= early_processes + 3


def test_the_version_names_the_browser(browser):
    kind, _, number = browser.version.partition(" ")
    assert kind in ("chromium", "chrome", "edge")
    assert int(number.split(".")[0]) > 100
