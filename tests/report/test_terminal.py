import io

import pytest

from grader.cli import terminal
from grader.cli.progress import CheckProgress
from grader.model.outcome import Status


def to_text(report, width=80):
    paper = io.StringIO()
    terminal.TerminalPage(terminal.make_console(paper, width=width)).show(report)
    return paper.getvalue()


def test_checks_are_shown_under_the_steps_of_the_handout(samples):
    text = to_text(samples.typical)
    order = [text.index(words) for words in ("Step 2", "Practicing", "Step 3", "Step 7", "What is handed in", "Next:")]
    assert order == sorted(order)


def test_a_failed_check_says_what_where_and_what_to_do(samples):
    text = " ".join(to_text(samples.typical, 120).split())
    assert "✗ `/addCookie` sets the cookie `myFirstCookie` (failed) 0 / 10" in text
    assert "`/addCookie` sets the cookie `myfirstcookie`, the handout asks for `myFirstCookie`. (app.py:14)" in text
    assert "Hint: A cookie's name counts letter by letter" in text


def test_expected_stands_beside_observed(samples):
    lines = to_text(samples.typical, 80).splitlines()
    heads = next(line for line in lines if "Expected" in line)
    assert heads.split() == ["Expected", "Observed"]
    assert "Practicing Cookies!   Practising Cookies!" in lines[lines.index(heads) + 1]


def test_on_a_narrow_terminal_expected_stands_above_observed(samples):
    lines = [line.split() for line in to_text(samples.typical, 60).splitlines()]
    assert ["Expected", "Practicing", "Cookies!"] in lines
    assert ["Observed", "Practising", "Cookies!"] in lines


def test_the_same_message_is_not_repeated_check_after_check(samples):
    assert to_text(samples.typical).count("a person has to see what it shows") == 1


def test_what_was_not_tried_is_one_line(samples):
    results = samples.make.passed()
    message = 'Not tried, because "A Word document" is not done yet.'
    for number in range(1, 11):
        samples.make.change(results, f"shot-{number}", status=Status.BLOCKED, earned=0, message=message)
    lines = to_text(samples.make.report(results)).splitlines()
    (line,) = [line for line in lines if "not tried" in line.lower()]
    assert line.split()[:3] == ["⊘", "10", "checks"]


def test_what_follows_from_the_same_mistake_is_one_line(samples):
    results = samples.make.passed()
    said = {"status": Status.FAILED, "earned": 0, "message": "There is no page.", "hint": "Write it.", "file": "app.py"}
    for id_ in ("add-cookie", "add-page"):
        samples.make.change(results, id_, **said)
    text = to_text(samples.make.report(results))
    assert text.count("Hint: Write it.") == text.count('For the same reason as "') == 1


def test_points_that_are_not_decided_are_not_shown_as_lost(samples):
    assert "? / 2" in to_text(samples.typical)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(any_report, width):
    from rich.cells import cell_len

    assert max(cell_len(line) for line in to_text(any_report, width).splitlines()) <= width


def test_student_text_is_neither_markup_nor_escape_sequence(samples):
    text = " ".join(to_text(samples.hostile, 200).split())
    assert r"<script>alert(1)</script> [red]markup[/] \x1b[31mred\x1b[0m \u202eevil\u202c \x00\x07 \ud83d" in text
    assert not {"\x1b", "\x00", "\u202e", "\ud83d"} & set(text)


def test_endless_text_is_cut(samples):
    assert len(to_text(samples.hostile)) < 30_000


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8", "cp437"])
def test_every_encoding_gets_marks_that_it_has(any_report, encoding):
    raw = io.BytesIO()
    paper = io.TextIOWrapper(raw, encoding=encoding)
    terminal.TerminalPage(terminal.make_console(paper, width=80)).show(any_report)
    paper.flush()
    assert ("✓" if encoding == "utf-8" else "+") in raw.getvalue().decode(encoding)


def test_what_is_not_a_terminal_gets_plain_text(samples, monkeypatch):
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    paper = io.StringIO()
    terminal.TerminalPage(terminal.make_console(paper)).show(samples.typical)
    assert "\x1b" not in paper.getvalue()


def colour_terminal(monkeypatch, **environment):
    from rich.console import Console

    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", **environment}.items():
        monkeypatch.setenv(name, value)
    return Console(file=io.StringIO(), force_terminal=True, width=80, markup=False, emoji=False, highlight=False)


def test_a_terminal_gets_colours(samples, monkeypatch):
    console = colour_terminal(monkeypatch)
    terminal.TerminalPage(console).show(samples.typical)
    assert "\x1b[31m✗" in console.file.getvalue()


def test_no_color_is_respected(samples, monkeypatch):
    console = colour_terminal(monkeypatch, NO_COLOR="1")
    terminal.TerminalPage(console).show(samples.typical)
    assert "\x1b[31m" not in console.file.getvalue()


def test_progress_shows_the_check_that_is_made(samples, monkeypatch):
    from rich.text import Text

    console = colour_terminal(monkeypatch)
    with CheckProgress(console) as progress:
        progress.start("`/` answers")
        progress.done(samples.typical.results[0])
        progress.start("`/addCookie` sets a cookie [red]")
    assert "✓ 1  `/addCookie` sets a cookie [red]" in Text.from_ansi(console.file.getvalue()).plain


def test_progress_is_silent_where_nobody_watches(samples):
    paper = io.StringIO()
    with CheckProgress(terminal.make_console(paper)) as progress:
        progress.start("a check")
        progress.done(samples.typical.results[0])
    assert paper.getvalue() == ""
