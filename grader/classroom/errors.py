"""What a class cannot be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from grader.model.faults import InputError

if TYPE_CHECKING:
    from grader.model.faults import Code


class ClassError(InputError):
    """Something that a class cannot be asked for; it has no hint, as each door has words of its own for what to do.

    Parameters
    ----------
    code
        Why.
    message
        What was wrong and where, in one sentence that is right at every door.
    facts
        What the words of a door may name; see `Code`.
    """

    def __init__(self, code: Code, message: str, **facts: object) -> None:
        super().__init__(message, code=code, facts=facts)
