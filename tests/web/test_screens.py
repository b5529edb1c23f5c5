"""Each screen in a real browser: what it shows, in which states, for everybody, and without names."""

from __future__ import annotations

import re
import threading
import zipfile
from contextlib import ExitStack
from dataclasses import replace

import pytest

from grader.classroom.folder_lock import alone
from grader.classroom.session import Adjustment, ClassSession, Verdict
from grader.model.faults import InputError
from grader.model.outcome import Status
from grader.web.views import live
from tests import axe
from tests.classroom import made_class
from tests.waiting import fairly_within, until

from . import classes
from .conftest import ready, served

SCREENS = ("/", "/decide", "/check/shot-1", "/student/doe_jane", "/alike", "/files", "/lapsed")


def test_what_needs_a_person_comes_first_with_reasons_in_words(small, tab):
    page = tab(small, "/")
    needs = page.inner_text("#needs")
    assert "could not be opened" in needs
    assert "work.zip is corrupt: its end is missing." in needs
    assert re.search(r"9\s+to decide, in 5 groups", needs)
    assert "late, and the platform does not say by how much" in needs
    assert "Poe, Edgar" in page.inner_text("#needs")
    assert page.locator(".line[data-key]").count() == 5
    assert page.locator(".line[data-key]").first.bounding_box()["height"] == 28
    assert page.locator('.line[data-key] [role="rowheader"]', has_text="Kim, Min").all_inner_texts() == [
        "Kim, Min 1002",
        "Kim, Min 1003",
    ]
    assert "app.py can be loaded" not in page.inner_text(".matrix")


def test_nobody_is_left_out_of_a_screen(small, tab):
    """axe-core: no violation on any screen, light and dark, on a phone and on a desk."""
    found = {}
    page = tab(small, "/")
    for screen in SCREENS:
        page.goto(f"{small.root}{screen}")
        if screen == "/decide":
            ready(page)
        found[screen] = axe.violations(page)
    page.goto(f"{small.root}/student/doe_jane")
    for tab_name in ("code", "pictures", "cookies", "decided"):
        page.click(f"#tab-{tab_name}")
        found[tab_name] = axe.violations(page)
    page.click("[data-do=keys]")
    found["keys"] = axe.violations(page)
    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


def test_the_first_page_is_for_everybody(serve, tab):
    assert axe.violations(tab(serve(), "/")) == []


@pytest.mark.parametrize("width", [390, 1200])  # on a phone also with hostile words, below
def test_nothing_is_wider_than_the_screen(small, tab, width):
    page = tab(small, "/")
    page.set_viewport_size({"width": width, "height": 900})
    for screen in SCREENS:
        page.goto(f"{small.root}{screen}")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, screen


def test_names_are_hidden_everywhere(small, tab):
    page = tab(small, "/student/doe_jane")
    page.keyboard.press("h")
    page.wait_for_selector("body[data-hidden=yes]")
    told = re.compile(r"\bdoe\b|doe_|jane|kim|\broe\b|rick|neill|zo.?e|\bpoe\b|edgar|min\b|100[1-9]", re.IGNORECASE)
    key = small.desk.names().key
    screens = [
        *SCREENS[:3],
        f"/student/{key('doe_jane')}",
        *SCREENS[4:],
        f"/question/{key('kim_1')}/shot-1",
        "/?part=yes",
    ]
    for screen in screens:
        answer = page.goto(f"{small.root}{screen}")
        # What is ours and no name: the words that happen to hold one.
        text = answer.text().replace(small.guard.prefix, "").replace("min)", "")
        text = re.sub(r'class="[^"]*"|data-(seen|key|who|queue|src)="[^"]*"|min=|/(s[0-9a-f]{12})', "", text)
        assert told.findall(text) == [], screen
    assert "Student 1" in page.goto(f"{small.root}/").text()
    page.goto(f"{small.root}/student/doe_jane")
    assert "doe" not in page.url
    page.keyboard.press("h")
    page.wait_for_selector("body[data-hidden='']")
    assert "Doe, Jane" in page.inner_text("h1")


BOOK = (
    "Student,ID,SIS Login ID,Section,Activity 11.2 (901)\n    Points Possible,,,,100\n"
    + "".join(f'"{student}",{id_},{name},1,\n' for name, (student, id_) in classes.NAMES.items())
    + '"Poe, Edgar",1009,poe,1,\n"Vue, Ann",1010,vue,1,\n'
)


