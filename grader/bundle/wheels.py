"""A wheel of what is installed here: then no published version of it is needed elsewhere.

https://packaging.python.org/specifications/binary-distribution-format/
"""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import Distribution

_WHEEL = "Wheel-Version: 1.0\nGenerator: flask-activity-grader\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_COMPILED = frozenset({".so", ".pyd", ".dylib"})
_LEFT_OUT = frozenset({".pyc", ".pyo"})


def wheel(distribution: Distribution, module: str) -> tuple[str, bytes]:
    """Make a wheel of an installed package, one that is installed for development too: its file name and its content.

    `distribution` gives name, version and requirements; `module` is the top-level package or module that it consists
    of. Raises `InputError`: it holds compiled code, which may not run elsewhere, or it cannot be found.
    """
    name = re.sub(r"[-_.]+", "_", distribution.name).lower()
    about = f"{name}-{distribution.version}.dist-info"
    files = _files_of(module) | {
        f"{about}/METADATA": _told(distribution, "METADATA", "PKG-INFO"),
        f"{about}/entry_points.txt": _told(distribution, "entry_points.txt"),
        f"{about}/WHEEL": _WHEEL.encode(),
    }
    files[f"{about}/RECORD"] = _record(files, f"{about}/RECORD")
    return f"{name}-{distribution.version}-py3-none-any.whl", zipped(files)


def zipped(files: Mapping[str, bytes], *, programs: frozenset[str] = frozenset()) -> bytes:
    """Make a zip, the same for the same files.

    `programs` are the files that can be executed.
    """
    paper = io.BytesIO()
    with zipfile.ZipFile(paper, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix: or else the permissions are not read
            entry.external_attr = (0o100755 if path in programs else 0o100644) << 16
            archive.writestr(entry, content)
    return paper.getvalue()


def _files_of(module: str) -> dict[str, bytes]:
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise InputError(f"The files of the package {module} cannot be found.", hint="Install it and try again.")
    home = Path(spec.origin)
    if not spec.submodule_search_locations:
        return {home.name: home.read_bytes()}
    home = home.parent
    paths = [path for path in sorted(home.rglob("*")) if path.is_file() and path.suffix not in _LEFT_OUT]
    if compiled := [path for path in paths if path.suffix in _COMPILED]:
        raise InputError(
            f"The package {module} holds compiled code ({compiled[0].name}), which may not run where it is graded.",
            hint="Put the activity into a package of Python files alone, or name its file with --activity.",
        )
    return {f"{module}/{path.relative_to(home).as_posix()}": path.read_bytes() for path in paths}


def _told(distribution: Distribution, *names: str) -> bytes:
    return next(filter(None, map(distribution.read_text, names)), "").encode()


def _record(files: Mapping[str, bytes], own_name: str) -> bytes:
    def line(path: str, content: bytes) -> str:
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        return f'"{path}",sha256={digest},{len(content)}\n'

    return "".join([*(line(path, content) for path, content in files.items()), f"{own_name},,\n"]).encode()
