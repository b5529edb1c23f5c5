"""``index.html``: how a class did, what is left to decide, and what hand-ins have in common, on one page."""

from __future__ import annotations

import base64
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from markupsafe import Markup

from grader.classroom.likeness.comparing import alike_code, shared_pictures
from grader.classroom.likeness.thumbnails import thumbnails
from grader.machine.files import replacing
from grader.model.faults import InputError
from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.page_environment import page_environment, security_policy, style_sheet
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jinja2 import Template

    from grader.classroom.likeness.comparing import AlikeCode, Fingerprint, PicturePrint, SharedPicture
    from grader.model.report import Report, Result

FILE = "index.html"

_WRONG = (Status.FAILED, Status.PARTIAL, Status.BLOCKED)
_UNDECIDED = {
    Status.ERROR: "The grader itself failed",
    Status.REVIEW: "To be reviewed",
    Status.SKIPPED: "Not run on this machine",
}
_BINS = 11  # ten of ten percent each, and full marks
_BAR = 1000  # the width of a bar, in its own units

# What keeps the page of a thousand students below some megabytes, and quick to make.
_MOST_THUMBNAIL_BYTES = 3_500_000
_MOST_MADE_HERE = 200
_MOST_GROUPS = 60
_OPEN_UP_TO = 60
_NOTE = 300


@dataclass(frozen=True)
class Row:
    """One graded submission.

    Parameters
    ----------
    href
        The path of its ``report.html`` relative to the page, with forward slashes, as it is on disk: not quoted.
    student
        The name that is shown.
    notes
        What else to know about the hand-in, for example that it was late; one sentence each.
    fingerprint
        What it is compared with the others by; None where it is not.
    thumbnails
        Small pictures by the path of the evidence, as `grader.classroom.likeness.thumbnails.thumbnails` makes them.
        Where there are none, a limited number is made from the evidence.

    """

    report: Report
    href: str
    student: str
    notes: tuple[str, ...] = ()
    fingerprint: Fingerprint | None = None
    thumbnails: Mapping[str, bytes] = field(default_factory=dict, repr=False)


def write_overview(rows: Sequence[Row], folder: Path) -> Path:
    """Write ``index.html`` into the folder that the rows' links are relative to.

    Returns
    -------
    Path
        Of the page.

    Raises
    ------
    InputError
        It cannot be written; the page that was there before is still there.

    """
    page = to_html(rows, folder).encode("utf-8")
    place = folder / FILE
    try:
        with replacing(place) as file:
            file.write(page)
    except OSError as error:
        raise InputError(
            f"The overview was not written: {place}: {error.strerror or error}.",
            hint="Make room, or name a folder that you may write to.",
        ) from error
    return place


def to_html(rows: Sequence[Row], folder: Path | None = None) -> str:
    """Make the page.

    Parameters
    ----------
    folder
        Where the reports are; thumbnails that a row lacks are made from their pictures.

    """
    rows = sorted(rows, key=lambda row: (row.student.casefold(), row.report.activity, row.href))
    style, script, policy = _inline()
    pictures = _Pictures(rows, folder)
    handouts = _handouts(rows)
    activities = _activities(rows, handouts)
    return _template().render(
        style=style,
        script=script,
        policy=policy,
        rows=[_line(row, handouts[row.report.activity]) for row in rows],
        activities=activities,
        several=len(activities) > 1,
        facts=_facts([row.report for row in rows]),
        summary=_summary([row.report for row in rows]),
        queue=_queue(rows, handouts, pictures),
        codes=[_code_group(group, rows) for group in alike_code(rows)],
        pictures=_picture_groups(rows, pictures),
        compared=sum(row.fingerprint is not None for row in rows),
        most_groups=_MOST_GROUPS,
    )


@dataclass(frozen=True)
class _Summary:
    """Numbers about several reports.

    Parameters
    ----------
    average, median
        In percent of the points that are decided; None where none are.

    """

    submissions: int
    average: float | None
    median: float | None
    right: int
    undecided: int
    waiting: int
    errors: int


def _summary(reports: Sequence[Report]) -> _Summary:
    percents = [percent for percent in map(_percent, reports) if percent is not None]
    pending = [sum(result.pending for result in report.results) for report in reports]
    return _Summary(
        submissions=len(reports),
        average=fmean(percents) if percents else None,
        median=median(percents) if percents else None,
        right=sum("right" in _states(report) for report in reports),
        undecided=sum(pending),
        waiting=sum(map(bool, pending)),
        errors=sum("error" in _states(report) for report in reports),
    )


