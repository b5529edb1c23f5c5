"""Text is compared by its words, not by its typing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.rubric import displays, excerpt, squeeze

SEPARATORS = st.text(alphabet=" \t\n.,;:!?'\"“”‘’«»–—-()+<>…\xa0", max_size=5)
WORDS = st.lists(
    st.text(alphabet="abcdefghijklmnopqrstuvwxyzäéß0123456789", min_size=1, max_size=8), min_size=1, max_size=6
)


@pytest.mark.parametrize(
    "shown",
    [
        "Cookie not found!",
        "Cookie Not Found!",
        "COOKIE\nNOT   FOUND",
        "“Cookie” – not found…",
        "Sorry: cookie not found.",
    ],
)
def test_typing_does_not_count(shown):
    assert displays(shown, "Cookie not found!")


@pytest.mark.parametrize("shown", ["", "Cookie found!", "Cookie is not found", "Cookies not found"])
def test_words_count(shown):
    assert not displays(shown, "Cookie not found!")


@given(WORDS, st.lists(SEPARATORS, min_size=7, max_size=7))
def test_any_punctuation_between_the_words(words, separators):
    shown = separators[-1] + "".join(word + separator for word, separator in zip(words, separators, strict=False))
    assert displays(shown, " ".join(words))
    assert displays(shown.upper(), " ".join(words))


@given(st.text(), st.text(min_size=1), st.text())
def test_other_text_around_is_fine(before, words, after):
    assert displays(f"{before} {words} {after}", words)


@given(st.text())
def test_squeezed_text_stays_as_it_is(text):
    assert squeeze(squeeze(text)) == squeeze(text)


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_an_excerpt_is_one_short_line(text, length):
    cut = excerpt(text, length)
    assert len(cut) <= length
    assert len(cut.splitlines()) <= 1
