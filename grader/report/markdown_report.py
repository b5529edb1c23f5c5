"""``report.md``: for places that show Markdown, such as the summary of a GitHub Actions run and its pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.markdown import cell, code, code_block, prose
from grader.report.plain import clip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.model.report import Report, Result

_LIMIT, _LINES = 1000, 20  # of one text, in characters and lines
_CUT = "_Cut here: the other checks are in the web page and in the JSON._\n"


def render(report: Report) -> bytes:
    """Make the whole file."""
    return to_markdown(report).encode("utf-8")


def to_markdown(report: Report, most: float = float("inf")) -> str:
    """Write a report as GitHub-flavoured Markdown.

    `most` is how many bytes of UTF-8 it may take; then it is cut between two checks, or rows of the table, and says so.
    """
    made: list[str] = []
    left = most - len(_CUT)
    for block in _blocks(report):
        left -= len(block.encode("utf-8"))
        if left < 0:
            return "".join([*made, f"\n{_CUT}"]) if made else ""
        made.append(block)
    return "".join(made)


def _blocks(report: Report) -> Iterator[str]:
    """Give the report in pieces between which it can be cut."""
    yield _heading(report)
    yield "\n|  | Step | Check | Points |\n|---|---|---|---:|\n"
    for group in outline.groups(report):
        for result in group.results:
            yield _row(group.heading, result)
    causes = outline.causes(report)
    for result in outline.in_order(report):
        if result.status not in (Status.PASSED, Status.BLOCKED) and (result.message or result.hint):
            yield f"\n{_details(result, causes.get(result.id))}"


def _heading(report: Report) -> str:
    handed = report.submission
    names = [report.activity, *dict.fromkeys(name for name in (handed.student, handed.name) if name)]
    details = (prose(detail) for detail in wording.score_details(report))
    lines = [
        f"## {prose(report.title)}: {wording.headline(report)}",
        " / ".join(code(clip(name, 200, 1)) for name in names),
        *(prose(clip(note, _LIMIT, _LINES)) for note in report.notes),
        " ".join(details),
        _next(outline.next_thing(report)),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"


def _next(thing: outline.NextThing) -> str:
    return f"**Next:** {_sentence(thing.text)} {_sentence(thing.hint or '')}".strip()


def _row(step: str, result: Result) -> str:
    words = wording.words(result)
    why = f" {_sentence(result.message)}" if result.status is Status.BLOCKED and result.message else ""  # that is all
    cells = (f"{words.mark} {words.label}", prose(step), prose(result.title) + why, wording.points_of(result))
    return f"| {' | '.join(cell(text) for text in cells)} |\n"


def _details(result: Result, cause: Result | None) -> str:
    """Say what is to be known of a check that did not pass; what is said stands in the middle of a line."""
    paragraphs = [f"### {wording.words(result).mark} {prose(result.title)}"]
    if cause is not None:
        return f"{paragraphs[0]}\n\n**{wording.words(result).label}**, for the same reason as: {prose(cause.title)}\n"
    if result.message:
        paragraphs.append(f"**{wording.words(result).label}.** {_sentence(result.message)}")
    if where := wording.place(result):
        paragraphs.append(f"**Where:** {code(clip(where, 200, 1))}")
    for name, text in (("Expected", result.expected), (wording.observed(result), result.observed)):
        if text is not None:
            paragraphs.append(f"**{name}:**\n\n{code_block(clip(text, _LIMIT, _LINES) or '(nothing)')}")
    if result.hint:
        paragraphs.append(f"**Hint:** {_sentence(result.hint)}")
    return "\n\n".join(paragraphs) + "\n"


def _sentence(text: str) -> str:
    return prose(clip(text, _LIMIT, _LINES))
