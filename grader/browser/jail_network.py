"""The network of the browser's jail: nothing is on it but the apps that are being visited.

The grader opens each app's port on it, and carries the bytes to the app and back.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import re
import socket
import struct
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asyncio import StreamReader, StreamWriter
    from collections.abc import Iterator

_CLONE_NEWNET = 0x40000000  # setns(2)
_CAP_SYS_ADMIN = 21  # capabilities(7)
_HERE = "/proc/thread-self/ns/net"
_LOOPBACK = "127.0.0.1"
_BACKLOG = 64
_PIECE = 64 * 1024
_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER in socket(7)


def can_enter_networks() -> bool:
    """Whether this process may make sockets on another network; root in a container often may not."""
    status = Path("/proc/self/status").read_text(encoding="utf-8", errors="replace")
    rights = re.search(r"^CapEff:\s*(\w+)$", status, re.MULTILINE)
    return rights is not None and bool(int(rights[1], 16) >> _CAP_SYS_ADMIN & 1)


class Network:
    """A network other than the grader's; belongs to one event loop.

    Parameters
    ----------
    process
        The number of a process that is on it.
    """

    def __init__(self, process: int) -> None:
        self._network = os.open(f"/proc/{process}/ns/net", os.O_RDONLY)
        self._doors: dict[str, _Door] = {}

    async def open(self, origin: str) -> None:
        """Let an app be reached, at its own port; to be closed as often as it is opened."""
        if origin in self._doors:
            self._doors[origin].uses += 1
            return
        port = int(origin.rpartition(":")[2])
        with _on_network(self._network):
            listener = socket.create_server((_LOOPBACK, port), backlog=_BACKLOG)
        door = self._doors[origin] = _Door(port)
        await door.open(listener)

    def close(self, origin: str) -> None:
        """Let an app be reached no longer."""
        door = self._doors.get(origin)
        if door is None:  # everything is closed
            return
        door.uses -= 1
        if not door.uses:
            self._doors.pop(origin).shut()

    def has_refused(self, origin: str) -> bool:
        """Whether nobody listened at an app's port when it was last asked for."""
        return origin in self._doors and self._doors[origin].has_refused

    def leave(self) -> None:
        """Close everything."""
        for door in self._doors.values():
            door.shut()
        self._doors.clear()
        os.close(self._network)


class _Door:
    """An app's port, as the browser finds it."""

    def __init__(self, port: int) -> None:
        self.uses = 1
        self.has_refused = False
        self._port = port
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None]] = set()

    async def open(self, listener: socket.socket) -> None:
        self._server = await asyncio.start_server(self._begin, sock=listener)

    def shut(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in self._carrying:
            task.cancel()

    def _begin(self, from_browser: StreamReader, to_browser: StreamWriter) -> None:
        task = asyncio.ensure_future(self._carry(from_browser, to_browser))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, from_browser: StreamReader, to_browser: StreamWriter) -> None:
        """Connect the browser to the app until both have hung up; what one breaks off is broken off for the other."""
        ends = [to_browser]
        try:
            from_app, to_app = await asyncio.open_connection(_LOOPBACK, self._port)
            ends.append(to_app)
            self.has_refused = False
            await asyncio.gather(_pour(from_browser, to_app), _pour(from_app, to_browser))
        except BaseException as error:
            self.has_refused = isinstance(error, ConnectionRefusedError)
            for end in ends:
                _break_off(end)
            if not isinstance(error, OSError):
                raise
        finally:
            for end in ends:
                end.close()


async def _pour(source: StreamReader, target: StreamWriter) -> None:
    while piece := await source.read(_PIECE):
        target.write(piece)
        await target.drain()
    target.write_eof()


def _break_off(end: StreamWriter) -> None:
    with suppress(OSError):
        end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
    end.transport.abort()


@contextmanager
def _on_network(network: int) -> Iterator[None]:
    """Have the sockets that this thread makes belong to a network."""
    own = os.open(_HERE, os.O_RDONLY)
    try:
        _go_to(network)
        try:
            yield
        finally:
            _go_to(own)
    finally:
        os.close(own)


def _go_to(network: int) -> None:
    if ctypes.CDLL(None, use_errno=True).setns(network, _CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")
