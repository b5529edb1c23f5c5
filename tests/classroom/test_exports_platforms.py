"""Each platform's export is recognised, and each student's files come together under their name."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from grader.model.faults import InputError
from grader.platforms.exports import HandIn
from grader.platforms.reading_exports import Export, read_exports
from tests.packing import APP, RENDERS, write_folder, write_zip, zipped

METADATA = """---
submission_101:
  :submitters:
  - :name: Jane Doe
    :sid: 900001
    :email: jane@example.edu
  :created_at: 2026-11-01 10:00:00.123456 Z
  :score: 0.0
  :results: !ruby/hash:ActiveSupport::HashWithIndifferentAccess
    tests: []
submission_102:
  :submitters:
  - :name: Rick Roe
    :sid: '0007'
    :email: rick@example.edu
  - :name: Ann Poe
    :sid:
    :email: ann@example.edu
  :created_at: 2026-11-02 10:00:00 Z
"""


def receipt(name: str, user: str) -> str:
    return f"Name: {name} ({user})\r\nAssignment: Activity 11.2\r\n\r\nComments:\r\nName: Eve (eve)\r\n"


CANVAS = {
    "doejane_12_345_app.py": APP,
    "doejane_12_346_screens.docx": b"PK-not-looked-at",
    "müllerjosé_LATE_13_347_work.zip": zipped({"work/app.py": APP}),
    "roerick_14_text.html": "<p>typed</p>",
    "poeann_15_348_my_app_11_2.py": APP,
}
MOODLE = {
    "Jane Doe_12_assignsubmission_file/app.py": APP,
    "Jane Doe_12_assignsubmission_file/templates/index.html": "<p>",
    "Jane Doe_12_assignsubmission_onlinetext/onlinetext.html": "typed",
    "OBrien, Zoë_13_assignsubmission_file/work.zip": zipped({"app.py": APP}),
    "Roe Rick_14_assignsubmission_onlinetext/onlinetext.html": "typed",
}
MOODLE_OLD = {path.replace("_file/", "_file_/").replace("text/", "text_/"): content for path, content in MOODLE.items()}
MOODLE_PREFIX = {
    "Jane Doe_12_assignsubmission_file_app.py": APP,
    "templates/Jane Doe_12_assignsubmission_file_index.html": "<p>",
    "OBrien, Zoë_13_assignsubmission_file_work.zip": zipped({"app.py": APP}),
    "Roe Rick_14_assignsubmission_onlinetext_onlinetext.html": "typed",
}
BLACKBOARD = {
    "Activity_11.2_j_doe_attempt_2026-11-01-10-00-00_app.py": b"earlier",
    "Activity_11.2_j_doe_attempt_2026-11-01-10-00-00.txt": receipt("Jane Doe", "j_doe"),
    "Activity_11.2_j_doe_attempt_2026-11-02-10-00-00_app.py": APP,
    "Activity_11.2_j_doe_attempt_2026-11-02-10-00-00.txt": receipt("Jane Doe", "j_doe"),
    "Activity_11.2_k_doe_attempt_2026-11-01-10-00-00_work.zip": zipped({"app.py": APP}),
    "Activity_11.2_rroe_attempt_2026-11-01-10-00-00.txt": receipt("Rick Roe", "rroe"),
}
BRIGHTSPACE = {
    "index.html": "<table>",
    "101-900 - Jane Doe - Nov 1, 2026 1000 AM/app.py": b"earlier",
    "101-900 - Jane Doe - Nov 2, 2026 1205 PM/app.py": APP,
    "102-900 - Anne-Marie O'Neil - Nov 1, 2026 1000 AM/work.zip": zipped({"app.py": APP}),
}
BRIGHTSPACE_PREFIX = {path.replace("M/", "M - "): content for path, content in BRIGHTSPACE.items()}
GRADESCOPE = {
    "assignment_5_export/submission_metadata.yml": METADATA,
    "assignment_5_export/submission_101/app.py": APP,
    "assignment_5_export/submission_102/app.py": APP,
}
GITHUB = {
    "activity-11-2-submissions/activity-11-2-jane-doe/app.py": APP,
    "activity-11-2-submissions/activity-11-2-jane-doe/.git/HEAD": "ref: refs/heads/main",
    "activity-11-2-submissions/activity-11-2-rroe/app.py": APP,
    "activity-11-2-submissions/activity-11-2-rroe/.git/HEAD": "ref: refs/heads/main",
}


HEADER = "username,first_name,last_name,email,section,score,max_score,datetime,submission_tag,submitted_by"
SCORES = f"""{HEADER}
jane-doe,Jane,Doe,jane@example.edu,1,70,100,2026-11-20T10:00:00Z,submit/2026-11-22T10-00-00Z-a1b2c3d,jane-doe
jane-doe,Jane,Doe,jane@example.edu,1,10,100,2026-11-19T10:00:00Z,submit/2026-11-19T10-00-00Z-0000000,jane-doe
doe,'=Dora,Doe,,1,,,,,
rroe,,,,,,,,,
never-here,No,Repository,,,,,,,
"""
CLASSROOM50_FOLDER = "spring-cookies_submissions_2026_11_23_T_09_00_00"
CLASSROOM50 = {
    f"{CLASSROOM50_FOLDER}/scores.csv": SCORES,
    **{
        f"{CLASSROOM50_FOLDER}/spring-cookies-{user}/{file}": content
        for user in ("jane-doe", "doe", "rroe")
        for file, content in {
            "app.py": APP,
            ".classroom50.yaml": "classroom: spring\nassignment: cookies\n",
            ".git/HEAD": "ref: refs/heads/main",
            "result.json": "{}",
            "results.json": "[]",
        }.items()
    },
}


@pytest.fixture(params=["zip", "folder"])
def export(request: pytest.FixtureRequest, tmp_path: Path):
    def write(files: dict[str, bytes | str]) -> Export:
        if request.param == "zip":
            return read_exports([write_zip(tmp_path / "export.zip", files)])
        return read_exports([write_folder(tmp_path / "export", files)])

    return write


def by_name(export: Export) -> dict[str, HandIn]:
    return {hand_in.name: hand_in for hand_in in export.hand_ins}


def test_canvas(export) -> None:
    found = export(CANVAS)
    hand_ins = by_name(found)
    assert "an export of Canvas with 4 hand-ins" in found.notes[0]
    assert set(hand_ins) == {"doejane", "müllerjosé", "roerick", "poeann"}
    assert set(hand_ins["doejane"].open().submission.files) == {"app.py", "screens.docx"}
    assert hand_ins["doejane"].ids == {"canvas": "12"}
    assert hand_ins["doejane"].returned_as == "doejane_12_345_"
    assert hand_ins["müllerjosé"].late
    assert hand_ins["müllerjosé"].open().submission.app == "app.py"
    assert hand_ins["poeann"].open().submission.app == "my_app_11_2.py"
    with pytest.raises(InputError, match="only a text or a link"):
        hand_ins["roerick"].open()


def test_canvas_anonymous(export) -> None:
    found = by_name(export({"anon_aB3x9_345_app.py": APP, "LATE_anon_77777_346_app.py": APP}))
    assert set(found) == {"anon_aB3x9", "anon_77777"}
    assert found["anon_77777"].late
    assert found["anon_aB3x9"].ids == {"anonymous": "aB3x9"}
    assert found["anon_aB3x9"].student is None


def test_what_looks_like_canvas_but_has_one_id_for_all_is_a_plain_folder(export) -> None:
    found = export({f"{name}_11_2_app.zip": zipped({"app.py": APP}) for name in ("jane", "rick", "ann")})
    assert "with 3 hand-ins" in found.notes[0]
    assert "Canvas" not in found.notes[0]
    assert "jane_11_2_app" in by_name(found)


@pytest.mark.parametrize("files", [MOODLE, MOODLE_OLD, MOODLE_PREFIX], ids=["folders", "older", "prefix"])
def test_moodle(export, files: dict[str, bytes | str]) -> None:
    found = export(files)
    hand_ins = by_name(found)
    assert "an export of Moodle with 3 hand-ins" in found.notes[0]
    assert set(hand_ins) == {"Jane Doe", "OBrien, Zoë", "Roe Rick"}
    assert set(hand_ins["Jane Doe"].open().submission.files) == {"app.py", "templates/index.html"}
    assert hand_ins["Jane Doe"].ids == {"moodle": "12"}
    assert hand_ins["OBrien, Zoë"].open().submission.student == "OBrien, Zoë"
    assert f"{hand_ins['Jane Doe'].returned_as}app.py" in files
    with pytest.raises(InputError, match="only a text"):
        hand_ins["Roe Rick"].open()


def test_moodle_with_blind_marking(export) -> None:
    files = {f"Participant_{number}_assignsubmission_file/app.py": APP for number in (7, 8)}
    assert set(by_name(export(files))) == {"Participant 7", "Participant 8"}


def test_a_student_cannot_hand_in_for_another_by_names_below_the_top(export) -> None:
    files = {
        "Jane Doe_12_assignsubmission_file/app.py": APP,
        "Eve_13_assignsubmission_file/Jane Doe_12_assignsubmission_file_app.py": b"forged",
    }
    assert by_name(export(files))["Jane Doe"].open().submission.files == {"app.py": APP}


def test_blackboard(export) -> None:
    found = export(BLACKBOARD)
    hand_ins = by_name(found)
    assert "an export of Blackboard with 3 hand-ins" in found.notes[0]
    jane = hand_ins["j_doe"]
    assert jane.student == "Jane Doe"
    assert jane.ids == {"username": "j_doe"}
    assert jane.submitted == datetime.fromisoformat("2026-11-02T10:00:00")
    assert jane.open().submission.files == {"app.py": APP}
    assert jane.left_out == ("An earlier attempt was left out: 2026-11-01-10-00-00.",)
    assert hand_ins["k_doe"].open().submission.app == "app.py"
    assert hand_ins["rroe"].problem is not None


def test_a_receipt_of_nothing_but_spaces(export) -> None:
    receipt_of_spaces = "Activity_11.2_j_doe_attempt_2026-11-02-10-00-00.txt"
    found = export({**BLACKBOARD, receipt_of_spaces: "Name:" + " " * 100_000 + "("})  # read at once, not for minutes
    assert by_name(found)["j_doe"].student == "Jane Doe"  # as the receipt of the earlier attempt says


@pytest.mark.parametrize("files", [BRIGHTSPACE, BRIGHTSPACE_PREFIX], ids=["folders", "prefix"])
def test_brightspace(export, files: dict[str, bytes | str]) -> None:
    found = export(files)
    hand_ins = by_name(found)
    assert "an export of Brightspace with 2 hand-ins" in found.notes[0]
    assert len(found.notes) == 1
    assert set(hand_ins) == {"Jane Doe", "Anne-Marie O'Neil"}
    assert hand_ins["Jane Doe"].submitted == datetime.fromisoformat("2026-11-02T12:05:00")
    assert hand_ins["Jane Doe"].open().submission.files == {"app.py": APP}
    assert hand_ins["Jane Doe"].left_out == ("An earlier attempt was left out: 2026-11-01 10:00.",)


def test_gradescope(export) -> None:
    found = export(GRADESCOPE)
    hand_ins = by_name(found)
    assert "an export of Gradescope with 2 hand-ins" in found.notes[0]
    jane, group = hand_ins["submission_101"], hand_ins["submission_102"]
    assert (jane.student, jane.ids["sid"], jane.ids["email"]) == ("Jane Doe", "900001", "jane@example.edu")
    assert jane.submitted is not None
    assert jane.submitted.year == 2026
    assert group.student == "Rick Roe; Ann Poe"
    assert [person.ids.get("sid") for person in group.people] == ["0007", None]
    assert jane.open().submission.app == "app.py"


@pytest.mark.parametrize("sid", ["0012345", "1e5", "12:30:45", "0x1F", "1_000", "900001"])
def test_gradescopes_ids_are_texts(export, sid: str) -> None:
    """Read as numbers, they would be another student's."""
    found = export({path: str(text).replace("900001", sid) for path, text in GRADESCOPE.items()})
    jane = by_name(found)["submission_101"]
    assert jane.ids["sid"] == sid
    assert jane.submitted is not None