def test_a_gradebook_is_taken_in_and_what_is_none_is_refused(small, tab, files_are_written):
    page = tab(small, "/files")
    two = BOOK.replace("Activity 11.2 (901)", "Activity 11.2 (901),Activity 11.2 again (902)")
    stranger = BOOK.partition('"Doe')[0] + '"Ray, Tia",7,tia,1,\n'
    for name, content, says in (
        ("notes.csv", b"one,two\n1,2\n", "notes.csv is no gradebook of Canvas, Moodle, Blackboard or Brightspace"),
        ("book.xlsx", b"PK\x03\x04", "is an Excel workbook or a zip"),
        ("empty.csv", b"", "The gradebook empty.csv is empty"),
        ("two.csv", two.encode(), "several columns that could be activity-11.2"),
        ("other.csv", stranger.encode(), "Nobody of this class is in other.csv"),
        ("../../.ssh/x.csv", b"\0\1", ""),
    ):
        page.set_input_files("#book", {"name": name, "mimeType": "text/csv", "buffer": content})
        page.click("#gradebook button")
        page.wait_for_selector("#taken li")
        said = page.inner_text("#taken")
        assert says in said
        assert "--column" not in said
        assert str(small.out) not in said
        page.evaluate("document.getElementById('taken').replaceChildren()")
    assert list((small.out / "handed in").iterdir()) == []
    page.set_input_files("#book", {"name": "book.csv", "mimeType": "text/csv", "buffer": BOOK.encode()})
    page.click("#gradebook button")
    page.wait_for_function("() => document.querySelector('#gradebook p').textContent.includes('book.csv is filled')")
    assert "2 students in it handed nothing in" in page.inner_text("#gradebook")
    page.wait_for_selector("#taken li")
    assert "their grades were left blank" in page.inner_text("#taken"), "what was done is said after the page has come"
    with ClassSession.open(small.out) as session:
        assert sorted(person.name for person in session.handed_nothing_in()) == ["Poe, Edgar", "Vue, Ann"]
        assert "canvas.csv" in session.downloads()
    filled = (small.out / "canvas.csv").read_text("utf-8")
    unopened = next(line for line in filled.splitlines() if "1005" in line)
    assert unopened.endswith(",0")
    assert axe.violations(page) == []


def test_code_stands_beside_a_picture_where_the_graders_own_browser_saw_nothing(serve, tmp_path, tab):
    """A step of the browser may have been in vain: there is no picture of it, and nothing broken in its place."""
    reports = [classes.waits("doe_jane", {4: 0}), classes.waits("roe_rick", {9: 0})]
    reports[0] = replace(
        reports[0],
        results=tuple(
            replace(result, evidence=tuple(replace(each, beside="evidence/in-vain.png") for each in result.evidence))
            for result in reports[0].results
        ),
    )
    at = serve(classes.leave(tmp_path / "graded", reports))
    page = tab(at, "/decide/doe_jane/shot-4")
    for width in (1200, 390):
        page.set_viewport_size({"width": width, "height": 900})
        ready(page)
        page.wait_for_selector(".code-here *")
        assert page.locator("figure.beside").count() == 0
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width
        page.goto(f"{at.root}/decide/roe_rick/shot-9")
    beside = at.out / "reports" / "doe_jane" / "evidence" / "in-vain.png"
    beside.write_bytes(made_class.screenshot(4, 1))
    page.goto(f"{at.root}/decide/doe_jane/shot-4")
    ready(page)
    assert page.locator("figure.beside").count() == 1
    assert page.locator(".code-here *").count() == 0


def test_a_bar_of_the_distribution_shows_who_is_in_it(small, tab):
    page = tab(small, "/")
    bars = page.locator(".histogram a")
    shown = []
    for number in range(bars.count()):
        bars.nth(number).click()
        lines = page.locator(".line[data-key]:visible")
        assert lines.count() == int(bars.nth(number).locator(".many").inner_text().split()[0])
        shown += lines.evaluate_all("lines => lines.map((line) => line.dataset.key)")
    assert len(shown) == len(set(shown)) == 5
    page.select_option("#show", "")
    assert page.locator(".line[data-key]:visible").count() == 5


def test_who_is_at_work_elsewhere_is_said_and_nothing_can_be_changed(small, tab):
    with alone(small.out, "grading"):
        page = tab(small, "/decide")
        ready(page)
        assert "Another grader is at work" in page.inner_text("#other")
        page.keyboard.press("p")
        answer = page.evaluate(
            """async () => (await fetch(document.body.dataset.root + "decide", {method: "POST",
            headers: {"Content-Type": "application/json"}, body: JSON.stringify({items: [{who: "doe_jane",
            check: "shot-4", seen: ""}], status: "passed"})})).status"""
        )
        assert answer == 409
        assert small.decided() == {}


