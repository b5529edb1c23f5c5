"""Windows as students photograph them, drawn by a real Chromium: browsers, editors, developer tools, settings."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from grader.browser import find

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

_STYLE = (Path(__file__).parent / "windows.css").read_text(encoding="utf-8")


@dataclass(frozen=True)
class Window:
    """What is on the screen, as HTML that draws it; ``size`` in CSS pixels, ``scale`` device pixels for each."""

    body: str
    look: str = "light"
    size: tuple[int, int] = (1120, 630)
    scale: float = 1.0

    def sized(self, width: int, height: int, scale: float = 1.0) -> Window:
        return Window(self.body, self.look, (width, height), scale)

    @property
    def html(self) -> str:
        return f'<!doctype html><meta charset="utf-8"><style>{_STYLE}</style><body class="{self.look}">{self.body}'


@dataclass
class Camera:
    """Takes pictures of windows; the same window gives the same picture."""

    browser: Browser
    taken: dict[Window, bytes] = field(default_factory=dict)
    pages: dict[float, Page] = field(default_factory=dict)

    def shoot(self, window: Window) -> bytes:
        """Return a PNG file."""
        if window not in self.taken:
            width, height = window.size
            if window.scale not in self.pages:  # a new one for each costs more than what it shows
                plain = self.browser.new_page(device_scale_factor=window.scale, java_script_enabled=False)
                self.pages[window.scale] = plain
            page = self.pages[window.scale]
            page.set_viewport_size({"width": width, "height": height})
            page.set_content(window.html)
            self.taken[window] = page.screenshot()
        return self.taken[window]


@contextmanager
def camera() -> Iterator[Camera]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find().path, chromium_sandbox=False)
        yield Camera(browser)
        browser.close()


def browser(url: str, content: str, look: str = "light", title: str | None = None) -> Window:
    """A browser's window; ``content`` is the page's HTML, in the browser's own style."""
    return Window(_chrome(url, title) + f'<main class="web">{content}</main>', look)


def editor(
    code: str,
    look: str = "dark",
    *,
    file: str = "app.py",
    files: Sequence[str] = ("app.py",),
    first: int = 1,
    terminal: str = "",
) -> Window:
    """VS Code: its menu, explorer, the file's lines from number ``first``, and perhaps a terminal."""
    explorer = "".join(f"<li>{html.escape(each)}</li>" for each in files)
    lines = "".join(
        f'<div class="line"><i>{number}</i><span>{_highlighted(line) or " "}</span></div>'
        for number, line in enumerate(code.rstrip().split("\n"), start=first)
    )
    below = f'<pre class="terminal"><b>PROBLEMS&nbsp; OUTPUT&nbsp; TERMINAL</b>\n{html.escape(terminal)}</pre>'
    return Window(
        f"""<div class="menu">File &nbsp; Edit &nbsp; Selection &nbsp; View &nbsp; Go &nbsp; Run &nbsp; Terminal
        &nbsp; Help <span class="mid">{html.escape(file)} - activity - Visual Studio Code</span></div>
        <div class="studio"><aside><p>EXPLORER</p><p>ACTIVITY</p><ul>{explorer}</ul></aside><section>
        <div class="tabs"><span class="tab">{html.escape(file)} &times;</span></div>
        <div class="lines">{lines}</div>{below if terminal else ""}</section></div>
        <div class="status">Ln 12, Col 5 &nbsp; Spaces: 4 &nbsp; UTF-8 &nbsp; LF &nbsp; Python 3.12.1 64-bit</div>""",
        f"vs {look}",
    )


def devtools(
    url: str, content: str, cookies: Sequence[tuple[str, str]], look: str = "light", *, docked: str = "right"
) -> Window:
    """A browser with its developer tools open at the cookies."""
    origin = "http://" + url.partition("/")[0]
    rows = "".join(
        f"<tr><td>{html.escape(name)}<td>{html.escape(value)}<td>localhost<td>/<td>Session<td>{len(name + value)}"
        for name, value in cookies
    )
    tree = "".join(
        f"<li>{name}</li>"
        for name in ("Local storage", "Session storage", "Extension storage", "IndexedDB", "Cookies", f"&emsp;{origin}")
    )
    panel = f"""<div class="bar">Elements &nbsp; Console &nbsp; Sources &nbsp; Network &nbsp; Performance &nbsp;
    <b>Application</b> &nbsp; &raquo;</div><div class="storage"><ul><li class="head">Storage</li>{tree}
    <li class="head">Background services</li></ul><div><div class="filter">&#8635; &nbsp; Filter
    &emsp; &#9744; Only show cookies with an issue</div>
    <table><tr><th>Name<th>Value<th>Domain<th>Path<th>Expires<th>Size</tr>{rows}</table>
    <p class="none">{"" if cookies else "Select a cookie to preview its value"}</p></div></div>"""
    return Window(
        _chrome(url) + f'<div class="docked {docked}"><main class="web">{content}</main>'
        f'<div class="tools">{panel}</div></div>',
        look,
    )


def settings(cookies: Sequence[tuple[str, str]], look: str = "light") -> Window:
    """The browser's own dialog about a site's cookies, opened from the address bar."""
    details = "".join(
        f"""<p class="cookie">&#127850; {html.escape(name)}</p><dl><dt>Name<dd>{html.escape(name)}<dt>Content
        <dd>{html.escape(value)}<dt>Domain<dd>localhost<dt>Path<dd>/<dt>Send for<dd>Same-site connections only
        <dt>Created<dd>Sunday, November 1, 2026 at 9:41:05 PM<dt>Expires<dd>When the browsing session ends</dl>"""
        for name, value in cookies
    )
    return Window(
        _chrome("chrome://settings/cookies/detail?site=localhost", "Settings")
        + f"""<main class="settings"><aside><p>You and Google</p><p>Autofill and passwords</p>
        <p>Privacy and security</p><p>Performance</p><p>Appearance</p></aside><section>
        <h2>localhost locally stored data</h2><p>Cookies and site data</p>
        <p>{len(cookies)} cookie{"" if len(cookies) == 1 else "s"} in use</p>{details}
        <button>Remove all</button></section></main>""",
        look,
    )


def side_by_side(left: Window, right: Window) -> Window:
    """A whole screen with two windows on it."""
    halves = "".join(f'<div class="{each.look} half">{each.body}</div>' for each in (left, right))
    return Window(f'<div class="halves">{halves}</div>', "", (1680, 700))


def _chrome(url: str, title: str | None = None) -> str:
    return f"""<header><div class="tabs"><span class="tab">{html.escape(title or url)} &nbsp; &times;</span> +</div>
    <div class="address">&larr; &nbsp; &rarr; &nbsp; &#8635; <span class="url">&#9432; &nbsp; {html.escape(url)}</span>
    &#9734; &nbsp; &#8942;</div></header>"""


_WORDS = re.compile(
    r"(?P<text>'[^'\n]*'|\"[^\"\n]*\")|(?P<note>#.*)|(?P<key>\b(?:from|import|def|return|if|try|except|else|as|None)\b)"
    r"|(?P<call>\b\w+(?=\())|(?P<deco>@\w+(?:\.\w+)?)"
)


def _highlighted(line: str) -> str:
    pieces, end = [], 0
    for match in _WORDS.finditer(line):
        pieces.append(html.escape(line[end : match.start()]))
        pieces.append(f'<b class="{match.lastgroup}">{html.escape(match.group())}</b>')
        end = match.end()
    return "".join(pieces) + html.escape(line[end:])
