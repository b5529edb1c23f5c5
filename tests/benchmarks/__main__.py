"""All that is measured, one after the other, with what was asked of it: ``ok`` or ``NO``."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--peers", type=Path, required=True, help="the folder with the suites to compare with")
    options.add_argument("--peer-python", default=sys.executable, help="a Python that has their packages")
    options.add_argument("--class-of", type=int, default=40, metavar="SIZE", help="of the classes that are graded")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", default="", metavar="WORDS", help="only what has these words in its name")
    chosen = options.parse_args()
    peers, size, rounds = (
        ["--peers", str(chosen.peers.resolve())],
        str(chosen.class_of),
        ["--rounds", str(chosen.rounds)],
    )
    runs = {
        "reading pictures": ["screenshots", "--only", "times", *rounds],
        "a class without documents": ["batch", *peers, *rounds, "--class-of", size],
        "a class with documents": ["screenshots", "--only", "class", "--class-of", size],
        "one check": ["check", *peers, *rounds, "--peer-python", chosen.peer_python],
        "one in ten hangs": ["batch", *peers, "--rounds", "1", "--hanging", size],
        "a class again": ["batch", *peers, "--again", size],
        "larger and larger classes": ["batch", *peers, "--grow", "100", "400"],
    }
    good = True
    for name, (module, *words) in runs.items():
        if chosen.only in name:
            print(f"\n{name}", flush=True)
            command = [sys.executable, "-m", f"tests.benchmarks.{module}", *words]
            good &= subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
