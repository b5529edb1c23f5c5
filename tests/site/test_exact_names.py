"""A file is there by its exact name only, also on disks that take ``Index.html`` for ``index.html``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from grader.sandbox.handover import in_order
from grader.sandbox.inside import files_written

from .conftest import HEAD, TAIL, Jail

SUCH_A_DISK = """
exists, listdir = os.path.exists, os.listdir
os.path.exists = lambda path: os.path.basename(os.fsdecode(path)).startswith("GRADER-") or exists(path)
os.listdir = lambda path=".": ["Index.html" if name == "index.html" else name for name in listdir(path)]
"""


@pytest.fixture
def jail(other_system: Callable[[str], Jail]) -> Jail:
    """A plain process on a disk where ``templates/Index.html`` is found as ``index.html``."""
    return other_system(SUCH_A_DISK)


FILES = {"templates/index.html": b"index", "templates/other.html": b"other", "made/data.txt": b"data"}


def view(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"import os, pathlib\nfrom flask import *\n{HEAD}@app.route('/')\ndef home():\n{lines}\n{TAIL}"


def test_a_template_in_other_letters_is_not_found(jail: Jail) -> None:
    crash = jail.site(view("return render_template('index.html')"), FILES).get("/").crash
    assert crash is not None
    assert crash.type == "TemplateNotFound"


WAYS = {
    "open": "open('templates/index.html')",
    "pathlib": "pathlib.Path('templates', 'index.html').read_text()",
    "stat": "os.stat(pathlib.Path('templates', 'index.html'))",
    "folder": "os.scandir(os.path.join('templates', 'index.html'))",
}


def test_however_it_is_looked_for(jail: Jail) -> None:
    body = "try:\n    eval(request.args['way'])\nexcept FileNotFoundError: pass\nelse: return 'found'\n"
    body += "return str(any(f('templates/index.html') for f in (os.path.exists, os.path.isfile)))"
    site = jail.site(view(body), FILES)
    found = {name: site.get(f"/?{urlencode({'way': way})}").text for name, way in WAYS.items()}
    assert found == dict.fromkeys(WAYS, "False")


def test_all_else_is_as_ever(jail: Jail) -> None:
    body = (
        "open('made/Data2.txt', 'w').write('x')\nassert os.path.exists('made/Data2.txt')\n"
        "assert sorted(os.listdir('made')) == ['Data2.txt', 'data.txt'] and not os.path.exists('made/none')\n"
        "os.fstat(0); os.stat(0); assert os.path.isdir(os.getcwd()) and open(os.devnull).read() == ''\n"
        "return render_template('other.html') + open('made/data.txt').read() + str(os.stat in os.supports_fd)"
    )
    assert jail.site(view(body), FILES).get("/").text == "otherdataTrue"


def test_this_disk_is_asked_once_which_kind_it_is(tmp_path: Path) -> None:
    lower, upper = tmp_path / "grader-x", tmp_path / "GRADER-X"
    lower.mkdir()
    one_for_both = upper.exists()
    assert files_written.ignores_case(str(lower)) == one_for_both
    if not one_for_both:
        upper.mkdir()
        assert not files_written.ignores_case(str(lower)), "there are two of them"


def test_what_such_a_disk_takes_for_the_same_is_not_written_over(tmp_path: Path) -> None:
    """The app is written first, then what is in small letters."""
    files = {"App.py": b"1", "app.py": b"2", "templates/Index.html": b"3", "templates/index.html": b"4"}
    assert list(in_order(files, "app.py"))[:2] == ["app.py", "templates/index.html"]
    assert next(iter(in_order(files, "App.py"))) == "App.py"
    (tmp_path / "app.py").write_bytes(b"first")

    class Job:
        @staticmethod
        def read(_size: int) -> bytes:
            return b"later"

    files_written.unpack(Job, [("app.py", 5)], str(tmp_path))  # type: ignore[arg-type]
    assert (tmp_path / "app.py").read_bytes() == b"first"


@pytest.mark.parametrize(
    "name",
    ["app.py.", "app.py ", "app.py:x", "app.py::$DATA", "a/con", "NUL.txt", "a /b", "COM1", "lpt9.py", "a\\b", "what?"],
)
def test_names_that_windows_takes_for_another_file_are_known(name: str) -> None:
    assert files_written.NO_NAME_ON_WINDOWS.search(name)


@pytest.mark.parametrize(
    "name", ["app.py", "console.py", "a b/c.d.html", ".env", "com10.txt", "nullable.py", "é/文.py"]
)
def test_other_names_are_left_alone(name: str) -> None:
    assert not files_written.NO_NAME_ON_WINDOWS.search(name)
