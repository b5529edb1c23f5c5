"""What is made out in text that was read from a picture, with what is misread in real ones."""

from __future__ import annotations

import pytest

from grader.activities import activity_named
from grader.activities.documents import _require_in_code
from grader.document import SeenInPicture
from grader.document.ocr.looking import look_for
from grader.document.ocr.recognition import TextLine
from grader.document.ocr.seeing import Seen
from grader.rubric import Review
from grader.submission import open_submission

ITEMS = {item.id: item for name in ("11.1", "11.2") for item in activity_named(name).pictures}


def seen(text: str) -> Seen:
    """Lines at the places where they stand in the text: a column is 10 pixels, a line 20; two spaces part columns."""
    pieces = []
    for row, line in enumerate(text.strip("\n").splitlines()):
        place = 0
        for piece in line.split("  "):
            if piece.strip():
                left = 10 * (place + len(piece) - len(piece.lstrip()))
                pieces.append(TextLine(piece.strip(), left, 20 * row, left + 7 * len(piece.strip()), 20 * row + 12))
            place += len(piece) + 2
    return Seen(tuple(pieces))


@pytest.mark.parametrize(
    ("line", "leads"),
    [
        ("←C127.0.0.1:5000", True),
        ("G localhost:5000", True),
        ("← → 女 localhost:5000 ☆ 口", True),
        ("① Not secure | 192.168.1.7:5000", True),
        ("No es seguro I localhost:5000", True),
        ("⚠ Nicht sicher | localhost:5000", True),
        ("localhost:5000/home", False),
        ("localhost:88", False),
        ("* Running on http://127.0.0.1:5000", False),
        ('127.0.0.1 - - [02/Nov/2026 21:41:05] "GET / HTTP/1.1" 200 -', False),
    ],
)
def test_addresses_among_icons(line, leads):
    assert any(each.leads_to("/", 5000) for each in seen(line).addresses) is leads


CODE = """
from flask import Flask
app = Flask(__name__)
{}
"""


MANY_LINES = """@app.get('/')
def index():
    return '''
    <html><body>
    My first GET request
    </body>'''"""
CONSTANT = """@app.get('/addCookie')
def a():
    r.set_cookie(COOKIE, 'x')
    return r
COOKIE = 'myFirstCookie'"""
BY_RULE = """def add():
    r.set_cookie('myFirstCookie', 'x')
    return r
app.add_url_rule('{}', view_func=add)"""


@pytest.mark.parametrize(
    ("item", "code"),
    [
        ("shot-2-code", "@app.get('/')\ndef index():\n    return '<h1>My first GET <i>request</i></h1>'"),
        ("shot-2-code", MANY_LINES),
        ("shot-1-code", "@server.route('/')\ndef index():\n    return 'My first GET request'"),
        ("shot-3", CONSTANT),
        ("shot-3", BY_RULE.format("/addCookie")),
    ],
)
def test_code_in_the_ways_that_students_write_it(item, code):
    asked = activity_named("11.1" if "code" in item else "11.2").pictures
    shows = next(each for each in asked if each.id == item).shows
    found = look_for(shows, seen(CODE.format(code)))
    assert found.confirmed, found


def test_a_view_of_another_rule_is_not_it():
    code = CODE.format(BY_RULE.format("/other"))
    assert not look_for(ITEMS["shot-3"].shows, seen(code)).confirmed


def test_a_sentence_that_a_narrow_page_breaks_beside_other_words():
    page = """
localhost:88/displayCookieValue
Cookie not      Elements  Console
found!          Application
"""
    assert look_for(ITEMS["shot-8"].shows, seen(page)).confirmed


@pytest.mark.parametrize(
    ("panel", "gone"),
    [
        ("Application      Cookies\nName      Value", True),
        ("Storage      Cookies\nName      Do…      S.      P…", True),
        ("Speicher      Cookies\nName      Wert      Pfad", True),
        ("Storage      Cookies\nName      Value\nmyFirstCo…      Hello", False),
        ("Storage      Cookies\nKey      Value", False),
        ("Application      Storage      Cookies", False),
    ],
)
def test_lists_of_cookies_in_narrow_panels(panel, gone):
    assert look_for(ITEMS["shot-10"].shows, seen(panel)).confirmed is gone


@pytest.mark.parametrize(
    ("panel", "gone"),
    [
        ("Name      Value      Domain\ntheme      myFirstCookie", True),
        ("Cookie myFirstCookie is removed\n\nName      Value      Path\ntheme      oak      /", True),
        ("Cookie myFirstCookie is removed\n\nName      Value\ntheme      oak", False),
        ("      Name      Value      Path\n[x] myFirstCookie      Hello      /", False),
    ],
)
def test_of_a_picture_that_is_labelled_so_the_list_alone_counts_where_it_is_surely_the_browsers(panel, gone):
    shows = ITEMS["shot-10"].shows
    assert look_for(shows, seen(panel), labelled=True).confirmed is gone
    assert not look_for(shows, seen(panel)).confirmed


def test_every_line_that_has_the_words_and_the_whole_view_are_compared_with_the_code(tmp_path):
    (tmp_path / "app.py").write_text("def addCookie():\n    res = ('Cookie added!')\n    res.set_cookie('a', 'b')\n")
    submission = open_submission(tmp_path)
    right = ("res.set_cookie('a', 'b')",)
    _require_in_code(
        "Picture 3", SeenInPicture(right, whole=("def addCookie():", "res = ('Cookie added!')")), submission
    )
    for other in (
        SeenInPicture(right, whole=("res = make_response('Cookie added!')",)),
        SeenInPicture((*right, "answer.set_cookie('theme', 'oak')")),
    ):
        with pytest.raises(Review) as raised:
            _require_in_code("Picture 3", other, submission)
        assert "make_response" not in raised.value.message
        assert len(raised.value.observed or "") <= len(raised.value.message)


def test_each_thing_is_found_or_not_and_what_it_stands_in_comes_first():
    """And what is looked for in something that is not there was not looked for."""
    found = look_for(ITEMS["shot-4"].shows, seen("localhost:88/addCookie\n\nInternal Server Error"))
    assert [(thing.what, thing.found) for thing in found.things] == [
        ("the address of the app (/addCookie)", True),
        ('"Cookie added!"', False),
    ]
    found = look_for(ITEMS["shot-3"].shows, seen("Internal Server Error"))
    assert [thing.found for thing in found.things] == [False, None, None]
    assert found.lacking == ("Python code",)
    listed = look_for(ITEMS["shot-10"].shows, seen("Name  Value  Domain\nmyFirstCookie  Hello  localhost"))
    assert [thing.found for thing in listed.things] == [True, False]
    assert listed.lacking == ("a list without myFirstCookie",)


LINES_BELOW = 8 * "\n"


@pytest.mark.parametrize(
    "bar",
    [
        "Ln 12, Col 5 Spaces: 4 UTF-8",
        f"{' ':40}Ln 12, Col 5 Spaces: 4 UTF-8",
        f"{LINES_BELOW}{' ':40}Ln 12, Col 5 LF {{}} Python",
    ],
)
def test_what_an_editor_writes_below_the_last_view_is_no_code(bar):
    code = """
      from flask import Flask
      @app.get('/addCookie')
      def add():
          r.set_cookie('myFirstCookie', 'x')
          return r

"""
    found = look_for(ITEMS["shot-3"].shows, seen(code + bar))
    assert found.confirmed
    assert found.whole == ("@app.get('/addCookie')", "def add():", "r.set_cookie('myFirstCookie', 'x')", "return r")
