"""What a hostile app would like to reach: made for it to find, and watched."""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from grader.machine.clock import Deadline
from grader.report.json_report import to_dict
from grader.rubric import Report, Status

MEGABYTE = 2**20
_REMOVE = 0  # IPC_RMID, sys/ipc.h
_NO_HARM = {"add-page": {Status.PARTIAL}, "port": {Status.REVIEW}}
"""By the handout a page that answers with other words is right in part; a port that is in doubt is for a person."""


def unearned(report: Report, earned: frozenset[str]) -> list[str]:
    """Say which checks have passed, or in part, that the submission does nothing for, or that cost it nothing."""
    fine = {Status.FAILED, Status.BLOCKED, Status.SKIPPED}
    return [
        f"{result.id} is {result.status.value}, unearned"
        for result in report.results
        if result.counts and result.id not in earned and result.status not in fine | _NO_HARM.get(result.id, set())
    ]


def as_text(report: Report) -> str:
    """Return all that a report says."""
    return json.dumps(to_dict(report), ensure_ascii=False)


def within(condition: Callable[[], bool], seconds: float = 3.0) -> bool:
    deadline = Deadline(seconds)  # fair: what is killed may wait long for the processor on which it ends
    while not (done := condition()) and not deadline.expired:
        time.sleep(0.02)
    return done


class Canaries:
    """A secret file, services, a process; all made here, and harmless to harm."""

    def __init__(self) -> None:
        self.secret = f"secret-{secrets.token_hex(8)}"
        self.nonce = f"hs{secrets.token_hex(5)}"  # fits the name of a process
        self.key = secrets.randbelow(2**30) + 2**20
        self.folder = Path(tempfile.mkdtemp(prefix="hostile-"))
        self.file = self.folder / "secret"
        self.calls: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._stopped = threading.Event()
        self._listen()
        self._thread = threading.Thread(target=self._note_calls, daemon=True)
        self._thread.start()
        self._start_process()
        self._reset()

    def _listen(self) -> None:
        self._tcp = socket.create_server(("127.0.0.1", 0))
        self._udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._udp.bind(("127.0.0.1", 0))
        self._abstract, self._unix = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
        self._abstract.bind(f"\0{self.nonce}")
        self._unix.bind(str(self.folder / "socket"))
        for name, service in (("unix", self._unix), ("abstract", self._abstract), ("TCP", self._tcp)):
            service.listen()
            service.setblocking(False)
            self._selector.register(service, selectors.EVENT_READ, name)
        self._selector.register(self._udp, selectors.EVENT_READ, "UDP")

    def _note_calls(self) -> None:
        while not self._stopped.is_set():
            for key, _ in self._selector.select(0.05):
                with suppress(OSError):
                    if key.fileobj is self._udp:
                        self._udp.recv(100)
                    else:
                        key.fileobj.accept()[0].close()  # type: ignore[union-attr]
                    self.calls.append(key.data)

    def _start_process(self) -> None:
        program = "import time; time.sleep(3600)"
        self.process = subprocess.Popen([sys.executable, "-c", program], env={**os.environ, "CANARY": self.secret})

    @property
    def names(self) -> dict[str, str]:
        """What an attacker who knows everything writes into the app."""
        return {
            "secret": self.secret,
            "nonce": self.nonce,
            "key": str(self.key),
            "folder": str(self.folder),
            "file": str(self.file),
            "secret_name": self.folder.name,
            "tcp": str(self._tcp.getsockname()[1]),
            "udp": str(self._udp.getsockname()[1]),
            "abstract": self.nonce,
            "unix": str(self.folder / "socket"),
            "pid": str(self.process.pid),
            "grader": str(os.getpid()),
        }

    def harm(self, said: str) -> list[str]:
        """Say what has been touched since the last look, and put it in order again.

        Parameters
        ----------
        said
            All that a submission was able to tell.

        """
        found = ["told the secret"] if self.secret in said else []
        if self.file.read_text() != self.secret or {path.name for path in self.folder.iterdir()} != {
            "secret",
            "socket",
        }:
            found.append("changed a file")
        found += [f"called a service by {name}" for name in dict.fromkeys(self.calls)]
        if self.process.poll() is not None or psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED:
            found.append("ended a process")
            self._start_process()
        found += self._left_behind()
        self._reset()
        return found

    def _left_behind(self) -> Iterator[str]:
        if not within(lambda: not list(self._strays()), 5.0):
            yield "left a process"
            for stray in self._strays():
                stray.kill()
        for place in (Path("/tmp"), Path("/dev/shm"), Path("/var/tmp")):
            for path in place.glob(f"*{self.nonce}*"):
                yield "left a file"
                path.unlink()
        for kind, remove in (("shm", "shmctl"), ("msg", "msgctl"), ("sem", "semctl")):
            for line in Path("/proc/sysvipc", kind).read_text().splitlines()[1:]:
                key, number, *_ = line.split()
                if int(key) == self.key:
                    yield "left memory"
                    self._remove(remove, int(number))

    @staticmethod
    def _remove(call: str, number: int) -> None:
        arguments = (number, 0, _REMOVE, 0) if call == "semctl" else (number, _REMOVE, None)
        getattr(ctypes.CDLL(None), call)(*arguments)

    def _strays(self) -> Iterator[psutil.Process]:
        """Find processes that carry our name; only ours do."""
        for process in psutil.process_iter(["name", "cmdline", "status"]):
            told = [process.info["name"] or "", *(process.info["cmdline"] or [])]
            if process.info["status"] != psutil.STATUS_ZOMBIE and any(self.nonce in part for part in told):
                yield process

    def _reset(self) -> None:
        self.calls.clear()
        for path in self.folder.iterdir():
            if path.name not in {"secret", "socket"}:
                path.unlink()
        self.file.write_text(self.secret)

    def close(self) -> None:
        self._stopped.set()
        self._thread.join()
        for service in (self._tcp, self._udp, self._abstract, self._unix):
            service.close()
        self._selector.close()
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


SHARED = "took memory of nobody's"


class Use:
    """What is used of the machine while something is graded: time, the grader's memory, memory of no process."""

    def __init__(self, *, seconds: float, grader: int, shared: int) -> None:
        self._most = {"took too long": seconds, "took the grader's memory": grader, SHARED: shared}
        self._used = dict.fromkeys(self._most, 0.0)

    @contextmanager
    def watched(self) -> Iterator[None]:
        before, done = self._now(), threading.Event()
        deadline = Deadline(seconds := 2 * self._most["took too long"])

        def look() -> None:
            _ = deadline.remaining  # who stands in line is only looked at while somebody asks
            for name, value in self._now().items():
                self._used[name] = max(self._used[name], value - before[name])

        def keep_looking() -> None:
            while not done.wait(0.02):
                look()

        thread = threading.Thread(target=keep_looking, daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            look()  # on a busy machine it may be the first one
            self._used["took too long"] = seconds - deadline.remaining

    def harm(self) -> list[str]:
        return [name for name, most in self._most.items() if self._used[name] > most]

    @staticmethod
    def _now() -> dict[str, float]:
        # Its own memory, swapped out or not: files that it has mapped come and go as the machine needs the room.
        own = _of("/proc/self/status", "RssAnon") + _of("/proc/self/status", "VmSwap")
        return {"took the grader's memory": own, SHARED: _of("/proc/meminfo", "Shmem")}


def _of(table: str, name: str) -> int:
    """Return a number of bytes from one of the kernel's tables."""
    line = next(line for line in Path(table).read_text().splitlines() if line.startswith(f"{name}:"))
    return int(line.split()[1]) * 1024