@pytest.mark.parametrize(
    "metadata", [": : [", "- 1", "a: *b", "submission_101: {':submitters': 3}", b"\xff\xfe\x00", "[" * 200_000]
)
def test_gradescope_metadata_that_cannot_be_read_costs_only_the_names(export, metadata) -> None:
    found = export(GRADESCOPE | {"assignment_5_export/submission_metadata.yml": metadata})
    assert by_name(found)["submission_101"].open().submission.student is None


def test_github_classroom(export) -> None:
    found = export(GITHUB)
    hand_ins = by_name(found)
    assert "an export of GitHub Classroom with 2 hand-ins" in found.notes[0]
    assert hand_ins["activity-11-2-jane-doe"].student == "jane-doe"
    assert set(hand_ins["activity-11-2-jane-doe"].open().submission.files) == {"app.py"}


def test_clones_without_the_outer_folder_are_github_classroom_too(export) -> None:
    found = export({path.partition("/")[2]: content for path, content in GITHUB.items()})
    assert by_name(found)["activity-11-2-rroe"].ids == {"github": "rroe"}


def test_classroom_50(export) -> None:
    found = export(CLASSROOM50)
    hand_ins = by_name(found)
    assert "an export of Classroom 50 with 3 hand-ins" in found.notes[0]
    assert found.notes[1:] == ()
    jane, dora, rroe = (hand_ins[f"spring-cookies-{user}"] for user in ("jane-doe", "doe", "rroe"))
    assert (jane.student, jane.ids) == ("Jane Doe", {"github": "jane-doe", "email": "jane@example.edu"})
    assert jane.submitted is not None
    assert jane.submitted.isoformat() == "2026-11-22T10:00:00+00:00"
    assert (dora.student, dora.ids, dora.submitted) == ("=Dora Doe", {"github": "doe"}, None)
    assert (rroe.student, rroe.ids) == ("rroe", {"github": "rroe"})
    assert jane.open().submission.app == "app.py"


