"""One browser, small invented classes, and the page served by this process."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from grader.classroom.journal import Journal
from grader.classroom.session import ClassSession
from grader.web.desk import Desk
from grader.web.guard import Guard
from grader.web.open_pages import OpenPages
from grader.web.page_server import PageServer
from tests.closing import close

from . import classes


@dataclass
class Served:
    """The page of a class, served."""

    out: Path
    desk: Desk
    guard: Guard
    server: PageServer
    pages: OpenPages
    ended: threading.Event
    running: threading.Thread

    @property
    def root(self) -> str:
        return f"{self.server.origin}{self.guard.prefix}"

    def decided(self) -> dict[tuple[str, str], str]:
        """What is in the journal, read as another process would."""
        with Journal(self.out) as journal:
            return {
                (name, check): made.decision.status
                for name in journal.keys()  # noqa: SIM118 - no dictionary
                for check, made in journal.made(name).items()
            }


@contextmanager
def served(out: Path | None, home: Path) -> Iterator[Served]:
    """Serve a class, or a page without one, on a free port."""
    desk = Desk(home, ClassSession.open(out) if out else None)
    server = PageServer(desk, port=None)
    running = threading.Thread(target=server.run, daemon=True)
    running.start()
    try:
        yield Served(out or home, desk, server.guard, server, server.pages, server.end, running)
    finally:
        server.end.set()
        running.join()
        desk.close()


@pytest.fixture(autouse=True)
def _no_reports(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Word documents take a second for each student: only tests that look at files have them written."""
    if "files_are_written" not in request.fixturenames:
        monkeypatch.setattr(ClassSession, "catch_up", lambda self: None)


@pytest.fixture
def files_are_written() -> None:
    """The test is about them."""


@pytest.fixture(scope="session")
def small_class(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return classes.small(tmp_path_factory.mktemp("class") / "small")


@pytest.fixture
def out(small_class: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small_class, tmp_path / "graded"))


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    with ExitStack() as stack:
        yield lambda out=None: stack.enter_context(served(out, tmp_path))


@pytest.fixture
def small(serve: Callable[..., Served], out: Path) -> Served:
    return serve(out)


@pytest.fixture(scope="session")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    with_keys = chromium.new_context(viewport={"width": 1200, "height": 900}, reduced_motion="reduce")
    with_keys.set_default_timeout(60_000)
    # A page that stays: the process that shows pages of this address ends with the last of them, and costs a third of
    # a second to start.
    kept = with_keys.new_page()
    kept.route("**", lambda asked: asked.fulfill(body=""))
    kept.goto("http://127.0.0.1/")
    yield with_keys
    with_keys.close()


@pytest.fixture
def tab(context: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Open a page in a tab of its own; what the page itself finds wrong fails the test."""
    opened: list[Page] = []
    wrong: list[str] = []

    def open_(at: Served, path: str = "/") -> Page:
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        # Shown where a test fails: a page whose script did not come waits for nothing.
        page.on("console", lambda message: print("console:", message.text))
        page.on("requestfailed", lambda request: print("not answered:", request.url, request.failure))
        opened.append(page)
        page.goto(f"{at.root}{path}")
        return page

    yield open_
    for page in opened:
        close(page)
    assert wrong == []


STATE = """() => ({
    address: location.href, body: {...document.body.dataset}, visible: document.visibilityState,
    question: {...(document.querySelector(".question") || {}).dataset},
    pictures: [...document.images].map((each) => [each.src, each.complete, each.naturalWidth, each.loading]),
    came: performance.getEntriesByType("resource").map((each) => [each.name, each.responseStatus, each.duration]),
})"""


def ready(page: Page) -> str:
    """Wait until a question can be decided; return what is asked of whom."""
    try:
        # Looked for from time to time: Playwright looks with each frame, and where none is drawn, never.
        page.wait_for_function(
            "() => document.querySelector('.question[data-ready=yes]')?.checkVisibility()", polling=50
        )
    except Error:
        print(page.evaluate(STATE))
        raise
    card = page.locator(".question")
    return f"{card.get_attribute('data-who')} {card.get_attribute('data-check')}"


def another(page: Page, before: str) -> None:
    """Wait until another question can be decided, or there is none."""
    page.wait_for_function(
        """before => { const card = document.querySelector(".question");
        return !card || (card.dataset.ready && `${card.dataset.who} ${card.dataset.check}` !== before); }""",
        arg=before,
        polling=50,
    )


def press_and_wait(page: Page, key: str) -> None:
    """Press a key and wait until another question can be decided, or there is none."""
    before = ready(page)
    page.keyboard.press(key)
    another(page, before)
