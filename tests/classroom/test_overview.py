"""The overview of a class says what happened, leads everywhere, and shows strangers' text as text."""

from __future__ import annotations

import base64
import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.classroom.likeness.comparing import Fingerprint, PicturePrint, fingerprint
from grader.classroom.likeness.thumbnails import thumbnails
from grader.classroom.overview.page import Row, to_html, write_overview
from grader.model.faults import InputError
from grader.model.outcome import Evidence, Status
from grader.model.report import Handed, Result
from grader.report.writing import write_reports
from tests.classroom import made_class

HOSTILE = made_class.samples().HOSTILE
VOID = {"meta", "img", "input", "rect"}


class Read(HTMLParser):
    """What a page holds: its tags, what is still open, and its words."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.words: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
        if tag in {"td", "dd", "dt", "li", "h4", "p", "a"}:
            self.words.append(" ")

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def row(name: str, *changed: tuple[str, Status], activity: str = "activity-11.2", **more: object) -> Row:
    """A student with full marks but for some checks."""
    samples = made_class.samples()
    results = samples.passed()
    for id_, status in changed:
        pending = status in {Status.REVIEW, Status.SKIPPED, Status.ERROR}
        samples.change(results, id_, status=status, earned=0, pending=pending, message=f"{id_} ended so.")
    folder = name.lower()
    report = samples.report(results, submission=Handed(folder, name, f"{folder}.zip"), activity=activity)
    return Row(report, f"reports/{folder}/report.html", name, **more)


def with_prints(made: Row, code: str, *pictures: PicturePrint) -> Row:
    print_ = fingerprint({"app.py": code.encode()}, made.report.activity)
    return replace(made, fingerprint=replace(print_, pictures=pictures))


OWN = "".join(f"from flask import biscuit{number}\n" for number in range(8))
PICTURE = PicturePrint(4, 1, "shots.docx", "one", (640, 400), bytes(range(192)) * 2)


def hostile_rows() -> list[Row]:
    samples = made_class.samples()
    hostile = samples.hostile()
    results = [
        replace(result, status=Status.REVIEW, pending=True, message=HOSTILE) if index % 2 else result
        for index, result in enumerate(hostile.results)
    ]
    report = replace(hostile, results=tuple(results), title=HOSTILE, grader=HOSTILE)
    print_ = Fingerprint("activity-11.2", 9, "same", "same", frozenset({HOSTILE, "</script>", "{{ 7*7 }}"}))
    picture = replace(PICTURE, document=HOSTILE, pixels=HOSTILE)
    print_ = replace(print_, pictures=(picture,))
    href = f"reports/{HOSTILE}/report.html"
    return [Row(report, href, f"{HOSTILE} {number}", (HOSTILE,), print_) for number in range(2)]


def several_activities() -> list[Row]:
    return [row("Ana", activity="activity-11.1"), row("Ben", ("home", Status.FAILED)), row("Chloé")]


CLASSES: dict[str, Callable[[], list[Row]]] = {
    "empty": list,
    "one": lambda: [row("Ana")],
    "thirty": lambda: made_class.rows(30),
    "several activities": several_activities,
    "hostile": hostile_rows,
}


@pytest.fixture(params=CLASSES)
def any_class(request: pytest.FixtureRequest) -> list[Row]:
    return CLASSES[request.param]()


def test_the_page_needs_nothing_from_anywhere_and_is_well_formed(any_class: list[Row]) -> None:
    page = Read(to_html(any_class))
    assert page.open == []
    assert not [tag for tag, _ in page.tags if tag in {"link", "iframe", "object", "base", "form"}]
    addresses = [attrs[name] or "" for _, attrs in page.tags for name in ("src", "href") if name in attrs]
    assert all(address.startswith(("#", "./reports/", "data:image/webp;base64,")) for address in addresses)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in addresses if address.startswith("#")} <= set(ids)


def test_only_its_own_style_and_script_may_run(any_class: list[Row]) -> None:
    source = to_html(any_class)
    (policy,) = [attrs["content"] for attrs in Read(source).all("meta") if "http-equiv" in attrs]
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in str(policy)
    assert str(policy).startswith("default-src 'none'; img-src data:;")
    assert not [attrs for _, attrs in Read(source).tags if "style" in attrs or any(name[:2] == "on" for name in attrs)]


def test_strangers_text_is_text() -> None:
    source = to_html(hostile_rows())
    assert source.count("<script") == 1
    assert not {"\x1b", "\x00", "\u202e", "\ud83d"} & set(source)
    page = Read(source)
    assert r"[red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c" in page.text
    assert "{{ 7*7 }}" in page.text
    assert "Hardly anyone else uses" in page.text


@pytest.mark.parametrize("name", ["javascript:alert(1)//", "//evil.example/", "../../", HOSTILE, "a\udcff", "x\ud83d"])
def test_links_stay_links_to_files(name: str) -> None:
    made = replace(row("Ana"), href=f"{name}/report.html")
    (link, *_) = [attrs["href"] for attrs in Read(to_html([made])).all("a") if "report.html" in str(attrs["href"])]
    assert re.fullmatch(r"\./[\w./%~-]*report\.html", str(link), re.ASCII)


def test_the_header_says_how_many_when_and_how_well() -> None:
    rows = [row("Ana"), row("Ben", ("add-cookie", Status.FAILED)), row("Chloé", ("shot-1", Status.REVIEW))]
    late = rows[1].report.started.replace(hour=13)
    rows[1] = replace(rows[1], report=replace(rows[1].report, started=late))
    text = Read(to_html(rows)).text
    assert "3 submissions, graded 22 Nov 2026, 10:00 UTC to 22 Nov 2026, 13:00 UTC" in text
    earned = rows[1].report.score.percent
    assert f"average of what is decided {(200 + earned) / 3:.1f}".removesuffix(".0") in text
    assert "median of what is decided 100 %" in text
    assert "with nothing wrong 2" in text
    assert "checks to decide, of 1 submission 1" in text


def test_a_submission_of_which_nothing_is_decided_is_not_in_the_average() -> None:
    undecided = row("Ana", *[(result.id, Status.SKIPPED) for result in row("Ana").report.results])
    assert "average of what is decided none" in Read(to_html([undecided])).text


def test_the_histogram_counts_students_and_can_be_heard() -> None:
    wrong = row("Ben", ("loads", Status.FAILED), ("home", Status.FAILED))
    text = Read(to_html([row("Ana"), row("Chloé"), wrong])).text
    assert "2 students with 100 percent" in text
    assert "1 student with 90 to under 100 percent" in text
    assert "no students with 0 to under 10 percent" in text


def test_checks_are_in_the_order_of_the_handout_with_what_happened_and_who_failed_first() -> None:
    rows = [
        row("Ana", ("add-cookie", Status.FAILED), ("add-browser", Status.BLOCKED), ("remove-cookie", Status.FAILED)),
        row("Ben", ("remove-cookie", Status.FAILED)),
        row("Chloé", ("remove-cookie", Status.PARTIAL)),
        row("Dana"),
    ]
    (only,) = [result for result in rows[3].report.results if result.id == "remove-cookie"]
    rows[3] = replace(rows[3], report=replace(rows[3].report, results=(only,)))
    text = Read(to_html(rows)).text
    text = text[text.index("Failed here first") :]
    assert "/addCookie sets the cookie myFirstCookie 2 passed, 1 failed 1" in text
    assert "/removeCookie makes myFirstCookie expire 1 passed, 1 partly right, 2 failed 1" in text
    assert text.index("Step 3") < text.index("Step 5") < text.index("Step 7") < text.index("What is handed in")


def test_every_student_is_in_the_table_with_link_score_and_notes() -> None:
    made = row("Ana", ("home", Status.FAILED), ("shot-1", Status.REVIEW), notes=("Handed in 2 days late.",))
    page = Read(to_html([made]))
    score = made.report.score
    assert f"Ana ana Handed in 2 days late. {score.earned:g} / {score.maximum:g} 2 {score.percent:.1f} %" in page.text
    assert "/ displays Practicing Cookies! ✓Passed 21 ✗Failed 1 ?To be reviewed 1" in page.text
    assert "./reports/ana/report.html" in [attrs["href"] for attrs in page.all("a")]


def pictured(name: str, *, data: bytes = b"") -> Row:
    made = row(name, ("shot-1", Status.REVIEW), ("shot-2", Status.REVIEW))
    results = [
        replace(result, evidence=(Evidence("picture", "Picture 1", f"evidence/{result.id}-1.png", data),))
        if result.pending
        else result
        for result in made.report.results
    ]
    return replace(made, report=replace(made.report, results=tuple(results)))


def test_the_queue_shows_each_pending_check_with_its_picture_and_leads_into_the_report() -> None:
    page = Read(to_html([pictured("Ana", data=made_class.screenshot(1, 0)), row("Ben", ("shot-1", Status.REVIEW))]))
    links = [attrs["href"] for attrs in page.all("a")]
    assert {"./reports/ana/report.html#check-shot-1", "./reports/ben/report.html#check-shot-1"} <= set(links)
    assert len(page.all("img")) == 2
    assert "To be reviewed: 3 checks Screenshot 1: VS Code with the app.py of the zip 2 students" in page.text


def test_what_the_grader_could_not_do_comes_first_and_is_told_apart() -> None:
    rows = [row("Ana", ("home", Status.ERROR), ("add-browser", Status.SKIPPED), ("shot-1", Status.REVIEW))]
    text = Read(to_html(rows)).text
    queue = text[text.index("To decide What only") :]
    assert queue.index("itself failed: 1 check") < queue.index("To be reviewed: 1") < queue.index("this machine: 1")


def test_pictures_are_taken_from_the_written_report_where_a_row_lacks_them(tmp_path: Path) -> None:
    made = pictured("Ana", data=made_class.screenshot(1, 0))
    write_reports(made.report, tmp_path / "reports/ana")
    without = pictured("Ana")
    assert len(Read(to_html([without], tmp_path)).all("img")) == 2
    assert Read(to_html([without])).all("img") == []


@pytest.mark.parametrize("data", [b"", b"<svg onload=alert(1)>", b"\x89PNG\r\n\x1a\nbroken", b"BM" + b"\xff" * 60])
def test_what_is_no_picture_has_no_thumbnail(data: bytes) -> None:
    assert thumbnails(pictured("Ana", data=data).report) == {}


def test_a_thumbnail_is_small() -> None:
    (small, _) = thumbnails(pictured("Ana", data=made_class.screenshot(1, 0)).report).values()
    assert small[8:12] == b"WEBP"
    assert len(small) < 3000


def test_thumbnails_give_way_to_names_where_the_page_would_be_too_large() -> None:
    noise = random.Random(1).randbytes(20_000)
    rows = [replace(pictured(f"S{number}"), thumbnails={"evidence/shot-1-1.png": noise}) for number in range(300)]
    source = to_html(rows)
    assert len(source) < 8_000_000
    shown = source.count("<img")
    assert 0 < shown < 300
    assert all(f"./reports/s{number}/report.html#check-shot-1" in source for number in range(300))


def test_equal_code_and_shared_pictures_are_hints_with_names_and_links() -> None:
    rows = [
        with_prints(row("Ana"), OWN, PICTURE),
        with_prints(row("Ben"), OWN),
        with_prints(row("Chloé"), "", replace(PICTURE, number=5)),
        with_prints(row("Dana"), "", replace(PICTURE, number=6, pixels="two")),
    ]
    page = Read(to_html(rows))
    hints = page.text[page.text.index("In common These are hints of where to look, never a verdict.") :]
    assert "2 students, 8 statements of their own" in hints
    assert "Hardly anyone else uses biscuit0, biscuit1" in hints
    assert "Ana picture 4 of shots.docx Chloé picture 5 of shots.docx" in hints
    assert "Pictures that look alike: 1" in hints
    assert hints.index("Dana picture 6") > hints.index("A weaker hint")
    assert "./reports/ana/report.html#check-shot-1" in [attrs["href"] for attrs in page.all("a")]


def test_nothing_in_common_is_said() -> None:
    rows = [with_prints(row("Ana"), OWN), with_prints(row("Ben"), "import x\n" * 6)]
    text = Read(to_html(rows)).text
    assert "Nothing that stands out." in text
    assert "The code was not compared." in Read(to_html([row("Ana")])).text


@pytest.mark.parametrize(("students", "megabytes", "seconds"), [(300, 5.0, 1.0), (1000, 8.0, 2.0)])
def test_a_large_class_is_written_quickly(students: int, megabytes: float, seconds: float, tmp_path: Path) -> None:
    rows = made_class.rows(students)
    to_html(rows[:1])
    started = time.process_time()
    size = write_overview(rows, tmp_path).stat().st_size / 1e6
    took = time.process_time() - started
    print(f"{students} students: {took:.2f} s, {size:.1f} MB")
    assert size < megabytes
    assert took < seconds


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = write_overview([row("Ana")], tmp_path / "new" / "folder")
    assert path == tmp_path / "new/folder/index.html"
    assert [each.name for each in path.parent.iterdir()] == ["index.html"]
    with pytest.raises(InputError, match="The overview was not written"):
        write_overview([row("Ana")], path)


@pytest.fixture
def show(chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a class's page, and at the end looks whether the browser complained or asked for anything else."""
    complaints: list[str] = []
    pages: list[Page] = []

    def open_page(rows: list[Row], width: int = 1280, **options: object) -> Page:
        write_overview(rows, tmp_path)
        page = chromium.new_page(viewport={"width": width, "height": 800}, **options)
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: complaints.extend([request.url] * request.url.startswith("http")))
        page.goto((tmp_path / "index.html").as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()
    assert complaints == []


def names(page: Page) -> list[str]:
    return page.locator("#class tbody tr:visible th a").all_inner_texts()


THREE = [
    ("Ana", ("loads", Status.FAILED)),
    ("ben 10", ("shot-1", Status.REVIEW)),
    ("Ben 9", ("home", Status.FAILED), ("port", Status.FAILED)),
]


def test_a_click_on_a_heading_sorts_and_says_so(show: Callable[..., Page]) -> None:
    page = show([row(name, *changed) for name, *changed in THREE])
    assert names(page) == ["Ana", "ben 10", "Ben 9"]
    student, earned = page.locator("#class thead th").nth(0), page.locator("#class thead th").nth(1)
    earned.locator("button").click()
    assert names(page) == ["ben 10", "Ana", "Ben 9"]
    assert earned.get_attribute("aria-sort") == "descending"
    assert student.get_attribute("aria-sort") is None
    earned.locator("button").press("Enter")
    assert names(page) == ["Ben 9", "Ana", "ben 10"]
    assert earned.get_attribute("aria-sort") == "ascending"
    student.locator("button").click()
    assert names(page) == ["Ana", "Ben 9", "ben 10"], "numbers in names count as numbers"


def test_search_status_and_activity_filter_the_table(show: Callable[..., Page]) -> None:
    page = show([*(row(name, *changed) for name, *changed in THREE), row("Eve", activity="activity-11.1")])
    page.get_by_label("Search").fill("BEN")
    assert names(page) == ["ben 10", "Ben 9"]
    assert page.get_by_role("status").inner_text() == "2 of 4 shown"
    page.get_by_label("Show").select_option("something to decide")
    assert names(page) == ["ben 10"]
    page.get_by_label("Search").fill("")
    page.get_by_label("Show").select_option("nothing wrong")
    assert names(page) == ["ben 10", "Eve"]
    page.get_by_label("Activity all").select_option("activity-11.1")
    assert names(page) == ["Eve"]


def test_without_scripts_everything_is_there(show: Callable[..., Page]) -> None:
    page = show([row(name, *changed) for name, *changed in THREE], java_script_enabled=False)
    assert names(page) == ["Ana", "ben 10", "Ben 9"]
    assert not page.locator("#controls").is_visible()
    assert page.locator(".sheet a").first.is_visible()


@pytest.mark.parametrize("width", [360, 800, 1280])
def test_it_fits_every_width_without_complaint(any_class: list[Row], width: int, show: Callable[..., Page]) -> None:
    page = show(any_class, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"


def test_on_a_phone_a_list_sorts_instead_of_headings(show: Callable[..., Page]) -> None:
    page = show([row(name, *changed) for name, *changed in THREE], 390)
    page.get_by_label("Sort by").select_option("Earned")
    assert names(page) == ["ben 10", "Ana", "Ben 9"]


def test_links_open_the_place_in_the_report_whatever_the_folder_is_called(
    show: Callable[..., Page], tmp_path: Path
) -> None:
    folder = "Doe, Jané #1 %20 ?x=<b> דנה"
    made = replace(pictured("Ana", data=made_class.screenshot(1, 0)), href=f"reports/{folder}/report.html")
    write_reports(made.report, tmp_path / "reports" / folder)
    page = show([made])
    page.locator(".sheet a").first.click()
    assert page.evaluate("document.querySelector(':target').id") == "check-shot-1"
    assert page.locator("h1").inner_text() == "Adding a cookie to a website"


def test_the_keyboard_reaches_the_overview_and_the_headings(show: Callable[..., Page]) -> None:
    page = show([row("Ana")])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "overview"
    assert page.locator("#class thead button").count() == page.locator("#class thead th").count()


def test_headings_do_not_skip_a_level() -> None:
    rows = [with_prints(row("Ana", ("shot-1", Status.REVIEW)), OWN, PICTURE), with_prints(row("Ben"), OWN, PICTURE)]
    levels = [int(tag[1]) for tag, _ in Read(to_html(rows)).tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_results_of_unknown_steps_are_shown_too() -> None:
    made = row("Ana")
    extra = Result("extra", "", "Something new", Status.PASSED, 1, 1)
    made = replace(made, report=replace(made.report, results=(*made.report.results, extra)))
    assert "The app Something new 1 passed" in Read(to_html([made])).text
