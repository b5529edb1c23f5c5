"""How long a class takes in which one in ten hangs, beside the same class in which none does, by the clock."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOME = 'return "Practicing Cookies!"'
MAIN = 'if __name__ == "__main__":'
EACH_PAGE = """
@app.after_request
def change(response):
    response.mimetype = "text/html"
    response.set_data(response.get_data(as_text=True) + "<script>{}</script>")
    return response


"""
KINDS = {
    "a view never ends": (HOME, f"while True: pass\n    {HOME}"),
    "a loop forgets to count": (HOME, f"n = 0\n    while n < 10:\n        print(n)\n    {HOME}"),
    "it never ends loading": (MAIN, f"while True: pass\n{MAIN}"),
    "a view sleeps": (HOME, f"import time\n    time.sleep(60)\n    {HOME}"),
    "every page sleeps": (MAIN, f"@app.before_request\ndef wait():\n    import time\n    time.sleep(60)\n\n\n{MAIN}"),
    "it waits for itself": (HOME, f"import threading; threading.Event().wait()\n    {HOME}"),
    "a page drips": (
        HOME,
        "import time\n    return Response((time.sleep(0.5) or 'x' for _ in range(99)), mimetype='text/plain')",
    ),
    "each page has an endless script": (MAIN, EACH_PAGE.format("while (true) {}") + MAIN),
    "each page loads itself again": (MAIN, EACH_PAGE.format("location.reload()") + MAIN),
}
"""What hangs, and how the reference app is changed for it."""


def with_kind(class_: Path, folder: Path, size: int, kind: str) -> Path:
    """Copy a class to a folder; in the copy each tenth app hangs."""
    before, after = KINDS[kind]
    shutil.copytree(class_, folder)
    for number in range(4, size, 10):
        app = folder / f"student-{number}" / "app.py"
        text = app.read_text()
        if before not in text:
            raise AssertionError(f"not in the reference app any more: {before}")
        app.write_text(text.replace(before, after))
    return folder
