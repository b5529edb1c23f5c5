"""How web pages of ours are made: what strangers wrote is made safe in one place, nothing is fetched from outside."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from grader.report.plain import clip, code_pieces, shown


def page_environment(words: dict[str, Any], *packages: str) -> Environment:
    """Return the environment for templates.

    Parameters
    ----------
    words
        What templates may call, beside ``code_pieces``.
    packages
        Whose folders ``templates`` are looked into, the first one first; at last into that of `grader.report`, with the
        macros of ``shared.html.j2``.
    """
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package) for package in (*packages, "grader.report")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_visible,
        auto_reload=False,
    )
    environment.globals |= {"code_pieces": lambda text: code_pieces(clip(text)), **words}
    return environment


def _visible(value: Any) -> Any:
    """Jinja passes every expression through this, so none can be forgotten; what is markup already is our own."""
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def style_sheet(*own: tuple[str, str]) -> Markup:
    """Return a page's style: what all pages share, and after it the page's own.

    Parameters
    ----------
    own
        Package and name of each further sheet in its folder ``templates``.
    """
    sheets = (("grader.report", "tokens.css"), ("grader.report", "base.css"), *own)
    texts = [(files(package) / "templates" / name).read_text("utf-8") for package, name in sheets]
    return Markup("".join(texts))  # noqa: S704 - our own files


def security_policy(style: str, script: str | None = None) -> str:
    """Return the Content-Security-Policy of a page: its own style and script, pictures in it, and nothing else."""
    return "; ".join(
        (
            "default-src 'none'",
            "img-src data:",
            f"style-src 'sha256-{_digest(style)}'",
            *(() if script is None else (f"script-src 'sha256-{_digest(script)}'",)),
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
