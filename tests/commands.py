"""The command line as a user types it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

import pytest

from grader.cli import main

GRADER = [sys.executable, "-c", "import sys; sys.argv[0] = 'grader'; from grader.cli import main; main()"]


def grader_here(*words: object, cwd: Path | None = None, said: str = "", **env: str) -> CompletedProcess[str]:
    """Run the command in this process: what it says and how it ends are the same, and it takes no second to start."""
    arguments, before = ["grader", *map(str, words)], Path.cwd()
    out, err = io.StringIO(), io.StringIO()
    os.chdir(cwd or before)
    try:
        with (
            patch.dict(os.environ, {"COLUMNS": "200", **env}),
            patch.multiple(sys, argv=arguments, stdin=io.StringIO(said)),
            redirect_stdout(out),
            redirect_stderr(err),
            pytest.raises(SystemExit) as ended,
        ):
            main()
    finally:
        os.chdir(before)
    return CompletedProcess(arguments, int(ended.value.code or 0), out.getvalue(), err.getvalue())


def pip_cache() -> str:
    """Return where pip keeps what it has downloaded, for environments made in tests."""
    found = subprocess.run([sys.executable, "-m", "pip", "cache", "dir"], capture_output=True, text=True, check=False)
    return found.stdout.strip()
