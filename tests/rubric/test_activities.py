"""The checks are those of the contract: their ids, their steps, what they need, and 100 points in all."""

from __future__ import annotations

import pytest

from grader.activities import all_activities

SHOTS = {f"shot-{number}": f"submission {number}" for number in range(1, 11)}
CONTRACT = {
    "discussion-11.1": {"loads": "1", "string": "1", "port": "1"},
    "activity-11.1": {
        "loads": "1",
        "get-text": "1",
        "get-html": "2",
        "template": "3",
        "render": "4",
        "browser": "3",
        "document": "submission",
        "shot-1-code": "submission 1",
        "shot-1-browser": "submission 1",
        "shot-2-code": "submission 2",
        "shot-2-browser": "submission 2",
        "shot-3": "submission 3",
        "shot-4": "submission 4",
    },
    "activity-11.2": {
        "loads": "2",
        "home": "2",
        "port": "2",
        "add-page": "4",
        "add-cookie": "3",
        "add-browser": "4",
        "display-found": "5",
        "display-missing": "5",
        "display-try": "5",
        "display-cleared": "6",
        "remove-cookie": "7",
        "remove-browser": "7",
        "document": "submission",
        **SHOTS,
    },
}
NEEDS = {
    "add-browser": {"add-cookie"},
    "display-cleared": {"add-browser"},
    "remove-browser": {"add-browser", "remove-cookie"},
    "browser": {"template"},
    "loads": set(),
    "document": set(),
}


@pytest.mark.parametrize("id_", CONTRACT)
def test_ids_and_steps(id_):
    assert {check.id: check.step for check in all_activities()[id_].checks} == CONTRACT[id_]


@pytest.mark.parametrize("id_", CONTRACT)
def test_points_sum_to_100(id_):
    assert sum(check.points for check in all_activities()[id_].checks) == pytest.approx(100)


@pytest.mark.parametrize("id_", CONTRACT)
def test_needs(id_):
    for check in all_activities()[id_].checks:
        usual = {"document"} if check.id.startswith("shot-") else {"loads"}
        assert set(check.needs) == NEEDS.get(check.id, usual), check.id
