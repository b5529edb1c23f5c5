"""One word, one meaning: no two classes have the same name, and no two modules but those that do the same elsewhere."""

import ast
from collections import defaultdict
from pathlib import Path

GRADER = Path(__file__).parent.parent / "grader"
PARALLEL = {
    "__init__": "",
    "__main__": "",
    "export": "platforms/",  # each learning platform's
    "gradebook": "platforms/",
    "packing": "",  # each upload's: what is in it, and grading there
    "running": "",
}


def test_no_two_classes_have_the_same_name() -> None:
    places = defaultdict(list)
    for path in GRADER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                places[node.name].append(f"{path.relative_to(GRADER)}:{node.lineno}")
    assert len(places) > 300
    assert {name: found for name, found in places.items() if len(found) > 1} == {}


def test_no_two_modules_have_the_same_name() -> None:
    places = defaultdict(list)
    for path in GRADER.rglob("*.py"):
        where = path.relative_to(GRADER).as_posix()
        if path.stem not in PARALLEL or not where.startswith(PARALLEL[path.stem]):
            places[path.stem].append(where)
    assert {name: found for name, found in places.items() if len(found) > 1} == {}
