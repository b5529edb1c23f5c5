"""Every odd hand-in works or is refused with one clear sentence."""

from __future__ import annotations

import io
import os
import socket
import stat
import struct
import unicodedata
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.model.faults import Code, InputError
from grader.model.hand_in_limits import HandInLimits
from grader.report.writing_reports import write_reports
from grader.rubric import Environment, Handed, Report
from grader.submission import Submission, open_submission
from grader.submission.archive import safe_path
from tests.commands import grader_here
from tests.packing import without_utf_8_flag, write_zip, zipped
from tests.packing import write_folder as folder_of
from tests.systems import ON_WINDOWS, for_posix

REPORT = Report(
    grader="0.1.0",
    activity="activity-11.2",
    title="Adding a cookie",
    submission=Handed("w", None, "w"),
    results=(),
    environment=Environment("none", None, None, "3.11"),
    started=datetime(2026, 11, 22, tzinfo=timezone.utc),
    seconds=0.0,
)
APP = b"from flask import Flask\n\napp = Flask(__name__)\napp.run()\n"


def zip_of(path: Path, entries: dict[str, bytes], *, wrap: str = "") -> Path:
    return write_zip(path, {wrap + name: content for name, content in entries.items()})


def refusal(path: Path, **limits: int) -> str:
    with pytest.raises(InputError) as caught:
        open_submission(path, limits=HandInLimits(**limits))
    assert "\n" not in caught.value.message
    return caught.value.message


def opened(path: Path) -> Submission:
    return open_submission(path)


# What works


@pytest.mark.parametrize("wrap", ["", "work/", "a/b/c/", "Jane Doe, Übung 11.2/"])
def test_wrapper_folders_are_taken_off(tmp_path: Path, wrap: str) -> None:
    submission = opened(zip_of(tmp_path / "w.zip", {"app.py": APP, "templates/index.html": b"x"}, wrap=wrap))
    assert submission.app == "app.py"
    assert set(submission.files) == {"app.py", "templates/index.html"}


def test_mac_leavings_caches_byte_code_and_environments_of_any_name_are_left_out(tmp_path: Path) -> None:
    junk = {
        "__MACOSX/work/._app.py": b"\0",
        "work/.DS_Store": b"\0",
        "work/__pycache__/app.cpython-311.pyc": b"\0",
        "work/helper.pyc": b"\0",
        "work/flask-env/pyvenv.cfg": b"",
        "work/flask-env/lib/python3.11/site.py": b"Flask()",
        "work/venv/bin/activate": b"",
        "work/venv/lib/python3.11/site-packages/flask/app.py": APP,
        "work/~$report.docx": b"\0",
    }
    entries = {"work/app.py": APP, **junk}
    assert set(opened(zip_of(tmp_path / "w.zip", entries)).files) == {"app.py"}
    assert set(opened(folder_of(tmp_path / "w", entries)).files) == {"app.py"}


@pytest.mark.parametrize("folder", ["", "project/", "env/", "class/venv/"])
@pytest.mark.parametrize("made", [(), ("pyvenv.cfg",), ("Scripts/activate.bat",), ("bin/activate",)])
def test_what_lies_in_an_environment_beside_its_parts_is_the_students(
    tmp_path: Path, folder: str, made: tuple[str, ...]
) -> None:
    parts = ("Lib/site-packages/flask/app.py", *([f"Scripts/{name}" for name in ("flask.py",)] if made else ()))
    files = {"app.py": APP, "notes/plan.txt": b"", **dict.fromkeys((*parts, *made), APP)}
    entries = {folder + name: content for name, content in files.items()}
    for path in (zip_of(tmp_path / "w.zip", entries), folder_of(tmp_path / "w", entries)):
        assert set(opened(path).files) - {"Scripts/activate.bat", "bin/activate"} == {"app.py", "notes/plan.txt"}
        assert opened(path).app == "app.py"


def test_the_graders_own_reports_are_not_handed_in(tmp_path: Path) -> None:
    report = folder_of(tmp_path / "w", {"app.py": APP, "Screens.docx": b"x", "out/note.txt": b"mine"})
    write_reports(REPORT, report / "out")
    (report / "out/evidence").mkdir(exist_ok=True)
    (report / "out/evidence/add-browser.png").write_bytes(b"x")
    (report / "My work.docx").write_bytes((report / "out/report.docx").read_bytes())
    found = opened(report)
    assert set(found.files) == {"app.py", "Screens.docx", "out/note.txt"}
    assert {"My work.docx", "out/report.docx", "out/report.html", "out/report.json"} < set(found.reports)
    assert "a report of the grader's own" in refusal(report / "out/report.docx")


