"""``python -m grader.gradescope ROOT [--apart]``: what ``run_autograder`` starts; prints ``results.json``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APART = "--apart"
_REFUSED = (
    "Nothing was graded. There is no sandbox here ({problem}), and run_autograder was not started by root, so a "
    "submission could write its own results. Start it as root, as Gradescope does, or have the sandbox allowed: "
    "grader doctor says how."
)


def main(root: Path, *, apart: bool) -> None:
    """Grade the submission in Gradescope's layout and print what Gradescope reads.

    `root` is ``/autograder``, with ``source``, ``submission`` and ``submission_metadata.json`` in it.  `apart` says
    that this is a user to whom neither the results nor the grader belong: elsewhere a submission that runs without the
    sandbox could write its own results, and is not run.
    """
    from grader.bundle.contents import unpacked
    from grader.gradescope.running import SOURCE, SUBMISSION, advice, grade
    from grader.grading import Grader, Settings
    from grader.machine.bubblewrap import sandbox_wall
    from grader.report.gradescope_report import render
    from grader.sandbox.isolation import choose_isolation

    os.chdir(root)  # so that messages name "submission", and not where it lies here
    activity, course = unpacked(SOURCE, SUBMISSION)
    wall = sandbox_wall()
    if not (wall.works or apart):
        sys.exit(_REFUSED.format(problem=wall.problem))
    with Grader(Settings(isolation=choose_isolation("auto", fall_back=apart), course=course)) as grader:
        report = grade(activity, grader)
    for sentence in advice(report):
        sys.stderr.write(f"{sentence}\n")
    sys.stdout.buffer.write(render(report))


if __name__ == "__main__":
    if not sys.argv[1:] or not Path(sys.argv[1], "submission").is_dir():
        sys.exit("usage: python -m grader.gradescope ROOT [--apart], where ROOT holds Gradescope's folder submission")
    main(Path(sys.argv[1]), apart=APART in sys.argv[2:])
