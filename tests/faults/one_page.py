"""The smallest activity: one page, asked for over HTTP and shown in a browser; and an app whose page takes a while."""

from __future__ import annotations

from grader.browser import Visitor
from grader.rubric import Activity, Failed, Report
from grader.site import Site
from grader.submission import Submission

APP = """
from flask import Flask, request
import os, time
app = Flask(__name__)
@app.get("/")
def home():
    {}
    return "home"
app.run()
"""
ONE_PAGE = Activity("activity-0", title="One page")


@ONE_PAGE.check(step="1", points=50)
def answers(site: Site) -> None:
    """/ answers."""
    if site.get("/").text != "home":
        raise Failed("It does not.")


@ONE_PAGE.check(step="2", points=50)
def is_shown(browser: Visitor) -> None:
    """/ is shown in a browser."""
    if browser.visit("/?shown").text != "home":
        raise Failed("It is not.")


def work(view: str) -> Submission:
    """Return a hand-in whose page does this first."""
    return Submission(name="work", source="work", files={"app.py": APP.format(view).encode()}, app="app.py")


def statuses(report: Report) -> dict[str, str]:
    """Return what every check got."""
    return {result.id: result.status.value for result in report.results if result.counts}
