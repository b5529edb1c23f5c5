"""Cookies as a browser on ``localhost`` keeps and sends them.

Rules: RFC 6265bis, https://datatracker.ietf.org/doc/html/draft-ietf-httpbis-rfc6265bis, and for ``localhost`` what
Chromium does: ``Secure`` is kept there over http, and ``Domain=localhost`` is the same as no domain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone

_HOST = "localhost"
_LONGEST_PAIR = 4096
_LONGEST_ATTRIBUTE = 1024
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_QUOTED_CHARACTER = re.compile(r"\\([0-3][0-7]{2}|.)", re.DOTALL)
_SAFE_UNQUOTED = re.compile(r"[\w!#$%&'()*+\-./:<=>?@\[\]^`{|}~]*", re.ASCII)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class SetCookie:
    """One ``Set-Cookie`` header, read as a browser reads it.

    Parameters
    ----------
    value
        As sent, undecoded.
    expires
        When it ends; None for a session cookie.  ``Max-Age`` wins over ``Expires``.
    attributes
        The attributes as sent, names in lower case; the last of a name wins.
    refused
        Why a browser on ``localhost`` does not keep it; None where it does.
    """

    name: str
    value: str
    path: str
    expires: datetime | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    refused: str | None = None

    @property
    def decoded(self) -> str:
        """The value as an app sees it: Werkzeug quotes what has spaces."""
        return unquote(self.value)

    @property
    def partitioned(self) -> bool:
        """Whether it is kept in the site's own partition (CHIPS), beside others of its name."""
        return "partitioned" in self.attributes

    @property
    def place(self) -> tuple[str, str, str, bool]:
        """Name, path, domain and partition: a cookie is replaced or removed by one of the same four."""
        domain = self.attributes.get("domain", "").lstrip(".").lower().removesuffix(_HOST)
        return self.name, self.path, domain, self.partitioned

    def expired(self, now: datetime) -> bool:
        """Whether it ends at once: that is how a cookie is removed."""
        return self.expires is not None and self.expires <= now


def read_set_cookie(header: str, request_path: str, now: datetime) -> SetCookie:
    """Read one header value (RFC 6265bis, section 5.6); never raises.

    Parameters
    ----------
    request_path
        The path that was asked for, from which the default path comes.
    """
    pair, _, rest = header.partition(";")
    name, equals, value = pair.partition("=")
    if not equals:
        name, value = "", pair
    attributes: dict[str, str] = {}
    for item in rest.split(";"):
        key, _, text = item.partition("=")
        if len(text.strip()) <= _LONGEST_ATTRIBUTE:
            attributes[key.strip().lower()] = text.strip()
    path = attributes.get("path", "")
    cookie = SetCookie(
        name=name.strip(),
        value=value.strip(),
        path=path if path.startswith("/") else default_path(request_path),
        expires=_expires(attributes, now),
        attributes=attributes,
    )
    return replace(cookie, refused=_refused(cookie, header))


