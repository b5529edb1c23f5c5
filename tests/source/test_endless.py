"""What is proven to keep a program for ever, or for how long, and what is not."""

from __future__ import annotations

import math

import pytest

from grader.source.endless import Endurance

HERE = "# here"
ENDLESS = {
    "nothing ends it": "while True:\n    pass  # here",
    "at its head": "while True:  # here\n    pass",
    "in one line": "while 1: pass  # here",
    "it never counts": "n = 0\nwhile n < 10:\n    print(n)  # here",
    "it counts something else": "n, total = 0, 0\nn = 0\ntotal = 0\nwhile n < 10:\n    total += 1  # here",
    "it counts without asking": "n = 0\nwhile True:\n    n = n + 1  # here",
    "it sleeps for ever": "import time\nwhile True:\n    time.sleep(1)  # here",
    "in a view": "def view():\n    n = 5\n    if True:\n        while not n == 6:\n            pass  # here",
    "within another loop": "for n in range(3):\n    while True:\n        pass  # here",
}
NOT_PROVEN = {
    "a way out": "while True:\n    break  # here",
    "a way out further on": "while True:\n    print(1)  # here\n    if input():\n        break",
    "it returns": "def view():\n    while True:\n        return 1  # here",
    "it counts": "n = 0\nwhile n < 10:\n    n += 1  # here",
    "it asks for what others change": "done = False\ndef view():\n    while not done:\n        pass  # here",
    "what a function shares": "def view():\n    global n\n    n = 0\n    while n < 10:\n        pass  # here",
    "it calls": "while True:\n    work()  # here",
    "a print of its own": "def print(n): raise ValueError\nwhile True:\n    print(1)  # here",
    "it prints what is not there": "while True:\n    print(missing)  # here",
    "it counts what is not there": "def view():\n    while True:\n        n += 1  # here",
    "it counts a text": "n = ''\nwhile True:\n    n += 1  # here",
    "below it": "while input():\n    pass\nelse:\n    print(1)  # here",
    "another changes it first": "n = 0\nfor n in range(20): pass\nwhile n < 10:\n    pass  # here",
    "it ends at once": "n = 20\nwhile n < 10:\n    pass  # here",
    "a function within it": "while True:\n    def view():\n        work()  # here",
    "threads": "import threading\nwhile True:\n    pass  # here",
    "signals": "import signal\nwhile True:\n    pass  # here",
}
SLEEPS = {
    "import time\ntime.sleep(60)  # here": 60,
    "from time import sleep\ndef view():\n    sleep(12.5)  # here": 12.5,
    "import time\ntime.sleep(60) or work()  # here": 0,
    "import time\nwork(); time.sleep(60)  # here": 0,
    "import time\ntime.sleep(n)  # here": 0,
    "import slow as time\ntime.sleep(60)  # here": 0,
    "from time import time\ntime.sleep(60)  # here": 0,
    "def sleep(n): pass\nsleep(60)  # here": 0,
    "import time\ntime.sleep()  # here": 0,
    "import time\ntime.sleep(-1)  # here": 0,
}


def stays(code: str) -> float:
    line = next(number for number, text in enumerate(code.splitlines(), 1) if HERE in text)
    return Endurance({"app.py": code.encode()}).of("app.py", line)


@pytest.mark.parametrize("name", ENDLESS)
def test_a_loop_that_nothing_ends(name: str) -> None:
    assert stays(ENDLESS[name]) == math.inf


@pytest.mark.parametrize("name", NOT_PROVEN)
def test_a_loop_that_may_end(name: str) -> None:
    assert stays(NOT_PROVEN[name]) == 0


@pytest.mark.parametrize("code", SLEEPS)
def test_a_line_that_sleeps(code: str) -> None:
    assert stays(code) == SLEEPS[code]


def test_what_another_file_may_interfere_with() -> None:
    files = {"app.py": b"while True:\n    pass", "other.py": b"import signal"}
    assert Endurance(files).of("app.py", 2) == 0
    assert Endurance({"app.py": b"while True:\n    pass ("}).of("app.py", 2) == 0
    assert Endurance({}).of("missing.py", 1) == 0
