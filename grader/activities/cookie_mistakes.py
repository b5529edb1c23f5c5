"""What can be wrong with the cookie of activity 11.2, in words for a student."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from http import HTTPStatus
from typing import TYPE_CHECKING

from grader.activities.common import require_answer
from grader.activities.crashes import never_read
from grader.activities.places import Meant, line_of, where
from grader.model.faults import MachineFault
from grader.rubric import Failed, Partial, displays, excerpt, squeeze
from grader.site.cookies import CookieJar, path_matches
from grader.source import slips

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.browser import Page
    from grader.model.route import Route
    from grader.site import Reply, SetCookie, Site
    from grader.site.site import CodePlace
    from grader.source.cookie_reads import Read

NAME = "myFirstCookie"
VALUE = "Hello World - my first cookie!"
ADD, DISPLAY, REMOVE = "/addCookie", "/displayCookieValue", "/removeCookie"
FOUND, NOT_FOUND = "Found the cookie:", "Cookie not found!"

_PAGES = {"/", ADD, DISPLAY, REMOVE}
_SET = f"resp.set_cookie('{NAME}', '{VALUE}')"
_EXPIRE = f"resp.set_cookie('{NAME}', '', max_age=0)"
_SHORTEST_TELLING = 4  # letters and digits; shorter ones stand in other words, too
_NEEDS_QUOTES = re.compile(r"[\s,;\"\\]")  # what no cookie's value may hold that is not quoted: RFC 6265, 4.1.1
_FOUND = re.compile(r"found\s+the\s+cookie\s*:", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|never|no|cannot|can't|\w+n['\u2019]t)\b", re.IGNORECASE)


def now() -> datetime:
    """Return the moment by which a cookie has expired or not."""
    return datetime.now(timezone.utc)


def require_page(site: Site, reply: Reply) -> None:
    """Ask that a page of this activity be there at all; see `require_answer`."""
    require_answer(site, reply, Meant(_does_it, NAME))


def _does_it(site: Site, page: Reply, path: str) -> bool:
    """Whether a page does what one of the handout's is for; its name does not count."""
    if page.path in _PAGES:
        return False
    jar = CookieJar()
    jar.put(NAME, VALUE)
    cookies = site.get(page.path, jar=jar).set_cookies
    if path == ADD:
        return any(not cookie.expired(now()) for cookie in cookies)
    if path == REMOVE:
        return any(cookie.expired(now()) for cookie in cookies)
    return path == DISPLAY and not cookies and page.route is not None and bool(site.source.cookie_reads(page.route))


def not_set(site: Site, reply: Reply) -> Failed:
    """Say what stands in the way of the cookie: another name, a crash, or a response that is never returned."""
    others = list(dict.fromkeys(cookie.name for cookie in reply.set_cookies))
    if others:
        return _other_name(site, reply, others)
    try:
        require_page(site, reply)
    except Failed as failure:
        return failure
    if "document.cookie" in reply.source:
        return Failed(
            f"{ADD} sets the cookie with JavaScript in the page; the response itself sets none.",
            expected=f"Set-Cookie: {NAME}=…",
            observed="document.cookie in the page",
            hint=f"Set it in the view: resp = make_response(...), then {_SET}, then return resp.",
            **where(site, reply),
        )
    elsewhere = next((page for page in site.visit_all() if any(c.name == NAME for c in page.set_cookies)), None)
    if elsewhere is not None and elsewhere.path != REMOVE:
        return Failed(
            f"{ADD} sends no cookie; the page {elsewhere.path} sets {NAME} instead.",
            expected=f"Set-Cookie: {NAME}=… from {ADD}",
            observed=f"Set-Cookie: {NAME}=… from {elsewhere.path}",
            hint=f"Move the set_cookie call into the view of {ADD}.",
            **where_set(site, elsewhere),
        )
    return _no_cookie_sent(site, reply)


