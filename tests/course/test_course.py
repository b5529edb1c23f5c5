"""What a course sets in grader.toml: what it changes, where it is found, and what is wrong in it."""

from __future__ import annotations

import json
import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from grader.activities import activity_named
from grader.course import CourseSettings, LatePolicy, course_settings
from grader.grading import Grader, Settings
from grader.model.faults import InputError
from grader.report.json_report import from_dict, to_dict
from grader.report.wording import score_details
from grader.submission import open_submission
from tests.commands import grader_here
from tests.conftest import ISOLATIONS, ROOT

REFERENCE = ROOT / "reference_app" / "activity_11_2"
OTHER_WORDS = """
from flask import Flask, make_response, request
app = Flask(__name__)
@app.route("/")
def home():
    return "Cookie practice"
@app.route("/addCookie")
def add():
    response = make_response("Cookie was set.")
    response.set_cookie("myFirstCookie", "Hello World - my first cookie!")
    return response
@app.route("/displayCookieValue")
def display():
    try:
        return "The cookie says: " + request.cookies["myFirstCookie"]
    except KeyError:
        return "There is no cookie here"
app.run(port=88)
"""
WORDINGS = """
[activities."11.2".wordings]
"Practicing Cookies!" = "Cookie practice"
"cookie added" = ["Cookie was set", "I set the cookie"]
"Found the cookie:" = ["The cookie says"]
"Cookie Not Found!" = ["There is no cookie here"]
"""
DUE = datetime(2026, 11, 20, 23, 59, tzinfo=timezone(timedelta(hours=-5)))


def save(folder: Path, text: str) -> Path:
    file = folder / "grader.toml"
    file.write_text(text, encoding="utf-8")
    return file


def settings(folder: Path, text: str) -> CourseSettings:
    return course_settings(str(save(folder, text)), folder / "work")


def grade(path: Path, course: CourseSettings, activity: str = "11.2", **options):
    with Grader(Settings(isolation=ISOLATIONS[0], skip=frozenset({"browser"}), course=course)) as grader:
        return grader.grade(open_submission(path), activity_named(activity), **options)


def by_id(report):
    return {result.id: result for result in report.results}


@pytest.fixture
def work(tmp_path):
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "app.py").write_text(OTHER_WORDS)
    return tmp_path / "work"


def test_points(tmp_path, work):
    report = grade(work, settings(tmp_path, '[activities."11.2".points]\nport = 2.5\nloads = 0\n'))
    assert by_id(report)["port"].points == by_id(report)["port"].earned == 2.5
    assert by_id(report)["loads"].points == 0
    assert report.score.maximum == 100 - 20 - 2.5 - 5  # without the browser's
    assert any("grader.toml" in note for note in report.notes)


def test_accepted_wordings(tmp_path, work):
    asked = by_id(grade(work, CourseSettings()))
    accepted = by_id(grade(work, settings(tmp_path, WORDINGS)))
    for check, status in {"home": "failed", "add-page": "partial", "display-found": "partial"}.items():
        assert asked[check].status.value == status
        assert accepted[check].status.value == "passed", accepted[check].message
    assert asked["display-missing"].status.value != "passed"
    assert accepted["display-missing"].status.value == "passed"


def test_an_accepted_wording_of_11_1_has_the_name_after_it(tmp_path):
    folder = tmp_path / "work" / "templates"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("<p>Hi, I am <b>Ada Lovelace</b></p>")
    (folder.parent / "app.py").write_text(
        "from flask import Flask, render_template\napp = Flask(__name__)\n"
        "@app.route('/')\ndef home():\n    return render_template('index.html')\napp.run()\n"
    )
    text = '[activities."activity-11.1".wordings]\n"Hello, my name is" = "Hi, I am"\n'
    assert by_id(grade(folder.parent, CourseSettings(), "11.1"))["template"].status.value == "failed"
    assert by_id(grade(folder.parent, settings(tmp_path, text), "11.1"))["template"].status.value == "passed"


@pytest.mark.parametrize(
    ("required", "counted"),
    [('["app"]', {"site", "browser"}), ('"document"', {"document"}), ('["app", "document"]', {"site", "document"})],
)
def test_what_is_not_required_does_not_count(tmp_path, work, required, counted):
    course = settings(tmp_path, f'[activities."11.2"]\nrequired = {required}\n')
    looks_at = {check.id: set(check.looks_at) for check in activity_named("11.2").checks}
    report = grade(work, course)
    for result in report.results:
        if "browser" not in looks_at[result.id]:
            assert result.counts == bool(looks_at[result.id] & counted), result
            assert result.counts or result.message.startswith("This course does not ask for")


def test_points_and_wordings_are_part_of_the_version_and_survive_pickling(tmp_path):
    activity = activity_named("11.2")
    courses = [settings(tmp_path, text) for text in ("", "min-score = 50", WORDINGS, WORDINGS.replace("says", "is"))]
    versions = [pickle.loads(pickle.dumps(course)).apply(activity).version for course in courses]
    assert versions[0] == versions[1] == activity.version
    assert len(set(versions[1:])) == 3
    once = courses[2].apply(activity)
    assert courses[2].apply(once) is once


