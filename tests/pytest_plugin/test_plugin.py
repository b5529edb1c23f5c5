"""``pytest --grade``: each check is a test, and nothing that was handed in is pytest's to load."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from grader.activities import activity_named
from grader.grading import Grader, Settings
from grader.submission import open_submission
from tests.conftest import ISOLATIONS, ROOT, SUBMISSIONS
from tests.packing import write_zip

HERE = Path(__file__).parent
EVERY_ENDING = HERE / "every_ending.py"
STARTER = ROOT / "student_template" / "activity_11_2"
COMMAND = Path(sys.executable).with_name("pytest.exe" if sys.platform == "win32" else "pytest")
QUICK_START = ("-p", "no:hypothesispytest")
FAST = ("--grade-skip", "browser", "--grade-skip", "document")


def run(*words: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COLUMNS", "CI"))}
    return subprocess.run(
        [str(word) for word in (COMMAND, *QUICK_START, *words)],
        cwd=cwd,
        env={**plain, "PYTHONUTF8": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def ended(junit: Path) -> dict[str, tuple[str, float]]:
    """Status and points of each check, as the JUnit file has them."""
    found = {}
    for case in ET.parse(junit).iter("testcase"):
        properties = {item.get("name"): item.get("value") for item in case.iter("property")}
        found[case.get("name")] = (properties["grader_status"], float(properties["grader_earned"]))
    return found


@pytest.fixture
def class_folder(tmp_path):
    """A folder of a course with one submission in it."""
    folder = tmp_path / "class"
    (folder / "doe_jane").mkdir(parents=True)
    (folder / "doe_jane" / "app.py").write_bytes((STARTER / "app.py").read_bytes())
    return folder


def test_without_grade_nothing_is_loaded(tmp_path):
    (tmp_path / "test_it.py").write_text(
        "import sys\n"
        "def test_it(pytestconfig):\n"
        "    assert sorted(name for name in sys.modules if name.startswith('grader')) == "
        "['grader', 'grader.pytest_plugin']\n"
        "    assert not {'click', 'flask', 'playwright', 'tomllib'} & set(sys.modules)\n"
        "def test_fixtures(site): pass\n"
    )
    done = run(cwd=tmp_path)
    assert re.search(r"1 passed, (\d+ warnings?, )?1 error", done.stdout)  # others' warnings are not ours
    assert "fixture 'site' not found" in done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "2", "--dist", "loadscope")], ids=["one process", "xdist"])
def test_how_each_ending_is_shown(class_folder, workers):
    done = run(
        "--grade", "doe_jane", "--activity", EVERY_ENDING, *workers, "--junitxml=../j.xml", "-rA", cwd=class_folder
    )
    assert done.returncode == 1
    assert "2 failed, 1 passed, 2 skipped, 1 error, 1 review" in done.stdout
    assert "\nNearly.\nexpected: this\nobserved: that\n" in done.stdout
    assert "\nNot \\x1b[31mright\\x1b[0m.\nhint:     Mend it.\nwhere:    app.py:3\n" in done.stdout
    assert "every_ending.py" not in done.stdout.partition("FAILURES")[2]  # no traceback for a student's mistake
    assert "ZeroDivisionError" in done.stdout.partition("FAILURES")[0]  # but one for ours
    assert 'Not tried, because "Fails" is not done yet.' in done.stdout
    assert "There is no such machine. Get one." in done.stdout
    assert "REVIEW doe_jane::looks - Somebody has to look." in done.stdout
    assert "15 of 70 points, 30 not decided yet, 7 checks." in done.stdout
    assert ended(class_folder.parent / "j.xml") == {
        "passes": ("passed", 10),
        "nearly": ("partial", 5),
        "fails": ("failed", 0),
        "waits": ("blocked", 0),
        "looks": ("review", 0),
        "lacks": ("skipped", 0),
        "breaks": ("error", 0),
    }


def test_statuses_and_points_are_those_of_check(tmp_path):
    submission = SUBMISSIONS / "activity_11_2" / "sample-delete-cookie-route" / "submission"
    junit, skip = tmp_path / "j.xml", "browser"
    run(f"--grade={submission}", "--activity=11.2", f"--junitxml={junit}", f"--grade-skip={skip}", cwd=tmp_path)
    with Grader(Settings(isolation=ISOLATIONS[0], skip=frozenset({skip}))) as grader:
        report = grader.grade(open_submission(submission), activity_named("11.2"))
    assert ended(junit) == {result.id: (result.status.value, result.earned) for result in report.results}


def test_k_selects_by_id_and_runs_what_is_needed(class_folder):
    done = run("--grade=doe_jane", "--activity=11.2", "-k", "add-cookie", "-v", cwd=class_folder)
    assert "doe_jane::add-cookie FAILED" in done.stdout
    assert "/addCookie sends no cookie" in done.stdout
    assert "22 deselected" in done.stdout
    (class_folder / "doe_jane" / "app.py").write_text("from flask import Flask\nFlask(\n")
    done = run("--grade=doe_jane", "--activity=11.2", "-k", "add-cookie", "-v", cwd=class_folder)
    assert "doe_jane::add-cookie BLOCKED" in done.stdout


def test_a_zip_and_an_app_file(class_folder):
    files = {"work/app.py": (STARTER / "app.py").read_bytes(), "work/conftest.py": "1 / 0"}
    write_zip(class_folder / "roe_richard.zip", files)
    for path, name in (("roe_richard.zip", "roe_richard"), ("doe_jane/app.py", "doe_jane")):
        done = run("--grade", path, "-k", "home", "-v", cwd=class_folder)
        assert f"{name}::home PASSED" in done.stdout, done.stdout + done.stderr
        assert "Recognised as activity-11.2" in done.stdout


def hostile(folder: Path, marker: Path) -> None:
    """Put everything into a submission that pytest or Python would run, or take settings from, by itself."""
    program = f"open({str(marker)!r}, 'a').write(__file__)\nraise SystemExit('I was run')\n"
    for name in (
        "conftest.py",
        "test_all.py",
        "sitecustomize.py",
        "usercustomize.py",
        "setup.py",
        "tests/conftest.py",
        "tests/test_more.py",
        "pytest.py",
        "grader.py",
        "evil.pth",
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(program)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option -k nothing\npython_files = *.py\n")
    (folder / "tox.ini").write_text("[pytest]\naddopts = --collect-only\n")
    (folder / "setup.cfg").write_text("[tool:pytest]\naddopts = --collect-only\n")
    (folder / "pyproject.toml").write_text("[tool.pytest.ini_options]\naddopts = '--collect-only'\n")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (".", ["--grade", "doe_jane"]),
        (".", ["--grade=doe_jane/app.py"]),
        ("doe_jane", ["--grade", "."]),
        ("doe_jane", ["--grade=../doe_jane", "-n", "1"]),
        ("doe_jane/tests", ["--grade", ".."]),
    ],
    ids=lambda value: value if isinstance(value, str) else " ".join(value),
)
def test_nothing_that_was_handed_in_is_loaded(class_folder, where, words):
    folder = class_folder / "doe_jane"
    hostile(folder, class_folder / "RAN")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    done = run(*words, "--activity=11.2", "-k", "display-try", *FAST, cwd=class_folder / where)
    assert "1 failed" in done.stdout, done.stdout + done.stderr
    assert not (class_folder / "RAN").exists()
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_submission_whose_name_begins_with_test(class_folder):
    folder = (class_folder / "doe_jane").rename(class_folder / "tester")
    hostile(folder, class_folder / "RAN")
    (class_folder / "test_course.py").write_text("def test_of_the_course(site): assert site.get('/').ok\n")
    for named in ((), (".",)):
        done = run("--grade=tester", "--activity=11.2", "-k", "loads or course", *named, cwd=class_folder)
        assert f"{2 if named else 1} passed" in done.stdout, done.stdout + done.stderr
    assert not (class_folder / "RAN").exists()


def test_the_courses_own_settings_and_tests_stay_in_force(class_folder):
    hostile(class_folder / "doe_jane", class_folder / "RAN")
    (class_folder / "pytest.ini").write_text("[pytest]\naddopts = -v\nmarkers = slow\n")
    (class_folder / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef answer(): return 42\n")
    (class_folder / "test_course.py").write_text("def test_of_the_course(answer): assert answer == 42\n")
    done = run("--grade", "doe_jane", "--activity", "11.2", "-k", "home or course", "test_course.py", cwd=class_folder)
    assert "test_course.py::test_of_the_course PASSED" in done.stdout, done.stdout + done.stderr
    assert "doe_jane::home PASSED" in done.stdout
    assert not (class_folder / "RAN").exists()


def test_tests_that_were_handed_in_are_refused_when_they_are_named(class_folder):
    hostile(class_folder / "doe_jane", class_folder / "RAN")
    done = run("--grade", "doe_jane", "doe_jane/test_all.py", cwd=class_folder)
    assert done.returncode == 4
    assert "doe_jane/test_all.py is part of what was handed in" in done.stderr
    assert not (class_folder / "RAN").exists()


def test_settings_that_load_modules_before_the_grader_can_stop_it_are_told(class_folder):
    (class_folder / "doe_jane" / "evil.py").write_text(f"open({str(class_folder / 'RAN')!r}, 'w')\n")
    (class_folder / "doe_jane" / "pytest.ini").write_text("[pytest]\naddopts = -p evil\npythonpath = .\n")
    done = run("--grade=doe_jane", "--activity=11.2", "-k", "loads", *FAST, cwd=class_folder)
    assert "1 passed" in done.stdout  # pytest never looks there
    assert not (class_folder / "RAN").exists()
    done = run("--grade", "doe_jane", "--activity=11.2", cwd=class_folder)
    assert done.returncode == 4
    assert "pytest.ini, which was handed in, has made pytest load modules" in done.stderr


EXAMPLE = """
from grader.rubric import displays


