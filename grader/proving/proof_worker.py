"""What a worker process does: it grades one variant after the other, with one browser for all."""

from __future__ import annotations

import traceback
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, NamedTuple

from grader.machine.pool import Said, as_worker

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from typing import Any

    from grader.grading import Settings
    from grader.proving.proof import Trial
    from grader.proving.trying import Trier
    from grader.proving.variant import Variant
    from grader.submission import Submission


class Order(NamedTuple):
    """What the workers are to prove; the activity as the user named it, since one that a file makes is not sent."""

    settings: Settings
    solution: Submission
    activity: str
    checks: tuple[str, ...]


def serve(connection: Connection[Any, Any], folder: str, order: Order) -> None:
    """Take variants from a connection and answer each, until it is closed; see `Pool`.

    An answer is what came of a variant or, as text, what went wrong on our side.
    """
    from grader.activities import activity_named
    from grader.grading import Grader
    from grader.proving import trying

    with ExitStack() as stack:
        stack.enter_context(as_worker(folder))
        grader = stack.enter_context(Grader(order.settings))
        trier = trying.Trier(grader, order.solution, activity_named(order.activity), order.checks)
        stack.enter_context(suppress(EOFError, OSError))
        while True:
            variant: Variant = connection.recv()
            answer = _answer(trier, variant)
            connection.send(Said.FREE)
            connection.send(answer)


def _answer(trier: Trier, variant: Variant) -> Trial | str:
    try:
        return trier.try_out(variant)
    except Exception:  # noqa: BLE001 - one variant must not stop the others
        return traceback.format_exc()
