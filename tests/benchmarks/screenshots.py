"""How well screenshots are recognised, on all hand-ins of tests/document/hand_ins.py, and how long that takes."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.document.hand_ins import all_hand_ins, dark_editor, labelled, light_editor, shoot, whole_screens
from tests.document.judging import document, expected, judge, statuses
from tests.document.windows import Camera, camera

COLD, CACHED = 0.6, 0.02
"""Shares of plain rapidocr's time that a document of ten pictures may take."""

OURS = """
import sys, time
from pathlib import Path
from grader.activities import activity_named
from grader.document import Document, Screenshots
from grader.document.ocr import recognition
if sys.argv[2] == "warm":
    recognition.try_out()
items = activity_named("11.2").pictures
started = time.perf_counter()
screenshots = Screenshots(Document.open(Path(sys.argv[1]), "Report.docx"), items)
assert all(screenshots.found(item.id).confirmed for item in items)
print(time.perf_counter() - started)
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
started = time.perf_counter()
for picture in pictures:
    engine(np.asarray(Image.open(io.BytesIO(picture)).convert("RGB"))[:, :, ::-1])
print(time.perf_counter() - started)
"""


def confusion(cam: Camera, folder: Path) -> bool:
    """Print what right and wrong pictures get, and say whether it is as it must be."""
    counts: Counter[tuple[str, str]] = Counter()
    hand_ins = all_hand_ins()
    for hand_in in hand_ins:
        got = statuses(judge(document(hand_in, cam, folder), hand_in.activity))
        must = expected(hand_in, got)
        counts.update((must[id_], got[id_]) for id_ in got)
        for id_ in got:
            if got[id_] != must[id_]:
                print(f"  {hand_in.name}: {id_} is {got[id_]}, must be {must[id_]}")
    names = {"passed": "right pictures", "review": "wrong pictures", "failed": "missing pictures"}
    print(f"{len(hand_ins)} documents, {counts.total()} items\n\n{'':18}{'passed':>8}{'review':>8}{'failed':>8}")
    for must, name in names.items():
        print(f"{name:18}" + "".join(f"{counts[must, got]:8}" for got in names))
    return all(must == got for must, got in counts)


def seconds(program: str, path: Path, how: str, cache: Path) -> float:
    """Run a program in a process of its own and return the time that it took, models loaded before."""
    env = {**os.environ, "GRADER_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", program, str(path), how], env=env, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def ratios(path: Path, name: str, rounds: int, folder: Path) -> bool:
    """Print how long a document takes, cold and cached, beside plain rapidocr over the same pictures."""
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
        print(f"{name:16}{kind:8}{times} = {ratio:.3f}  (at most {most})  {'ok' if ratio <= most else 'TOO SLOW'}")
        good &= ratio <= most
    return good


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--only", choices=("confusion", "times"))
    chosen = options.parse_args()
    good = []
    with tempfile.TemporaryDirectory() as scratch, camera() as cam:
        folder = Path(scratch)
        os.environ.setdefault("GRADER_CACHE", str(folder / "cache"))
        if chosen.only != "times":
            good.append(confusion(cam, folder))
        if chosen.only != "confusion":
            for windows in (dark_editor, light_editor, whole_screens):
                path = labelled(shoot(cam, windows())).save(folder / f"{windows.__name__}.docx")
                good.append(ratios(path, windows.__name__, chosen.rounds, folder))
    sys.exit(0 if all(good) else 1)


if __name__ == "__main__":
    main()
