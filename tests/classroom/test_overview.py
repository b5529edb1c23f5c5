"""The overview of a class says what happened, leads everywhere, and shows strangers' text as text."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from grader.classroom.likeness.fingerprints import PicturePrint
from grader.classroom.likeness.pairs import Pair
from grader.classroom.overview import index_page as page_module
from grader.classroom.overview.rows import Absent, ClassOverview, OverviewRow
from grader.model.faults import InputError
from grader.model.outcome import Status
from grader.model.report import Handed, Result
from grader.report.writing_reports import write_reports
from tests import axe
from tests.classroom import made_class
from tests.closing import close

HOSTILE = made_class.samples().HOSTILE
VOID = {"meta", "img", "input", "rect", "br"}


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
        if tag == "br":
            self.words.append(" ")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
        if tag in {"td", "dd", "dt", "li", "h3", "p", "a", "span", "b", "button", "summary"}:
            self.words.append(" ")

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag == name]


def to_html(rows: list[OverviewRow], **more: object) -> str:
    return page_module.to_html(ClassOverview(tuple(rows), **more))


def write_overview(rows: list[OverviewRow], folder: Path, **more: object) -> Path:
    return page_module.write_overview(ClassOverview(tuple(rows), **more), folder)


def row(name: str, *changed: tuple[str, Status], activity: str = "activity-11.2", **more: object) -> OverviewRow:
    """A student with full marks but for some checks."""
    samples = made_class.samples()
    results = samples.passed()
    for id_, status in changed:
        pending = status in {Status.REVIEW, Status.SKIPPED, Status.ERROR}
        samples.change(results, id_, status=status, earned=0, pending=pending, message=f"{id_} ended so.")
    folder = name.lower()
    report = samples.report(results, submission=Handed(folder, name, f"{folder}.zip"), activity=activity)
    return OverviewRow(report, f"reports/{folder}/report.html", name, **more)


PICTURE = PicturePrint(4, 1, "shots.docx", "one", (640, 400), bytes(range(192)) * 2)


def hostile_rows() -> list[OverviewRow]:
    samples = made_class.samples()
    hostile = samples.hostile()
    results = [
        replace(result, status=Status.REVIEW, pending=True, message=HOSTILE) if index % 2 else result
        for index, result in enumerate(hostile.results)
    ]
    report = replace(hostile, results=tuple(results), title=HOSTILE, grader=HOSTILE)
    href = f"reports/{HOSTILE}/report.html"
    more = {"id": HOSTILE, "notes": (HOSTILE,), "apps": (HOSTILE, "b"), "lapsed": (HOSTILE,), "late_without_time": True}
    named = [replace(report, submission=replace(report.submission, name=f"h{number}")) for number in range(2)]
    return [OverviewRow(each, href, f"{HOSTILE} {each.submission.name}", **more) for each in named]


def hostile_pair() -> Pair:
    both = (replace(PICTURE, document=HOSTILE), replace(PICTURE, document="</script>"))
    return Pair("h0", "h1", (both,), of=1, code="equal", statements=9, words=(HOSTILE, "{{ 7*7 }}"), author="h0")


def several_activities() -> list[OverviewRow]:
    return [row("Ana", activity="activity-11.1"), row("Ben", ("home", Status.FAILED)), row("Chloé")]


CLASSES: dict[str, Callable[[], list[OverviewRow]]] = {
    "empty": list,
    "one": lambda: [row("Ana")],
    "thirty": lambda: made_class.rows(30),
    "several activities": several_activities,
    "hostile": hostile_rows,
}


@pytest.fixture(params=CLASSES)
def any_class(request: pytest.FixtureRequest) -> list[OverviewRow]:
    return CLASSES[request.param]()


def test_the_page_needs_nothing_from_anywhere_and_is_well_formed(any_class: list[OverviewRow]) -> None:
    page = Read(to_html(any_class))
    assert page.open == []
    assert not [tag for tag, _ in page.tags if tag in {"link", "iframe", "object", "base", "form"}]
    addresses = [attrs[name] or "" for _, attrs in page.tags for name in ("src", "href") if name in attrs]
    assert all(address.startswith(("#", "./reports/", "data:image/webp;base64,")) for address in addresses)
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {address[1:] for address in addresses if address.startswith("#")} <= set(ids)


def test_only_its_own_style_and_script_may_run(any_class: list[OverviewRow]) -> None:
    source = to_html(any_class)
    (policy,) = [attrs["content"] for attrs in Read(source).all("meta") if "http-equiv" in attrs]
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}(?: type=.module.)?>(.*?)</{tag}>", source, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in str(policy)
    assert str(policy).startswith("default-src 'none'; img-src data:;")
    assert not [attrs for _, attrs in Read(source).tags if "style" in attrs or any(name[:2] == "on" for name in attrs)]


def test_strangers_text_is_text() -> None:
    source = to_html(hostile_rows(), absent=(Absent(HOSTILE, HOSTILE),), pairs=(hostile_pair(),))
    assert source.count("<script") == 1
    assert not {"\x1b", "\x00", "\u202e", "\ud83d"} & set(source)
    page = Read(source)
    assert r"[red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c" in page.text
    assert "{{ 7*7 }}" in page.text
    assert "hardly anyone else uses" in page.text


@pytest.mark.parametrize("name", ["javascript:alert(1)//", "//evil.example/", "../../", HOSTILE, "a\udcff", "x\ud83d"])
def test_links_stay_links_to_files(name: str) -> None:
    made = replace(row("Ana"), href=f"{name}/report.html")
    (link, *_) = [attrs["href"] for attrs in Read(to_html([made])).all("a") if "report.html" in str(attrs["href"])]
    assert re.fullmatch(r"\./[\w./%~-]*report\.html", str(link), re.ASCII)


def test_the_header_says_how_many_and_when_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row("Ana"), row("Ben")]
    rows[1] = replace(rows[1], report=replace(rows[1].report, started=rows[1].report.started.replace(hour=13)))
    monkeypatch.setenv("TZ", "XYZ-5")
    time.tzset()
    try:
        text = Read(to_html(rows)).text
    finally:
        monkeypatch.undo()
        time.tzset()
    assert "2 hand-ins graded, 22 Nov 2026, 15:00 XYZ to 22 Nov 2026, 18:00 XYZ" in text


def test_a_class_that_was_stopped_says_so_and_shows_what_is_graded() -> None:
    text = Read(to_html([row("Ana", ("home", Status.FAILED))], everyone=5)).text
    assert "Stopped at 1 of 5." in text
    assert "home ended so." in text
    assert "Stopped" not in Read(to_html([row("Ana")], everyone=1)).text


def unopened(name: str) -> OverviewRow:
    made = row(name, ("loads", Status.FAILED))
    results = [
        replace(result, message="work.zip is corrupt." if result.id == "loads" else "")
        for result in made.report.results
    ]
    environment = replace(made.report.environment, isolation="none")
    return replace(made, report=replace(made.report, results=tuple(results), environment=environment))


def test_what_needs_a_person_comes_first_with_reasons_in_words_and_links_that_lead_there() -> None:
    rows = [
        replace(unopened("Ana"), id="41"),
        replace(row("Ben"), apps=("a/app.py", "b/app.py")),
        row("Chloé", ("home", Status.ERROR), ("shot-1", Status.REVIEW)),
        row("Dana", ("shot-1", Status.REVIEW), ("add-browser", Status.SKIPPED)),
        replace(row("Eve"), lapsed=("shot-3",), late_without_time=True),
    ]
    page = Read(to_html(rows, absent=(Absent("Zoe", "77"),), pairs=(Pair("ben", "eve", author="ben"),)))
    needs = page.text[page.text.index("Needs you") : page.text.index("Students")]
    said = [
        "1 could not be opened Ana 41: work.zip is corrupt.",
        "1 several apps, choose one Ben : a/app.py, b/app.py",
        "1 where the grader itself failed: / displays Practicing Cookies! Chloé : home ended so.",
        "2 to decide: Screenshot 1: VS Code with the app.py of the zip shot-1 ended so. Chloé Dana",
        "1 not run on this machine: After the visit",
        "1 decision that no longer applies Eve : shot-3",
        "1 late, and the platform does not say by how much Eve",
        "1 pair has pictures or code in common",
        "1 not handed in Zoe 77",
    ]
    places = [needs.find(each) for each in said]
    assert -1 not in places, [each for each, place in zip(said, places, strict=True) if place < 0]
    assert places == sorted(places)
    links = [attrs["href"] for attrs in page.all("a")]
    assert {"./reports/ana/report.html", "./reports/dana/report.html#check-shot-1", "#common"} <= set(links)


def test_where_nothing_is_left_that_is_said() -> None:
    assert "Nothing: everything is decided." in Read(to_html([row("Ana")])).text


def test_many_names_are_folded_away() -> None:
    rows = [row(f"S{number}", ("shot-1", Status.REVIEW)) for number in range(7)]
    assert Read(to_html(rows)).all("details")
    assert not Read(to_html(rows[:6])).all("details")


def test_the_matrix_has_a_cell_for_each_check_in_words_that_leads_to_its_place() -> None:
    made = replace(row("Ana", ("add-cookie", Status.FAILED), ("shot-1", Status.REVIEW)), notes=("Handed in late.",))
    page = Read(to_html([replace(made, id="4711")]))
    cells = [
        attrs for attrs in page.all("span") if attrs.get("role") == "cell" and str(attrs["class"]).startswith("c ")
    ]
    assert len(cells) == len(made.report.results)
    score = made.report.score
    line = page.text[page.text.index("What is wrong first") :]
    assert f"Ana 4711 {score.earned:g} of {score.maximum:g} +2? Passed" in line
    assert "Handed in late. add-cookie ended so." in line
    links = [attrs["href"] for attrs in page.all("a")]
    assert "./reports/ana/report.html#check-add-cookie" in links
    assert "./reports/ana/report.html#check-home" not in links, "what passed needs no stop for the keyboard"


def test_checks_stand_in_the_order_of_the_handout_and_those_of_others_are_not_asked() -> None:
    (only,) = [result for result in row("Dana").report.results if result.id == "remove-cookie"]
    dana = row("Dana")
    page = Read(to_html([row("Ana"), replace(dana, report=replace(dana.report, results=(only,)))]))
    assert page.text.index("home") < page.text.index("add-cookie") < page.text.index("remove-cookie")
    assert page.text.count("Not asked") == len(row("Ana").report.results) - 1


def test_statistics_come_last_and_say_how_hard_and_how_telling_each_check_is() -> None:
    weak = [row(name, ("loads", Status.FAILED), ("home", Status.FAILED)) for name in ("Ana", "Ben")]
    page = Read(to_html([*weak, *(row(name) for name in ("Chloé", "Dana", "Eve"))]))
    assert page.text.index("Students") < page.text.index("Statistics")
    numbers = page.text[page.text.index("Statistics") :]
    assert "3 with 100 percent" in numbers
    assert "home 3 passed, 2 failed 0.60 1.00" in numbers


def test_a_row_for_each_pair_says_what_is_the_same_and_leads_to_both() -> None:
    two = (PICTURE, replace(PICTURE, number=7, item=2))
    pairs = (
        Pair("ana", "ben", (two,), of=10, author="ben"),
        Pair("ana", "chloé", (), (two,) * 5, of=8, code="renamed", statements=9, words=("biscuit", "jar")),
    )
    page = Read(to_html([replace(row("Ana"), id="41"), row("Ben"), row("Chloé")], pairs=pairs))
    text = page.text[page.text.index("In common") :]
    assert "Ana 41 Ben 1 of 10 pictures the same Ana's document names Ben as its author or last editor" in text
    assert "5 alike at a glance 9 own statements equal but for names, type hints or order" in text
    assert "hardly anyone else uses biscuit, jar" in text
    links = [attrs["href"] for attrs in page.all("a")]
    assert {"./reports/ana/report.html#check-shot-1", "./reports/ben/report.html#check-shot-2"} <= set(links)
    assert "In common" not in Read(to_html([row("Ana")])).text


@pytest.mark.parametrize(("students", "megabytes", "seconds"), [(300, 1.5, 1.0), (1000, 5.0, 3.0)])
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

    def open_page(rows: list[OverviewRow], width: int = 1200, *, script: bool = True, **more: object) -> Page:
        write_overview(rows, tmp_path, **more)
        page = chromium.new_page(viewport={"width": width, "height": 900}, java_script_enabled=script)
        pages.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        page.on("request", lambda request: complaints.extend([request.url] * request.url.startswith("http")))
        page.goto((tmp_path / "index.html").as_uri())
        return page

    yield open_page
    for page in pages:
        close(page)
    assert complaints == []


def names(page: Page) -> list[str]:
    return page.locator(".chunk .line:visible .name a").all_inner_texts()


THREE = [
    ("Ana", ("loads", Status.FAILED)),
    ("ben 10", ("shot-1", Status.REVIEW)),
    ("Ben 9", ("home", Status.FAILED), ("port", Status.FAILED)),
]


def test_a_click_on_a_heading_sorts_and_says_so(show: Callable[..., Page]) -> None:
    page = show([row(name, *changed) for name, *changed in THREE])
    assert names(page) == ["Ana", "ben 10", "Ben 9"]
    student, points = page.locator(".head .name"), page.locator(".head .score")
    points.locator("button").click()
    assert names(page) == ["ben 10", "Ana", "Ben 9"]
    assert points.get_attribute("aria-sort") == "descending"
    assert student.get_attribute("aria-sort") is None
    points.locator("button").press("Enter")
    assert names(page) == ["Ben 9", "Ana", "ben 10"]
    assert points.get_attribute("aria-sort") == "ascending"
    student.locator("button").click()
    assert names(page) == ["Ana", "Ben 9", "ben 10"], "numbers in names count as numbers"


def test_search_and_status_filter_and_a_check_of_the_statistics_shows_who_lacks_it(show: Callable[..., Page]) -> None:
    page = show([*(row(name, *changed) for name, *changed in THREE), replace(row("Zoé"), id="4711")])
    page.get_by_label("Search").fill("BEN")
    assert names(page) == ["ben 10", "Ben 9"]
    assert page.get_by_role("status").inner_text() == "2 of 4 shown"
    page.get_by_label("Show").select_option("something to decide")
    assert names(page) == ["ben 10"]
    page.get_by_label("Show").select_option("everyone")
    for word in ("zoe", "4711"):
        page.get_by_label("Search").fill(word)
        assert names(page) == ["Zoé"]
    page.get_by_role("link", name="port", exact=True).click()
    assert names(page) == ["Ben 9"]
    assert page.get_by_role("status").inner_text() == "1 with port not passed"


def test_without_scripts_everything_is_there(show: Callable[..., Page]) -> None:
    page = show([row(name, *changed) for name, *changed in THREE], script=False)
    assert names(page) == ["Ana", "ben 10", "Ben 9"]
    assert not page.locator("#find").is_visible()


def test_a_class_of_24_is_on_one_screen_with_what_needs_a_person_before_it(show: Callable[..., Page]) -> None:
    rows = made_class.rows(24)
    page = show(rows, absent=(Absent("Zoe", "77"),), pairs=(Pair(*(each.report.submission.name for each in rows[:2])),))
    assert page.locator("ul.needs").bounding_box()["y"] + page.locator("ul.needs").bounding_box()["height"] < 900
    matrix = page.locator(".matrix").bounding_box()
    assert matrix["height"] <= 900
    assert matrix["width"] <= 1200
    assert {line.bounding_box()["height"] for line in page.locator(".chunk .line").all()} == {28}


@pytest.mark.parametrize("name", CLASSES)
def test_it_fits_every_width_without_complaint_and_everybody_can_use_it(name: str, show: Callable[..., Page]) -> None:
    more = {"pairs": (hostile_pair(),)} if name == "hostile" else {}
    page = show(CLASSES[name](), 360, everyone=40, absent=(Absent("Zoe", "77"),), **more)
    for width in (360, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert axe.violations(page) == []


def test_links_open_the_place_in_the_report_whatever_the_folder_is_called(
    show: Callable[..., Page], tmp_path: Path
) -> None:
    folder = "Doe, Jané #1 %20 ?x=<b> דנה"
    made = replace(row("Ana", ("shot-1", Status.REVIEW)), href=f"reports/{folder}/report.html")
    write_reports(made.report, tmp_path / "reports" / folder)
    page = show([made])
    page.locator(".needs .who a").first.click()
    assert page.evaluate("document.querySelector(':target').id") == "check-shot-1"
    assert page.locator("h1").inner_text() == "Adding a cookie to a website"


def test_the_keyboard_reaches_the_overview_and_the_headings(show: Callable[..., Page]) -> None:
    page = show([row("Ana")])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "overview"
    assert page.locator(".head button").count() == 2


def test_headings_do_not_skip_a_level() -> None:
    rows = [row("Ana", ("shot-1", Status.REVIEW)), row("Ben", activity="activity-11.1")]
    levels = [int(tag[1]) for tag, _ in Read(to_html(rows)).tags if re.fullmatch(r"h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_results_of_unknown_steps_are_shown_too() -> None:
    made = row("Ana")
    extra = Result("extra", "", "Something new", Status.PASSED, 1, 1)
    made = replace(made, report=replace(made.report, results=(*made.report.results, extra)))
    assert "extra 1 passed" in Read(to_html([made])).text
