"""Who may ask this page for anything: promised in SECURITY.md, kept here, for every request and answer at once."""

from __future__ import annotations

import hmac
import secrets
import threading
from typing import TYPE_CHECKING

from flask import Response, abort, redirect, request

if TYPE_CHECKING:
    from flask import Flask

HOSTS = ["127.0.0.1", "localhost"]
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_OWN = "same-origin"
_LARGEST = 1_000_000
"""Bytes of a request; an export has a limit of its own."""
_NOT_HERE = "Nothing is here. The address of the page stands where grader serve was started.\n"


class Guard:
    """The secrets of one run: an address that works once, and the prefix that it leads to.

    Cookies would not do: they do not know ports, and the apps that are graded run on this machine, too.
    """

    def __init__(self) -> None:
        self.prefix = f"/{secrets.token_urlsafe(16)}"  # 128 bits
        self._once: str | None = secrets.token_urlsafe(16)
        self.start = f"/start/{self._once}"
        self._lock = threading.Lock()

    def protect(self, app: Flask) -> None:
        """Have an app answer nobody but who knows the prefix, on this machine's own address."""
        app.config.update(TRUSTED_HOSTS=HOSTS, MAX_CONTENT_LENGTH=_LARGEST, SECRET_KEY=None)
        app.before_request(self._refuse_strangers)
        app.after_request(_with_headers)
        app.add_url_rule("/start/<token>", "start", self._begin, methods=["GET"])

    def _begin(self, token: str) -> Response:
        """Lead to the page, once: who finds the address later, in a history or among processes, gets nothing."""
        with self._lock:
            known, right = self._once, self._once is not None and hmac.compare_digest(_bytes(self._once), _bytes(token))
            if right and request.method == "GET":
                self._once = None
        if not right:
            said = "This address has been used: it works once." if known is None else _NOT_HERE
            return Response(said, 404, mimetype="text/plain")
        return redirect(f"{self.prefix}/", 303)  # type: ignore[return-value]  # Werkzeug's response, which Flask takes

    def _refuse_strangers(self) -> Response | None:
        if request.endpoint != "start" and not self._is_known(request.path):
            return Response(_NOT_HERE, 404, mimetype="text/plain")
        site = request.headers.get("Sec-Fetch-Site")
        changes = request.method not in {"GET", "HEAD"}
        # What another page of this machine asks, on another port, is "same-site".
        if site != _OWN if changes else site not in {None, "none", _OWN}:
            abort(403)
        return None

    def _is_known(self, path: str) -> bool:
        return hmac.compare_digest(_bytes(path[: len(self.prefix) + 1]), _bytes(f"{self.prefix}/"))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _with_headers(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _POLICY)
    headers.setdefault("Cache-Control", "no-store")
    headers["Referrer-Policy"] = "no-referrer"
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = _OWN
    headers["Cross-Origin-Resource-Policy"] = _OWN
    return response


def as_file(response: Response) -> Response:
    """Let nothing in a file that strangers had a hand in run or be drawn as a page of this origin."""
    response.headers["Content-Security-Policy"] = _FILE_POLICY
    return response
