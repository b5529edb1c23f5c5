"""Grades go back into each platform's own file: the right row, the exact points, everything else as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.model.faults import InputError
from grader.platforms.exports import HandIn, Person
from grader.platforms.gradebooks import GradedHandIn
from grader.platforms.reading_exports import read_exports
from grader.platforms.writing_grades import open_gradebook, write_gradebooks
from tests.packing import APP, write_zip

from .grading import hand_in, report, rows_of, save

CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Activity 11.1 (900),Activity 11.2 (901),Current Score\n"
    "    Points Possible,,,,,100,20,(read only)\n"
    '"Doe, Jane",12,S12,jdoe,"Web, 1",50,,70\n'
    '"O\'Brien, Zoë",13,S13,zob,"Web, 1",,,\n'
    '"Nobody, Ned",14,S14,ned,"Web, 1",40,11,\n'
    '"Student, Test",99,,abc,"Web, 1",,,\n'
)
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,"
    "Last modified (submission),Last modified (grade),Feedback comments\n"
    "Participant 12,Jane Doe,jane@x.edu,Submitted,,100.00,Yes,-,-,\n"
    "Participant 13,Zoë O'Brien,zoe@x.edu,Submitted,55.00,100.00,Yes,-,-,my own words\n"
)
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Activity 11.2 [Total Pts: 100 Score] |777"\n'
    '"Doe"\t"Jane"\t"jdoe"\t"S12"\t""\n'
    '"O\'Brien"\t"Zoë"\t"zob"\t"S13"\t"3"\n'
)
BRIGHTSPACE = (
    "OrgDefinedId,Username,Last Name,First Name,"
    "Activity 11.2 Points Grade <Numeric MaxPoints:100 Weight:10>,Calculated Final Grade Numerator,"
    "End-of-Line Indicator\n"
    "#0012,#jdoe,Doe,Jane,,5,#\n"
    "#0013,#zob,O'Brien,Zoë,7,6,#\n"
)


def test_canvas_keeps_the_students_columns_and_fills_the_matching_assignment(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    filled = book.fill([GradedHandIn(hand_in("doejane", canvas="12"), report(10.0, 3.3, 10.0, 10.0, out_of=10.0))])
    assert filled.file == "canvas.csv"
    assert rows_of(filled.content) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Activity 11.2 (901)"],
        ["    Points Possible", "", "", "", "", "20"],
        ["Doe, Jane", "12", "S12", "jdoe", "Web, 1", "16.65"],
        ["O'Brien, Zoë", "13", "S13", "zob", "Web, 1", ""],
        ["Nobody, Ned", "14", "S14", "ned", "Web, 1", "11"],
        ["Student, Test", "99", "", "abc", "Web, 1", ""],
    ]
    assert filled.notes == (
        "Activity 11.2 has 20 points in c.csv: grades were scaled from 40.",
        "2 students in c.csv handed nothing in: left as they are.",
    )


def test_who_is_excused_and_canvas_own_test_student_are_not_missing(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS.replace('ned,"Web, 1",40,11', 'ned,"Web, 1",40,EX')))
    of = book.column_for("activity-11.2")
    missing = book.handed_nothing_in([hand_in("doejane", canvas="12")], of)
    assert [person.name for person in missing] == ["O'Brien, Zoë"]
    filled = book.fill(
        [
            GradedHandIn(hand_in("ned", canvas="14"), report(10.0)),
            GradedHandIn(hand_in("test", canvas="99"), report(10.0)),
        ]
    )
    assert [row[-1] for row in rows_of(filled.content)[4:]] == ["EX", "20"]
    assert "ned is excused in c.csv: left as it is." in filled.notes


CANVAS_HEAD = "Student,ID,SIS User ID,SIS Login ID,Section,Activity 11.2 (901)\n"
NASTY = {
    "points are shown by hand": (
        CANVAS_HEAD + ',,,,,Manual Posting\n    Points Possible,,,,,100.00\n"Doe, Jane",12,S12,jdoe,A and B,\n',
        [["", "", "", "", "", "Manual Posting"], ["    Points Possible", "", "", "", "", "100.00"]],
        "85",
    ),
    "Excel has made numbers of the ids": (CANVAS_HEAD + '"Doe, Jane",1.2E+01,S12,jdoe,A,\n', [], ""),
    "in two sections, one row each": (
        CANVAS_HEAD + '"Doe, Jane",12,S12,jdoe,A,\n"Doe, Jane",12,S12,jdoe,B,7\n',
        [["Doe, Jane", "12", "S12", "jdoe", "A", ""], ["Doe, Jane", "12", "S12", "jdoe", "B", "7"]],
        None,
    ),
    "half of Europe": (
        CANVAS_HEAD.replace(",", ";") + '    Points Possible;;;;;12,5\n"Roe, R";13;S13;r;A;7,5\n"Doe, Jane";12;;;A;\n',
        [["    Points Possible", "", "", "", "", "12,5"], ["Roe, R", "13", "S13", "r", "A", "7,5"]],
        "10,625",
    ),
    "an old Mac, rows too short and too long": (
        (CANVAS_HEAD + '"Roe, R",13,S13,r,A,5,6,7\n"Doe, Jane",\u00a012 \n').replace("\n", "\r"),
        [["Roe, R", "13", "S13", "r", "A", "5"]],
        "8.5",
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_rosters_keep_their_rows_and_nobody_gets_anothers_grade(tmp_path: Path, name: str) -> None:
    text, rows, grade = NASTY[name]
    path = tmp_path / "c.csv"
    path.write_bytes(text.encode())
    filled = open_gradebook(path).fill([GradedHandIn(hand_in("doejane", canvas="12"), report(8.5))])
    head, *found = rows_of(filled.content, ";" if name == "half of Europe" else ",")
    assert ",".join(head) + "\n" == CANVAS_HEAD
    assert found[: len(rows)] == rows
    if grade is not None:
        assert found[len(rows)][-1] == grade
    assert bool(grade) is not any("No row, or no one row, in c.csv for doejane." in note for note in filled.notes)


def test_canvas_supplies_the_real_name(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    export = write_zip(tmp_path / "e.zip", {"doejane_12_345_app.py": APP, "roerick_77_346_app.py": APP})
    jane, rick = book.with_names(read_exports([export]).hand_ins)
    assert (jane.student, jane.name) == ("Doe, Jane", "doejane")
    assert rick.student == "roerick"
    assert jane.open().submission.student == "Doe, Jane"


def test_canvas_names_in_two_columns_with_more_sis_columns(tmp_path: Path) -> None:
    text = (
        "LastName,FirstName,ID,SIS Login ID,Integration ID,Root Account,Section,Activity 11.2 (1)\n"
        "Points Possible,,,,,,,100\nDoe,Jane,12,j,,school,A,\n"
    )
    book = open_gradebook(save(tmp_path / "c.csv", text))
    (jane,) = book.with_names([hand_in("doejane", canvas="12")])
    assert jane.student == "Doe, Jane"
    filled = rows_of(book.fill([GradedHandIn(jane, report(10.0, 10.0))]).content)
    assert filled[0][:7] == ["LastName", "FirstName", "ID", "SIS Login ID", "Integration ID", "Root Account", "Section"]
    assert filled[2][-1] == "100"


@pytest.mark.parametrize("wanted", ["901", "Activity 11.2", "activity 11.2 (901)", "11.2"])
def test_the_user_may_name_the_column(tmp_path: Path, wanted: str) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    filled = book.fill([GradedHandIn(hand_in("d", canvas="12"), report(10.0))], column=wanted)
    assert rows_of(filled.content)[0][-1] == "Activity 11.2 (901)"


@pytest.mark.parametrize(
    ("title", "activity", "fits"),
    [
        ("Cookies", "activity-11.2", True),
        ("Activity 11.2", "activity-11.2", True),
        ("Activity 11.1", "activity-11.2", False),
        ("11.1", "activity-11.2", False),
        ("Discussion 11.1", "activity-11.1", False),
        ("Activity 11.1", "", True),
        ("Cookies", "", True),
    ],
)
def test_the_only_column_is_the_one_unless_it_is_another_activitys(tmp_path: Path, title, activity, fits) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", f"\ufeff\ufeffStudent,ID,SIS Login ID,Section,{title} (7)\n"))
    if fits:
        assert book.column_for(activity).id == "7"
    else:
        with pytest.raises(InputError, match=f"no column for {activity}"):
            book.column_for(activity)


@pytest.mark.parametrize(
    "others", ["Activity 11.20 (1)", "Activity 11.2.1 (1)", "Activity 1.11.2 (1)", "Week 11.21 (1)"]
)
def test_a_column_of_a_longer_number_is_another_ones(tmp_path: Path, others: str) -> None:
    own = "Week 11.21: Activity 11.2, cookies (901)"
    path = save(tmp_path / "c.csv", f'Student,ID,SIS Login ID,Section,{others},"{own}"\nDoe,12,j,A,,\n')
    assert open_gradebook(path).column_for("activity-11.2").id == "901"


@pytest.mark.parametrize(
    ("wanted", "activity", "reason"),
    [
        ("Quiz", "activity-11.2", "no column for Quiz: Activity 11.1 .900., Activity 11.2 .901."),
        ("Activity", "activity-11.2", "several columns that could be Activity"),
        (None, "activity-1.1", "no column for activity-1.1"),
    ],
)
def test_a_column_that_is_not_clear_is_asked_for(tmp_path: Path, wanted, activity, reason) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    with pytest.raises(InputError, match=reason):
        book.fill([GradedHandIn(hand_in("d", canvas="12"), report(10.0, activity=activity))], column=wanted)


def test_a_class_with_two_activities_fills_two_columns(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    filled = book.fill(
        [
            GradedHandIn(hand_in("doejane", canvas="12"), report(5.0, activity="activity-11.1")),
            GradedHandIn(hand_in("doejane-2", canvas="12"), report(10.0)),
        ]
    )
    assert rows_of(filled.content)[2][-2:] == ["50", "20"]


def test_two_hand_ins_for_one_row_leave_it_and_say_so(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    filled = book.fill([GradedHandIn(hand_in(name, canvas="14"), report(10.0)) for name in ("ned", "eve")])
    assert rows_of(filled.content)[4][-1] == "11"
    assert "ned, eve have the same row in c.csv: it was left as it is." in filled.notes


def test_a_hand_in_without_a_row_is_said_and_never_given_to_a_namesake(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    filled = book.fill([GradedHandIn(hand_in("doejane", "Doe, Jane", canvas="5"), report(10.0))])
    assert rows_of(filled.content)[2][-1] == ""
    assert "No row, or no one row, in c.csv for Doe, Jane." in filled.notes


def test_hand_ins_from_elsewhere_are_found_by_other_ids_or_by_name(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS))
    group = HandIn("submission_1", "s", "Gradescope", people=(Person("J", {"sid": "s12"}), Person("Zoë O'Brien")))
    filled = rows_of(
        book.fill([GradedHandIn(group, report(10.0)), GradedHandIn(hand_in("nobody_ned"), report(5.0))]).content
    )
    assert [row[-1] for row in filled[2:]] == ["20", "20", "10", ""]


def test_moodle_keeps_every_column_and_a_teachers_own_comment(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "m.csv", MOODLE))
    people = [
        hand_in("Jane Doe", "Jane Doe", "Moodle", moodle="12"),
        hand_in("Zoë OBrien", "Zoë OBrien", "Moodle", moodle="13"),
    ]
    graded = [GradedHandIn(people[0], report(10.0, 7.5, pending=8)), GradedHandIn(people[1], report(*[10.0] * 10))]
    filled = book.fill(graded, undecided="earned")
    header, jane, zoe = rows_of(filled.content)
    assert header == MOODLE.partition("\n")[0].split(",")
    assert jane[0] == "Participant 12"
    assert jane[4] == "17.5"
    assert jane[8] == "-"
    assert jane[9].startswith("You have 17.5 of 100 points. 80 points are still to be decided.<br>Check 1 &lt;b&gt;")
    assert (zoe[4], zoe[9]) == ("100", "my own words")
    assert "Points are still to be decided for Jane Doe: only earned points were written." in filled.notes
    blank = book.fill(graded)
    assert [row[4] for row in rows_of(blank.content)[1:]] == ["", "100"]
    assert "Points are still to be decided for Jane Doe: their grades were left blank." in blank.notes


def test_moodles_identifier_in_another_language_is_found_and_kept(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "m.csv", MOODLE.replace("Participant 12", "Teilnehmer/in12")))
    filled = book.fill([GradedHandIn(hand_in("x", "x", "Moodle", moodle="12"), report(10.0))])
    assert rows_of(filled.content)[1][0] == "Teilnehmer/in12"
    assert rows_of(filled.content)[1][4] == "100"


def test_moodles_worksheet_is_made_where_none_is_given(tmp_path: Path) -> None:
    graded = [
        GradedHandIn(hand_in("Jane Doe", "Jane Doe", "Moodle", moodle="12"), report(10.0, 2.5)),
        GradedHandIn(hand_in("Participant 7", "Participant 7", "Moodle", moodle="7"), report(0.0, 0.0)),
    ]
    made = write_gradebooks(graded, tmp_path)
    assert [path.name for path in made.files] == ["grades.csv", "moodle.csv"]
    rows = rows_of((tmp_path / "moodle.csv").read_bytes())
    assert rows[0] == MOODLE.partition("\n")[0].split(",")
    assert [row[:2] + row[4:6] for row in rows[1:]] == [
        ["Participant 12", "Jane Doe", "12.5", "20"],
        ["Participant 7", "", "0", "20"],
    ]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8", "utf-8-sig", "cp1252"])
def test_blackboard_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    book = open_gradebook(save(tmp_path / "b.xls", BLACKBOARD, encoding))
    filled = book.fill([GradedHandIn(hand_in("jdoe", None, "Blackboard", username="jdoe"), report(10.0, 0.5))])
    assert filled.content == BLACKBOARD.replace('""', '"52.5"').encode(encoding.replace("cp1252", "utf-8"))


WITHOUT_MARK = "utf-16-le"
AS_IT_WAS = {
    "Canvas: a formula for an id, an end of line and quotes in a section, an empty line": (
        (
            "Student,ID,SIS User ID,SIS Login ID,Section,Activity 11.2 (901)\r\n    Points Possible,,,,,10.00\r\n"
            '"Doe, Jane",12,=S12,@jdoe,"Web ""1""\r\nA",<>\r\n"Roe, R",13,"-0013",+49,B,7.00\r\n\r\n'
        ),
        "utf-8-sig",
    ),
    "Canvas with semicolons": (
        (
            'Student;ID;SIS Login ID;Section;"Activity 11.2;\nCookies (901)"\n    Points Possible;;;;10,0\n'
            '"Doe, Jane";12;j;A;<>\n'
        ),
        "utf-8",
    ),
    "Moodle: a teacher's own words, no end of line": (
        MOODLE.partition("\n")[0]
        + '\r\nParticipant 13,Zoë,z@x,S,50,10.00,Yes,"Monday, 2:00",-,"-2, late\r\n=sorry"\r\n'
        'Participant 12,"Jane ""J"" Doe",j@x,S,<>,10.00,Yes,-,-,+1 for the drawing',
        "utf-8",
    ),
    "Blackboard in Spanish, with no byte order mark": (
        (
            '"Last Name"\t"Username"\t"Student ID"\t"Activity 11.2 [Puntos totales: 10 Puntuación] |777"\r\n'
            '"Ñandú"\t"jdoe"\t"-S12"\t"<>"\r\n'
        ),
        WITHOUT_MARK,
    ),
    "Brightspace": (
        (
            'OrgDefinedId,Username,Last Name,First Name,"Activity 11.2 Points Grade <Numeric MaxPoints:10 Weight:10>",'
            "End-of-Line Indicator\n#-0012,#jdoe,Doe,Jane,<>,#\n#0013,#zob,O'Brien,,7,#\n"
        ),
        "utf-8",
    ),
}


@pytest.mark.parametrize("name", AS_IT_WAS)
def test_all_but_the_grade_stays_as_the_platform_wrote_it(tmp_path: Path, name: str) -> None:
    """Byte for byte: an id that a spreadsheet takes for a formula is an id, and a teacher's words are a teacher's."""
    text, encoding = AS_IT_WAS[name]
    (tmp_path / "g.csv").write_bytes(text.replace("<>", "").encode(encoding))
    ids = {"canvas": "12", "moodle": "12", "username": "jdoe", "sid": "-0012"}
    content = open_gradebook(tmp_path / "g.csv").fill([GradedHandIn(hand_in("jane", **ids), report(10.0))]).content
    assert content.decode(encoding) == text.replace("<>", "10")


def test_what_a_spreadsheet_has_saved_is_written_as_the_platform_reads_it(tmp_path: Path) -> None:
    """Moodle's importer takes nothing but UTF-8 with commas (moodle/moodle, importgradeslib.php)."""
    book = open_gradebook(
        save(tmp_path / "m.csv", MOODLE.replace(",", ";").replace("my own words", '"a, ""b"";"'), "utf-16")
    )
    content = book.fill([GradedHandIn(hand_in("x", moodle="12"), report(1.0))]).content
    assert content.startswith(b"\xef\xbb\xbfIdentifier,Full name,")
    assert rows_of(content)[2][-1] == 'a, "b";'


