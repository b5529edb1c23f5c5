"""On each Python that this machine has or gets, golden submissions get the same verdicts in the same words.

A lane of its own: ``pytest -m pythons -n 0``.  In the sandbox where there is one, without browser and documents' text.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ISOLATIONS, ROOT
from tests.test_submissions import GOLDEN

from .environments import THIS, CannotBeHad, environment

pytestmark = [pytest.mark.pythons, pytest.mark.timeout(1500)]  # the first one waits for all that are before it

VERSIONS = ["3.10", "3.11", "3.12", "3.13", "3.14"]
DIFFERS_EACH_TIME = [
    (r"expires=\w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT", "expires=…"),
    (r"Oatmeal [0-9a-f]{10}", "Oatmeal …"),
]
PYTHONS_OWN_WORDS = [  # as the student reads them in the terminal, too
    (r"\. Did you mean '\w+'\??", ""),
    (r"SyntaxError: expected '\('", "SyntaxError: invalid syntax"),
    (r"(maximum recursion depth exceeded) while calling a Python object", r"\1"),
    (r"(expected string or bytes-like object), got '\w+'", r"\1"),
    (
        r"local variable '(\w+)' referenced before assignment",
        r"cannot access local variable '\1' where it is not associated with a value",
    ),
    (
        r"(?:Illegal trailing comma before end of object|Expecting property name [\w ]+): line .*\)",
        "Expecting property name",
    ),
]
Told = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Told]]]:
    """What each Python says; one after the other begins as soon as one of two is done."""
    folder = tmp_path_factory.mktemp("pythons")
    listed = {str(golden): (str(golden.folder / "submission"), golden.activity) for golden in GOLDEN}
    (folder / "listed.json").write_text(json.dumps(listed))
    first = sorted(VERSIONS, key=lambda version: version != THIS)
    with ThreadPoolExecutor(2) as two:
        yield {version: two.submit(grade, version, folder) for version in first}


def grade(version: str, folder: Path) -> Told:
    out = folder / f"{version}.json"
    python = environment(version)
    program = Path(__file__).with_name("grade_golden.py")
    done = subprocess.run(
        [python, program, folder / "listed.json", out, ISOLATIONS[0]],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: Told = json.loads(out.read_text(encoding="utf-8"))
    return told


def alike(told: Any) -> Any:
    """Leave out what differs each time, and what is Python's to say."""
    if isinstance(told, dict):
        return {key: alike(value) for key, value in told.items()}
    if isinstance(told, str):
        for pattern, words in DIFFERS_EACH_TIME + PYTHONS_OWN_WORDS:
            told = re.sub(pattern, words, told)
    return told


def of(version: str, graded: dict[str, Future[Told]]) -> Told:
    try:
        return graded[version].result()
    except CannotBeHad as reason:
        pytest.skip(f"Python {version} cannot be had: {reason}")


@pytest.mark.parametrize("version", VERSIONS)
def test_golden_submissions_get_what_they_must_get(version: str, graded: dict[str, Future[Told]]) -> None:
    told = of(version, graded)
    wrong = {}
    for golden in GOLDEN:
        for id_, result in told[str(golden)].items():
            where, place = f"{result['file']}:{result['line']}", golden.where.get(id_)
            said = "\n".join(filter(None, (result["message"], result["observed"], result["hint"])))
            if result["status"] != golden.expected(id_):
                wrong[f"{golden} {id_}"] = f"{result['status']}: {said}"
            elif place not in (None, where) or not re.search(golden.message.get(id_, ""), said):
                wrong[f"{golden} {id_}"] = f"{where}: {said}"
    assert not wrong


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != THIS])
def test_every_word_is_the_same(version: str, graded: dict[str, Future[Told]]) -> None:
    here, there = alike(of(THIS, graded)), alike(of(version, graded))
    assert {name: told for name, told in there.items() if told != here[name]} == {
        name: told for name, told in here.items() if told != there[name]
    }
