"""A class that never was: reports of many students, seeded, so that every run sees the same."""

from __future__ import annotations

import importlib.util
import io
import random
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import ModuleType

from PIL import Image, ImageDraw, ImageFont

from grader.classroom.overview.rows import OverviewRow
from grader.model.outcome import Evidence, Status
from grader.model.report import Handed, Report, Result

_FIRST = "Ana Ben Chloé Dana Emre Fatima Gözde Hugo Ines Jürgen Karim Lena Mona Noor Olga Priya Quinn Rosa Søren Tomás"
_LAST = "Almeida Berg Çelik Dubois Eriksen Fischer García Huang Ito Jansen Kovács Levi Müller Nguyễn O’Neill Park Rossi"


@cache
def samples() -> ModuleType:
    """The sample reports of the report package's tests."""
    spec = importlib.util.spec_from_file_location("samples", Path(__file__).parent.parent / "report" / "samples.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def screenshot(item: int, look: int) -> bytes:
    """A small window of one of a few looks."""
    dark = item in {1, 3, 6, 9}
    image = Image.new("RGB", (640, 400), "#1e1e1e" if dark else "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 640, 34), fill=("#e8eaed", "#cfd8dc", "#d7ccc8", "#c5cae9")[look])
    for line in range(9 if dark else 2):
        words = f"{line + 1}  response.set_cookie({look})" if dark else f"Cookie added! {look}"
        pen.text((24 + 12 * (line % 3), 60 + 28 * line), words, fill="#ddd" if dark else "#222", font=_font())
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@cache
def _font() -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    return ImageFont.load_default(20)


def results(dice: random.Random) -> list[Result]:
    """One student's results: steps go wrong with growing odds, what needs them is blocked, pictures are pending."""
    odds = {"add-cookie": 0.12, "display-missing": 0.15, "display-try": 0.1, "remove-cookie": 0.2, "home": 0.03}
    made: list[Result] = []
    broken = dice.random() < 0.04
    document = dice.random() > 0.08
    for result in samples().passed():
        status = Status.PASSED
        if broken and result.id != "document" and not result.id.startswith("shot"):
            status = Status.FAILED if result.id == "loads" else Status.BLOCKED
        elif result.id.startswith("shot"):
            status = Status.REVIEW if document else Status.BLOCKED
        elif result.id == "document" and not document:
            status = Status.FAILED
        elif result.id in {"remove-browser", "add-browser"} and made[-1].status is Status.FAILED:
            status = Status.BLOCKED
        elif dice.random() < odds.get(result.id, 0.02):
            status = dice.choice([Status.FAILED, Status.FAILED, Status.PARTIAL])
        made.append(_ended(result, status, dice))
    return made


def _ended(result: Result, status: Status, dice: random.Random) -> Result:
    number = result.id.removeprefix("shot-")
    evidence = result.evidence if status is not Status.BLOCKED else ()
    if status is Status.REVIEW:
        picture = screenshot(int(number), dice.randrange(4))
        evidence = (Evidence("picture", f"Picture {number} of `shots.docx`", f"evidence/{result.id}-1.png", picture),)
    said = {
        Status.REVIEW: f"Picture {number} of shots.docx is there; a person looks at what it shows.",
        Status.BLOCKED: "Not tried, because another check did not pass.",
        Status.FAILED: "It does something else.",
    }
    return replace(
        result,
        status=status,
        earned={Status.PASSED: result.points, Status.PARTIAL: result.points / 2}.get(status, 0),
        pending=status is Status.REVIEW,
        message=said.get(status, ""),
        evidence=evidence,
    )


def report(number: int, dice: random.Random) -> Report:
    last = dice.choice(_LAST.split())
    student, name = f"{last}, {dice.choice(_FIRST.split())}", f"{last.lower()}_{number}"
    whole = samples().report(results(dice), submission=Handed(name, student, f"{name}.zip", ("app.py",)))
    started = whole.started + timedelta(seconds=number)
    return replace(whole, started=started)


def rows(students: int, seed: int = 1) -> list[OverviewRow]:
    """A class."""
    dice = random.Random(seed)
    made = []
    for number in range(students):
        whole = report(number, dice)
        late = ("Handed in 2 days late.",) if dice.random() < 0.05 else ()
        name = whole.submission.name
        made.append(
            OverviewRow(
                whole, f"reports/{name}/report.html", whole.submission.student or name, str(9000 + number), late
            )
        )
    return made
