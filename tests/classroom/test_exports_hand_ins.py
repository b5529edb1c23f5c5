"""One hand-in: opened lazily, put together as the student had it, or refused with the reason."""

from __future__ import annotations

import contextlib
import pickle
import re
import struct
import tempfile
import unicodedata
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.model.faults import InputError
from grader.model.hand_in_limits import HandInLimits
from grader.platforms.exports import HandIn
from grader.platforms.exports.folder_names import folder_name, unique_names
from grader.platforms.reading_exports import read_exports
from grader.submission import open_submission
from tests.packing import (
    APP,
    RAR,
    RENDERS,
    SEVEN_ZIP,
    encrypted,
    named_in,
    without_utf_8_flag,
    write_folder,
    write_zip,
    zipped,
)


def canvas(tmp_path: Path, *files: tuple[str, bytes]) -> HandIn:
    named = {f"doejane_12_{100 + number}_{name}": content for number, (name, content) in enumerate(files)}
    (hand_in,) = read_exports([write_zip(tmp_path / "export.zip", named)]).hand_ins
    return hand_in


def test_a_page_beside_app_py_goes_back_to_templates_and_the_report_says_so(tmp_path: Path) -> None:
    opened = canvas(tmp_path, ("app.py", RENDERS), ("index.html", b"<p>"), ("other.html", b"<p>")).open()
    assert set(opened.submission.files) == {"app.py", "templates/index.html", "other.html"}
    assert any("index.html was put back into templates/" in note for note in opened.notes)


def test_what_a_template_extends_goes_back_with_it(tmp_path: Path) -> None:
    opened = canvas(
        tmp_path, ("app.py", RENDERS), ("index.html", b'{% extends "base.html" %}'), ("base.html", b"x")
    ).open()
    assert set(opened.submission.files) == {"app.py", "templates/index.html", "templates/base.html"}


@pytest.mark.parametrize(
    "source",
    [
        RENDERS.replace(b"__name__", b"__name__, template_folder='.'"),
        RENDERS.replace(b"index.html", b"../index.html"),
        APP,
    ],
    ids=["another template folder", "leaves the folder", "not asked for"],
)
def test_a_page_that_the_code_does_not_ask_for_in_templates_stays(tmp_path: Path, source: bytes) -> None:
    opened = canvas(tmp_path, ("app.py", source), ("index.html", b"<p>")).open()
    assert set(opened.submission.files) == {"app.py", "index.html"}
    assert opened.notes == ()


def test_a_page_in_code_with_a_syntax_error_or_named_by_a_variable_goes_back_too(tmp_path: Path) -> None:
    for source in (RENDERS + b"def (", b"PAGE = 'index.html'\n" + RENDERS.replace(b"'index.html'", b"PAGE")):
        opened = canvas(tmp_path, ("app.py", source), ("index.html", b"<p>")).open()
        assert "templates/index.html" in opened.submission.files


def test_a_flat_zip_of_the_students_own_stays_flat(tmp_path: Path) -> None:
    opened = canvas(tmp_path, ("work.zip", zipped({"app.py": RENDERS, "index.html": b"<p>"}))).open()
    assert set(opened.submission.files) == {"app.py", "index.html"}


def test_the_number_of_a_second_upload_is_taken_off(tmp_path: Path) -> None:
    opened = canvas(tmp_path, ("app-1.py", RENDERS), ("index-2.html", b"<p>"), ("Doc-1.docx", b"x")).open()
    assert set(opened.submission.files) == {"app.py", "templates/index.html", "Doc.docx"}
    assert any("app-1.py is read as app.py" in note for note in opened.notes)


def test_a_number_of_the_students_own_stays(tmp_path: Path) -> None:
    source = RENDERS.replace(b"index.html", b"page-1.html")
    opened = canvas(
        tmp_path,
        ("app.py", source),
        ("page-1.html", b"x"),
        ("shot-1.png", b"a"),
        ("shot-2.png", b"b"),
        ("index.v2-1.html", b"the number stands before the first dot"),
    ).open()
    names = {"app.py", "templates/page-1.html", "shot-1.png", "shot-2.png", "index.v2-1.html"}
    assert set(opened.submission.files) == names


