"""How well screenshots are recognised, on all hand-ins of tests/document, and how much work that takes."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

from tests.benchmarks.cost import cost_of
from tests.document.hand_ins import (
    HandIn,
    dark_editor,
    labelled,
    light_editor,
    of_11_1,
    saved,
    shoot,
    ways_to_be_wrong,
    ways_to_label,
    ways_to_mix_up,
    ways_to_photograph,
    whole_screens,
)
from tests.document.judging import document, expected, judge, statuses
from tests.document.real_hand_ins import ways_to_be_real, ways_to_be_really_wrong
from tests.document.windows import Camera, camera

COLD, CACHED = 0.10, 0.02
"""Shares of plain rapidocr's processor time that a document of ten pictures may take."""
CLASS_COLD, CLASS_CACHED = 4.0, 1.3
"""A class's processor time with documents, in that of the same class without."""

OURS = """
import sys, time
from pathlib import Path
from grader.activities import activity_named
from grader.document import Document, Screenshots
from grader.document.ocr import recognition
if sys.argv[2] == "warm":
    recognition.try_out()
items = activity_named("11.2").pictures
started = time.process_time()
screenshots = Screenshots(Document.open(Path(sys.argv[1]), "Report.docx"), items)
assert all(screenshots.found(item.id).confirmed for item in items)
print(time.process_time() - started)
"""
PLAIN = """
import io, sys, time, zipfile
import numpy as np
from PIL import Image
from rapidocr import RapidOCR
engine = RapidOCR(params={"Global.log_level": "critical"})
engine(np.full((80, 200, 3), 255, dtype=np.uint8))
archive = zipfile.ZipFile(sys.argv[1])
pictures = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
started = time.process_time()
for picture in pictures:
    engine(np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))[:, :, ::-1])
print(time.process_time() - started)
"""


KINDS: dict[str, Callable[[], Iterable[HandIn]]] = {
    "labelled, placed": ways_to_label,
    "saved, cut": ways_to_photograph,
    "missing, swapped": ways_to_mix_up,
    "one wrong": ways_to_be_wrong,
    "activity 11.1": of_11_1,
    "real": ways_to_be_real,
    "real, one wrong": ways_to_be_really_wrong,
}
MUST = {"passed": "right", "review": "wrong", "failed": "missing"}


def confusion(cam: Camera, folder: Path, only: str) -> bool:
    """Print what right, wrong and missing pictures of each kind get, and say whether it is as it must be."""
    table: dict[str, Counter[tuple[str, str]]] = {}
    documents: Counter[str] = Counter()
    for kind, hand_ins in KINDS.items():
        counts = table[kind] = Counter()
        for hand_in in hand_ins():
            if only not in f"{kind}/{hand_in.name}":
                continue
            documents[kind] += 1
            got = statuses(judge(document(hand_in, cam, folder), hand_in.activity))
            must = expected(hand_in, got)
            counts.update((must[id_], got[id_]) for id_ in got)
            for id_ in got:
                if got[id_] != must[id_]:
                    print(f"  {kind}/{hand_in.name}: {id_} is {got[id_]}, must be {must[id_]}", flush=True)
    table["all"] = sum(table.values(), Counter())
    documents["all"] = documents.total()
    print(f"{'':28}" + "".join(f"{f'{name} pictures':^27}" for name in MUST.values()))
    print(f"{'':18}{'documents':>10}" + "".join(f"{got:>9}" for got in [*MUST] * 3))
    for kind, counts in table.items():
        cells = "".join(f"{counts[must, got]:9}" for must in MUST for got in MUST)
        print(f"{kind:18}{documents[kind]:10}{cells}")
    return all(must == got for must, got in table["all"])


def seconds(program: str, path: Path, how: str, cache: Path) -> float:
    """Run a program in a process of its own and return the processor time that it took, models loaded before."""
    env = {**os.environ, "GRADER_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), how], env=env, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def ratios(path: Path, name: str, rounds: int, folder: Path) -> bool:
    """Print how much work a document is, cold and cached, beside plain rapidocr over the same pictures."""
    cold, cached, plain = [], [], []
    for number in range(rounds):
        cache = folder / f"{name}-{number}"
        plain.append(seconds(PLAIN, path, "", cache))
        cold.append(seconds(OURS, path, "warm", cache))
        cached.append(seconds(OURS, path, "cached", cache))
    good = True
    for kind, ours, most in (("cold", cold, COLD), ("cached", cached, CACHED)):
        ratio = statistics.median(one / other for one, other in zip(ours, plain, strict=True))
        times = f"{statistics.median(ours):6.2f} s / {statistics.median(plain):6.2f} s"
        print(f"{name:16}{kind:8}{times} = {ratio:.3f}  (at most {most})  {'ok' if ratio <= most else 'NO'}")
        good &= ratio <= most
    return good


def of_a_class(cam: Camera, folder: Path, size: int) -> bool:
    """Print how much work a class is with documents of its own pictures, cold and cached, and without documents."""
    app = Path(__file__).parents[2] / "reference_app" / "activity_11_2"
    kinds = (dark_editor, light_editor, whole_screens)
    pictures = [shoot(cam, windows()) for windows in kinds]
    for with_documents in (False, True):
        for number in range(size):
            student = folder / f"class-{with_documents}" / f"student_{number}"
            shutil.copytree(app, student, ignore=shutil.ignore_patterns("*.docx", "__pycache__"))
            if with_documents:  # each saved with a quality of its own, so that nobody's is another's
                own = saved(pictures[number % len(kinds)], quality=70 + number % 30)
                labelled(own).save(student / "Screenshots.docx")
    without = _work_of_class(folder, with_documents=False)
    cold, cached = (_work_of_class(folder, with_documents=True) for _ in range(2))
    good = True
    for name, work, most in (("cold", cold, CLASS_COLD), ("cached", cached, CLASS_CACHED)):
        ratio = work / without
        times = f"{work:6.1f} s / {without:6.1f} s"
        print(f"class of {size:<6} {name:8}{times} = {ratio:.2f}  (at most {most})  {'ok' if ratio <= most else 'NO'}")
        good &= ratio <= most
    return good


def _work_of_class(folder: Path, *, with_documents: bool) -> float:
    """Return the processor time of one run and of all that it starts, those in namespaces of their own included."""
    command = [sys.executable, "-m", "grader", "batch", str(folder / f"class-{with_documents}")]
    options = ["--activity", "11.2", "--workers", "1", "--fresh", "--out", str(folder / "graded")]
    return cost_of([*command, *options], env={**os.environ, "GRADER_CACHE": str(folder / "cache-of-class")}).cpu


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=("confusion", "times", "class"))
    options.add_argument("--class-of", type=int, default=40, metavar="SIZE", help="of the class with documents")
    options.add_argument("--named", default="", help="of the confusion: only documents with this in KIND/NAME")
    chosen = options.parse_args()
    good = []
    with tempfile.TemporaryDirectory() as scratch, camera() as cam:
        folder = Path(scratch)
        os.environ.setdefault("GRADER_CACHE", str(folder / "cache"))
        if chosen.only in (None, "confusion"):
            good.append(confusion(cam, folder, chosen.named))
        if chosen.only in (None, "times"):
            for windows in (dark_editor, light_editor, whole_screens):
                path = labelled(shoot(cam, windows())).save(folder / f"{windows.__name__}.docx")
                good.append(ratios(path, windows.__name__, chosen.rounds, folder))
        if chosen.only in (None, "class"):
            good.append(of_a_class(cam, folder, chosen.class_of))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
