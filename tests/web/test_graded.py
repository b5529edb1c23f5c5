"""A class that is graded for real: code, what differs, accepted words, choosing an app."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest

from grader.classroom.class_request import ClassRequest
from grader.classroom.dispatcher import Unwatched
from grader.classroom.session import ClassSession
from grader.model.faults import InputError
from grader.web.begun_grading import BegunGrading
from tests import axe
from tests.packing import zipped
from tests.waiting import until

from .conftest import ready

REFERENCE = Path(__file__).parent.parent.parent / "reference_app" / "activity_11_2" / "app.py"


@pytest.fixture(scope="module")
def graded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four students: one right, two who say it in the same other words (one at a second try), one with two apps."""
    home = tmp_path_factory.mktemp("real")
    app = REFERENCE.read_bytes()
    other = app.replace(b"Cookie added!", b"Cookie was set")
    assert other != app
    two = zipped({"one/app.py": app, "two/app.py": b"# again\n" + app})
    handed_in = [
        ("Ann Lee", 2, "app.py", app),
        ("Bo Roe", 1, "app.py", b"# my first try\n" + app),
        ("Bo Roe", 1, "a.html", b"old"),
    ]
    handed_in += [
        ("Bo Roe", 2, "app.py", other),
        ("Cy Poe", 2, "app.py", b"# zebra\n" + other),
        ("Di Kim", 2, "work.zip", two),
    ]
    hand_ins = {}
    for name, day, file, data in handed_in:
        user = name.replace(" ", "").lower()
        start = f"Lab_{user}_attempt_2026-11-0{day}-10-00-00"
        hand_ins |= {f"{start}_{file}": data, f"{start}.txt": f"Name: {name} ({user})\r\nAssignment: Lab\r\n".encode()}
    export = home / "class.zip"
    export.write_bytes(zipped(hand_ins))
    asked = ClassRequest(activity="11.2", workers=1, skip=frozenset({"browser", "document"}), isolation="auto")
    with ClassSession.create([export], home / "graded", asked) as session:
        session.grade(Unwatched(), threading.Event())
    return home


@pytest.fixture
def at(graded_once: Path, serve, tmp_path: Path):
    home = Path(shutil.copytree(graded_once, tmp_path / "real"))
    served = serve(home / "graded")
    journal = served.desk.class_._journal
    journal.remember("export", [str(home / "class.zip")])
    return served


def test_code_is_shown_as_text_with_what_differs(at, tab):
    name = at.desk.class_.submission("Bo Roe")
    page = tab(at, f"/student/{name}")
    page.click("#tab-code")
    assert "Cookie was set" in page.inner_text("#panel-code")
    page.keyboard.press("d")
    assert "def " in page.inner_text("#panel-differs .added >> nth=0") or page.locator("#panel-differs .added").count()
    assert axe.violations(page) == []
    page.goto(f"{at.root}/")
    page.fill("#search", "zebra")
    page.wait_for_function("() => document.getElementById('shown').textContent.startsWith('1 of')")


def test_what_differs_from_an_earlier_attempt(at, tab):
    name = at.desk.class_.submission("Bo Roe")
    page = tab(at, f"/student/{name}#differs")
    assert "my first try" not in page.inner_text("#beside")
    page.click("[data-do=beside][data-attempt='2026-11-01-10-00-00']")
    page.wait_for_function("() => document.getElementById('beside').textContent.includes('my first try')")
    removed = page.locator("#beside .removed code").all_inner_texts()
    assert {"# my first try", "old"} <= set(removed)
    assert any("Cookie added!" in line for line in removed)
    assert any("Cookie was set" in line for line in page.locator("#beside .added code").all_inner_texts())
    assert page.locator("[data-do=beside][aria-pressed=true]").all_inner_texts() == ["attempt 2026-11-01-10-00-00"]
    assert axe.violations(page) == []
    address = f"{at.root}/code/{at.desk.names().key(name)}?d=yes&attempt=../x"
    gone = page.evaluate("async address => (await fetch(address)).text()", address)
    assert "has handed in no ../x." in gone


def test_words_are_accepted_for_the_course_after_showing_whose_points_change(at, tab):
    page = tab(at, "/check/add-page?activity=activity-11.2")
    group = page.locator(".observed.partial")
    assert "2 students" in group.inner_text()
    assert group.locator(".words input").input_value() == "Cookie was set"
    group.locator(".words button").click()
    page.wait_for_selector(".would table")
    told = page.inner_text(".would")
    assert "2 scores would change" in told
    assert "Bo Roe" in told
    assert "+" in told
    settings = at.out.parent / "grader.toml"
    assert not settings.exists()
    page.click("[data-do=accept]")
    until(settings.exists)
    page.wait_for_function("() => !document.querySelector('.observed.partial')")
    assert "Cookie was set" in settings.read_text("utf-8")
    assert axe.violations(page) == []


def test_an_app_is_chosen_and_graded_at_once(at, tab):
    name = at.desk.class_.submission("Di Kim")
    page = tab(at, f"/student/{name}")
    if not page.locator(".choice").count():
        pytest.fail("there is nothing to choose from")
    chosen = page.locator(".choice button[aria-pressed=false]").first
    path = chosen.inner_text().strip()
    chosen.click()
    until(lambda: at.desk.running is None and _graded_app(at, name) == path, 60)
    assert _graded_app(at, name) == path


def test_a_choice_while_the_class_is_graded_is_refused_and_not_forgotten_in_silence(at, monkeypatch):
    name = at.desk.class_.submission("Di Kim")
    monkeypatch.setattr(at.desk, "running", BegunGrading(lambda: None))
    with pytest.raises(InputError, match="The class is being graded"):
        at.desk.choose(name, app="one/app.py", attempt=None)


def _graded_app(at, name: str) -> str | None:
    return next(each.app for each in at.desk.class_.choices() if each.who.name == name)


def test_the_code_stands_beside_a_question_without_a_picture(at, tab):
    name = at.desk.class_.submission("Cy Poe")
    key = at.desk.names().key(name)
    page = tab(at, f"/decide/{key}/add-page")
    ready(page)
    page.wait_for_selector(".code-here .listing")
    assert "zebra" in page.inner_text(".code-here")