def test_the_number_of_an_activity_is_none_of_canvas(tmp_path: Path) -> None:
    packed = [(f"activity-11.{number}.zip", zipped({"app.py": APP})) for number in (1, 2)]
    assert canvas(tmp_path, packed[1]).open().notes == ()
    opened = canvas(tmp_path, *packed).open()
    assert (set(opened.submission.files), opened.notes) == ({"activity-11.1/app.py", "activity-11.2/app.py"}, ())


@pytest.mark.parametrize(
    ("earlier", "later", "name"),
    [
        ("app.py", "app-1.py", "app.py"),
        ("app-1.py", "app.py", "app.py"),
        ("app.py", "LATE_app-1.py", "app.py"),
        ("app-2.py", "LATE_app-3.py", "app-3.py"),
        ("notes.v2.txt", "notes-1.v2.txt", "notes.v2.txt"),
        ("work.zip", "work-1.zip", "app.py"),
        ("first.zip", "LATE_second.zip", "app.py"),
        ("Screens.docx", "Screens-1.docx", "Screens.docx"),
    ],
)
def test_of_two_attempts_on_canvas_the_latest_counts_and_the_other_is_named(
    tmp_path: Path, earlier: str, later: str, name: str
) -> None:
    files = {}
    for number, (file, content) in enumerate(((earlier, b"earlier"), (later, b"later"))):
        late, own = ("LATE_", file.removeprefix("LATE_")) if file.startswith("LATE_") else ("", file)
        packed = zipped({"app.py": content}) if own.endswith(".zip") else content
        files[f"doejane_{late}12_{100 + number}_{own}"] = packed
    if not later.endswith((".py", ".zip")):
        files["doejane_12_90_app.py"] = APP
    (hand_in,) = read_exports([write_zip(tmp_path / "export.zip", files)]).hand_ins
    opened = hand_in.open()
    last = name if name != "app-3.py" else "app.py"
    assert opened.submission.files[last] == b"later"
    assert set(opened.submission.files) == {last} if later.endswith((".py", ".zip")) else {last, "app.py"}
    assert earlier in " ".join((*opened.notes, *hand_in.left_out))


def test_a_document_that_comes_late_belongs_to_the_app_that_came_in_time(tmp_path: Path) -> None:
    files = {"doejane_12_100_app.py": APP, "doejane_LATE_12_101_screens.docx": b"doc"}
    (hand_in,) = read_exports([write_zip(tmp_path / "export.zip", files)]).hand_ins
    assert set(hand_in.open().submission.files) == {"app.py", "screens.docx"}


def test_a_zip_and_a_document_beside_it(tmp_path: Path) -> None:
    opened = canvas(tmp_path, ("work.zip", zipped({"work/app.py": APP})), ("screens.docx", b"doc")).open()
    assert opened.submission.app == "work/app.py"
    assert opened.submission.files["screens.docx"] == b"doc"


def test_loose_files_and_a_zip_are_one_hand_in(tmp_path: Path) -> None:
    opened = canvas(tmp_path, ("app.py", APP), ("more.zip", zipped({"templates/index.html": b"<p>"}))).open()
    assert set(opened.submission.files) == {"app.py", "templates/index.html"}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("work.zip", b"", "empty"),
        ("work.zip", b"PK\x03\x04 cut", "not a zip that can be opened"),
        ("work.zip", encrypted({"app.py": APP}), "password"),
        ("work.zip", RAR, "RAR archive"),
        ("work.rar", RAR, "RAR archive"),
        ("work.7z", SEVEN_ZIP, "7-Zip archive"),
        ("work.rar", b"", "empty"),
        ("work.zip", zipped({"../app.py": APP}), "leaves the folder"),
        ("work.zip", zipped({"notes.txt": b"x"}), "No Python file"),
    ],
)
def test_what_cannot_be_opened_says_why_and_hurts_nobody_else(tmp_path: Path, name, content, reason) -> None:
    export = write_zip(tmp_path / "e.zip", {f"doejane_12_100_{name}": content, "roerick_13_101_app.py": APP})
    jane, rick = read_exports([export]).hand_ins
    assert jane.student == "doejane"
    with pytest.raises(InputError, match=reason):
        jane.open()
    assert rick.open().submission.app == "app.py"


