"""How the pieces that a platform recognises in an export become hand-ins."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from grader.platforms.exports.flattening import without_number
from grader.platforms.exports.handin import HandIn, Person
from grader.platforms.exports.platform import Known
from grader.submission.unpacking import is_archive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.platforms.exports.listing import ExportEntry, Listing
    from grader.platforms.exports.platform import ExportPiece, Platform


class Upload(NamedTuple):
    """What lies in an export, and what its path says."""

    piece: ExportPiece
    entry: ExportEntry


def share_read(platform: Platform, listing: Listing) -> float:
    """Return how much of what lies at the top of an export a platform would have written, from 0 to 1.

    Counted by what lies at the top, so that no student's own files outweigh everyone else's.
    """
    tops = [
        [platform.read(entry.path) is not None for entry in entries]
        for entries in listing.tops.values()
        if not all(platform.is_nobodys(entry.path) for entry in entries)
    ]
    return sum(map(all, tops)) / len(tops) if tops else 0.0


def gather(platform: Platform, listing: Listing) -> tuple[list[HandIn], list[str]]:
    """Return the hand-ins of an export, and the paths that are nobody's."""
    pieces: dict[str, list[Upload]] = {}
    nobodys = []
    for entry in listing.entries:
        piece = platform.read(entry.path)
        if piece is not None:
            file = replace(piece, path="") if piece.path.endswith("/") else piece
            pieces.setdefault(piece.key, []).append(Upload(file, entry))
        elif not platform.is_nobodys(entry.path):
            nobodys.append(entry.path)
    known = platform.learn(listing)
    return [_hand_in(platform, listing, of_one, known.get(key, Known())) for key, of_one in pieces.items()], nobodys


def _hand_in(platform: Platform, listing: Listing, pieces: Sequence[Upload], known: Known) -> HandIn:
    """Return what a student handed in: the latest attempt, with the others should a person choose one."""
    by_attempt: dict[str, list[Upload]] = {}
    for both in sorted(pieces, key=lambda both: both.piece.order):
        by_attempt.setdefault(both.piece.attempt, []).append(both)
    labels = sorted(by_attempt, reverse=True)
    attempts = [(label, by_attempt[label]) for label in labels]
    if platform.numbers:
        late, in_time = _late_ones(attempts[0][1])
        attempts = [("late", late), ("in time", in_time)] if in_time else _uploads(attempts[0][1])
    people = known.people or _people(piece for piece, _ in pieces)
    latest, *others = (
        replace(_attempt(platform, listing, ordered, known), people=people, attempt=label)
        for label, ordered in attempts
    )
    named = [
        ", ".join(sorted(piece.path for piece, _ in ordered if piece.path)) if platform.numbers else label
        for label, ordered in reversed(attempts[1:])
    ]
    # Of an archive that was uploaded again whoever opens it says which one counts.
    known_then = platform.numbers and is_archive(latest.attempt)
    left_out = () if known_then else tuple(f"An earlier attempt was left out: {name}." for name in named)
    return replace(latest, left_out=left_out + latest.left_out, others=tuple(others))


def _attempt(platform: Platform, listing: Listing, ordered: Sequence[Upload], known: Known) -> HandIn:
    parts, replaced = _parts(ordered)
    first = ordered[0][0]
    source = _source(listing, first, [entry for _, entry in ordered])
    hand_in = HandIn(
        name=first.name,
        source=source,
        platform=platform.name,
        parts=parts,
        flattened=platform.flattens and not any("/" in part.path for part in parts),
        numbered=platform.numbers,
        submitted=known.submitted or first.submitted,
        late=any(piece.late for piece, _ in ordered),
        notes=known.notes,
        left_out=replaced,
        problem=_nothing(ordered, first.name) if not parts and all(entry.readable for _, entry in ordered) else None,
        returned_as=next((piece.returned_as for piece, _ in ordered if piece.path and piece.returned_as), None),
    )
    folders = {entry.top if "/" in entry.path else None for _, entry in ordered}
    folder = folders.pop() if len(folders) == 1 else None
    on_disk = folder is not None and not platform.flattens and listing.source.is_dir()
    return _folder_on_disk(hand_in, ordered[0][1]) if on_disk else hand_in