def _refused(cookie: SetCookie, header: str) -> str | None:
    """Say why a browser drops the cookie (RFC 6265bis, section 5.7)."""
    domain = cookie.attributes.get("domain", "").lstrip(".").lower()
    secure = "secure" in cookie.attributes
    name = cookie.name.lower()
    reasons = {
        "it has a control character in it": _CONTROL.search(header) is not None,
        "it is empty": not cookie.name and not cookie.value,
        f"name and value are longer than {_LONGEST_PAIR} bytes together": (
            len(cookie.name) + len(cookie.value) > _LONGEST_PAIR
        ),
        f"it is for another site (Domain={cookie.attributes.get('domain')})": domain not in ("", _HOST),
        "SameSite=None needs Secure as well": cookie.attributes.get("samesite", "").lower() == "none" and not secure,
        "Partitioned needs Secure as well": cookie.partitioned and not secure,
        "a name that begins with __Secure- needs Secure": name.startswith("__secure-") and not secure,
        "a name that begins with __Host- needs Secure, Path=/ and no Domain": (
            name.startswith("__host-") and (not secure or bool(domain) or cookie.path != "/")
        ),
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def default_path(request_path: str) -> str:
    """Return the path of a cookie that names none (RFC 6265bis, section 5.1.4)."""
    path = request_path.partition("?")[0]
    return path[: path.rindex("/")] or "/" if path.startswith("/") else "/"


def path_matches(request_path: str, cookie_path: str) -> bool:
    """Whether a cookie of this path is sent to the requested one (RFC 6265bis, section 5.1.4)."""
    path = request_path.partition("?")[0]
    return path == cookie_path or path.startswith(cookie_path if cookie_path.endswith("/") else f"{cookie_path}/")


def _expires(attributes: dict[str, str], now: datetime) -> datetime | None:
    age = attributes.get("max-age", "")
    if re.fullmatch(r"-?\d+", age):
        seconds = min(int(age[:12]), 400 * 24 * 3600)  # browsers cap it at 400 days
        return now + timedelta(seconds=seconds) if seconds > 0 else datetime.min.replace(tzinfo=timezone.utc)
    return read_date(attributes["expires"]) if "expires" in attributes else None


def read_date(text: str) -> datetime | None:
    """Read a cookie date as browsers do (RFC 6265bis, section 5.1.1); None for what is none."""
    clock: tuple[int, int, int] | None = None
    day = month = year = None
    for token in re.split(r"[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+", text):
        if clock is None and (match := re.match(r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)", token)):
            clock = int(match[1]), int(match[2]), int(match[3])
        elif day is None and (match := re.match(r"(\d{1,2})(?!\d)", token)):
            day = int(match[1])
        elif month is None and token[:3].lower() in _MONTHS:
            month = _MONTHS.index(token[:3].lower()) + 1
        elif year is None and (match := re.match(r"(\d{2,4})(?!\d)", token)):
            year = int(match[1])
            year += 1900 if 70 <= year <= 99 else 2000 if year <= 69 else 0  # noqa: PLR2004 - the RFC's windows
    if clock is None or day is None or month is None or year is None:
        return None
    try:
        hour, minute, second = clock
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        return None


def quote(value: str) -> str:
    """Write a value as Werkzeug does in ``Set-Cookie``: in double quotes where it has to be."""
    if _SAFE_UNQUOTED.fullmatch(value):
        return value
    return '"' + "".join(_quote_byte(byte) for byte in value.encode()) + '"'


def _quote_byte(byte: int) -> str:
    character = chr(byte)
    if character in '"\\':
        return f"\\{character}"
    plain = 0x20 <= byte < 0x7F and character not in ",;"  # noqa: PLR2004 - printable ASCII
    return character if plain else f"\\{byte:03o}"


def unquote(value: str) -> str:
    """Undo `quote`, as an app does that reads the cookie."""
    if len(value) < 2 or value[0] != '"' or value[-1] != '"':  # noqa: PLR2004 - a pair of quotes
        return value
    plain = _QUOTED_CHARACTER.sub(
        lambda match: chr(int(match[1], 8)) if len(match[1]) > 1 else match[1],
        value[1:-1],
    )
    return plain.encode("latin-1", "replace").decode("utf-8", "replace")


class CookieJar:
    """A browser's cookie store for ``localhost``, fresh and empty."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, bool], SetCookie] = {}

    def put(self, name: str, value: str) -> None:
        """Store a cookie as the grader's own: for the whole site, until the browser is closed."""
        self._cookies[name, "/", False] = SetCookie(name=name, value=quote(value), path="/")

    def take(self, cookie: SetCookie, now: datetime) -> None:
        """Do with a ``Set-Cookie`` what a browser does: keep, replace, remove or refuse it."""
        if cookie.refused:
            return
        place = cookie.name, cookie.path, cookie.partitioned
        if cookie.expired(now):
            self._cookies.pop(place, None)
        else:
            self._cookies[place] = cookie

    def get(self, name: str) -> SetCookie | None:
        """Return the cookie of this name, whatever its path."""
        return next((cookie for cookie in self._cookies.values() if cookie.name == name), None)

    def names(self) -> list[str]:
        """Return the names of all cookies."""
        return [cookie.name for cookie in self._cookies.values()]

    def header(self, request_path: str) -> str | None:
        """Return the ``Cookie`` header for a request, longest paths first; None where there is nothing to send."""
        sent = [cookie for cookie in self._cookies.values() if path_matches(request_path, cookie.path)]
        sent.sort(key=lambda cookie: -len(cookie.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in sent) or None
