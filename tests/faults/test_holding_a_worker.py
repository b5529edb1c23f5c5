"""How long one hand-in can keep a worker, whatever it does: with a tenth of the time that there really is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grader.activities import activity_named
from grader.browser import page_reading, tab, visitor
from grader.grading import Grader, Settings
from grader.grading.gradable import settle
from grader.machine.clock import Deadline
from grader.model.outcome import Status
from grader.sandbox.limits import RunLimits
from grader.submission import Submission
from tests.conftest import ISOLATIONS, ROOT

LIMITS = RunLimits(load=2, request=1, visit=1, total=9)
BROWSERS = ("PICTURE", "RESCUE", "LOOK")
SMALL = 5  # what does not grow with the limits: loading, reading a page whose script was stopped, looking at one again
OVERHEAD = 6  # of starting apps and pages, and of what fair time takes in of a busy machine
REFERENCE = (ROOT / "reference_app" / "activity_11_2" / "app.py").read_text()
NAMED = """
from flask import Flask, render_template
app = Flask(__name__)
for n in range({pages}):
    app.add_url_rule(f"/{{n}}", str(n), lambda: render_template("index.html", n=n))
app.run(port=5000)
"""
LINE = "<p>Hello, my name is Jane Doe</p>"


@dataclass(frozen=True)
class HandIn:
    """One that keeps the grader waiting; what it gets, and what it is told."""

    app: str
    statuses: dict[str, Status]
    says: dict[str, str]
    activity: str = "11.2"
    template: str = ""
    seconds: float = LIMITS.total / 3
    """That it may take."""


def with_pages(added: str) -> str:
    """Return the reference app with something added to each page."""
    return REFERENCE.replace(
        "\nif __name__",
        f'\n@app.after_request\ndef change(response):\n    response.mimetype = "text/html"\n'
        f"    response.set_data(response.get_data(as_text=True) + {added!r})\n    return response\n\n\nif __name__",
    )


def before_each(line: str) -> str:
    """Return the reference app with something done before each page."""
    return REFERENCE.replace("\nif __name__", f"\n@app.before_request\ndef wait():\n    {line}\n\n\nif __name__")


NOT_FAVICON = "import time; from flask import request; request.path == '/favicon.ico' or "
PASSED, FAILED, BLOCKED = Status.PASSED, Status.FAILED, Status.BLOCKED
HAND_INS = {
    "it never ends loading": HandIn("while True: pass\n" + REFERENCE, {"loads": FAILED, "home": BLOCKED}, {}),
    "every page sleeps": HandIn(
        before_each(NOT_FAVICON + "time.sleep(99)"),
        {"loads": PASSED, "home": FAILED, "add-page": FAILED, "display-try": PASSED, "remove-cookie": FAILED},
        {
            "home": "/ gives no complete answer within 1 seconds",
            "display-found": "/displayCookieValue gives no complete answer within 0.2 seconds"
            " (other pages took more than 1 seconds before)",
            "remove-cookie": "other pages took more than 1 seconds before",
        },
    ),
    "every page works for ever": HandIn(
        before_each(NOT_FAVICON + "exec('while True: pass')"), {"loads": PASSED, "home": FAILED}, {}
    ),
    "one page hangs over HTTP and in the browser": HandIn(
        REFERENCE.replace('text = f"Found', 'while request.cookies[COOKIE_NAME]: pass\n        text = f"Found'),
        {"display-found": FAILED, "display-missing": PASSED, "display-cleared": PASSED, "remove-browser": PASSED},
        {},
    ),
    "a script on every page never ends": HandIn(
        with_pages("<script>while (true) {}</script>"),
        # What is displayed after a second of such a script depends on how busy the machine is; after ten it is there.
        {"home": PASSED, "add-browser": PASSED, "remove-browser": PASSED},
        {},
    ),
    "no page can be left": HandIn(
        with_pages("<script>onunload = onpagehide = () => { while (true) {} }</script>"),
        {"home": PASSED, "add-browser": PASSED, "display-cleared": PASSED, "remove-browser": PASSED},
        {},
    ),
    "every page reloads itself for ever": HandIn(
        with_pages("<script>location.reload()</script>"),
        {"home": PASSED, "add-browser": PASSED, "display-cleared": PASSED, "remove-browser": PASSED},
        {},
    ),
    "no page can be drawn": HandIn(
        with_pages("<script>setTimeout(() => { while (true) {} }, 20)</script>"),
        {"home": PASSED, "add-browser": PASSED},
        {},
    ),
    "a hundred pages that never answer": HandIn(
        "from flask import Flask\nimport time\napp = Flask(__name__)\n"
        "for n in range(100): app.add_url_rule(f'/{n}', str(n), lambda: time.sleep(99) or '')\napp.run(port=3000)\n",
        {"loads": PASSED, "string": FAILED, "port": PASSED},
        {},
        activity="discussion-11.1",
    ),
    "pictures that never come, on many pages": HandIn(
        NAMED.format(pages=10) + "\n@app.get('/never')\ndef never():\n    import time; time.sleep(99)\n",
        {"loads": PASSED, "template": PASSED},
        {},
        activity="11.1",
        template=f'<p hidden>{LINE}</p><img src="/never">',
        seconds=LIMITS.total,
    ),
    "many pages, each with a script that never ends": HandIn(
        NAMED.format(pages=20),
        {"template": PASSED, "browser": FAILED},
        {},
        activity="11.1",
        template=f"<style>p {{ opacity: 0 }}</style>{LINE}<script>while (true) {{}}</script>",
    ),
}


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    with pytest.MonkeyPatch.context() as patch:
        for module, name in (*((tab, f"_{what}_SECONDS") for what in BROWSERS), (page_reading, "_LOAD_SECONDS")):
            patch.setattr(module, name, getattr(module, name) / 5)  # a tenth is too little for a busy machine
        patch.setattr(visitor, "_READ_AFTERWARDS_SECONDS", visitor._READ_AFTERWARDS_SECONDS / 10)
        yield from new_grader()


def new_grader() -> Iterator[Grader]:
    settings = Settings(ISOLATIONS[0], frozenset({"document"}), screenshots=True, keep_warm=True, limits=LIMITS)
    with Grader(settings) as grader:
        yield grader


@pytest.mark.parametrize("name", HAND_INS)
def test_it_keeps_a_worker_no_longer(grader: Grader, name: str) -> None:
    hand_in = HAND_INS[name]
    files = {"app.py": hand_in.app.encode()}
    if hand_in.template:
        files["templates/index.html"] = hand_in.template.encode()
    activity = activity_named(hand_in.activity)
    submission = Submission(name=name, source=name, files=files, app="app.py")
    attempt = grader.begin(settle(submission, activity, grader.settings.course))
    attempt.start_ahead()
    clock = Deadline(1000)
    report = grader.finish(attempt)
    took, spent = clock.elapsed, LIMITS.total - attempt.allowance.remaining
    got = {result.id: result for result in report.results}
    assert {id_: got[id_].status for id_ in hand_in.statuses} == hand_in.statuses
    assert Status.ERROR not in {result.status for result in report.results}
    for id_, words in hand_in.says.items():
        assert words in got[id_].message
    assert spent < hand_in.seconds + SMALL
    assert took < hand_in.seconds + SMALL + OVERHEAD
