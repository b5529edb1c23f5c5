"""Our activities and the worked example are proven; one that was made weaker is not, and says where."""

from __future__ import annotations

import re

import pytest

from grader.proving import TrialVerdict
from tests.how_many import some_of, times

from .proving import EXAMPLE, OWN, proof_of

# What a handout leaves free: there the app may do something else, and every check still has what it asks for.
ANY_ROUTE = r"^(route|two views on one route)"
RUNNING = r"^(port|run|never run|guard|comparison turned|number changed|line left out|block left out|line indented)"
FREE = {
    "discussion-11.1": (ANY_ROUTE,),
    # The port is not asked for, and /get-html shows what /get-text shows.
    "11.1": (ANY_ROUTE, RUNNING, r"app\.py:1[5-7]$"),
    "11.2": (),
    EXAMPLE: (RUNNING,),
}
CASES = [("discussion-11.1", None), ("11.2", None), ("11.1", None), (EXAMPLE, OWN / "solution")]


@pytest.mark.long
@pytest.mark.parametrize(("activity", "solution"), some_of(CASES, always=1, endurance=3))
def test_mistakes_are_noticed_and_right_ways_are_right(activity, solution):
    proof = proof_of(activity, solution, most=times(100, full=400))
    to_be_mended = [trial for trial in proof.trials if trial.verdict.is_to_be_mended]
    assert proof.share >= 98, to_be_mended
    assert not proof.those(TrialVerdict.LOST, TrialVerdict.NOT_RIGHT, TrialVerdict.UNDECIDED)
    assert not proof.strays
    assert not proof.unproven
    assert proof.count(TrialVerdict.KEPT) >= 50
    for trial in proof.those(TrialVerdict.NOT_LOOKED_AT):
        assert any(
            re.search(free, f"{trial.variant.kind}") or re.search(free, trial.variant.place) for free in FREE[activity]
        ), trial


WEAKER = {
    "no second visitor": (
        '    if not _counts(site.get("/counter").text, 1):',
        '    if not _counts(site.get("/counter").text, 1) and site is None:',
        "counter",
        "value kept in the program",
    ),
    "any words": ("    if displays(reply.text, WELCOME):", "    if reply:", "welcome", "word changed"),
    "digits for numbers": (
        '    return re.search(rf"\\bvisit\\s+{visit}\\b", text, re.IGNORECASE) is not None',
        '    return displays(text, f"visit {visit}")',
        "counter",
        "number changed",
    ),
    "nothing at all": (
        '    reply = site.get("/")\n    if displays(reply.text, WELCOME):\n        return\n',
        '    return\n    reply = site.get("/")\n',
        "welcome",
        "",
    ),
}


@pytest.mark.parametrize("weaker", some_of(sorted(WEAKER), always=1, endurance=1))
def test_a_weaker_activity_is_told_what_it_misses(tmp_path, weaker):
    before, after, check, missed = WEAKER[weaker]
    text = (OWN / "activity_12_1.py").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "weaker.py").write_text(text.replace(before, after), encoding="utf-8")
    most = times(60, full=400)
    proof = proof_of(
        str(tmp_path / "weaker.py"), OWN / "solution", skip=("browser",), only=check, most=most, mistakes_alone=True
    )
    assert not proof.is_whole
    if missed:
        trials = proof.those(TrialVerdict.MISSED)
        assert missed in {trial.variant.kind for trial in trials}
        assert all(trial.owners == (check,) for trial in trials)
    else:
        assert [row.id for row in proof.unproven] == [check]


def test_a_check_that_is_too_strict_is_told_of_right_ways(tmp_path):
    text = (OWN / "activity_12_1.py").read_text(encoding="utf-8")
    stricter = text.replace("    if displays(reply.text, WELCOME):", "    if reply.source == WELCOME:")
    (tmp_path / "stricter.py").write_text(stricter, encoding="utf-8")
    proof = proof_of(str(tmp_path / "stricter.py"), OWN / "solution", skip=("browser",), only="welcome", most=10)
    assert {trial.variant.kind for trial in proof.those(TrialVerdict.LOST)} == {"text around the words"}
    assert not proof.is_whole
