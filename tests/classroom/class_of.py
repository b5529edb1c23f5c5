"""Classes to grade: golden submissions under students' names, and hand-ins that cannot be opened, in seeded order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.packing import RAR, SEVEN_ZIP, encrypted, write_folder, zipped

FIRST = ["Ana", "Zoë", "Chloé", "Emre", "فاطمة", "Gözde", "Iñes", "Jürgen", "凯", "Noor", "Olga", "Søren", "Tomás"]
LAST = ["Almeida", "Berg", "Çelik", "O'Neill", "García-Díaz", "Huang", "Kovács", "Nguyễn", "Park", "van den Berg"]
CANNOT_BE_OPENED = {
    "corrupt.zip": b"PK\x03\x04 and then nothing",
    "encrypted.zip": encrypted({"app.py": "print(1)"}),
    "work.rar": RAR,
    "work.7z": SEVEN_ZIP,
    "empty.zip": zipped({}),
    "nothing.zip": b"",
    "essay.zip": zipped({"essay.txt": "I could not do it."}),
}


def moodle_export(folder: Path, hand_ins: Iterable[Mapping[str, bytes]], seed: int = 11) -> dict[int, str]:
    """Write hand-ins as Moodle does, each under a name of its own, in any order.

    Returns
    -------
    dict
        For the place of each hand-in in ``hand_ins`` its student's name.

    """
    dice = random.Random(seed)
    numbered = list(enumerate(hand_ins))
    dice.shuffle(numbered)
    names = {}
    for participant, (place, files) in enumerate(numbered, start=1001):
        # Numbered, since in a class of hundreds two have the same name; Moodle tells them apart by the participant.
        names[place] = f"{dice.choice(FIRST)} {dice.choice(LAST)} {participant}"
        write_folder(folder / f"{names[place]}_{participant}_assignsubmission_file", files)
    return names
