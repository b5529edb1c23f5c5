"""Rendered by GitHub's own parser (cmark-gfm), as it will be."""

import re

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import example, given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from grader.model.outcome import Status
from grader.report import markdown, markdown_report
from grader.report.plain import visible

OURS = {"h2", "h3", "p", "code", "pre", "strong", "em", "table", "thead", "tbody", "tr", "th", "td"}
TRIGGERS = re.compile(r"[@#<>\[\]*_`\\|~]|\w[/:]\w|[^\W\d]\.\w|\w\.[^\W\d]|\b[0-9a-f]{7,}\b|\w-\d", re.IGNORECASE)
HOSTILE = (
    "<script>alert(1)</script> <!-- <b>bold</b> &lt; ![x](https://evil.example/x.png) [a link](https://evil.example) "
    "@octocat @org/team #1 student/work#2 GH-3 evil@example.com https://evil.example www.evil.example 0123abcdef "
    "` `` ``` **bold** _em_ ~~del~~ :tada: | a | b | \\| $x$ [^1] \x1b[31m \u202e \x00 \ud83d"
)


def html(text):
    return LexborHTMLParser(cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)).body


def tags(text):
    return {node.tag for node in html(text).traverse() if not node.tag.startswith("-")} - {"body"}


def outside_code(text):
    body = html(text)
    for node in body.css("code"):
        node.decompose()
    return body.text()


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
marks = st.text("`|\\<>[]()!#@*_~&;:. ab1-\n'\"+=", max_size=40)


@given(words | marks)
@example("`")
@example("`a`@b")
@example("``a`` `b``c`")
@example("0.0")
@example("1. x")
@example("12) x")
@example("=== x")
@example("a  \n# b\n\n- c")
def test_a_sentence_is_a_paragraph_of_words_and_code(text):
    made = markdown.prose(text)
    assert tags(made) <= {"p", "code"}
    assert not TRIGGERS.search(outside_code(made))
    shown = re.sub(r"[\s`]", "", html(made).text())
    assert shown == re.sub(r"[\s`]", "", visible(text))


@given(marks)
def test_a_cell_stays_one_cell(text):
    table = f"| a | b |\n|---|---|\n| {markdown.cell(markdown.prose(text))} | last |\n"
    assert [cell.text() for cell in html(table).css("td")][1:] == ["last"]


@given(words | marks)
@example("```\n# out")
@example("````\n~~~\n```")
def test_a_block_of_code_ends_where_it_should(text):
    body = html(f"{markdown.code_block(text)}\n\nafter")
    assert [paragraph.text() for paragraph in body.css("p")] == ["after"]
    assert len(body.css("pre")) == 1


def test_every_check_is_in_the_table_and_what_is_wrong_below(samples):
    body = html(markdown_report.to_markdown(samples.typical))
    rows = body.css("tbody tr")
    assert len(rows) == len(samples.typical.results)
    said = [" ".join(row.text(separator=" ").split()) for row in rows]
    assert "✗ Failed Step 3 /addCookie sets the cookie myFirstCookie 0 / 10" in said
    headings = [heading.text() for heading in body.css("h3")]
    assert len(headings) == sum(result.status.value not in {"passed", "blocked"} for result in samples.typical.results)
    assert "myfirstcookie = Hello World - my first cookie!\n" in [block.text() for block in body.css("pre")]
    assert "app.py:14" in body.text()


@pytest.mark.parametrize("name", ["full_marks", "typical", "hostile"])
def test_nothing_but_our_own_markup_gets_through(samples, name):
    text = markdown_report.to_markdown(getattr(samples, name))
    assert tags(text) <= OURS
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_what_a_stranger_wrote_is_neither_link_mention_nor_picture(samples):
    results = samples.make.passed()
    said = dict.fromkeys(("message", "expected", "observed", "hint", "file", "title"), HOSTILE)
    samples.make.change(results, "home", status=samples.make.Status.FAILED, earned=0, **said)
    report = samples.make.report(results, notes=(HOSTILE,), title=HOSTILE)
    text = markdown_report.to_markdown(report)
    assert tags(text) <= OURS
    assert not re.search(r"[@#<>\[\]]|https?:|www\.|GH-|0123abcdef", outside_code(text))


@pytest.mark.parametrize("most", [0, 100, 1000, 2000, 5000, 20_000])
def test_a_report_that_is_too_long_is_cut_between_checks_and_says_so(samples, most):
    whole = markdown_report.to_markdown(samples.typical)
    text = markdown_report.to_markdown(samples.typical, most)
    assert len(text.encode()) <= most
    assert text == whole or not text or text.endswith("in the web page and in the JSON._\n")
    assert tags(text) <= OURS


def test_the_same_reason_is_said_once_and_what_was_not_tried_is_one_line(samples):
    results = samples.make.passed()
    said = {"status": Status.FAILED, "earned": 0, "file": "app.py", "line": 7, "hint": "Write it once."}
    samples.make.change(results, "add-cookie", message="It is wrong.", **said)
    samples.make.change(results, "remove-cookie", message="It is wrong there, too.", **said)
    samples.make.change(results, "remove-browser", status=Status.BLOCKED, earned=0, message="Not tried, as it is.")
    body = html(markdown_report.to_markdown(samples.make.report(results)))
    assert body.text().count("Hint: Write it once.") == 1
    assert body.text().count("Not tried, as it is.") == 1
    assert any("Not tried, as it is." in row.text() for row in body.css("td"))
    assert "for the same reason as: /addCookie sets the cookie myFirstCookie" in body.text()
