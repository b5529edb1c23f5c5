"""What was handed in is data: pytest must not take settings, plugins or tests from it.

pytest looks for its settings before it loads any plugin, and takes the value of an option that it does not know yet for
a path to look in: ``pytest --grade doe`` reads ``doe/pytest.ini``.  There it is started anew, with the submission named
so that pytest does not take it for its own.

What the command line asks for has to be known for that, before pytest knows all options, and whose the short names are.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.submission.folder_on_disk import own_folder

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence

_HERE = Path(__file__).parent
_OPTION_OF_ITS_OWN = re.compile(rb"""["']--grade["']""")
_NO_SETTINGS = _HERE / "no_settings.ini"
# The current directory is not looked into for modules: a submission may hold a pytest.py.
_START = "import sys; sys.path[:] = filter(None, sys.path); import pytest; sys.exit(pytest.main())"
_IN_FULL = {"--grade": "--grade-path", "--activity": "--grade-activity"}


@dataclass(frozen=True)
class GradeOptions:
    """What is to be graded, as it seems.

    `option` is the name that was used; the short one may turn out to be another's. `is_apart` says whether the path is
    a word of its own, which pytest takes for a place to look for tests in.
    """

    option: str
    path: str
    is_apart: bool

    def others(self, places: Iterable[str]) -> list[str]:
        """Return the places where tests are to be looked for, without what is to be graded."""
        left = list(places)
        if self.is_apart and self.option == "--grade" and self.path in left:
            left.remove(self.path)
        return left


def asked_for(words: Sequence[str]) -> GradeOptions | None:
    """Return what the words ask to be graded; the short name counts only with a path that exists."""
    found = None
    words = [*takewhile(lambda word: word != "--", words), ""]
    for word, after in pairwise(words):
        option, apart, value = word.partition("=")
        path = value if apart else after
        if option == "--grade-path" or (option == "--grade" and path and _exists(path)):
            found = GradeOptions(option, path, is_apart=not apart)
    return found


def write_in_full(parser: pytest.Parser, words: list[str]) -> None:
    """Write the short names in full, in place, where no other plugin and no conftest.py has options of these names."""
    free = {short for short in _IN_FULL if _is_free(parser, short)}
    for index, word in enumerate(words):
        option, equals, value = word.partition("=")
        if word == "--":
            return
        if option in free:
            words[index] = f"{_IN_FULL[option]}{equals}{value}"


def _is_free(parser: pytest.Parser, option: str) -> bool:
    probe = f"{option}=x"
    try:
        return probe in parser.parse_known_and_unknown_args([probe])[1]
    except pytest.UsageError:  # it is known, and wants something else
        return False


def _exists(path: str) -> bool:
    try:
        return Path(path).exists()
    except OSError:  # such as a name that is too long
        return False


def start_anew_outside(config: pytest.Config, asked: GradeOptions, places: Sequence[str], words: Sequence[str]) -> None:
    """Where pytest has made the submission its root, run it once more with another, and end as that ends.

    `places` are where tests are looked for, as far as is known by now; `words` the command line, with what the
    environment adds to it.  Raises `pytest.UsageError`: the submission's settings have loaded modules already.
    """
    own = own_folder(Path(asked.path))
    if own is None or not is_inside(config.rootpath, own):
        return
    _refuse_plugins(config)
    command = [sys.executable, "-c", _START, *_without(words, asked.option), f"{asked.option}={asked.path}"]
    if any(is_inside(place, own) for place in (Path.cwd(), *map(Path, asked.others(places)))):
        command += [f"--config-file={_NO_SETTINGS}", f"--rootdir={own.parent}"]
    env = {**os.environ, "PYTHONSAFEPATH": "1", "PYTEST_ADDOPTS": ""}
    if os.name == "posix" and list(config.invocation_params.args) == sys.argv[1:]:  # not where a program calls pytest
        os.execve(sys.executable, command, env)  # noqa: S606 - so that signals and the exit code are those of pytest
    with subprocess.Popen(command, env=env) as again:
        while again.poll() is None:
            with suppress(KeyboardInterrupt):  # it hears that too, and ends by itself
                again.wait()
    raise SystemExit(again.returncode)


def keep_conftests_out(named: argparse.Namespace, words: Sequence[str]) -> None:
    """Have pytest load no conftest.py of the submission at its start.

    `named` is what is known of the command line so far, and is changed in place; `words` is the command line.  Raises
    `pytest.UsageError`: what is asked for can only be told by loading what may have been handed in.
    """
    asked = asked_for(words)
    if asked is None and named.grade_path is not None:  # a worker of pytest-xdist hears of it without words
        asked = GradeOptions("--grade-path", named.grade_path, is_apart=False)
    if asked is None:
        return
    own = own_folder(Path(asked.path))
    if asked.option == "--grade" and own is not None:
        _refuse_to_guess(own)
    named.file_or_dir = anchors(asked.others(named.file_or_dir), Path(asked.path))


def _refuse_to_guess(own: Path) -> None:
    """Say that the short name may be an option of what is named, which is not loaded to find out."""
    for file in (own / "conftest.py", *own.glob("test*/conftest.py"), Path.cwd() / "conftest.py"):
        with suppress(OSError):
            if is_inside(file, own) and _OPTION_OF_ITS_OWN.search(file.read_bytes()):
                raise pytest.UsageError(
                    f"{file} seems to have an option --grade of its own. "
                    "Write --grade-path to grade what it belongs to, or -p no:grader for that option."
                )


def _refuse_plugins(config: pytest.Config) -> None:
    """Say that it is too late where settings that were handed in name modules: pytest has loaded them by now."""
    if config.getini("pythonpath") or any(word.startswith("-p") for word in config.getini("addopts")):
        raise pytest.UsageError(
            f"{config.inipath}, which was handed in, has made pytest load modules before the grader could stop it.\n"
            "Look at that file. From a folder outside of the submission, --grade=PATH never reads it."
        )


def _without(words: Sequence[str], option: str) -> list[str]:
    left: list[str] = []
    skip = False
    for word in words:
        if not skip and word != option and not word.startswith(f"{option}="):
            left.append(word)
        skip = not skip and word == option
    return left


def anchors(named: Sequence[str], path: Path) -> list[str]:
    """Return the places whose conftest.py pytest is to load at its start.

    pytest takes the places that were named, or else the current directory, and every folder ``test*`` in them: none of
    these may be a submission.
    """
    own = own_folder(path)
    places = [Path(name.partition("::")[0]) for name in named]
    kept: list[str] = []
    for place in places or [Path.cwd()]:
        around = place.is_dir() and (not places or (own is not None and is_inside(own, place.resolve())))
        anchor = place / "conftest.py" if around else place
        if anchor.exists() and not (own is not None and is_inside(place, own)):
            kept.append(str(anchor))
    return kept or [str(_HERE)]


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path is a folder or something below it."""
    return path.resolve().is_relative_to(folder)
