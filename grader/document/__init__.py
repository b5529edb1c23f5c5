"""The student's Word document: its pictures in reading order, the labels at them, and which item each one is.

What is here is loaded when it is first asked for: a hand-in that is checked while it is written often has none yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.machine.lazy import load_when_asked

if TYPE_CHECKING:
    from grader.document.document import Document
    from grader.document.ocr.looking import SeenInPicture
    from grader.document.ocr.misreading import share_found
    from grader.document.ocr.recognition import recogniser
    from grader.document.screenshots import Screenshots
    from grader.document.word.opening_docx import Limits
    from grader.document.word_files import find_documents, find_near_misses, open_document

__all__ = [
    "Document",
    "Limits",
    "Screenshots",
    "SeenInPicture",
    "find_documents",
    "find_near_misses",
    "open_document",
    "recogniser",
    "share_found",
]
__getattr__ = load_when_asked(
    __name__,
    {
        "document": ("Document",),
        "ocr.looking": ("SeenInPicture",),
        "ocr.misreading": ("share_found",),
        "ocr.recognition": ("recogniser",),
        "screenshots": ("Screenshots",),
        "word.opening_docx": ("Limits",),
        "word_files": ("find_documents", "find_near_misses", "open_document"),
    },
)
