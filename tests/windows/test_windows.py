"""The grader on a real Windows Python, under Wine: `python -m pytest -m windows`.

The other tests are run there, as they are; what is for POSIX only is marked so.  Not to be learnt here: a browser, OCR
and --watch (see `wine`), NTFS, real consoles, devices, links, virus scanners.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.how_many import FULL
from tests.systems import FOR_LINUX, FOR_POSIX, NOT_IN_WINE
from tests.test_submissions import GOLDEN, Golden, about_running, must_get

from .wine import CannotBeHad, Done, Windows, set_up, windows_path

_EVERY = 2

pytestmark = [pytest.mark.windows, pytest.mark.timeout(0)]  # a Wine that is stuck is ended: see `wine`


@pytest.fixture(scope="session")
def windows() -> Windows:
    try:
        return set_up()
    except CannotBeHad as problem:
        pytest.fail(f"Nothing is known about Windows: {problem}", pytrace=False)


PARTS = (ROOT / "tests" / "on_every_system.txt").read_text(encoding="utf-8").split("\n\n")
NOT_THERE = (FOR_POSIX, FOR_LINUX, NOT_IN_WINE)


@pytest.mark.long
@pytest.mark.parametrize("part", PARTS, ids=range(len(PARTS)))
def test_what_passes_here_passes_there(windows: Windows, part: str) -> None:
    """In a few processes, since a Python takes seconds to start there."""
    options = ("-q", "-p", "no:cacheprovider", "--tb=short", "--timeout=600", "-n", "0")
    done = windows.run("-m", "pytest", *options, *part.split())
    skipped = re.findall(r"^SKIPPED .*$", done.said, re.MULTILINE)
    assert done.code == 0, done.said[-20_000:]
    assert re.search(r"\b\d+ passed\b", done.said)
    assert [line for line in skipped if not any(reason in line for reason in NOT_THERE)] == []


def tried_there() -> list[Golden]:
    """Return one golden submission for each status of a check, and some that are about how the app is run.

    All of them, which takes half an hour, with GRADER_ENDURANCE=full.
    """
    there = [golden for golden in GOLDEN if golden.windows]
    if FULL:
        return there
    seen: set[tuple[str, ...]] = set()
    chosen = []
    for golden in there:
        statuses = {(golden.activity, check, status) for check, status in golden.status.items()}
        if not statuses <= seen:
            chosen.append(golden)
            seen |= statuses
    running = [golden for golden in there if about_running(golden) and golden not in chosen]
    return chosen + running[::_EVERY]


@pytest.mark.long
@pytest.mark.parametrize("third", [0, 1, 2])
def test_golden_submissions(windows: Windows, tmp_path: Path, third: int) -> None:
    """In three processes, each of which keeps the next app's Python ready."""
    share = tried_there()[third::3]
    listed = {str(golden): (windows_path(golden.folder / "submission"), golden.activity) for golden in share}
    (tmp_path / "listed.json").write_text(json.dumps(listed), encoding="utf-8")
    program = ROOT / "tests" / "pythons" / "grade_golden.py"
    files = (windows_path(tmp_path / name) for name in ("listed.json", "told.json"))
    done = windows.run(windows_path(program), *files, "process")
    assert done.code == 0, done.said
    told = json.loads((tmp_path / "told.json").read_text(encoding="utf-8"))
    wrong = {}
    for golden in share:
        checks = [{"id": id_, "counts": True, **result} for id_, result in told[str(golden)].items()]
        try:
            must_get(golden, {"checks": checks})
        except AssertionError as error:
            wrong[str(golden)] = str(error)
    assert wrong == {}


@pytest.fixture(scope="session")
def environment(windows: Windows, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a virtual environment there, which only starts the real one."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    made = windows.run(*("-m", "venv", "--without-pip", "--system-site-packages", windows_path(folder)))
    assert made.code == 0, made.said
    return folder / "Scripts" / "python.exe"


@pytest.fixture
def grader(windows: Windows, environment: Path, tmp_path: Path):
    def run(*words: object) -> Done:
        program = "import sys; sys.argv[0] = 'grader'; from grader.cli import main; main()"
        return windows.run("-c", program, *words, python=str(environment), cwd=tmp_path)

    return run


def app_checks(said: str) -> dict[str, str]:
    report = json.loads(said[said.index("{") :])
    browsers = {"add-browser", "display-cleared", "remove-browser"}
    return {
        check["id"]: check["status"]
        for check in report["checks"]
        if check["id"] not in browsers and "shot" not in check["id"]
    }


@pytest.mark.parametrize("kind", ["folder", "zip", "app.py", "APP.PY"])
def test_check(grader, tmp_path: Path, kind: str) -> None:
    work = tmp_path / "my work"
    shutil.copytree(ROOT / "reference_app" / "activity_11_2", work)
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "my work.zip", "w") as packed:
            packed.write(work / "app.py", "app.py")
    path = {"folder": "my work", "zip": "my work.zip"}.get(kind, f"my work\\{kind}")
    done = grader("check", path, "--activity", "11.2", "--skip", "browser", "--skip", "document", "--json")
    assert done.code == 0, done.said
    assert set(app_checks(done.said).values()) <= {"passed", "skipped"}, done.said
    assert app_checks(done.said)["loads"] == "passed"


def test_a_class(grader, tmp_path: Path) -> None:
    for name in ("doe_jane", "roe_richard"):
        shutil.copytree(ROOT / "reference_app" / "activity_11_2", tmp_path / "class" / name)
    out = tmp_path / "graded"
    done = grader(
        *("batch", "class", "--out", "graded", "--activity", "11.2", "--isolation", "process", "--workers", "1"),
        *("--skip", "browser"),
    )
    assert done.code == 0, done.said
    assert {path.name for path in (out / "reports").iterdir()} == {"doe_jane", "roe_richard"}
    for name in ("index.html", "grades.csv", "reports/doe_jane/report.html", "reports/doe_jane/report.docx"):
        assert (out / name).stat().st_size > 0
    done = grader("review", "graded", "--set", "doe_jane", "shot-1", "passed")
    assert done.code == 0, done.said
    report = json.loads((out / "reports" / "doe_jane" / "report.json").read_text(encoding="utf-8"))
    assert next(check for check in report["checks"] if check["id"] == "shot-1")["status"] == "passed"
