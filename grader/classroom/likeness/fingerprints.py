"""What of a hand-in is compared with others': a few hundred bytes that tell nothing else."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.classroom.likeness.own_code import own_code
from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.document import Document
    from grader.document.labelling.pictures import Picture


@dataclass(frozen=True)
class PicturePrint:
    """A picture of the Word document, small enough to keep.

    Parameters
    ----------
    number
        Its place in the document, from 1.
    item
        The number that it is labelled with.
    document
        The document's path.
    pixels
        A hash of its size and grey pixels: equal whatever lossless format it was saved in.
    size
        Width and height in pixels.
    look
        Its grey levels in 24 columns and 16 rows.
    """

    number: int
    item: int | None
    document: str
    pixels: str
    size: tuple[int, int]
    look: bytes


@dataclass(frozen=True)
class Fingerprint:
    """What of one hand-in is compared with the others'.

    Parameters
    ----------
    statements
        How many of its statements are not the template's.
    code, renamed
        SHA-256 of its own code as it is, and with the student's names numbered.
    words
        Its own names and words that nothing given to students suggests.
    authors
        Who has made its document and who has saved it last, as the document says.
    """

    activity: str
    statements: int
    code: str
    renamed: str
    words: frozenset[str]
    pictures: tuple[PicturePrint, ...] = ()
    authors: tuple[str, ...] = ()


def fingerprint(files: Mapping[str, bytes], activity_id: str, *, document: Document | None = None) -> Fingerprint:
    """Reduce a hand-in to what is compared, without running anything.

    Parameters
    ----------
    files
        What was handed in: content by path.
    activity_id
        Whose template's lines do not count.
    document
        Its Word document where that has been opened and looked at already: decoding pictures is what takes time.
    """
    code = own_code(files, activity_id)
    document = document or _open(files)
    return Fingerprint(
        activity=activity_id,
        statements=len(code.statements),
        code=_digest(code.statements),
        renamed=_digest(code.renamed),
        words=code.words,
        pictures=tuple(_picture_prints(document)),
        authors=document.authors if document is not None else (),
    )


def to_dict(fingerprint: Fingerprint) -> dict[str, Any]:
    """Turn a fingerprint into what ``json.dumps`` takes: about 600 bytes for each picture and 300 for the code."""
    pictures = [
        [each.number, each.item, each.document, each.pixels, *each.size, base64.b64encode(each.look).decode("ascii")]
        for each in fingerprint.pictures
    ]
    return {
        "activity": fingerprint.activity,
        "statements": fingerprint.statements,
        "code": fingerprint.code,
        "renamed": fingerprint.renamed,
        "words": sorted(fingerprint.words),
        "pictures": pictures,
        "authors": list(fingerprint.authors),
    }


def from_dict(data: Mapping[str, Any]) -> Fingerprint:
    """Read back what `to_dict` made.

    Raises
    ------
    ValueError
        The data is no fingerprint.
    """
    try:
        pictures = tuple(
            PicturePrint(number, item, document, pixels, (width, height), base64.b64decode(look, validate=True))
            for number, item, document, pixels, width, height, look in data["pictures"]
        )
        return Fingerprint(
            data["activity"],
            data["statements"],
            data["code"],
            data["renamed"],
            frozenset(data["words"]),
            pictures,
            tuple(data.get("authors", ())),  # not in the first journals
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"Not a fingerprint: {error!r}") from error


def _digest(statements: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode("utf-8", "backslashreplace")).hexdigest()


def _open(files: Mapping[str, bytes]) -> Document | None:
    from grader.document import open_document

    try:
        return open_document(files)
    except StudentFault:
        return None


def _picture_prints(document: Document | None) -> Iterator[PicturePrint]:
    for picture in document.pictures if document is not None else ():
        made = _picture_print(picture, document.name if document is not None else "")
        if made is not None:
            yield made


def _picture_print(picture: Picture, document: str) -> PicturePrint | None:
    """Reduce a picture; None for one that is blank or cannot be looked at."""
    sketch = picture.sketch
    if sketch is None or picture.blank:
        return None
    return PicturePrint(picture.number, picture.item_number, document, sketch.pixels, sketch.size, sketch.levels)