def _other_name(site: Site, reply: Reply, others: list[str]) -> Failed:
    hint = f"Call the cookie {NAME}."
    if others == ["session"]:
        hint = f"session[...] is another thing than a cookie of your own: {_SET}"
    elif any(name.lower() == NAME.lower() for name in others):
        hint = "Upper and lower case letters count in a cookie's name."
    return Failed(
        f"{ADD} sets the cookie {', '.join(others)}, the handout asks for {NAME}.",
        expected=NAME,
        observed=", ".join(others),
        hint=hint,
        **where_set(site, reply),
    )


def _no_cookie_sent(site: Site, reply: Reply) -> Failed:
    place = where_set(site, reply)
    called = place != where(site, reply)
    although = f", although {place['file']} line {place['line']} calls set_cookie" if called else ""
    hint = f"Make a response, resp = make_response(...), set the cookie on it, {_SET}, and return resp."
    if called:
        hint = _not_returned(site, reply, place)
    return Failed(
        f"{ADD} sends no cookie{although}.",
        expected=f"Set-Cookie: {NAME}=…",
        observed="no Set-Cookie header",
        hint=hint,
        **place,
    )


def _not_returned(site: Site, reply: Reply, called: CodePlace) -> str:
    if reply.route is not None and not site.source.is_reached(reply.route, called["line"] or 0):
        return f"Line {called['line']} stands below a return and is never reached: move it above."
    return "Return the response that the cookie was set on: `return resp`."


def born_expired(site: Site, reply: Reply, cookie: SetCookie) -> Failed:
    """Say that the cookie is over as soon as it is set."""
    return Failed(
        f"{ADD} sets {NAME}, but with an expiry that is over already, so the browser drops it at once.",
        expected="a cookie that stays",
        observed=_lifetime(cookie),
        hint="Leave max_age and expires out, or give a time that is still to come.",
        **where_set(site, reply),
    )


def other_value(site: Site, reply: Reply, cookie: SetCookie) -> Partial:
    """Say that the cookie has another value than the handout's."""
    place = where_set(site, reply)
    return Partial(
        f'{ADD} sets {NAME} to "{excerpt(cookie.decoded)}", the handout asks for "{VALUE}".',
        expected=VALUE,
        observed=cookie.decoded,
        hint=hint_for_value(site, place, cookie.decoded),
        **place,
    )


def _as_two_arguments(site: Site, place: CodePlace) -> str:
    """Return the hint for a name and a value in one text, which Flask takes for the name of a cookie without value."""
    written = line_of(site, place["file"], place["line"])
    now = re.sub(rf"(['\"]){NAME}=(.*?)\1", lambda text: f"'{NAME}', {text[1]}{text[2]}{text[1]}", written)
    if now == written:
        return f"Name and value are two arguments: write set_cookie('{NAME}', '{VALUE}')."
    return f"Name and value are two arguments: write line {place['line']} as `{now}`."


def hint_for_value(site: Site, place: CodePlace, value: str) -> str:
    """Return what is to be mended in a value, given where it is set."""
    if value == f"{VALUE}=":
        return _as_two_arguments(site, place)
    if "%20" in value:
        return "Hand the text to set_cookie as it is, without quote(...): Flask takes care of the spaces."
    if squeeze(value) == squeeze(VALUE):
        return "The words are right; compare capital letters, spaces, the dash (-), quotes and the exclamation mark."
    return "Copy the value exactly, with its capital letters, dash and exclamation mark."


def not_kept(site: Site, kept: Sequence[str]) -> Failed:
    """Say why the browser does not keep the cookie.

    Raises
    ------
    MachineFault
        Nothing is wrong with it: then something on this machine keeps the browser from it.

    """
    reply = site.get(ADD)
    refused = next((cookie.refused for cookie in reply.set_cookies if cookie.name == NAME and cookie.refused), None)
    if refused is None and reply.jar.get(NAME) is not None and "cookie" not in _scripts(reply):
        raise MachineFault(
            f"The browser on this machine does not keep {NAME}, which {ADD} sets rightly, and gives no reason.",
            hint="Is the disk full, or the size of files limited (ulimit -f)?",
        )
    return Failed(
        f"The browser was at {ADD}. It does not keep {NAME}{f': {refused}' if refused else ''}.",
        expected=f"{NAME} in the browser's cookies",
        observed=f"the browser's cookies: {', '.join(kept) or 'none'}",
        hint=f"Set it plainly: {_SET}",
        **where_set(site, reply),
    )


