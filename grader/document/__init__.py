"""The student's Word document: its pictures in reading order, the labels at them, and which item each one is."""

from grader.document.document import Document, open_document
from grader.document.finding import find_documents, find_near_misses
from grader.document.labels import Side
from grader.document.matching import Shot, same_picture
from grader.document.opening import Limits
from grader.document.pictures import Picture, UnreadablePictureError
from grader.rubric.items import Item

__all__ = [
    "Document",
    "Item",
    "Limits",
    "Picture",
    "Shot",
    "Side",
    "UnreadablePictureError",
    "find_documents",
    "find_near_misses",
    "open_document",
    "same_picture",
]
