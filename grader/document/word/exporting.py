"""How what is no Word document becomes one; apart from what opens them, as it is asked of every hand-in's files."""

from __future__ import annotations

FROM_PAGES = "In Pages, choose File > Export To > Word, and hand in the .docx file: Word cannot open Pages' own."
OF_OTHER_PROGRAMS = (".pptx", ".ppt", ".key", ".odp", ".one")
PICTURES = (".png", ".jpg", ".jpeg", ".heic", ".webp", ".gif", ".bmp")
INTO_WORD = "Put the pictures, with their numbers, into a Word document (.docx)."
UNPACK_IT = "Unpack it, and hand in the Word document itself."
SAVE_AS_DOCX = "Open it in Word, choose File > Save As > Word Document (.docx), and hand that file in."
_EXPORTS = {
    ".pages": FROM_PAGES,
    ".gdoc": "In Google Docs, choose File > Download > Microsoft Word (.docx), and hand that file in.",
    **dict.fromkeys((".lnk", ".url", ".webloc"), "It only says where the document is: hand in the document itself."),
    **dict.fromkeys((*OF_OTHER_PROGRAMS, *PICTURES), INTO_WORD),
    ".docx.zip": UNPACK_IT,
    ".zip": "Is the document in it? Hand in the document itself, beside app.py.",
}


def how_to_export(name: str) -> str:
    """Say how a document in another format becomes a Word document, by its file's name."""
    return next((how for ending, how in _EXPORTS.items() if name.lower().endswith(ending)), SAVE_AS_DOCX)
