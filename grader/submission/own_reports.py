"""The grader's own reports among what is handed in: they carry a mark, and are nobody's work."""

from __future__ import annotations

import io

from grader.model.contract import MAKER
from grader.submission.archive import open_zip

_SCHEMA = b'"grader-report/'
_START = 4_096  # bytes of a page or of JSON
_LARGEST_PROPERTIES = 100_000


def without_own_reports(files: dict[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Leave out the grader's reports, with the pictures beside them.

    Returned are the student's files, and what was left out.
    """
    ours = {path for path, content in files.items() if _is_ours(path, content)}
    evidence = tuple(f"{path.rpartition('/')[0]}/evidence/".removeprefix("/") for path in ours)
    left_out = sorted(path for path in files if path in ours or path.startswith(evidence)) if ours else []
    return {path: content for path, content in files.items() if path not in left_out}, tuple(left_out)


def note_on(reports: tuple[str, ...]) -> tuple[str, ...]:
    """Say that reports were left out."""
    shown = [path for path in reports if "evidence/" not in path]
    if not shown:
        return ()
    what = f"{shown[0]} is a report" if len(shown) == 1 else f"{', '.join(shown)} are reports"
    return (f"{what} of the grader's and not the student's work: left out.",)


def _is_ours(path: str, content: bytes) -> bool:
    ending = path.lower().rpartition(".")[2]
    if ending == "json":
        return _SCHEMA in content[:_START]
    if ending in ("html", "htm"):
        return b'<meta name="generator" content="' + MAKER.encode() in content[:_START]
    return ending == "docx" and MAKER.encode() in _properties(content)


def _properties(document: bytes) -> bytes:
    try:
        with open_zip(io.BytesIO(document)) as archive, archive.open("docProps/core.xml") as part:
            return part.read(_LARGEST_PROPERTIES)
    except Exception:  # noqa: BLE001 - whatever a stranger's zip does; opening it as a document says what is wrong
        return b""
