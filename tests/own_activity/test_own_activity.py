"""An activity of a course's own is one file: named by its path, or brought by an installed package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from grader.activities import activity_named, all_activities, recognise
from grader.grading import Grader, Settings
from grader.model.faults import InputError
from grader.submission import open_submission
from tests.commands import GRADER, grader_here
from tests.conftest import ISOLATIONS, ROOT

HERE = Path(__file__).parent
FILE = HERE / "activity_12_1.py"
SOLUTION = HERE / "solution"
ONE_COUNT_FOR_ALL = """
from flask import Flask
app = Flask(__name__)
count = 0
@app.route("/")
def home():
    return "Welcome!"
@app.route("/counter")
def counter():
    global count
    count += 1
    return f"visit {count}"
app.run()
"""
HEAD = "from grader.rubric import Activity, Check\nfrom grader.site import Site\n"
CHECK = '@activity.check(step="1", points=1)\ndef loads(site):\n    """It loads."""\n'


def run(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in words],
        env={**os.environ, "PYTHONUTF8": "1", **env},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def statuses(report: str) -> dict[str, str]:
    return {check["id"]: check["status"] for check in json.loads(report)["checks"]}


@pytest.fixture
def wrong(tmp_path):
    (tmp_path / "roe").mkdir()
    (tmp_path / "roe" / "app.py").write_text(ONE_COUNT_FOR_ALL)
    return tmp_path / "roe"


@pytest.fixture
def installed(tmp_path):
    """The example as a package that pip has installed into a folder."""
    place = tmp_path / "site-packages"
    info = place / "course_exercises-1.0.dist-info"
    info.mkdir(parents=True)
    (place / "course_exercises.py").write_bytes(FILE.read_bytes())
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: course-exercises\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[grader.activities]\nactivity-12.1 = course_exercises:activity\n")
    yield place
    sys.modules.pop("course_exercises", None)


def test_by_its_path(wrong):
    done = run(*GRADER, "check", SOLUTION, "--activity", FILE, "--json")
    assert done.returncode == 0, done.stderr
    assert statuses(done.stdout) == dict.fromkeys(["loads", "welcome", "counter", "counter-browser"], "passed")
    done = grader_here("check", wrong, "--activity", FILE, "--json", "--skip", "browser")
    assert statuses(done.stdout) == {
        "loads": "passed",
        "welcome": "partial",
        "counter": "failed",
        "counter-browser": "skipped",
    }


def test_from_an_installed_package_it_is_named_recognised_and_listed(installed, monkeypatch):
    done = run(*GRADER, "check", SOLUTION, "--json", "--skip", "browser", PYTHONPATH=str(installed))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["activity"] == "activity-12.1"
    monkeypatch.syspath_prepend(installed)
    assert activity_named("12.1").id == activity_named("activity-12.1").id == "activity-12.1"
    with pytest.raises(InputError, match=r"activity-12\.1"):
        activity_named("12.9")


def test_by_pytest(wrong):
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--grade={wrong}", "--activity", FILE, "-rA"]
    done = run(*command, "--grade-skip", "browser")
    assert "PASSED roe::loads" in done.stdout, done.stdout + done.stderr
    assert "FAILED roe::counter" in done.stdout
    assert "hint:     Keep the number in a cookie" in done.stdout
    assert "2 failed, 1 passed, 1 skipped" in done.stdout


def test_the_example_in_the_readme(tmp_path):
    chapter = (ROOT / "grader/activities/README.md").read_text(encoding="utf-8").partition("## Writing one")[2]
    (tmp_path / "example.py").write_text(chapter.partition("```python\n")[2].partition("```")[0], encoding="utf-8")
    (tmp_path / "app.py").write_text(ONE_COUNT_FOR_ALL.replace('"/"', '"/greet"'))
    with Grader(Settings(isolation=ISOLATIONS[0])) as grader:
        report = grader.grade(open_submission(tmp_path / "app.py"), activity_named(str(tmp_path / "example.py")))
    loads, greets = report.results
    assert (loads.status.value, greets.status.value) == ("passed", "failed")
    assert greets.message == '/greet displays "Welcome!", the handout asks for "Good morning".'


def test_by_batch_and_in_the_class_overview(tmp_path, wrong):
    class_, out = tmp_path / "class", tmp_path / "out"
    shutil.copytree(SOLUTION, class_ / "doe")
    shutil.copytree(wrong, class_ / "roe")
    settings = tmp_path / "settings.toml"
    settings.write_text('[activities."12.1".points]\ncounter = 60\n')
    options = ["--activity", FILE, "--config", settings, "--skip", "browser", "--isolation", ISOLATIONS[0]]
    done = grader_here("batch", class_, "--out", out, "--workers", "1", *options)
    assert done.returncode == 0, done.stderr
    graded = {name: (out / "reports" / name / "report.json").read_text(encoding="utf-8") for name in ("doe", "roe")}
    assert statuses(graded["roe"])["counter"] == "failed"
    assert json.loads(graded["doe"])["score"] == {"earned": 90, "pending": 0, "maximum": 90}
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Counting visits" in page
    assert "/counter counts the visits of each visitor by a cookie" in page


def test_its_version_covers_the_file(tmp_path):
    changed = tmp_path / "exercise.py"
    versions = set()
    for words in ("Welcome to my page!", "Welcome!", "Welcome to my page!"):
        changed.write_text(FILE.read_text(encoding="utf-8").replace("Welcome to my page!", words), encoding="utf-8")
        versions.add(activity_named(str(changed)).version)
    assert len(versions) == 2


def test_nothing_is_left_beside_the_file(tmp_path):
    (tmp_path / "exercise.py").write_bytes(FILE.read_bytes())
    activity_named(str(tmp_path / "exercise.py"))
    assert [path.name for path in tmp_path.iterdir()] == ["exercise.py"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (\n", "exercise.py line 1 is not Python"),
        ("\x00", "exercise.py"),
        ("'\xe4'".encode("latin-1"), "exercise.py line 1 is not Python"),
        ("import no_such_package\n", "line 1: ModuleNotFoundError: No module named 'no_such_package'"),
        ("1 / 0\n", "line 1: ZeroDivisionError: division by zero"),
        ("\nraise SystemExit(3)\n", "line 2: SystemExit: 3"),
        ("x = 1\n", "there is no activity = Activity(...) in it"),
        ("class Activity: pass\nactivity = Activity()\n", "there is no activity = Activity(...) in it"),
        (HEAD + 'one = Activity("a-1", title="")\ntwo = Activity("a-2", title="")\n', "several activities: one, two"),
        (HEAD + 'activity = Activity("a-1", title="")\n', "a-1 has no checks"),
        (HEAD + 'activity = Activity("a/1", title="")\n' + CHECK, "the activity's id is 'a/1'"),
        (HEAD + 'activity = Activity("a-1", title="")\n' + CHECK + CHECK, "a-1 has two checks called loads"),
        (
            HEAD + 'activity = Activity("a-1", title="")\n' + CHECK.replace('"""It loads."""', "pass"),
            "needs a docstring",
        ),
        (HEAD + 'activity = Activity("a-1", title="")\n' + CHECK.replace("site", "page"), "looks at 'page'"),
        (HEAD + 'activity = Activity("a-1", title="")\n' + CHECK.replace("=1", "=-1"), "is worth -1 points"),
        (HEAD + 'activity = Activity("a-1", title="")\n' + CHECK.replace("=1", "=1, partial=3"), "gives 3 of its"),
        (HEAD + 'activity = Activity("a-1", title="")\n' + CHECK.replace("=1", "=1, needs='home'"), "needs='home'"),
        (HEAD + 'activity = Activity("a-1", title="", signs=["("])\n', "line 3: error"),
        (
            HEAD + 'activity = Activity("a-1", title="")\n'
            'activity.add(Check("x", "1", "X", 1, print, ("site",), needs=("nothing",)))\n',
            "the check x needs 'nothing', which is no check of this activity",
        ),
        (
            HEAD + 'activity = Activity("a-1", title="")\n'
            'activity.add(Check("x", "1", "X", 1, print, ("site",), needs=("y",)))\n'
            'activity.add(Check("y", "1", "Y", 1, print, ("site",), needs=("x",)))\n',
            "the checks x, y need each other in a circle",
        ),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path, text, said):
    file = tmp_path / "exercise.py"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        activity_named(str(file))
    assert said in caught.value.message
    assert "exercise.py" in caught.value.message


@pytest.mark.parametrize("name", ["no/such/file.py", "missing.py", "folder.py"])
def test_a_file_that_is_not_there(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.py").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        activity_named(name)


def test_a_package_with_a_mistake_is_named(installed, monkeypatch):
    monkeypatch.syspath_prepend(str(installed))
    (installed / "course_exercises.py").write_text("1 / 0\n")
    with pytest.raises(InputError, match=r"activity-12.1 of the package course-exercises .* ZeroDivisionError"):
        all_activities()
    with pytest.raises(InputError):
        recognise({"app.py": b""}, "app.py")
    assert activity_named("11.2").id == "activity-11.2"
