"""``report.json``: for programs; the keys are pinned by ``report.schema.json`` beside this file."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.model.outcome import Evidence, LookedFor, Status, StoredCookie
from grader.model.report import Environment, Handed, Report, Result
from grader.report.evidence import is_inside

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.model.report import Score

SCHEMA = "grader-report/1"
SCHEMA_FILE = Path(__file__).with_name("report.schema.json")
_RAN_ON = ("isolation", "browser", "ocr", "python")


def render(report: Report) -> bytes:
    """Make the whole file."""
    return f"{dumps(report)}\n".encode("ascii")


def dumps(report: Report) -> str:
    """Write a report as JSON that can be printed anywhere, whatever students wrote: in ASCII, and without ``##[``.

    That begins a command wherever it stands in a line of a GitHub Actions log (actions/runner, ActionCommand.cs).
    """
    return json.dumps(to_dict(report), indent=2, allow_nan=False).replace("##[", "\\u0023#[")


def to_dict(report: Report) -> dict[str, Any]:
    """Turn a report into what ``json.dumps`` takes; pictures stay behind, their paths are kept."""
    handed = report.submission
    return {
        "schema": SCHEMA,
        "grader": report.grader,
        "activity": report.activity,
        "title": report.title,
        "submission": {
            "name": _text(handed.name),
            "student": _text(handed.student),
            "source": _text(handed.source),
            "files": [_text(file) for file in handed.files],
        },
        "score": points(report.score),
        "checks": [check_to_dict(result) for result in report.results],
        "environment": {key: getattr(report.environment, key) for key in _RAN_ON},
        "started": _utc(report.started),
        "seconds": round(report.seconds, 4),
        "notes": [_text(note) for note in report.notes],
        "taken_off": report.taken_off,
        **_adjustment(report),
    }


def from_dict(data: dict[str, Any], *, folder: Path | None = None) -> Report:
    """Read back what :func:`to_dict` made.

    `folder` is where the report was written; its pictures are read from there.  Without it, or where one is gone,
    evidence comes back without its picture.  Raises `ValueError`: the data is no report, or one of another version.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(
            f"Not a report that this grader can read: its schema is {data.get('schema')!r}, not {SCHEMA!r}"
        )
    try:
        return _report(data, _reader(folder))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"Not a whole report: {error!r}") from error


def _adjustment(report: Report) -> dict[str, Any]:
    """Return what a person has changed of the whole, where anybody has."""
    if not report.adjusted and report.days_late is None:
        return {}
    return {
        "adjustment": {
            "adjusted": rounded(report.adjusted),
            "adjusted_because": _text(report.adjusted_because),
            "days_late": report.days_late,
        }
    }


def check_to_dict(result: Result) -> dict[str, Any]:
    """Turn one check into what ``json.dumps`` takes."""
    check = {
        "id": result.id,
        "step": result.step,
        "title": result.title,
        "status": result.status.value,
        "points": rounded(result.points),
        "earned": rounded(result.earned),
        "message": _text(result.message),
        **{key: _text(getattr(result, key)) for key in ("expected", "observed", "hint", "file")},
        "line": result.line,
        "seconds": round(result.seconds, 4),
        "evidence": [_evidence(evidence) for evidence in result.evidence],
        "counts": result.counts,
        "pending": result.pending,
    }
    if result.traceback is not None:
        check["traceback"] = _text(result.traceback)
    if result.reason:
        check["reason"] = result.reason
    if result.note is not None:
        check["note"] = _text(result.note)
    return check


def _evidence(evidence: Evidence) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": evidence.kind, "caption": _text(evidence.caption), "path": evidence.path}
    same = ("beside", "pixels", "original")
    entry |= {key: value for key in same if (value := getattr(evidence, key))}
    if evidence.read:
        entry["read"] = [_text(line) for line in evidence.read]
    if evidence.looked_for:
        entry["looked_for"] = [
            {"what": _text(thing.what), "found": thing.found, "places": [list(place) for place in thing.places]}
            for thing in evidence.looked_for
        ]
    if evidence.cookies is not None:
        entry["cookies"] = [
            {
                **{key: _text(getattr(cookie, key)) for key in ("name", "value", "path", "domain")},
                "expires": None if cookie.expires is None else _utc(cookie.expires),
            }
            for cookie in evidence.cookies
        ]
    return entry


def _report(data: dict[str, Any], picture: Callable[[str], bytes]) -> Report:
    handed, ran_on = data["submission"], data["environment"]
    return Report(
        grader=data["grader"],
        activity=data["activity"],
        title=data.get("title", data["activity"]),
        submission=Handed(handed["name"], handed["student"], handed["source"], tuple(handed["files"])),
        results=tuple(_result(check, picture) for check in data["checks"]),
        environment=Environment(*(ran_on[key] for key in _RAN_ON)),
        started=_time(data["started"]),
        seconds=data["seconds"],
        notes=tuple(data.get("notes", ())),
        taken_off=data.get("taken_off", 0.0),
        **data.get("adjustment", {}),
    )


def check_from_dict(check: dict[str, Any]) -> Result:
    """Read back what `check_to_dict` made, without its pictures."""
    return _result(check, _reader(None))


def _result(check: dict[str, Any], picture: Callable[[str], bytes]) -> Result:
    same = ("id", "step", "title", "points", "earned", "message", "expected", "observed", "hint", "file", "line")
    return Result(
        **{key: check[key] for key in same},
        status=Status(check["status"]),
        seconds=check["seconds"],
        evidence=tuple(_seen(entry, picture) for entry in check["evidence"]),
        counts=check.get("counts", True),
        pending=check.get("pending", False),
        traceback=check.get("traceback"),
        reason=check.get("reason", ""),
        note=check.get("note"),
    )


def _seen(entry: dict[str, Any], picture: Callable[[str], bytes]) -> Evidence:
    cookies = entry.get("cookies")
    return Evidence(
        **{key: entry[key] for key in ("kind", "caption", "path")},
        data=picture(entry["path"]),
        cookies=None if cookies is None else tuple(_cookie(cookie) for cookie in cookies),
        beside=entry.get("beside"),
        read=tuple(entry.get("read", ())),
        looked_for=tuple(
            LookedFor(thing["what"], thing["found"], tuple(map(tuple, thing["places"])))
            for thing in entry.get("looked_for", ())
        ),
        pixels=entry.get("pixels", ""),
        original=entry.get("original"),
    )


def _cookie(cookie: dict[str, Any]) -> StoredCookie:
    expires = None if cookie["expires"] is None else _time(cookie["expires"])
    return StoredCookie(cookie["name"], cookie["value"], cookie["path"], cookie["domain"], expires)


def _reader(folder: Path | None) -> Callable[[str], bytes]:
    def picture(path: str) -> bytes:
        with suppress(OSError):
            if folder is not None and is_inside(path):
                return (folder / path).read_bytes()
        return b""

    return picture


def _text(text: str | None) -> Any:
    """Lone surrogates, which strict JSON readers refuse, become visible escapes; all else stays as it is."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")


def rounded(points: float) -> float:
    """Round off the last, meaningless digits of a sum."""
    return round(float(points), 6)


def points(score: Score) -> dict[str, float]:
    """Return a score as programs get it."""
    return {"earned": rounded(score.earned), "pending": rounded(score.pending), "maximum": rounded(score.maximum)}


def _utc(when: datetime) -> str:
    return when.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _time(text: str) -> datetime:
    # Python 3.10 reads no "Z".
    return datetime.fromisoformat(text.replace("Z", "+00:00"))
