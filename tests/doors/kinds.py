"""Hand-ins that cannot be opened or hold no app, or more than one, or a document alone: one of each kind."""

from __future__ import annotations

import functools
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.document.build import Build, numbered
from tests.packing import RAR, SEVEN_ZIP, encrypted, files_in, zipped

APP = files_in(ROOT / "reference_app" / "discussion_11_1")["app.py"]


@functools.cache
def document() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return Build().text("1.").picture(numbered(1)).save(Path(folder, "one.docx")).read_bytes()


def _bomb() -> bytes:
    return zipped({"app.py": b"#" * 30_000_000})


@dataclass(frozen=True)
class Kind:
    """A hand-in, and what it must get.

    Parameters
    ----------
    files
        Made when they are asked for: each worker collects all kinds and grades a few.
    refused
        What `loads` and whoever asks are told, in part; None where it is graded by every door.
    status
        Of `loads`, then of `document`.
    """

    files: Callable[[], dict[str, bytes]]
    says: str
    refused: bool = True
    status: tuple[str, str] = ("failed", "failed")


KINDS = {
    "corrupt": Kind(lambda: {"work.zip": b"PK\x03\x04 and then nothing"}, "may be damaged or cut short"),
    "cut short": Kind(lambda: {"work.zip": zipped({"app.py": APP})[:-30]}, "may be damaged or cut short"),
    "encrypted": Kind(lambda: {"work.zip": encrypted({"app.py": APP})}, "protected with a password"),
    "nothing in a zip": Kind(lambda: {"work.zip": b""}, "is empty (0 bytes)"),
    "zip of nothing": Kind(lambda: {"work.zip": zipped({})}, "is empty: there are no files in it"),
    "folder of nothing": Kind(dict, "is empty: there are no files in it"),
    "RAR": Kind(lambda: {"work.rar": RAR}, "work.rar is a RAR archive, not a zip"),
    "7-Zip": Kind(lambda: {"work.7z": SEVEN_ZIP}, "work.7z is a 7-Zip archive, not a zip"),
    "RAR called zip": Kind(lambda: {"work.zip": RAR}, "is a RAR archive, not a zip"),
    "too many files": Kind(lambda: {"work.zip": zipped({f"{n}.py": b"" for n in range(5_001)})}, "the limit is 5,000"),
    "too large": Kind(lambda: {"work.zip": _bomb()}, "looks like a zip bomb"),
    "leaves its folder": Kind(lambda: {"work.zip": zipped({"../app.py": APP})}, "leaves the folder"),
    "no Python": Kind(lambda: {"essay.txt": b"I could not do it."}, "No Python file"),
    "notebook": Kind(lambda: {"work.ipynb": b"{}"}, "No Python file", refused=False),
    "capital ending": Kind(lambda: {"app.PY": APP}, "No Python file", refused=False),
    "no app": Kind(lambda: {"one.py": b"1", "two.py": b"2"}, "none of its Python files makes a Flask app"),
    "document and no app": Kind(
        lambda: {"one.py": b"1", "two.py": b"2", "Screens.docx": document()},
        "none of its Python files makes a Flask app",
        refused=False,
        status=("failed", "passed"),
    ),
    "document alone": Kind(
        lambda: {"Screens.docx": document()}, "No Python file", refused=False, status=("failed", "passed")
    ),
    "document alone in a zip": Kind(
        lambda: {"work.zip": zipped({"work/Screens.docx": document()})},
        "No Python file",
        refused=False,
        status=("failed", "passed"),
    ),
    "document beside a RAR": Kind(
        lambda: {"work.rar": RAR, "Screens.docx": document()},
        "work.rar is a RAR archive, not a zip",
        refused=False,
        status=("failed", "passed"),
    ),
    "document beside a RAR in a zip": Kind(
        lambda: {"work.zip": zipped({"work.rar": RAR, "Screens.docx": document()})},
        "work.rar is a RAR archive, not a zip",
        refused=False,
        status=("failed", "passed"),
    ),
    "document beside a damaged zip": Kind(
        lambda: {"work.zip": b"PK\x03\x04 and then nothing", "Screens.docx": document()},
        "may be damaged or cut short",
        refused=False,
        status=("failed", "passed"),
    ),
    "damaged document alone": Kind(lambda: {"Screens.docx": document()[:500]}, "No Python file", refused=False),
    "several apps": Kind(
        lambda: {"one/app.py": APP, "two/app.py": APP + b"#"}, "Several apps", status=("review", "failed")
    ),
    "several apps and a document": Kind(
        lambda: {"one/app.py": APP, "two/app.py": APP + b"#", "Screens.docx": document()},
        "Several apps",
        status=("review", "passed"),
    ),
}
