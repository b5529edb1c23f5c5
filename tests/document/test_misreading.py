"""Letters that are read wrong are forgiven; another item's words never."""

from __future__ import annotations

from itertools import permutations

import pytest

from grader.activities import activity_named
from grader.document.ocr.misreading import fold, share_found, stands_in
from grader.model.items import AnyOf, ShownCode, ShownPage
from grader.rubric import accepting, any_of


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Cookie added!", "Cookieadded"),
        ("Cookie added!", "C00kie added l"),
        ("Cookie added!", "Cookle adde!"),
        ("Practicing Cookies!", "Practlcing Cookles"),
        ("myFirstCookie", "myF1rstCookie"),
        ("myFirstCookie", "myFirstCookic"),
        ("set_cookie", "resp.set cookie('myFirst"),
        ("/addCookie", "@app.route('/addCook1e')"),
        (any_of("max_age", "expires"), "max_age=0"),
    ],
)
def test_misread_letters_are_forgiven(words, read):
    assert stands_in(words, read)


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Cookie added!", "Cookie removed!"),
        ("Cookie added!", "Cookie not found!"),
        ("set_cookie", "str(cookieValue)"),
        ("set_cookie", "request.cookies['myFirstCookie']"),
        ("try", "tr"),
        ("max_age", "message"),
        ("except", "expect"),
        ("myFirstCookie", "mySecondCookie"),
        ("/addCookie", "/removeCookie"),
        ("Cookie added!", ""),
    ],
)
def test_other_words_are_not(words, read):
    assert not stands_in(words, read)


def test_other_words_that_the_course_accepts_are_as_good():
    assert not stands_in("Cookie added!", "Biscuit set")
    with accepting({"Cookie added!": ["Biscuit set"]}):
        assert stands_in("Cookie added!", "Biscuit set")


def each_word(shows) -> list[str]:
    if isinstance(shows, ShownPage | ShownCode):
        return [word for each in shows.words for word in (each.words if isinstance(each, AnyOf) else (each,))]
    return [shows.name]


@pytest.mark.parametrize("activity", ["11.1", "11.2"])
def test_no_items_words_are_taken_for_anothers(activity):
    words = {word for item in activity_named(activity).pictures for word in each_word(item.shows)}
    for one, other in permutations(words, 2):
        assert not stands_in(one, other) or fold(one) in fold(other)


def test_a_line_of_code_is_found_in_a_file_and_a_changed_one_is_not():
    code = "def addCookie():\n    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')\n    return resp\n"
    assert share_found("resp.set_cookle('myFirstCookie', 'Hel1o World - my first", code) > 0.9
    assert share_found("resp.set_cookie('foo', 'bar')", code) < 0.8
