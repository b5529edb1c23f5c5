"""Who shares code or pictures: copies are found, independent right answers are not."""

from __future__ import annotations

import io
import json
import random
import re
import time
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

import docx
import pytest
from docx.shared import Inches
from PIL import Image, ImageDraw

from grader.classroom.likeness.comparing import alike_code, shared_pictures
from grader.classroom.likeness.fingerprints import Fingerprint, PicturePrint, fingerprint, from_dict, to_dict
from grader.classroom.likeness.own_code import own_code
from grader.classroom.likeness.pairs import Compared, pairs
from tests.classroom.made_class import screenshot
from tests.conftest import SUBMISSIONS
from tests.test_submissions import GOLDEN

ACTIVITY = "activity-11.2"


@dataclass(frozen=True)
class Student:
    fingerprint: Fingerprint | None


def students(*codes: str, activity: str = ACTIVITY) -> list[Student]:
    return [Student(fingerprint({"app.py": code.encode()}, activity)) for code in codes]


def groups(rows: list[Student]) -> list[tuple[str, tuple[int, ...]]]:
    return [(group.kind, group.rows) for group in alike_code(rows)]


STARTER = """
from flask import Flask, make_response, request

app = Flask(__name__)


@app.route('/', methods=['GET'])
def index():
    return 'Practicing Cookies!'


@app.route('/addCookie', methods=['GET'])
def addCookie():
{add}

@app.route('/displayCookieValue', methods=['GET'])
def displayCookieValue():
    cookieValue = None
{display}

@app.route('/removeCookie', methods=['GET'])
def removeCookie():
{remove}

app.run(host='0.0.0.0', port=88)
"""
UNUSUAL = STARTER.format(
    add="""    biscuit = make_response('Cookie added! Yummy biscuits for breakfast')
    biscuit.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return biscuit
""",
    display="""    try:
        crumbs = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + crumbs
    except KeyError:
        return 'Cookie not found! Somebody nibbled'
""",
    remove="""    biscuit = make_response('Cookie removed! Gone')
    biscuit.set_cookie('myFirstCookie', max_age=0)
    return biscuit
""",
)
RIGHT = STARTER.format(
    add="""    response = make_response('Cookie added!')
    response.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return response
""",
    display="""    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'
""",
    remove="""    response = make_response('Cookie removed!')
    response.set_cookie('myFirstCookie', max_age=0)
    return response
""",
)


def honest(dice: random.Random) -> str:
    """A right answer, with each choice made as often as students make it."""
    name = dice.choices(["response", "resp", "res", "r", "reply"], [5, 4, 2, 1, 1])[0]
    read = dice.choice(["request.cookies['myFirstCookie']", "request.cookies.get('myFirstCookie')"])
    show = dice.choice(["'Found the cookie: ' + cookieValue", "f'Found the cookie: {cookieValue}'"])
    error = dice.choice(["", " KeyError", " Exception", " Exception as e"])
    check = dice.choice(["", "        if cookieValue is None:\n            return 'Cookie not found!'\n"])
    gone = dice.choice(["'', max_age=0", "max_age=0", "'', expires=0"])
    typo = dice.choices(["", *"abcdefgh"], [30, *[1] * 8])[0]
    return STARTER.format(
        add=f"    {name} = make_response('Cookie added!{typo * 3}')\n"
        f"    {name}.set_cookie('myFirstCookie', 'Hello World - my first cookie!')\n    return {name}\n",
        display=f"    try:\n        cookieValue = {read}\n{check}        return {show}\n"
        f"    except{error}:\n        return 'Cookie not found!'\n",
        remove=f"    {name} = make_response('Cookie removed!')\n    {name}.set_cookie('myFirstCookie', {gone})\n"
        f"    return {name}\n",
    )


@cache
def right_answers() -> list[tuple[str, Fingerprint]]:
    right = [
        golden
        for golden in GOLDEN
        if golden.activity == ACTIVITY and not {"failed", "blocked", "partial"} & set(golden.status.values())
    ]
    made = []
    for golden in right:
        paths = [path for path in (golden.folder / "submission").rglob("*.py") if "venv" not in path.as_posix()]
        files = {path.relative_to(golden.folder).as_posix(): path.read_bytes() for path in paths}
        made.append((golden.folder.name, fingerprint(files, ACTIVITY)))
    return made


def test_none_of_the_golden_right_answers_is_said_to_be_a_copy() -> None:
    answers = right_answers()
    assert len(answers) > 50
    assert alike_code([Student(made) for _, made in answers]) == []


def test_a_golden_answer_with_words_of_its_own_is_found_when_it_is_handed_in_twice() -> None:
    answers = [made for _, made in right_answers()]
    found = 0
    for index, made in enumerate(answers):
        others = frozenset().union(*(each.words for each in answers if each is not made))
        copies = [group.rows for group in alike_code([Student(each) for each in (*answers, made)])]
        if len(made.words - others) >= 3:
            assert copies == [(index, len(answers))]
        found += bool(copies)
    print(f"{found} of {len(answers)} right answers have enough of their own to be told when copied")
    assert found >= 5


