"""What an app learns of the network around it: what it would learn on a laptop that is off the internet."""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from typing import Any


def answer(module: types.ModuleType) -> None:
    """Let the sockets of Python's module `socket` fail, and not fail, as they do in real life."""
    socket: Any = module
    real = socket.socket.__base__

    def connect(self: Any, address: Any) -> None:
        try:
            real.connect(self, address)
        except OSError as error:
            if (self.family, self.type) == (socket.AF_INET, socket.SOCK_DGRAM):
                # Sends nothing: apps learn so which address their machine has.
                real.connect(self, ("127.0.0.1", 9))
            elif isinstance(error, PermissionError) and isinstance(address, tuple):  # the word of a wall
                here = address[0] in {"localhost", "127.0.0.1", "::1"}
                code = errno.ECONNREFUSED if here else errno.ENETUNREACH
                raise OSError(code, os.strerror(code)) from None
            else:
                raise

    def bind(self: Any, address: Any) -> None:
        try:
            real.bind(self, address)
        except PermissionError:
            if not isinstance(address, tuple):
                raise
            real.bind(self, (address[0], 0, *address[2:]))  # a low port, which anybody may take on Windows and macOS

    socket.socket.connect, socket.socket.bind = connect, bind