def _percent(report: Report) -> float | None:
    """Return what was earned of what is decided, None where nothing is."""
    score = report.score
    return score.percent if score.maximum - score.pending > 0 else None


def _states(report: Report) -> list[str]:
    """Say under which words of the filter a submission is found."""
    counted = [result for result in report.results if result.counts]
    tests = {
        "error": any(result.status is Status.ERROR for result in counted),
        "wrong": any(result.status in _WRONG for result in counted),
        "pending": any(result.pending for result in counted),
    }
    found = [state for state, holds in tests.items() if holds]
    return found if tests["wrong"] or tests["error"] else [*found, "right"]


def _facts(reports: Sequence[Report]) -> dict[str, Any]:
    """Gather what all were graded with, and when."""
    environments = [report.environment for report in reports]
    moments = sorted(report.started for report in reports)
    return {
        "when": list(dict.fromkeys(wording.moment(moment) for moment in (*moments[:1], *moments[-1:]))),
        "grader": _different(report.grader for report in reports),
        "python": _different(environment.python for environment in environments),
        "browser": _different(environment.browser or "no browser" for environment in environments),
        "isolation": _different(environment.isolation for environment in environments),
    }


def _different(words: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(words)) or "none"


def _activities(rows: Sequence[Row], handouts: Mapping[str, _Handout]) -> list[dict[str, Any]]:
    return [
        {
            "id": id_,
            "title": reports[0].title,
            "summary": _summary(reports),
            "bins": _histogram(reports),
            "groups": (groups := _checks(reports, handouts[id_])),
            "stuck": _stuck(groups),
        }
        for id_, reports in _by_activity(rows).items()
    ]


@dataclass(frozen=True)
class _Bin:
    """One bar of the histogram; ``height`` of 100."""

    label: str
    spoken: str
    students: int
    height: float


