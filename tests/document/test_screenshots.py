"""Screenshots are confirmed where they show what is asked, and only there; tests/benchmarks/screenshots.py has more."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from grader.activities import activity_named
from grader.machine.installation import how_to_add
from tests.how_many import some_of

from .build import Build
from .hand_ins import (
    labelled,
    light_editor,
    of_11_1,
    of_the_reference,
    saved,
    shoot,
    six_of_the_reference,
    ways_to_be_wrong,
    ways_to_label,
    ways_to_mix_up,
)
from .judging import document, expected, judge, statuses
from .real_hand_ins import ways_to_be_real, ways_to_be_really_wrong
from .windows import browser

pytestmark = pytest.mark.long


REAL = ("chrome and its tools", "a text of many lines", "two headings", "beside icons")
"""The others are in the benchmark: each takes seconds to read."""
WAYS = [
    *ways_to_label(of_the_reference),
    *ways_to_mix_up(of_the_reference),
    *some_of(list(ways_to_be_wrong(of_the_reference)), always=3, endurance=5),  # each is a picture to read
    *some_of(list(of_11_1(six_of_the_reference)), always=2, endurance=2),
    *(each for each in (*ways_to_be_real(), *ways_to_be_really_wrong()) if each.name.endswith(REAL)),
]


@pytest.mark.parametrize("hand_in", WAYS, ids=str)
def test_every_right_picture_is_confirmed_and_no_wrong_one(hand_in, cam, tmp_path):
    got = statuses(judge(document(hand_in, cam, tmp_path), hand_in.activity))
    assert got == expected(hand_in, got)


def test_other_windows_saved_as_jpeg(cam, tmp_path):
    pictures = saved(shoot(cam, {number: light_editor()[number] for number in (2, 5, 6, 7, 10)}), quality=60)
    got = statuses(judge(labelled(pictures, order=list(pictures)).save(tmp_path / "Report.docx"), "11.2"))
    assert {id_ for id_, status in got.items() if status == "passed"} == {f"shot-{number}" for number in pictures}


def test_a_review_says_what_was_looked_for_and_tells_nothing_misread_as_fact(cam, tmp_path):
    wrong = browser("localhost:88/addCookie", "Internal Server Error")
    report = judge(labelled(of_the_reference(cam) | shoot(cam, {4: wrong})).save(tmp_path / "Report.docx"), "11.2")
    result = next(result for result in report.results if result.id == "shot-4")
    assert result.message == (
        'Picture 4 of Report.docx is left to a person: "Cookie added!" could not be made out in it.'
    )
    assert result.expected == 'a browser at /addCookie displaying "Cookie added!"'
    assert "Internal Server Error" in (result.observed or "")
    assert len(result.observed or "") <= len(result.message)
    assert not result.hint
    assert report.environment.ocr is not None


def test_pictures_under_anothers_number_count_where_they_belong_and_the_report_says_so(cam, tmp_path):
    pictures = of_the_reference(cam)
    swapped = pictures | {4: pictures[7], 7: pictures[4]}
    report = judge(labelled(swapped).save(tmp_path / "Report.docx"), "11.2")
    assert set(statuses(report).values()) == {"passed"}
    (note,) = report.notes
    assert note == (
        "Report.docx is numbered by what its pictures show: picture 7 (labelled 7) is item 4; "
        "picture 4 (labelled 4) is item 7."
    )


def test_a_document_of_another_exercise_is_said_so_once(cam, tmp_path):
    build = Build()
    for label, picture in six_of_the_reference(cam).items():
        build.text(label).picture(picture)
    report = judge(build.save(tmp_path / "Report.docx"), "11.2")
    said = [result.message for result in report.results if result.id.startswith("shot-")]
    assert said[0] == (
        'Report.docx shows what "Creating a website using Flask" asks for: it seems to be that exercise\'s document.'
    )
    assert set(said[1:]) == {"As for item 1."}


def test_pages_that_have_to_look_alike_are_the_same_picture_only_if_they_are_one_file(cam, tmp_path):
    page = cam.shoot(browser("localhost:5000", "My first GET request"))
    again = saved({0: page}, quality=90)[0]
    for second, status in ((again, "review"), (page, "failed")):
        build = Build()
        for label, picture in (("1 browser", page), ("2 browser", second)):
            build.text(label).picture(picture)
        got = statuses(judge(build.save(tmp_path / "Report.docx"), "11.1"))
        assert (got["shot-1-browser"], got["shot-2-browser"]) == ("passed", status)


WITHOUT_THE_EXTRA = """
import sys
sys.modules |= dict.fromkeys(("rapidocr", "onnxruntime", "rapidfuzz", "numpy", "cv2"))
sys.argv[0] = "grader"
from grader.cli import main
main()
"""


@pytest.mark.parametrize("swapped", [False, True])
def test_without_the_extra_a_person_looks_at_what_would_be_confirmed(swapped, cam, tmp_path):
    pictures = of_the_reference(cam)
    order = [2, 1, *range(3, 11)] if swapped else range(1, 11)
    path = labelled(pictures, order=order).save(tmp_path / "Report.docx")
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA, "check", str(path), "--activity", "11.2", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    report = json.loads(done.stdout)
    shots = [check for check in report["checks"] if check["id"].startswith("shot-")]
    assert {check["status"] for check in shots} == {"review"}
    assert all("flask-activity-grader[ocr]" in check["hint"] for check in shots)
    assert report["environment"]["ocr"] is None
    assert done.returncode == 0  # nothing that could be decided is wrong


def test_without_the_extra_nobody_fails_for_the_order_of_unlabelled_pictures(cam, tmp_path):
    hand_in = next(each for each in ways_to_mix_up(of_the_reference) if each.name == "one missing, no labels")
    path = document(hand_in, cam, tmp_path)
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA, "check", str(path), "--activity", "11.2", "--json"]
    report = json.loads(subprocess.run(command, capture_output=True, text=True, check=False).stdout)
    assert {check["status"] for check in report["checks"] if check["id"].startswith("shot-")} == {"review"}


def test_doctor_says_how_to_get_it():
    command = [sys.executable, "-c", WITHOUT_THE_EXTRA, "doctor"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert how_to_add("ocr") in done.stdout
    assert "Traceback" not in done.stderr


def test_every_screenshot_of_every_activity_can_be_looked_for():
    items = [item for name in ("11.1", "11.2") for item in activity_named(name).pictures]
    assert all(item.shows is not None for item in items)
    assert len(items) == 16
