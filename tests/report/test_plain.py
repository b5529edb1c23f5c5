import unicodedata

import pytest

from grader.report.plain import clip, code_pieces, shown, visible


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x00b\x7f\x9b", r"a\x00b\x7f\x9b"),
        ("\u202eevil", r"\u202eevil"),
        ("\u2066x\u2069\u200f", r"\u2066x\u2069\u200f"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("half \ud83d", r"half \ud83d"),
        ("tag \U000e0041", r"tag \U000e0041"),
        ("line\r\nnext\ttab", "line\nnext\ttab"),
        ("back\rover", r"back\x0dover"),
        ("<b>&[red]", "<b>&[red]"),
        ("דנה, 李明, ünï 👩\u200d💻", "דנה, 李明, ünï 👩\u200d💻"),
    ],
)
def test_what_cannot_be_seen_is_shown_and_the_rest_is_kept(text, expected):
    assert visible(text) == expected


def test_no_character_shown_controls_a_terminal_or_breaks_xml():
    everything = visible("".join(map(chr, range(0x110000))))
    everything.encode("utf-8")
    shown_signs = set(everything)
    kinds = set(map(unicodedata.category, shown_signs - set("\t\n")))
    directions = set(map(unicodedata.bidirectional, shown_signs))
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    assert not directions & {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_long_text_is_cut_and_says_how_much_is_missing():
    assert clip("a" * 1_000, limit=10) == "a" * 10 + " … (990 more characters)"
    assert clip("short") == "short"


def test_what_was_cut_is_not_cut_again():
    once = clip("a" * 100_000)
    assert clip(once) == once


def test_many_lines_are_cut():
    assert clip("a\nb\nc\nd", lines=2) == "a\nb … (4 more characters)"


def test_what_is_shown_is_bounded_even_if_every_character_becomes_an_escape():
    assert len(shown("\x00" * 100_000)) < 10_000


def test_backticks_set_code_off():
    assert code_pieces("`/a` sets `b`.") == [("/a", True), (" sets ", False), ("b", True), (".", False)]


def test_a_lone_backtick_is_text():
    assert code_pieces("it`s") == [("it`s", False)]
