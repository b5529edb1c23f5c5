"""The words that pages have to display: changed, left out, doubled, in the code and in the templates."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from grader.proving.variant import Edit

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from random import Random

_OTHER = ("Banana", "Window", "Pencil", "Garden", "Monday", "Yellow", "River", "Castle")
_SHORTEST = 2


def mistakes(files: Mapping[str, bytes], wordings: Collection[str], dice: Random) -> Iterator[Edit]:
    """Yield the wordings with mistakes, at each place where they stand, and at all places together."""
    for words in wordings:
        joined = r"[^\w<>{}]*".join(map(re.escape, re.findall(r"\w+", words)))
        end = re.escape(re.findall(r"\W*$", words)[0])
        pattern = re.compile(f"{joined}(?P<end>{end})?", re.IGNORECASE)
        texts = {path: text for path in files if (text := _text(path, files[path])) and pattern.search(text)}
        for kind, way in _ways(words, dice):
            places = [(path, match) for path, text in texts.items() for match in pattern.finditer(text)]
            for path, match in places:
                text = texts[path]
                yield Edit(kind, {path: (text[: match.start()] + way(match) + text[match.end() :]).encode()})
            if len(places) > 1:
                everywhere = {path: pattern.sub(way, text) for path, text in texts.items()}
                yield Edit(f"{kind} everywhere", {path: text.encode() for path, text in everywhere.items()})


def _text(path: str, content: bytes) -> str | None:
    if not path.lower().endswith((".py", ".html", ".htm", ".j2", ".jinja")):
        return None
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _ways(words: str, dice: Random) -> list[tuple[str, partial[str]]]:
    """Return what can be done to words, whatever stands between them."""
    single = re.findall(r"\w+", words)
    ways: list[tuple[str, partial[str]]] = []
    for number, word in enumerate(single):
        ways += [
            ("word changed", partial(_one, number, dice.choice([other for other in _OTHER if other != word]))),
            ("word left out", partial(_one, number, "")),
            ("word doubled", partial(_one, number, f"{word} {word}")),
        ]
        if len(word) > _SHORTEST:
            place = dice.randrange(1, len(word))
            ways.append(("letter left out", partial(_one, number, word[:place] + word[place + 1 :])))
            ways.append(("letter doubled", partial(_one, number, word[:place] + word[place - 1] + word[place:])))
    if len(single) > 1:
        ways.append(("words turned round", partial(_all, " ".join(reversed(single)))))
    ways.append(("words left out", partial(_all, "")))
    return ways


def _one(number: int, other: str, found: re.Match[str]) -> str:
    """Return the words with another text in the place of one of them."""
    word = list(re.finditer(r"\w+", found[0]))[number]
    return found[0][: word.start()] + other + found[0][word.end() :]


def _all(other: str, found: re.Match[str]) -> str:
    """Return another text in the place of the words; who leaves them out leaves no "!" behind."""
    return other and other + (found["end"] or "")