@pytest.mark.parametrize("name", ["donn\u00e9es.txt", "donne\u0301es.txt", "\u8cc7\u6599.txt"])
@pytest.mark.parametrize("pack", [zipped, without_utf_8_flag])
def test_names_are_as_the_student_wrote_them(tmp_path: Path, name: str, pack) -> None:
    (tmp_path / "w.zip").write_bytes(pack({"app.py": APP, name: b"x"}))
    folder = folder_of(tmp_path / "w", {"app.py": APP, name: b"x"})
    for path in (tmp_path / "w.zip", folder):
        assert set(opened(path).files) == {"app.py", unicodedata.normalize("NFC", name)}


def test_a_name_that_is_no_utf_8_is_read_in_code_page_437(tmp_path: Path) -> None:
    content = without_utf_8_flag({"app.py": APP, "donnXes.txt": b"x"}).replace(b"donnXes", b"donn\x82es")
    (tmp_path / "w.zip").write_bytes(content)
    assert set(opened(tmp_path / "w.zip").files) == {"app.py", "donn\u00e9es.txt"}


def test_zip_in_a_zip_is_looked_through(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", {"app.py": APP}, wrap="work/").read_bytes()
    submission = opened(zip_of(tmp_path / "outer.zip", {"code/inner.zip": inner, "report.docx": b"PK"}))
    assert submission.app.endswith("work/app.py")
    assert "report.docx" in submission.files


def test_zips_of_several_exercises_in_one_are_folders_of_it(tmp_path: Path) -> None:
    first, second = (zipped({"app.py": APP + b"#" * size}) for size in (3000, 3001))
    path = zip_of(tmp_path / "w.zip", {"a/11.1.zip": first, "a/11.2.zip": second, "a/b.zip": b"PK no"})
    assert open_submission(path).apps == ("11.1/app.py", "11.2/app.py")
    assert "all together" in refusal(path, total=5000)


def test_zip_beside_the_document_in_a_folder_is_looked_into(tmp_path: Path) -> None:
    inner = zip_of(tmp_path / "inner.zip", {"app.py": APP}).read_bytes()
    submission = opened(folder_of(tmp_path / "f", {"inner.zip": inner, "report.docx": b"PK"}))
    assert set(submission.files) == {"app.py", "report.docx"}


def test_endless_zips_in_zips_come_to_an_end(tmp_path: Path) -> None:
    content = {"app.py": APP}
    for depth in range(8):
        content = {f"{depth}.zip": zip_of(tmp_path / "z.zip", content).read_bytes()}
    assert "No Python file" in refusal(zip_of(tmp_path / "z.zip", content))


@pytest.mark.parametrize(
    ("files", "app"),
    [
        ({"app.py": APP, "other.py": APP}, "app.py"),
        (
            {"website/__init__.py": b"app = Flask(__name__)", "main.py": b"from website import app\napp.run()"},
            "main.py",
        ),
        ({"website/__init__.py": b"app = Flask(__name__)", "run.py": b"import website\nwebsite.app.run()"}, "run.py"),
        ({"website/__init__.py": b"app = Flask(__name__)", "wsgi.py": b"from website import app"}, "wsgi.py"),
        ({"src/app.py": APP, "notes.py": b""}, "src/app.py"),
        ({"one/app.py": APP, "two/app.py": APP}, "one/app.py"),  # the same twice
        ({"flask_app.py": APP, "helper.py": b"x = 1"}, "flask_app.py"),
        ({"App.py": APP}, "App.py"),
    ],
)
def test_the_app_is_found(tmp_path: Path, files: dict[str, bytes], app: str) -> None:
    assert opened(folder_of(tmp_path / "w", files)).app == app


def test_names_that_differ_in_case_only_are_two_files(tmp_path: Path) -> None:
    submission = opened(zip_of(tmp_path / "w.zip", {"app.py": APP, "App.py": b"other", "templates/x": b""}))
    assert submission.app == "app.py"
    assert submission.files["App.py"] == b"other"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_last_of_two_entries_with_one_name_counts(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "w.zip", "w") as archive:
        archive.writestr("app.py", b"old")
        archive.writestr("app.py", APP)
    assert opened(tmp_path / "w.zip").files["app.py"] == APP


def test_zip_with_backslashes_as_old_windows_programs_write_them(tmp_path: Path) -> None:
    entries = {"work\\app.py": APP, "work\\templates\\": b"", "work\\templates\\index.html": b"x"}
    assert set(opened(zip_of(tmp_path / "w.zip", entries)).files) == {"app.py", "templates/index.html"}


@pytest.mark.parametrize(
    "name", ["x" * 300, "文" * 200, "a:b?.txt", "aux", "\u202etxt.exe", "a\nb\x1b[31m", "c: 10:30.png"]
)
def test_odd_names_are_kept(tmp_path: Path, name: str) -> None:
    submission = opened(zip_of(tmp_path / "w.zip", {"app.py": APP, f"pictures/{name}": b"x"}))
    assert f"pictures/{name}" in submission.files


@for_posix
def test_names_that_are_no_text_can_be_shown_and_reported(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "w", {"app.py": APP})
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_bytes(b"x")
    submission = opened(folder)
    assert "caf\\xe9.txt" in submission.files
    assert submission.digest


def test_the_same_hand_in_has_the_same_digest_however_packed(tmp_path: Path) -> None:
    files = {"app.py": APP, "templates/index.html": b"x"}
    packed = zip_of(tmp_path / "w.zip", files, wrap="wrapper/")
    assert opened(packed).digest == opened(folder_of(tmp_path / "w", files)).digest


# What is not a submission


def test_no_such_path(tmp_path: Path) -> None:
    assert "There is no file or folder" in refusal(tmp_path / "nothing")
    assert "There is no file or folder" in refusal(folder_of(tmp_path, {"file": b""}) / "file" / "below")
    too_long = "There is no file" if ON_WINDOWS else "cannot be read"  # in that system's own words
    assert too_long in refusal(tmp_path / ("x" * 300))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty (0 bytes)"),
        (b"Rar!\x1a\x07\x01\x00", "RAR archive"),
        (b"7z\xbc\xaf\x27\x1c\0\0", "7-Zip archive"),
        (b"\x1f\x8b\x08\0", "gzip archive"),
        (b"PK\x03\x04 and then nothing", "damaged or cut short"),
        (b"<html>Log in to continue</html>", "is a web page, not a zip"),
    ],
)
def test_what_is_no_zip_is_named(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "work.zip").write_bytes(content)
    assert says in refusal(tmp_path / "work.zip")


