"""The folder that a course commits."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

from grader.bundle.contents import Assignment
from grader.classroom50 import packing
from grader.model.faults import InputError
from grader.platforms.classroom50.export import submitted_at
from tests.commands import grader_here
from tests.conftest import ROOT
from tests.packing import files_in

WHEEL = "wheels/flask_activity_grader-0.1.0-py3-none-any.whl"


def test_the_command_writes_the_folder_and_says_what_to_set(tmp_path):
    (tmp_path / "grader.toml").write_text('[activities."11.2".points]\nhome = 2.5\n')
    folder = tmp_path / "spring/autograders/cookies"
    done = grader_here("classroom50", "--activity", "11.2", "-o", folder, "--config", tmp_path / "grader.toml")
    assert done.returncode == 0, done.stderr
    assert set(files_in(folder)) == {"autograder.py", "autograder.json", "grader.toml", WHEEL}
    assert json.loads((folder / "autograder.json").read_text()) == {"activity": "activity-11.2"}
    assert "each of the" in done.stdout
    runtime = json.loads("{" + done.stdout.splitlines()[-1].strip() + "}")
    assert runtime == {"runtime": {"python": "3.13", "apt": ["bubblewrap"]}, "release_assets": ["report.html"]}


def test_it_is_small_enough_and_starts_at_the_first_byte(tmp_path):
    packing.write(tmp_path / "cookies", Assignment.named("11.2"))
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:  # as publish-pages.yaml does it
        archive.add(tmp_path / "cookies", "cookies")
    assert len(packed.getvalue()) < 2_000_000
    program = (tmp_path / "cookies/autograder.py").read_bytes()
    assert b"\r" not in program
    compile(program, "autograder.py", "exec")


def test_written_again_it_takes_nothing_away_but_its_own_old_wheels(tmp_path):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels/flask_activity_grader-0.0.9-py3-none-any.whl").touch()
    (tmp_path / "fixture.txt").write_text("the course's")
    own = ROOT / "tests/own_activity/activity_12_1.py"
    packing.write(tmp_path, Assignment.named(str(own)))
    assert set(files_in(tmp_path)) == {"autograder.py", "autograder.json", "activity.py", "fixture.txt", WHEEL}


@pytest.mark.parametrize("in_the_way", ["spring", "spring/wheels"])
def test_a_folder_that_cannot_be_written_is_said_in_one_sentence(tmp_path, in_the_way):
    (tmp_path / in_the_way).parent.mkdir(exist_ok=True)
    (tmp_path / in_the_way).touch()
    with pytest.raises(InputError, match="cannot be written"):
        packing.write(tmp_path / "spring", Assignment.named("11.2"))


def test_more_than_they_take_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(packing, "_LARGEST", 1000)
    with pytest.raises(InputError, match="takes at most 10 MB"):
        packing.write(tmp_path, Assignment.named("11.2"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("tag", "time"),
    [
        ("submit/2026-11-22T10-00-01Z-a1b2c3d", "2026-11-22T10:00:01+00:00"),
        ("submit/2026-13-45T10-00-01Z-a1b2c3d", None),
        ("phase1", None),
        ("", None),
    ],
)
def test_a_tag_says_when_it_was_handed_in(tag, time):
    found = submitted_at(tag)
    assert (found and found.isoformat()) == time
