"""Word documents as students hand them in, each with what its screenshots have to get.

The pictures are of drawn windows (`windows.py`); each document is one way to label, save, crop or place them, or one
way to get something wrong.
"""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from PIL import Image

from .build import (
    SENTENCES,
    Build,
    as_bytes,
    definition,
    in_list,
    level,
    numbered,
    numbering_xml,
    paragraph,
    run,
)
from .windows import Camera, Window, browser, devtools, editor, settings, side_by_side

NAME, VALUE = "myFirstCookie", "Hello World - my first cookie!"
TEN = range(1, 11)
APPS = Path(__file__).parent.parent.parent / "reference_app"

STARTER = """from flask import Flask, make_response, request

app = Flask(__name__)

@app.route('/')
def index():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    # Add code here to create a cookie
    return 'Cookie added!'

@app.route('/displayCookieValue')
def displayCookieValue():
    cookieValue = None
    # Add code here to get the cookie's value
    return 'Cookie value: ' + str(cookieValue)

@app.route('/removeCookie')
def removeCookie():
    # Add code here to remove the cookie
    return 'Cookie removed!'

app.run(host='0.0.0.0', port=88)
"""
FINISHED = """from flask import Flask, make_response, request

app = Flask(__name__)

@app.route('/')
def index():
    return 'Practicing Cookies!'

@app.route('/addCookie')
def addCookie():
    resp = make_response('Cookie added!')
    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')
    return resp

@app.route('/displayCookieValue')
def displayCookieValue():
    try:
        cookieValue = request.cookies['myFirstCookie']
        return 'Found the cookie: ' + cookieValue
    except KeyError:
        return 'Cookie not found!'

@app.route('/removeCookie')
def removeCookie():
    resp = make_response('Cookie removed!')
    resp.set_cookie('myFirstCookie', '', max_age=0)
    return resp

app.run(host='0.0.0.0', port=88)
"""
STEPS_OF_11_1 = {
    1: "@app.route('/', methods=['GET'])\ndef index():\n    return 'My first GET request'",
    2: "@app.route('/', methods=['GET'])\ndef index():\n    return '<h1>My first GET request</h1>'",
    4: "@app.route('/', methods=['GET'])\ndef index():\n    return render_template('index.html')",
}
NOT_FOUND_PAGE = (
    "<h1>Not Found</h1><p>The requested URL was not found on the server. If you entered the URL manually please "
    "check your spelling and try again.</p>"
)
TERMINAL = """PS C:\\Users\\jane\\activity> python app.py
 * Serving Flask app 'app'
 * Running on http://127.0.0.1:88
127.0.0.1 - - [02/Nov/2026 21:41:05] "GET /addCookie HTTP/1.1" 200 -"""


@dataclass(frozen=True)
class HandIn:
    """A document and the statuses that its screenshots have to get, ``passed`` unless said."""

    name: str
    build: Callable[[Camera], Build]
    gets: dict[str, str] = field(default_factory=dict)
    activity: str = "11.2"
    numbering: bytes | None = None

    def __str__(self) -> str:
        return self.name


Pictures = dict[int, bytes]


def views(code: str, name: str, look: str = "dark", after: int = 8) -> Window:
    """An editor scrolled to one view."""
    lines = code.splitlines()
    first = next(number for number, line in enumerate(lines) if f"'/{name}'" in line)
    return editor("\n".join(lines[first : first + after]), look, first=first + 1)


def dark_editor(code: str = FINISHED) -> dict[int, Window]:
    """Ten windows: a dark editor, a light browser, developer tools at the side."""
    return {
        1: editor(STARTER),
        2: browser("localhost:88", "Practicing Cookies!"),
        3: views(code, "addCookie"),
        4: browser("localhost:88/addCookie", "Cookie added!"),
        5: devtools("localhost:88/addCookie", "Cookie added!", [(NAME, VALUE)]),
        6: views(code, "displayCookieValue"),
        7: browser("localhost:88/displayCookieValue", f"Found the cookie: {VALUE}"),
        8: browser("localhost:88/displayCookieValue", "Cookie not found!"),
        9: views(code, "removeCookie"),
        10: devtools("localhost:88/removeCookie", "Cookie removed!", []),
    }