def test_neither_zip_nor_python(tmp_path: Path) -> None:
    folder_of(tmp_path, {"page.html": b"<p>", "work.ipynb": b"{}"})
    assert "neither a Python file nor a zip" in refusal(tmp_path / "page.html")
    assert "neither a Python file nor a zip" in refusal(tmp_path / "work.ipynb")


def test_word_document_as_the_submission(tmp_path: Path) -> None:
    parts = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}
    path = zip_of(tmp_path / "report.docx", parts)
    submission = open_submission(path)
    assert submission.files == {"report.docx": path.read_bytes()}
    assert submission.app == ""
    assert "Word document" in refusal(zip_of(tmp_path / "report.zip", parts))


@pytest.mark.parametrize(
    ("files", "says", "hint"),
    [
        ({}, "is empty: there are no files in it", "app.py"),
        ({"index.html": b"x"}, "No Python file in", "app.py"),
        ({"one.py": b"", "two.py": b"1"}, "none of its Python files makes a Flask app", "app.py"),
    ],
)
def test_no_app(tmp_path: Path, files: dict[str, bytes], says: str, hint: str) -> None:
    (tmp_path / "w").mkdir()
    for path in (folder_of(tmp_path / "w", files), zip_of(tmp_path / "w.zip", files)):
        with pytest.raises(InputError) as caught:
            open_submission(path)
        assert caught.value.code is Code.NO_APP
        assert says in caught.value.message
        assert hint in (caught.value.hint or "")


