"""A machine other than this one: without a network, with other programs, and for an ordinary user if need be."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from grader.machine.bubblewrap import sandbox_wall
from tests.conftest import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

needs_bubblewrap = pytest.mark.skipif(not sandbox_wall().works, reason="the other machine is made by bubblewrap")

# Answers to every name that is asked for, and notes it; a name server has port 53.
_WITH_EARS = """
import json, socket, subprocess, sys, threading
ears = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
ears.bind(("127.0.0.1", 53))
asked = []
def listen():
    while True:
        question, who = ears.recvfrom(4096)
        labels, rest = [], question[12:]
        while rest[0]:
            labels.append(rest[1 : 1 + rest[0]].decode())
            rest = rest[1 + rest[0] :]
        asked.append(".".join(labels))
        ears.sendto(question[:2] + b"\\x81\\x83" + question[4:6] + bytes(6) + question[12:], who)
threading.Thread(target=listen, daemon=True).start()
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
print(json.dumps([done.returncode, done.stdout, done.stderr, asked]))
"""


def _machine(*more: str, cwd: Path, user: int) -> list[str]:
    return [
        *(shutil.which("bwrap") or "bwrap", "--unshare-user", "--unshare-net", "--unshare-pid", "--die-with-parent"),
        *("--uid", str(user), "--gid", str(user), "--dev-bind", "/", "/", "--proc", "/proc"),
        *(*more, "--chdir", str(cwd)),
    ]


def names_asked_for(
    command: Sequence[str], folder: Path, env: Mapping[str, str]
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run a command where there is a name server and nothing else, and return how it went and what names it asked for.

    Parameters
    ----------
    folder
        For the name server's address.

    """
    addresses = folder / "resolv.conf"
    addresses.write_text("nameserver 127.0.0.1\n")
    place = _machine("--ro-bind", str(addresses), "/etc/resolv.conf", "--cap-add", "ALL", cwd=ROOT, user=0)
    done = subprocess.run(
        [*place, sys.executable, "-c", _WITH_EARS, *command], env=env, capture_output=True, text=True, check=True
    )
    code, out, err, asked = json.loads(done.stdout)
    return subprocess.CompletedProcess(command, code, out, err), asked


def as_a_student(
    command: Sequence[str], *, hidden: Sequence[str], cwd: Path, env: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    """Run a command for an ordinary user without a network, with some of the machine's folders hidden."""
    without = [word for folder in hidden for word in ("--tmpfs", folder)]
    return subprocess.run(
        [*_machine(*without, cwd=cwd, user=1000), *command],
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