def light_editor(code: str = FINISHED) -> dict[int, Window]:
    """Ten windows: a light editor with a terminal, a dark browser, the browser's settings, other addresses."""
    return {
        1: editor(STARTER, "light", files=("app.py", "README.md", "templates")),
        2: browser("127.0.0.1:88", "Practicing Cookies!", "dark"),
        3: replace(editor(code, "light", terminal=TERMINAL), size=(1280, 760)),
        4: browser("http://localhost:88/addCookie", "<h1>Cookie added!</h1>", "dark"),
        5: settings([(NAME, f'"{VALUE}"')]),
        6: views(code, "displayCookieValue", "light"),
        7: browser("192.168.1.24:88/displayCookieValue", f"<p>Found the cookie: {VALUE}</p>", "dark"),
        8: browser("127.0.0.1:88/displayCookieValue", "<h2>Cookie not found!</h2>", "dark"),
        9: views(code, "removeCookie", "light", after=6),
        10: settings([], "dark"),
    }


def whole_screens(code: str = FINISHED) -> dict[int, Window]:
    """Ten pictures of a whole screen of 1920 by 1080."""
    windows = light_editor(code) | {
        5: devtools("localhost:88/addCookie", "Cookie added!", [("session", "eyJhIjoxfQ"), (NAME, VALUE)], "dark"),
        10: devtools("localhost:88/removeCookie", "Cookie removed!", [("theme", "oak")], "dark", docked="bottom"),
    }
    return {number: window.sized(1920, 1080) for number, window in windows.items()}


def sharp_screens(code: str = FINISHED) -> dict[int, Window]:
    """Ten pictures from a screen with two pixels for each, as phones and laptops have."""
    windows = dark_editor(code) | {5: settings([(NAME, VALUE)], "dark"), 10: settings([])}
    return {number: window.sized(1120, 630, 2.0) for number, window in windows.items()}


def shoot(cam: Camera, windows: dict[int, Window]) -> Pictures:
    return {number: cam.shoot(window) for number, window in windows.items()}


def drawn(cam: Camera) -> Pictures:
    return shoot(cam, dark_editor())


def of_the_reference(_cam: Camera) -> Pictures:
    """Ten pictures that other tests read as well: those of the reference app's own document."""
    return dict(zip(TEN, _pictures_of("activity_11_2", 10), strict=True))


def _pictures_of(reference_app: str, count: int) -> list[bytes]:
    with zipfile.ZipFile(APPS / reference_app / "Screenshots.docx") as archive:
        return [archive.read(f"word/media/image{number}.png") for number in range(1, count + 1)]


def saved(pictures: Pictures, form: str = "JPEG", scale: float = 1.0, **options: int) -> Pictures:
    """The same pictures saved again."""
    again = {}
    for number, picture in pictures.items():
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        if scale != 1:
            image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
        again[number] = as_bytes(image, form, **options)
    return again


def labelled(pictures: Pictures, label: str = "{n}.", order: Sequence[int] = TEN, *, below: bool = False) -> Build:
    build = Build().heading("Activity 11.2")
    for number in order:
        if not below:
            build.text(label.format(n=number, sentence=SENTENCES[number]))
        if number in pictures:
            build.picture(pictures[number])
        if below:
            build.text(label.format(n=number, sentence=SENTENCES[number]))
    return build


def unlabelled(pictures: Pictures, order: Sequence[int] = TEN) -> Build:
    build = Build().heading("My screenshots")
    for number in order:
        build.picture(pictures[number])
    return build


