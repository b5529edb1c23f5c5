"""Names from a learning platform, made into names of folders that every system can keep apart."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST = 80  # characters; Windows allows 260 for a whole path
_MOST_BYTES = 160  # ext4 allows 255 for a name, eCryptfs 143 characters of ASCII
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\..*)?", re.IGNORECASE)
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # part of how Persian and Indic names are written


def clean_name(name: str) -> str:
    """Return a person's name in NFC, without control, bidirectional and invisible characters."""
    composed = unicodedata.normalize("NFC", name)
    kept = (letter for letter in composed if letter in _JOINERS or unicodedata.category(letter) not in _UNSEEN)
    return " ".join("".join(kept).split())


def folder_name(name: str) -> str:
    """Return a name that can be a folder's on Linux, macOS and Windows."""
    safe = _UNSAFE.sub("_", clean_name(name).translate(dict.fromkeys(map(ord, _JOINERS))))
    safe = safe.lstrip(". ")[:_LONGEST].encode()[:_MOST_BYTES].decode(errors="ignore").rstrip(". ")
    if _RESERVED.fullmatch(safe):
        safe = f"_{safe}"
    return safe or "unnamed"


def unique_names(names: Iterable[str]) -> list[str]:
    """Return folder names, one for each name; ``-2`` follows where a disk that ignores case would see the same one."""
    taken: set[str] = set()
    unique = []
    for name in names:
        base = candidate = folder_name(name)
        number = 1
        while _folded(candidate) in taken:
            number += 1
            candidate = f"{base}-{number}"
        taken.add(_folded(candidate))
        unique.append(candidate)
    return unique


def _folded(name: str) -> str:
    """Return what two names share that a disk takes for the same; APFS ignores how accents are composed, too."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
