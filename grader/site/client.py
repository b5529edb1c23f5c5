"""One HTTP request to an app that is not trusted: bounded in time and size, nothing followed, nothing guessed.

h11 reads the protocol; the socket is ours, so that a reply which trickles in cannot outlast the deadline.
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING

import h11

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.machine.clock import Deadline

_PIECE = 64 * 1024
_LONGEST_HEAD = 256 * 1024  # as in Chromium
_SHORTEST_WAIT = 0.001
_AS_BROWSERS = (  # so that a page has no reason to be another one here
    (
        "User-Agent",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    ),
    ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
    ("Accept-Language", "en-US,en;q=0.9"),
    ("Upgrade-Insecure-Requests", "1"),
    *(
        ("Sec-Fetch-Site", "none"),
        ("Sec-Fetch-Mode", "navigate"),
        ("Sec-Fetch-User", "?1"),
        ("Sec-Fetch-Dest", "document"),
    ),
)


class NoReply(Exception):
    """The app gave no usable answer; the text finishes the sentence "/path …"."""


class NoReplyInTime(NoReply):
    """It still keeps the connection: it is there, and took too long."""


class NeverReplies(NoReplyInTime):
    """It would take too long, which is known before the time is up."""


class _StuckError(TimeoutError):
    """See `NeverReplies`."""


@dataclass(frozen=True)
class RawReply:
    """A reply as it came over the wire.

    Parameters
    ----------
    headers
        Names in lower case; a name may come several times.
    complete
        False where the body was cut at the limit.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    complete: bool = True

    def header(self, name: str) -> str | None:
        """Return the first header of this name."""
        return next((value for key, value in self.headers if key == name), None)


def request(
    port: int,
    target: str,
    *,
    headers: Sequence[tuple[str, str]] = (),
    deadline: Deadline,
    most: int,
    is_stuck: Callable[[int], bool] = lambda _port: False,
) -> RawReply:
    """Send one request to the app on ``localhost`` and read the reply.

    Parameters
    ----------
    target
        Path and query, percent-encoded.
    most
        How many bytes of the body to read at the most.
    is_stuck
        Whether there will be no answer in time for what was asked for from this port.

    Raises
    ------
    NoReply
        It took too long, the connection was closed, or what came is not HTTP.
    """
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=_LONGEST_HEAD)
    all_headers = [("Host", f"localhost:{port}"), ("Connection", "close"), *_AS_BROWSERS, *headers]
    try:
        question = h11.Request(
            method="GET",
            target=target,
            headers=[(name.encode(), value.encode("latin-1", "replace")) for name, value in all_headers],
        )
        with _connect(port, deadline) as link:
            link.sendall(connection.send(question) or b"")
            link.sendall(connection.send(h11.EndOfMessage()) or b"")
            port = link.getsockname()[1]
            return _read(connection, link, deadline, most, lambda: is_stuck(port))
    except h11.LocalProtocolError as error:
        raise NoReply(f"cannot be asked for ({error})") from error
    except h11.RemoteProtocolError as error:
        if connection.their_state is h11.ERROR and "without sending complete message body" in str(error):
            raise NoReply("breaks off in the middle of its answer") from error
        raise NoReply(f"answers with something that is not HTTP: `{error}`") from error
    except TimeoutError as error:
        late = NeverReplies if isinstance(error, _StuckError) else NoReplyInTime
        raise late(f"gives no complete answer within {deadline.seconds:.3g} seconds") from error
    except OSError as error:
        raise NoReply("closes the connection without an answer") from error


def _connect(port: int, deadline: Deadline) -> socket.socket:
    """Connect in slices, for the same reason as `_receive`."""
    while not deadline.expired:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=max(deadline.step, _SHORTEST_WAIT))
        except TimeoutError:  # noqa: PERF203
            continue
    raise TimeoutError


def _read(
    connection: h11.Connection, link: socket.socket, deadline: Deadline, most: int, is_stuck: Callable[[], bool]
) -> RawReply:
    status = 0
    headers: tuple[tuple[str, str], ...] = ()
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            piece = _receive(link, deadline, is_stuck)
            if not piece and not status and not connection.trailing_data[0]:
                raise NoReply("closes the connection without an answer")
            connection.receive_data(piece)
        elif isinstance(event, h11.Response):
            status = event.status_code
            headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers)
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) >= most:
                return RawReply(status, headers, bytes(body[:most]), complete=False)
        elif isinstance(event, (h11.EndOfMessage, h11.ConnectionClosed)):
            return RawReply(status, headers, bytes(body))
        elif event is h11.PAUSED:
            raise NoReply("answers with something that is not HTTP: it changes to another protocol")


def _receive(link: socket.socket, deadline: Deadline, is_stuck: Callable[[], bool]) -> bytes:
    """Wait for the next bytes in slices, since the deadline does not run while the machine stands still."""
    while not deadline.expired:
        link.settimeout(max(deadline.step, _SHORTEST_WAIT))
        try:
            return link.recv(_PIECE)
        except TimeoutError:
            if is_stuck():
                raise _StuckError from None
    raise TimeoutError
