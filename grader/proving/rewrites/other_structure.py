"""Another structure: blueprints, factories, classes, helpers, rules added by hand, other ways to run it."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, View, argument, name_called, statement, text_of, with_argument
from grader.proving.program import block as one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.proving.variant import Edit


def rewrites(program: Program) -> Iterator[Edit]:
    """Yield the program in other structures."""
    yield from _routes(program)
    yield from _order(program)
    parts = _Parts.of(program)
    if parts is not None:
        yield from _elsewhere(program, parts)
    yield from _run(program)


def _routes(program: Program) -> Iterator[Edit]:
    for kind, method, methods in (
        ("@app.get", "get", None),
        ("routes without methods", "route", None),
        ("routes for GET and POST", "route", "['GET', 'POST']"),
        ("routes for a tuple of methods", "route", "('GET',)"),
    ):
        pairs = [
            (view.call, with_argument(view.called(method), "methods", methods))
            for view in program.views
            if name_called(view.call) in {"route", "get"}
        ]
        yield program.changed(kind, *pairs)
    slashed = [
        (view.path, repr(f"{path}/"))
        for view in program.views
        if view.path is not None and (path := text_of(view.path) or "/") and not path.endswith(("/", ">"))
    ]
    yield program.changed("routes with a slash at the end", *slashed)
    named = [
        (view.call, with_argument(view.call, "endpoint", repr(f"page{n}"))) for n, view in enumerate(program.views)
    ]
    yield program.changed("routes with endpoints", *named)


def _order(program: Program) -> Iterator[Edit]:
    body = list(program.module.body)
    places = _places_of_views(program)
    turned = list(body)
    for place, other in zip(places, reversed(places), strict=True):
        turned[place] = body[other]
    yield program.body("views in another order", program.module, *turned)


def _places_of_views(program: Program) -> list[int]:
    body = program.module.body
    return [number for number, node in enumerate(body) if any(node is view.function for view in program.views)]


@dataclass(frozen=True)
class _Parts:
    """A file taken apart: what is above the app, the app, the views, and what is below them."""

    above: str
    app: str
    views: list[str]
    below: str

    @classmethod
    def of(cls, program: Program) -> _Parts | None:
        """Take a file apart; None where it has another form."""
        body, code = list(program.module.body), program.code
        making = [number for number, node in enumerate(body) if _makes_app(program, node)]
        own = _places_of_views(program)
        if len(making) != 1 or not own or making[0] > own[0] or len(own) < len(program.views):
            return None
        between = [node for number, node in enumerate(body) if making[0] < number < own[-1] and number not in own]
        above = program.module.with_changes(body=[*body[: making[0]], *between]).code
        views = [code(body[number]).strip() for number in own]
        return cls(above, code(body[making[0]]).strip(), views, "".join(map(code, body[own[-1] + 1 :])).strip())

    def put_together(self, *views: str, more: str = "") -> str:
        """Return a file with these in place of the views.

        `more` is to stand above the app.
        """
        return _GAP.join([f"{self.above.rstrip()}\n{more}", self.app, *views, self.below]) + "\n"


_GAP = "\n\n\n"


def _makes_app(program: Program, node: Any) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and any(
        isinstance(call.func, cst.Name) and call.func.value == "Flask" for call in program.all(cst.Call, node)
    )


def _elsewhere(program: Program, parts: _Parts) -> Iterator[Edit]:
    """Yield the views as another structure has them."""
    views, app = _GAP.join(parts.views), parts.app.partition("=")[0].strip()
    blueprint = [
        f"{parts.above.rstrip()}\nfrom flask import Blueprint\n\npages = Blueprint('pages', __name__)",
        views.replace(f"@{app}.", "@pages."),
        f"{parts.app}\n{app}.register_blueprint(pages)",
        parts.below,
    ]
    yield program.as_text("blueprint", f"{_GAP.join(blueprint)}\n")
    inside = textwrap.indent(f"{parts.app}\n\n{views}\n\nreturn {app}", "    ")
    factory = [parts.above, f"def create_app():\n{inside}", f"{app} = create_app()\n\n{parts.below}\n"]
    yield program.as_text("factory", _GAP.join(factory))
    logged = [view.replace("\ndef ", "\n@logged\ndef ", 1) for view in parts.views]
    yield program.as_text("own decorator", parts.put_together(*logged, more=_LOGGED))
    single = [_SingleView(program, view) for view in program.views]
    rules = "\n".join(f"{app}.add_url_rule({view.path}, view_func={view.name})" for view in single)
    yield program.as_text("rules added by hand", parts.put_together(*(view.plain for view in single), rules))
    classes = [view.as_class(app) for view in single]
    yield program.as_text("class views", parts.put_together(*classes, more="from flask.views import MethodView\n"))
    yield program.as_text("helpers", parts.put_together(*(view.with_helper() for view in single)))
    yield program.as_text("more routes", parts.put_together(views, _MORE.format(app=app)))
    for kind, code in _AFTERWARDS.items():
        hook = f"@{app}.after_request\ndef afterwards(response):\n{code}\n    return response"
        yield program.as_text(kind, parts.put_together(hook, views))


_LOGGED = """from functools import wraps


