"""Word documents as students make them: real files, built with python-docx where it can, with raw XML where not."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from pathlib import Path

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Inches
from PIL import Image, ImageDraw, ImageFont

_FONTS = Path("/usr/share/fonts/truetype")
NAMESPACES = (
    nsdecls("w", "a", "pic", "r", "wp")
    + ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    + ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    + ' xmlns:wpg="http://schemas.microsoft.com/office/word/2010/wordprocessingGroup"'
    + ' xmlns:v="urn:schemas-microsoft-com:vml"'
    + ' xmlns:o="urn:schemas-microsoft-com:office:office"'
)
SENTENCES = {
    1: "VS Code with the app.py of the zip",
    2: "the browser at http://localhost:88 displaying Practicing Cookies!",
    3: "the completed addCookie in app.py",
    4: "the browser at /addCookie displaying Cookie added!",
    5: "the browser's settings with the new cookie myFirstCookie",
    6: "the completed displayCookieValue in app.py",
    7: "the browser at /displayCookieValue displaying the cookie's value",
    8: "the browser at /displayCookieValue displaying Cookie not found!, after the cookie was removed in the browser",
    9: "the completed removeCookie in app.py",
    10: "the browser's settings after /removeCookie, with the cookie gone",
}


def font(name: str, size: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    file = _FONTS / name
    return ImageFont.truetype(str(file), size) if file.exists() else ImageFont.load_default(size)


# Debian's Chromium brings these, and no others.
SANS, SERIF, MONO = "dejavu/DejaVuSans.ttf", "dejavu/DejaVuSerif.ttf", "dejavu/DejaVuSansMono.ttf"


def browser(path: str, text: str, size: tuple[int, int] = (960, 540)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0, size[0], 36], fill="#dee1e6")
    draw.rounded_rectangle([8, 6, 230, 36], 8, fill="white")
    draw.text((40, 13), "localhost:88", font=font(SANS, 12), fill="#333")
    draw.rounded_rectangle([110, 42, size[0] - 120, 70], 14, fill="#eef0f3")
    draw.text((130, 48), f"localhost:88{path}", font=font(SANS, 14), fill="#202124")
    draw.line([0, 76, size[0], 76], fill="#ccc")
    draw.text((8, 84), text, font=font(SERIF, 16), fill="black")
    return image


def code(lines: list[str], size: tuple[int, int] = (960, 540)) -> Image.Image:
    image = Image.new("RGB", size, "#1e1e1e")
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, 0, 48, size[1]], fill="#333")
    for number, line in enumerate(lines, start=1):
        draw.text((60, 20 + 19 * number), f"{number:>3}", font=font(MONO, 14), fill="#858585")
        draw.text((110, 20 + 19 * number), line, font=font(MONO, 14), fill="#d4d4d4")
    return image


def devtools(rows: list[str], size: tuple[int, int] = (960, 540)) -> Image.Image:
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.text((8, 8), "Elements  Console  Sources  Network  Application", font=font(SANS, 12), fill="#202124")
    draw.line([220, 30, 220, size[1]], fill="#ddd")
    for place, row in enumerate(["Name  Value  Domain  Path", *rows]):
        draw.text((228, 34 + 20 * place), row, font=font(SANS, 12), fill="#202124")
        draw.line([220, 52 + 20 * place, size[0], 52 + 20 * place], fill="#ddd")
    return image


@lru_cache
def numbered(number: int, size: tuple[int, int] = (640, 400)) -> Image.Image:
    """A picture that is plainly its own: its number, large."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    draw.text((size[0] // 3, size[1] // 4), str(number), font=font(SANS, size[1] // 2), fill="navy")
    draw.rectangle([number * 40 % 600, 5, number * 40 % 600 + 30, 25], fill="red")
    return image


