"""Windows as they are on students' own machines: other browsers, editors, languages, sizes, and photographs of them.

What distinguishes them from `windows.py` was seen in real documents: icons that are read as letters, addresses without
space before them, headings that a narrow panel cuts, sentences that a narrow page breaks.
"""

from __future__ import annotations

import html
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from .windows import Camera, Window

Row = tuple[str, str]


@dataclass(frozen=True)
class Browser:
    """How one browser looks: what stands before the address, its tabs, its font and colours."""

    before: str
    after: str
    font: str
    bar: str
    field: str
    ink: str
    scheme: str = ""
    radius: int = 14


BROWSERS = {
    "chrome": Browser("←  →  ⟳ ⓘ", "☆  ⋮", "'Roboto', sans-serif", "#dee1e6", "#fff", "#202124"),
    "chrome, dark": Browser("←  →  C  ⓘ", "☆ ⧉ ⋮", "'Roboto', sans-serif", "#35363a", "#202124", "#e8eaed"),
    "chrome, tight": Browser("←C", "☆", "'Roboto', sans-serif", "#fff", "#fff", "#202124"),
    "edge": Browser("←  ↻  ⌂  ⓘ", "A⁾  ☆  ⊞", "'Inter', sans-serif", "#f7f7f7", "#fff", "#1b1b1b"),
    "edge, not secure": Browser("←  ↻  ⚠ Not secure  |", "A⁾ ☆", "'Inter', sans-serif", "#f7f7f7", "#fff", "#1b1b1b"),
    "firefox": Browser("←  →  ⟳  ⛨ 🗋", "☆ ⌄ ☰", "'Cantarell', sans-serif", "#f0f0f4", "#fff", "#15141a", radius=4),
    "firefox, dark": Browser("←  →  C  ⛨ ⌂", "☆  ≡", "'Cantarell', sans-serif", "#2b2a33", "#1c1b22", "#fbfbfe"),
    "safari": Browser("‹  ›", "⟳   ⇪  +", "'Inter', sans-serif", "#f5f5f5", "#e8e8e8", "#333", radius=8),
    "chrome, german": Browser("← → ⟳ ⓘ Nicht sicher |", "☆ ⋮", "'Roboto', sans-serif", "#dee1e6", "#fff", "#202124"),
    "chrome, spanish": Browser("← → ⟳ ⚠ No es seguro |", "☆ ⋮", "'Roboto', sans-serif", "#dee1e6", "#fff", "#222"),
    "chrome, chinese": Browser("← → C ⓘ", "女 口 ⋮", "'Noto Sans CJK SC', sans-serif", "#dee1e6", "#fff", "#202124"),
}


def page(kind: str, url: str, content: str, size: tuple[int, int] = (1100, 560), scale: float = 1.0) -> Window:
    """A browser of some kind at a page."""
    return Window(_frame(kind, url, f'<main style="padding:8px;font:16px serif">{content}</main>'), "", size, scale)


def _frame(kind: str, url: str, inner: str) -> str:
    look = BROWSERS[kind]
    centred = "text-align:center" if kind == "safari" else ""
    return f"""<div style="font:13px {look.font};background:{look.bar};color:{look.ink};padding:6px 10px">
      <span style="padding:4px 14px">{html.escape(url.partition("/")[2] or url)} ✕</span> +</div>
    <div style="font:14px {look.font};background:{look.bar};color:{look.ink};padding:5px 10px;display:flex">
      <span style="white-space:pre">{look.before}</span>
      <span style="flex:1;background:{look.field};border-radius:{look.radius}px;padding:3px 4px;{centred}">{
        html.escape(url)
    }</span><span style="white-space:pre">&nbsp;{look.after}</span></div>
    <div style="background:#fff;color:#000;flex:1;display:flex;flex-direction:column;min-height:0">{inner}</div>"""


