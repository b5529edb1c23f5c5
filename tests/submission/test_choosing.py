"""Of several apps the one that answers the activity, with the documents that are nearest to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.activities import activity_named
from grader.course import CourseSettings
from grader.grading import OnDisk, open_gradable
from grader.grading.choosing import documents_of
from grader.model.faults import Code, InputError
from grader.submission.starter import starter_in
from tests.conftest import ROOT
from tests.packing import files_in, write_folder, write_zip

APPS = {name: files_in(ROOT / "reference_app" / name)["app.py"] for name in ("activity_11_1", "activity_11_2")}
COURSE = {"Week 1/app.py": APPS["activity_11_1"], "Week 2/app.py": APPS["activity_11_2"]}


def graded(path: Path, activity: str, *, ask: bool = True, course: CourseSettings | None = None):
    return open_gradable(OnDisk(path), activity_named(activity), course or CourseSettings(), ask=ask)


@pytest.mark.parametrize("pack", [write_zip, write_folder])
@pytest.mark.parametrize(
    ("files", "activity", "app"),
    [
        (COURSE, "11.2", "Week 2/app.py"),
        (COURSE, "11.1", "Week 1/app.py"),
        ({"app.py": APPS["activity_11_1"], "Week 2/app.py": APPS["activity_11_2"]}, "11.2", "Week 2/app.py"),
        ({"app.py": APPS["activity_11_1"], "Week 2/app.py": APPS["activity_11_2"]}, "11.1", "app.py"),
        ({"one.py": APPS["activity_11_1"], "two.py": APPS["activity_11_2"]}, "11.2", "two.py"),
        ({"first/main.py": APPS["activity_11_1"], "second/web.py": APPS["activity_11_2"]}, "11.1", "first/main.py"),
    ],
)
def test_the_app_that_answers_counts_and_is_named(tmp_path: Path, pack, files, activity: str, app: str) -> None:
    found = graded(pack(tmp_path / "hand-in.zip", files), activity)
    assert (found.submission.app, found.submission.no_app) == (app, None)
    assert any(app in note and "Several apps" in note for note in found.notes)


@pytest.mark.parametrize(
    ("files", "activity"),
    [
        ({"a/app.py": APPS["activity_11_2"], "b/app.py": APPS["activity_11_2"] + b"#"}, "11.2"),
        (COURSE, "discussion-11.1"),
    ],
)
def test_where_none_stands_out_a_person_is_asked(tmp_path: Path, files: dict[str, bytes], activity: str) -> None:
    folder = write_folder(tmp_path / "w", files)
    with pytest.raises(InputError) as caught:
        graded(folder, activity)
    assert caught.value.code is Code.SEVERAL_APPS
    found = graded(folder, activity, ask=False)
    assert found.submission.no_app.code is Code.SEVERAL_APPS


def test_the_starters_app_beside_the_students_own_is_not_meant(tmp_path: Path) -> None:
    given = write_folder(tmp_path / "given", {"app.py": APPS["activity_11_2"]})
    files = {"starter/app.py": APPS["activity_11_2"], "mine/app.py": APPS["activity_11_2"] + b"# mine"}
    course = CourseSettings(starter=starter_in(given, "given"))
    assert graded(write_folder(tmp_path / "w", files), "11.2", course=course).submission.app == "mine/app.py"


@pytest.mark.parametrize(
    ("documents", "kept"),
    [
        (["one/a.docx", "two/docs/b.docx"], ["two/docs/b.docx"]),
        (["all.docx", "one/a.docx"], ["all.docx"]),
        (["all.docx", "two/b.docx", "two/c.docx"], ["two/b.docx", "two/c.docx"]),
        (["one/a.docx"], ["one/a.docx"]),
        (["docs/x.docx", "all.docx"], ["all.docx"]),
    ],
)
def test_of_documents_the_nearest_count(documents: list[str], kept: list[str]) -> None:
    files = dict.fromkeys(["one/app.py", "two/app.py", *documents], b"")
    found = documents_of("two/app.py", ["one/app.py", "two/app.py"], files)
    assert [path for path in found if path.endswith(".docx")] == kept
    assert documents_of("two/app.py", (), files) == files