def ways_to_label(right: Callable[[Camera], Pictures] = drawn) -> Iterator[HandIn]:
    """Ten right pictures, in every way to write the numbers (course.md) and to place the pictures."""

    def of(build: Callable[[Pictures], Build]) -> Callable[[Camera], Build]:
        return lambda cam: build(right(cam))

    yield HandIn("bare numbers", of(labelled))
    yield HandIn("headings such as Step1_Code", of(lambda pictures: labelled(pictures, "Step{n}_Code")))
    yield HandIn("the handout's whole sentences", of(lambda pictures: labelled(pictures, "{sentence}")))
    yield HandIn("captions below", of(lambda pictures: labelled(pictures, "Figure {n}", below=True)))
    yield HandIn(
        "any order", of(lambda pictures: labelled(pictures, "Screenshot {n}", random.Random(11).sample(TEN, 10)))
    )
    yield HandIn("no labels", of(unlabelled))
    yield HandIn("automatic list numbers", of(_in_a_list), numbering=_ONE_LIST)
    yield HandIn("two pictures in one paragraph", of(_two_in_a_paragraph))
    yield HandIn("a table", of(_in_a_table))
    yield HandIn("floating pictures", of(_floating))
    yield HandIn("text boxes", of(_in_text_boxes))
    yield HandIn("old Word's pictures", of(_old_style))


_ONE_LIST = numbering_xml(definition(0, level(0)), lists='<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>')


def _in_a_list(pictures: Pictures) -> Build:
    build = Build()
    for number in TEN:
        build.add(paragraph(build.inline(pictures[number]), in_list(1)))
    return build


def _two_in_a_paragraph(pictures: Pictures) -> Build:
    build = Build()
    for number in range(1, 11, 2):
        build.pictures(pictures[number], pictures[number + 1], before=f"{number} and {number + 1}")
    return build


def _in_a_table(pictures: Pictures) -> Build:
    build = Build()
    cells = (
        f"<w:tr><w:tc>{paragraph(run(f'{number}.'))}</w:tc><w:tc>{paragraph(build.inline(pictures[number]))}</w:tc></w:tr>"
        for number in reversed(TEN)
    )
    return build.add(f"<w:tbl>{''.join(cells)}</w:tbl>")


def _floating(pictures: Pictures) -> Build:
    build = Build()
    for number in TEN:
        build.add(paragraph(run(f"{number}.") + build.anchored(pictures[number])))
    return build


def _in_text_boxes(pictures: Pictures) -> Build:
    build = Build()
    for number in TEN:
        build.add(paragraph(build.text_box(paragraph(run(f"{number}.")) + paragraph(build.inline(pictures[number])))))
    return build


def _old_style(pictures: Pictures) -> Build:
    build = Build()
    for number in TEN:
        build.add(paragraph(run(f"{number}.")) + paragraph(build.vml(pictures[number])))
    return build


def ways_to_photograph() -> Iterator[HandIn]:
    """Ten right pictures of other windows, saved and cut in other ways."""
    for windows in (light_editor, whole_screens, sharp_screens):
        yield HandIn(windows.__name__, lambda cam, windows=windows: labelled(shoot(cam, windows())))
    yield HandIn("JPEG", lambda cam: labelled(saved(shoot(cam, light_editor()), quality=60)))
    yield HandIn("shrunk by Word", lambda cam: labelled(saved(shoot(cam, dark_editor()), "PNG", 0.75)))
    yield HandIn("whole screens as JPEG", lambda cam: labelled(saved(shoot(cam, whole_screens()), quality=70)))
    yield HandIn("whole screens shrunk", lambda cam: labelled(saved(shoot(cam, whole_screens()), "PNG", 0.8)))
    yield HandIn("cropped", _cropped)


def _cropped(cam: Camera) -> Build:
    """Cut in Word: the right third and what is below is hidden, though the file still has it."""
    build = Build()
    for number, picture in shoot(cam, dark_editor()).items():
        right = 'r="5000" b="2000"' if number in (5, 10) else 'r="20000" b="20000"'
        build.text(f"{number}.").add(paragraph(build.inline(picture, right)))
    return build


