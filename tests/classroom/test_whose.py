"""A whole user name or nobody: no hand-in goes to another student's row."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grader.model.faults import InputError
from grader.platforms.brightspace.export import BrightspaceExport
from grader.platforms.exports.handin import Person
from grader.platforms.exports.whose import Enrolled, whole_users
from grader.platforms.gradebooks.whose_row import Key, Rows
from grader.platforms.reading_exports import read_exports
from grader.platforms.writing_grades import open_gradebook
from tests.packing import APP, write_folder, write_zip
from tests.systems import for_posix

TIME = "attempt_2026-11-20-10-00-00"


@pytest.mark.parametrize(
    ("heads", "users", "titles", "found"),
    [
        (["X_c_ruiz", "X_lpardo"], {"ruiz", "c_ruiz", "lpardo"}, (), ["c_ruiz", "lpardo"]),
        (["X_c_ruiz", "X_lpardo"], {"ruiz", "lpardo"}, (), ["c_ruiz", "lpardo"]),  # nobody's row
        (["X_c_ruiz"], {"ruiz"}, (), [None]),
        (["X_c_ruiz"], {"ruiz"}, ("X",), ["c_ruiz"]),
        (["X_c_ruiz"], {"ruiz", "c_ruiz"}, (), ["c_ruiz"]),
        (["HW_1_c_ruiz", "HW_1_a", "HW_1_b"], {"ruiz", "a", "b"}, (), ["c_ruiz", "a", "b"]),
        (["HW 1_c_ruiz"], {"ruiz"}, ("HW-1",), ["c_ruiz"]),
        (["X_ruiz"], (), (), ["ruiz"]),
        (["HW_1_a", "HW_1_b"], (), (), [None, None]),
        (["X_C_Ruiz"], {"ruiz", "c_ruiz"}, (), ["C_Ruiz"]),
        (["X_c.ruiz", "X_a.b_c"], {"ruiz", "c"}, (), ["c.ruiz", "a.b_c"]),
    ],
)
def test_whole_user_names(heads, users, titles, found) -> None:
    enrolled = Enrolled(frozenset(users), frozenset(titles))
    assert list(whole_users(heads, "_", enrolled=enrolled).values()) == found


def test_a_repository_of_who_left_the_class_is_not_another_ones() -> None:
    found = whole_users(["s-c-jane-doe", "s-c-doe"], "-", enrolled=Enrolled(frozenset({"doe"})), complete=True)
    assert found == {"s-c-jane-doe": None, "s-c-doe": "doe"}


RECEIPTS = {
    "Spanish": "Nombre: Carmen Ruiz (c_ruiz)\nTarea: X\n",
    "German, a mark first": "\ufeffName : Carmen Ruiz (c_ruiz)\r\n",
    "Japanese": "\u6c0f\u540d\uff1aCarmen Ruiz\uff08c_ruiz\uff09\n",
    "name with brackets": "Nombre: Carmen (ruiz) Ruiz (c_ruiz)\n",
}


@pytest.mark.parametrize("text", RECEIPTS.values(), ids=RECEIPTS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_receipt_in_any_language_names_the_student(tmp_path: Path, text: str, encoding: str) -> None:
    files = {f"X_c_ruiz_{TIME}_app.py": APP, f"X_c_ruiz_{TIME}.txt": text.encode(encoding)}
    (hand_in,) = read_exports([write_zip(tmp_path / "e.zip", files)]).hand_ins
    assert hand_in.ids == {"username": "c_ruiz"}
    assert hand_in.student.startswith("Carmen")


BOOK = """"Last Name","First Name","Username","Student ID","Disc [Total Pts: 100 Score] |778899"
"Ruiz","Pablo","ruiz","2",""
"Pardo","Luis","lpardo","3",""
"""


@pytest.mark.parametrize("receipt", ["", "Eva (ruiz) wrote: hello\n", "Nombre: nobody\n"])
def test_who_is_in_no_gradebook_gets_no_row_of_it(tmp_path: Path, receipt: str) -> None:
    (tmp_path / "book.csv").write_text(BOOK)
    files = {f"Y_c_ruiz_{TIME}_app.py": APP, f"Y_c_ruiz_{TIME}.txt": receipt}
    book = open_gradebook(tmp_path / "book.csv")
    export = read_exports([write_zip(tmp_path / "e.zip", files)], book.enrolled())
    (hand_in,) = book.with_names(export.hand_ins)
    assert hand_in.student is None
    assert any("cannot be told" in note for note in hand_in.notes)
    assert len(book.handed_nothing_in([hand_in])) == 2


def test_a_github_user_name_is_nobodys_real_name() -> None:
    rows = Rows({0: ["Doe, Jane", "77"]}, [Key(1, ("sid",))], lambda row: row[0])
    assert rows.row_of(Person("jane-doe", {"github": "jane-doe"}), "cookies-jane-doe") is None
    assert rows.row_of(Person("Jane Doe", {"github": "jane-doe"}), "cookies-jane-doe") == 0


@pytest.mark.parametrize(
    ("name", "others"),
    [("राम राम", "रोम रोम"), ("สมชาย ใจดี", "สมชิย ใจดี"), ("عَلي حسن", "عُلي حسن"), ("Jane 2", "Jane 3")],
)
def test_names_that_differ_in_a_mark_are_two_peoples(name: str, others: str) -> None:
    rows = Rows({0: [others]}, [], lambda row: row[0])
    assert rows.row_of(Person(name, {}), "") is None
    assert rows.row_of(Person(f"\u200f{others}", {}), "") == 0


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Nov 20, 2026 1530", "2026-11-20 15:30"),
        ("Nov 20, 2026 330 PM", "2026-11-20 15:30"),
        ("20 November, 2026 15 30", "2026-11-20 15:30"),
        ("20 de noviembre de 2026 15 30", "2026-11-20 15:30"),
        ("20. November 2026 15.30", "2026-11-20 15:30"),
        ("20 nov. 2026 15h30", "2026-11-20 15:30"),
        ("2026-11-20 1530", "2026-11-20 15:30"),
        ("2026-11-20", "2026-11-20 00:00"),
        ("20.11.2026 1530", "2026-11-20 15:30"),
        ("2026\u5e7411\u670820\u65e5 1530", "2026-11-20 15:30"),
        ("6 may\u0131s 2026 1015", "2026-05-06 10:15"),
        ("20 \u043d\u043e\u044f\u0431\u0440\u044f 2026 1530", "2026-11-20 15:30"),
    ],
)
def test_brightspace_dates_of_any_locale(written: str, read: str) -> None:
    for path in (f"11-22 - Anne - Marie Roe - {written}/app.py", f"A0123_Anne - Marie Roe_{written}_app.py"):
        piece = BrightspaceExport().read(path)
        assert (piece.name, piece.path) == ("Anne - Marie Roe", "app.py")
        assert f"{piece.submitted:%Y-%m-%d %H:%M}" == read


@for_posix
def test_a_class_whose_names_are_no_utf_8_is_opened(tmp_path: Path) -> None:
    for name in (b"Jos\xe9 Prieto", b"Priya Raman"):
        folder = os.path.join(os.fsencode(tmp_path), name)  # noqa: PTH118 - bytes
        os.mkdir(folder)  # noqa: PTH102
        Path(os.fsdecode(folder), "app.py").write_bytes(APP)
    opened = [hand_in.open().submission for hand_in in read_exports([tmp_path]).hand_ins]
    assert [one.app for one in opened] == ["app.py", "app.py"]


@for_posix
def test_a_link_into_another_students_folder_is_not_followed(tmp_path: Path) -> None:
    write_folder(tmp_path, {"ann/app.py": APP, "bob/app.py": APP, "eve/work.rar": b"Rar!", "eve/note.txt": b""})
    (tmp_path / "eve/app.py").symlink_to("../ann/app.py")
    eve = next(hand_in for hand_in in read_exports([tmp_path]).hand_ins if hand_in.name == "eve")
    with pytest.raises(InputError):
        eve.open()


@pytest.mark.parametrize(("name", "says"), [("S.docx", "a Word document"), ("S.xlsx", "an Excel workbook")])
def test_a_document_is_no_class(tmp_path: Path, name: str, says: str) -> None:
    document = write_zip(tmp_path / name, {"_rels/.rels": "", "word/document.xml": "", "[Content_Types].xml": ""})
    with pytest.raises(InputError, match=f"{name} is {says}, and not a class's hand-ins"):
        read_exports([document])
    assert [
        hand_in.name for hand_in in read_exports([document, write_zip(tmp_path / "w.zip", {"app.py": APP})]).hand_ins
    ] == ["S", "w"]


def test_a_gradebook_among_exports_is_no_hand_in(tmp_path: Path) -> None:
    (tmp_path / "book.csv").write_text(BOOK)
    with pytest.raises(InputError, match=r"book\.csv is a gradebook of Blackboard, and no hand-in") as caught:
        read_exports([write_zip(tmp_path / "w.zip", {"app.py": APP}), tmp_path / "book.csv"])
    assert "--gradebook" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["bob", "eve", "dan"])
def test_what_a_student_reads_holds_no_path(tmp_path: Path, name: str) -> None:
    write_folder(tmp_path / "class", {"ann/app.py": APP, "bob/essay.txt": b"x", "eve/a.zip": b"", "dan/": b""})
    hand_in = next(one for one in read_exports([tmp_path / "class"]).hand_ins if one.name == name)
    with pytest.raises(InputError) as caught:
        hand_in.open()
    assert str(tmp_path) not in f"{caught.value.message} {caught.value.hint}"
