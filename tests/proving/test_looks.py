"""Whose matter a difference is, from what checks have looked at."""

from __future__ import annotations

import pytest

from grader.proving.looks import ALL_PAGES, Look, alike, differs, shows_as_much
from grader.proving.proof import Proof, Trial, TrialVerdict
from grader.proving.variant import Variant


def page(what, text, *read, before=(), cookies=(), by_the_way=False):
    shows = {"text": text, "cookies": list(cookies), "is_html": True, "ok": True, "made_from": []}
    return Look(what, shows, set(read), before, by_the_way)


@pytest.mark.parametrize(
    ("before", "now", "is_alike"),
    [
        ("Cookie added!", "cookie   ADDED", True),
        ("Cookie added!", "My page: Cookie added! Bye.", True),
        ("Cookie added!", "Cookie removed!", False),
        ("This is visit 1.", "This is visit 11.", False),
        ("This is visit 1.", "This is visit -1.", False),
        ("This is visit 1.", "3 pages. This is visit 1.", True),
        ("", "anything", False),
        ("", "", True),
    ],
)
def test_words_may_have_others_around_them_and_numbers_are_numbers(before, now, is_alike):
    assert alike("text", before, now) is is_alike


def test_what_is_not_read_does_not_count():
    solution = (page("/add", "Added", "text", cookies=[("a", "1", False)]),)
    assert not differs(solution, (page("/add", "Added", cookies=[]),), at_the_root=True)
    assert differs(solution, (page("/add", "Nothing", cookies=[("a", "1", False)]),), at_the_root=True)


def test_a_page_that_is_visited_and_not_read_is_there_for_its_words():
    assert differs((page("/", "Hello"),), (page("/", "Bye"),), at_the_root=True)


def test_what_follows_from_another_difference_is_told_apart():
    solution = (
        page("/add", "Added", "cookies", cookies=[("a", "1", False)], by_the_way=True),
        page("/show after /add", "Found 1", "text", before=(0,)),
    )
    variant = (page("/add", "Added", cookies=[("b", "1", False)]), page("/show after /add", "None", before=(0,)))
    assert not differs(solution, variant, at_the_root=True)
    assert differs(solution, variant, at_the_root=False)
    other_page = (solution[0], page("/show after /add", "None", before=(0,)))
    assert differs(solution, other_page, at_the_root=True)


def test_a_check_that_has_ended_saw_nothing_more():
    solution = (page("/", "Hello", "text"), page("/about", "About", "text"))
    assert not differs(solution, (page("/", "Hello", "text"),), at_the_root=True)


def test_any_page_may_show_it():
    every = Look(ALL_PAGES, {"it": True}, {"it"})
    solution = (every, page("any page: /", "Hello", "text"), page("any page: /more", "Hello", "text"))
    assert not differs(solution, (every, page("any page: /start", "Hello")), at_the_root=True)
    assert differs(solution, (every, page("any page: /", "Bye")), at_the_root=True)
    assert differs(solution, (every,), at_the_root=True)


def test_more_cookies_are_the_same_only_for_right_variants():
    solution = (page("/", "Hello", cookies=[]),)
    variant = (page("/", "Hello", cookies=[("theme", "dark", False)]),)
    assert not shows_as_much(solution, variant)
    assert shows_as_much(solution, variant, also_more=True)


def trial(name, verdict, owners=(), noticed=()):
    variant = Variant(name, "kind", is_right=False, files={}, app="app.py")
    return Trial(variant, verdict, owners=owners, noticed=noticed)


def test_the_table():
    proof = Proof(
        activity="activity-1",
        title="One",
        solution="solution",
        seed=1,
        checks=(("add", "Adds"), ("show", "Shows"), ("idle", "Idles")),
        trials=(
            trial("1", TrialVerdict.NOTICED, ("add",), ("add", "show")),
            trial("2", TrialVerdict.BY_OTHERS, ("add",), ("show",)),
            trial("3", TrialVerdict.MISSED, ("add", "show")),
            trial("4", TrialVerdict.SAME),
            trial("5", TrialVerdict.NOTICED, ("show",), ("show",)),
        ),
    )
    assert [(row.made, row.noticed, row.others, row.none) for row in proof.rows] == [
        (3, 1, 1, 1),
        (2, 1, 0, 1),
        (0,) * 4,
    ]
    assert [row.id for row in proof.unproven] == ["idle"]
    assert (proof.mistakes, proof.share) == (4, 50)
    assert not proof.is_whole
