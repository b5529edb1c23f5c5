"""What is tried against the page from outside: requests that nobody but the page itself may make.

Each is a request as its maker would send it; `$` stands for the secret prefix.  It is stopped where nothing of the
class is told and nothing has changed; the answers that stop it are named.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

JSON = {"Content-Type": "application/json"}
OWN = {"Sec-Fetch-Site": "same-origin", **JSON}
DECIDE = json.dumps({"items": [{"who": "doe_jane", "check": "shot-1", "seen": ""}], "status": "passed", "note": ""})


@dataclass(frozen=True)
class Attack:
    """One request.

    Parameters
    ----------
    kind, tries, wall
        What it is, what it is after, and what stops it, in words.
    answers
        The statuses that stop it; 0 stands for a connection that was closed.
    lacks
        What must not be in the answer.

    """

    kind: str
    name: str
    tries: str
    wall: str
    path: str
    method: str = "GET"
    headers: dict[str, str] = field(default_factory=dict)
    body: str | bytes | None = None
    answers: tuple[int, ...] = (404,)
    lacks: tuple[str, ...] = ("Doe, Jane", "doe_jane", "root:", "SQLite format")
    host: str | None = None

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def _rebinding() -> list[Attack]:
    hosts = ("evil.example", "evil.example:8321", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0", "")
    return [
        Attack(
            "rebinding",
            f"a page of {host or 'nobody'} asks under its own name",
            "reading the class after its name was bound to this machine",
            "TRUSTED_HOSTS",
            "$/",
            host=host,
            answers=(400,),
        )
        for host in hosts
    ]


def _without_the_secret() -> list[Attack]:
    paths = (
        "/",
        "/decide",
        "/files/grades.csv",
        "/static/page.js",
        "/events",
        "/student/doe_jane",
        "/start/",
        "/start/x",
    )
    found = [
        Attack("no secret", f"asks for {path}", "reading without the secret", "the prefix", path) for path in paths
    ]
    found += [
        Attack("no secret", "half of the secret", "guessing it piece by piece", "the prefix, compared whole", "$half/"),
        Attack("no secret", "the secret in another case", "guessing it", "the prefix", "$upper/"),
        Attack(
            "no secret", "the secret in a header", "passing for the page", "the prefix", "/", headers={"Referer": "$/"}
        ),
        Attack("no secret", "the secret as a query", "passing for the page", "the prefix", "/?prefix=$"),
        Attack("no secret", "behind two slashes", "another way to the same path", "the prefix", "//decide"),
        Attack("no secret", "from above", "leaving the static files", "the prefix", "/static/../$half/"),
        Attack("no secret", "the start address again", "using it a second time", "works once", "@start"),
    ]
    return found


def _cross_site() -> list[Attack]:
    found = []
    for site in ("cross-site", "same-site", "none", None):
        headers = {**JSON, **({"Sec-Fetch-Site": site} if site else {})}
        for path, body in (("$/decide", DECIDE), ("$/end", "{}"), ("$/names", '{"hide": true}'), ("$/files", "{}")):
            found.append(
                Attack(
                    "cross-site",
                    f"{path[2:]} from {site or 'a program that says nothing'}",
                    "deciding, ending, hiding or writing from another page",
                    "Sec-Fetch-Site",
                    path,
                    "POST",
                    headers,
                    body,
                    answers=(403,),
                )
            )
    for site in ("cross-site", "same-site"):
        for path in ("$/", "$/picture/doe_jane/shot-1/0", "$/files/grades.csv", "$/events"):
            name = f"embeds {path[2:] or 'the page'} from {site}"
            found.append(
                Attack(
                    "cross-site",
                    name,
                    "reading in another page",
                    "Sec-Fetch-Site",
                    path,
                    headers={"Sec-Fetch-Site": site},
                    answers=(403,),
                )
            )
    form = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
    plain = {"Sec-Fetch-Site": "same-origin", "Content-Type": "text/plain"}
    found += [
        Attack(
            "cross-site",
            "a form",
            "deciding by a form",
            "JSON alone",
            "$/decide",
            "POST",
            form,
            "status=passed",
            (415,),
        ),
        Attack(
            "cross-site",
            "plain text",
            "deciding by a simple request",
            "JSON alone",
            "$/decide",
            "POST",
            plain,
            DECIDE,
            (415,),
        ),
        Attack("cross-site", "by GET", "ending by a picture's address", "methods", "$/end", answers=(405,)),
        Attack("cross-site", "by PUT", "another method", "methods", "$/decide", "PUT", OWN, DECIDE, (405,)),
        Attack("cross-site", "by TRACE", "mirrored headers", "methods", "$/", "TRACE", OWN, None, (405,)),
        Attack(
            "cross-site",
            "a preflight",
            "leave to ask from elsewhere",
            "no CORS",
            "$/decide",
            "OPTIONS",
            {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"},
            None,
            (200, 403, 405),
        ),
    ]
    return found


def _cookies() -> list[Attack]:
    return [
        Attack(
            "cookies",
            f"a cookie {name}",
            "passing for the page by a cookie of another port",
            "no cookies are read",
            "/decide",
            headers={"Cookie": f"{name}=$"},
        )
        for name in ("session", "prefix", "myFirstCookie")
    ]


def _traversal() -> list[Attack]:
    ways = (
        "../../../etc/passwd",
        "..%2f..%2f..%2fetc%2fpasswd",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%5c..%5cwin.ini",
        "/etc/passwd",
        "%00",
        "journal.sqlite",
        ".grading.lock",
    )
    found = [
        Attack(
            "traversal",
            f"files/{way}",
            "reading another file",
            "only what was written has a name",
            f"$/files/{way}",
            answers=(308, 400, 404),
        )
        for way in ways
    ]
    places = (
        "picture/{}/shot-1/0",
        "picture/doe_jane/{}/0",
        "beside/{}/shot-1/0",
        "student/{}",
        "code/{}",
        "question/{}/shot-1",
        "question/doe_jane/{}",
        "decide/{}/shot-1",
        "check/{}",
        "static/{}",
    )
    found += [
        Attack(
            "traversal",
            f"{place.format('..')} in a parameter",
            "reading another file",
            "names of the class alone",
            f"$/{place.format('..%2f..%2f..%2fetc%2fpasswd')}",
            answers=(308, 400, 404, 409),
            lacks=("root:",),
        )
        for place in places
    ]
    found += [
        Attack(
            "traversal",
            "a picture's number",
            "reading beside the list",
            "a number within it",
            "$/picture/doe_jane/shot-1/99",
            lacks=("PNG",),
        ),
        Attack(
            "traversal",
            "a number below zero",
            "reading from the end",
            "a number within it",
            "$/picture/doe_jane/shot-1/-1",
            lacks=("PNG",),
        ),
        Attack(
            "traversal",
            "opening a folder elsewhere",
            "opening another class",
            "one of the list",
            "$/open",
            "POST",
            OWN,
            '{"name": "../../etc"}',
            (409,),
        ),
    ]
    return found


def _wrong_requests() -> list[Attack]:
    many = json.dumps({"items": [], "status": "passed"})
    blocked = DECIDE.replace("passed", "blocked")
    bodies = {
        "no JSON": "{", "a list": "[]", "a number": "7", "no items": many, "another status": blocked,
        "nobody": DECIDE.replace("doe_jane", "nobody"), "another check": DECIDE.replace("shot-1", "shot-99"),
        "points of another world": DECIDE[:-1] + ', "points": 1e308}', "no number": DECIDE[:-1] + ', "points": NaN}',
        "points below zero": DECIDE[:-1] + ', "points": -5}', "stale": DECIDE,
        "deep": "[" * 5000 + "]" * 5000,
    }  # fmt: skip
    found = [
        Attack(
            "wrong",
            f"a decision: {name}",
            "deciding what was not on the screen, or breaking it",
            "read strictly; what was seen is named",
            "$/decide",
            "POST",
            OWN,
            body,
            (400, 409),
        )
        for name, body in bodies.items()
    ]
    whole = {
        "days of another world": f'"points": 0, "days": 1{400 * "0"}',
        "more days than years have": '"points": 0, "days": 4000',
        "days below zero": '"points": 0, "days": -1',
        "half a day": '"points": 0, "days": 0.5',
        "points for everybody": '"points": 1e308',
        "points taken for ever": '"points": -1e6',
        "infinite": '"points": 1e999',
        "no number at all": '"points": NaN',
        "a list of points": '"points": [1]',
        "true": '"points": true',
    }
    found += [
        Attack(
            "wrong",
            f"points for the whole: {name}",
            "a number that breaks every file of the class",
            "bounds",
            "$/adjust",
            "POST",
            OWN,
            f'{{"who": "doe_jane", "reason": "", {numbers}}}',
            (400, 409),
        )
        for name, numbers in whole.items()
    ]
    choices = (
        ("an app elsewhere", '"app": "../../../etc/passwd"'),
        ("an attempt elsewhere", '"attempt": "../../x"'),
        ("an app of an attempt that is not there", '"app": "x", "attempt": "y"'),
        ("half a letter", '"app": "\\ud800"'),
    )
    found += [
        Attack(
            "traversal",
            f"choosing {name}",
            "running another file",
            "what was handed in alone",
            "$/choose",
            "POST",
            OWN,
            f'{{"who": "doe_jane", {chosen}}}',
            (409,),
        )
        for name, chosen in choices
    ]
    found += [
        Attack("size", "two million bytes", "filling the memory", "a limit", "$/decide", "POST", OWN,
               "x" * 2_000_000, (413, 0)),
        Attack("size", "a line of 100,000 bytes", "filling the memory", "a limit",
               "$/" + "x" * 100_000, answers=(414, 0)),
        Attack("size", "three hundred headers", "filling the memory", "a limit", "$/",
               headers={f"X-{number}": "x" for number in range(300)}, answers=(431, 400, 0)),
        Attack("size", "a header of 100,000 bytes", "filling the memory", "a limit", "$/",
               headers={"X": "x" * 100_000}, answers=(431, 400, 0)),
        Attack("wrong", "undo of nothing", "taking back what was not made here", "numbers of this run",
               "$/undo", "POST", OWN, '{"number": 1}', (409,)),
        Attack("wrong", "a class in the place of this one", "changing the class", "one class a run",
               "$/open", "POST", OWN, '{"name": "x"}', (409,)),
    ]  # fmt: skip
    return found


ATTACKS = [
    *_rebinding(), *_without_the_secret(), *_cross_site(), *_cookies(), *_traversal(), *_wrong_requests(),
]  # fmt: skip