@pytest.mark.parametrize("inside", [True, False], ids=["in a folder", "by itself"])
def test_a_program_with_the_name_of_a_zip(tmp_path: Path, inside: bool) -> None:
    folder = folder_of(tmp_path / "w", {"app.zip": APP})
    with pytest.raises(InputError, match=r"app\.zip is no zip: it holds Python code") as caught:
        open_submission(folder if inside else folder / "app.zip")
    assert "Rename it to app.py" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("work.ipynb", "notebook"),
        ("app.py.txt", "Rename app.py.txt to app.py"),
        ("app.PY", "Rename app.PY to app.py"),
        ("app.py.docx", "Rename app.py.docx to app.py"),
        ("app,py", "Rename app,py to app.py"),
        (".app.py.icloud", "only stands for app.py"),
    ],
)
def test_a_program_under_another_name_is_a_hand_in_without_an_app(tmp_path: Path, name: str, hint: str) -> None:
    opened = open_submission(folder_of(tmp_path / "w", {name: APP}))
    assert opened.no_app is not None
    assert (opened.app, opened.no_app.code) == ("", Code.NO_APP)
    assert hint in (opened.no_app.hint or "")


def test_beside_a_document_no_app_is_no_reason_to_open_nothing(tmp_path: Path) -> None:
    for number, code in enumerate(({}, {"one.py": b"", "two.py": b"1"})):
        opened = open_submission(folder_of(tmp_path / str(number), {**code, "Screens.DOCX": b"x"}))
        assert (opened.app, opened.no_app and opened.no_app.code) == ("", Code.NO_APP)


@pytest.mark.parametrize("names", [("one/app.py", "two/app.py"), ("one.py", "two.py")])
def test_of_several_apps_none_is_chosen(tmp_path: Path, names: tuple[str, str]) -> None:
    files = {name: APP + b"#%d" % number for number, name in enumerate(names)}
    wrapped = {f"work/{name}": content for name, content in files.items()}
    for path in (folder_of(tmp_path / "w", wrapped), zip_of(tmp_path / "w.zip", wrapped)):
        opened = open_submission(path)
        assert (opened.app, opened.files) == ("", files)
        assert opened.no_app is not None
        assert opened.no_app.code is Code.SEVERAL_APPS
        assert opened.no_app.facts == {"source": str(path), "wrapper": "work", "apps": names}


# What is dangerous


@pytest.mark.parametrize(
    "name",
    ["../app.py", "a/../../app.py", "/../app.py", "..\\app.py", "C:\\..\\x.py"],
)
def test_entries_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    says = refusal(zip_of(tmp_path / "w.zip", {"app.py": APP, name: b"x"}))
    assert "leaves the folder" in says
    assert repr(name.replace("\\", "/")) in says


@pytest.mark.parametrize("top", ["/", "//", "C:/", "c:", "C:\\", "\\\\host\\", "\\", "/C:/"])
def test_entries_from_the_top_of_a_disk_are_taken_from_there(tmp_path: Path, top: str) -> None:
    path = zip_of(tmp_path / "w.zip", {f"{top}home/jane/app.py": APP, f"{top}home/jane/words.txt": b"x"})
    opened = open_submission(path)
    assert (opened.app, sorted(opened.files)) == ("app.py", ["app.py", "words.txt"])


