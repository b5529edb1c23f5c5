"""``python -m grader.gradescope ROOT``: what ``run_autograder`` starts; prints ``results.json``."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(root: Path) -> None:
    """Grade the submission in Gradescope's layout and print what Gradescope reads.

    Parameters
    ----------
    root
        ``/autograder``: with ``source``, ``submission`` and ``submission_metadata.json`` in it.

    """
    from grader.gradescope.running import activity_and_course, advice, grade
    from grader.grading import Grader, Settings
    from grader.report.gradescope_report import render
    from grader.sandbox import choose_isolation

    os.chdir(root)  # so that messages name "submission", and not where it lies here
    activity, course = activity_and_course()
    with Grader(Settings(isolation=choose_isolation("auto", fall_back=True), course=course)) as grader:
        report = grade(activity, grader)
    for sentence in advice(report):
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.buffer.write(render(report))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