def test_min_score(tmp_path):
    course = settings(tmp_path, 'min-score = 60\n[activities."11.1"]\nmin-score = 0\n')
    assert course.min_score_for("activity-11.2") == 60
    assert course.min_score_for("activity-11.1") == 0
    assert CourseSettings().min_score_for("activity-11.2") is None


LATE = """
[late]
percent-per-day = 10
most-percent = 25
grace-minutes = 15

[activities."11.2"]
due = 2026-11-20T23:59:00-05:00
"""


@pytest.mark.parametrize(
    ("late", "share"),
    [
        (timedelta(days=-1), 0),
        (timedelta(), 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=16), 0.1),
        (timedelta(days=1), 0.1),
        (timedelta(days=1, minutes=1), 0.2),
        (timedelta(days=9), 0.25),
    ],
    ids=str,
)
def test_what_a_late_hand_in_costs(late, share):
    policy = LatePolicy(10, most_percent=25, grace_minutes=15)
    assert policy.share(DUE, DUE + late) == share
    assert policy.share(DUE, (DUE + late).astimezone(timezone.utc)) == share
    assert policy.share(DUE, (DUE + late).replace(tzinfo=None)) == share  # as platforms write it


def test_a_late_hand_in_in_the_report(tmp_path, work):
    course = settings(tmp_path, LATE)
    in_time, late = grade(work, course, submitted=DUE), grade(work, course, submitted=DUE + timedelta(hours=27))
    assert late.score.earned == pytest.approx(in_time.score.earned * 0.8)
    assert late.score.maximum == in_time.score.maximum
    assert "Handed in 1 day 3 hours after it was due (2026-11-20 23:59): 20 % of the points earned are taken off." in (
        late.notes
    )
    assert any("taken off, because it was handed in late" in line for line in score_details(late))
    assert from_dict(to_dict(late)).score == late.score
    assert grade(work, course).taken_off == 0  # when it was handed in is not known


HEAD = '[activities."11.2"]\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("min-score = \n", "line 1: Invalid value"),
        ("min-score = 1\nmin-score = 2\n", "line 2: Cannot overwrite a value"),
        ("\n\n[late\n", "line 3:"),
        ('a = """\nnever\nclosed\n', "line "),
        ("min_score = 5\n", "line 1: min_score is not known in the file | Did you mean min-score?"),
        ("# one\n\nmin-score = true\n", "line 3: min-score is true, not a number from 0 to 100"),
        ("min-score = '60'\n", 'line 1: min-score is "60", not a number from 0 to 100'),
        ("min-score = nan\n", "line 1: min-score is nan, not a number"),
        ("min-score = 101\n", "line 1: min-score is 101, not a number from 0 to 100"),
        ("[late]\ngrace-minutes = 5\n", "line 1: [late] has no percent-per-day"),
        ("[late]\npercent-per-day = -1\n", "line 2: percent-per-day is -1"),
        ("late = 10\n", "line 1: late is 10, not a table"),
        ("\n[late]\npercent-per-day = 5\n", "line 2: [late] changes nothing: no activity has a date"),
        ("[late]\npercent-per-day = 5\n\n[late.more]\n", "line 4: more is not known in [late]"),
        ("[activities.11.2]\nmin-score = 5\n", "line 1: There is no activity '11'"),
        ("[activities.activity-11.2]\n", "line 1: There is no activity 'activity-11' | [activities.\"activity-11.2\"]"),
        ('\n[activities."12.9"]\n', "line 2: There is no activity '12.9'"),
        ('[activities."11.2"]\n[activities."activity-11.2"]\n', "line 2: activity-11.2 has a table already"),
        (HEAD + "point = 1\n", "line 2: point is not known in [activities.11.2] | Did you mean points?"),
        (HEAD + "points = [\n  1,\n  2,\n]\n", "line 2: points is a list, not a table"),
        (HEAD + 'due = """x"""\n\npoints.home = 5\npoints.hom = 5\n', "line 5: hom is not known"),
        (HEAD + "points.home = 'ten'\n", 'line 2: home is "ten", not a number from 0 on'),
        (HEAD + "points.home = inf\n", "line 2: home is inf, not a number from 0 on"),
        (HEAD + "required = []\n", "line 2: required is an empty list"),
        (HEAD + "required = ['word']\n", 'line 2: "word" is nothing that is handed in | There is app, document.'),
        (HEAD + "required = [\n 'app',\n 1]\n", "line 2: required is a list, not a list of texts"),
        (HEAD + "due = 2026-11-20\n", "line 2: due is 2026-11-20, not a date and time with its UTC offset"),
        (HEAD + "due = 2026-11-20T23:59:00\n", "line 2: due is 2026-11-20 23:59:00, not a date and time with its UTC"),
        (HEAD + "due = 'tomorrow'\n", 'line 2: due is "tomorrow", not a date and time'),
        (HEAD + "wordings.Hello = 'Hi'\n", 'line 2: activity-11.2 does not ask for the words "Hello" | Practicing'),
        (HEAD + "wordings.'Cookie added!' = 5\n", "line 2: Cookie added! is 5, not a list of texts"),
        (HEAD + "wordings.'Cookie added!' = ['?!']\n", 'line 2: the wording "?!" has no letter or digit'),
        ("min-score = “5”\n", "line 1: Invalid value | double quotes, straight ones"),
        ("x = " + "[" * 5000, "grader.toml"),
        ("#" * 100_001, "more than 100 kB"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path, text, said):
    with pytest.raises(InputError) as caught:
        settings(tmp_path, text)
    assert "grader.toml" in caught.value.message
    message, _, hint = said.partition(" | ")
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xef\xbb\xbfmin-score = 5\r\n\r\nmin = 5\r\n", "line 3: min is not known"), (b"a\n\xe4", "line 2: .* UTF-8")],
)
def test_files_as_editors_write_them(tmp_path, content, said):
    (tmp_path / "grader.toml").write_bytes(content)
    with pytest.raises(InputError, match=said):
        course_settings(str(tmp_path / "grader.toml"), tmp_path)


