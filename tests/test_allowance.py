from __future__ import annotations

from grader.machine.allowance import Allowance, Patience
from tests.waiting import until


def hang(allowance: Allowance, what: str) -> Patience:
    """Wait for something in vain, as long as there is for it; no time passes."""
    patience = allowance.patience(what, 10)
    allowance.note_hang(what, patience)
    return patience


def test_what_hung_once_is_tried_for_a_moment_only():
    allowance = Allowance(90)
    assert hang(allowance, "/a") == Patience(10)
    assert hang(allowance, "/a") == Patience(2, "it took more than 10 seconds before")
    assert hang(allowance, "/b") == Patience(10)


def test_where_two_have_hung_others_are_given_less_and_less_and_then_nothing():
    allowance = Allowance(90)
    given = [hang(allowance, f"/{number}") for number in range(40)]
    assert [patience.seconds for patience in given[:6]] == [10, 10, 2, 1, 0.5, 0.5]
    assert given[2].because == "other pages took more than 10 seconds before"
    assert given[-1].seconds == 0
    assert sum(patience.seconds for patience in given) < 30


def test_an_honest_page_costs_what_it_takes():
    allowance = Allowance(90)
    with allowance.waiting(10) as deadline:
        until(lambda: allowance.waiting_for)  # on a clock that stands still now and then
        assert 0 < allowance.waiting_for <= deadline.elapsed
    assert allowance.waiting_for == 0
    assert 0 < allowance.spent < 1
    assert allowance.patience("/a", 10) == Patience(10)


def test_nobody_waits_longer_than_there_is_time_in_all():
    allowance = Allowance(0.02)
    with allowance.waiting(10) as deadline:
        until(lambda: deadline.elapsed > allowance.total)
    assert allowance.remaining == 0
    assert allowance.patience("/a", 10).seconds == 0
    assert "more than 0 seconds in all" in allowance.used_up


def test_what_surely_hangs_says_nothing_of_the_others_and_counts_for_little():
    allowance = Allowance(90)
    for number in range(20):
        allowance.note_hang(f"/{number}", allowance.patience(f"/{number}", 10), is_certain=True)
    assert allowance.patience("/honest", 10) == Patience(10)
    assert allowance.patience("/0", 10).seconds <= 2
    for number in range(20, 30):
        allowance.note_hang(f"/{number}", allowance.patience(f"/{number}", 10), is_certain=True)
    assert allowance.patience("/honest", 10).seconds == 0