def _uploads(ordered: list[Upload]) -> list[tuple[str, list[Upload]]]:
    """Take the archive that was uploaded a second time and the first one as two attempts, the latest first."""
    paths = [piece.path for piece, _ in ordered if is_archive(piece.path)]  # the first uploaded comes first
    again = [path for path in paths if without_number(path) != path and without_number(path) in paths]
    if not again or len({without_number(path) for path in paths}) > 1:
        return [("", ordered)]
    *earlier, latest = paths
    others = [
        (path, [both for both in ordered if both.piece.path not in paths or both.piece.path == path])
        for path in reversed(earlier)
    ]
    return [(latest, ordered), *others]


def _late_ones(ordered: list[Upload]) -> tuple[list[Upload], list[Upload]]:
    """Take the late attempt where there is one in time beside it, and it holds something to run; return both.

    Canvas marks the whole of a late attempt; a document alone that comes late belongs to what was there in time.
    """
    late = [both for both in ordered if both.piece.late]
    if not any(piece.path.lower().endswith(".py") or is_archive(piece.path) for piece, _ in late):
        return ordered, []
    in_time = [both for both in ordered if not both.piece.late]
    return (late, in_time) if any(piece.path for piece, _ in in_time) else (ordered, [])


def _parts(ordered: Iterable[Upload]) -> tuple[tuple[ExportEntry, ...], tuple[str, ...]]:
    """Return the files; of two with the same name the later one, and a sentence for the other."""
    parts: dict[str, ExportEntry] = {}
    replaced = []
    for piece, entry in ordered:
        if piece.path:
            if piece.path in parts:
                replaced.append(f"{piece.path} was handed in more than once; the latest was taken.")
            parts[piece.path] = replace(entry, path=piece.path, order=piece.order)
    return tuple(parts[path] for path in sorted(parts)), tuple(dict.fromkeys(replaced))


def _people(pieces: Iterable[ExportPiece]) -> tuple[Person, ...]:
    """Return the student, with the ids of all pieces together."""
    name = None
    ids: dict[str, str] = {}
    for piece in pieces:
        name = name or piece.person.name
        ids |= piece.person.ids
    return (Person(name, ids),)


def _source(listing: Listing, piece: ExportPiece, entries: Sequence[ExportEntry]) -> str:
    """Return where a hand-in lies: the only file, the folder, or what its files' names begin with."""
    paths = [entry.path.rstrip("/") for entry in entries]
    only = paths[0] if len(paths) == 1 else ""
    folders = {path.partition("/")[0] for path in paths if "/" in path}
    inside = only or (folders.pop() if len(folders) == 1 else piece.name)
    return f"{listing.source}/{listing.wrapper}{inside}"


def _nothing(ordered: Sequence[Upload], name: str) -> str:
    if all(entry.path.endswith("/") for _, entry in ordered):
        return f"{name} is empty: there are no files in it."
    return "No file was handed in, only a text or a link typed into the platform's page."


def _folder_on_disk(hand_in: HandIn, entry: ExportEntry) -> HandIn:
    """Let a hand-in that is a folder on the disk be opened as a whole, as ``grader check`` opens it.

    Several archives in it, or one that is no zip, are left to be put together here.
    """
    archives = [part.path.lower() for part in hand_in.parts if "/" not in part.path and is_archive(part.path)]
    opens_alone = not archives or (len(archives) == 1 and archives[0].endswith(".zip"))
    if hand_in.problem is not None or not opens_alone:
        return hand_in
    # As the disk has it: a path in a listing shows bytes that are no text in another way.
    below = [part for part in entry.path.split("/")[1:] if part]
    folder = Path(entry.place.disk)
    folder = folder.parents[len(below) - 1] if below else folder
    return replace(hand_in, parts=(), whole=str(folder))
