"""What is made of a solution: every kind of mistake and of other right ways that is promised, each one change."""

from __future__ import annotations

import ast

import pytest

from tests.packing import files_in

from .proving import OWN, REFERENCE, right, wrong

COOKIES = files_in(REFERENCE / "activity_11_2")
PAGES = files_in(REFERENCE / "activity_11_1")
WORDINGS = ("Practicing Cookies!", "Cookie added!", "Found the cookie:", "Cookie not found!")
HELLO = "Hello, my name is"


@pytest.fixture(scope="module")
def of_cookies():
    return wrong(COOKIES, *WORDINGS)


@pytest.fixture(scope="module")
def of_pages():
    return wrong(PAGES, "My first GET request", HELLO)


MISTAKES = {
    "route renamed": "@app.route('/addCookies', methods=[\"GET\"])",
    "route's case changed": "@app.route('/addcookie', methods=[\"GET\"])",
    "method changed": "@app.route(\"/addCookie\", methods=['POST'])",
    "decorator without parentheses": "@app.route\ndef addCookie",
    "return dropped": '    "Practicing Cookies!"\n',
    "returns nothing": "    return\n",
    "cookie's name in lower case": "response.set_cookie('myfirstcookie', COOKIE_VALUE)",
    "cookie's name and value swapped": "response.set_cookie(COOKIE_VALUE, COOKIE_NAME)",
    "cookie's value shortened": "response.set_cookie(COOKIE_NAME, 'Hello World - my first cookie')",
    "cookie for another path": "response.set_cookie(COOKIE_NAME, COOKIE_VALUE, path='/nowhere')",
    "cookie born expired": "response.set_cookie(COOKIE_NAME, COOKIE_VALUE, max_age=0)",
    "cookie on another response": "make_response('Done').set_cookie(COOKIE_NAME, COOKIE_VALUE)",
    "cookie lives on": "response.set_cookie(COOKIE_NAME, max_age=3600)",
    "cookie not made to expire": "response.set_cookie(COOKIE_NAME)",
    "removes for another path": "response.set_cookie(COOKIE_NAME, max_age=0, path='/nowhere')",
    "reads another cookie": "request.cookies['cookie']",
    "no try": 'def displayCookieValue() -> Response:\n    text = f"Found',
    "try around another line": "    try:\n        pass\n",
    "catches another error": "except ValueError:",
    "except that hides": "    except KeyError:\n        pass\n",
    "port changed": 'app.run(host="0.0.0.0", port=89)',
    "port left out": 'app.run(host="0.0.0.0")',
    "host that is none": "app.run(host='0.0.0.0.0', port=88)",
    "run before its routes": "app = Flask(__name__)\napp.run(",
    "guard misspelt": "if __name__ == 'main':",
    "lines swapped": "    return response\n    response.set_cookie(",
    "line left out": "    pass\n    return response",
    "line out of its block": "    except KeyError:\n        ",
    "f left out": 'text = "Found the cookie: {',
    "colon missing": "    except KeyError\n",
    "words left out": 'return ""',
}
IN_PAGES = {
    "template's case changed": "templates/Index.html",
    "template folder misspelt": "template/index.html",
    "template beside the app": "index.html",
    "template not rendered": 'return "index.html"',
    "renders it by its folder": "render_template('templates/index.html')",
    "placeholder left": "<h1>Hello, my name is &lt;your_full_name&gt;</h1>",
    "first name alone": "<h1>Hello, my name is Grace</h1>",
    "commented out": "<!--     <h1>Hello, my name is Grace Hopper</h1> -->",
    "comment never closed": "<!--     <h1>Hello, my name is Grace Hopper</h1>\n",
    "hidden by a style": '<h1 style="display: none">Hello',
    "tag never closed": "<h1 Hello, my name is Grace Hopper</h1>",
    "<script> never closed": "<script>    <h1>Hello",
}


@pytest.mark.parametrize(("kind", "shows"), MISTAKES.items())
def test_a_mistake_in_python(of_cookies, kind, shows):
    made = [variant for variant in of_cookies if variant.kind == kind]
    if kind == "line out of its block":
        assert made
    else:
        assert any(shows in variant.files["app.py"].decode() for variant in made), made


