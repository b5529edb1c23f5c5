"""One check after the other, decided with a key."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING

import click

from grader.classroom.errors import ClassError
from grader.classroom.session import Verdict
from grader.cli.review_by_option import whose
from grader.cli.terminal import TerminalPage
from grader.model.faults import Code
from grader.model.text import listed
from grader.report import wording
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.classroom.review.review_items import ReviewItem
    from grader.classroom.review.same_question import ReviewGroup
    from grader.classroom.session import Changes, ClassSession

_KEYS = "p passed  a partial  f failed  g points  n note  o open  s skip  u undo  q quit"
_MOST_COMMENTS = 9
_FOR_ALL = {Status.PASSED: "P", Status.PARTIAL: "A", Status.FAILED: "F"}
_ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.)?")
"""What keys such as the arrows send: no part of what somebody types."""


_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")


class _Then(Enum):
    """What comes after a key."""

    STAY = auto()
    NEXT = auto()
    STOP = auto()


class ReviewByKey:
    """Shows what waits for a person, and takes a key for each; a decision is kept before the next is shown.

    `waiting` returns what is still to be decided, in order: a decision may add to it and take from it.
    """

    def __init__(self, session: ClassSession, waiting: Callable[[], list[ReviewItem]]) -> None:
        self._session = session
        self._waiting = waiting
        self._out = session.out
        self._page = TerminalPage()
        self._behind: list[tuple[ReviewItem, Changes | None]] = []
        self._note = ""
        self._points: float | None = None
        self._alike: tuple[ReviewItem, ...] = ()
        self._asked_about_all: Status | None = None
        self._comments: list[str] = []
        self._commands: dict[str, Callable[[ReviewItem], _Then]] = {
            "p": partial(self._decide, Status.PASSED),
            "a": partial(self._decide, Status.PARTIAL),
            "f": partial(self._decide, Status.FAILED),
            **{key: partial(self._decide_all, status) for status, key in _FOR_ALL.items()},
            "g": self._take_points,
            "k": self._keep,
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
        while then is not _Then.STOP and (groups := self._left()):
            item = groups[0].items[0]
            self._alike = groups[0].items if len(groups[0].items) > 1 else ()
            self._note, self._points = self._session.draft(item), None
            self._show(item, sum(len(group.items) for group in groups))
            then = _Then.STAY
            while then is _Then.STAY:
                key = _key()
                if key not in _FOR_ALL.values():
                    self._asked_about_all = None
                if key.isdecimal() and 0 < int(key) <= len(self._comments):
                    then = self._use_comment(int(key))
                else:
                    then = self._commands.get(key, self._explain)(item)
            if then is _Then.STOP and self._note:
                self._session.keep_draft(item, self._note)
                self._say("The note that is not used yet is kept for this check.", "dim")

    def summary(self) -> str:
        """Say what was decided."""
        made = [change.after.result.status.value for _, changes in self._behind if changes for change in changes.made]
        tally = Counter(made)
        if tally:
            return f"Decided: {', '.join(f'{many} {status}' for status, many in tally.items())}."
        return "Nothing was decided." if self._waiting() else "Nothing is left to decide."

    def _left(self) -> list[ReviewGroup]:
        seen = {item.key for item, _ in self._behind}
        return self._session.groups([item for item in self._waiting() if item.key not in seen])

    def _show(self, item: ReviewItem, left: int) -> None:
        behind = len(self._behind)
        self._say(f"\n{behind + 1} of {behind + left}   {whose(item)}", "bold")
        self._say(" / ".join(dict.fromkeys((item.name, item.activity, item.result.id))), "dim")
        self._page.check(item.result)
        if item.earlier is not None:
            note = f" ({item.earlier.note})" if item.earlier.note else ""
            words = f"Before it was handed in anew, this was decided: {item.earlier.status}{note}."
            self._page.put(self._page.text(f"{words} Press k to keep it.", "yellow"), 4, fill=True)
        for evidence in item.result.evidence:
            self._page.put(self._page.sentence(evidence.caption, "dim"), 4, fill=True)
        for path in self._to_look_at(item):
            self._link(path)
        if self._alike:
            others = listed([whose(each) for each in self._alike[1:]], 5)
            self._say(f"{len(self._alike)} are alike: also {others}. P A F decide all of them.", "dim")
        self._comments = [comment.words for comment in self._session.comments(item.result.id)[:_MOST_COMMENTS]]
        for number, words in enumerate(self._comments, 1):
            self._say(f"{number} {words}", "dim")
        if self._note:
            self._say(f"Note: {self._note}", "dim")
        self._say(_KEYS, "dim")

    def _to_look_at(self, item: ReviewItem) -> list[Path]:
        return item.originals(self._out) or [item.report(self._out)]

    def _link(self, path: Path) -> None:
        """Show a path that can be clicked, where the terminal can (OSC 8)."""
        from rich.style import Style

        text = self._page.text(str(path))
        text.stylize(Style(link=path.absolute().as_uri(), underline=True))
        self._page.console.print("    ", text, sep="", soft_wrap=True)

    def _decide(self, status: Status, item: ReviewItem) -> _Then:
        return self._decide_these(status, (item,))

    def _decide_all(self, status: Status, item: ReviewItem) -> _Then:
        if not self._alike:
            return self._decide(status, item)
        if self._asked_about_all is not status:
            self._asked_about_all = status
            many = wording.count(len(self._alike), "check")
            students = wording.count(len({each.name for each in self._alike}), "student")
            self._say(f"{many} of {students}: press {_FOR_ALL[status]} again.")
            return _Then.STAY
        return self._decide_these(status, self._alike)

    def _decide_these(self, status: Status, items: Sequence[ReviewItem]) -> _Then:
        try:
            changes = self._session.decide(
                [Verdict.on(item, status, points=self._points) for item in items], self._note
            )
        except ClassError as error:
            if error.code is not Code.BAD_POINTS:
                raise
            self._say(error.message, "yellow")
            return _Then.STAY
        self._session.keep_draft(items[0], "")
        if changes.conflicts:
            self._say_conflict(changes)
            return _Then.NEXT
        self._behind += [(item, changes if item is items[0] else None) for item in reversed(items)]
        result = changes.made[0].after.result
        many = f" ({len(items)})" if len(items) > 1 else ""
        self._say(
            f"{wording.words(result).label}{many}, {wording.points_of(result)} points.", wording.words(result).style
        )
        if any(change.after.lacks_note for change in changes.made):
            self._say("The report does not say why: u takes it back, n writes a note.", "dim")
        return _Then.NEXT

    def _keep(self, item: ReviewItem) -> _Then:
        lapsed = [each for each in self._session.lapsed(item.name) if each.decision.check == item.result.id]
        if not lapsed:
            self._say("There is no earlier decision to keep.")
            return _Then.STAY
        changes = self._session.keep(lapsed)
        self._behind.append((item, changes))
        self._say(f"{wording.words(changes.made[0].after.result).label}, as before.")
        return _Then.NEXT

    def _skip(self, item: ReviewItem) -> _Then:
        self._session.keep_draft(item, self._note)
        if self._note:
            self._say("The note is kept for this check.", "dim")
        self._behind.append((item, None))
        return _Then.NEXT

    def _undo(self, _item: ReviewItem) -> _Then:
        if not self._behind:
            self._say("There is nothing to undo.")
            return _Then.STAY
        _, changes = self._behind.pop()
        if changes is None:
            return _Then.NEXT
        if len(changes.made) > 1:
            self._say(f"All {len(changes.made)} are taken back.")
            keys = {change.before.key for change in changes.made}
            self._behind = [each for each in self._behind if each[0].key not in keys]
        if (undone := self._session.undo(changes)).conflicts:
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

    def _use_comment(self, number: int) -> _Then:
        self._note = self._comments[number - 1]
        self._say(f"Note: {self._note}  It goes with the next p, a or f.", "dim")
        return _Then.STAY

    def _take_points(self, item: ReviewItem) -> _Then:
        said = _line(f"Points, 0 to {wording.number(item.result.points)}: ")
        self._points = float(said.replace(",", ".")) if _NUMBER.fullmatch(said) else None
        words = f"{wording.number(self._points)} points go" if self._points is not None else "No points of their own go"
        self._say(f"{words} with the next p, a or f.", "dim")
        return _Then.STAY

    def _open(self, item: ReviewItem) -> _Then:
        for path in self._to_look_at(item):
            if click.launch(str(path)) != 0:
                self._say(f"No program was found here that opens {path}. Open it where there is one.")
        return _Then.STAY

    def _explain(self, _item: ReviewItem) -> _Then:
        self._say(_KEYS)
        return _Then.STAY

    def _say(self, words: str, style: str = "") -> None:
        self._page.console.print(self._page.text(words, style))


def _stop(_item: ReviewItem) -> _Then:
    return _Then.STOP


def _key() -> str:
    """Return the key that is pressed; where nobody sits at a terminal, the next line; "" at the end."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline()
        return _plain(line.strip()) or line
    try:
        return _plain(click.getchar())
    except EOFError:
        return ""


def _plain(key: str) -> str:
    """Return a key in lower case, unless a capital letter means all that is alike."""
    return key if key in _FOR_ALL.values() else key.lower()


def _line(prompt: str) -> str:
    try:
        return _ESCAPE.sub("", input(prompt if sys.stdin.isatty() else "")).strip()
    except EOFError:
        return ""