@pytest.mark.parametrize(("beside", "reason"), [([], "No Python file"), ([("work.rar", RAR)], "RAR archive")])
def test_a_document_without_an_app_is_opened_for_itself(tmp_path: Path, beside, reason) -> None:
    submission = canvas(tmp_path, ("screens.docx", b"doc"), *beside).open().submission
    assert (submission.app, set(submission.files)) == ("", {"screens.docx"})
    assert reason in submission.no_app.message


def test_an_archive_that_cannot_be_opened_beside_the_app_is_only_noted(tmp_path: Path) -> None:
    opened = canvas(tmp_path, ("app.py", APP), ("work.rar", RAR)).open()
    assert set(opened.submission.files) == {"app.py"}
    assert opened.notes == ("work.rar is a RAR archive, not a zip.",)


def test_limits_hold_for_each_hand_in(tmp_path: Path) -> None:
    hand_in = canvas(tmp_path, ("app.py", APP), ("big.bin", bytes(5000)), ("big2.bin", bytes(5000)))
    assert hand_in.open(HandInLimits(total=20_000)).submission.app == "app.py"
    for limits, reason in (
        (HandInLimits(total=6000), "more than"),
        (HandInLimits(file=4000), "larger than"),
        (HandInLimits(entries=2), "3 files; the limit is 2"),
    ):
        with pytest.raises(InputError, match=reason):
            hand_in.open(limits)


def test_a_hand_in_pickles_to_little_and_opens_elsewhere(tmp_path: Path) -> None:
    hand_in = canvas(tmp_path, ("app.py", APP + b"#" * 100_000))
    packed = pickle.dumps(hand_in)
    assert len(packed) < 2000
    assert pickle.loads(packed).open() == hand_in.open()


def test_a_plain_folder_says_the_same_as_check(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "class", {"jane/w/app.py": APP, "rick/app.py": APP})
    for hand_in in read_exports([folder]).hand_ins:
        assert hand_in.open().submission.files == open_submission(folder / hand_in.name).files


def test_nothing_is_written_beside_the_export(tmp_path: Path) -> None:
    canvas(tmp_path, ("work.zip", zipped({"app.py": APP}))).open()
    assert [path.name for path in tmp_path.iterdir()] == ["export.zip"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_accents_in_either_form_are_one_student(tmp_path: Path, form) -> None:
    name = unicodedata.normalize(form, "Zoë Müller")
    files = {
        f"{name}_5_assignsubmission_file/app.py": APP,
        f"{unicodedata.normalize('NFC', name)}_5_assignsubmission_file/a.docx": b"x",
    }
    (hand_in,) = read_exports([write_folder(tmp_path / "e", files)]).hand_ins
    assert hand_in.name == "Zoë Müller"
    assert set(hand_in.open().submission.files) == {"app.py", "a.docx"}


def test_names_in_a_zip_from_macos_are_read_as_utf_8(tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(without_utf_8_flag({"josé_12_100_app.py": APP, "roe_13_101_app.py": APP}))
    hand_ins = read_exports([path]).hand_ins
    assert [hand_in.name for hand_in in hand_ins] == ["josé", "roe"]
    assert hand_ins[0].open().submission.files == {"app.py": APP}


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("cp437", ["José Müller", "Zoë Ñandú", "Jürgen Weiß"]),
        ("cp850", ["José Müller", "Åse Øby"]),
        ("cp1252", ["José Müller", "Tomás Ávila", "Åse Øby"]),
    ],
)
def test_names_in_a_zip_that_does_not_say_its_code_page(tmp_path: Path, page: str, names: list[str]) -> None:
    path = tmp_path / "e.zip"
    path.write_bytes(
        named_in({f"{name}_{at}_assignsubmission_file/app.py".encode(page): APP for at, name in enumerate(names)})
    )
    hand_ins = read_exports([path]).hand_ins
    assert sorted(hand_in.student or "" for hand_in in hand_ins) == sorted(names)
    assert [hand_in.open().submission.files for hand_in in hand_ins] == [{"app.py": APP}] * len(names)


