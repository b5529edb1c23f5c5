"""One student's hand-in: where it lies in the export, whose it is, and how it is opened."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import InputError
from grader.model.hand_in_limits import HandInLimits
from grader.model.text import listed
from grader.platforms.exports.assembling import assemble
from grader.platforms.exports.file_place import FilePlace
from grader.platforms.exports.paths import list_export
from grader.submission import Opened, Submission, all_apps, app_or_reason, open_submission

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from grader.platforms.exports.listing import ExportEntry

_MOST_NAMED = 5


@dataclass(frozen=True)
class Person:
    """A student as the learning platform names them.

    Parameters
    ----------
    name
        None where the platform does not write it.
    ids
        What gradebooks know them by: ``canvas``, ``anonymous``, ``moodle``, ``username``, ``email``, ``sid``,
        ``brightspace`` or ``github``.
    """

    name: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class HandIn:
    """What one student, or one group, handed in.  Holds no content: it is read by `open`, and pickles to little.

    Parameters
    ----------
    name
        Unique in the class and safe as a folder's name on every system.
    source
        Where it lies, for messages.
    platform
        Which platform wrote the export.
    people
        Whose it is; several where a group handed in together.
    parts
        The files, each with the path that the student gave it.
    whole
        A folder or zip on the disk that is all of it; then there are no parts.
    flattened
        Whether the platform took a student's files out of their folders.
    numbered
        Whether the platform writes ``app-1.py`` for a second upload of ``app.py``.
    submitted
        Without a time zone, as the platform wrote it, where it does not write one.
    notes
        What a reader of the report should know, one sentence each.
    left_out
        The attempts and files that are not graded, one sentence each.
    problem
        Why there is nothing to open.
    returned_as
        What comes before a file's name when it is uploaded for this student again; None where that is not possible.
    attempt
        What tells it from the student's other attempts, as the platform writes it: mostly when it was handed in.
    others
        Those other attempts, the latest first.
    app
        The path of the app that a person has chosen of several.
    called
        Its name before that was made unique and safe; empty where it is the same.
    """

    name: str
    source: str
    platform: str
    people: tuple[Person, ...] = (Person(),)
    parts: tuple[ExportEntry, ...] = ()
    whole: str | None = None
    flattened: bool = False
    numbered: bool = False
    submitted: datetime | None = None
    late: bool = False
    notes: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    problem: str | None = None
    returned_as: str | None = None
    attempt: str = ""
    others: tuple[HandIn, ...] = ()
    app: str | None = None
    called: str = ""

    def chosen(self, attempt: str | None = None, app: str | None = None) -> HandIn:
        """Return what a person has chosen of it; what is not there is left as it is."""
        one = next((other for other in self.others if other.attempt == attempt), None)
        if one is None:
            return replace(self, app=app)
        rest = tuple(sorted((self, *self.others), key=lambda each: each.attempt, reverse=True))
        return replace(
            one,
            name=self.name,
            called=self.called,
            people=self.people,
            others=tuple(replace(each, others=()) for each in rest if each.attempt != attempt),
            left_out=(f"A person has chosen this attempt: {attempt}.", *one.left_out),
            app=app,
        )

    @property
    def student(self) -> str | None:
        """The name, or a group's names, as the platform writes them; None where it is not known."""
        return "; ".join(person.name for person in self.people if person.name) or None

    @property
    def ids(self) -> Mapping[str, str]:
        """What gradebooks know the student by; of a group, its first member."""
        return self.people[0].ids

    def open(self, limits: HandInLimits | None = None) -> Opened:
        """Read the files into memory and find the app among them.

        Raises `InputError`: there is nothing that could be run; one sentence says why.
        """
        opened = self._open(limits or HandInLimits())
        apps = opened.submission.apps
        if self.app is None or self.app not in apps:
            return opened
        others = listed([app for app in apps if app != self.app], _MOST_NAMED)
        said = (f"A person has chosen {self.app}, and not {others}.",) if others else ()
        named = replace(opened.submission, app=self.app, no_app=None, app_is_chosen=True)
        return Opened(named, (*opened.notes, *said))

    def _open(self, limits: HandInLimits) -> Opened:
        if self.problem is not None:
            raise InputError(self.problem, hint="Hand in the folder that holds your app.py.")
        if self.whole is not None:
            return self._open_whole(Path(self.whole), limits)
        found = assemble(self.parts, limits, flattened=self.flattened, numbered=self.numbered)
        unopened = found.unopened
        app, no_app = app_or_reason(found.files, self.name, instead=lambda: next(iter(unopened), None))
        submission = Submission(
            self.name,
            self.source,
            found.files,
            app,
            self.student,
            no_app=no_app,
            apps=all_apps(found.files),
            reports=found.reports,
        )
        others = tuple(fault.message for fault in unopened if fault is not no_app)
        return Opened(submission, (*self.notes, *found.notes, *others))

    def digest(self) -> str:
        """Return what changes with what was handed in, whether it can be opened or not.

        Raises `InputError`: it is no longer there, or the machine does not give it.
        """
        return self._total(FilePlace.digest)

    def mark(self) -> str:
        """Return what changes when anything of it is written anew: quicker than `digest`, as nothing is read.

        Raises `InputError`: it is no longer there, or the machine does not give it.
        """
        return self._total(FilePlace.mark)

    def _total(self, of: Callable[[FilePlace], str]) -> str:
        if self.problem is not None:
            return self.problem
        whole = list_export(Path(self.whole)).entries if self.whole and Path(self.whole).is_dir() else ()
        places = {entry.path: entry.place for entry in whole} or {part.path: part.place for part in self.parts}
        if self.whole and not places:
            places = {self.whole: FilePlace(self.whole)}
        total = hashlib.sha256()
        for path, place in sorted(places.items()):
            total.update(f"{path}\0{'' if path.endswith('/') else of(place)}\0".encode("utf-8", "surrogatepass"))
        return total.hexdigest()

    def _open_whole(self, path: Path, limits: HandInLimits) -> Opened:
        """Open it just as ``grader check`` does, so that both say the same."""
        found = open_submission(path, limits=limits, student=self.student, shown_as=self.name)
        return Opened(replace(found, name=self.name, source=self.source, wrapper=""), self.notes)
