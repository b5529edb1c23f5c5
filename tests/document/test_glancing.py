"""What is read of a picture before it is known what it shows: no more than that takes."""

from __future__ import annotations

import pytest

from grader.activities import activity_named
from grader.document.ocr import glancing
from grader.document.ocr.glancing import glance
from grader.document.ocr.line_finding import BelowLetters, Box
from grader.document.ocr.looking import look_for
from grader.document.ocr.recognition import TextLine

SHOWS = {item.id: item.shows for item in activity_named("11.2").pictures}
EDGE, INDENT, HEIGHT, ROW, LETTER = 240, 35, 15, 19, 9

STARTER = """\
from flask import Flask, make_response, request
app = Flask(__name__)
@app.route('/')
def index():
    return 'Practicing Cookies!'
@app.route('/addCookie')
def addCookie():
    # Add code here to create a cookie
    return 'Cookie added!'
@app.route('/displayCookieValue')
def displayCookieValue():
    cookieValue = None
    # Add code here to get the cookie's value
    return 'Cookie value: ' + str(cookieValue)
@app.route('/removeCookie')
def removeCookie():
    # Add code here to remove the cookie
    return 'Cookie removed!'"""
WITH_BLOCKS = STARTER.replace(
    "    # Add code here to create a cookie\n",
    "    resp = make_response('Cookie added!')\n    if True:\n"
    + "        value = 1\n" * 6
    + "    resp.set_cookie('myFirstCookie', value)\n",
)


class Text:
    """A picture of an editor's window, and what has been read of it."""

    def __init__(self, program: str) -> None:
        self.pieces = [
            ("File Edit Selection View", 13, 13, 11),
            ("app.py - activity - Visual Studio Code", 429, 13, 13),
        ]
        self.pieces += [(name, 30, 80 + ROW * row, 12) for row, name in enumerate(("app.py", "README.md", "templates"))]
        for row, line in enumerate(program.splitlines()):
            words = line.lstrip()
            left = EDGE + (len(line) - len(words)) * INDENT // 4
            self.pieces += [(str(row + 1), 205, 60 + ROW * row, 11), (words, left, 60 + ROW * row, HEIGHT)]
        self.pieces.append(("Ln 12, Col 5 Spaces: 4 UTF-8 LF Python 3.12.1", 13, 900, 13))
        self.lines = [
            Box(left, top, left + LETTER * len(words), top + height) for words, left, top, height in self.pieces
        ]
        self.was_read: set[str] = set()

    def read(self, numbers):
        self.was_read |= {self.pieces[number][0] for number in numbers}
        return tuple(TextLine(self.pieces[number][0], *self.lines[number]) for number in sorted(set(numbers)))

    def below_letters(self, number):
        words = self.pieces[number][0]
        return BelowLetters("_" in words, not {*"gjpqy_"}.isdisjoint(words))

    def by_network(self):
        return ()


def test_of_an_editor_the_program_is_read_and_nothing_around_it():
    text = Text(STARTER)
    assert glance(SHOWS["shot-1"], text).confirmed
    assert "return 'Practicing Cookies!'" in text.was_read
    assert not text.was_read & {words for words, left, *_ in text.pieces if left < EDGE}
    assert STARTER.splitlines()[0] not in text.was_read


def test_a_view_is_found_by_its_route():
    done = STARTER.replace("    # Add code here to create a cookie\n", "    resp.set_cookie('myFirstCookie', 'v')\n")
    text = Text(done)
    assert glance(SHOWS["shot-3"], text).confirmed
    assert not text.was_read & {words for words, left, *_ in text.pieces if left < EDGE}


def test_of_what_may_not_be_there_only_lines_with_an_underscore_are_read():
    text = Text(STARTER)
    assert glance(SHOWS["shot-1"], text).confirmed
    assert not [words for words in text.was_read if words.startswith("#")]
    assert "@app.route('/removeCookie')" not in text.was_read, "both words were found above it"


TABLE = [
    ("localhost:88/addCookie", 30, 10, 10),
    ("Set-Cookie: myFirstCookie=x", 30, 60, 13),
    *((words, left, 100, 10) for words, left in (("Storage", 10), ("Name", 150), ("Value", 260), ("Domain", 400))),
    *((words, left, 120, 12) for words, left in (("Cookies", 10), ("theme", 150), ("ok", 260), ("localhost", 400))),
    *((words, left, 140, 12) for words, left in (("http://localhost:88", 10), ("myFirstCookie", 165), ("x", 300))),
]


class Panel(Text):
    """A picture of a browser's list of cookies."""

    def __init__(self, pieces) -> None:
        super().__init__("")
        self.pieces = pieces
        self.lines = [Box(left, top, left + 7 * len(words), top + height) for words, left, top, height in pieces]


def test_a_cookie_is_sought_below_the_headings_of_the_list():
    text = Panel(TABLE)
    assert glance(SHOWS["shot-5"], text).confirmed
    assert text.was_read == {"Storage", "Name", "Value", "Domain", "theme", "myFirstCookie", "http://localhost:88"}


def test_a_cookie_that_has_to_be_gone_is_sought_in_the_list_where_the_picture_is_labelled_so():
    listed, gone, other = Panel(TABLE), *(Panel([each for each in TABLE if each[0] != "myFirstCookie"]) for _ in "ab")
    assert not glance(SHOWS["shot-10"], listed, labelled=True).confirmed
    assert glance(SHOWS["shot-10"], gone, labelled=True).confirmed
    assert gone.was_read == {"Storage", "Name", "Value", "Domain", "theme", "http://localhost:88"}
    assert not glance(SHOWS["shot-10"], other).confirmed, "a page displays it"


NARROW = [(words, left, *size) for words, left, *size in TABLE if left < 400]
"""No more of the browser's headings than Name and Value."""


def test_below_a_table_that_may_be_a_pages_own_it_is_sought_everywhere():
    said, gone = (
        Panel([piece for piece in NARROW if "myFirst" not in piece[0] or piece[0] in kept])
        for kept in (("Set-Cookie: myFirstCookie=x",), ())
    )
    assert not glance(SHOWS["shot-10"], said, labelled=True).confirmed
    assert glance(SHOWS["shot-10"], gone, labelled=True).confirmed
    assert "http://localhost:88" in gone.was_read
    assert "Cookies" not in gone.was_read, "nothing of it below the line, as of a y"


@pytest.mark.parametrize("shot", ["shot-5", "shot-10"])
def test_a_picture_with_hundreds_of_lines_is_looked_at_a_few_times(shot, monkeypatch):
    """Each look is at all that was read: after every third line it would be the square of them."""
    looks = []
    monkeypatch.setattr(glancing, "look_for", lambda *given, **how: looks.append(1) or look_for(*given, **how))
    many = Panel([(f"any words {number}", 160 * (number % 8), 12 * (number // 8), 10) for number in range(800)])
    assert not glance(SHOWS[shot], many).confirmed
    assert len(looks) < 100
    assert not glance(SHOWS[shot], Panel([("ok", 0, 0, 10)])).confirmed


def test_whatever_a_program_does_is_read_before_it_is_taken_for_the_starter():
    for program in (WITH_BLOCKS, WITH_BLOCKS.replace("        value", "            value")):
        assert "set_cookie" in program
        assert not glance(SHOWS["shot-1"], Text(program)).confirmed
