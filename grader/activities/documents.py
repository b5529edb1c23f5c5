"""Checks on the Word document, the same in every activity that asks for one."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.model.faults import StudentFault
from grader.model.items import ShownCode, ShownPage, Shows
from grader.model.text import listed, squeeze
from grader.rubric import Activity, Check, Failed, Item, Review, excerpt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.document import Document, Screenshots, SeenInPicture
    from grader.site import Site
    from grader.submission import Submission

_AS_IT_IS_NOW = 0.9
"""Share of a line read in a picture that has to be in the app; what is misread leaves 0.95, another argument 0.85."""
_LETTERS_TO_COMPARE = 12
"""Of shorter lines, one letter misread is too much."""
_SECONDS = 600.0
"""Reading the text of many large pictures takes minutes on a slow machine."""


@dataclass(frozen=True)
class AskedPicture:
    """One screenshot that the handout asks for.

    Parameters
    ----------
    sentence
        What the handout says it shows.
    shows
        The same in a form that can be looked for in the text read from a picture.
    now
        Where the app shows it today: what a screenshot shows has to be there.
    earlier
        It shows a state that the app has left behind since, so nothing is compared with the app.
    beside
        Which of the grader's own pictures shows the same: a check's id and the picture's number, as in
        ``add-browser-1``.
    """

    sentence: str
    shows: Shows
    now: Callable[[Site], str] | None = None
    earlier: bool = False
    beside: str | None = None


def require_document(document: Document) -> None:
    """Ask for a Word document that can be read and has pictures; opening it has found that out."""
    if not document.pictures:
        raise Failed(
            f"There is no picture in {document.name}.",
            hint="Put your screenshots into the document, each with its number.",
            file=document.name,
        )


def screenshots(activity: Activity, *, needs: Check, points: float, items: Mapping[str, AskedPicture]) -> None:
    """Add a check for each screenshot that the handout asks for.

    Parameters
    ----------
    points
        What each is worth.
    items
        For each check's id, ``shot-4`` or ``shot-1-code``, what the handout lists for it.
    """
    activity.pictures = [_item(id_, asked) for id_, asked in items.items()]
    for item in activity.pictures:
        activity.add(
            Check(
                id=item.id,
                step=f"submission {item.number}",
                title=f"Screenshot {item.number}: {item.sentence}",
                points=points,
                function=functools.partial(_shot, item, items[item.id]),
                looks_at=("document", "screenshots", "submission", "running"),
                needs=(needs.id,),
                seconds=_SECONDS,
            )
        )


def _item(id_: str, asked: AskedPicture) -> Item:
    _, number, *side = id_.split("-")
    return Item(id_, int(number), asked.sentence, side[0] if side else None, asked.shows, asked.beside)


def _shot(
    item: Item,
    asked: AskedPicture,
    *,
    document: Document,
    screenshots: Screenshots,
    submission: Submission,
    running: Site | None,
) -> None:
    shot = screenshots.shot(item.id)
    file = shot.picture.file if shot.picture is not None else document.name
    confirmed = (found := screenshots.found(item.id)) is not None and found.confirmed
    other = None if confirmed else screenshots.shows_rather(_of_other_exercises(item))
    if other is not None:
        why = f'{document.name} shows what "{other}" asks for: it seems to be that exercise\'s document.'
        ends = Review if shot.wrong is None else Failed
        raise _once(ends, why, "Hand in the document of this exercise.", item, screenshots, file=document.name)
    if shot.wrong is not None:
        raise Failed(
            shot.problem or f"{document.name} has no usable picture for it.",
            expected=item.sentence,
            hint="Put the screenshot in, with its number beside it.",
            file=file,
        )
    if shot.problem is not None:
        raise Review(shot.problem, expected=item.sentence, file=file, reason="unclear")
    picture = f"Picture {shot.picture.number if shot.picture else '?'} of {document.name}"
    if found is None:
        raise Review(
            f"{picture} is there; a person looks at what it shows.",
            expected=item.sentence,
            hint=screenshots.unread or None,
            file=file,
            reason="unread",
        )
    if not found.confirmed:
        raise _not_confirmed(item, picture, found, screenshots, file)
    if asked.earlier:
        return
    # The app that is handed in has to do what its screenshots show; a document by itself is compared with nothing.
    if isinstance(asked.shows, ShownCode):
        _require_in_code(picture, found, submission)
    elif isinstance(asked.shows, ShownPage) and asked.now and (submission.app or submission.no_app is not None):
        if running is None:
            why = "There is no app that runs to compare the pictures of pages with. A person looks at them."
            hint = "Hand in an app.py that runs."
            raise _once(Review, why, hint, item, screenshots, file=submission.app, reason="no-app")
        _require_on_page(picture, found, running, asked.now)


def _not_confirmed(item: Item, picture: str, found: SeenInPicture, screenshots: Screenshots, file: str) -> Review:
    message = f"{picture} is left to a person: {listed(found.lacking, 3)} could not be made out in it."
    return Review(
        message,
        expected=str(item.shows),
        observed=excerpt(screenshots.text(item.id), len(message)) or "no text",
        file=file,
        reason="not-confirmed",
    )


def _of_other_exercises(item: Item) -> dict[str, list[Item]]:
    """Return what other exercises ask for, by their titles."""
    from grader.activities import all_activities

    asked = {each.title: each.pictures for each in all_activities().values()}
    return {title: items for title, items in asked.items() if items and item not in items}


def _once(
    ends: type[StudentFault],
    why: str,
    hint: str,
    item: Item,
    screenshots: Screenshots,
    *,
    file: str,
    reason: str = "",
) -> StudentFault:
    """Give a reason the first time, and refer to it where it touches more pictures."""
    before = screenshots.said_before(why, item)
    said, to_do = (why, hint) if before is None else (f"As for {before.name}.", None)
    return ends(said, expected=item.sentence, hint=to_do, file=file, reason=reason)


def _require_in_code(picture: str, found: SeenInPicture, submission: Submission) -> None:
    modules = [path for path in submission.files if path.endswith(".py")]
    code = "\n".join(submission.files[path].decode("utf-8", "replace") for path in modules)
    lines = [*found.lines, *(line for line in found.whole if len(squeeze(line)) >= _LETTERS_TO_COMPARE)]
    problem, expected = f"code than {' and '.join(modules[:2])}", f"the code of {', '.join(modules[:3])}"
    strange = _not_in(code, lines) if code else None
    if strange is not None:
        raise _seems_other(picture, problem, strange, expected=expected, file=submission.app, reason="not-in-code")


def _require_on_page(picture: str, found: SeenInPicture, running: Site, now: Callable[[Site], str]) -> None:
    try:
        text = now(running)
    except StudentFault as fault:
        text = fault.message
    strange = _not_in(text, found.lines)
    if strange is not None:
        problem, expected = "words than the app that is handed in", excerpt(text) or "nothing"
        raise _seems_other(picture, problem, strange, expected=expected, reason="not-on-page")


def _not_in(where: str, lines: Sequence[str]) -> str | None:
    """Return the first line read in a picture that does not stand in the app."""
    from grader.document import share_found

    return next((line for line in lines if share_found(line, where) < _AS_IT_IS_NOW), None)


def _seems_other(picture: str, what: str, line: str, *, expected: str, file: str | None = None, reason: str) -> Review:
    message = f"{picture} seems to show other {what}. A person compares them."
    hint, observed = "Where the two differ, take the screenshot again.", excerpt(line, len(message))
    return Review(message, expected=expected, observed=observed, hint=hint, file=file, reason=reason)
