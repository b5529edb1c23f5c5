"""What an app imports: what nothing uses, what it finds of what is installed, and what other Pythons have."""

from __future__ import annotations

import sys

import pytest

from grader.sandbox.importable import is_installed, modules_of
from grader.sandbox.other_pythons import only_on, since
from grader.source.imports import Imports

from .conftest import HEAD, PAGE, TAIL, Jail, in_any_jail

UNUSED = {
    "plain": ("import requests", {"requests"}),
    "by another name": ("import numpy as np", {"numpy"}),
    "a name of it": ("from requests import get", {"requests"}),
    "with dots": ("import matplotlib.pyplot as plt", {"matplotlib"}),
    "used": ("import requests\nrequests.get('x')", set()),
    "name used": ("from requests import get\nget('x')", set()),
    "everything": ("from requests import *", set()),
    "tried": ("try:\n    import requests\nexcept ImportError:\n    pass", set()),
    "in __all__": ("import requests\n__all__ = ['requests']", set()),
    "below the app": ("app = Flask(__name__)\nimport routes", set()),
    "two of one, one used": ("from requests import get, post\npost('x')", set()),
    "within the files": ("from .own import thing", set()),
}


@pytest.mark.parametrize(("source", "unused"), UNUSED.values(), ids=UNUSED)
def test_which_imports_nothing_uses(source: str, unused: set[str]) -> None:
    assert Imports({"app.py": source.encode()}).unused() == unused


def test_another_file_may_use_what_is_imported() -> None:
    files = {"app.py": b"from helper import requests\nrequests.get('x')", "helper.py": b"import requests"}
    assert "requests" not in Imports(files).unused()


def test_what_an_app_may_use_is_flask_what_flask_needs_and_what_the_course_permits() -> None:
    flask = set(modules_of(()))
    assert {"flask", "werkzeug", "jinja2", "markupsafe", "itsdangerous", "click", "blinker"} <= flask
    assert not {"psutil", "h11", "pytest", "grader", "pip"} & flask
    assert "h11" in modules_of(("h11",))
    assert is_installed("h11")
    assert not is_installed("no-such-package-of-mine")


@in_any_jail
def test_what_is_installed_beside_the_grader_is_not_there(jail: Jail) -> None:
    fault = jail.fault(HEAD + "import h11\nh11.Connection\n" + PAGE + TAIL)
    assert "imports h11, which is not there" in fault.message


@in_any_jail
def test_what_the_course_permits_is_there(jail: Jail) -> None:
    site = jail.site(HEAD + "import h11\nh11.Connection\n" + PAGE + TAIL, packages=("h11",))
    assert site.get("/").text == "home"


@in_any_jail
def test_a_package_may_be_looked_for(jail: Jail) -> None:
    asks = "from importlib.util import find_spec\nassert find_spec('h11') is None and find_spec('flask')\n"
    assert jail.site(asks + HEAD + PAGE + TAIL).get("/").text == "home"


NEWER = {
    "a name": ("typing", "TypeIs", (3, 13)),
    "a module": ("tomllib", "", (3, 11)),
    "a built-in name": ("", "ExceptionGroup", (3, 11)),
    "an old one": ("typing", "Any", None),
}


@pytest.mark.parametrize(("module", "name", "version"), NEWER.values(), ids=NEWER)
def test_since_when_a_name_is_there(module: str, name: str, version: tuple[int, int] | None) -> None:
    assert since(module, name) == version


@in_any_jail
@pytest.mark.skipif(sys.version_info >= (3, 13), reason="it is there")
def test_a_name_of_a_newer_python_is_named_with_that(jail: Jail) -> None:
    fault = jail.fault("from typing import TypeIs\n" + HEAD + PAGE + TAIL)
    assert "TypeIs is there from Python 3.13 on" in fault.message
    assert fault.line == 1


def test_where_a_name_is_there() -> None:
    assert "Windows only" in (only_on("winsound") or "")
    assert "Windows only" in (only_on("os.startfile") or "")
    assert only_on("json") is None