def _scripts(reply: Reply) -> str:
    """Return the scripts of a page, which may take a cookie away again."""
    return " ".join(re.findall(r"(?is)<script.*?</script>", reply.source)).lower()


def value_not_shown(site: Site, reply: Reply, value: str, replies: list[Reply]) -> Failed:
    """Say why the page does not display the value: an error, another path, another name, or it does not look."""
    try:
        require_page(site, reply)
    except Failed as failure:
        return failure
    added = reply.jar.get(NAME)
    if added is not None and not path_matches(DISPLAY, added.path):
        return Failed(
            f"{ADD} sets {NAME} for the path {added.path} only, so the browser does not send it to "
            f'{DISPLAY}, which displays "{excerpt(reply.text)}".',
            expected="path /",
            observed=f"path {added.path}",
            hint="Leave path=... out of set_cookie: then the cookie is for all pages.",
            **where_set(site, site.get(ADD)),
        )
    return (
        _cannot_be_read(site, replies)
        or _reads_another(site, reply)
        or _within_quotes(site, reply)
        or _does_not_read(site, reply, value, replies)
    )


def _cannot_be_read(site: Site, replies: list[Reply]) -> Failed | None:
    """Say that the cookie which the app sets is written so that Flask does not read it: the view is not to blame."""
    sent = site.get(ADD)
    cookie = next((each for each in reversed(sent.set_cookies) if each.name == NAME), None)
    if cookie is None or not _NEEDS_QUOTES.search(cookie.value) or cookie.value.startswith('"'):
        return None
    if squeeze(replies[0].text) == squeeze(replies[1].text):
        return None  # another value is not displayed either
    place = where_set(site, sent)
    hint = f"Use set_cookie, which writes the quotes: write line {place['line']} as `{_SET}`."
    if cookie.decoded == f"{VALUE}=":
        hint = _as_two_arguments(site, place)
    return Failed(
        f"{DISPLAY} does not find the cookie: {ADD} writes its value without the double quotes that blanks need.",
        expected=f'{NAME}="{VALUE}"',
        observed=f"{NAME}={excerpt(cookie.value)}",
        hint=hint,
        **place,
    )


def _within_quotes(site: Site, reply: Reply) -> Failed | None:
    """Say that a variable's name stands within the quotes, so that it is displayed and not its value."""
    view = site.source.view(reply.route) if reply.route else None
    file = reply.route.file if reply.route else None
    for slip in slips.names_within_quotes(view) if view else ():
        if not re.search(rf"\b{re.escape(slip.name)}\b", reply.text):
            continue
        written = line_of(site, file, slip.line)
        name = re.escape(slip.name)
        if slip.needs_f:
            problem = f"the text of line {slip.line} has no f before its quotes"
            now = re.sub(rf"(['\"])(?=[^'\"]*\{{\s*{name}\s*\}})", r"f\1", written, count=1)
        else:
            problem = f"{slip.name} stands within the quotes of line {slip.line}"
            now = re.sub(rf"(['\"])([^'\"]*?)[+\s]*\b{name}\W*?\1", rf"\1\2 \1 + {slip.name}", written, count=1)
        return Failed(
            f'{DISPLAY} displays "{excerpt(reply.text)}", and not the cookie: {problem}.',
            expected=f"the value of {slip.name}",
            observed=excerpt(reply.text),
            hint=f"Write line {slip.line} as `{now}`." if now != written else "Put the name outside of the quotes.",
            file=file,
            line=slip.line,
        )
    return None