@pytest.mark.parametrize("size", [2, 30, 300])
def test_a_class_that_fills_in_the_starter_honestly_is_not_suspected(size: int) -> None:
    dice = random.Random(size)
    codes = [honest(dice) for _ in range(size)]
    if size == 300:
        assert len({each.fingerprint.code for each in students(*codes)}) < size, "many honest answers are equal"
    assert groups(students(*codes)) == []


def test_the_same_right_answer_of_everybody_says_nothing() -> None:
    assert groups(students(RIGHT, RIGHT, RIGHT)) == []


def test_untouched_starters_say_nothing() -> None:
    starter = (SUBMISSIONS.parent.parent / "student_template/activity_11_2/app.py").read_text()
    (made, _) = rows = students(starter, starter)
    assert made.fingerprint.statements == 0
    assert groups(rows) == []


def test_a_copy_is_found_in_a_class_with_what_is_unusual_in_it() -> None:
    dice = random.Random(5)
    rows = students(*[honest(dice) for _ in range(100)], UNUSUAL, UNUSUAL)
    (group,) = alike_code(rows)
    assert group.rows == (100, 101)
    assert group.kind == "equal"
    assert {"biscuit", "nibbled", "crumbs"} <= set(group.words)


def test_comments_blank_lines_and_formatting_do_not_count() -> None:
    disguised = UNUSUAL.replace("'", '"').replace("\n    try", "\n\n    # my own work!\n    try")
    disguised = disguised.replace(", max_age=0", ",\n        max_age = 0,\n    ")
    assert groups(students(UNUSUAL, disguised)) == [("equal", (0, 1))]


def test_other_names_order_and_type_hints_are_seen_through_as_a_weaker_hint() -> None:
    renamed = re.sub(r"\bbiscuit\b", "jelly", UNUSUAL).replace("crumbs", "found_it")
    renamed = renamed.replace("def addCookie():", "def addCookie() -> str:")
    views = re.split(r"(?=@app.route)", renamed)
    moved = "".join([*views[:2], views[3], views[2], *views[4:]])
    assert groups(students(UNUSUAL, renamed)) == [("renamed", (0, 1))]
    assert groups(students(UNUSUAL, moved)) == [("renamed", (0, 1))]


def test_an_equal_group_is_not_told_again_as_renamed() -> None:
    assert groups(students(UNUSUAL, UNUSUAL)) == [("equal", (0, 1))]


def test_what_most_of_the_class_has_was_given_to_them() -> None:
    assert groups(students(*[UNUSUAL] * 9, RIGHT)) == []


def test_copies_of_a_file_that_is_no_python_are_found_too() -> None:
    broken = UNUSUAL.replace("def removeCookie():", "def removeCookie(:")
    commented = broken.replace("    try:", "    try:  # here")
    assert groups(students(broken, commented)) == [("equal", (0, 1))]


def test_code_is_taken_apart_into_heads_and_statements() -> None:
    code = b"match a:\n  case 1:\n    b = 2\ntry:\n  pass\nexcept E as e:\n  'note'\nelse:\n  c: int = 3\n"
    heads = ["match a:", "case 1:\n    pass", "b = 2", "try:\n    pass", "except E as e:\n    pass", "c: int = 3"]
    renamed = ["match a:", "case 1:\n    pass", "v0 = 2", "try:\n    pass", "except E as v0:\n    pass", "v0 = 3"]
    made = own_code({"app.py": code}, "activity-11.2")
    assert list(made.statements) == heads
    assert list(made.renamed) == sorted(renamed)


def test_activities_are_not_mixed() -> None:
    assert groups(students(UNUSUAL) + students(UNUSUAL, activity="activity-11.1")) == []


@pytest.mark.parametrize(
    "content",
    [
        b"if x:\n" * 40_000,
        b"a = b.c(d)\n" * 40_000,
        b"\x00\xff\xfe",
        b"(" * 100_000,
        b"x = " + b"-" * 90_000 + b"1",
        b"a = " + b"9" * 5000,
        b"'\\ud800'\n" * 9,
        b"",
    ],
    ids=["much that is no Python", "much Python", "bytes", "brackets", "minus", "long number", "surrogates", "empty"],
)
def test_hostile_code_has_a_fingerprint_too(content: bytes) -> None:
    started = time.process_time()
    made = fingerprint({"app.py": content, "b.py": UNUSUAL.encode()}, ACTIVITY)
    assert json.loads(json.dumps(to_dict(made)))
    assert time.process_time() - started < 5


def document(*pictures: bytes) -> bytes:
    word = docx.Document()
    for number, picture in enumerate(pictures, start=1):
        word.add_paragraph(f"{number}.")
        word.add_picture(io.BytesIO(picture), width=Inches(6))
    out = io.BytesIO()
    word.save(out)
    return out.getvalue()


def handed_in(*pictures: bytes) -> Student:
    return Student(fingerprint({"shots.docx": document(*pictures)}, ACTIVITY))


def saved_again(picture: bytes, form: str, scale: float = 1.0) -> bytes:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    image.save(out, form, quality=75)
    return out.getvalue()