def test_home(site):
    assert displays(site.get("/").text, "Practicing Cookies!")


def test_cookie(browser):
    browser.visit("/addCookie")
    assert browser.cookie("myFirstCookie") is not None


def test_document(document):
    assert document.pictures


def test_words_of_its_own(site):
    from grader.rubric import Failed

    raise Failed("There is no way to please me.", hint="Do not try.")
"""


def test_fixtures_for_tests_of_ones_own(class_folder):
    (class_folder / "doe_jane" / "app.py").write_bytes((ROOT / "reference_app/activity_11_2/app.py").read_bytes())
    (class_folder / "test_mine.py").write_text(EXAMPLE)
    done = run("--grade=doe_jane", "test_mine.py", "-v", cwd=class_folder)
    assert "test_mine.py::test_home PASSED" in done.stdout, done.stdout + done.stderr
    assert "test_mine.py::test_cookie PASSED" in done.stdout
    assert "test_mine.py::test_document ERROR" in done.stdout
    assert "\nNo Word document is handed in.\nhint:" in done.stdout
    assert "\nThere is no way to please me.\nhint:     Do not try.\n" in done.stdout
    assert "doe_jane::" not in done.stdout  # no activity was named: these tests are all there is


def test_the_example_in_the_readme_is_this_one():
    shown = (ROOT / "grader/pytest_plugin/README.md").read_text(encoding="utf-8")
    assert EXAMPLE.partition("\n\n\ndef test_document")[0].strip() in shown


OWN_OPTIONS = """
def pytest_addoption(parser):
    parser.addoption("--activity", type=int)
    parser.addoption("--grade", action="store_true")
