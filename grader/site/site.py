"""The student's app, running, as checks look at it."""

from __future__ import annotations

import secrets
from ast import unparse
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote as percent_encode
from urllib.parse import unquote as percent_decode
from urllib.parse import urljoin, urlsplit

from grader.machine.allowance import Allowance
from grader.model.faults import StudentFault
from grader.sandbox.limits import MEGABYTE
from grader.sandbox.messages import MadeFrom
from grader.sandbox.process import AppProcess
from grader.sandbox.waiting import load
from grader.site.client import NeverReplies, NoReply, NoReplyInTime, RawReply, request
from grader.site.cookies import CookieJar, SetCookie, read_set_cookie
from grader.site.reply import Reply
from grader.site.routes import example_of, route_of, similar_to
from grader.site.templates import Templates
from grader.source.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from urllib.parse import SplitResult

    from grader.machine.clock import Deadline
    from grader.model.places import CodePlace, Route
    from grader.sandbox.messages import Crash, Serving
    from grader.submission import Submission

_EVERY_BROWSERS_FIRST = "/favicon.ico"
_MOST_REDIRECTS = 10
_MOST_KEPT = 20 * MEGABYTE
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


_NO_STATUS = "illegal status line"  # h11's words
_HINT_FOR_TWO_THINGS = (
    "With a comma, a view returns two things, and Flask takes the second one for the status. Return one thing: the "
    "response alone, or the texts joined with +."
)
_HINT_FOR_NO_ANSWER = "Look for a loop that never ends or a sleep() in the view."