def test_classroom_50_without_its_list(export) -> None:
    """As `--by-pattern` and `--dir` write it: what the repositories share is the assignment."""
    files = {
        path.replace(CLASSROOM50_FOLDER, "work"): content for path, content in CLASSROOM50.items() if "csv" not in path
    }
    found = export(files)
    assert "an export of Classroom 50 with 3 hand-ins" in found.notes[0]
    assert {hand_in.ids["github"] for hand_in in found.hand_ins} == {"jane-doe", "doe", "rroe"}


@pytest.mark.parametrize(
    "scores", ["", "\x00", "username\njane-doe\n", f"{HEADER}\n", '"' * 200_000, f"{HEADER}\njane-doe\n,,\n"]
)
def test_a_list_of_classroom_50_that_cannot_be_used_costs_only_the_names(export, scores) -> None:
    found = export(CLASSROOM50 | {f"{CLASSROOM50_FOLDER}/scores.csv": scores})
    assert "an export of Classroom 50 with 3 hand-ins" in found.notes[0]
    assert by_name(found)["spring-cookies-jane-doe"].ids["github"] == "jane-doe"


def test_a_student_cannot_make_a_class_theirs_with_files_of_classroom_50(export) -> None:
    files = {path: content for path, content in CLASSROOM50.items() if "csv" not in path}
    hostile = f"{CLASSROOM50_FOLDER}/spring-cookies-doe"
    found = export(files | {f"{hostile}/scores.csv": SCORES, f"{hostile}/.classroom50.yaml": "classroom: [*"})
    assert {hand_in.student for hand_in in found.hand_ins} == {"jane-doe", "doe", "rroe"}