def as_bytes(image: Image.Image, form: str = "PNG", **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def code_of(picture) -> int | None:
    """Which `numbered` picture this is: read back from its red mark."""
    image = picture.image()
    width = image.width
    for number in range(1, 15):
        x = number * 40 % 600 + 15
        if (
            image.getpixel((round(x * width / 640), round(15 * image.height / 400)))[0] > 180
            and image.getpixel((round(x * width / 640), round(15 * image.height / 400)))[2] < 90
        ):
            return number
    return None


class Build:
    """A document under construction; ``add`` takes raw XML for what python-docx cannot make."""

    def __init__(self) -> None:
        self.docx = docx.Document()
        self._drawings = 0

    def text(self, text: str = "", style: str | None = None) -> Build:
        self.docx.add_paragraph(text, style)
        return self

    def heading(self, text: str, level: int = 1) -> Build:
        self.docx.add_heading(text, level)
        return self

    def picture(self, image: Image.Image | bytes, width: float = 6.0) -> Build:
        self.docx.add_paragraph().add_run().add_picture(_stream(image), Inches(width))
        return self

    def pictures(self, *images: Image.Image | bytes, before: str = "") -> Build:
        """Several in one paragraph."""
        paragraph = self.docx.add_paragraph(before)
        for image in images:
            paragraph.add_run().add_picture(_stream(image), Inches(3))
        return self

    def rid(self, image: Image.Image | bytes) -> str:
        rid, _ = self.docx.part.get_or_add_image(_stream(image))
        return rid

    def add(self, xml: str) -> Build:
        """Add block XML with the usual prefixes at the end of the body."""
        for element in parse_xml(f"<w:x {NAMESPACES}>{xml}</w:x>"):
            self.docx.element.body.insert_element_before(element, "w:sectPr")
        return self

    def inline(self, image: Image.Image | bytes, crop: str = "", width: float = 6.0) -> str:
        """The XML of a run with a picture."""
        return f"<w:r><w:drawing>{self._frame('inline', self.graphic(image, crop), width)}</w:drawing></w:r>"

    def anchored(self, image: Image.Image | bytes, down: float = 0.2, graphic: str | None = None) -> str:
        """The XML of a run with a floating picture."""
        place = (
            '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column"><wp:posOffset>0</wp:posOffset>'
            '</wp:positionH><wp:positionV relativeFrom="paragraph">'
            f"<wp:posOffset>{int(down * 914400)}</wp:posOffset></wp:positionV>"
        )
        inner = graphic or self.graphic(image)
        return f"<w:r><w:drawing>{self._frame('anchor', inner, 6, place)}</w:drawing></w:r>"

    def _frame(self, tag: str, graphic: str, width: float, place: str = "") -> str:
        self._drawings += 1
        return (
            f'<wp:{tag}>{place}<wp:extent cx="{int(width * 914400)}" cy="{int(width * 600000)}"/>'
            f'<wp:docPr id="{900 + self._drawings}" name="Picture {self._drawings}"/>{graphic}</wp:{tag}>'
        )

    def graphic(self, image: Image.Image | bytes, crop: str = "") -> str:
        uri = "http://schemas.openxmlformats.org/drawingml/2006/picture"
        return f'<a:graphic><a:graphicData uri="{uri}">{self.pic(image, crop)}</a:graphicData></a:graphic>'

    def pic(self, image: Image.Image | bytes, crop: str = "") -> str:
        source = f"<a:srcRect {crop}/>" if crop else ""
        return (
            f'<pic:pic><pic:blipFill><a:blip r:embed="{self.rid(image)}"/>{source}'
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill></pic:pic>"
        )

    def text_box(self, inner: str) -> str:
        """The XML of a run with a text box, with the copy for old programs that Word writes beside it."""
        box = f"<w:txbxContent>{inner}</w:txbxContent>"
        graphic = (
            "<a:graphic><a:graphicData uri='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'>"
            f"<wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic>"
        )
        new = self._frame("anchor", graphic, 6)
        old = f"<v:shape style='position:absolute'><v:textbox>{box}</v:textbox></v:shape>"
        return (
            f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{new}</w:drawing></mc:Choice>'
            f"<mc:Fallback><w:pict>{old}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
        )

    def vml(self, image: Image.Image | bytes, crop: str = "") -> str:
        style = "width:400pt;height:250pt"
        return (
            f'<w:r><w:pict><v:shape style="{style}"><v:imagedata r:id="{self.rid(image)}" o:title="" {crop}/>'
            "</v:shape></w:pict></w:r>"
        )

    def save(self, path: Path) -> Path:
        self.docx.save(str(path))
        return path


def paragraph(inner: str = "", properties: str = "") -> str:
    """The XML of a paragraph."""
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


def in_list(number: int, level: int = 0) -> str:
    """Paragraph properties of a list item."""
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'


def replace_parts(path: Path, parts: dict[str, bytes], *, leave_out: tuple[str, ...] = ()) -> Path:
    """Rewrite a file's parts: the zip surgery for what python-docx will not write."""
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name not in leave_out}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**kept, **parts}.items():
            archive.writestr(name, data)
    return path


def part(path: Path, name: str) -> bytes:
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def numbering_xml(*definitions: str, lists: str) -> bytes:
    return f"<w:numbering {NAMESPACES}>{''.join(definitions)}{lists}</w:numbering>".encode()


def level(number: int, form: str = "decimal", text: str | None = None, start: int = 1, extra: str = "") -> str:
    shown = f"%{number + 1}." if text is None else text
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{extra}'
        f'<w:lvlText w:val="{shown}"/></w:lvl>'
    )


def definition(name: int, *levels: str) -> str:
    return f'<w:abstractNum w:abstractNumId="{name}">{"".join(levels)}</w:abstractNum>'


def _stream(image: Image.Image | bytes) -> io.BytesIO:
    if isinstance(image, bytes):
        return io.BytesIO(image)
    # `numbered` gives the same picture many times.
    if "as_png" not in image.info:
        image.info["as_png"] = as_bytes(image)
    return io.BytesIO(image.info["as_png"])
