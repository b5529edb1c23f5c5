import errno
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from grader.model.faults import InputError
from grader.model.outcome import Evidence, Status
from grader.report.evidence import is_inside
from grader.report.writing_reports import write_reports
from tests.systems import ON_WINDOWS, for_posix

PICTURES = {
    f"evidence/{name}.png"
    for name in (
        "home-1",
        "add-browser-1",
        "display-cleared-1",
        "display-cleared-2",
        "remove-browser-1",
        "remove-browser-2",
    )
}


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_three_formats_and_the_pictures_are_written(samples, tmp_path):
    written = write_reports(samples.full_marks, tmp_path / "new" / "folder")
    names = {path.relative_to(tmp_path / "new" / "folder").as_posix() for path in written}
    assert names == {"report.json", "report.html", "report.docx"} | PICTURES
    assert all(path.stat().st_size for path in written)
    assert set(contents(tmp_path / "new" / "folder")) == names


def test_only_the_formats_asked_for_are_written(samples, tmp_path):
    written = write_reports(samples.full_marks, tmp_path, formats=("json", "html"))
    assert [path.name for path in written[:2]] == ["report.json", "report.html"]
    assert not (tmp_path / "report.docx").exists()


def test_files_of_others_are_left_alone(samples, tmp_path):
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "mine.png").write_bytes(b"mine")
    (tmp_path / "app.py").write_bytes(b"code")
    write_reports(samples.full_marks, tmp_path)
    assert contents(tmp_path)["evidence/mine.png"] == b"mine"
    assert contents(tmp_path)["app.py"] == b"code"


def test_pictures_of_the_report_before_are_removed(samples, tmp_path):
    write_reports(samples.full_marks, tmp_path)
    write_reports(samples.typical, tmp_path)
    kept = {name for name in contents(tmp_path) if name.startswith("evidence/")}
    named = {entry.path for result in samples.typical.results for entry in result.evidence}
    assert kept == named
    assert not list(tmp_path.glob(".grader-*"))


def test_pictures_that_are_still_named_are_kept(samples, tmp_path):
    write_reports(samples.full_marks, tmp_path)
    results = [
        replace(result, evidence=tuple(replace(entry, data=b"") for entry in result.evidence))
        for result in samples.full_marks.results
    ]
    write_reports(replace(samples.full_marks, results=tuple(results)), tmp_path, formats=("json",))
    assert set(contents(tmp_path)) >= PICTURES


@pytest.mark.parametrize("json_text", ["", "[]", '{"checks": [{"evidence": [{"path": "evidence/../app.py"}]}]}'])
def test_a_strange_report_in_the_folder_removes_nothing(samples, tmp_path, json_text):
    (tmp_path / "report.json").write_text(json_text)
    (tmp_path / "app.py").write_text("code")
    write_reports(samples.full_marks, tmp_path)
    assert (tmp_path / "app.py").read_text() == "code"
    assert json.loads((tmp_path / "report.json").read_text())["schema"] == "grader-report/1"


@pytest.mark.parametrize("allowed", [0, 1, 4, 8])
def test_a_full_disk_leaves_the_older_report_and_says_so(samples, tmp_path, monkeypatch, allowed):
    write_reports(samples.typical, tmp_path)
    before = contents(tmp_path)
    fill_the_disk(monkeypatch, allowed)
    with pytest.raises(InputError, match=r"the disk of .* is full") as caught:
        write_reports(samples.full_marks, tmp_path)
    assert caught.value.hint == "Make room, or name a folder on another disk."
    monkeypatch.undo()
    assert contents(tmp_path) == before
    assert not list(tmp_path.glob(".grader-*"))


