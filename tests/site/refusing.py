"""A machine whose kernel refuses the second walls, as containers do."""

from __future__ import annotations

import errno
import platform
import struct
import subprocess
import sys

LANDLOCK = (444, 445, 446)
LOAD, EQUAL, GIVE = 0x20, 0x15, 0x06
ALLOW, ERROR = 0x7FFF0000, 0x00050000
PRCTL, SECCOMP = {"x86_64": (157, 317), "aarch64": (167, 277)}.get(platform.machine(), (0, 0))
SET_SECCOMP = 22

START = """
import os, sys
from grader.sandbox.inside.confinement import forbid_system_calls
assert forbid_system_calls(bytes.fromhex(sys.argv[1]))
os.execvp(sys.argv[2], sys.argv[2:])
"""


def refuse(error: str, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program that gets an error for each call to Landlock or seccomp."""
    number = getattr(errno, error)
    refused = (GIVE, 0, 0, ERROR | number)
    calls = [line for call in (*LANDLOCK, SECCOMP) for line in ((EQUAL, 0, 1, call), refused)]
    # prctl(PR_SET_SECCOMP) is refused, its other uses are not
    by_prctl = [(EQUAL, 0, 3, PRCTL), (LOAD, 0, 0, 16), (EQUAL, 0, 1, SET_SECCOMP), refused]
    program = [(LOAD, 0, 0, 0), *calls, *by_prctl, (GIVE, 0, 0, ALLOW)]
    filter_ = b"".join(struct.pack("HBBI", *line) for line in program).hex()
    whole = [sys.executable, "-c", START, filter_, *command]
    return subprocess.run(whole, capture_output=True, text=True, check=False)