TOOLS = {
    "chrome": ("Elements  Console  Sources  Network  Performance  Application  »", "Application|Storage|Cookies"),
    "firefox": ("Inspector  Console  Debugger  Network  Style Editor  Storage", "Cache Storage|Cookies|Indexed DB"),
    "safari": ("Elements  Console  Sources  Network  Timelines  Storage", "Cookies|Local Storage|Session Storage"),
    "german": ("Elemente  Konsole  Quellen  Netzwerk  Leistung  Anwendung", "Speicher|Lokaler Speicher|Cookies"),
    "spanish": (
        "Elementos  Consola  Fuentes  Red  Rendimiento  Aplicación",
        "Almacenamiento|Almacenamiento local|Cookies",
    ),
}
HEADINGS = {
    "wide": "Name|Value|Domain|Path|Expires / Max-Age|Size|HttpOnly|Secure|SameSite",
    "cut": "Name|Value|Do…|P…|E…|S…|H…|S…|S…",
    "two": "Name|Value",
    "german": "Name|Wert|Domain|Pfad|Läuft ab|Größe",
    "spanish": "Nombre|Valor|Dominio|Ruta|Caduca|Tamaño",
}


def tools(
    kind: str,
    url: str,
    content: str,
    cookies: Sequence[Row],
    headings: str = "wide",
    *,
    of: str = "chrome",
    page_width: int = 330,
    dark: bool = False,
    size: tuple[int, int] = (1180, 600),
    scale: float = 1.0,
) -> Window:
    """A browser with its developer tools at the right, at the cookies."""
    tabs, tree = TOOLS[of]
    names = HEADINGS[headings].split("|")
    paper, ink, line = ("#282828", "#e3e3e3", "#474747") if dark else ("#fff", "#1f1f1f", "#dadce0")
    cell = f"border:1px solid {line};padding:2px 5px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
    rest = ("localhost", "/", "Session", "43", "", "", "")
    widths = ["32%", "34%" if len(names) > 2 else "68%"] + [f"{34 / max(len(names) - 2, 1):.1f}%"] * (len(names) - 2)
    head = "".join(f'<td style="{cell};width:{width}">{name}</td>' for name, width in zip(names, widths, strict=True))
    rows = "".join(
        f"<tr>{''.join(f'<td style={chr(34)}{cell}{chr(34)}>{html.escape(each)}</td>' for each in values)}</tr>"
        for values in ((name, value, *rest[: len(names) - 2]) for name, value in cookies)
    )
    branches = "".join(f"<div style='padding:2px 8px'>{each}</div>" for each in tree.split("|"))
    panel = f"""<div style="flex:1;border-left:1px solid {line};background:{paper};color:{
        ink
    };font:12px 'Roboto',sans-serif">
      <div style="padding:6px;border-bottom:1px solid {line};white-space:pre">{tabs}</div>
      <div style="display:flex"><div style="width:150px">{branches}<div style="padding:2px 20px">http://{
        url.partition("/")[0]
    }</div></div>
      <div style="flex:1"><div style="padding:4px">⟳ ⌕ Filter ⊘ ✕</div>
      <table style="border-collapse:collapse;width:100%;table-layout:fixed;font:inherit"><tr>{head}</tr>{
        rows
    }</table></div>
      </div></div>"""
    main = f'<main style="width:{page_width}px;padding:8px;font:16px serif">{content}</main>'
    inner = f'<div style="display:flex;flex:1">{main}{panel}</div>'
    return Window(_frame(kind, url, inner), "", size, scale)


@dataclass(frozen=True)
class Editor:
    """How one editor looks."""

    font: str
    paper: str
    ink: str
    number: str
    text: str
    key: str
    chrome: str
    top: str
    left: str = ""
    prompt: str = "{number}"