def test_a_full_disk_leaves_no_new_folder(samples, tmp_path, monkeypatch):
    fill_the_disk(monkeypatch, 2)
    with pytest.raises(InputError):
        write_reports(samples.full_marks, tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


def fill_the_disk(monkeypatch, allowed):
    left = iter(range(allowed))
    write = Path.write_bytes

    def write_bytes(path, data):
        if next(left, None) is None:
            write(path, data[: len(data) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)


@pytest.mark.parametrize("locked", ["report.docx", "report.json", "evidence/home-1.png"])
def test_a_report_that_is_open_elsewhere_puts_everything_back(samples, tmp_path, monkeypatch, locked):
    write_reports(samples.full_marks, tmp_path)
    before = contents(tmp_path)
    move = Path.replace

    def replace_unless_open(path, target):
        if path == tmp_path / locked:
            raise PermissionError(errno.EACCES, "in use", str(path))
        return move(path, target)

    monkeypatch.setattr(Path, "replace", replace_unless_open)
    with pytest.raises(InputError, match=re.escape(f"{Path(locked)} cannot be replaced")) as caught:
        write_reports(samples.typical, tmp_path)
    assert "Word" in caught.value.hint
    monkeypatch.undo()
    assert contents(tmp_path) == before


def test_a_report_that_cannot_be_moved_into_place_puts_everything_back(samples, tmp_path, monkeypatch):
    write_reports(samples.full_marks, tmp_path)
    before = contents(tmp_path)
    move = Path.replace

    def fail_at_the_html(path, target):
        if Path(target) == tmp_path / "report.html" and path.name.startswith("new-"):
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(target))
        return move(path, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_html)
    with pytest.raises(InputError):
        write_reports(samples.typical, tmp_path)
    monkeypatch.undo()
    assert contents(tmp_path) == before


def test_a_folder_in_a_reports_place_is_named_where_the_system_forbids_to_replace_it(samples, tmp_path, monkeypatch):
    """As Windows does."""
    (tmp_path / "report.html").mkdir()
    move = Path.replace

    def replace_files(path, target):
        if path.is_dir() or Path(target).is_dir():
            raise PermissionError(errno.EACCES, "Access is denied", str(path), None, str(target))
        return move(path, target)

    monkeypatch.setattr(Path, "replace", replace_files)
    with pytest.raises(InputError, match="has a report's name"):
        write_reports(samples.full_marks, tmp_path)


def test_a_file_where_the_folder_should_be_is_named(samples, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is not a folder"):
        write_reports(samples.full_marks, tmp_path / "file")
    assert (tmp_path / "file").read_text() == "x"


def test_a_folder_in_a_reports_place_is_named_and_nothing_is_written(samples, tmp_path):
    (tmp_path / "report.html" / "x").mkdir(parents=True)
    with pytest.raises(InputError, match="has a report's name"):
        write_reports(samples.full_marks, tmp_path)
    assert contents(tmp_path) == {}
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@for_posix
@pytest.mark.skipif(not ON_WINDOWS and os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_named(samples, tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="cannot be written to"):
        write_reports(samples.full_marks, tmp_path / "new")
    tmp_path.chmod(0o700)


def test_no_permission_is_told_in_a_sentence(samples, tmp_path, monkeypatch):
    def refuse(path, *args, **kwargs):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(InputError, match=r"The report was not written: .*new cannot be written to\."):
        write_reports(samples.full_marks, tmp_path / "new")


@pytest.mark.parametrize(
    "path",
    [
        "../x.png",
        "evidence/../../x.png",
        "/etc/x.png",
        "evidence\\x.png",
        "evidence/a/b.png",
        "evidence/.png",
        "evidence/",
        "report.html",
        "C:/x.png",
        "evidence/a.png\n",
        "evidence/a:b.png",
        "",
    ],
)
def test_evidence_that_leads_out_of_its_folder_is_refused(samples, tmp_path, path):
    assert not is_inside(path)
    results = samples.make.passed()
    samples.make.change(results, "home", evidence=(Evidence("picture", "x", path, b"x"),))
    with pytest.raises(ValueError, match="cannot be kept"):
        write_reports(samples.make.report(results), tmp_path)
    assert list(tmp_path.iterdir()) == []


@for_posix  # Windows makes links for administrators only
def test_a_link_in_place_of_the_evidence_folder_is_not_followed(samples, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    folder = tmp_path / "report"
    folder.mkdir()
    (folder / "evidence").symlink_to(outside)
    with pytest.raises(InputError, match="link"):
        write_reports(samples.full_marks, folder)
    assert list(outside.iterdir()) == []


def test_a_link_in_place_of_a_report_is_replaced_and_what_it_names_is_kept(samples, tmp_path):
    precious = tmp_path / "precious"
    precious.write_text("keep")
    folder = tmp_path / "report"
    folder.mkdir()
    try:
        (folder / "report.html").symlink_to(precious)
    except OSError:
        pytest.skip("no links here")
    write_reports(samples.full_marks, folder)
    assert precious.read_text() == "keep"
    assert not (folder / "report.html").is_symlink()


def test_one_picture_may_serve_two_checks_but_two_pictures_not_one_path(samples, tmp_path):
    results = samples.make.passed()
    entry = Evidence("picture", "both", "evidence/both.png", b"one")
    for name in ("shot-1", "shot-2"):
        samples.make.change(results, name, status=Status.REVIEW, evidence=(entry,))
    write_reports(samples.make.report(results), tmp_path, formats=("json",))
    samples.make.change(results, "shot-2", evidence=(replace(entry, data=b"two"),))
    with pytest.raises(ValueError, match="Two pictures"):
        write_reports(samples.make.report(results), tmp_path, formats=("json",))