def test_a_class_that_was_stopped_says_so_and_goes_on(small, tab, monkeypatch):
    from grader.classroom.journal import Journal
    from grader.classroom.roster import Roster
    from grader.platforms.exports import HandIn, Person

    with Journal(small.out) as journal:
        roster = Roster.of(journal)
        more = HandIn("vue_ann", "vue_ann.zip", "Canvas", (Person("Vue, Ann"),))
        Roster((*roster.hand_ins, more), absent=roster.absent).keep(journal)
    going, begun = threading.Event(), threading.Event()

    def grade(self, progress, stop, **_only):
        with self._at_work():
            progress.begun(more)
            begun.set()
            until(lambda: stop.is_set() or going.is_set())

    monkeypatch.setattr(ClassSession, "grade", grade)
    page = tab(small, "/")
    assert "Stopped at 5 of 6" in page.inner_text("#state")
    page.click("[data-do=go]")
    assert begun.wait(20)
    page.wait_for_selector("#state [data-do=stop]")
    assert "5 of 6" in page.inner_text("#state")
    page.click("[data-do=stop]")
    page.wait_for_selector("#state [data-do=go]")


def test_a_grading_that_the_grader_itself_breaks_is_said(small, tab, monkeypatch):
    def grade(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(ClassSession, "grade", grade)
    small.desk.grade()
    until(lambda: small.desk.running is None)
    assert "mistake of the grader's own (ZeroDivisionError). What is graded is kept." in tab(small, "/").inner_text(
        "#banners"
    )


def test_the_class_is_sorted_and_stays_so_when_something_changes(small, tab):
    page = tab(small, "/")
    names = '.line[data-key] [role="rowheader"] a'
    as_it_came = page.locator(names).all_inner_texts()
    page.click(".head .score button")
    page.click(".head .score button")
    worst_first = page.locator(names).all_inner_texts()
    assert worst_first[0] == "O’Neill, Zoë"
    assert sorted(worst_first) == sorted(as_it_came)
    with ClassSession.open(small.out) as session:
        session.adjust("oneill", Adjustment(50.0, "Shown in class."))
        session.adjust("roe_rick", Adjustment(-90.0, "Copied."))
    page.wait_for_function(
        """names => document.querySelector(names).textContent === "Roe, Rick"
        && document.querySelector('.head .score').getAttribute("aria-sort") === "ascending" """,
        arg=names,
    )
    assert page.evaluate("() => document.activeElement.closest('.head .score') !== null"), "the focus is where it was"


def test_what_an_open_page_says_is_so_when_something_has_changed(small, tab):
    """The statistics, who else is at work, why a grading ended, what is in no file yet; the focus stays where it is."""
    page, files = tab(small, "/"), tab(small, "/files")
    page.locator("#needs a").first.focus()
    focused = page.evaluate("() => document.activeElement.textContent")
    bars = page.inner_text(".histogram")
    page.evaluate("() => { document.querySelector('#needs h2').textContent = 'old'; }")
    with alone(small.out, "grading"):
        page.wait_for_selector("#other")
        files.wait_for_selector("#other")
        assert files.locator("#write button").is_disabled()
        with ClassSession.open(small.out) as session:
            session.adjust("roe_rick", Adjustment(-90.0, "Copied."))
        page.wait_for_function("bars => document.querySelector('.histogram').innerText !== bars", arg=bars)
        files.wait_for_function("() => document.getElementById('out').innerText.includes('Roe, Rick')")
    page.wait_for_selector("#other", state="detached")
    files.wait_for_selector("#write button:enabled")
    small.desk.trouble = InputError("The disk is full.")
    small.desk.changed()
    page.wait_for_selector("text=The disk is full.")
    page.wait_for_function("() => document.querySelector('#needs h2').textContent !== 'old'")
    assert page.evaluate("() => document.activeElement.textContent") == focused


def test_everybodys_report_is_taken_out_with_its_pictures(small, tab, files_are_written):
    page = tab(small, "/files")
    page.click("#write button")
    page.wait_for_selector("text=Written.")
    with page.expect_download() as took:
        page.click('a[href$="/files/reports.zip"]')
    with zipfile.ZipFile(took.value.path()) as packed:
        names = packed.namelist()
    assert {name.partition("/")[0] for name in names} == set(classes.NAMES)
    assert {"doe_jane/report.html", "doe_jane/report.docx"} <= set(names)
    assert any(name.startswith("doe_jane/evidence/") for name in names)


def test_one_check_for_the_whole_class_is_decided_at_once_and_taken_back(small, tab):
    page = tab(small, "/check/shot-1")
    first = page.locator(".observed").first
    assert "4 students" in first.inner_text()
    first.locator("[data-status=passed]").click()
    assert page.inner_text("#ask h2") == "All 4 passed?"
    page.click("#ask-yes")
    until(lambda: len(small.decided()) == 4)
    page.click("#said button")
    until(lambda: not small.decided())


def test_a_student_gets_points_with_a_reason_and_the_history_tells(small, tab):
    page = tab(small, "/student/kim_1")
    page.click(".adjust summary")
    page.fill("#points", "-2.5")
    page.fill("#reason", "Two files too many.")
    page.click("#adjust button")
    page.wait_for_selector("text=Two files too many.")
    with ClassSession.open(small.out) as session:
        assert session.standing("kim_1").report.adjusted == -2.5
    page.click("#tab-decided")
    assert "-2.5 points" in page.inner_text("#panel-decided")


def test_decisions_that_no_longer_apply_are_listed_and_kept(small, tab):
    with ClassSession.open(small.out) as session:
        session.decide([Verdict.on(session.item("roe_rick", "shot-9"), Status.FAILED)], "It is another page.")
    again = classes.waits("roe_rick", {1: 0, 9: 3})
    others = [classes.waits("doe_jane", {1: 0}), classes.waits("kim_1", {1: 0}), classes.waits("kim_2", {1: 0})]
    classes.leave(small.out, [*others, again, classes.unopened("oneill")], content="another")
    page = tab(small, "/")
    assert "decision that no longer applies" in page.inner_text("#needs")
    with page.expect_navigation():  # a page that has not loaded its script yet hears no click
        page.click("#needs a:has-text('no longer applies')")
    assert "It is another page." in page.inner_text("main")
    page.click("[data-do=keep]")
    page.wait_for_selector("#said.shown")
    with ClassSession.open(small.out) as session:
        assert session.lapsed() == []
        assert session.item("roe_rick", "shot-9").decision.note == "It is another page."


def test_search_finds_names_without_accents_ids_messages_and_files(small, tab):
    page = tab(small, "/")
    for words, many in (("zoe", 1), ("1003", 1), ("corrupt", 1), ("kim", 2), ("kim_2.docx", 0), ("nothing like it", 0)):
        page.fill("#search", words)
        page.wait_for_function(
            "many => document.getElementById('shown').textContent.startsWith(`${many} of`)", arg=many
        )
    page.fill("#search", "")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("() => document.activeElement.id") == "search"


def test_hostile_words_are_words(serve, tmp_path, tab):
    bad = "<script>document.title='had'</script><img src=x onerror=\"document.title='had'\">\u202e{{7*7}}"
    report = classes.waits("doe_jane", {1: 0}, student=bad)
    at = serve(classes.leave(tmp_path / "graded", [report]))
    page = tab(at, "/")
    page.set_viewport_size({"width": 390, "height": 900})
    for screen in SCREENS:
        page.goto(f"{at.root}{screen}")
        page.wait_for_timeout(50)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, screen
        assert page.title() != "had"
        assert page.locator("script:not([src])").count() == 0
        assert "\\u202e" in page.content() or "img src=x" not in page.content()


def test_24_students_need_no_scrolling_to_what_needs_a_person(serve, tmp_path, tab):
    at = serve(classes.crowd(tmp_path / "graded", 24))
    page = tab(at, "/")
    box = page.locator("#needs").bounding_box()
    assert box["y"] + box["height"] < 600


def test_a_page_in_the_background_is_open_and_a_closed_one_is_not(small, tab, monkeypatch):
    monkeypatch.setattr(live, "_PING_SECONDS", 0.5)
    page = tab(small, "/")
    assert until(lambda: small.pages._front) or small.pages._front
    assert small.pages.away() == 0.0
    page.goto("about:blank")
    until(lambda: small.pages.away() > 0, 30)
    with ExitStack():
        small.pages.hidden("another")
        assert small.pages.away() == 0.0
        small.pages.closed("another")
        assert small.pages.away() >= 0.0


def test_it_ends_at_once(out, tmp_path):
    with fairly_within(4), served(out, tmp_path):
        pass


def test_the_button_ends_it(small, tab):
    page = tab(small, "/")
    # What has changed just before is still asked for, and answered: it must not take the place of what is said last.
    page.evaluate("document.dispatchEvent(new Event('changed')); document.querySelector('[data-do=end]').click()")
    assert small.ended.wait(20)
    page.locator("main", has_text="has ended").wait_for()  # the answer comes after the event
    page.wait_for_timeout(300)
    assert page.locator("main", has_text="has ended").is_visible()
