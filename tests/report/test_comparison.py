from grader.report.comparison import compare


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
