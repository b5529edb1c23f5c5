"""What ``grader review`` does, once its options are read."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from grader.classroom.journal import FILE, Journal
from grader.classroom.publishing import publish_class
from grader.classroom.review.items import Review
from grader.cli.published import say_published
from grader.cli.terminal import Page, make_console
from grader.model.contract import INTERRUPTED, PASSED
from grader.model.faults import InputError
from grader.report import wording
from grader.report.plain import clip
from grader.rubric import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from grader.classroom.review.items import Item

_LONGEST = 160


@dataclass(frozen=True)
class Reviewing:
    """A class under review; the parameters are the command's options."""

    out: Path
    checks: tuple[str, ...]
    students: tuple[str, ...]
    by_student: bool

    def walk(self) -> int:
        """Let a person decide one after the other, and write everything again at the end, however that comes."""
        from grader.cli.walkthrough import Walkthrough

        code = PASSED
        with self._journal() as journal:
            review = Review(journal)
            narrowed = self._narrowed(review)
            walkthrough = Walkthrough(review, lambda: review.waiting(*narrowed, by_student=self.by_student), self.out)
            try:
                walkthrough.run()
            except KeyboardInterrupt:
                code = INTERRUPTED
            click.echo(f"\n{walkthrough.summary()}  Writing reports, overview and gradebooks.")
            say_published(publish_class(journal, self.out), self.out)
        return code

    def change(
        self, decisions: Sequence[tuple[str, str, str]], note: str, taken_back: Sequence[tuple[str, str]]
    ) -> int:
        """Do what was asked for, all of it or nothing, and write everything again."""
        with self._journal() as journal:
            review = Review(journal)
            back = [_decided(review.item(student, check)) for student, check in taken_back]
            wanted = [(review.item(student, check), Status(status)) for student, check, status in decisions]
            _refuse_twice([*back, *(item for item, _ in wanted)])
            before = {item.key for item in review.waiting()}
            changed = [review.undecide(item) for item in back]
            changed += [review.decide(item, status, note) for item, status in wanted]
            _say_changes(changed, [item for item in review.waiting() if item.key not in before])
            say_published(publish_class(journal, self.out), self.out)
        return PASSED

    def show_list(self, *, as_json: bool) -> int:
        """Show what is to be decided, and change nothing."""
        with self._journal() as journal:
            review = Review(journal)
            items = review.waiting(*self._narrowed(review), by_student=self.by_student)
        if as_json:
            click.echo(json.dumps([self._to_dict(item) for item in items], indent=2))
        else:
            _show_table(items)
        return PASSED

    @contextmanager
    def _journal(self) -> Iterator[Journal]:
        if not (self.out / FILE).exists():
            raise InputError(
                f"{self.out} holds no graded class: there is no {FILE} in it.",
                hint="Name the folder that grader batch was given with --out.",
            )
        with Journal(self.out) as journal:
            yield journal

    def _narrowed(self, review: Review) -> tuple[frozenset[str], frozenset[str]]:
        """Return the submissions and the checks that the options name."""
        return frozenset(map(review.submission, self.students)), frozenset(map(review.check, self.checks))

    def _to_dict(self, item: Item) -> dict[str, Any]:
        result = item.result
        same = ("title", "points", "message", "expected", "observed", "hint", "file", "line")
        return {
            "submission": item.name,
            "student": item.student,
            "activity": item.activity,
            "check": result.id,
            "status": result.status.value,
            **{key: getattr(result, key) for key in same},
            "pictures": [path.relative_to(self.out).as_posix() for path in item.pictures(self.out)],
            "report": item.report(self.out).relative_to(self.out).as_posix(),
        }


def _decided(item: Item) -> Item:
    """Return a check that a person has decided.

    Raises
    ------
    InputError
        Nobody has.

    """
    if item.decision is None:
        raise InputError(f"Nobody has decided {item.result.id} of {item.name}; there is nothing to take back.")
    return item


def _refuse_twice(items: Sequence[Item]) -> None:
    keys = [item.key for item in items]
    twice = next((item for item in items if keys.count(item.key) > 1), None)
    if twice is not None:
        raise InputError(f"{twice.result.id} of {twice.name} is named twice.", hint="Say once what it is to be.")


def _say_changes(changed: Sequence[Item], also_waiting: Sequence[Item]) -> None:
    page = Page(make_console())
    for item in changed:
        result = item.result
        state = f"{wording.words(result).label.lower()}, {wording.points_of(result)} points"
        page.console.print(page.text(f"{item.student}, {result.id}: {state}."))
    own = {item.key for item in changed}
    if more := list(dict.fromkeys(item.result.id for item in also_waiting if item.key not in own)):
        words = (
            "was not tried because of that, and waits" if len(more) == 1 else "were not tried because of that, and wait"
        )
        page.console.print(page.text(f"{', '.join(more)} {words} for a person, too."))


def _show_table(items: Sequence[Item]) -> None:
    from rich.table import Table

    page = Page(make_console())
    if not items:
        click.echo("Nothing is left to decide.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Student", "Check", "Points", "What the report says"):
        table.add_column(heading, header_style="bold", justify="right" if heading == "Points" else "left")
    for item in items:
        result = item.result
        cells = (item.student, result.id, wording.number(result.points), clip(result.message, _LONGEST, 3))
        table.add_row(*map(page.text, cells))
    page.console.print(table)
    page.console.print(page.text(f"\n{wording.count(len(items), 'check')} to decide."))
