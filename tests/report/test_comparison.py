from dataclasses import replace

from grader.model.outcome import Evidence
from grader.report.comparison import compare, sides


def differing(pieces):
    return [piece.text for piece in pieces if piece.differs]


def test_the_word_that_differs_is_marked_on_both_sides():
    expected, observed = compare("Practicing Cookies!", "Practising Cookies!")
    assert differing(expected) == ["Practicing"]
    assert differing(observed) == ["Practising"]


def test_the_letters_of_a_misspelt_name_are_marked():
    expected, observed = compare("myFirstCookie", "myfirstcookie")
    assert differing(expected) == ["F", "C"]
    assert differing(observed) == ["f", "c"]


def test_nothing_is_marked_where_all_is_different():
    expected, observed = compare("Cookie not found!", "500")
    assert differing(expected) == differing(observed) == []


def test_no_text_is_lost():
    sides = "Found the cookie: + Hello", "Found  the cookie - Hallo\n"
    assert tuple("".join(piece.text for piece in pieces) for pieces in compare(*sides)) == sides


def test_very_long_texts_are_not_compared():
    long = "word " * 10_000
    assert [piece.differs for piece in compare(long, long + "x")[0]] == [False]


def test_sentences_that_share_a_few_words_are_not_compared():
    expected, observed = compare("the cookie read inside try: …", "read at line 20, not inside a try")
    assert differing(expected) == differing(observed) == []


def test_what_a_machine_has_read_in_a_picture_is_called_so_and_not_marked(samples):
    result = samples.make.passed()[0]
    said = replace(result, expected="Cookie added now", observed="Cookie addded now")
    assert differing(sides(said)["Observed"]) == ["addded"]
    seen = replace(said, evidence=(Evidence("picture", "Picture 1", "evidence/a.png"),))
    assert differing(sides(seen)["Read by a program"]) == []
