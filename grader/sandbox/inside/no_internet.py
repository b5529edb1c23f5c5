"""What an app learns of the network around it: what it would learn on a laptop that is off the internet.

No wall, and the same where there is none: a verdict does not depend on where the app is run.
"""

from __future__ import annotations

import errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable
    from typing import Any


def answer(module: types.ModuleType) -> None:
    """Let the sockets of Python's module `socket` fail, and not fail, as they do in real life."""
    socket: Any = module
    connect = _connect(socket, socket.socket.__base__)
    socket.socket.connect, socket.socket.connect_ex = connect, _with_a_code(connect, socket.gaierror)
    socket.socket.bind = _bind(socket.socket.__base__)


def _connect(socket: Any, real: Any) -> Callable[[Any, Any], None]:
    def connect(self: Any, address: Any) -> None:
        if self.family not in {socket.AF_INET, socket.AF_INET6} or not isinstance(address, tuple):
            real.connect(self, address)
        elif self.type == socket.SOCK_DGRAM:
            try:  # sends nothing: apps learn so which address their machine has
                real.connect(self, address)
            except OSError:
                real.connect(self, ("127.0.0.1" if self.family == socket.AF_INET else "::1", 9))
        elif not _is_here(socket, address[0]):
            raise OSError(errno.ENETUNREACH, "Network is unreachable")  # in the same words on every system
        else:
            try:
                real.connect(self, address)
            except PermissionError:  # the word of a wall
                raise ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused") from None

    return connect


def _is_here(socket: Any, host: Any) -> bool:
    places = {place[4][0] for place in socket.getaddrinfo(host or "localhost", None)}
    return all(place.startswith("127.") or place in {"::1", "0.0.0.0"} for place in places)  # noqa: S104


def _with_a_code(connect: Callable[[Any, Any], None], unknown: type[OSError]) -> Callable[[Any, Any], int]:
    def connect_ex(self: Any, address: Any) -> int:
        try:
            connect(self, address)
        except unknown:
            raise
        except OSError as error:
            return error.errno or errno.EAGAIN  # which stands for a time-out
        return 0

    return connect_ex


def _bind(real: Any) -> Callable[[Any, Any], None]:
    def bind(self: Any, address: Any) -> None:
        try:
            real.bind(self, address)
        except PermissionError:
            if not isinstance(address, tuple):
                raise
            real.bind(self, (address[0], 0, *address[2:]))  # a low port, which anybody may take on Windows and macOS

    return bind