def window(profile: str) -> bytes:
    image = Image.open(io.BytesIO(screenshot(2, 0))).convert("RGB")
    ImageDraw.Draw(image).ellipse((590, 6, 612, 28), fill=profile)
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def test_a_picture_in_two_documents_is_found_with_its_places() -> None:
    shared = shared_pictures([handed_in(screenshot(1, 0), window("red")), handed_in(window("red"))])
    assert [(each.kind, [(row, held.number, held.item) for row, held in each.holders]) for each in shared] == [
        ("exact", [(0, 2, 2), (1, 1, 1)])
    ]


def test_the_same_pixels_in_another_lossless_file_are_exact() -> None:
    (shared,) = shared_pictures([handed_in(window("red")), handed_in(saved_again(window("red"), "TIFF"))])
    assert shared.kind == "exact"


@pytest.mark.parametrize(("form", "scale"), [("JPEG", 1.0), ("PNG", 0.75)])
def test_a_picture_that_was_saved_again_only_looks_alike(form: str, scale: float) -> None:
    (shared,) = shared_pictures([handed_in(window("red")), handed_in(saved_again(window("red"), form, scale))])
    assert shared.kind == "alike"


def test_windows_of_two_profiles_on_one_page_are_not_the_same() -> None:
    assert shared_pictures([handed_in(window("red")), handed_in(window("navy"))]) == []


def test_one_student_alone_shares_nothing() -> None:
    assert shared_pictures([handed_in(window("red"), window("red"))]) == []


def test_blank_pictures_are_not_compared() -> None:
    blank = io.BytesIO()
    Image.new("RGB", (600, 400), "white").save(blank, "PNG")
    assert handed_in(blank.getvalue()).fingerprint.pictures == ()


def test_a_picture_that_most_have_came_with_the_exercise() -> None:
    made = handed_in(window("red"))
    assert shared_pictures([made] * 9 + [handed_in(window("navy"))]) == []


def test_a_fingerprint_survives_json_and_is_small() -> None:
    made = replace(students(UNUSUAL)[0].fingerprint, pictures=handed_in(window("red")).fingerprint.pictures * 10)
    written = json.dumps(to_dict(made))
    assert from_dict(json.loads(written)) == made
    assert len(written) < 10_000


@pytest.mark.parametrize("data", [{}, {"pictures": [[1]]}, {"pictures": [], "words": 3}])
def test_what_is_no_fingerprint_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"fingerprint|unpack"):
        from_dict(data)


def test_a_thousand_students_with_ten_pictures_are_compared_quickly() -> None:
    dice, number = random.Random(7), count()
    paper = [bytes(dice.choices([250, 251, 252, 255, 200], k=384)) for _ in range(40)]

    def picture() -> PicturePrint:
        look = bytearray(dice.choice(paper))
        for _ in range(12):
            look[dice.randrange(384)] = dice.randrange(120, 256)
        return PicturePrint(1, 1, "shots.docx", f"{next(number)}", (1920, 1080), bytes(look))

    made = students(RIGHT)[0].fingerprint
    rows = [Student(replace(made, pictures=tuple(picture() for _ in range(10)))) for _ in range(1000)]
    copied = rows[3].fingerprint.pictures[4]
    rows[500] = Student(replace(made, pictures=(replace(copied, pixels="saved again"),)))
    started = time.process_time()
    (shared,) = shared_pictures(rows)
    print(f"1,000 students with 10 pictures each: {time.process_time() - started:.2f} s")
    assert [row for row, _ in shared.holders] == [3, 500]
    assert time.process_time() - started < 4


def compared(name: str, student: str, letters: str, author: str = "") -> Compared:
    """A hand-in with a picture for each letter: equal letters are equal pictures."""
    pictures = [
        PicturePrint(number, number, "a.docx", letter, (800, 600), bytes(random.Random(letter).randbytes(384)))
        for number, letter in enumerate(letters, 1)
    ]
    made = Fingerprint("activity-11.2", 0, "", "", frozenset(), tuple(pictures), (author,) if author else ())
    return Compared(name, (student,), made)


def test_a_pair_is_one_row_with_how_much_is_shared_and_whose_document_it_is():
    class_ = [
        compared("ann", "Ann Lee", "abcdefghij"),
        compared("bob", "Bob Ray", "abcdefghij", author="Lee, Ann"),
        compared("cyd", "Cyd Fox", "akz"),
        compared("dan", "Dan Dee", "mno", author="Cyd Fox"),
        *(compared(f"eve-{number}", f"Eve {number}", f"{number}") for number in range(4)),
        Compared("not opened", ("Moe Poe",), None),
    ]
    found = [(each.one, each.other, len(each.pictures), each.of, each.author) for each in pairs(class_)]
    assert found == [
        ("ann", "bob", 10, 10, "ann"),
        ("ann", "cyd", 1, 3, None),
        ("bob", "cyd", 1, 3, None),
        ("cyd", "dan", 0, 3, "cyd"),
    ]


def test_what_the_whole_class_has_was_given_to_them_and_makes_no_pair():
    assert not pairs([compared(f"{number}", f"Student {number}", f"a{number}") for number in range(8)])
