"""Realistic reports for activity 11.2: full marks, typical mistakes with every status, hostile text."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from grader.model.outcome import Evidence, Status, StoredCookie
from grader.model.report import Environment, Handed, Report, Result

STARTED = datetime(2026, 11, 22, 10, 0, tzinfo=timezone.utc)
VALUE = "Hello World - my first cookie!"
HOSTILE = "<script>alert(1)</script> [red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c \x00\x07 \ud83d {{ 7*7 }} & \"'"

CHECKS = [
    ("loads", "2", "`app.py` can be loaded and holds a Flask app", 5),
    ("home", "2", "`/` displays `Practicing Cookies!`", 5),
    ("port", "2", "The app asks to run on port 88", 5),
    ("add-page", "4", "`/addCookie` displays `Cookie added!`", 5),
    ("add-cookie", "3", "`/addCookie` sets the cookie `myFirstCookie`", 10),
    ("add-browser", "4", "After the visit the browser's cookie store holds `myFirstCookie`", 8),
    ("display-found", "5", "`/displayCookieValue` displays the cookie's value", 8),
    ("display-missing", "5", "Without the cookie, `/displayCookieValue` displays `Cookie not found!`", 6),
    ("display-try", "5", "The view reads the cookie inside a `try` block", 4),
    ("display-cleared", "6", "After the cookie is deleted in the browser, a reload displays `Cookie not found!`", 6),
    ("remove-cookie", "7", "`/removeCookie` makes `myFirstCookie` expire", 8),
    ("remove-browser", "7", "After `/removeCookie` the cookie is gone from the browser", 8),
    ("document", "submission", "A readable Word document with pictures is handed in", 2),
    *[
        (f"shot-{number}", f"submission {number}", f"Screenshot {number}: {what}", 2)
        for number, what in enumerate(
            (
                "VS Code with the `app.py` of the zip",
                "the browser displaying `Practicing Cookies!`",
                "the completed `addCookie`",
                "the browser displaying `Cookie added!`",
                "the browser's settings with `myFirstCookie`",
                "the completed `displayCookieValue`",
                "the browser displaying the cookie's value",
                "the browser displaying `Cookie not found!`",
                "the completed `removeCookie`",
                "the browser's settings with the cookie gone",
            ),
            start=1,
        )
    ],
]
BROWSER = {"add-browser", "display-cleared", "remove-browser"}


@cache
def page_picture(url: str, words: str) -> bytes:
    """A small browser window with a page in it."""
    image = Image.new("RGB", (1000, 560), "white")
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, 1000, 52), fill="#e8eaed")
    pen.rounded_rectangle((90, 10, 980, 42), 16, fill="white")
    for index, colour in enumerate(("#ff5f57", "#febc2e", "#28c840")):
        pen.ellipse((16 + 22 * index, 19, 30 + 22 * index, 33), fill=colour)
    pen.text((108, 16), url, fill="#444", font=ImageFont.load_default(16))
    pen.text((24, 76), words, fill="black", font=ImageFont.load_default(26))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def cookie(name: str = "myFirstCookie", value: str = f'"{VALUE}"') -> StoredCookie:
    return StoredCookie(name, value, expires=STARTED + timedelta(days=30))


def visit(path: str, url: str, words: str, *cookies: StoredCookie) -> Evidence:
    return Evidence(
        "screenshot",
        f"The browser at `{url}`",
        f"evidence/{path}.png",
        page_picture(f"localhost:88{url}", words),
        cookies,
    )


def shots(of: str) -> tuple[Evidence, ...]:
    found = f"Found the cookie: {VALUE}"
    return {
        "home": (visit("home-1", "/", "Practicing Cookies!"),),
        "add-browser": (visit("add-browser-1", "/addCookie", "Cookie added!", cookie()),),
        "display-cleared": (
            visit("display-cleared-1", "/displayCookieValue", found, cookie()),
            visit("display-cleared-2", "/displayCookieValue", "Cookie not found!"),
        ),
        "remove-browser": (
            visit("remove-browser-1", "/addCookie", "Cookie added!", cookie()),
            visit("remove-browser-2", "/removeCookie", "Cookie removed!"),
        ),
    }.get(of, ())


def report(results: list[Result], **changes: object) -> Report:
    whole = Report(
        grader="0.1.0",
        activity="activity-11.2",
        title="Adding a cookie to a website",
        submission=Handed("doe_jane", "Doe, Jane", "doe_jane.zip", ("app.py", "templates/index.html")),
        results=tuple(results),
        environment=Environment("sandbox", "chromium 156", None, "3.11.7"),
        started=STARTED,
        seconds=0.94,
    )
    return replace(whole, **changes)


def passed() -> list[Result]:
    return [
        Result(name, step, title, Status.PASSED, points, points, seconds=0.02, evidence=shots(name))
        for name, step, title, points in CHECKS
    ]


def full_marks() -> Report:
    return report(passed())


def change(results: list[Result], name: str, **changes: object) -> None:
    index = next(index for index, result in enumerate(results) if result.id == name)
    results[index] = replace(results[index], **changes)


def typical() -> Report:
    results = passed()
    wrong = cookie("myfirstcookie")
    change(
        results,
        "home",
        status=Status.PARTIAL,
        earned=2.5,
        message="`/` answers, and displays other words.",
        expected="Practicing Cookies!",
        observed="Practising Cookies!",
        hint="Compare the words letter by letter with step 2 of the handout.",
        file="app.py",
        line=7,
    )
    change(
        results,
        "add-cookie",
        status=Status.FAILED,
        earned=0,
        message="`/addCookie` sets the cookie `myfirstcookie`, the handout asks for `myFirstCookie`.",
        expected=f"myFirstCookie = {VALUE}",
        observed=f"myfirstcookie = {VALUE}",
        hint="A cookie's name counts letter by letter: write `myFirstCookie` with a capital F and a capital C.",
        file="app.py",
        line=14,
    )
    change(
        results,
        "add-browser",
        status=Status.FAILED,
        earned=0,
        message="After `/addCookie` the browser holds a cookie, but not one called `myFirstCookie`.",
        expected="myFirstCookie",
        observed="myfirstcookie",
        evidence=(visit("add-browser-1", "/addCookie", "Cookie added!", wrong),),
    )
    for name in ("display-cleared", "remove-browser"):
        change(
            results,
            name,
            status=Status.BLOCKED,
            earned=0,
            message="Not tried, because `add-browser` did not pass.",
            evidence=(),
        )
    change(
        results,
        "display-missing",
        status=Status.FAILED,
        earned=0,
        message="Without the cookie, `/displayCookieValue` answers 500: `KeyError: 'myFirstCookie'`.",
        expected="Cookie not found!",
        observed=(
            "Internal Server Error\nThe server encountered an internal error and was unable to complete your request."
        ),
        hint="Read the cookie inside `try`, and return `Cookie not found!` in `except`.",
        file="app.py",
        line=23,
    )
    change(
        results,
        "remove-cookie",
        status=Status.ERROR,
        earned=0,
        pending=True,
        message="The grader failed here; your points are not lost.",
        traceback="Traceback (most recent call last):\n  …\nRuntimeError: a bug of ours",
    )
    for number in range(1, 10):
        change(
            results,
            f"shot-{number}",
            status=Status.REVIEW,
            earned=0,
            pending=True,
            message="A picture is there; a person has to see what it shows.",
            evidence=(
                Evidence(
                    "picture",
                    f"Picture {number} of `report.docx`, labelled `{number}.`",
                    f"evidence/shot-{number}.png",
                    page_picture("localhost:88/", f"student picture {number}"),
                ),
            )
            if number < 3
            else (),
        )
    change(
        results,
        "shot-10",
        status=Status.SKIPPED,
        earned=0,
        pending=True,
        message="The picture could not be read: this machine has no OCR.",
        hint="Run `grader doctor --install`.",
    )
    return report(
        results,
        notes=("No activity was named; the routes are those of activity-11.2.", "`app.py` was found in `work/`."),
    )


def hostile() -> Report:
    long = "A" * 100_000
    results = passed()
    store = (StoredCookie(HOSTILE, long, HOSTILE, HOSTILE), cookie())
    change(
        results,
        "add-cookie",
        status=Status.FAILED,
        earned=0,
        title=HOSTILE,
        message=f"{HOSTILE} `{HOSTILE}`",
        expected=f"{HOSTILE}\n{VALUE}",
        observed=long + HOSTILE,
        hint=HOSTILE,
        file=f"../{HOSTILE}.py",
        line=1,
    )
    change(
        results,
        "add-browser",
        status=Status.PARTIAL,
        earned=1,
        message=long,
        observed="\n" * 5000 + "end",
        evidence=(
            Evidence("screenshot", HOSTILE, "evidence/a.png", page_picture("x", "y"), store),
            Evidence("picture", HOSTILE, "evidence/b.png", b"<svg onload=alert(1)>", None),
            Evidence("picture", HOSTILE, "evidence/c.png", b"\x89PNG\r\n\x1a\nbroken", ()),
        ),
    )
    handed = Handed(HOSTILE, f"דנה {HOSTILE}", HOSTILE, (HOSTILE, long))
    return report(results, submission=handed, notes=(HOSTILE,))
