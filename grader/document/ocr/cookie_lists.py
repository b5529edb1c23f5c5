"""A browser's lists of cookies in a picture, told by what browsers write above and around them."""

from __future__ import annotations

import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING

from grader.document.ocr.line_finding import Box
from grader.document.ocr.misreading import fold, is_among, same_words, stands_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.document.ocr.recognition import Reading, TextLine

# What browsers write around their lists of cookies: developer tools of Chromium, Firefox and Safari, and settings.
_NAME = ("name", "nombre", "nom", "nome", "naam", "ad", "名称", "名前", "이름", "имя")
_VALUE = ("value", "wert", "valor", "valeur", "valore", "waarde", "değer", "值", "値", "값", "значение")
_HEADINGS = (
    *("domain", "path", "expires", "expires max-age", "http only", "secure", "same site", "size", "content"),
    *("created", "send for", "accessible to script", "last accessed", "priority", "host only", "partition key site"),
    *("pfad", "größe", "läuft ab", "inhalt", "dominio", "ruta", "caduca", "tamaño", "contenido", "domaine", "chemin"),
    *("expire", "taille", "contenu", "domínio", "caminho", "expira", "tamanho", "percorso", "scadenza", "dimensioni"),
    *("网域", "路径", "大小", "域名", "ドメイン", "パス", "サイズ", "도메인", "경로"),
)
_SURROUNDINGS = (
    *(*_NAME, *_VALUE, "storage", "local storage", "session storage", "extension storage", "cache storage"),
    *("indexed db", "cookies", "application", "cookies and site data", "site data", "locally stored data"),
    *("remove all", "clear all", "delete all", "only show cookies with an issue", "done", "blocked", "allowed"),
    *("speicher", "anwendung", "almacenamiento", "aplicación", "stockage", "armazenamento", "存储", "应用"),
    *("ストレージ",),
    *("lokaler speicher", "sitzungsspeicher", "almacenamiento local", "stockage local", "stockage de session"),
)
_CUT = re.compile(r"^\W*(?P<start>[^\W\d_]{1,12})\s?(?:\.{1,3}|\u2026)$")
"""A heading in a narrow column: ``Do…``, ``S.``."""
_SAYS_OF_ITSELF = ("locally stored data", "cookies in use", "cookie in use", "cookies and site data")
_SAYS_NONE = ("no data present for selected host", "no cookies", "no sites found", "0 cookies in use")
_FEWEST_SURROUNDINGS = 3
_FEWEST_HEADINGS = 2
_ICON_BEFORE = 4
"""Heights of a line, from a list's heading to the names below it, which may have an icon."""


class CookieLists:
    """The lists of cookies, as far as a picture's text tells."""

    def __init__(self, reading: Reading) -> None:
        self._pieces = reading

    @cached_property
    def _folded(self) -> set[str]:
        return {fold(piece.text) for piece in self._pieces}

    @cached_property
    def storage_is_seen(self) -> bool:
        """Whether a browser's storage or settings can be seen."""
        hits = {each for each in (*_HEADINGS, *_SURROUNDINGS) if is_among(each, self._folded)}
        hits |= {each for each in _SAYS_OF_ITSELF if any(stands_in(each, text) for text in self._folded)}
        return len(hits) + bool(self.names) + len(self._cut_headings) >= _FEWEST_SURROUNDINGS

    @cached_property
    def are_there(self) -> bool:
        """Whether there is a list of cookies, even an empty one, and not only the way to it."""
        headings = [each for each in _HEADINGS if is_among(each, self._folded)]
        says = any(stands_in(each, text) for each in (*_SAYS_OF_ITSELF, *_SAYS_NONE) for text in self._folded)
        enough = len(headings) + len(self._cut_headings) >= _FEWEST_HEADINGS or bool(self.names)
        return self.storage_is_seen and (enough or says)

    @cached_property
    def headings(self) -> list[TextLine]:
        """The pieces of text that browsers write above their lists of cookies."""
        return self._saying((*_NAME, *_VALUE, *_HEADINGS))

    @cached_property
    def names(self) -> list[TextLine]:
        """The headings Name that have Value beside them, as they have above cookies and nothing else."""
        values = self._saying(_VALUE)
        return [name for name in self._saying(_NAME) if any(_beside(name, value) for value in values)]

    @cached_property
    def columns(self) -> list[Box]:
        """Where the names stand in lists of cookies, from the heading Name on, without an end below.

        Only in lists with a third heading of browsers', as a page may have a table of names and values itself.
        """
        others = self._saying(_HEADINGS)
        return [
            _column(name, [each for each in self._pieces if _beside(name, each)])
            for name in self.names
            if any(_beside(name, each) for each in others)
        ]

    def _saying(self, known: Iterable[str]) -> list[TextLine]:
        """Return the pieces of text that say one of these words and nothing else."""
        there = [each for each in known if is_among(each, self._folded)]
        return [piece for piece in self._pieces if any(same_words(each, piece.text) for each in there)]

    @cached_property
    def _cut_headings(self) -> set[str]:
        """The headings that narrow columns show the beginning of, where Name or Value can be read as well."""
        if not any(is_among(each, self._folded) for each in (*_NAME, *_VALUE)):
            return set()
        cut = (_CUT.match(piece.text) for piece in self._pieces)
        starts = {fold(each["start"]) for each in cut if each}
        return {start for start in starts if any(fold(each).startswith(start) for each in _HEADINGS)}


def _beside(one: TextLine, other: TextLine) -> bool:
    """Whether a piece of text stands in the same row as another, further right."""
    apart = abs(other.top + other.bottom - one.top - one.bottom)
    return other.left > one.right and apart < one.bottom - one.top


def _column(heading: TextLine, beside: Sequence[TextLine]) -> Box:
    """Return where a column stands, from its heading on: from the icons before it to what stands next in its row."""
    height = heading.bottom - heading.top
    right = min(each.left for each in beside)
    return Box(heading.left - _ICON_BEFORE * height, heading.top, right, sys.maxsize)