def _reads_another(site: Site, reply: Reply) -> Failed | None:
    reads = site.source.cookie_reads(reply.route) if reply.route else []
    names = sorted({read.name or "" for read in reads})
    if not names or "" in names or NAME in names:
        return None
    others = ", ".join(names)
    return Failed(
        f'{DISPLAY} reads the cookie {others}, not {NAME}, and displays "{excerpt(reply.text)}".',
        expected=NAME,
        observed=others,
        hint=f"Read {NAME}; upper and lower case letters count.",
        file=reply.route.file if reply.route else None,
        line=reads[0].line,
    )


def _does_not_read(site: Site, reply: Reply, value: str, replies: list[Reply]) -> Failed:
    same = squeeze(replies[0].text) == squeeze(replies[1].text)
    why = "the same for every value of the cookie" if same else "not the value that was sent"
    hint = f"Read the value with request.cookies['{NAME}'] and put it into the page."
    place = where(site, reply)
    if displays(reply.text, NOT_FOUND):
        hint = "What goes wrong inside the try? Write `except KeyError:` there, so that other errors are seen."
        unknown = site.source.unknown_name(reply.route, "request") if reply.route else None
        if unknown is not None:
            hint = "The name request is not known here: from flask import request"
            place = {"file": place["file"], "line": unknown}
    return Failed(
        f'With {NAME} set to "{value}", {DISPLAY} displays "{excerpt(reply.text)}": {why}.',
        expected=f"{FOUND} {value}",
        observed=excerpt(reply.text),
        hint=hint,
        **place,
    )


def other_words_found(site: Site, reply: Reply, value: str) -> Partial:
    """Say that the value is there and the handout's words are not."""
    problem, hint = "the value is there, the words before it are not", f'Write "{FOUND}" before the value.'
    if displays(reply.text, FOUND):
        problem = "between the words and the value stands something else"
        hint = f'Put the value right after "{FOUND}".'
    return Partial(
        f'With the cookie, {DISPLAY} displays "{excerpt(reply.text)}": {problem}.',
        expected=f"{FOUND} {value}",
        observed=excerpt(reply.text),
        hint=hint,
        **where(site, reply),
    )


def claims_a_value(text: str, value: str, beside: str = "") -> bool:
    """Whether a page without the cookie pretends to have found one, ``None`` included; see `shows_value`."""
    lines = text.splitlines()
    found = any(displays(line, FOUND) and not _NEGATION.search(_before_a_value(line)) for line in lines)
    none = any(line.split()[-1:] == ["None"] for line in lines) and not displays(text, NOT_FOUND)
    return found or none or shows_value(text, value, beside)


def shows_value(text: str, value: str, beside: str = "") -> bool:
    """Whether a page shows a cookie's value, and not only words that it shows anyhow.

    Parameters
    ----------
    beside
        What the page displays with another value: a value that is part of these words, or of those that are asked for,
        tells nothing.

    """
    wanted = squeeze(value)
    words = squeeze(f"{FOUND} {NOT_FOUND}") + " " + squeeze(NOT_FOUND) + " " + squeeze(beside)
    return len(wanted) >= _SHORTEST_TELLING and wanted not in words and displays(text, value)


def _before_a_value(line: str) -> str:
    """Return what stands before a value: a line up to the words and their colon, or all of one without them."""
    words = _FOUND.search(line)
    return line[: words.end()] if words else line


def other_words_missing(
    site: Site, reply: Reply, situation: str, *, claim: bool, with_cookie: Reply
) -> Failed | Partial:
    """Say what the page displays instead of the words for a missing cookie."""
    text = excerpt(reply.text)
    if claim:
        return Failed(
            f'{situation}, {DISPLAY} displays "{text}", as if it had found a value.',
            expected=NOT_FOUND,
            observed=text,
            hint=f'When {NAME} is missing, return "{NOT_FOUND}" and nothing else.',
            **where(site, reply),
        )
    if squeeze(with_cookie.text) == squeeze(reply.text):
        return Failed(
            f'{DISPLAY} displays "{text}" with and without the cookie: it does not look for it.',
            expected=NOT_FOUND,
            observed=text,
            hint=f'Read the cookie inside a try, and return "{NOT_FOUND}" in the except.',
            **where(site, reply),
        )
    return Partial(
        f'{situation}, {DISPLAY} displays "{text}", the handout asks for "{NOT_FOUND}".',
        expected=NOT_FOUND,
        observed=text,
        hint=f'Return "{NOT_FOUND}" where {NAME} is missing.',
        **where(site, reply),
    )


