"""Numbers in other words, signs and letters, and what is no number of a picture: on lines alone, without a document."""

from __future__ import annotations

import pytest

from grader.document.labelling.labels import label_pictures
from grader.document.word.flow import Crop, NumberedLine, Placed

PICTURE = Placed(None, "x", linked=False, crop=Crop(), shown=None)
ORDER = [4, 1, 9, 2, 10, 3, 7, 5, 8, 6]
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
SPELLED = ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def numbers(*flow: str | None) -> list[int | None]:
    """The numbers that pictures (None) get from the lines around them."""
    lines = [PICTURE if each is None else NumberedLine(each, None) for each in flow]
    return [label.number if label else None for label in label_pictures(lines).labels]


@pytest.mark.parametrize(
    "label",
    [
        *("{a})", "({a})", "{A}.", "Screenshot {A}", "Figure {a}:", "{A}: my page"),
        *("{i}.", "({i})", "{I}", "Step {I}", "Screenshot {I}:"),
        *("{one}:", "Number {one}", "Captura de pantalla {n}", "Снимок экрана {n}", "Zrzut ekranu {n}."),
        *("My screenshot for requirement {n}", "S{n}", "S {n}", "图{n}", "{n}º", "{n}°", "{circled}"),
        *("Activity 11.2 - {n}", "Activity 11.2 ({n})", "11.2.{n}", "11.2 - {n}"),
        *("**{n}.**", "“{n}”", "<{n}>", "→ {n}", "- {n}", "{n},", "{n} = my page", "{n} | my page"),
    ],
)
def test_labels_in_other_words_and_signs(label):
    ways = [
        label.format(
            n=n, a="abcdefghij"[n - 1], A="ABCDEFGHIJ"[n - 1], i=ROMAN[n - 1], I=ROMAN[n - 1].upper(),
            one=SPELLED[n - 1], circled=chr(0x2775 + n),
        )
        for n in ORDER
    ]  # fmt: skip
    assert numbers("My work", *(each for way in ways for each in (way, None))) == ORDER


@pytest.mark.parametrize(
    ("flow", "expected"),
    [
        # Letters belong to the numbers that are there.
        (("1.", "a)", None, "b)", None, "2.", "a)", None, "b)", None), {1: 0, 2: 2}),
        (("Step 4", "a)", None, "b) browser", None, "c) code", None), {4: 0}),
    ],
)
def test_letters_do_not_number_pictures_where_numbers_do(flow, expected):
    got = numbers(*flow)
    assert {number: got.index(number) for number in got if number is not None} == expected


@pytest.mark.parametrize(
    "flow",
    [
        ("In this step I opened the file", None, "Then I saw step I again", None, "And in step I it worked", None),
        ("It took 3, maybe 4 minutes", None, "a cookie", None, "I am done", None),
        ("A page", None, "A cookie", None, "A browser", None),
    ],
)
def test_words_of_a_story_are_no_numbers(flow):
    assert numbers(*flow) == [None] * 3