def zip_with_links(path: Path, links: dict[str, str], files: dict[str, bytes]) -> Path:
    """As Finder's "Compress" packs links."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for name, target in links.items():
            link = zipfile.ZipInfo(name)
            link.external_attr = (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    return path


@pytest.mark.parametrize(
    ("links", "read"),
    [
        ({"app.py": "src/app.py"}, {"app.py", "src/app.py"}),
        ({"templates": "src/pages"}, {"templates/index.html", "src/pages/index.html"}),
        ({"a/b/app.py": "../../src/app.py"}, {"a/b/app.py"}),
        ({"data.csv": "data-of-2025.csv"}, set()),
        ({"secret.txt": "/etc/passwd"}, set()),
        ({"secret.txt": "../../../etc/passwd"}, set()),
        ({"loop": ".", "round": "round", "one": "two", "two": "one"}, set()),
    ],
)
def test_links_in_a_zip_lead_to_what_is_in_it(tmp_path: Path, links: dict[str, str], read: set[str]) -> None:
    files = {"src/app.py": APP, "src/pages/index.html": b"page", "start.py": APP}
    opened = open_submission(zip_with_links(tmp_path / "w.zip", links, files)).files
    assert opened.keys() == files.keys() | read
    assert all(opened[name] in files.values() for name in read)


def test_an_app_that_is_only_a_link_in_a_zip(tmp_path: Path) -> None:
    says = refusal(zip_with_links(tmp_path / "w.zip", {"app.py": "../src/app.py"}, {"index.html": b"x"}))
    assert "app.py in w.zip is a link to a file that is not in the zip" in says


def test_links_multiply_no_files(tmp_path: Path) -> None:
    files = {"app.py": APP} | {f"many/{number}.txt": b"x" for number in range(1000)}
    links = {f"link{number}": "many" for number in range(100)}
    assert "files; the limit is 5,000" in refusal(zip_with_links(tmp_path / "w.zip", links, files))


def test_file_and_folder_of_one_name(tmp_path: Path) -> None:
    says = refusal(zip_of(tmp_path / "w.zip", {"app.py": APP, "templates": b"x", "templates/index.html": b"x"}))
    assert "both a file and a folder called 'templates'" in says


def test_encrypted_zip(tmp_path: Path) -> None:
    content = bytearray(zip_of(tmp_path / "w.zip", {"app.py": APP}).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    (tmp_path / "w.zip").write_bytes(content)
    assert "protected with a password ('app.py' is encrypted)" in refusal(tmp_path / "w.zip")


def test_unknown_packing_method(tmp_path: Path) -> None:
    content = bytearray(zip_of(tmp_path / "w.zip", {"app.py": APP}).read_bytes())
    for signature, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        content[content.index(signature) + offset] = 97
    (tmp_path / "w.zip").write_bytes(content)
    assert "packed in a way that cannot be read" in refusal(tmp_path / "w.zip")


def test_damaged_content(tmp_path: Path) -> None:
    content = bytearray(zip_of(tmp_path / "w.zip", {"app.py": APP * 20}).read_bytes())
    content[45] ^= 0xFF
    (tmp_path / "w.zip").write_bytes(content)
    assert "w.zip is damaged: 'app.py' cannot be unpacked" in refusal(tmp_path / "w.zip")


@pytest.mark.parametrize("keep", [10, 60, 120, -1, -10])
def test_cut_short(tmp_path: Path, keep: int) -> None:
    content = zip_of(tmp_path / "w.zip", {"app.py": os.urandom(200), "b.py": b"x"}).read_bytes()
    (tmp_path / "w.zip").write_bytes(content[:keep])
    assert "cut short" in refusal(tmp_path / "w.zip")


KILO = 1024


@pytest.mark.parametrize("kind", ["zip", "folder"])
def test_limits_are_named(tmp_path: Path, kind: str) -> None:
    files = {"app.py": APP, **{f"{number}.txt": os.urandom(40 * KILO) for number in range(4)}}
    path = zip_of(tmp_path / "w.zip", files) if kind == "zip" else folder_of(tmp_path / "w", files)
    assert "3" in refusal(path, entries=3)
    assert "0.txt" in (says := refusal(path, file=20 * KILO))
    assert "0.020 MB a file" in says
    assert "0.098 MB" in refusal(path, total=100 * KILO)
    assert open_submission(path).app == "app.py"


def test_zip_bomb(tmp_path: Path) -> None:
    path = zip_of(tmp_path / "w.zip", {"app.py": APP, "bomb.txt": bytes(4_000_000)})
    assert "zip bomb" in refusal(path, ratio_from=KILO)


def test_size_that_lies(tmp_path: Path) -> None:
    content = zip_of(tmp_path / "w.zip", {"app.py": b"#" * 1_000_000}).read_bytes()
    (tmp_path / "w.zip").write_bytes(content.replace(struct.pack("<L", 1_000_000), struct.pack("<L", 1_000)))
    assert "damaged" in refusal(tmp_path / "w.zip")


def test_hundred_thousand_entries(tmp_path: Path) -> None:
    entry = struct.pack("<4sHHHHHHLLLHHHHHLL", b"PK\1\2", *(20, 20, 0, 0, 0, 33), 0, 0, 0, 6, *([0] * 4), 0, 0)
    directory = b"".join(entry + b"%06d" % number for number in range(100_000))
    end = struct.pack("<4sHHHHLLH", b"PK\5\6", 0, 0, 0xFFFE, 0xFFFE, len(directory), 0, 0)
    (tmp_path / "w.zip").write_bytes(directory + end)
    assert "100,000 files; the limit is 5,000" in refusal(tmp_path / "w.zip")
    (tmp_path / "w.zip").write_bytes(
        directory * 4 + end.replace(struct.pack("<L", len(directory)), struct.pack("<L", 4 * len(directory)))
    )
    assert "hundreds of thousands" in refusal(tmp_path / "w.zip")


# Folders that are no plain folders


@for_posix
def test_pipes_sockets_devices_and_links_out_are_passed_over(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "w", {"app.py": APP})
    os.mkfifo(folder / "pipe.py")
    (folder / "out.txt").symlink_to("/etc/passwd")
    (folder / "zero.py").symlink_to("/dev/zero")
    (folder / "loop.py").symlink_to("loop.py")
    (folder / "round").symlink_to(folder)
    (folder / "inside.txt").symlink_to("app.py")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(folder / "socket.py"))
        assert set(opened(folder).files) == {"app.py", "inside.txt"}


@for_posix
def test_a_path_that_never_ends_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.zip")
    for path in (tmp_path / "pipe.zip", Path("/dev/zero")):
        assert "neither" in refusal(path)
    (tmp_path / "loop").symlink_to("loop")
    assert "loop" in refusal(tmp_path / "loop")


def test_a_huge_folder_is_given_up_before_it_is_walked_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for folder in range(20):
        folder_of(tmp_path / f"{folder}", {f"{file}.txt": b"" for file in range(10)})
    looked_into = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda path: looked_into.append(path) or scandir(path))
    assert "holds more than 15 files" in refusal(tmp_path, entries=15)
    assert len(looked_into) < 5


@pytest.fixture
def for_everyone() -> Iterator[Path]:
    """A folder that every user may look into; pytest shuts its own to others whenever it starts anywhere.

    https://github.com/pytest-dev/pytest/blob/9.0.0/src/_pytest/tmpdir.py#L239
    """
    before = os.umask(0o022)
    with TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
    os.umask(before)


@contextmanager
def nobody() -> Iterator[None]:
    """Run as a user who may not read everything."""
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@for_posix
@pytest.mark.skipif(not ON_WINDOWS and os.geteuid() != 0, reason="only root can become nobody")
@pytest.mark.parametrize("name", ["secret.txt", "sub"])
def test_unreadable_files_and_folders_are_named(for_everyone: Path, name: str) -> None:
    folder = folder_of(for_everyone / "w", {"app.py": APP, "secret.txt": b"x", "sub/x": b""})
    (folder / name).chmod(0)
    with nobody():
        says = refusal(folder)
    assert f"{name} in" in says
    assert "Permission denied" in says


# Anything at all


VALID = io.BytesIO()
with zipfile.ZipFile(VALID, "w", zipfile.ZIP_DEFLATED) as valid_archive:
    valid_archive.writestr("work/app.py", APP)
    valid_archive.writestr("work/templates/index.html", b"<p>" * 50)

FUZZ = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@FUZZ
@given(changes=st.lists(st.tuples(st.integers(0, len(VALID.getvalue()) - 1), st.integers(0, 255)), max_size=12))
def test_a_zip_with_changed_bytes_opens_or_is_refused(tmp_path: Path, changes: list[tuple[int, int]]) -> None:
    content = bytearray(VALID.getvalue())
    for place, byte in changes:
        content[place] = byte
    (tmp_path / "w.zip").write_bytes(content)
    try:
        assert opened(tmp_path / "w.zip").files
    except InputError:
        return


@FUZZ
@given(start=st.sampled_from([b"", b"PK", b"PK\x03\x04", b"PK\x05\x06"]), rest=st.binary(max_size=200))
def test_any_bytes_open_or_are_refused(tmp_path: Path, start: bytes, rest: bytes) -> None:
    (tmp_path / "w.zip").write_bytes(start + rest)
    with pytest.raises(InputError):
        open_submission(tmp_path / "w.zip")


@FUZZ
@given(name=st.text(max_size=30))
def test_a_safe_path_stays_inside_or_is_refused(name: str) -> None:
    try:
        path = safe_path(name, "w.zip")
    except InputError:
        return
    assert not PurePosixPath(path).is_absolute()
    assert ".." not in path.split("/")
    assert not path.startswith("\\")
    path.encode()


# On the command line


@pytest.mark.parametrize("kind", ["missing", "corrupt", "escaping", "empty"])
def test_the_command_ends_with_2_and_one_sentence(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "w.zip"
    if kind == "corrupt":
        path.write_bytes(b"PK\x03\x04")
    elif kind != "missing":
        zip_of(path, {"../app.py": APP} if kind == "escaping" else {})
    done = grader_here("check", path, "--skip", "browser")
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("grader: ")
    assert "Traceback" not in done.stderr