def not_in_a_try(site: Site, route: Route, reads: Sequence[Read]) -> Failed:
    """Say where the cookie is read instead, if it is."""
    view = f"The function {route.function}" if (route.function or "").isidentifier() else "The function"
    if not reads:
        function = site.source.view(route)
        never = never_read(function, reads, NAME) if function else None
        return Failed(
            f"{view}, the view of {DISPLAY}, does not read the cookie.",
            expected=f"try: … request.cookies['{NAME}'] …",
            hint=never or f"Read request.cookies['{NAME}'] inside a try block.",
            file=route.file,
            line=route.line,
        )
    read = reads[0]
    hint = "Put that line inside a try, so that a missing cookie ends in the except."
    if read.suppressed:
        hint = "suppress(...) does much the same, but the handout asks for a try: put that line inside one."
    return Failed(
        f"{view}, the view of {DISPLAY}, reads the cookie at {route.file} line {read.line}, outside of a try block.",
        expected="the cookie read inside try: …",
        observed=f"read at line {read.line}, not inside a try",
        hint=hint,
        file=route.file,
        line=read.line,
    )


def still_found(site: Site, page: Page, text: str, *, claim: bool, unchanged: bool) -> Failed | Partial:
    """Say what the browser shows after its cookie was deleted."""
    place = where(site, site.get(DISPLAY))
    problem = page.problem and f"it {page.problem}"
    if problem is None and (page.status or 0) >= HTTPStatus.BAD_REQUEST:
        problem = f"it answers with the error {page.status}"
    elif problem is None and not text.strip():
        problem = "it is empty"
    if problem is not None:
        try:
            require_page(site, site.get(DISPLAY))
        except Failed as failure:  # the same as without the cookie
            failure.message = f"After {NAME} was deleted in the browser: {failure.message}"
            return failure
        return Failed(
            f"After {NAME} was deleted in the browser, {DISPLAY} does not show the page: {problem}.",
            expected=NOT_FOUND,
            observed=problem,
            hint=f'Return "{NOT_FOUND}" where {NAME} is missing.',
            **place,
        )
    if claim and not unchanged:
        return Failed(
            f'After {NAME} was deleted in the browser, {DISPLAY} displays "{excerpt(text)}", '
            "as if it had found a value.",
            expected=NOT_FOUND,
            observed=excerpt(text),
            hint=f'When {NAME} is missing, return "{NOT_FOUND}" and nothing else.',
            **place,
        )
    if unchanged:
        return Failed(
            f'After {NAME} was deleted in the browser, reloading {DISPLAY} still displays "{excerpt(text)}".',
            expected=NOT_FOUND,
            observed=excerpt(text),
            hint="Read the cookie from the request each time; do not keep its value in a variable of the program.",
            **place,
        )
    return Partial(
        f'After {NAME} was deleted in the browser, {DISPLAY} displays "{excerpt(text)}", '
        f'the handout asks for "{NOT_FOUND}".',
        expected=NOT_FOUND,
        observed=excerpt(text),
        hint=f'Return "{NOT_FOUND}" where {NAME} is missing.',
        **place,
    )


def not_removed(site: Site, reply: Reply, before: SetCookie) -> Failed:
    """Say why the cookie stays: another place, no expiry, another name, no such page, or nothing sent."""
    same_name = [cookie for cookie in reply.set_cookies if cookie.name == NAME]
    if same_name and same_name[-1].expired(now()):
        return _removed_elsewhere(site, reply, same_name[-1], before)
    if same_name:
        return Failed(
            f"{REMOVE} sets {NAME} again ({_lifetime(same_name[-1])}) instead of letting it expire.",
            expected="max_age=0",
            observed=_lifetime(same_name[-1]),
            hint=f"Write {_EXPIRE}",
            **where_set(site, reply),
        )
    if reply.set_cookies:
        expiring = [cookie for cookie in reply.set_cookies if cookie.expired(now())]
        names = ", ".join(dict.fromkeys(cookie.name for cookie in expiring or reply.set_cookies))
        return Failed(
            f"{REMOVE} {'removes' if expiring else 'sets'} the cookie {names}, not {NAME}.",
            expected=NAME,
            observed=names,
            hint=f"Write {_EXPIRE}",
            **where_set(site, reply),
        )
    return _no_page_that_removes(site, reply) or _nothing_sent(site, reply)