class Site:
    """A running app.

    Parameters
    ----------
    submission
        What was handed in.
    app
        The process to run it in: one that was started ahead, or a fresh one.
    allowance
        The time that the submission has; all that its limits give where nobody shares it.

    Raises
    ------
    StudentFault
        The app does not come up; says why, with file and line.
    """

    def __init__(self, submission: Submission, app: AppProcess, allowance: Allowance | None = None) -> None:
        self.submission = submission
        self.app_file = submission.app
        self.source = Source(submission.files)
        self.templates = Templates(submission)
        self._app = app
        self.allowance = allowance or Allowance(app.limits.total)
        self._visited: list[Reply] | None = None
        self._unanswered: dict[tuple[str, frozenset[str]], StudentFault] = {}
        if not self.allowance.remaining:
            raise StudentFault(self.allowance.used_up)
        self.serving: Serving = load(app, submission.files, submission.app, self.allowance)
        self._require_answer()

    @property
    def origin(self) -> str:
        """Where a browser finds the app: ``http://localhost:PORT``."""
        return self._app.origin

    @property
    def _own_addresses(self) -> set[str]:
        """Where the app is, and where it believes to be: a redirect to the port it asked for stays within it."""
        run = self.serving.run
        return {self.origin} if run is None else {self.origin, f"http://localhost:{run.port}"}

    def _as_asked(self, location: str | None) -> str | None:
        """Return where a redirect leads, with the port that the app asked for: where it is differs each time."""
        run = self.serving.run
        here = urlsplit(self.origin).netloc
        return location.replace(here, f"localhost:{run.port}") if location and run else location

    @property
    def output(self) -> str:
        """What the app has printed so far."""
        return self._app.output

    def get(self, path: str, *, jar: CookieJar | None = None) -> Reply:
        """Visit a path as a browser would: cookies kept and sent, redirects within the app followed.

        Parameters
        ----------
        path
            For example ``/addCookie``.
        jar
            The cookie store to begin with; it is changed.  An empty one if not given.

        Raises
        ------
        StudentFault
            There is no complete answer in time, or redirects go round in a circle.
        """
        jar = jar if jar is not None else CookieJar()
        asked = (path, frozenset(jar.names()))
        if asked in self._unanswered:
            raise self._unanswered[asked]
        cookies: list[SetCookie] = []
        target = path
        for _ in range(_MOST_REDIRECTS):
            try:
                raw = self._request(path, target, jar)
            except StudentFault as fault:
                self._unanswered[asked] = fault  # to wait for it once is enough
                raise
            now = datetime.now(timezone.utc)
            for name, value in raw.headers:
                if name == "set-cookie":
                    cookies.append(read_set_cookie(value, target, now))
                    jar.take(cookies[-1], now)
            location = raw.header("location") if raw.status in _REDIRECTS else None
            there = _place_in(self.origin + target, location) if location else None
            if there is None or f"{there.scheme}://{there.netloc}" not in self._own_addresses:
                return self._reply(path, raw, cookies, jar, target=target, elsewhere=self._as_asked(location))
            target = (there.path or "/") + (f"?{there.query}" if there.query else "")
        raise self._circle(path, target)

    def _circle(self, path: str, target: str) -> StudentFault:
        """Say what redirects again and again: a view, or a function that is called before each request."""
        said, hint = (
            f"{path} redirects in a circle (last to {target}).",
            "Return the page itself instead of a redirect.",
        )
        view = self.source.view(self.route(target.partition("?")[0]))
        redirects_by_itself = view is not None and "redirect(" in unparse(view)
        for file, function in self.source.decorated("before_request"):
            if not redirects_by_itself and "redirect(" in unparse(function):
                name = getattr(function, "name", "a function")
                said = f"{said} {name} is called before each request, that to {target} included."
                hint = f"Let {name} return nothing for {target.partition('?')[0]}, or take it out."
                return StudentFault(said, hint=hint, file=file, line=function.lineno)
        return StudentFault(said, hint=hint, **self._where(path))

    def _require_answer(self) -> None:
        """Ask for what every browser asks for first: that the app is up is not taken on trust."""
        limits = self._app.limits
        seconds = min(limits.request, self.allowance.remaining)
        try:
            with self.allowance.waiting(seconds) as deadline:
                first = self._ask(_EVERY_BROWSERS_FIRST, deadline)
        except NoReply as problem:
            fault = self._no_reply("its page", problem)
            fault.message = f"{self.app_file} runs its app, but no page is ever served: {fault.message}"
            raise fault from problem
        self._crash_behind(first)  # heard to its end, so that the first page does not hear of it

    def _request(self, path: str, target: str, jar: CookieJar) -> RawReply:
        self._app.forget_events()
        limits = self._app.limits
        if not self.allowance.remaining:
            raise StudentFault(self.allowance.used_up)
        cookie = jar.header(target)
        headers = [("Cookie", cookie)] if cookie else []
        patience = self.allowance.patience(path, limits.request)
        encoded = percent_encode(target, safe="/?=&%:;,+@")
        if not patience.seconds:
            raise StudentFault(f"{path} was not tried: {patience.because}.", **self._where(path))
        try:
            with self.allowance.waiting(patience.seconds) as deadline:
                raw = self._ask(encoded, deadline, headers)
        except NoReplyInTime as problem:
            self.allowance.note_hang(path, patience, is_certain=isinstance(problem, NeverReplies))
            raise self._no_reply(path, problem, patience.remark) from problem
        except NoReply as problem:
            raise self._no_reply(path, problem) from problem
        if not raw.complete:
            raise StudentFault(
                f"{path} sends more than {limits.reply // MEGABYTE} MB; the rest was not read.",
                observed=f"more than {limits.reply // MEGABYTE} MB",
                hint="Look for a loop that adds text without end.",
                **self._where(path),
            )
        return raw

    def _ask(self, target: str, deadline: Deadline, headers: Sequence[tuple[str, str]] = ()) -> RawReply:
        app, limits = self._app, self._app.limits
        return request(
            app.port,
            target,
            headers=headers,
            deadline=deadline,
            most=limits.reply,
            is_stuck=lambda port: app.is_stuck(limits.request, port),
        )

    def _no_reply(self, path: str, problem: NoReply, remark: str = "") -> StudentFault:
        """Say what stands behind a missing answer: a broken limit, the end of the app, or a slow line."""
        is_there = isinstance(problem, NoReplyInTime) and self._app.alive
        has_died = not is_there and self._app.has_died()
        broken = self._app.broken_limit
        if broken is not None:
            return broken
        at = self._app.busy_at
        where = at.place if at else self._where(path)
        if has_died:
            place = f" at {at.place_name}" if at else ""
            return StudentFault(
                f"The app ended{place} while it was asked for {path}: Python stopped.",
                hint="A view must not end the program; look for os._exit() and the like.",
                **where,
            )
        doing = f"; it is at {at.file} line {at.line}, `{at.text}`" if at else ""
        return StudentFault(
            f"{path} {problem}{remark}{doing}.",
            observed=at.text if at else None,
            hint=_HINT_FOR_TWO_THINGS if _NO_STATUS in str(problem) else _HINT_FOR_NO_ANSWER,
            **where,
        )

    def _reply(
        self, path: str, raw: RawReply, cookies: list[SetCookie], jar: CookieJar, *, target: str, elsewhere: str | None
    ) -> Reply:
        answered = percent_decode(target.partition("?")[0])
        with self.allowance.waiting(self.allowance.remaining):
            crash = self._crash_behind(raw)
            made_from = self._app.made_from(answered) if self.templates.paths else MadeFrom()
        reply = Reply(
            path=path,
            raw=raw,
            set_cookies=tuple(cookies),
            jar=jar,
            elsewhere=elsewhere,
            crash=crash,
            route=self.route(path),
            made_from=made_from,
            ends_on="" if answered == percent_decode(path.partition("?")[0]) else answered,
        )
        self.allowance.note_proof(path, hangs=reply.keeps_busy)
        return reply

    def _crash_behind(self, raw: RawReply) -> Crash | None:
        return self._app.crash() if raw.status >= HTTPStatus.INTERNAL_SERVER_ERROR else None

    def _where(self, path: str) -> CodePlace:
        route = self.route(path)
        return route.place if route else {"file": self.app_file, "line": None}

    @property
    def routes(self) -> tuple[Route, ...]:
        """The app's routes, as written."""
        return self.serving.routes

    def route(self, path: str) -> Route | None:
        """Return the route that answers a visit of a path, with or without a slash at its end."""
        return route_of(path, self.routes)

    def similar_route(self, path: str) -> Route | None:
        """Return the route that was probably meant to be ``path``: below a prefix, another spelling, or nearly so."""
        return similar_to(path, self.routes)

    def visit_all(self) -> list[Reply]:
        """Visit a page of every route that answers GET, without those that never answer, or are too much together."""
        if self._visited is None:
            self._visited = []
            room = _MOST_KEPT
            for path in dict.fromkeys(self.pages()):
                with suppress(StudentFault):
                    reply = self.get(path)
                    room -= len(reply.raw.body)
                    if room >= 0:
                        self._visited.append(reply)
        return self._visited

    def pages(self) -> list[str]:
        """Return a path for every route that answers GET, variable parts filled in."""
        return [example_of(route) for route in self.routes if "GET" in route.methods]

    def render_alone(self, template: str) -> Reply:
        """Render one of the handed-in templates in an app of our own, where no route of the student's shows it.

        Raises
        ------
        StudentFault
            It cannot be rendered.
        """
        folder, _, name = template.rpartition("/")
        files = {path: content for path, content in self.submission.files.items() if not path.endswith(".py")}
        app = f"{secrets.token_hex(8)}.py"
        program = (
            "from flask import Flask, render_template\n"
            f"app = Flask(__name__, template_folder={folder!r})\n"
            f"app.add_url_rule('/', view_func=lambda: render_template({name!r}), endpoint='page')\n"
            "app.url_build_error_handlers.append(lambda *_: '#')\n"  # the student's routes are not known here
        )
        with_app: Mapping[str, bytes] = {**files, app: program.encode()}
        from grader.submission import Submission

        room = sum(map(len, with_app.values()))
        process = AppProcess(self._app.kind, self._app.limits, room=room, server=self._app.server)
        try:
            alone = Submission(name=template, source=template, files=with_app, app=app)
            reply = Site(alone, process, self.allowance).get("/")
        except StudentFault as fault:
            if fault.file == app:
                fault.file, fault.line = template, None
            raise
        finally:
            process.close()
        crash = reply.crash
        own = replace(crash, frames=tuple(each for each in crash.frames if each.file != app)) if crash else None
        return replace(reply, path=template, route=None, crash=own)

    def close(self) -> None:
        """End the app."""
        self._app.close()


def _place_in(base: str, location: str) -> SplitResult | None:
    """Return where a redirect leads; None where it is no address at all."""
    try:
        return urlsplit(urljoin(base, location))
    except ValueError:
        return None