def test_a_file_that_is_named_has_to_be_there(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(InputError, match="cannot be read"):
            course_settings(str(path), tmp_path)


def test_settings_of_an_activity_that_only_a_file_makes(tmp_path):
    own = activity_named(str(ROOT / "tests" / "own_activity" / "activity_12_1.py"))
    file = save(
        tmp_path, '[activities."12.1".points]\ncounter = 5\n[activities."12.1".wordings]\n"Welcome to my page!" = "Hi"'
    )
    course = course_settings(str(file), tmp_path, own)
    assert {check.id: check.points for check in course.apply(own).checks}["counter"] == 5
    with pytest.raises(InputError, match=r"There is no activity '12\.1'"):
        course_settings(str(file), tmp_path)


@pytest.fixture
def course_folder(tmp_path, monkeypatch):
    """course/grader.toml, and a submission with a grader.toml of its own."""
    monkeypatch.delenv("CI", raising=False)
    work = tmp_path / "course" / "class" / "doe"
    work.mkdir(parents=True)
    (work / "app.py").write_text(OTHER_WORDS)
    save(tmp_path / "course", "min-score = 60")
    save(work, "min-score = 0")
    return tmp_path / "course"


@pytest.mark.parametrize("path", ["class/doe", "class/doe/app.py", "class/doe/work.zip", "class"])
@pytest.mark.parametrize("here", [".", "class", "/"])
def test_it_is_found_above_what_is_graded_and_never_beside(course_folder, monkeypatch, path, here):
    (course_folder / "class" / "doe" / "work.zip").write_bytes(b"PK")
    monkeypatch.chdir(course_folder / here)
    assert course_settings(None, course_folder / path).min_score == 60


def test_standing_in_the_submission(course_folder, monkeypatch):
    monkeypatch.chdir(course_folder / "class" / "doe")
    assert course_settings(None, Path()).min_score == 60
    assert course_settings(None, Path("app.py")).min_score == 60


def test_beside_a_zip_in_the_current_folder_it_is_found(course_folder, monkeypatch):
    (course_folder / "doe.zip").write_bytes(b"PK")
    monkeypatch.chdir(course_folder)
    assert course_settings(None, Path("doe.zip")).min_score == 60
    monkeypatch.chdir("/")
    assert course_settings(None, course_folder / "doe.zip").min_score is None


def test_in_ci_only_the_file_that_is_named_counts(course_folder, monkeypatch):
    monkeypatch.setenv("CI", "true")
    assert course_settings(None, course_folder / "class" / "doe").min_score is None
    assert course_settings(str(course_folder / "grader.toml"), course_folder / "class" / "doe").min_score == 60


def test_check_takes_points_and_the_minimum_from_it(course_folder):
    command = ["check", "class/doe", "--activity", "11.2", "--json", "--skip", "browser", "--skip", "document"]
    for text, code in (("min-score = 20", 0), ("min-score = 100", 1), ("min-score = 'x'", 2)):
        save(course_folder, f'{text}\n[activities."11.2".points]\nhome = 55\n')
        done = grader_here(*command, cwd=course_folder)
        assert done.returncode == code, done.stderr
        if code != 2:
            report = json.loads(done.stdout)
            assert {check["id"]: check["points"] for check in report["checks"]}["home"] == 55
            assert "Checks as set by the course, in grader.toml." in report["notes"]
    assert 'grader: grader.toml line 1: min-score is "x", not a number from 0 to 100.' in done.stderr


def test_without_settings_nothing_changes(tmp_path, monkeypatch):
    monkeypatch.setenv("CI", "true")
    activity = activity_named("11.2")
    course = course_settings(None, tmp_path)
    assert course == CourseSettings()
    assert course.apply(activity) is activity
