import io
import re
import time
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from docx import Document

from grader.model.outcome import Evidence, Status
from grader.report import html_report, word_report
from tests import axe
from tests.closing import close
from tests.systems import for_posix

VOID = {"meta", "img", "br", "link", "input", "hr", "path", "circle", "rect", "use"}


class Page(HTMLParser):
    """What a page holds: its tags, its text, and whether everything opened is closed."""

    def __init__(self, source):
        super().__init__()
        self.tags, self.open, self.words = [], [], []
        self.feed(source)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
        if tag in {"dt", "dd", "h3", "p", "summary"}:
            self.words.append(" ")

    def handle_data(self, data):
        if not self.open or self.open[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join("".join(self.words).split())

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture
def typical(samples):
    return Page(html_report.to_html(samples.typical))


def test_the_page_needs_nothing_from_anywhere(any_report):
    page = Page(html_report.to_html(any_report))
    assert not [tag for tag, _ in page.tags if tag in {"script", "link", "iframe", "object", "base", "form"}]
    addresses = [attrs[name] for _, attrs in page.tags for name in ("src", "href") if name in attrs]
    assert all(address.startswith(("#", "data:image/", "evidence/")) for address in addresses)


def test_the_page_forbids_itself_everything_but_its_style_and_pictures(typical):
    (policy,) = [meta["content"] for meta in typical.all("meta") if "http-equiv" in meta]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert not [attrs for _, attrs in typical.tags if "style" in attrs]


def test_every_tag_is_closed(any_report):
    assert Page(html_report.to_html(any_report)).open == []


def test_links_lead_somewhere_and_ids_are_unique(any_report):
    page = Page(html_report.to_html(any_report))
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {href[1:] for attrs in page.all("a") + page.all("use") if (href := attrs["href"])[0] == "#"} <= set(ids)


def test_each_picture_leads_to_the_whole_one_that_is_kept_beside_the_page(samples):
    results = samples.make.passed()
    picture = samples.make.page_picture("localhost:88", "Practicing Cookies!")
    entries = (
        Evidence("picture", "Picture 1", "evidence/shot-1-1.png", picture),
        Evidence("picture", "Picture 2", "evidence/shot-1-2.png", picture, original="evidence/whole.jpg"),
    )
    samples.make.change(results, "shot-1", evidence=entries)
    page = Page(html_report.to_html(samples.make.report(results)))
    assert {"evidence/shot-1-1.png", "evidence/whole.jpg"} <= {attrs["href"] for attrs in page.all("a")}


def test_what_was_read_in_a_picture_is_folded_away(samples):
    results = samples.make.passed()
    picture = samples.make.page_picture("localhost:88", "Practicing Cookies!")
    entry = Evidence("picture", "Picture 1", "evidence/shot-1-1.png", picture, read=("Practicing Cookies!",))
    samples.make.change(results, "shot-1", evidence=(entry,))
    page = Page(html_report.to_html(samples.make.report(results)))
    (folded,) = page.all("details")
    assert "open" not in folded
    assert "What was read in it Practicing Cookies!" in page.text


def test_the_same_reason_is_said_once(samples):
    results = samples.make.passed()
    said = {"status": Status.FAILED, "earned": 0, "file": "app.py", "line": 7, "hint": "Write it once."}
    samples.make.change(results, "add-cookie", message="It is wrong.", **said)
    samples.make.change(results, "remove-cookie", message="It is wrong there, too.", **said)
    text = Page(html_report.to_html(samples.make.report(results))).text
    assert text.count("Hint Write it once.") == 1
    assert "For the same reason as /addCookie sets the cookie myFirstCookie" in text


def test_screen_readers_find_landmarks_headings_and_texts_for_pictures(typical):
    names = [tag for tag, _ in typical.tags]
    assert all(names.count(landmark) == 1 for landmark in ("main", "header", "footer", "h1"))
    assert typical.all("html") == [{"lang": "en"}]
    assert all(image["alt"] for image in typical.all("img"))
    levels = [int(name[1]) for name in names if re.fullmatch(r"h[1-6]", name)]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_check_is_said_once_with_its_status_in_words(samples, typical):
    ids = [attrs["id"] for _, attrs in typical.tags if attrs.get("id", "").startswith("check-")]
    assert sorted(ids) == sorted(f"check-{result.id}" for result in samples.typical.results)
    for label in ("Passed", "Partly right", "Failed", "Not tried", "To be reviewed", "Not run here", "Grader's error"):
        assert label in typical.text


def test_a_failed_check_says_what_where_and_what_to_do(typical):
    assert "/addCookie sets the cookie myfirstcookie, the handout asks for myFirstCookie." in typical.text
    assert "app.py:14 Hint A cookie's name counts letter by letter" in typical.text


def test_the_differing_words_are_marked(samples):
    source = html_report.to_html(samples.typical)
    assert "<mark>Practicing</mark> Cookies!" in source
    assert "<mark>Practising</mark> Cookies!" in source
    assert "my<mark>F</mark>irst<mark>C</mark>ookie" in source


@for_posix
def test_when_it_was_graded_is_said_by_this_machines_clock_and_for_programs(samples, monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        page = html_report.to_html(samples.typical)
        written = Document(io.BytesIO(word_report.render(samples.typical)))
    finally:
        monkeypatch.undo()
        time.tzset()
    assert '<time datetime="2026-11-22T10:00:00+00:00">22 Nov 2026, 15:30 IST</time>' in page
    assert any("Graded 22 Nov 2026, 15:30 IST" in paragraph.text for paragraph in written.paragraphs)


def test_only_what_did_not_pass_is_open(samples, typical):
    assert all("open" in attrs for attrs in typical.all("details") if "check" in attrs.get("class", ""))
    results = samples.make.passed()
    samples.make.change(results, "home", hint="It could be shorter.")
    (passed,) = Page(html_report.to_html(samples.make.report(results))).all("details")
    assert "open" not in passed


def test_the_time_line_shows_the_cookie_store_after_each_visit(samples):
    text = Page(html_report.to_html(samples.full_marks)).text
    line = text[text.index("visit by visit") :]
    assert "Visit 2. The browser at /addCookie myFirstCookie is new." in line
    assert f'Value "{samples.VALUE}" Path / Expires 22 Dec 2026, 10:00 UTC' in line
    assert "Visit 6. The browser at /removeCookie The browser holds no cookie; myFirstCookie is gone." in line


def test_each_picture_is_in_the_page_once_and_cropped_to_what_it_shows(samples):
    images = Page(html_report.to_html(samples.full_marks)).all("img")
    assert len(images) == 6
    assert all(int(image["height"]) < 150 for image in images), "three words are no white rectangle"
    assert all(int(image["width"]) == 1000 for image in images), "a window's bar is part of it"


def test_without_visits_there_is_no_time_line(samples):
    results = samples.make.passed()
    for name in ("home", "add-browser", "display-cleared", "remove-browser"):
        samples.make.change(results, name, status=Status.SKIPPED, evidence=())
    assert "visit by visit" not in html_report.to_html(samples.make.report(results))


def test_student_text_is_text(samples):
    source = html_report.to_html(samples.hostile)
    assert "<script" not in source
    assert "49" not in re.findall(r"\{\{(.*?)\}\}", source)
    assert not {"\x1b", "\x00", "\u202e", "\ud83d"} & set(source)
    assert r"[red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c" in Page(source).text


def test_a_picture_that_is_no_picture_is_not_shown(samples):
    source = html_report.to_html(samples.hostile)
    assert "svg onload" not in source
    assert "This picture is in a format that browsers do not show." in source


def test_endless_text_is_cut(samples):
    assert "more characters)" in html_report.to_html(samples.hostile)
    assert len(html_report.to_html(samples.hostile)) < 400_000


def test_a_real_browser_shows_it_on_every_width_without_complaint_and_everybody_can_use_it(
    any_report, chromium, tmp_path
):
    (tmp_path / "report.html").write_bytes(html_report.render(any_report))
    page = chromium.new_page(viewport={"width": 360, "height": 800})
    complaints, asked = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "report.html").as_uri())
    for width in (360, 390, 800, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('.bar rect.earned').getBoundingClientRect().height") > 0
    assert page.evaluate("getComputedStyle(document.querySelector('main')).maxWidth") != "none"
    assert axe.violations(page) == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert complaints == []
    close(page)


def test_a_whole_hand_in_with_ten_pictures_prints_on_three_pages(samples, chromium, tmp_path):
    results = samples.make.passed()
    for number in range(1, 11):
        picture = samples.make.page_picture(f"localhost:88/{number}", f"Cookie {number}")
        entry = Evidence("picture", f"Picture {number} of `shots.docx`", f"evidence/shot-{number}-1.png", picture)
        samples.make.change(results, f"shot-{number}", evidence=(entry,))
    (tmp_path / "report.html").write_bytes(html_report.render(samples.make.report(results)))
    page = chromium.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    close(page)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) <= 3


def test_the_keyboard_reaches_the_report_first(samples, chromium, tmp_path):
    (tmp_path / "report.html").write_bytes(html_report.render(samples.typical))
    page = chromium.new_page()
    page.goto((tmp_path / "report.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the report"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "report"
    close(page)
