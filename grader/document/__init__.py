"""The student's Word document: its pictures in reading order, the labels at them, and which item each one is."""

from grader.document.document import Document, open_document
from grader.document.labelling.document_picture import Picture, UnreadablePictureError
from grader.document.labelling.labels import Side
from grader.document.labelling.shots import Shot, same_picture
from grader.document.ocr.looking import SeenInPicture
from grader.document.ocr.misreading import share_found
from grader.document.ocr.recognition import recogniser
from grader.document.screenshots import Screenshots
from grader.document.word.opening_docx import Limits
from grader.document.word_files import find_documents, find_near_misses
from grader.model.items import Item

__all__ = [
    "Document",
    "Item",
    "Limits",
    "Picture",
    "Screenshots",
    "SeenInPicture",
    "Shot",
    "Side",
    "UnreadablePictureError",
    "find_documents",
    "find_near_misses",
    "open_document",
    "recogniser",
    "same_picture",
    "share_found",
]
