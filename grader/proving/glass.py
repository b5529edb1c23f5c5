"""What a check sees of an app: every page, cookie and fact of the code that it looks at is noted down.

A mistake is a check's matter where the check saw something else than at the solution.  The checks are run as they are;
what they look at is handed to them behind a glass that notes what is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.proving.looks import ALL_PAGES, ANY_PAGE, Look
from grader.site.html_page import html_to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.rubric import Check
    from grader.site import CookieJar, Reply, Site

_SENT = "ZqValueQz"  # nothing that a page says by itself


@dataclass
class SeenByCheck:
    """All that one check looked at, in its order; a check that waits for others is not called."""

    looks: list[Look] = field(default_factory=list)
    is_called: bool = False
    _jars: dict[int, tuple[CookieJar, list[int], frozenset[str]]] = field(default_factory=dict, repr=False)

    def add(self, look: Look) -> None:
        """Note a look; what is looked at again is another thing, since it may have changed."""
        again = sum(each.what.partition(" again")[0] == look.what for each in self.looks)
        look.what += " again" * bool(again) + f" {again}" * (again > 1)
        self.looks.append(look)

    def fact(self, what: str, value: object) -> None:
        """Note a fact that was read."""
        if not any(look.what == what for look in self.looks):
            self.looks.append(Look(what, {"it": value}, {"it"}))

    def visit(self, site: Site, path: str, jar: CookieJar | None) -> Any:
        """Visit a page, note it, and return it behind glass."""
        before: tuple[int, ...] = ()
        sent: frozenset[str] = frozenset()
        if jar is not None:
            _, been, sent = self._jars.setdefault(id(jar), (jar, [], frozenset(jar.names())))
        reply = site.get(path, jar=jar)
        if jar is not None:
            before = tuple(been)
            for number in been:
                self.looks[number].by_the_way = True
            been.append(len(self.looks))
        after = "".join(f" after {self.looks[number].what.partition(' ')[0]}" for number in before)
        holding = f" with {', '.join(sorted(sent))}" if sent else ""
        look = Look(f"{path}{after}{holding}", shown(reply, site), before=before)
        if before:
            look.shows["left"] = sorted(reply.jar.names())
            look.read.add("left")
        self.add(look)
        return _reply(reply, look.read)


def shown(reply: Reply, site: Site) -> dict[str, Any]:
    """Return all that can be seen of a page; values that the grader has sent are made alike."""
    own = {cookie.name for cookie in reply.set_cookies}
    text = reply.text
    for name in set(reply.jar.names()) - own:
        if (cookie := reply.jar.get(name)) is not None and cookie.decoded:
            text = text.replace(cookie.decoded, _SENT)
    now = datetime.now(timezone.utc)
    over = {cookie.name for cookie in reply.set_cookies if cookie.expired(now)}
    cookies = [(one.name, "" if one.name in over else one.decoded, one.name in over) for one in reply.set_cookies]
    return {
        "text": text,
        "cookies": cookies,
        "is_html": reply.is_html and "<" in reply.source,
        "ok": reply.ok,
        "made_from": sorted(site.templates.behind(reply)),
    }


_READS = {
    "text": {"text"},
    "source": {"text", "is_html"},
    "raw": {"text", "is_html", "cookies", "ok"},
    "is_html": {"is_html"},
    "kind": {"is_html"},
    "ok": {"ok"},
    "status": {"ok"},
    "set_cookies": {"cookies"},
    "made_from": {"made_from"},
    "jar": {"cookies"},
}


class _Glass:
    """A thing that is looked at through a function, which notes what is read and hands it out."""

    def __init__(self, thing: Any, note: Callable[[str, Any], Any]) -> None:
        self._thing = thing
        self._note = note

    def __getattr__(self, name: str) -> Any:
        return self._note(name, getattr(self._thing, name))


def _reply(reply: Reply, read: set[str]) -> Any:
    """Return a page, behind glass."""

    def note(name: str, value: Any) -> Any:
        read.update(_READS.get(name, ()))
        return value

    return _Glass(reply, note)


def _serving(seen: SeenByCheck, name: str, value: Any) -> Any:
    """Note how the app is run."""
    if name == "run":
        seen.fact("where it runs", value.port if value else None)
    if name == "template_folders":
        seen.fact("the template folders", sorted(value))
    return value


def _source(seen: SeenByCheck, name: str, method: Callable[..., Any]) -> Any:
    """Note what the code is asked for."""

    def ask(*given: Any, **named: Any) -> Any:
        answer = method(*given, **named)
        if name == "cookie_reads":
            seen.fact(f"how {given[0].rule} reads cookies", is_guarded(answer))
        elif isinstance(answer, bool):
            seen.fact(f"the code: {name}", answer)
        elif isinstance(answer, Iterator):
            answer = list(answer)
            seen.fact(f"the code: {name} {' '.join(map(str, given))}", bool(answer))
            return iter(answer)
        return answer

    return ask


class WatchedSite:
    """An app behind glass."""

    def __init__(self, site: Site, seen: SeenByCheck) -> None:
        self._site = site
        self._seen = seen

    def __getattr__(self, name: str) -> Any:
        if name == "source":
            return _Glass(self._site.source, partial(_source, self._seen))
        if name == "serving":
            return _Glass(self._site.serving, partial(_serving, self._seen))
        if name == "templates":
            self._seen.fact("the templates", sorted(self._site.templates.paths))
        return getattr(self._site, name)

    def get(self, path: str, *, jar: CookieJar | None = None) -> Any:
        """Visit a page; see `Site.get`."""
        return self._seen.visit(self._site, path, jar)

    def visit_all(self) -> list[Any]:
        """Visit all pages; see `Site.visit_all`."""
        self._seen.fact(ALL_PAGES, value=True)
        replies = []
        for reply in self._site.visit_all():
            what = f"{ANY_PAGE}: {reply.path}"
            look = next((look for look in self._seen.looks if look.what == what), None)
            if look is None:
                look = Look(what, shown(reply, self._site))
                self._seen.looks.append(look)
            replies.append(_reply(reply, look.read))
        return replies

    def route(self, path: str) -> Any:
        """Look for the route of a page; see `Site.route`."""
        route = self._site.route(path)
        self._seen.fact(f"the route of {path}", sorted(route.methods) if route else None)
        return route

    def render_alone(self, template: str) -> Any:
        """Render a template by itself; see `Site.render_alone`."""
        reply = self._site.render_alone(template)
        look = Look(f"{template} by itself", shown(reply, self._site))
        self._seen.looks.append(look)
        return _reply(reply, look.read)


def is_guarded(reads: list[Any]) -> bool | None:
    """Return whether any of a view's reads of cookies stands in a ``try``; None where it reads none."""
    return any(read.guarded for read in reads) if reads else None


