"""What of a hand-in is compared with others': a few hundred bytes that tell nothing else."""

from __future__ import annotations

import base64
import hashlib
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from grader.classroom.likeness.own_code import own_code
from grader.model.faults import StudentFault

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.document import Document
    from grader.document.labelling.sameness import Sketch


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

    def to_data(self) -> list[Any]:
        """Return it as ``json.dumps`` takes it: about 600 bytes."""
        look = base64.b64encode(self.look).decode("ascii")
        return [self.number, self.item, self.document, self.pixels, *self.size, look]

    @classmethod
    def from_data(cls, data: Sequence[Any]) -> PicturePrint:
        """Read back what `to_data` made."""
        number, item, document, pixels, width, height, look = data
        return cls(number, item, document, pixels, (width, height), base64.b64decode(look, validate=True))


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
    from grader.document import open_document

    code = own_code(files, activity_id)
    with suppress(StudentFault):
        document = document or open_document(files)
    return Fingerprint(
        activity=activity_id,
        statements=len(code.statements),
        code=_digest(code.statements),
        renamed=_digest(code.renamed),
        words=code.words,
        pictures=tuple(_picture_prints(document)) if document else (),
        authors=document.authors if document else (),
    )


def to_dict(fingerprint: Fingerprint) -> dict[str, Any]:
    """Turn a fingerprint into what ``json.dumps`` takes: about 300 bytes, and its pictures."""
    pictures = [picture.to_data() for picture in fingerprint.pictures]
    plain = {"words": sorted(fingerprint.words), "pictures": pictures, "authors": list(fingerprint.authors)}
    return {field.name: getattr(fingerprint, field.name) for field in fields(fingerprint)} | plain


def from_dict(data: Mapping[str, Any]) -> Fingerprint:
    """Read back what `to_dict` made.

    Raises `ValueError`: the data is no fingerprint.
    """
    try:
        pictures = tuple(map(PicturePrint.from_data, data["pictures"]))
        authors = tuple(data.get("authors", ()))  # not in the first journals
        same = {key: data[key] for key in ("activity", "statements", "code", "renamed")}
        return Fingerprint(**same, words=frozenset(data["words"]), pictures=pictures, authors=authors)
    except (KeyError, TypeError) as error:
        raise ValueError(f"Not a fingerprint: {error!r}") from error


def _digest(statements: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(statements).encode("utf-8", "backslashreplace")).hexdigest()


def _picture_prints(document: Document) -> Iterator[PicturePrint]:
    """Reduce the pictures, but for those that are blank or cannot be looked at."""
    for picture in document.pictures:
        if picture.sketch is not None and not picture.blank:
            yield picture_print(picture.sketch, picture.number, picture.item_number, document.name)


def picture_print(sketch: Sketch, number: int = 0, item: int | None = None, document: str = "") -> PicturePrint:
    """Return what a picture is compared by: a hash of the pixels, and the grey levels at a glance."""
    return PicturePrint(number, item, document, sketch.pixels, sketch.size, sketch.levels)
