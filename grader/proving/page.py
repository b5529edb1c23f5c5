"""A proof as one web page that needs nothing else."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from grader import __version__
from grader.proving.proof import Verdict, kinds
from grader.proving.wording import chapters, summary, who
from grader.report.page_environment import page_environment, security_policy, style_sheet

if TYPE_CHECKING:
    from jinja2 import Template

    from grader.proving.proof import Proof

_BAR = 1000  # the width of the bar, in its own units


def to_html(proof: Proof) -> str:
    """Make the page."""
    style = style_sheet(("grader.report", "report.css"), ("grader.proving", "proof.css"))
    mistakes = proof.mistakes or 1
    noticed, others = proof.count(Verdict.NOTICED), proof.count(Verdict.BY_OTHERS)
    return _template().render(
        proof=proof,
        grader=__version__,
        style=style,
        policy=security_policy(style),
        summary=list(summary(proof)),
        chapters=list(chapters(proof)),
        noticed=noticed,
        bar={"earned": _BAR * noticed // mistakes, "pending": _BAR * (noticed + others) // mistakes},
        kinds=kinds(trial for trial in proof.trials if trial.verdict.is_mistake),
        ways=kinds(trial for trial in proof.trials if trial.is_right),
    )


@cache
def _template() -> Template:
    return page_environment({"who": who}, "grader.proving").get_template("proof.html.j2")
