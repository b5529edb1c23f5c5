"""Strangers' programs cannot harm, cheat or stop the grading: each attack is graded, and then an honest app."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.activities import activity_named
from grader.grading import Grader
from grader.machine.clock import Deadline
from grader.rubric import Report
from grader.sandbox.isolation import sandbox_wall
from grader.submission import open_submission
from tests.how_many import some_of, times

from . import exhaustion, files, network, pages, survival, texts, verdicts
from .attack import Attack
from .canaries import MEGABYTE, SHARED, Canaries, Use, as_text, unearned
from .elsewhere import ELSEWHERE

pytestmark = pytest.mark.skipif(not sandbox_wall().works, reason="needs bubblewrap")

GRADER = [sys.executable, "-c", "from grader.cli import main; main()"]
ROOT = Path(__file__).parent.parent.parent
REFERENCE = open_submission(ROOT / "reference_app" / "activity_11_2")
ATTACKS = [
    attack for module in (verdicts, files, network, survival, exhaustion, pages, texts) for attack in module.ATTACKS
]
IN_PAGES = [attack for attack in ATTACKS if attack.in_browser]
OTHERS = [attack for attack in ATTACKS if not attack.in_browser]


def graded(attack: Attack, grader: Grader, canaries: Canaries, *, seconds: float = 30) -> tuple[Report, list[str]]:
    """Grade an attack and say what harm it did."""
    use = Use(seconds=seconds, grader=200 * MEGABYTE, shared=100 * MEGABYTE)
    with use.watched():
        report = grader.grade(attack.submission(canaries.names), activity_named(attack.activity))
    return report, unearned(report, attack.earned) + canaries.harm(as_text(report)) + use.harm()


def has_full_marks(grader: Grader) -> bool:
    report = grader.grade(REFERENCE, activity_named("11.2"))
    return all(result.status.value == "passed" for result in report.results if result.counts)


def must_be_stopped(attack: Attack, grader: Grader, canaries: Canaries) -> None:
    for _ in range(3):
        report, harm = graded(attack, grader, canaries)
        if harm != [SHARED]:  # which other tests take, too: hardly three times in a row
            break
    assert harm == []
    said = "\n".join(f"{result.message} {result.observed}" for result in report.results)
    assert re.search(attack.says, said), said
    assert has_full_marks(grader)


@pytest.fixture(autouse=True)
def _row_of_the_table(request: pytest.FixtureRequest, record_property) -> None:
    attack = getattr(request.node, "callspec", None) and request.node.callspec.params.get("attack")
    if isinstance(attack, Attack) and request.node.originalname in IN_TABLE:
        for name in ("promise", "tries", "wall"):
            record_property(name, getattr(attack, name))
        record_property("attack", attack.name)


IN_TABLE = {"test_an_attack_is_stopped", "test_a_page_is_stopped"}


@pytest.mark.parametrize("attack", some_of(OTHERS, always=20, endurance=len(OTHERS) // 3), ids=str)
def test_an_attack_is_stopped(attack: Attack, warm: Grader, canaries: Canaries) -> None:
    must_be_stopped(attack, warm, canaries)


@pytest.mark.parametrize("attack", some_of(IN_PAGES, always=2, endurance=len(IN_PAGES) // 2), ids=str)
def test_a_page_is_stopped(attack: Attack, warm_with_browser: Grader, canaries: Canaries) -> None:
    must_be_stopped(attack, warm_with_browser, canaries)


@pytest.mark.parametrize("attack", OTHERS[:: times(14, full=1)], ids=str)
def test_and_in_a_sandbox_of_its_own(attack: Attack, fresh: Grader, canaries: Canaries) -> None:
    must_be_stopped(attack, fresh, canaries)


# The detectors detect


@pytest.mark.parametrize("attack", [attack for attack in ATTACKS if attack.bare], ids=str)
def test_without_a_sandbox_the_harm_is_seen(attack: Attack, bare: Grader, canaries: Canaries) -> None:
    _, harm = graded(attack, bare, canaries)
    assert any(found.startswith(attack.bare) for found in harm), harm
    canaries.harm("")
    assert canaries.harm("") == []  # in order again, for the next one


def test_a_check_that_passes_unearned_is_seen(warm: Grader) -> None:
    report = warm.grade(REFERENCE, activity_named("11.2"))
    assert "home is passed, unearned" in unearned(report, frozenset())


def test_too_much_time_and_memory_are_seen() -> None:
    use = Use(seconds=0.1, grader=30 * MEGABYTE, shared=10**12)
    with use.watched():
        held = b"x" * (60 * MEGABYTE)
        deadline = Deadline(0.2)  # by the clock that is meant: on a busy machine time counts late, or not at all
        while not deadline.expired:
            time.sleep(deadline.step)
    assert len(held)
    assert use.harm() == ["took too long", "took the grader's memory"]


# Promise 7, in everything that is written


def folder_of_texts(folder: Path, canaries: Canaries) -> Path:
    """Lay out the class whose members write markup, each under a name that is markup, too."""
    for number, attack in enumerate(texts.ATTACKS):
        for name, content in attack.submission(canaries.names).files.items():
            path = folder / f"=1+1 <script>alert(1) [x](y) \u202e @x {number}" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return folder


CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What would be an escape sequence, or another direction of writing."""
ALIVE = re.compile(rf"<script>alert|<img src=x|84143929|{CONTROLS.pattern}")
"""What would be a script, or Jinja at work, as well."""