def _histogram(reports: Sequence[Report]) -> list[_Bin]:
    # A hair is added because points are sums of floats: 99.99999999 is full marks.
    counts = Counter(
        min(int((percent + 1e-6) // 10), _BINS - 1) for percent in map(_percent, reports) if percent is not None
    )
    most = max(counts.values(), default=1)
    bins = []
    for number in range(_BINS):
        full = number == _BINS - 1
        label = "100" if full else f"{10 * number}–{10 * number + 9}"  # noqa: RUF001 - a range is written so
        spoken = "100 percent" if full else f"{10 * number} to under {10 * number + 10} percent"
        bins.append(_Bin(label, spoken, counts[number], round(100 * counts[number] / most, 2)))
    return bins


@dataclass(frozen=True)
class _Part:
    """One colour of a check's bar; ``start`` and ``width`` in its own units."""

    look: str
    label: str
    students: int
    start: int
    width: int


@dataclass(frozen=True)
class _Check:
    """How one check went; ``stopped`` is how many students failed here first."""

    title: str
    parts: list[_Part]
    stopped: int


class _Handout:
    """The checks of one activity in the handout's order, by step; reports of another version may add some."""

    def __init__(self, reports: Sequence[Report]) -> None:
        known: dict[str, Result] = {}
        for report in sorted(reports, key=lambda report: -len(report.results)):
            for result in report.results:
                known.setdefault(result.id, result)
        self.groups = outline.groups(replace(reports[0], results=tuple(known.values())))
        in_order = [result.id for group in self.groups for result in group.results]
        self.place = {id_: place for place, id_ in enumerate(in_order, start=1)}

    def first_failed(self, report: Report) -> Result | None:
        """Return the check at which a student got stuck."""
        failed = (result for result in report.results if result.counts and result.status is Status.FAILED)
        return min(failed, key=lambda result: self.place[result.id], default=None)


def _handouts(rows: Sequence[Row]) -> dict[str, _Handout]:
    return {id_: _Handout(reports) for id_, reports in _by_activity(rows).items()}


def _by_activity(rows: Sequence[Row]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = defaultdict(list)
    for row in rows:
        found[row.report.activity].append(row.report)
    return dict(sorted(found.items()))


def _checks(reports: Sequence[Report], handout: _Handout) -> list[dict[str, Any]]:
    """Count how each check went and how many got stuck there."""
    looks: dict[str, Counter[Status]] = defaultdict(Counter)
    for report in reports:
        for result in report.results:
            looks[result.id][_look(result)] += 1
    stuck = Counter(first.id for first in map(handout.first_failed, reports) if first is not None)
    return [
        {
            "heading": group.heading,
            "checks": [_Check(check.title, _parts(looks[check.id]), stuck[check.id]) for check in group.results],
        }
        for group in handout.groups
    ]


def _stuck(groups: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Return the checks that most students failed first."""
    checks = sorted((check for group in groups for check in group["checks"]), key=lambda check: -check.stopped)
    return [(check.title, check.stopped) for check in checks[:3] if check.stopped]


def _look(result: Result) -> Status:
    return result.status if result.counts else Status.SKIPPED


def _parts(counts: Counter[Status]) -> list[_Part]:
    total = counts.total()
    parts, before = [], 0
    for status in Status:
        if students := counts[status]:
            start, end = (round(_BAR * sum_ / total) for sum_ in (before, before + students))
            parts.append(_Part(status.value, wording.STATUS[status].label.lower(), students, start, end - start))
            before += students
    return parts


def _line(row: Row, handout: _Handout) -> dict[str, Any]:
    """Make a student's line of the table."""
    report, score = row.report, row.report.score
    percent = _percent(report)
    stopped = handout.first_failed(report)
    return {
        "name": row.student,
        "handed": report.submission.name if report.submission.name != row.student else "",
        "href": _link(row),
        "activity": report.activity,
        "states": " ".join(_states(report)),
        "earned": wording.number(score.earned),
        "maximum": wording.number(score.maximum),
        "pending": wording.number(score.pending),
        "percent": None if percent is None else wording.number(round(percent, 1)),
        "tally": [(status.value, wording.STATUS[status], many) for status, many in wording.tally(report)],
        "passed": sum(result.status is Status.PASSED for result in report.results),
        "stopped": "" if stopped is None else stopped.title,
        "place": 0 if stopped is None else handout.place[stopped.id],
        "notes": [clip(note, _NOTE) for note in row.notes],
    }


def _link(row: Row, check: str | None = None) -> str:
    """Return a link to a report, or to one check in it."""
    return _quoted(row.href) + (f"#check-{quote(check, safe='')}" if check else "")


@lru_cache(maxsize=4096)
def _quoted(path: str) -> str:
    """Return a link that can only lead to a file near the page, whatever students call theirs."""
    return f"./{quote(path.encode('utf-8', 'surrogateescape' if _is_from_disk(path) else 'backslashreplace'))}"


def _is_from_disk(path: str) -> bool:
    try:
        os.fsencode(path)
    except UnicodeEncodeError:
        return False
    return True


class _Pictures:
    """The thumbnails of all rows, as long as there is room on the page."""

    def __init__(self, rows: Sequence[Row], folder: Path | None) -> None:
        self._folder = folder
        self._made_here = 0
        self._small = [self._of(row) for row in rows]
        self._left = _MOST_THUMBNAIL_BYTES
        self.left_out = 0

    def _of(self, row: Row) -> Mapping[str, bytes]:
        room = _MOST_MADE_HERE - self._made_here
        if row.thumbnails or room <= 0:
            return row.thumbnails
        here = self._folder / Path(row.href).parent if self._folder is not None else None
        made = thumbnails(row.report, here, most=room)
        self._made_here += len(made)
        return made

    def allow(self, left: int) -> None:
        """Set how many bytes the pictures that follow may have together."""
        self._left = left

    def of(self, index: int, result: Result) -> Markup | None:
        """Return the first picture of a check's evidence as an address; None where there is none, or no more room."""
        found = [self._small[index][each.path] for each in result.evidence if each.path in self._small[index]]
        if not found:
            return None
        self._left -= len(found[0])
        if self._left < 0:
            self.left_out += 1
            return None
        return Markup(f"data:image/webp;base64,{base64.b64encode(found[0]).decode('ascii')}")  # noqa: S704 - a constant and base64


@dataclass(frozen=True)
class _Entry:
    """One check of one student that is not decided."""

    name: str
    href: str
    says: str
    uri: Markup | None


def _queue(rows: Sequence[Row], handouts: Mapping[str, _Handout], pictures: _Pictures) -> list[dict[str, Any]]:
    """Sort what is not decided by why, then by check: pictures of one item side by side show which is unlike."""
    found: dict[Status, dict[tuple[str, str], list[tuple[int, Result]]]] = {status: {} for status in _UNDECIDED}
    for index, row in enumerate(rows):
        for result in row.report.results:
            if result.pending and result.status in found:
                found[result.status].setdefault((row.report.activity, result.id), []).append((index, result))

    def order(key: tuple[str, str]) -> tuple[str, int]:
        return key[0], handouts[key[0]].place[key[1]]

    share = _MOST_THUMBNAIL_BYTES // max(sum(map(len, found.values())), 1)
    return [
        {
            "heading": heading,
            "look": status.value,
            "count": sum(map(len, found[status].values())),
            "groups": [_pending(found[status][key], rows, pictures, share) for key in sorted(found[status], key=order)],
        }
        for status, heading in _UNDECIDED.items()
        if found[status]
    ]


def _pending(
    entries: Sequence[tuple[int, Result]], rows: Sequence[Row], pictures: _Pictures, share: int
) -> dict[str, Any]:
    pictures.allow(share)
    said = {_says(result) for _, result in entries}
    everywhere = said.pop() if len(said) == 1 and len(entries) > 1 else ""
    return {
        "activity": rows[entries[0][0]].report.activity,
        "title": entries[0][1].title,
        "says": everywhere,
        "open": len(entries) <= _OPEN_UP_TO,
        "entries": [
            _Entry(
                name=rows[index].student,
                href=_link(rows[index], result.id),
                says="" if everywhere else _says(result),
                uri=pictures.of(index, result),
            )
            for index, result in entries
        ],
    }


def _says(result: Result) -> str:
    """Say what a person has to look at."""
    return clip(result.message or ", ".join(each.caption for each in result.evidence), 200, 3)


def _code_group(group: AlikeCode, rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "group": group,
        "activity": rows[group.rows[0]].report.activity,
        "students": [(rows[index].student, _link(rows[index])) for index in group.rows],
        "words": group.words[:8],
        "more": max(len(group.words) - 8, 0),
    }


def _picture_groups(rows: Sequence[Row], pictures: _Pictures) -> dict[str, list[dict[str, Any]]]:
    pictures.allow(_MOST_THUMBNAIL_BYTES // 10)
    found: dict[str, list[dict[str, Any]]] = {"exact": [], "alike": []}
    for shared in shared_pictures(rows):
        groups = found[shared.kind]
        groups.append(_picture_group(shared, rows, pictures) if len(groups) < _MOST_GROUPS else {})
    return found


def _picture_group(shared: SharedPicture, rows: Sequence[Row], pictures: _Pictures) -> dict[str, Any]:
    checks = [(index, _shown_by(rows[index].report, print_)) for index, print_ in shared.holders]
    uris = (pictures.of(index, result) for index, result in checks if result is not None)
    return {
        "shared": shared,
        "activity": rows[shared.holders[0][0]].report.activity,
        "uri": next((uri for uri in uris if uri is not None), None),
        "holders": [
            {
                "name": rows[index].student,
                "href": _link(rows[index], None if result is None else result.id),
                "print": print_,
            }
            for (index, print_), (_, result) in zip(shared.holders, checks, strict=True)
        ],
    }


def _shown_by(report: Report, picture: PicturePrint) -> Result | None:
    """Find the check that shows a picture, by the number in its label."""
    prefix = f"shot-{picture.item}"
    return next((each for each in report.results if each.id == prefix or each.id.startswith(f"{prefix}-")), None)


@cache
def _template() -> Template:
    words = {"count": wording.count, "percent": lambda amount: f"{wording.number(round(amount, 1))} %"}
    return page_environment("grader.classroom.overview", words).get_template("index.html.j2")


@cache
def _inline() -> tuple[Markup, Markup, str]:
    """Read styles and script, and make the policy that allows these two."""
    own = files("grader.classroom.overview") / "templates"
    style = style_sheet(("grader.report", "report.css"), ("grader.classroom.overview", "index.css"))
    script = (own / "index.js").read_text("utf-8")
    return style, Markup(script), security_policy(style, script)  # noqa: S704 - our own files