@pytest.mark.parametrize(("kind", "shows"), IN_PAGES.items())
def test_a_mistake_in_a_page(of_pages, kind, shows):
    made = [variant for variant in of_pages if variant.kind == kind]
    texts = "\n".join([*(path for each in made for path in each.files), *(_text(each) for each in made)])
    assert made
    assert shows in texts


def _text(variant):
    return "\n".join(content.decode("utf-8", "replace") for content in variant.files.values())


@pytest.mark.parametrize("word", ["changed", "left out", "doubled"])
def test_words_are_changed_at_one_place_and_at_all(of_pages, word):
    single = [variant for variant in of_pages if variant.kind == f"word {word}"]
    everywhere = [variant for variant in of_pages if variant.kind == f"word {word} everywhere"]
    assert len(single) == 2 * 4 + 4  # two places with four words, one with four
    assert len(everywhere) == 4
    assert all(
        variant.files["app.py"].decode().count("My first GET request") == 0
        for variant in everywhere
        if word != "doubled"
    )


def test_each_is_one_change_that_no_other_is(of_cookies, of_pages):
    for made, solution in ((of_cookies, COOKIES), (of_pages, PAGES)):
        files = [frozenset(variant.files.items()) for variant in made]
        assert len(set(files)) == len(files)
        assert frozenset(solution.items()) not in files
        assert len({variant.name for variant in made}) == len(made)
        assert all(variant.place for variant in made)


def test_the_same_seed_makes_the_same_variants(of_cookies):
    assert wrong(COOKIES, *WORDINGS) == of_cookies
    assert wrong(COOKIES, *WORDINGS, seed=2) != of_cookies


def test_the_document_stays(of_cookies):
    assert all(variant.files["Screenshots.docx"] == COOKIES["Screenshots.docx"] for variant in of_cookies)


WAYS = {
    "single quotes", "Windows' line ends", "a comment at the top", "texts in constants", "constants written out",
    "views with other names", "app with another name", "@app.get", "blueprint", "factory", "class views",
    "rules added by hand", "delete_cookie", "removed by expires", "texts by plus", "texts by format", "more routes",
    "text around the words", "views in another order", "in Latin-1", "byte order mark", "as a zip",
    "as a zip in another order", "called main.py", "import flask", "star import", "port as text", "run in main",
    "cookie in a variable", "except Exception", "helpers", "constants in another file",
}  # fmt: skip
IN_OTHER_PAGES = {
    "base template", "included file", "variable handed over", "tags in capitals", "template in one line",
    "elements in each other", "template without head and body",
}  # fmt: skip


def test_the_right_ways():
    made = right(COOKIES)
    assert {variant.kind for variant in made} >= WAYS
    assert {variant.kind for variant in right(PAGES)} >= IN_OTHER_PAGES
    for variant in made:
        for path, content in variant.files.items():
            if path.endswith(".py"):
                ast.parse(content)


def test_other_names_are_other_names_everywhere():
    renamed = next(variant for variant in right(COOKIES) if variant.kind == "app with another name")
    code = renamed.files["app.py"].decode()
    assert "@app." not in code
    assert "app.run" not in code
    assert code.count("@server.route") == 4


def test_an_app_without_any_of_this():
    for text in (b"print('hello')\n", b"", b"from flask import Flask\napp = Flask(__name__)\n"):
        files = {"app.py": text}
        assert all(variant.files["app.py"] != text for variant in wrong(files))
        right(files)


def test_a_file_beside_the_app_that_is_no_python():
    files = {**COOKIES, "old.py": b"def broken(:\n"}
    assert all(variant.files["old.py"] == b"def broken(:\n" for variant in wrong(files, *WORDINGS))


def test_the_worked_example_has_variants_for_its_counter():
    made = wrong(files_in(OWN / "solution"), "Welcome to my page!")
    assert any('request.cookies.get("visits", 0)) + 11' in _text(variant) for variant in made)
    assert any('request.cookies.get("visits", 0)) - 1' in _text(variant) for variant in made)
