"""The report on a terminal.

Rich lays it out.  Everything that comes from a submission is given to it as :class:`rich.text.Text`, never as markup.
"""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING, Any

from grader.model.outcome import Status
from grader.report import outline, wording
from grader.report.comparison import EXPECTED, DiffPiece, sides
from grader.report.plain import clip, code_pieces, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.console import Console, RenderableType
    from rich.text import Text

    from grader.model.report import Report, Result

_LIMIT, _LINES = 600, 10  # of one text, in characters and lines
_BESIDE = 72  # columns from which expected and observed fit beside each other
_BAR = 40
_SIGNS = "".join(words.mark for words in wording.STATUS.values()) + "█▒░"


def load() -> None:
    """Import what a report needs: rich takes longer to load than a report to print."""
    from rich import console, padding, table, text  # noqa: F401


def make_console(file: Any = None, *, stderr: bool = False, width: int | None = None) -> Console:
    """Make a console that takes nothing for markup, emoji codes or things to highlight."""
    from rich.console import Console

    return Console(file=file, stderr=stderr, width=width, markup=False, emoji=False, highlight=False)


class TerminalPage:
    """Writes a report, or parts of one, to a console: standard output's unless another is given."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or make_console()
        self.encoding = self.console.encoding or "ascii"
        self.unicode = self._can_show(_SIGNS)

    def show(self, report: Report) -> None:
        """Show a whole report."""
        self._heading(report)
        causes = outline.causes(report)
        for group in outline.groups(report):
            self._group(group.heading, group.results, causes)
        self.console.print()
        self._score(report)
        self._next(outline.next_thing(report))

    def show_changes(self, report: Report, before: Report) -> None:
        """Show in full what is another than before, and the rest in short, so that what is new is seen at once."""
        known = {result.id: _what_is_said(result) for result in before.results}
        same = {result.id for result in report.results if known.get(result.id) == _what_is_said(result)}
        causes = {id_: cause for id_, cause in outline.causes(report).items() if cause.id not in same}
        for group in outline.groups(report):
            if changed := [result for result in group.results if result.id not in same]:
                self._group(group.heading, changed, causes)
        if same:
            self._as_before([result for result in outline.in_order(report) if result.id in same])
        self.console.print()
        self._score(report)
        self._next(outline.next_thing(report))

    def _group(self, heading: str, results: Iterable[Result], causes: Mapping[str, Result]) -> None:
        self.console.print()
        self.console.print(self.text(heading, "bold"))
        said = ""
        for reason, alike in groupby(results, key=_why_not_tried):
            if reason:
                self._not_tried(list(alike))
                continue
            for result in alike:
                self.check(result, said, causes.get(result.id))
                said = result.message

    def _not_tried(self, results: Sequence[Result]) -> None:
        """Show the checks that wait for the same other one in one line: nothing is to be done about them themselves."""
        first = results[0]
        reason = first.message.partition(", because ")[2].rstrip(".")
        title = self.sentence(first.title if len(results) == 1 else f"{len(results)} checks")
        title.append_text(self.text(f" (not tried: {reason})" if reason else " (not tried)", "dim"))
        title.no_wrap, title.overflow = True, "ellipsis" if self.unicode else "crop"
        points = wording.number(sum(result.points for result in results if result.counts))
        earned = "?" if any(result.pending for result in results) else "0"
        self._columns(wording.words(first), title, f"{earned} / {points}")

    def _as_before(self, results: Sequence[Result]) -> None:
        """Name the mistakes that are there still, with the lines where they are now, and count the others."""
        mistakes = [result for result in results if result.status in {Status.FAILED, Status.PARTIAL}]
        others = Counter(wording.words(result) for result in results if result not in mistakes)
        self.console.print()
        self.console.print(self.text("As before", "bold"))
        for result in mistakes:
            self._line(result, _where(result))
        counted = [
            self.text(f"{self.mark(words)} {count} {words.label.lower()}", words.style)
            for words, count in others.items()
        ]
        if counted:
            self.put(self.text("  ").join(counted), 2)

    def mark(self, words: wording.StatusWords) -> str:
        """Return a status's mark, as this terminal can show it."""
        return words.mark if self.unicode else words.ascii_mark

    def text(self, words: str, style: str = "") -> Text:
        """Make text that is taken for nothing else, in characters that this terminal has."""
        from rich.text import Text

        return Text(self._encodable(visible(words)), style, overflow="fold")

    def sentence(self, words: str, style: str = "") -> Text:
        """Make text with its code set off."""
        text = self.text("", style)
        for piece, is_code in code_pieces(clip(words, _LIMIT, _LINES)):
            text.append_text(self.text(f"`{piece}`" if is_code else piece, "bold" if is_code else ""))
        return text

    def _heading(self, report: Report) -> None:
        self.console.print(self.text(report.title, "bold"))
        handed = report.submission
        names = [report.activity, handed.student or "", handed.name if handed.name != handed.student else ""]
        self.console.print(self.text(clip(" / ".join(name for name in names if name), _LIMIT, _LINES), "dim"))
        for note in report.notes:
            self.console.print(self.sentence(note))

    def check(self, result: Result, said: str = "", cause: Result | None = None) -> None:
        """Show one check.

        `said` is the message that stands above it, which is not repeated; `cause` the check above that fails for the
        same reason.
        """
        self._line(result)
        if cause is None:
            self._details(result, said)
        else:
            self.put(self.sentence(f'For the same reason as "{cause.title}".', "dim"), 4)

    def _line(self, result: Result, where: str = "") -> None:
        """Show a check's mark, title and points in one line."""
        words = wording.words(result)
        title = self._title(result, words).append_text(self.text(where, "dim"))
        self._columns(words, title, wording.points_of(result))

    def _columns(self, words: wording.StatusWords, title: Text, points: str) -> None:
        from rich.table import Table

        line = Table.grid(padding=(0, 1), expand=True)
        line.add_column(width=1)
        line.add_column(ratio=1)
        line.add_column(justify="right", no_wrap=True)
        line.add_row(self.text(self.mark(words), words.style), title, self.text(points, "dim"))
        self.put(line, 2, fill=True)

    def _title(self, result: Result, words: wording.StatusWords) -> Text:
        title = self.sentence(result.title)
        if result.status is not Status.PASSED:
            title.append_text(self.text(f" ({words.label.lower()})", words.style))
        return title

    def _details(self, result: Result, said: str) -> None:
        where = _where(result)
        message = self.sentence("" if result.message == said else result.message)
        message.append_text(self.text(where if message else where.strip(), "dim"))
        if message:
            self.put(message, 4)
        self._comparison(result)
        if result.hint:
            self.put(self.text("Hint: ", "bold").append_text(self.sentence(result.hint)), 4)

    def _comparison(self, result: Result) -> None:
        from rich.table import Table

        texts = {
            name: self._marked(pieces, "green" if name == EXPECTED else "red")
            for name, pieces in sides(result, _LIMIT, _LINES).items()
        }
        if not texts:
            return
        table = Table.grid(padding=(0, 3))
        if self.console.width >= _BESIDE:
            table.add_row(*(self.text(name, "dim") for name in texts))
            table.add_row(*texts.values())
        else:
            for name, text in texts.items():
                table.add_row(self.text(name, "dim"), text)
        self.put(table, 6)

    def _marked(self, pieces: list[DiffPiece], style: str) -> Text:
        text = self.text("")
        for piece in pieces:
            text.append_text(self.text(piece.text, f"bold underline {style}" if piece.differs else style))
        return text if text.plain else self.text("(nothing)", "dim")

    def _score(self, report: Report) -> None:
        score = report.score
        line = self.text(f"{wording.headline(report)}  ", "bold")
        if score.maximum > 0:
            earned = round(_BAR * score.earned / score.maximum)
            pending = round(_BAR * (score.earned + score.pending) / score.maximum) - earned
            full, half, none = "█▒░" if self.unicode else "#?."
            line.append_text(self.text(full * earned, "green")).append_text(self.text(half * pending, "cyan"))
            line.append_text(self.text(none * (_BAR - earned - pending), "dim"))
        self.console.print(line)
        for detail in wording.score_details(report):
            self.console.print(self.text(detail))

    def _next(self, thing: outline.NextThing) -> None:
        self.console.print()
        self.console.print(self.text("Next: ", "bold").append_text(self.sentence(thing.text)))
        if thing.hint:
            self.put(self.sentence(thing.hint), 6)

    def put(self, what: RenderableType, indent: int, *, fill: bool = False) -> None:
        """Print something so many columns from the left."""
        from rich.padding import Padding

        self.console.print(Padding(what, (0, 0, 0, indent), expand=fill))

    def _can_show(self, marks: str) -> bool:
        return self._encodable(marks) == marks

    def _encodable(self, text: str) -> str:
        """Characters that the terminal's encoding lacks become escapes: old Windows consoles know 256."""
        if not self.encoding.lower().startswith("utf"):
            text = text.replace("…", "...")
        return text.encode(self.encoding, "backslashreplace").decode(self.encoding)


def _why_not_tried(result: Result) -> str:
    """Return why a check was not tried; nothing where it was."""
    return result.message if result.status is Status.BLOCKED and result.counts else ""


def _where(result: Result) -> str:
    where = wording.place(result)
    return f" ({where})" if where else ""


def _what_is_said(result: Result) -> tuple[object, ...]:
    """Return what a reader learns of a check.

    Lines above may move its own, and what it observed may hold values that are made up for each round.
    """
    return result.status, result.earned, result.counts, result.message, result.hint, result.file