def test_a_name_that_a_spreadsheet_takes_for_a_formula_is_none_in_what_is_written(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", CANVAS_HEAD + '"=cmd()",12,S12,jdoe,A,\n'))
    content = book.fill([GradedHandIn(hand_in("x", canvas="12"), report(1.0))]).content
    assert rows_of(content)[1][0] == "'=cmd()"


def test_brightspace_keeps_its_ids_and_closes_each_row(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "d.csv", BRIGHTSPACE))
    jane = hand_in("Jane Doe", "Jane Doe", "Brightspace", brightspace="0013")
    filled = rows_of(book.fill([GradedHandIn(jane, report(10.0, 5.0))]).content)
    item = "Activity 11.2 Points Grade <Numeric MaxPoints:100 Weight:10>"
    assert filled == [
        ["OrgDefinedId", "Username", "Last Name", "First Name", item, "End-of-Line Indicator"],
        ["#0012", "#jdoe", "Doe", "Jane", "75", "#"],
        ["#0013", "#zob", "O'Brien", "Zoë", "7", "#"],
    ]


def test_semicolons_and_excels_own_first_line_are_read(tmp_path: Path) -> None:
    text = "sep=;\r\n" + CANVAS.replace('"Web, 1"', "Web").replace('"Doe, Jane"', "Doe Jane").replace(",", ";")
    book = open_gradebook(save(tmp_path / "c.csv", text))
    content = book.fill([GradedHandIn(hand_in("d", canvas="12"), report(10.0))]).content
    assert rows_of(content, ";")[2][-1] == "20"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CANVAS.replace(",ID,", ",Number,"), "no column ID; it has: Student, Number, SIS User ID"),
        (CANVAS.replace(",Section,", ",Group,"), "no column Section"),
        (MOODLE.replace("Identifier", "No"), "is no gradebook of Canvas, Moodle"),
        (MOODLE.replace("Last modified (grade)", "Changed"), r"no column Last modified \(grade\)"),
        (MOODLE.replace(",Grade,", ",Mark,"), "no column Grade"),
        (BLACKBOARD.replace("Username", "User"), "no column Username; it has: Last Name"),
        (BRIGHTSPACE.replace("OrgDefinedId,Username", "A,B"), "no column OrgDefinedId or Username"),
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("PK\x03\x04", "an Excel workbook or a zip"),
        ("a\0b,c", "not a CSV file"),
    ],
)
def test_a_gradebook_that_cannot_be_used_is_refused_with_what_is_missing(tmp_path: Path, text, reason) -> None:
    with pytest.raises(InputError, match=reason):
        open_gradebook(save(tmp_path / "g.csv", text))


def test_a_gradebook_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        open_gradebook(tmp_path / "none.csv")


def test_a_gradebook_without_assignments_costs_nothing_but_itself(tmp_path: Path) -> None:
    book = open_gradebook(save(tmp_path / "c.csv", "Student,ID,SIS Login ID,Section\n"))
    written = write_gradebooks([GradedHandIn(hand_in("d", canvas="1"), report(1.0))], tmp_path, gradebook=book)
    assert [path.name for path in written.files] == ["grades.csv"]
    assert "canvas.csv was not written" in written.notes[0]
    assert "no column of an assignment" in written.notes[0]
