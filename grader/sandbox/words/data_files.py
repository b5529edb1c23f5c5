"""What is wrong in a file of settings or data that a program reads, or with what it asks for in there."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.sandbox.messages import Crash

_NAMED = re.compile(r"['\"]([^'\"\n]*\.(?:json|ini|cfg|conf|toml|csv|txt|env))['\"]", re.IGNORECASE)
_NO_COMMA = "In JSON no comma stands before a closing brace or bracket: take it out."
_NO_JSON = (
    ("BOM", "{file} begins with a mark that JSON does not have. Save it as UTF-8, without BOM."),
    ("property name", "In JSON, names and texts stand in double quotes."),
    ("Extra data", "A JSON file holds one value: put several into one list, [ … ]."),
    ("delimiter", "Something is missing there: a comma between two values, or a colon after a name."),
    ("Unterminated string", "A text lacks its closing quote there."),
    ("control character", "A text does not go over two lines in JSON: write \\n in its place."),
    ("", "In JSON, texts stand in double quotes; true, false and null are in small letters."),
)


def data_file_hint(crash: Crash, files: Mapping[str, bytes]) -> str | None:
    """Return what to do about an exception that comes from a file of settings or data; None for any other.

    `files` is what was handed in: content by path.
    """
    looked = _HINTS.get(crash.type.rpartition(".")[2])
    return looked(crash, files) if looked else None


def _read_there(crash: Crash, files: Mapping[str, bytes], *endings: str) -> str | None:
    """Return the file that the line of an exception names, else one that its program names."""
    at = crash.last
    source = files.get(at.file, b"").decode("utf-8", "replace") if at else ""
    named = [*_NAMED.findall(at.text if at else ""), *_NAMED.findall(source)]
    return next((each for each in named if not endings or each.lower().endswith(endings)), None)


def _content(name: str | None, files: Mapping[str, bytes]) -> bytes | None:
    end = (name or "").replace("\\", "/").rpartition("/")[2]
    return next((content for path, content in files.items() if end and path.rpartition("/")[2] == end), None)


def _json(crash: Crash, files: Mapping[str, bytes]) -> str:
    at, name = crash.last, _read_there(crash, files, ".json")
    if at is not None and "json.loads(" in at.text and not _NAMED.search(at.text):
        return "json.loads wants JSON, and this text is none. Take the text as it is, without json.loads."
    content = _content(name, files)
    if name is None or content is None:
        return "What is read there is no JSON. Print it in a line above to see what it is."
    if not content.strip():
        return f"{name} is empty: write the JSON into it, or do without it."
    why = next(hint for sign, hint in _NO_JSON if sign in crash.message).format(file=name)
    place = re.search(r"\(char (\d+)\)", crash.message)
    try:
        json.loads(content)
    except ValueError:
        if place is not None and name not in why:
            before, is_comma = _up_to(int(place[1]), content.decode("utf-8", "replace"))
            return f"Look at line {before.count(chr(10)) + 1} of {name}. {_NO_COMMA if is_comma else why}"
    return why


def _up_to(place: int, text: str) -> tuple[str, bool]:
    """Return JSON up to a mistake, and whether it is a comma before a brace; Python tells the brace till 3.12."""
    before = text[:place]
    if text[place : place + 1] in {"}", "]"} and before.rstrip().endswith(","):
        return before.rstrip(), True
    return before, re.match(r",\s*[}\]]", text[place:]) is not None


def _section(crash: Crash, files: Mapping[str, bytes]) -> str:
    """Return what to do about a section that is not there: configparser says nothing of a file that is not."""
    name, section = _read_there(crash, files), re.search(r"'(.*)'", crash.message)
    if name is not None and _content(name, files) is None:
        return f"{name} is not there, and read() says nothing of that: hand it in too."
    wanted = f"[{section[1]}]" if section else "[…]"
    return f"Write {wanted} above its settings in {name or 'the file'}, spelt as in app.py."


def _option(crash: Crash, files: Mapping[str, bytes]) -> str:
    option, section = re.findall(r"'([^']*)'", crash.message)[:2] or ("…", "…")
    return f"Write {option} = … below [{section}] in {_read_there(crash, files) or 'the file'}, spelt as in app.py."


def _key(crash: Crash, files: Mapping[str, bytes]) -> str:
    """Return what to do about a key that is not there: it is spelt otherwise in the file, or the file is missing."""
    at, key = crash.last, crash.message.strip("'\"")
    source = files.get(at.file, b"").decode("utf-8", "replace") if at else ""
    if "configparser" in source and re.search(rf"\w+\[['\"]{re.escape(key)}['\"]\]", at.text if at else ""):
        return _section(crash, files)
    for name in dict.fromkeys(_NAMED.findall(source)):
        text = (_content(name, files) or b"").decode("utf-8", "replace")
        spelt = re.search(rf"\b{re.escape(key)}\b", text, re.IGNORECASE) if key else None
        if spelt is not None and spelt[0] != key:
            return f"{name} spells it {spelt[0]}: upper and lower case letters count."
    return f"There is no {crash.message} in it. Is it spelt as where it is put in?"


def _toml(crash: Crash, files: Mapping[str, bytes]) -> str:
    place, name = re.search(r"line (\d+)", crash.message), _read_there(crash, files, ".toml") or "the file"
    where = f"Look at line {place[1]} of {name}. " if place else ""
    return f"{where}In TOML, texts stand in quotes; true and false are in small letters."


def _header(crash: Crash, files: Mapping[str, bytes]) -> str:
    return f"{_read_there(crash, files) or 'The file'} has to begin with a section in brackets, such as [server]."


def _percent(crash: Crash, files: Mapping[str, bytes]) -> str:
    return f"In {_read_there(crash, files) or 'such a file'} a % is written %%."


_HINTS: dict[str, Callable[[Crash, Mapping[str, bytes]], str]] = {
    "JSONDecodeError": _json,
    "TOMLDecodeError": _toml,
    "NoSectionError": _section,
    "NoOptionError": _option,
    "MissingSectionHeaderError": _header,
    "InterpolationSyntaxError": _percent,
    "KeyError": _key,
}