def test_a_plain_folder_of_folders_and_zips(export) -> None:
    files = {
        "doe_jane/app.py": APP,
        "doe_jane/templates/index.html": "<p>",
        "roe_rick.zip": zipped({"work/app.py": APP}),
        "roe_rick.docx": b"a document",
        "poe_ann/code.zip": zipped({"app.py": APP}),
        "poe_ann/pictures.zip": zipped({"one.png": b"png"}),
        "empty/": b"",
        "README.txt": "the instructor's",
    }
    found = export(files)
    hand_ins = by_name(found)
    assert set(hand_ins) == {"doe_jane", "roe_rick", "poe_ann", "empty"}
    assert set(hand_ins["roe_rick"].open().submission.files) == {"work/app.py", "roe_rick.docx"}
    assert set(hand_ins["poe_ann"].open().submission.files) == {"code/app.py", "pictures/one.png"}
    assert set(hand_ins["doe_jane"].open().submission.files) == {"app.py", "templates/index.html"}
    assert found.notes[1].endswith("left out: README.txt.")
    with pytest.raises(InputError, match="empty"):
        hand_ins["empty"].open()


def test_several_paths_are_a_hand_in_each(tmp_path: Path) -> None:
    paths = [
        write_zip(tmp_path / "jane.zip", {"project/app.py": APP, "project/screens.docx": b"x"}),
        write_folder(tmp_path / "rick", {"code.zip": zipped({"app.py": APP}), "screens.docx": b"x"}),
        write_folder(tmp_path / "ann", {"app.py": APP}) / "app.py",
        tmp_path / "broken.zip",
    ]
    paths[-1].write_bytes(b"PK\x03\x04 cut short")
    hand_ins = by_name(read_exports(paths))
    assert list(hand_ins) == ["jane", "rick", "ann", "broken"]
    assert [hand_ins[name].open().submission.app for name in ("jane", "rick", "ann")] == ["app.py"] * 3
    with pytest.raises(InputError, match="not a zip that can be opened"):
        hand_ins["broken"].open()