def ways_to_mix_up(right: Callable[[Camera], Pictures] = drawn) -> Iterator[HandIn]:
    """Right pictures, some of them missing, swapped or not alone; every other one has to be found."""

    def of(build: Callable[[Pictures], Build]) -> Callable[[Camera], Build]:
        return lambda cam: build(right(cam))

    def order(*swapped: int) -> list[int]:
        one, other = swapped
        return [other if number == one else one if number == other else number for number in TEN]

    def swapped(pictures: Pictures) -> Build:
        return labelled(dict(zip(TEN, (pictures[number] for number in order(4, 7)), strict=True)))

    def without(*missing: int) -> list[int]:
        return [number for number in TEN if number not in missing]

    def with_logo(pictures: Pictures) -> Build:
        return unlabelled(pictures | {0: as_bytes(numbered(12, (640, 420)))}, [0, *TEN])

    yield HandIn("one missing", of(lambda pictures: labelled(pictures, order=without(6))), {"shot-6": "failed"})
    yield HandIn("one missing, no labels", of(lambda pictures: unlabelled(pictures, without(3))), {"shot-3": "failed"})
    yield HandIn(
        "two missing, no labels",
        of(lambda pictures: unlabelled(pictures, without(2, 9))),
        dict.fromkeys(("shot-2", "shot-9"), "failed"),
    )
    yield HandIn(
        "the last one alone, its page names what is gone",
        lambda cam: labelled(
            shoot(cam, {10: devtools("localhost:88/removeCookie", f"The cookie {NAME} was removed!", [])}), order=[10]
        ),
        {f"shot-{number}": "failed" for number in without(10)},
    )
    yield HandIn("two swapped", of(swapped))
    yield HandIn("two swapped, no labels", of(lambda pictures: unlabelled(pictures, order(4, 7))))
    yield HandIn("a large logo, no labels", of(with_logo))
    yield HandIn(
        "one more picture, no labels",
        lambda cam: unlabelled(
            right(cam) | shoot(cam, {0: browser("localhost:88/hello", "Hello!")}), [1, 2, 3, 0, *range(4, 11)]
        ),
    )


def ways_to_be_wrong(right: Callable[[Camera], Pictures] = drawn) -> Iterator[HandIn]:
    """One picture by itself that does not show what is asked: it must not be confirmed, and a person looks at it.

    A number stands for the right picture of another item: one that was read before takes no time.
    """
    half = FINISHED.replace("    resp.set_cookie('myFirstCookie', 'Hello World - my first cookie!')\n", "")
    between = half[half.index("@app.route('/displayCookieValue')") : half.index("@app.route('/removeCookie')")]
    sample = FINISHED.replace("/removeCookie", "/delete-cookie/").replace("'myFirstCookie', ''", "'foo', 'bar'")
    wrong: dict[str, tuple[int, Window | int]] = {
        "the finished code as the zip's": (1, 3),
        "another port": (2, browser("localhost:5000", "Practicing Cookies!")),
        "another page": (2, browser("localhost:88/hello", "Practicing Cookies!")),
        "not completed": (3, 1),
        "set_cookie in another view only": (3, views(half.replace(between, ""), "addCookie", after=10)),
        "commented out": (
            3,
            views(FINISHED.replace("    resp.set_cookie('my", "    # resp.set_cookie('my"), "addCookie"),
        ),
        "code in place of the browser": (4, 3),
        "a page that is not found": (4, browser("localhost:88/addCookie", NOT_FOUND_PAGE)),
        "the page of another step": (4, browser("localhost:88/removeCookie", "Cookie removed!")),
        "no cookie in the panel": (5, 10),
        "the cookie on the page only": (
            5,
            devtools("localhost:88/addCookie", f'Set-Cookie: {NAME}="{VALUE}"', [], docked="bottom"),
        ),
        "the value under another name": (5, devtools("localhost:88/addCookie", "Cookie added!", [("cookie", VALUE)])),
        "another cookie in the panel": (5, devtools("localhost:88/addCookie", "Cookie added!", [("theme", "oak")])),
        "the cookie in code only": (5, 3),
        "no try": (6, 1),
        "not found instead of the value": (7, 8),
        "None instead of the value": (7, browser("localhost:88/displayCookieValue", "Cookie value: None")),
        "the value instead of not found": (8, 7),
        "the sample's other route": (9, views(sample, "delete-cookie/")),
        "still there": (10, devtools("localhost:88/removeCookie", "Cookie removed!", [(NAME, VALUE)])),
        "still there in the settings": (10, 5),
        "the page, not the panel": (10, browser("localhost:88/removeCookie", "Cookie removed!")),
        "only the way to the panel": (10, _tree_of_storage()),
    }
    for name, (number, shows) in wrong.items():

        def build(cam: Camera, number: int = number, shows: Window | int = shows) -> Build:
            picture = right(cam)[shows] if isinstance(shows, int) else cam.shoot(shows)
            return labelled({number: picture}, order=[number])

        moved = shows if isinstance(shows, int) else _SHOWN_INSTEAD.get(name)
        missing = {f"shot-{other}": "failed" for other in TEN if other not in (number, moved)}
        yield HandIn(f"{number}: {name}", build, missing | {f"shot-{number}": "review"})