def logged(view):
    @wraps(view)
    def inner(*given, **named):
        print(view.__name__)
        return view(*given, **named)

    return inner
"""
_MORE = """@{app}.route('/about')
def about():
    return 'About this app'


@{app}.errorhandler(404)
def not_here(error):
    return 'There is nothing here.', 404"""
_AFTERWARDS = {
    "text around the words": (
        "    if response.mimetype == 'text/html' and not response.direct_passthrough:\n"
        "        response.set_data(response.get_data(as_text=True) + '<p>Thank you for your visit.</p>')"
    ),
    "more headers": "    response.headers['X-Powered-By'] = 'coffee'",
    "one more cookie": "    response.set_cookie('theme', 'dark')",
}


class _SingleView:
    """One view without its decorator, to be written in other ways."""

    def __init__(self, program: Program, view: View) -> None:
        code = program.code
        function = view.function.with_changes(decorators=[], leading_lines=[], lines_after_decorators=[])
        self.name = function.name.value
        self.path = code(view.call.args[0].value) if view.call.args else "'/'"
        self.plain = code(function).strip()
        self._decorator = code(view.decorator).strip()
        self._given = ", ".join(parameter.name.value for parameter in function.params.params)

    def as_class(self, app: str) -> str:
        """Return a class with the view as its ``get``, and the rule for it."""
        first, _, rest = self.plain.partition("\n")
        given = first.partition("(")[2]
        header = f"    def get(self{'' if given.startswith(')') else ', '}{given}"
        own = f"{self.name.capitalize()}View"
        rule = f"{app}.add_url_rule({self.path}, view_func={own}.as_view('{self.name}'))"
        return f"class {own}(MethodView):\n{header}\n{textwrap.indent(rest, '    ')}{_GAP}{rule}"

    def with_helper(self) -> str:
        """Return a view that leaves everything to another function."""
        helper = self.plain.replace(f"def {self.name}(", f"def answer_{self.name}(", 1)
        body = f"    return answer_{self.name}({self._given})"
        return f"{helper}{_GAP}{self._decorator}\ndef {self.name}({self._given}):\n{body}"


def _run(program: Program) -> Iterator[Edit]:
    for call, run in program.runs:
        for kind, name, value in (
            ("run with debug", "debug", "True"),
            ("run in threads", "threaded", "True"),
            ("run on localhost", "host", "'localhost'"),
            ("run on 127.0.0.1", "host", "'127.0.0.1'"),
            ("run without a host", "host", None),
        ):
            yield program.given(kind, call, name, value)
        if (port := argument(call, "port", 1)) is not None:
            yield from _port(program, call, f"{program.code(run.value)}.run", program.code(port))
        for guard in program.guards:
            block = cst.ensure_type(guard.body, cst.IndentedBlock)
            yield program.changed("run without a guard", (guard, [*block.body]))
            main = cst.FunctionDef(cst.Name("main"), cst.Parameters(), block)
            yield program.changed("run in main", (guard, [main, guard.with_changes(body=one_line("main()"))]))


def _port(program: Program, call: cst.Call, run: str, number: str) -> Iterator[Edit]:
    yield program.given("port as text", call, "port", repr(number), 1)
    yield program.given("port by int", call, "port", f"int('{number}')", 1)
    yield program.changed("port by its place", (call, f"{run}('0.0.0.0', {number})"))
    yield program.changed("options in a dict", (call, f"{run}(**{{'port': {number}}})"))
    if (line := program.statement_of(call)) is not None:
        by_name = line.deep_replace(call, with_argument(call, "port", "PORT", 1))
        yield program.changed("port in a constant", (line, [statement(f"PORT = {number}"), by_name]))