def test_names_that_an_old_program_has_in_a_field_of_their_own(tmp_path: Path) -> None:
    """Info-ZIP's, WinZip's and 7-Zip's; what stands in the usual place may be the same for two students."""
    path, files, fields = tmp_path / "e.zip", {}, {}
    for raw, name in ((b"J?s/app.py", "José/app.py"), (b"?/app.py", "李娜/app.py")):
        files[raw] = APP + name.encode("ascii", "replace")
        field = struct.pack("<BI", 1, zlib.crc32(raw)) + name.encode()
        fields[raw] = struct.pack("<HH", 0x7075, len(field)) + field
    path.write_bytes(named_in(files, fields))
    found = {hand_in.name: hand_in.open().submission.files["app.py"] for hand_in in read_exports([path]).hand_ins}
    assert found == {"José": files[b"J?s/app.py"], "李娜": files[b"?/app.py"]}


@pytest.mark.parametrize("packed", [True, False])
def test_exports_in_what_was_named_are_said_and_not_taken_for_hand_ins(tmp_path: Path, packed) -> None:
    """Packed once more, or two assignments' side by side."""
    inner = {"Jane Doe_1_assignsubmission_file/app.py": APP, "Rick Roe_2_assignsubmission_file/app.py": APP}
    if packed:
        path, says = write_zip(tmp_path / "outer.zip", {"dl/hw.zip": zipped(inner)}), "Unpack it"
    else:
        files = {f"{name}.zip": zipped(inner) for name in ("hw 1", "hw 2")}
        path, says = write_folder(tmp_path / "dl", files), r"hw 1\.zip.? --out graded"
    with pytest.raises(InputError, match=r"holds no hand-ins, but hw.*zip, an export of Moodle") as caught:
        read_exports([path])
    assert re.search(says, caught.value.hint or "")


def test_two_that_a_disk_takes_for_one_share_their_name(tmp_path: Path) -> None:
    """Neither is the one of that name: `doe, jane-2` is not said to have no row while the other has her grade."""
    files = {"Doe, Jane/app.py": APP, "DOE, JANE/app.py": APP, "Roe/app.py": APP}
    assert [
        hand_in.called or hand_in.name for hand_in in read_exports([write_zip(tmp_path / "e.zip", files)]).hand_ins
    ] == [
        "DOE, JANE",
        "Doe, Jane",
        "Roe",
    ]


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Doe, Jane", "Doe, Jane"),
        ("O'Brien", "O'Brien"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a/b\\c:d", "a_b_c_d"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("trailing. . ", "trailing"),
        ("محمد علي", "محمد علي"),
        ("\u202eevil\u202c\x1b[31m", "evil[31m"),
        ("", "unnamed"),
        ("...", "unnamed"),
        ("\ud800", "unnamed"),
        ("x" * 300, "x" * 80),
    ],
)
def test_names_of_folders_are_safe_everywhere(name: str, folder: str) -> None:
    assert folder_name(name) == folder


def test_the_same_name_twice_is_numbered_also_where_case_is_ignored() -> None:
    assert unique_names(["Jane", "JANE", "jane", "Jane-2"]) == ["Jane", "JANE-2", "jane-3", "Jane-2-2"]
    assert len({name.casefold() for name in unique_names(["straße", "STRASSE", "é", "e\u0301"])}) == 4


@settings(max_examples=40)
@given(st.lists(st.text(max_size=40), max_size=12))
def test_any_names_become_distinct_and_safe(names: list[str]) -> None:
    unique = unique_names(names)
    assert len({unicodedata.normalize("NFD", name).casefold() for name in unique}) == len(names)
    for name in unique:
        assert name not in {"", ".", ".."}
        assert not set(name) & set('/\\:*?"<>|\0')
        assert len(name.encode()) < 200
        assert not name.endswith((".", " "))


def test_bad_paths_are_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    write_zip(tmp_path / "nothing.zip", {})
    for name, reason in (
        ("missing", "no file or folder"),
        ("empty", "is empty"),
        ("nothing.zip", "is empty"),
        ("bad.zip", "not a zip"),
    ):
        with pytest.raises(InputError, match=reason):
            read_exports([tmp_path / name])
    for content, what in ((RAR, "is a RAR archive"), (b"<!DOCTYPE html>", "is a web page")):
        (tmp_path / "bad.zip").write_bytes(content)
        with pytest.raises(InputError, match=what):
            read_exports([tmp_path / "bad.zip"])