EDITORS = {
    "vs code, dark+": Editor(
        "14px 'JetBrains Mono',monospace", "#1e1e1e", "#d4d4d4", "#858585", "#ce9178", "#c586c0", "#252526",
        "◇ app.py M ✕   <> index.html M   ⚙ settings.json",
        "EXPLORER|∨ ACTIVITY|  ∨ templates|   <> index.html M|  ◇ app.py M",
    ),
    "vs code, light": Editor(
        "13px 'DejaVu Sans Mono',monospace", "#fff", "#000", "#237893", "#a31515", "#af00db", "#f3f3f3",
        "🐍 app.py 2, M ●   <> index.html", "EXPLORER|> OPEN EDITORS|∨ FLASK|🐍 app.py 2, M",
    ),
    "pycharm": Editor(
        "14px 'JetBrains Mono',monospace", "#2b2b2b", "#a9b7c6", "#606366", "#6a8759", "#cc7832", "#3c3f41",
        "≡ flaskProject  main   ▷ app   🐛    app.py ×",
        "Project ∨|∨ flaskProject|  > venv|  app.py|> External Libraries",
    ),
    "idle": Editor(
        "15px 'Liberation Mono',monospace", "#fff", "#000", "#fff", "#00aa00", "#ff7700", "#f0f0f0",
        "*app.py - C:\\Users\\jane\\activity\\app.py (3.12.1)*<br>File Edit Format Run Options Window Help",
    ),
    "spyder": Editor(
        "13px 'Liberation Mono',monospace", "#19232d", "#fff", "#9da9b5", "#b0e686", "#c670e0", "#32414b",
        "Spyder (Python 3.11)  File Edit Search Source Run Debug Consoles Projects  app.py* ×",
    ),
    "jupyter": Editor(
        "14px 'Liberation Mono',monospace", "#f7f7f7", "#000", "#303f9f", "#ba2121", "#008000", "#fff",
        "jupyter  app.py ✓ a few seconds ago   File Edit View Language   Python",
    ),
    "notepad++": Editor(
        "13px 'DejaVu Sans Mono',monospace", "#fff", "#000", "#808080", "#808080", "#0000ff", "#f0f0f0",
        "C:\\Users\\jane\\app.py - Notepad++  File Edit Search View Encoding Language Settings",
    ),
}  # fmt: skip


def editor(kind: str, code: str, size: tuple[int, int] = (1000, 620), scale: float = 1.0, first: int = 1) -> Window:
    """An editor of some kind with Python code."""
    from .windows import _highlighted

    look = EDITORS[kind]
    lines = "".join(
        f'<div style="white-space:pre"><span style="display:inline-block;width:44px;text-align:right;'
        f'padding-right:16px;color:{look.number}">{number}</span>{_highlighted(line) or " "}</div>'
        for number, line in enumerate(code.rstrip().split("\n"), start=first)
    )
    tree = "".join(
        f'<div style="white-space:pre;padding:3px 10px">{html.escape(each)}</div>' for each in look.left.split("|")
    )
    side = f'<div style="width:170px;background:{look.chrome};font:12px sans-serif">{tree}</div>' if look.left else ""
    top = look.top if "<br>" in look.top else html.escape(look.top)
    return Window(
        f"""<style>.text{{color:{look.text}!important}}.key{{color:{look.key}!important}}
        .note,.call,.deco{{color:{look.ink}!important}}</style>
        <div style="background:{look.chrome};color:{
            look.ink
        };font:12px 'Roboto',sans-serif;padding:7px 10px;white-space:pre">{
            top
        }</div><div style="display:flex;flex:1;background:{look.paper};color:{look.ink}">{side}
        <div style="flex:1;font:{look.font};line-height:1.35;padding:6px 0" class="lines-of-code">{
            lines
        }</div></div>""",
        "",
        size,
        scale,
    )


def photographed(picture: bytes, *, tilt: float = 0.02, noise: float = 5.0, seed: int = 1) -> bytes:
    """The same seen by a telephone's camera: in perspective, a little out of focus, with moiré and noise, as JPEG."""
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.resize((image.width * 3 // 2, image.height * 3 // 2), Image.Resampling.LANCZOS)
    width, height = image.size
    dx, dy = tilt * width, tilt * height
    corners = (-dx, -dy, -dx / 2, height + dy, width + dx, height + dy / 2, width + dx / 2, -dy / 2)
    image = image.transform(image.size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="#2a2a2a")
    image = image.filter(ImageFilter.GaussianBlur(0.7))
    level = np.asarray(image).astype(np.float32)
    rows, columns = np.mgrid[0:height, 0:width]
    moire = 4 * np.sin(columns / 3.1 + rows / 47) * np.sin(rows / 2.7)
    grain = np.random.default_rng(seed).normal(0, noise, level.shape)
    seen = np.clip(level * 0.92 + 8 + moire[:, :, None] + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(seen).save(file, "JPEG", quality=80)
    return file.getvalue()


Shot = Callable[[Camera], bytes]


def of(window: Window) -> Shot:
    return lambda cam: cam.shoot(window)


def photo_of(window: Window, seed: int = 1) -> Shot:
    return lambda cam: photographed(cam.shoot(window), seed=seed)