def alive_in(path: Path) -> list[str]:
    """Return what is still alive in a written file."""
    text = path.read_bytes().decode("utf-8", "replace")
    if path.suffix == ".md":
        text = re.sub(r"(`+).*?\1", "", text, flags=re.DOTALL)  # in code nothing is
    found = [match[0] for match in ALIVE.finditer(text)]
    if path.suffix == ".csv":
        found += re.findall(r"(?:^|,)\"?[=+\-@][^,\d]", text, re.MULTILINE)
    if path.suffix == ".md":
        found += re.findall(r"@everyone|\[a\]\(http", text)
    return found


def test_nothing_that_is_written_is_alive(tmp_path: Path, canaries: Canaries) -> None:
    class_ = folder_of_texts(tmp_path / "class", canaries)
    run = [*GRADER, "batch", str(class_), "--out", str(tmp_path / "out"), "--activity", "11.2", "--workers", "1"]
    run += ["--skip", "browser", "--skip", "document"]
    printed = subprocess.run(run, capture_output=True, text=True, check=False)
    assert printed.returncode in {0, 1}, printed.stderr
    written = [path for path in (tmp_path / "out").rglob("*") if path.suffix in {".html", ".csv", ".md", ".xml"}]
    assert len(written) > len(texts.ATTACKS)
    assert {str(path): alive_in(path) for path in written if alive_in(path)} == {}
    assert not CONTROLS.search(printed.stdout + printed.stderr)


def test_nothing_that_a_runner_reads_is_alive(tmp_path: Path, canaries: Canaries) -> None:
    class_ = folder_of_texts(tmp_path / "class", canaries)
    summary, outputs = tmp_path / "summary.md", tmp_path / "outputs"
    environment = {
        **os.environ,
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(class_),
        "GITHUB_STEP_SUMMARY": str(summary),
        "GITHUB_OUTPUT": str(outputs),
    }
    member = sorted(class_.iterdir())[2]
    run = [*GRADER, "check", str(member), "--activity", "11.2", "--json", "--skip", "browser"]
    printed = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert json.loads(printed.stdout)["schema"]
    assert "alert(1)" in printed.stderr
    assert not CONTROLS.search(printed.stdout + printed.stderr)
    assert alive_in(summary) == []
    commands = [line for line in printed.stderr.splitlines() if line.startswith("::")]
    assert all(
        re.match(r"::(error|warning|notice|remove-matcher|stop-commands|[0-9a-f]{32})", line) for line in commands
    )


def test_what_is_alive_is_seen(tmp_path: Path) -> None:
    for name, text in (
        ("a.html", "<p><script>alert(1)</script>"),
        ("a.csv", 'x,"=HYPERLINK(1)"\n'),
        ("a.md", "hello @everyone"),
    ):
        (tmp_path / name).write_text(text)
        assert alive_in(tmp_path / name)


def test_what_is_shown_elsewhere_is_there() -> None:
    for *_, test in ELSEWHERE:
        path, _, name = test.partition("::")
        assert f"def {name}(" in (ROOT / path).read_text(), test


def test_the_set_is_large_enough() -> None:
    assert len(ATTACKS) >= 60
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS)
    assert {attack.promise for attack in ATTACKS} | {promise for promise, *_ in ELSEWHERE} == set(range(1, 10))
