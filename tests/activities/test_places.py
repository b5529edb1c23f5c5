"""Lines of the hand-in, as hints quote them."""

from __future__ import annotations

from types import SimpleNamespace

from grader.activities.page_sources import line_as
from tests.waiting import fairly_within

OPTION = r",\s*max_age\s*=\s*(['\"]).*?\1(?=\s*[,)])"


def rightly(line: str) -> str | None:
    site = SimpleNamespace(submission=SimpleNamespace(files={"app.py": f"import flask\n  {line}\n".encode()}))
    return line_as(site, {"file": "app.py", "line": 2}, OPTION, "")


def test_a_line_is_quoted_as_it_is_to_be_written():
    assert rightly("r.set_cookie('a', 'b', max_age='0')") == "Write line 2 as `r.set_cookie('a', 'b')`."


def test_a_line_that_is_written_to_hold_the_grader_up_does_not():
    with fairly_within(1):
        assert rightly("r.set_cookie('a'" + ", max_age='x y" * 8000) is None
