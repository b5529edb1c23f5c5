"""What is seen is what the browser paints, whatever the styles say."""

from __future__ import annotations

import pytest
from flask import Flask, Response

from grader.browser import visitor
from tests.how_many import some_of

LINE = "Hello, my name is Jane Doe"
_H1 = f"<h1>{LINE}</h1>"
_PNG = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="  # noqa: E501


def style(css: str, body: str = _H1) -> str:
    return f"<style>{css}</style><p>Welcome</p>{body}"


SEEN = {
    "plain": _H1,
    "dark colour scheme by a meta tag": f'<meta name="color-scheme" content="dark">{_H1}',
    "dark colour scheme by a style": style(":root { color-scheme: dark }"),
    "white on a dark pseudo-element": style(
        "body::before { content: ''; position: fixed; inset: 0; background: #123; z-index: -1 } h1 { color: white }"
    ),
    "white on a dark layer that lies behind": style(
        ".b { position: fixed; inset: 0; background: black; z-index: -1 } h1 { color: white }",
        f'<div class="b"></div>{_H1}',
    ),
    "white on a dark sibling": style(
        ".w { position: relative } .w div { position: absolute; inset: 0; background: navy } h1 { position: relative;"
        " color: white }",
        f'<div class="w"><div></div>{_H1}</div>',
    ),
    "white on a picture element": style(
        "img { position: absolute; left: 0; top: 0; width: 600px; height: 300px; filter: brightness(0) } h1 { position:"
        " relative; color: white }",
        f'<img src="{_PNG}">{_H1}',
    ),
    "white on a table cell's colour": f'<table bgcolor="black"><tr><td><font color="white">{LINE}</font></table>',
    "white on an inset shadow": style("h1 { color: white; box-shadow: inset 0 0 0 200px black }"),
    "white with a dark shadow": style("h1 { color: white; text-shadow: 0 0 3px black }"),
    "transparent with a shadow": style("h1 { color: transparent; text-shadow: 0 0 0 black }"),
    "transparent with a stroke": style("h1 { color: transparent; -webkit-text-stroke: 1px black }"),
    "white with a stroke": style("h1 { color: white; -webkit-text-stroke: 1px red }"),
    "cut out of a gradient": style(
        "h1 { background: linear-gradient(red, blue); -webkit-background-clip: text; color: transparent }"
    ),
    "cut out of the body's gradient": style(
        "main { background: linear-gradient(red, blue); background-clip: text; -webkit-text-fill-color: transparent }",
        f"<main>{_H1}</main>",
    ),
    "blended with what is behind": style("body { background: white } h1 { color: white; mix-blend-mode: difference }"),
    "inverted": style(
        "h1 { color: black; background: black } h1 span { filter: invert(1) }", f"<h1><span>{LINE}</span></h1>"
    ),
    "white on a dark first letter's line": style("h1 { color: white } h1::first-line { background: black }"),
    "dark by a media query": style("@media (min-width: 1px) { body { background: black } } h1 { color: white }"),
    "white on a dark page": f'<body bgcolor="black" text="white">{_H1}',
    "a bitmap of a border": style(
        "h1 { color: white; border-left: 700px solid black; width: 0; white-space: nowrap; text-indent: -690px }"
    ),
    "far down the page": style("h1 { margin-top: 3000px }"),
    "in a box that scrolls": style(
        "div { height: 60px; overflow: auto } i { display: block; height: 900px }", f"<div><i></i>{_H1}</div>"
    ),
    "far to the right": style("h1 { position: absolute; left: 2000px; white-space: nowrap }"),
    "below a header that stays": style(
        "header { position: fixed; inset: 0 0 auto; height: 90px; background: gold }"
        " h1 { margin-top: 30px } main { height: 2000px; padding-top: 300px }",
        f"<header>Hi</header><main>{_H1}</main>",
    ),
    "half see-through": style("h1 { opacity: .5 }"),
    "light grey": style("h1 { color: #ccc }"),
    "small": style("h1 { font-size: 9px }"),
    "each letter by itself": "<h1>" + "".join(f"<span>{letter}</span>" for letter in LINE) + "</h1>",
    "upside down": style("h1 { transform: rotate(180deg) }"),
    "in a frame of its own layer": style("h1 { will-change: transform; backface-visibility: hidden }"),
    "a text field": f'<input size="50" value="{LINE}">',
    "a text field without a type": f'<input type="words" size="50" value="{LINE}">',
    "a field that cannot be changed": f'<input readonly disabled size="50" value="{LINE}">',
    "a text area": f'<textarea cols="50">{LINE}</textarea>',
    "what a field asks for": f'<input size="50" placeholder="{LINE}">',
    "a button": f"<button>{LINE}</button>",
    "an input button": f'<input type="button" value="{LINE}">',
    "the name in a field": 'Hello, my name is <input value="Jane Doe">',
    "a choice": f"<select><option>{LINE}</option></select>",
    "svg": f'<svg width="600" height="60"><text y="30" fill="red">{LINE}</text></svg>',
    "a list in columns": style(
        "ul { columns: 2 } li { display: inline }", "<ul><li>Hello, my name</li> <li>is Jane Doe</li></ul>"
    ),
    "shown by a script": style(
        "h1 { display: none }",
        f"{_H1}<script>setTimeout(() => document.querySelector('h1').style.display = 'block', 300)</script>",
    ),
    "written by a script": "<h1></h1><script>onload = () => setTimeout(() => document.querySelector('h1').textContent ="
    f" '{LINE}', 400)</script>",
    "an animation that ends": style("@keyframes a { from { opacity: 0 } } h1 { animation: a 5s }"),
    "an endless animation": style("@keyframes a { to { opacity: 0 } } h1 { animation: a 1s infinite alternate }"),
    "a running line": f"<marquee>{LINE}</marquee>",
    "a transition": style("h1 { transition: all 2s; color: red }"),
    "beside what hides itself": style(".x { visibility: hidden }", f'{_H1}<p class="x">Other words</p>'),
    "under a see-through layer": style(
        ".o { position: fixed; inset: 0; background: rgba(0, 0, 0, .4) }", f'{_H1}<div class="o"></div>'
    ),
    "a popover that is open": f"<dialog open>{LINE}</dialog>",
    "details that are open": f"<details open><summary>Me</summary>{LINE}</details>",
    "Arabic": f"<h1>{LINE} محمد علي</h1>",
    "with accents": "<h1>Hello, my name is Zoe\u0308 Nu\u0301n\u0303ez</h1>",
}
HIDDEN = {
    "white on white": style("h1 { color: white }"),
    "nearly white on white": style("h1 { color: #fdfdfd }"),
    "pale yellow on white": style("h1 { color: lightyellow }"),
    "black in a dark colour scheme": style(":root { color-scheme: dark } h1 { color: #121212 }"),
    "the colour of a layer behind": style(
        ".b { position: fixed; inset: 0; background: teal; z-index: -1 } h1 { color: teal }",
        f'<div class="b"></div>{_H1}',
    ),
    "the colour of a picture behind": style("body { background: linear-gradient(teal, teal) } h1 { color: teal }"),
    "not visible": style("h1 { visibility: hidden }"),
    "collapsed": style("h1 { visibility: collapse }"),
    "see-through": style("h1 { opacity: 0 }"),
    "nearly see-through": style("h1 { opacity: .02 }"),
    "a see-through parent": style("main { opacity: 0 }", f"<main>{_H1}</main>"),
    "a filter": style("h1 { filter: opacity(0) }"),
    "transparent": style("h1 { color: transparent }"),
    "filled with nothing": style("h1 { -webkit-text-fill-color: transparent }"),
    "not displayed": style("h1 { display: none }"),
    "contents not shown": style("h1 { content-visibility: hidden }"),
    "the attribute": f"<p>Welcome</p><h1 hidden>{LINE}</h1>",
    "clipped": style("h1 { clip-path: inset(50%) }"),
    "clipped the old way": style("h1 { position: absolute; clip: rect(0, 0, 0, 0) }"),
    "masked": style("h1 { mask: linear-gradient(transparent, transparent) }"),
    "off to the left": style("h1 { position: absolute; left: -5000px }"),
    "above the page": style("h1 { position: absolute; top: -500px }"),
    "indented away": style("h1 { text-indent: -9999px; white-space: nowrap }"),
    "cut off by a box without height": style("h1 { height: 0; overflow: hidden }"),
    "cut off by the box around": style(
        "main { height: 10px; overflow: hidden } h1 { margin-top: 200px }", f"<main>{_H1}</main>"
    ),
    "below a page that does not scroll": style("html { overflow: hidden; height: 100% } h1 { margin-top: 3000px }"),
    "without size": style("h1 { font-size: 0 }"),
    "too small": style("h1 { font-size: 1px }"),
    "shrunk": style("h1 { transform: scale(0) }"),
    "turned away": style("h1 { transform: rotateY(180deg); backface-visibility: hidden }"),
    "covered by a layer": style(
        ".o { position: fixed; inset: 0; background: white }", f'{_H1}<div class="o">Over it</div>'
    ),
    "covered by a pseudo-element": style(
        "h1 { position: relative } h1::after { content: ''; position: absolute; inset: 0; background: silver }"
    ),
    "covered by a picture": style(
        "img { position: absolute; inset: 0; width: 100vw; height: 100vh; background: silver }",
        f'{_H1}<img src="{_PNG}">',
    ),
    "below its parent": style(
        "main { background: white } h1 { position: relative; z-index: -1 }",
        f'<main style="background: beige">{_H1}</main>',
    ),
    "cut out of nothing": style("h1 { background: white; background-clip: text; color: transparent }"),
    "blended away": style("h1 { color: white; mix-blend-mode: multiply }"),
    "a field in white": f'<p>Welcome</p><input style="color: white" size="50" value="{LINE}">',
    "a field that is not visible": f'<p>Welcome</p><input style="opacity: 0" size="50" value="{LINE}">',
    "a hidden field": f'<p>Welcome</p><input type="hidden" value="{LINE}">',
    "a password": f'<p>Welcome</p><input type="password" size="50" value="{LINE}">',
    "a text area without size": f'<p>Welcome</p><textarea style="position: absolute; left: -999px">{LINE}</textarea>',
    "a choice that is not chosen": f"<p>Welcome</p><select><option>Nobody<option>{LINE}</select>",
    "svg in white": f'<p>Welcome</p><svg width="600" height="60"><text y="30" fill="white">{LINE}</text></svg>',
    "details that are closed": f"<details><summary>Me</summary>{LINE}</details>",
    "a dialog that is closed": f"<p>Welcome</p><dialog>{LINE}</dialog>",
    "hidden by a script": f"{_H1}<p>Welcome</p><script>document.querySelector('h1').style.visibility = 'hidden'</script>",  # noqa: E501
    "hidden by a script on load": f"{_H1}<p>Welcome</p><script>onload = () => document.querySelector('h1').remove()</script>",  # noqa: E501
    "hidden by a script soon after": f"{_H1}<p>Welcome</p><script>onload = () => setTimeout(() => document.querySelector("  # noqa: E501
    "'h1').style.opacity = 0, 200)</script>",
    "an animation that ends unseen": style("@keyframes a { to { opacity: 0 } } h1 { animation: a 1s forwards }"),
    "hidden under other words": style(
        "h1, h2 { position: absolute; top: 0; left: 0 } h1 { color: white } h2 { color: black }",
        f"{_H1}<h2>Another heading altogether</h2>",
    ),
    "the name only": style("b { opacity: 0 }", "<h1>Hello, my name is <b>Jane Doe</b></h1>"),
    "behind a bar that is fixed": style(
        "div { position: fixed; inset: 0 0 auto; height: 200px; background: pink }"
        " html { overflow: hidden } h1 { margin: 0 }",
        f"<div>Bar</div>{_H1}",
    ),
}


def app_with(html: str, **files: str) -> Flask:
    app = Flask(__name__)
    app.get("/")(lambda: f"<!doctype html><meta charset=utf-8>{html}")
    app.get("/<name>.css", endpoint="css")(lambda name: Response(files[name], mimetype="text/css"))
    return app


def line_is_seen(visitor) -> bool:
    page = visitor.visit("/", until=lambda page: has_line(page.visible_text))
    return has_line(page.visible_text)


def has_line(text: str) -> bool:
    return all(word in text for word in ("Hello", "my", "name", "is")) and ("Doe" in text or "ez" in text)


@pytest.mark.parametrize("name", some_of(SEEN, always=5, endurance=len(SEEN) // 3))
def test_seen(revisit, name):
    assert line_is_seen(revisit(app_with(SEEN[name])))


@pytest.mark.parametrize("name", some_of(HIDDEN, always=6, endurance=len(HIDDEN) // 3))
def test_not_seen(revisit, name, monkeypatch):
    monkeypatch.setattr(visitor, "_PATIENCE_SECONDS", 0.2)  # to look twice
    assert not line_is_seen(revisit(app_with(HIDDEN[name])))