def _removed_elsewhere(site: Site, reply: Reply, cookie: SetCookie, before: SetCookie) -> Failed:
    theirs, ours = _place(cookie), _place(before)
    hint = "Remove it with the same path and domain that it was set with."
    if cookie.partitioned != before.partitioned:
        change = "Give it partitioned=True as well" if before.partitioned else "Leave out partitioned=True"
        hint = f"{change} when you remove it: a partitioned cookie is another one."
    return Failed(
        f"{REMOVE} removes a {NAME} of another place ({theirs}); the one that was added has {ours}.",
        expected=ours,
        observed=theirs,
        hint=hint,
        **where_set(site, reply),
    )


def _place(cookie: SetCookie) -> str:
    partition = ", partitioned" if cookie.partitioned else ""
    return f"path {cookie.path}, domain {cookie.attributes.get('domain') or 'none'}{partition}"


def _no_page_that_removes(site: Site, reply: Reply) -> Failed | None:
    """Say that another page removes a cookie: the handout's sample, pasted in place of /removeCookie."""
    other = next((page for page in site.visit_all() if any(c.expired(now()) for c in page.set_cookies)), None)
    if other is None or reply.route is not None:
        return None
    names = ", ".join(cookie.name for cookie in other.set_cookies if cookie.expired(now()))
    if names == NAME:
        return None  # what is said of a page by another name is all there is to say
    return Failed(
        f"There is no page {REMOVE}; your app has {other.path}, which removes the cookie {names}.",
        expected=f"{REMOVE}, removing {NAME}",
        observed=f"{other.path}, removing {names}",
        hint=f"Write the route as '{REMOVE}' and remove {NAME}.",
        **where(site, other),
    )


def _nothing_sent(site: Site, reply: Reply) -> Failed:
    try:
        require_page(site, reply)
    except Failed as failure:
        return failure
    place = where_set(site, reply)
    called = place != where(site, reply)
    although = f", although {place['file']} line {place['line']} calls for it" if called else ""
    hint = f"Make a response, resp = make_response(...), then {_EXPIRE}, and return resp."
    if called:
        hint = _not_returned(site, reply, place)
    elif any(place["file"] == file for file, _ in site.source.calls("pop")):
        hint = f"What is taken out of session or of request.cookies stays in the browser. {hint}"
    return Failed(
        f"{REMOVE} sends nothing that removes the cookie{although}.",
        expected=f"Set-Cookie: {NAME}=; Max-Age=0",
        observed="no Set-Cookie header",
        hint=hint,
        **place,
    )


def _lifetime(cookie: SetCookie) -> str:
    named = [f"{name}={cookie.attributes[name]}" for name in ("max-age", "expires") if name in cookie.attributes]
    return ", ".join(named) or "no expiry"


def where_set(site: Site, reply: Reply) -> CodePlace:
    """Return where the view behind a page sets or deletes a cookie, else where the view is."""
    view = site.source.view(reply.route) if reply.route else None
    if view is not None and reply.route is not None and view.end_lineno is not None:
        for call in ("set_cookie", "delete_cookie"):
            for file, line in site.source.calls(call):
                if file == reply.route.file and view.lineno <= line <= view.end_lineno:
                    return {"file": file, "line": line}
        for line in range(view.lineno, view.end_lineno + 1):
            if "set-cookie" in line_of(site, reply.route.file, line).lower():
                return {"file": reply.route.file, "line": line}
    return where(site, reply)
