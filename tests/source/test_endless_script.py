"""Scripts of which the text proves that they never end; and scripts that end, or of which it proves nothing."""

from __future__ import annotations

import pytest

from grader.source.endless_script import never_ends
from tests.waiting import fairly_within

PAGE = "<!DOCTYPE html><h1>Cookie added!</h1>{}<p>after</p>"


@pytest.mark.parametrize(
    "script",
    [
        "while (true) {}",
        "for (;;);",
        "while(1){ console.log('waiting'); }",
        "let i = 0;\nwhile (i < 10) {\n  console.log(i);\n}",
        "// wait\nvar n = 5; let rounds = 0; while (n >= 1) { rounds++; console.log(n) }",
        "const x = 'on'\nwhile (true) { console.log(x) }",
    ],
)
def test_it_never_ends(script):
    assert never_ends(PAGE.format(f"<script>{script}</script>"))


@pytest.mark.parametrize(
    "script",
    [
        "let i = 0; while (i < 10) { i++; }",
        "let i = 0; while (i < 10) { console.log(i); i += 1 }",
        "let i = 10; while (i < 10) {}",
        "const n = 0; while (true) { n++; }",  # an error ends it
        "while (true) { console.log(n) }",
        "let n = 'a'; while (n < 10) {}",
        "while (true) { break; }",
        "while (true) {} )",  # no script at all
        "let n = 1; let n = 2; while (true) {}",
        "while (Date.now() < 5) {}",
        "function wait() { while (true) {} }",
        "if (location.hash) while (true) {}",
        "/* while (true) {} */",
        "throw 1; while (true) {}",
        "let let = 1; while (true) {}",
        "",
    ],
)
def test_nothing_is_proven(script):
    assert not never_ends(PAGE.format(f"<script>{script}</script>"))


@pytest.mark.parametrize(
    "around",
    [
        "<!-- {} -->",
        "<template>{}</template>",
        "<noscript>{}</noscript>",
        "<textarea>{}</textarea>",
        "<script>slow()</script>{}",
        "{}<script>slow()</script>",
        '<meta http-equiv="Content-Security-Policy" content="script-src none">{}',
    ],
)
def test_a_script_that_may_not_run_proves_nothing(around):
    assert not never_ends(PAGE.format(around.format("<script>while (true) {}</script>")))


def test_another_kind_of_script_proves_nothing():
    assert not never_ends(PAGE.format('<script type="text/plain">while (true) {}</script>'))
    assert never_ends(PAGE.format('<script type="text/javascript">while (true) {}</script>'))


@pytest.mark.parametrize(
    "script",
    [
        "while(true){}" + " " * 50_000 + "x",
        "\n" * 50_000 + "x",
        "while(true){" + "} " * 40_000 + "x",
        "</script>" * 5_000 + "<script" + "x" * 50_000,
    ],
    ids=["blanks", "lines", "braces", "ends"],
)
def test_a_script_that_is_written_to_hold_the_grader_up_does_not(script):
    with fairly_within(1):
        assert not never_ends(PAGE.format(f"<script>{script}</script>"))
