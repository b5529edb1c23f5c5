"""One check after the other, decided with a key."""

from __future__ import annotations

import io
import sys
from collections import Counter
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

import click

from grader.classroom.session import Verdict
from grader.cli.terminal import TerminalPage, make_console
from grader.report import wording
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from rich.text import Text

    from grader.classroom.review.items import ReviewItem
    from grader.classroom.session import Changes, ClassSession

_KEYS = "p passed  a partial  f failed  n note  o open  s skip  u undo  q quit"


class _Then(Enum):
    """What comes after a key."""

    STAY = auto()
    NEXT = auto()
    STOP = auto()


class ReviewByKey:
    """Shows what waits for a person, and takes a key for each; a decision is kept before the next is shown.

    Parameters
    ----------
    waiting
        Returns what is still to be decided, in order: a decision may add to it and take from it.

    """

    def __init__(self, session: ClassSession, waiting: Callable[[], list[ReviewItem]]) -> None:
        self._session = session
        self._waiting = waiting
        self._out = session.out
        self._page = TerminalPage(make_console())
        self._behind: list[tuple[ReviewItem, Changes | None]] = []
        self._note = ""
        self._commands: dict[str, Callable[[ReviewItem], _Then]] = {
            "p": partial(self._decide, Status.PASSED),
            "a": partial(self._decide, Status.PARTIAL),
            "f": partial(self._decide, Status.FAILED),
            "n": self._take_note,
            "o": self._open,
            "s": self._skip,
            "u": self._undo,
            "q": _stop,
            "": _stop,
        }

    def run(self) -> None:
        """Go on until nothing is left, or the person has had enough."""
        if isinstance(sys.stdin, io.TextIOWrapper):
            sys.stdin.reconfigure(errors="replace")  # a note in another encoding stops nobody
        then = _Then.NEXT
        while then is not _Then.STOP and (left := self._left()):
            self._note = ""
            self._show(left[0], len(left))
            then = _Then.STAY
            while then is _Then.STAY:
                then = self._commands.get(_key(), self._explain)(left[0])

    def summary(self) -> str:
        """Say what was decided."""
        made = [change.after.result.status.value for _, changes in self._behind if changes for change in changes.made]
        tally = Counter(made)
        if tally:
            return f"Decided: {', '.join(f'{many} {status}' for status, many in tally.items())}."
        return "Nothing was decided." if self._waiting() else "Nothing is left to decide."

    def _left(self) -> list[ReviewItem]:
        seen = {item.key for item, _ in self._behind}
        return [item for item in self._waiting() if item.key not in seen]

    def _show(self, item: ReviewItem, left: int) -> None:
        behind = len(self._behind)
        self._say(f"\n{behind + 1} of {behind + left}   {item.student}", "bold")
        self._say(" / ".join(dict.fromkeys((item.name, item.activity, item.result.id))), "dim")
        self._page.check(item.result)
        if item.earlier is not None:
            note = f" ({item.earlier.note})" if item.earlier.note else ""
            words = f"Before it was handed in anew, this was decided: {item.earlier.status}{note}."
            self._indented(self._page.text(words, "yellow"))
        for evidence in item.result.evidence:
            self._indented(self._page.sentence(evidence.caption, "dim"))
        for path in self._to_look_at(item):
            self._link(path)
        self._say(_KEYS, "dim")

    def _to_look_at(self, item: ReviewItem) -> list[Path]:
        return item.pictures(self._out) or [item.report(self._out)]

    def _link(self, path: Path) -> None:
        """Show a path that can be clicked, where the terminal can (OSC 8)."""
        from rich.style import Style

        text = self._page.text(str(path))
        text.stylize(Style(link=path.absolute().as_uri(), underline=True))
        self._page.console.print("    ", text, sep="", soft_wrap=True)

    def _decide(self, status: Status, item: ReviewItem) -> _Then:
        changes = self._session.decide([Verdict.on(item, status)], self._note)
        if changes.conflicts:
            self._say_conflict(changes)
            return _Then.NEXT
        self._behind.append((item, changes))
        result = changes.made[0].after.result
        self._say(f"{wording.words(result).label}.", wording.words(result).style)
        return _Then.NEXT

    def _skip(self, item: ReviewItem) -> _Then:
        self._behind.append((item, None))
        return _Then.NEXT

    def _undo(self, _item: ReviewItem) -> _Then:
        if not self._behind:
            self._say("There is nothing to undo.")
            return _Then.STAY
        _, changes = self._behind.pop()
        if changes is not None and (undone := self._session.undo(changes)).conflicts:
            self._say_conflict(undone)
        return _Then.NEXT

    def _say_conflict(self, changes: Changes) -> None:
        """Somebody else has been quicker: what they have decided stays."""
        for item in changes.conflicts:
            now = f"it is {wording.words(item.result).label.lower()} now" if item.decision else "it was graded again"
            said = f"{item.result.id} of {item.student} has changed since you looked at it: {now}. Nothing was decided."
            self._say(said, "yellow")

    def _take_note(self, _item: ReviewItem) -> _Then:
        self._note = _line("Note, which the student reads: ")
        self._say("The note goes with the next p, a or f." if self._note else "No note.", "dim")
        return _Then.STAY

    def _open(self, item: ReviewItem) -> _Then:
        for path in self._to_look_at(item):
            if click.launch(str(path)) != 0:
                self._say(f"No program was found that opens {path}.")
        return _Then.STAY

    def _explain(self, _item: ReviewItem) -> _Then:
        self._say(_KEYS)
        return _Then.STAY

    def _say(self, words: str, style: str = "") -> None:
        self._page.console.print(self._page.text(words, style))

    def _indented(self, text: Text) -> None:
        from rich.padding import Padding

        self._page.console.print(Padding(text, (0, 0, 0, 4)))


def _stop(_item: ReviewItem) -> _Then:
    return _Then.STOP


def _key() -> str:
    """Return the key that is pressed, in lower case; where nobody sits at a terminal, the next line; "" at the end."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return line.strip().lower() or line
    try:
        return click.getchar().lower()
    except EOFError:
        return ""


def _line(prompt: str) -> str:
    try:
        return input(prompt if sys.stdin.isatty() else "").strip()
    except EOFError:
        return ""
