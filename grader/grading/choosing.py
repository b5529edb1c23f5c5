"""Which app of a hand-in answers an activity, and which documents belong to it, where there are several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from grader.activities import all_activities
from grader.model.text import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from grader.rubric import Activity
    from grader.submission import Submission
    from grader.submission.starter import Starter


_READ = (".py", ".html", ".htm")


def choose_app(submission: Submission, activity: Activity, starter: Starter) -> tuple[Submission, tuple[str, ...]]:
    """Take the app that answers an activity best, where one stands out.

    Returns
    -------
    tuple
        The submission with that app, and a sentence that names it; unchanged where none stands out.
    """
    apps = [app for app in submission.apps if not starter.has_file(submission.files[app])]
    if not apps or len(submission.apps) == 1 or submission.app_is_chosen:
        return submission, ()
    words = {app: _own(app, submission.apps, submission.files) for app in apps}
    answering = [app for app in apps if _answers(activity, words[app])]
    points = {app: _signs(activity, words[app]) for app in answering}
    best = [app for app in answering if points[app] == max(points.values())]
    chosen = submission.app if submission.app in best or not best else best[0]
    if not chosen or (chosen != submission.app and len(best) > 1):
        return submission, ()
    others = listed([app for app in submission.apps if app != chosen], 5)
    note = f"Several apps are handed in: {chosen} was graded, and not {others}."
    return replace(submission, app=chosen, no_app=None), (note,)


def _answers(activity: Activity, words: str) -> bool:
    """Whether an app answers this activity, and none of the others better."""
    shares = {
        one.id: _signs(one, words) / len(one.signs) for one in (*all_activities().values(), activity) if one.signs
    }
    own = shares.get(activity.id, 0.0)
    return own > 0 and own == max(shares.values())


def _signs(activity: Activity, text: str) -> int:
    return sum(1 for sign in activity.signs if sign.search(text))


def _own(app: str, apps: Sequence[str], files: Mapping[str, bytes]) -> str:
    """Return the words of an app: of all that lies in its folder and below, but for what is another app's."""
    folder = app.rpartition("/")[0]
    others = [other for other in apps if other != app]
    beside = [other for other in others if other.rpartition("/")[0] == folder]
    below = [f"{other.rpartition('/')[0]}/" for other in others if other not in beside and _lies_in(other, folder)]
    own = [
        path
        for path in files
        if path == app
        or (
            path.endswith(_READ[1:] if beside else _READ)
            and _lies_in(path, folder)
            and not path.startswith(tuple(below))
        )
    ]
    return "\n".join(f"{_below(path, folder)}\n{files[path].decode('utf-8', 'replace')}" for path in own)


def documents_of(app: str, apps: Iterable[str], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without the documents of other apps: of several apps each has those that are nearest to it."""
    apps = tuple(apps)
    documents = [path for path in files if path.lower().endswith(".docx")]
    if not app or len(apps) < 2 or not documents:  # noqa: PLR2004 - of one app all are
        return dict(files)
    folders = {each.rpartition("/")[0] for each in apps}
    home = app.rpartition("/")[0]
    own = [path for path in documents if _owner(path, folders) == home]
    nobodys = [path for path in documents if _owner(path, folders) is None]
    kept = own or nobodys or documents
    nearest = min(_steps(path, home) for path in kept)
    kept = own or [path for path in kept if _steps(path, home) == nearest]
    return {path: content for path, content in files.items() if path in kept or path not in documents}


def _owner(path: str, folders: Iterable[str]) -> str | None:
    """Return the nearest of the folders that a path lies in."""
    return max((folder for folder in folders if _lies_in(path, folder)), key=len, default=None)


def _steps(path: str, folder: str) -> int:
    """Count the steps from one folder to another."""
    here, there = path.split("/")[:-1], folder.split("/") if folder else []
    shared = 0
    while shared < min(len(here), len(there)) and here[shared] == there[shared]:
        shared += 1
    return len(here) + len(there) - 2 * shared


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(f"{folder}/")


def _below(path: str, folder: str) -> str:
    return path.removeprefix(f"{folder}/") if folder else path
