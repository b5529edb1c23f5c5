"""What keeps a server from starting in real life, raised here as it is there: there is no second socket to try it on.

In the order of `werkzeug.serving.make_server`.
"""

# ruff: noqa: PTH110 - as in main.py

from __future__ import annotations

import errno
import os
import socket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

HIGHEST_PORT = 65535


def require_possible(
    host: Any, port: int, *, threaded: Any = False, processes: Any = 1, ssl_context: Any = None
) -> None:
    """Raise what Werkzeug raises for arguments with which no server can start, on whichever machine.

    That this machine has not the address, or may not take the port, is no reason.
    """
    from werkzeug import serving

    if threaded and processes > 1:
        raise ValueError("Cannot have a multi-thread and multi-process server.")
    family = serving.select_address_family(host, port)
    if family == serving.af_unix:
        return
    require_address(host, family)
    if not 0 <= port <= HIGHEST_PORT:
        raise OverflowError("bind(): port must be 0-65535.")
    if isinstance(ssl_context, tuple):
        try:
            serving.load_ssl_context(*ssl_context)
        except FileNotFoundError as error:  # which one, OpenSSL does not say
            error.filename = next((str(each) for each in ssl_context if each and not os.path.exists(each)), None)
            raise
    elif ssl_context == "adhoc":
        serving.generate_adhoc_ssl_context()
    elif ssl_context is not None:
        ssl_context.wrap_socket  # noqa: B018 - a text has none


def require_address(host: str, family: int) -> None:
    """Raise what the system says of a host that is no address; no server of names is asked, which only some have."""
    if host.lower() in {"", "localhost", socket.gethostname().lower()}:
        return
    try:
        found = socket.getaddrinfo(host, 0, family, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
    except socket.gaierror:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known", host) from None
    first, *rest = str(found[0][4][0]).split(".")
    if first == "0" and set(rest) > {"0"}:  # what becomes of `app.run('88')`
        raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address", host)