"""


def test_a_projects_own_options_of_the_short_names_stay_its_own(tmp_path):
    (tmp_path / "conftest.py").write_text(OWN_OPTIONS)
    (tmp_path / "test_it.py").write_text(
        "def test_it(request): assert (request.config.option.activity, request.config.option.grade) == (7, True)\n"
    )
    done = run("--activity", "7", "--grade", cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    # Only this conftest.py could tell whose option it is, and it may be a student's: nothing is guessed.
    done = run("--activity=7", "--grade", "test_it.py", cwd=tmp_path)
    assert "-p no:grader" in done.stderr
    done = run("--activity=7", "--grade", "test_it.py", "-p", "no:grader", cwd=tmp_path)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_long_names_grade_beside_a_projects_own_short_ones(class_folder):
    (class_folder / "conftest.py").write_text(OWN_OPTIONS)
    (class_folder / "test_course.py").write_text("def test_it(request): assert request.config.option.activity == 7\n")
    words = ("--grade-path", "doe_jane", "--grade-activity", "11.2", "--activity=7", "-k", "home or test_it")
    done = run(*words, "test_course.py", *FAST, cwd=class_folder)
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_whose_option_it_is_is_never_found_out_by_running_what_was_handed_in(class_folder):
    (class_folder / "doe_jane" / "conftest.py").write_text(f"{OWN_OPTIONS}\nopen({str(class_folder / 'RAN')!r}, 'w')\n")
    done = run("--grade", "doe_jane", "--activity=11.2", cwd=class_folder)
    assert done.returncode == 4
    assert "Write --grade-path" in done.stderr
    done = run("--grade-path", "doe_jane", "--grade-activity=11.2", "-k", "home", *FAST, cwd=class_folder)
    assert "1 passed" in done.stdout, done.stdout + done.stderr
    assert not (class_folder / "RAN").exists()


def test_no_other_plugin_comes_into_every_run():
    """What the grader needs is installed with it, and pytest loads the plugins of all that is installed."""
    pending, seen = ["flask-activity-grader"], set()
    while pending:
        name = canonicalize_name(pending.pop())
        if name in seen:
            continue
        seen.add(name)
        needs = map(Requirement, metadata.requires(name) or ())
        pending += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    brings = {name for name in seen if metadata.distribution(name).entry_points.select(group="pytest11")}
    assert "flask" in seen
    assert brings == {"flask-activity-grader"}


def test_collecting_starts_nothing(class_folder):
    done = run("--grade=doe_jane", "--activity=11.2", "--collect-only", "-q", cwd=class_folder)
    assert done.stdout.splitlines()[:2] == ["doe_jane::loads", "doe_jane::home"]
    assert "23 tests collected" in done.stdout


def test_of_a_word_document_by_itself_the_checks_on_documents_are_collected(class_folder):
    document = ROOT / "reference_app" / "activity_11_2" / "Screenshots.docx"
    (class_folder / "Screenshots.docx").write_bytes(document.read_bytes())
    done = run("--grade=Screenshots.docx", "--activity=11.2", "--collect-only", "-q", cwd=class_folder)
    assert done.stdout.splitlines()[:2] == ["Screenshots::document", "Screenshots::shot-1"]
    assert "11 tests collected" in done.stdout


def test_settings_of_the_course(class_folder):
    (class_folder / "grader.toml").write_text('[activities."11.2".points]\nhome = 55\n')
    (class_folder / "doe_jane" / "grader.toml").write_text('[activities."11.2".points]\nhome = 1000\n')
    done = run("--grade=doe_jane", "--activity=11.2", "-k", "home", cwd=class_folder)
    assert "55 of 55 points" in done.stdout
    assert "Checks as set by the course, in grader.toml." in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grade", "nobody", "--activity", "11.2"], "There is no file or folder"),
        (["--grade", "doe_jane", "--activity", "11.9"], "There is no activity '11.9'"),
        (["--grade", "doe_jane", "--activity", "missing.py"], "missing.py cannot be read"),
        (["--grade", "empty"], "empty is empty: there are no files in it"),
        (["--grade", "doe_jane", "--grade-config", "nowhere.toml"], "nowhere.toml cannot be read"),
        (["--grade"], "expected one argument"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_input_gets_a_sentence(class_folder, words, said):
    (class_folder / "empty").mkdir()
    done = run(*words, cwd=class_folder)
    assert done.returncode == 4, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
