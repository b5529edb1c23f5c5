"""A page of the app as the grader received it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from grader.sandbox.messages import MadeFrom
from grader.site.html_page import html_to_text
from grader.source.endless_script import never_ends

if TYPE_CHECKING:
    from grader.model.places import Route
    from grader.sandbox.messages import Crash
    from grader.site.client import RawReply
    from grader.site.cookies import CookieJar, SetCookie

_LONGEST_TEXT = 200_000  # characters; each may be eighteen when it is compared (U+FDFA)
# The encodings of https://encoding.spec.whatwg.org under the names that Python has for them, too.  Python knows others
# that fail or take hours: idna, punycode.
_BROWSERS_KNOW = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?1|iso-8859-([1-8]|1[03-6])|windows-(874|125[0-8])|koi8-[ru]|utf-16(le|be)?|"
    r"big5|gbk|gb18030|gb2312|shift_jis|euc-(jp|kr)|iso-2022-jp"
)
_SHOWN = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class Reply:
    """The page that a visit ends on, redirects within the app followed as a browser does.

    Parameters
    ----------
    path
        What was asked for.
    set_cookies
        All cookies that were set on the way, in order.
    jar
        The cookie store after the visit.
    elsewhere
        Where a redirect leads that leaves the app; None where none does.
    crash
        The exception behind a server error.
    route
        The app's own rule for the path; None where it has none.
    made_from
        What it was rendered from, as the app's process says; `Templates.behind` says what of it can be believed.
    ends_on
        The path of the page that a redirect within the app led to; nothing where none did.
    """

    path: str
    raw: RawReply
    set_cookies: tuple[SetCookie, ...]
    jar: CookieJar
    elsewhere: str | None = None
    crash: Crash | None = None
    route: Route | None = None
    made_from: MadeFrom = field(default_factory=MadeFrom)
    ends_on: str = ""

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.raw.status

    @property
    def ok(self) -> bool:
        """Whether it is not an error."""
        return self.status < HTTPStatus.BAD_REQUEST

    @property
    def kind(self) -> str:
        """The content type, without its parameters; a browser takes what has none for HTML."""
        return (self.raw.header("content-type") or "").partition(";")[0].strip().lower() or "text/html"

    @property
    def is_html(self) -> bool:
        """Whether a browser shows it as HTML."""
        return self.kind in {"text/html", "application/xhtml+xml"}

    @property
    def keeps_busy(self) -> bool:
        """Whether its text proves that it keeps every browser busy for ever that shows it."""
        may_run = self.kind == "text/html" and self.raw.header("content-security-policy") is None
        return may_run and b"<script" in self.raw.body and never_ends(self.source)

    @functools.cached_property
    def source(self) -> str:
        """The body as text, undecoded HTML."""
        match = re.search(r"charset=\"?([\w-]+)", self.raw.header("content-type") or "")
        named = match[1].lower() if match else ""
        return self.raw.body.decode(named if _BROWSERS_KNOW.fullmatch(named) else "utf-8", "replace")

    @functools.cached_property
    def text(self) -> str:
        """What a person sees: nothing of a redirect that leaves the app, nor of a file to download."""
        is_download = (self.raw.header("content-disposition") or "").lower().startswith("attachment")
        if self.elsewhere is not None or is_download:
            return ""
        if self.is_html:
            return html_to_text(self.source)[:_LONGEST_TEXT]
        return self.source[:_LONGEST_TEXT] if self.kind.startswith(_SHOWN) else ""
