"""The standard streams: the grader's pipes are kept for ourselves, and the app gets what a program has."""

# ruff: noqa: SIM115

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def take_over_streams() -> tuple[int, int]:
    """Keep the two pipes to the grader for ourselves; the app gets an empty input, and standard error for output."""
    job, channel = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    os.close(nothing)
    # Made anew, for these remember what they were opened on: a pipe has no place to tell, a file has.
    sys.stdin = sys.__stdin__ = stream_like(sys.stdin, 0, "rb")  # type: ignore[misc, assignment, unused-ignore]
    sys.stdout = sys.__stdout__ = stream_like(sys.stdout, 1, "wb")  # type: ignore[misc, assignment, unused-ignore]
    sys.stderr = sys.__stderr__ = stream_like(sys.stderr, 2, "wb")  # type: ignore[misc, assignment, unused-ignore]
    return job, channel


def stream_like(before: TextIO, number: int, mode: str) -> TextIO:
    """Return what Python makes of a standard stream when it starts; written out line by line, as on a terminal."""
    file = open(number, mode, buffering=io.DEFAULT_BUFFER_SIZE, closefd=False)
    file.raw.name = before.name  # type: ignore[attr-defined]
    stream = io.TextIOWrapper(file, before.encoding, before.errors, line_buffering=mode == "wb")
    stream.mode = mode[0]  # type: ignore[misc]
    return stream
