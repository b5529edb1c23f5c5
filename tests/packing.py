"""Files in folders and zips, as students and learning platforms hand them over."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

APP = (
    b"from flask import Flask\napp = Flask(__name__)\n@app.route('/')\ndef home():\n    return 'Practicing Cookies!'\n"
)
RENDERS = (
    b"from flask import Flask, render_template\napp = Flask(__name__)\n"
    b"@app.route('/')\ndef home():\n    return render_template('index.html')\n"
)
RAR = b"Rar!\x1a\x07\x01\x00" + bytes(40)
SEVEN_ZIP = b"7z\xbc\xaf\x27\x1c" + bytes(40)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return what a folder holds, but for byte code."""
    found = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def zipped(files: Mapping[str, bytes | str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def encrypted(files: Mapping[str, bytes | str]) -> bytes:
    """A zip that says of each entry that it is encrypted."""
    return _with_flags(files, lambda flags: flags | 0x1)


def without_utf_8_flag(files: Mapping[str, bytes | str]) -> bytes:
    """A zip with names in UTF-8 that does not say so, as macOS writes it."""
    return _with_flags(files, lambda flags: flags & ~0x800)


def named_in(files: Mapping[bytes, bytes], fields: Mapping[bytes, bytes] | None = None) -> bytes:
    """A zip whose names are these bytes and that does not say in which code page; each may have an extra field."""
    parts, table = b"", b""
    for name, content in files.items():
        more = (fields or {}).get(name, b"")
        told = struct.pack("<IIIHH", zlib.crc32(content), len(content), len(content), len(name), len(more))
        table += struct.pack("<4sHHHHHH", b"PK\1\2", 20, 20, 0, 0, 0, 0) + told[:12]
        parts, table = (
            parts + struct.pack("<4sHHHHH", b"PK\3\4", 20, 0, 0, 0, 0) + told + name + more + content,
            table[:-12] + told + struct.pack("<HHHII", 0, 0, 0, 0, len(parts)) + name + more,
        )
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(files), len(files), len(table), len(parts), 0)
    return parts + table + end


def _with_flags(files: Mapping[str, bytes | str], change: Callable[[int], int]) -> bytes:
    packed = bytearray(zipped(files))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.find(magic)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", packed, at + offset)
            struct.pack_into("<H", packed, at + offset, change(flags))
            at = packed.find(magic, at + 4)
    return bytes(packed)


def write_zip(path: Path, files: Mapping[str, bytes | str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(files))
    return path


def write_folder(path: Path, files: Mapping[str, bytes | str]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        place = path / name
        if name.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