@pytest.mark.parametrize("pack", [write_zip, write_folder])
def test_who_handed_in_nothing_but_junk_is_not_forgotten(tmp_path: Path, pack) -> None:
    files = {"jane/app.py": APP, "rick/.DS_Store": b"x", "ann/.git/HEAD": b"x", "ned/deep/": b"", "__MACOSX/a": b"x"}
    hand_ins = {hand_in.name: hand_in for hand_in in read_exports([pack(tmp_path / "class", files)]).hand_ins}
    assert set(hand_ins) == {"jane", "rick", "ann", "ned"}
    for name in ("rick", "ann", "ned"):
        with pytest.raises(InputError, match="is empty"):
            hand_ins[name].open()


def test_a_link_that_leaves_the_export_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.py"
    secret.write_bytes(APP)
    folder = write_folder(tmp_path / "class", {"jane_1_20_app.py": APP, "rick_2_21_app.py": APP})
    (folder / "eve_3_22_app.py").symlink_to(secret)
    assert {hand_in.name for hand_in in read_exports([folder]).hand_ins} == {"jane", "rick"}


def test_an_export_with_far_too_many_entries_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr("grader.platforms.exports.paths.MOST_ENTRIES", 2)
    files = {f"jane_1_{number}_app.py": APP for number in range(3)}
    for path in (write_zip(tmp_path / "e.zip", files), write_folder(tmp_path / "e", files)):
        with pytest.raises(InputError, match="more than 2 files"):
            read_exports([path])


def test_archives_that_are_too_much_together_are_refused(tmp_path: Path) -> None:
    packed = zipped({"big.bin": bytes(6000)})
    hand_in = canvas(tmp_path, ("app.py", APP), ("a.zip", packed), ("b.zip", packed))
    with pytest.raises(InputError, match="when unpacked"):
        hand_in.open(HandInLimits(total=10_000))


def test_files_of_one_name_in_a_later_upload_replace_the_earlier(tmp_path: Path) -> None:
    export = write_zip(tmp_path / "e.zip", {"doejane_12_99_app.py": b"earlier", "doejane_12_100_app.py": APP})
    (hand_in,) = read_exports([export]).hand_ins
    assert hand_in.open().submission.files == {"app.py": APP}
    assert hand_in.left_out == ("app.py was handed in more than once; the latest was taken.",)


FRAGMENTS = [
    *("Jane", "_12_", "_345_", "LATE_", "anon_", "_text.html", "-1", "é", "\u202e", " ", "/", "..", "\\", ".git"),
    *("_assignsubmission_file", "_assignsubmission_onlinetext", "_attempt_2026-99-01-10-00-00", "submission_1"),
    *("12-3 - ", " - Nov 1, 2026 1000 AM", " - Foo 77, 2026 9999 PM", "submission_metadata.yml"),
    *(".txt", ".py", "app.py", ".zip", ".rar"),
]
PATHS = st.lists(st.sampled_from(FRAGMENTS), min_size=1).map("".join)


@settings(max_examples=150)
@given(st.dictionaries(PATHS, st.binary(max_size=9), max_size=6))
def test_an_export_with_any_names_is_read_or_refused_with_a_sentence(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_zip(Path(folder) / "e.zip", files)
        with contextlib.suppress(InputError):
            for hand_in in read_exports([path]).hand_ins:
                with contextlib.suppress(InputError):
                    hand_in.open()


@settings(max_examples=150)
@given(st.data())
def test_an_export_that_is_damaged_anywhere_is_read_or_refused_with_a_sentence(data: st.DataObject) -> None:
    packed = bytearray(zipped({"doejane_12_99_app.py": APP, "roerick_13_98_work.zip": zipped({"app.py": APP})}))
    for at in data.draw(st.lists(st.integers(0, len(packed) - 1), min_size=1, max_size=4)):
        packed[at] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "e.zip"
        path.write_bytes(packed)
        with contextlib.suppress(InputError):
            for hand_in in read_exports([path]).hand_ins:
                with contextlib.suppress(InputError):
                    hand_in.open()