def test_a_class_in_a_folder_in_a_folder_is_found(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "download", {"class/jane.zip": zipped({"app.py": APP}), "class/rick/app.py": APP})
    found = by_name(read_exports([folder]))
    assert set(found) == {"jane", "rick"}
    assert found["rick"].open().submission.files == {"app.py": APP}


def test_a_folder_with_one_student_is_a_class_of_one(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "class", {"jane/work/app.py": APP})
    assert set(by_name(read_exports([folder]))) == {"jane"}


def test_a_folder_of_empty_hand_ins_is_a_class_all_the_same(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "class", {"jane/": b"", "rick.rar": b"", "ann/notes.txt": b""})
    assert set(by_name(read_exports([folder]))) == {"jane", "rick", "ann"}


def test_two_exports_with_the_same_student_keep_both_apart(tmp_path: Path) -> None:
    paths = [write_zip(tmp_path / f"{name}.zip", {"doejane_1_20_app.py": RENDERS}) for name in ("one", "two")]
    assert [hand_in.name for hand_in in read_exports(paths).hand_ins] == ["doejane", "doejane-2"]


def test_an_export_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "one.zip", {"doejane_1_20_app.py": APP})
    found = read_exports([path, tmp_path / "." / "one.zip"])
    assert [hand_in.name for hand_in in found.hand_ins] == ["doejane"]
    assert found.notes[0] == "What was named more than once is read once."


def test_a_zip_in_a_plain_folder_is_never_an_export(tmp_path: Path) -> None:
    forged = zipped({"doejane_1_20_app.py": APP, "roerick_2_21_app.py": APP})
    folder = write_folder(tmp_path / "class", {"eve.zip": forged, "doejane.zip": zipped({"app.py": APP})})
    assert {hand_in.name for hand_in in read_exports([folder]).hand_ins} == {"eve", "doejane"}


def test_one_zip_among_many_is_no_export_either(tmp_path: Path) -> None:
    paths = [write_zip(tmp_path / f"{name}.zip", {"app.py": APP}) for name in ("jane", "rick")]
    paths.append(write_zip(tmp_path / "eve.zip", {"doejane_1_20_app.py": APP, "roerick_2_21_app.py": APP}))
    assert set(by_name(read_exports(paths))) == {"jane", "rick", "eve"}


def test_an_export_wrapped_in_folders_is_recognised(export) -> None:
    found = export({f"download/sub/{path}": content for path, content in CANVAS.items()})
    assert "Canvas" in found.notes[0]
    assert found.hand_ins[0].open().submission.app == "app.py"
