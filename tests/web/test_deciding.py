"""Deciding in a real browser: keys, groups, undo, drafts, two tabs, a lost connection."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from grader.classroom.session import ClassSession, Verdict
from grader.model.outcome import LookedFor, Status
from tests import axe
from tests.closing import close
from tests.commands import grader_here
from tests.waiting import until

from . import classes
from .conftest import another, press_and_wait, ready, served


def test_three_keys_are_three_rows_before_the_third_changes_and_a_reload_shows_them(small, tab):
    page = tab(small, "/decide?check=shot-1")
    asked = []
    for key in "ppf":
        asked.append(ready(page))
        page.keyboard.press(key)
        until(lambda: len(small.decided()) == len(asked))
        another(page, asked[-1])
    assert sorted(small.decided().values()) == ["failed", "passed", "passed"]
    assert len(set(asked)) == 3
    page.reload()
    assert ready(page) not in asked


def test_holding_a_key_down_is_one_decision(small, tab):
    page = tab(small, "/decide")
    before = ready(page)
    page.keyboard.down("p")
    for _ in range(60):
        page.keyboard.down("p")  # what the system sends while it is held, with `repeat`
    until(small.decided)
    another(page, before)
    for _ in range(20):
        page.keyboard.down("p")
    page.keyboard.up("p")
    page.wait_for_timeout(200)
    assert len(small.decided()) == 1


def test_what_is_typed_into_the_note_decides_nothing_and_survives_a_reload(small, tab):
    page = tab(small, "/decide")
    asked = ready(page)
    page.keyboard.press("n")
    page.keyboard.type("pfa")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "note"
    page.reload()
    assert ready(page) == asked
    assert page.input_value("#note") == "pfa"
    assert small.decided() == {}
    page.keyboard.press("f")
    until(small.decided)
    with ClassSession.open(small.out) as session:
        (note,) = [item.note for one in session.standings() for item in one.decisions.values()]
    assert note == "pfa"


def test_shift_asks_with_the_number_and_one_undo_takes_all_back(small, tab):
    page = tab(small, "/decide?check=shot-1")
    ready(page)
    assert "4 students" in page.inner_text(".strip")
    page.keyboard.press("Shift+P")
    page.wait_for_selector("#ask[open]")
    assert page.inner_text("#ask h2") == "Passed for all 4?"
    assert small.decided() == {}
    page.click("#ask-yes")
    until(lambda: len(small.decided()) == 4)
    page.wait_for_selector(".said.shown")
    page.keyboard.press("u")
    until(lambda: not small.decided())
    page.wait_for_function("() => document.getElementById('said').textContent.startsWith('Taken back')")
    assert "4 students" in page.inner_text("#said")


def test_a_group_needs_the_same_key_twice_and_escape_decides_nothing(small, tab):
    page = tab(small, "/decide?check=shot-1")
    ready(page)
    page.keyboard.press("Shift+F")
    page.wait_for_selector("#ask[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("#ask", state="hidden")
    assert small.decided() == {}
    page.click("text=All 4 partly right")
    page.wait_for_selector("#ask[open]")
    assert page.inner_text("#ask h2") == "Partly right for all 4?"
    page.keyboard.press("Escape")
    page.wait_for_selector("#ask", state="hidden")
    page.keyboard.press("Shift+F")
    page.wait_for_selector("#ask[open]")
    page.keyboard.press("Shift+F")
    until(lambda: len(small.decided()) == 4)


def test_two_tabs_decide_the_same_and_the_second_is_told(small, tab):
    first, second = tab(small, "/decide"), tab(small, "/decide")
    asked = ready(second)
    assert ready(first) == asked
    first.keyboard.press("p")
    until(small.decided)
    second.keyboard.press("n")
    second.keyboard.type("mine")
    second.keyboard.press("Escape")
    second.keyboard.press("f")
    second.wait_for_selector("#changed:not([hidden])")
    assert set(small.decided().values()) == {"passed"}
    assert "Passed" in second.inner_text("#changed")
    assert "mine" in second.inner_text("#changed")
    second.click("#changed [data-do=mine]")
    until(lambda: set(small.decided().values()) == {"failed"})


def test_the_command_line_and_the_page_agree_after_every_step(small, tab):
    page = tab(small, "/decide?check=shot-4")
    ready(page)
    press_and_wait(page, "a")
    listed = grader_here("review", small.out, "--list", "--json").stdout
    assert "shot-4" not in listed
    with ClassSession.open(small.out) as session:
        item = session.item("kim_2", "shot-6")
        session.decide([Verdict.on(item, Status.FAILED)], "By the command line.")
    key = small.desk.names().key("kim_2")
    page.goto(f"{small.root}/decide/{key}/shot-6")
    ready(page)
    assert "By the command line." in page.inner_text(".facts")


def test_a_page_hears_what_the_command_line_does(small, tab):
    page = tab(small, "/")
    before = page.inner_text("#needs")
    with ClassSession.open(small.out) as session:
        session.decide([Verdict.on(item, Status.PASSED) for item in session.waiting()])
    page.wait_for_function("before => document.querySelector('#needs').innerText !== before", arg=before)
    assert "to decide" not in page.inner_text("#needs")


def test_while_the_server_is_down_nothing_counts_and_the_draft_stays(out, tab, tmp_path):
    with served(out, tmp_path) as at:
        page = tab(at, "/decide")
        press_and_wait(page, "p")
        assert page.inner_text("#said").startswith("Saved. Passed: ")
        assert "`" not in page.inner_text("#said")
        page.keyboard.press("n")
        page.keyboard.type("a draft")
        page.keyboard.press("Escape")
        before = at.decided()
    page.wait_for_selector("#lost:not([hidden])")
    page.keyboard.press("p")
    assert at.decided() == before
    assert page.inner_text("#said") == "", "nothing is said to be saved any more"
    assert page.input_value("#note") == "a draft"
    assert page.locator(".deck [data-do=passed]").is_disabled()


def test_a_picture_that_is_gone_is_said_and_can_be_decided(serve, small_class, tmp_path, tab):
    out = shutil.copytree(small_class, tmp_path / "graded")
    shutil.rmtree(out / "reports")
    at = serve(out)
    page = tab(at, "/decide")
    ready(page)
    assert page.is_visible(".missing")
    page.keyboard.press("p")
    until(at.decided)


FAILS_ONCE = """() => {
    const real = window.fetch;
    window.fetch = (path, ...more) => {
        if (!path.endsWith("/decide")) return real(path, ...more);
        window.fetch = real;
        return Promise.reject(new TypeError("Failed to fetch"));
    };
}"""


def test_one_answer_that_does_not_come_is_not_the_end(small, tab):
    page = tab(small, "/decide")
    ready(page)
    page.evaluate(FAILS_ONCE)  # to intercept it, Playwright would disturb what is on its way
    page.keyboard.press("p")
    page.wait_for_function("() => document.getElementById('said').textContent.includes('this was not kept')")
    assert small.decided() == {}
    page.wait_for_selector("#lost", state="hidden")
    press_and_wait(page, "p")
    assert list(small.decided().values()) == ["passed"]


def test_a_picture_that_is_there_counts_as_seen_though_the_browser_does_not_say_so(small, context):
    page = context.new_page()
    page.add_init_script("HTMLImageElement.prototype.decode = () => new Promise(() => {})")
    page.goto(f"{small.root}/decide")
    ready(page)
    assert not page.is_visible(".missing")
    close(page)


def test_a_full_disk_keeps_the_draft_and_says_so(small, tab, monkeypatch):
    page = tab(small, "/decide")
    asked = ready(page)
    from grader.classroom.errors import ClassError
    from grader.model.faults import Code

    def full(*_arguments, **_more):
        raise ClassError(Code.CANNOT_WRITE, "The journal cannot be written: database or disk is full.", path=small.out)

    page.fill("#note", "why")
    page.keyboard.press("Escape")
    with monkeypatch.context() as patched:
        patched.setattr(ClassSession, "decide", full)
        page.keyboard.press("f")
        page.wait_for_selector(".said.shown")
        assert "disk is full" in page.inner_text("#said")
    assert ready(page) == asked
    assert page.input_value("#note") == "why"
    assert small.decided() == {}
    page.keyboard.press("f")
    until(small.decided)


def test_notes_are_offered_again_and_a_digit_takes_one(small, tab):
    with ClassSession.open(small.out) as session:
        items = [item for item in session.waiting() if item.result.id == "shot-1"]
        session.decide([Verdict.on(item, Status.FAILED) for item in items[:2]], "The page is cut off.")
        session.decide([Verdict.on(items[2], Status.FAILED)], "Blank.")
    page = tab(small, "/decide?check=shot-1")
    ready(page)
    assert page.locator("[data-do=comment]").all_inner_texts() == ["The page is cut off.", "Blank."]
    page.keyboard.press("2")
    assert page.input_value("#note") == "Blank."


def test_a_note_is_changed_in_every_report_that_has_it_after_showing_how_many(small, tab):
    with ClassSession.open(small.out) as session:
        items = [item for item in session.waiting() if item.result.id == "shot-1"]
        session.decide([Verdict.on(item, Status.FAILED, points=1) for item in items[:3]], "The page is cut of.")
    page = tab(small, "/decide?check=shot-1")
    asked = ready(page)
    page.fill("#note", "a draft")
    page.click("[data-do=change-comment]")
    page.wait_for_selector("#writing[open]")
    assert "3 reports" in page.inner_text("#writing p")
    page.fill("#writing-note", "The page is cut off.")
    page.click("#writing button[value=yes]")
    page.wait_for_function("() => document.getElementById('said').textContent.includes('changed in 3 reports')")
    with ClassSession.open(small.out) as session:
        assert [(each.words, each.used) for each in session.comments("shot-1")] == [("The page is cut off.", 3)]
        assert {made.points for one in session.standings() for made in one.decisions.values()} == {1}
        session.decide([Verdict.on(session.item(items[0].name, "shot-1"), Status.PASSED)], "")
    assert (ready(page), page.input_value("#note")) == (asked, "a draft")
    # What it was shown for is not so any more: it is not changed for fewer, or others, than it said.
    page.click("[data-do=change-comment]")
    page.fill("#writing-note", "Blank.")
    page.click("#writing button[value=yes]")
    page.wait_for_function("() => document.getElementById('said').textContent.includes('nothing was changed')")
    with ClassSession.open(small.out) as session:
        assert [(each.words, each.used) for each in session.comments("shot-1")] == [("The page is cut off.", 2)]


def test_what_the_picture_must_show_is_framed_where_it_was_read(tmp_path, serve, tab):
    """Words are drawn as a block, whose place is known: the frame holds it, and little more."""
    words = (900, 700, 1100, 740)
    image = Image.new("RGB", (2000, 1500), "white")
    for block in (words, (600, 500, 620, 520)):  # the other is where the picture is cut
        ImageDraw.Draw(image).rectangle(block, fill="black")
    kept = io.BytesIO()
    image.save(kept, "PNG")
    place = tuple(side / of for side, of in zip(words, image.size * 2, strict=True))
    things = LookedFor('"words"', True, (place,)), LookedFor('"others"', False), LookedFor('"more"', None)
    report = classes.waits("doe_jane", {4: 0})
    shown = replace(
        next(each for each in report.results if each.id == "shot-4").evidence[0],
        data=kept.getvalue(),
        looked_for=things,
    )
    results = tuple(replace(each, evidence=(shown,)) if each.id == "shot-4" else each for each in report.results)
    page = tab(serve(classes.leave(tmp_path / "one", [replace(report, results=results)])), "/decide")
    ready(page)
    assert [each.replace("\n", "") for each in page.locator(".things li").all_inner_texts()] == [
        '"words": read in the picture',
        '"others": not made out',
        '"more": not looked for',
    ]
    for full in (False, True):
        if full:
            page.keyboard.press("z")
        assert page.locator("rect.on").count() == 0
        page.click("[data-do=point]")
        box = page.locator("rect.on").bounding_box()
        seen = Image.open(io.BytesIO(page.screenshot(clip=box))).convert("L")
        dark = seen.point(lambda level: 255 * (level < 60)).getbbox()
        assert dark
        assert seen.size[0] - 30 < dark[2] - dark[0]
        assert seen.getpixel((dark[0] + 5, dark[1] + 5)) < 60
        page.keyboard.press("Escape")
        page.focus("main")
        page.mouse.move(1, 1)
    assert axe.violations(page) == []


def test_failed_without_a_reason_is_asked_about_once(small, tab):
    page = tab(small, "/decide?check=shot-1")
    ready(page)
    press_and_wait(page, "f")
    page.click("#said button")
    page.fill("#writing-note", "It shows another page.")
    page.click("#writing button[value=yes]")
    page.wait_for_function("() => document.getElementById('said').textContent.includes('with your note')")
    with ClassSession.open(small.out) as session:
        (decision,) = [each for one in session.standings() for each in one.decisions.values()]
    assert (decision.status, decision.note) == ("failed", "It shows another page.")


def test_keys_can_be_changed_and_turned_off(small, tab):
    page = tab(small, "/decide")
    first = ready(page)
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.fill("#keys-list li:nth-child(1) input", "x")
    page.click("#keys button.main")
    page.keyboard.press("p")
    page.keyboard.press("x")
    until(small.decided)
    another(page, first)
    press = ready(page)
    page.click("[data-do=keys]")
    page.uncheck("#keys-on")
    page.click("#keys button.main")
    page.keyboard.press("x")
    page.wait_for_timeout(150)
    assert len(small.decided()) == 1
    page.click("[data-do=keys]")
    page.click("#keys-reset")
    page.click("#keys button.main")
    assert ready(page) == press


def test_the_whole_queue_by_keyboard_alone_with_the_focus_visible(small, tab):
    page = tab(small, "/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if "decide" in (page.evaluate("document.activeElement.href") or ""):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    page.keyboard.press("Enter")
    ready(page)
    steps = 0
    while page.locator(".question").count() and steps < 20:
        steps += 1
        press_and_wait(page, "p")
    assert steps == 9
    assert len(small.decided()) == 9
    assert page.is_visible("#nothing")


@pytest.mark.parametrize("key", ["s", "j"])
def test_skip_and_next_decide_nothing(small, tab, key):
    page = tab(small, "/decide")
    press_and_wait(page, key)
    assert small.decided() == {}