_SHOWN_INSTEAD = {
    "set_cookie in another view only": 9,
    "the value under another name": 4,
    "another cookie in the panel": 4,
    "still there": 5,
}
"""What wrong pictures show that another item asks for: they count for that one."""


def _tree_of_storage() -> Window:
    panel = devtools("localhost:88/removeCookie", "Cookie removed!", [])
    start, end = panel.body.index("<table>"), panel.body.index("</table>")
    return replace(panel, body=panel.body[:start] + "<p>http://localhost:88 Key Value" + panel.body[end:])


def six_of_11_1() -> dict[str, Window]:
    return {
        "1a": _step(1),
        "1b": browser("localhost:5000", "My first GET request"),
        "2a": _step(2),
        "2b": browser("127.0.0.1:5000", "<h1>My first GET request</h1>"),
        "3": browser("localhost:5000", "<h1>Hello, my name is Grace Hopper</h1>"),
        "4": _step(4),
    }


def six_drawn(cam: Camera) -> dict[str, bytes]:
    return {name: cam.shoot(window) for name, window in six_of_11_1().items()}


def six_of_the_reference(_cam: Camera) -> dict[str, bytes]:
    return dict(zip(six_of_11_1(), _pictures_of("activity_11_1", 6), strict=True))


def of_11_1(right: Callable[[Camera], dict[str, bytes]] = six_drawn) -> Iterator[HandIn]:
    """The six pictures of activity 11.1."""

    def hand_in(
        name: str, pictures: Callable[[Camera], dict[str, bytes]], label: str = "{n}", gets: Sequence[str] = ()
    ) -> HandIn:
        def build(cam: Camera) -> Build:
            build = Build()
            for place, picture in pictures(cam).items():
                if label:
                    build.text(label.format(n=place))
                build.picture(picture)
            return build

        return HandIn(f"11.1: {name}", build, dict.fromkeys(gets, "review"), activity="11.1")

    def beside(cam: Camera) -> dict[str, bytes]:
        six = six_of_11_1()
        pairs = {number: cam.shoot(side_by_side(six[f"{number}a"], six[f"{number}b"])) for number in "12"}
        return pairs | {number: picture for number, picture in right(cam).items() if number in "34"}

    def plain(cam: Camera) -> dict[str, bytes]:
        return right(cam) | {"2b": cam.shoot(browser("localhost:5000", "<p>My first GET request</p>"))}

    def swapped(cam: Camera) -> dict[str, bytes]:
        six = right(cam)
        return six | {"1a": six["2a"], "2a": six["1a"]}

    yield hand_in("letters", right)
    yield hand_in("no labels", right, "")
    yield hand_in("side by side", beside, "{n}.")
    yield hand_in("side by side, no labels", beside, "")
    yield hand_in("plain HTML", plain)
    yield hand_in("code swapped", swapped)


def _step(number: int) -> Window:
    files = ("app.py", "templates", "index.html")
    code = f"from flask import Flask, render_template\n\napp = Flask(__name__)\n\n{STEPS_OF_11_1[number]}\n"
    return editor(code + "\nif __name__ == '__main__':\n    app.run(debug=True)", files=files)
