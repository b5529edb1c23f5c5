from dataclasses import replace

from grader.model.outcome import Status
from grader.report import outline, wording


def test_groups_follow_the_handout(samples):
    headings = [group.heading for group in outline.groups(samples.full_marks)]
    assert headings == ["Step 2", "Step 3", "Step 4", "Step 5", "Step 6", "Step 7", "What is handed in"]


def test_the_next_thing_is_the_first_that_is_wrong(samples):
    thing = outline.next_thing(samples.typical)
    assert (thing.result.id, thing.text) == ("home", "`/` answers, and displays other words. (app.py:7)")
    assert "step 2 of the handout" in thing.hint


def test_checks_that_fail_for_one_reason_are_one_cause_and_what_follows(samples):
    results = samples.make.passed()
    said = {
        "status": Status.FAILED,
        "earned": 0,
        "hint": "Write line 11 as `@app.route('/addCookie')`.",
        "file": "app.py",
    }
    for id_, message in (("add-page", "There is no page /addCookie."), ("add-cookie", "No page, no cookie.")):
        samples.make.change(results, id_, message=message, line=11, **said)
    samples.make.change(results, "remove-cookie", message="Another mistake.", line=27, **said)
    report = samples.make.report(results)
    first, *_ = [result.id for result in outline.in_order(report) if result.hint == said["hint"]]
    assert {id_: cause.id for id_, cause in outline.causes(report).items()} in (
        {"add-page": first},
        {"add-cookie": first},
    )
    thing = outline.next_thing(report)
    assert (thing.result.id, thing.hint) == (first, said["hint"])
    assert thing.text.endswith("(app.py:11) 1 more check fails for the same reason.")


def test_nothing_is_next_after_full_marks(samples):
    assert "Nothing is left to do" in outline.next_thing(samples.full_marks).text


def test_what_is_not_decided_comes_after_what_is_wrong(samples):
    results = samples.make.passed()
    samples.make.change(results, "shot-1", status=Status.REVIEW, earned=0, pending=True)
    assert "for a person to review" in outline.next_thing(samples.make.report(results)).text


def test_the_time_line_says_what_changed_at_each_visit(samples):
    summaries = [visit.summary for visit in outline.visits(samples.full_marks)]
    assert summaries == [
        "The browser holds no cookie.",
        "`myFirstCookie` is new.",
        "Nothing changed.",
        "The browser holds no cookie; `myFirstCookie` is gone.",
        "`myFirstCookie` is new.",
        "The browser holds no cookie; `myFirstCookie` is gone.",
    ]


def test_another_value_is_a_change(samples):
    results = samples.make.passed()
    other = samples.make.visit("x", "/", "", samples.make.cookie(value="other"))
    samples.make.change(results, "add-browser", evidence=(*samples.make.shots("add-browser"), other))
    assert outline.visits(samples.make.report(results))[2].summary == "`myFirstCookie` has another value."


def test_the_score_is_told_in_three_numbers(samples):
    assert wording.headline(samples.typical) == "31.5 of 100 points"
    assert wording.score_details(samples.typical) == [
        (
            "28 points are not decided yet: 18 for a person to review, 2 that could not be checked on this machine, "
            "8 where the grader itself failed."
        ),
        "40.5 points are still to be earned.",
    ]


def test_full_marks_need_no_explanation(samples):
    assert wording.score_details(samples.full_marks) == []


def test_checks_left_out_on_request_are_named_and_not_counted(samples):
    results = [
        replace(result, status=Status.SKIPPED, earned=0, counts=False) if result.id == "document" else result
        for result in samples.make.passed()
    ]
    report = samples.make.report(results)
    assert wording.headline(report) == "98 of 98 points"
    assert wording.score_details(report) == ["1 check was left out and not counted."]
    assert outline.next_thing(report).result is None


def test_points_have_no_needless_decimals():
    assert [wording.number(points) for points in (10.0, 2.5, 10 / 3, 0, 100)] == ["10", "2.5", "3.33", "0", "100"]
    assert wording.count(1, "point") == "1 point"
