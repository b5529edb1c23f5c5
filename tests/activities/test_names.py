"""The name after "Hello, my name is", as students write it."""

from __future__ import annotations

import pytest

from grader.activities.names import is_full, is_placeholder, name_in

FULL = {
    "Jane Doe!  I study data engineering.": "Jane Doe",
    "Jane Doe, a student": "Jane Doe",
    "Jane Doe and I like Flask": "Jane Doe",
    "Dr. J. R. R. O'Neil-van der Berg, PhD.": "Dr J R R O'Neil-van der Berg",
    "José A. Núñez-O’Brien": "José A Núñez-O’Brien",
    "Ludwig van Beethoven and I'm a student": "Ludwig van Beethoven",
    "DOE, Jane": "DOE Jane",
    "Ng Li. Welcome to my page": "Ng Li",
    "“Jane Doe”": "Jane Doe",
    "🎉 Jane Doe 🎉": "Jane Doe",
    "Jean-Luc Picard (he/him)": "Jean-Luc Picard",
    "\nJane Doe": "Jane Doe",
    "...\nHello, my name is Jane Doe.": "Jane Doe",
    "佐々木！": "佐々木",
    "王小明。": "王小明",
    "김민준.": "김민준",
    "محمد علي": "محمد علي",
    "प्रिया शर्मा।": "प्रिया शर्मा",
    "Анна Петрова!": "Анна Петрова",
    "Jane Im": "Jane Im",
    "Im Yoon Ah": "Im Yoon Ah",
    "Jane I.": "Jane I",
    "Jane_Doe": "Jane_Doe",
    "\nJane\nDoe": "Jane Doe",
    "\n王\n小明": "王 小明",
}
ONE_WORD = {
    "Jane": "Jane",
    "Jane.": "Jane",
    "Jane - data engineering student": "Jane",
    "Jane, 20 years old": "Jane",
    "Jane and I like Flask": "Jane",
    "Jo. Welcome to my page.": "Jo",
    "Jane\nWelcome to my site.": "Jane",
    "\nJane\nWelcome to my site.": "Jane",
    "Jane I like Flask": "Jane",
    "Jane im a student": "Jane",
    "Jane\nHobbies": "Jane",
}


@pytest.mark.parametrize(("text", "name"), FULL.items())
def test_full_names(text, name):
    assert name_in(f"Hello, my name is {text}") == name
    assert is_full(name)
    assert not is_placeholder(name)


@pytest.mark.parametrize(("text", "name"), ONE_WORD.items())
def test_one_word(text, name):
    assert name_in(f"Hello, my name is {text}") == name
    assert not is_full(name)


@pytest.mark.parametrize(
    "text", ["your_full_name", "<your_full_name>", "[Your Name]", "YOUR FULL NAME HERE", "{{ name }}"]
)
def test_placeholders(text):
    assert is_placeholder(name_in(f"Hello, my name is {text}") or "-")


@pytest.mark.parametrize("text", ["", "!", "...", "\n", "\nI am a student"])
def test_no_name(text):
    assert name_in(f"Hello, my name is{text}") == ""


@pytest.mark.parametrize("text", ["", "Hi, I am Jane Doe", "Hello, my name Jane Doe"])
def test_no_line(text):
    assert name_in(text) is None