class WatchedBrowser:
    """A browser behind glass."""

    def __init__(self, visitor: Any, seen: SeenByCheck) -> None:
        self._visitor = visitor
        self._seen = seen
        self._been: list[int] = []

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._visitor, name)

        def ask(*given: Any, **named: Any) -> Any:
            answer = call(*given, **named)
            self._note(name, given, named, answer)
            return answer

        return ask

    def _note(self, name: str, given: tuple[Any, ...], named: dict[str, Any], answer: Any) -> None:
        what = " ".join(["browser", name, *map(str, given)])
        if name == "forget":
            self._been.clear()
        elif name in {"visit", "reload"}:
            text = answer.visible_text if "until" in named else answer.text or html_to_text(answer.body)
            self._look(what, {"text": text})
        elif name == "cookie":
            self._look(what, {"it": answer.value if answer else None})
        elif name == "cookies":
            self._look(what, {"it": sorted(cookie.name for cookie in answer)})

    def _look(self, what: str, shows: dict[str, Any]) -> None:
        self._seen.add(Look(what, shows, set(shows), tuple(self._been)))
        self._been.append(len(self._seen.looks) - 1)


def watched(check: Check, seen: SeenByCheck) -> Check:
    """Return a check that notes what it looks at."""
    function = check.function
    glasses: dict[str, Callable[[Any, SeenByCheck], Any]] = {"site": WatchedSite, "browser": WatchedBrowser}

    def run(**looked_at: Any) -> None:
        seen.is_called = True
        given = {
            name: glasses[name](thing, seen) if name in glasses and thing is not None else thing
            for name, thing in looked_at.items()
        }
        function(**given)

    return replace(check, function=run)
