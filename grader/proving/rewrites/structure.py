"""Another structure: blueprints, factories, classes, helpers, rules added by hand, other ways to run it."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import libcst as cst

from grader.proving.program import Program, View, argument, name_called, statement, text_of, with_argument

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from grader.proving.variant import Change

_ANY = "flask_itself"


def rewrites(program: Program) -> Iterator[Change]:
    """Yield the program in other structures."""
    yield from _routes(program)
    yield from _order(program)
    parts = _Parts(program)
    if parts.fits:
        yield from _elsewhere(program, parts)
    yield from _run(program)


def _routes(program: Program) -> Iterator[Change]:
    for kind, method, methods in (
        ("@app.get", "get", None),
        ("routes without methods", "route", None),
        ("routes for GET and POST", "route", "['GET', 'POST']"),
        ("routes for a tuple of methods", "route", "('GET',)"),
    ):
        pairs = [
            (view.call, with_argument(_method(view, method), "methods", methods))
            for view in program.views
            if name_called(view.call) in {"route", "get"}
        ]
        yield program.changed(kind, *pairs)
    slashed = [
        (view.path, view.path.with_changes(value=repr(f"{path}/")))
        for view in program.views
        if view.path is not None and (path := text_of(view.path) or "/") and not path.endswith(("/", ">"))
    ]
    if slashed:
        yield program.changed("routes with a slash at the end", *slashed)
    named = [(view.call, with_argument(view.call, "endpoint", repr(f"page{n}"))) for n, view in enumerate(program.views)]
    yield program.changed("routes with endpoints", *named)


def _method(view: View, name: str) -> cst.Call:
    call = view.call
    return call.with_changes(func=cst.ensure_type(call.func, cst.Attribute).with_changes(attr=cst.Name(name)))


def _order(program: Program) -> Iterator[Change]:
    body = list(program.module.body)
    places = [number for number, node in enumerate(body) if any(node is view.function for view in program.views)]
    if len(places) > 1:
        turned = list(body)
        for place, other in zip(places, reversed(places), strict=True):
            turned[place] = body[other]
        yield program.changed("views in another order", (program.module, program.module.with_changes(body=turned)))


class _Parts:
    """A file taken apart: what is above the app, the app, the views, and what is below them."""

    def __init__(self, program: Program) -> None:
        body = list(program.module.body)
        code = program.module.code_for_node
        making = [number for number, node in enumerate(body) if _makes_app(program, node)]
        own = [number for number, node in enumerate(body) if any(node is view.function for view in program.views)]
        self.fits = len(making) == 1 and bool(own) and making[0] < own[0] and len(own) == len(program.views)
        if not self.fits:
            return
        between = [node for number, node in enumerate(body) if making[0] < number < own[-1] and number not in own]
        self.above = program.module.with_changes(body=[*body[: making[0]], *between]).code
        self.app = code(body[making[0]]).strip()
        self.name = self.app.partition("=")[0].strip()
        self.views = [code(body[number]).strip() for number in own]
        self.below = "".join(map(code, body[own[-1] + 1 :])).strip()

    def with_imports(self, names: Sequence[str], source: str = "flask") -> str:
        """Return what stands above, with further imports."""
        return f"{self.above.rstrip()}\nfrom {source} import {', '.join(names)}\n"


def _makes_app(program: Program, node: Any) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and any(
        isinstance(call.func, cst.Name) and call.func.value == "Flask" for call in program.all(cst.Call, node)
    )


def _elsewhere(program: Program, parts: _Parts) -> Iterator[Change]:
    views, name = "\n\n\n".join(parts.views), parts.name
    as_blueprint = views.replace(f"@{name}.", "@pages.")
    yield program.as_text(
        "blueprint",
        f"{parts.with_imports(['Blueprint'])}\npages = Blueprint('pages', __name__)\n\n\n{as_blueprint}\n\n\n"
        f"{parts.app}\n{name}.register_blueprint(pages)\n\n{parts.below}\n",
    )
    inside = textwrap.indent(f"{parts.app}\n\n{views}\n\nreturn {name}", "    ")
    yield program.as_text(
        "factory", f"{parts.above}\n\ndef create_app():\n{inside}\n\n\n{name} = create_app()\n\n{parts.below}\n"
    )
    yield program.as_text(
        "own decorator", f"{parts.with_imports(['wraps'], 'functools')}{_LOGGED}\n{parts.app}\n\n\n"
        + "\n\n\n".join(_with_decorator(view) for view in parts.views)
        + f"\n\n\n{parts.below}\n",
    )
    rules, functions, methods, helpers = [], [], [], []
    for view in program.views:
        function = view.function.with_changes(decorators=[], leading_lines=[], lines_after_decorators=[])
        plain = program.module.code_for_node(function).strip()
        path = program.module.code_for_node(view.call.args[0].value) if view.call.args else "'/'"
        own = function.name.value
        functions.append(plain)
        rules.append(f"{name}.add_url_rule({path}, view_func={own})")
        first, _, rest = plain.partition("\n")
        given = first.partition("(")[2]
        takes = "" if given.startswith(")") else ", "
        methods.append(
            f"class {own.capitalize()}View(MethodView):\n    def get(self{takes}{given}\n{textwrap.indent(rest, '    ')}\n\n\n"
            f"{name}.add_url_rule({path}, view_func={own.capitalize()}View.as_view('{own}'))"
        )
        passed = ", ".join(parameter.name.value for parameter in function.params.params)
        header = program.module.code_for_node(view.decorator).strip()
        helper = plain.replace(f"def {own}(", f"def answer_{own}(", 1)
        helpers.append(f"{helper}\n\n\n{header}\ndef {own}({passed}):\n    return answer_{own}({passed})")
    gap = "\n\n\n"
    yield program.as_text(
        "rules added by hand",
        f"{parts.above}\n{parts.app}\n\n\n{gap.join(functions)}\n\n\n{chr(10).join(rules)}\n\n{parts.below}\n",
    )
    yield program.as_text(
        "class views",
        f"{parts.with_imports(['MethodView'], 'flask.views')}\n{parts.app}\n\n\n{gap.join(methods)}\n\n{parts.below}\n",
    )
    yield program.as_text("helpers", f"{parts.above}\n{parts.app}\n\n\n{gap.join(helpers)}\n\n\n{parts.below}\n")
    more = (
        f"@{name}.route('/about')\ndef about():\n    return 'About this app'\n\n\n"
        f"@{name}.errorhandler(404)\ndef not_here(error):\n    return 'There is nothing here.', 404"
    )
    yield program.as_text("more routes", f"{parts.above}\n{parts.app}\n\n\n{views}\n\n\n{more}\n\n\n{parts.below}\n")
    for kind, code in _AFTERWARDS.items():
        hook = f"@{name}.after_request\ndef afterwards(response):\n{code}\n    return response"
        yield program.as_text(kind, f"{parts.above}\n{parts.app}\n\n\n{hook}\n\n\n{views}\n\n\n{parts.below}\n")


_LOGGED = '''

def logged(view):
    @wraps(view)
    def inner(*given, **named):
        print(view.__name__)
        return view(*given, **named)

    return inner

'''


def _with_decorator(view: str) -> str:
    before, _, rest = view.partition("\ndef ")
    return f"{before}\n@logged\ndef {rest}"


_AFTERWARDS = {
    "text around the words": (
        "    if response.mimetype == 'text/html' and not response.direct_passthrough:\n"
        "        response.set_data(response.get_data(as_text=True) + '<p>Thank you for your visit.</p>')"
    ),
    "more headers": "    response.headers['X-Powered-By'] = 'coffee'",
    "one more cookie": "    response.set_cookie('theme', 'dark')",
}


def _run(program: Program) -> Iterator[Change]:
    for call in program.calls("run"):
        if not isinstance(call.func, cst.Attribute):
            continue
        port, receiver = argument(call, "port", 1), program.module.code_for_node(call.func.value)
        for kind, name, value in (
            ("run with debug", "debug", "True"),
            ("run in threads", "threaded", "True"),
            ("run on localhost", "host", "'localhost'"),
            ("run on 127.0.0.1", "host", "'127.0.0.1'"),
            ("run without a host", "host", None),
        ):
            yield program.changed(kind, (call, with_argument(call, name, value)))
        if port is not None:
            number = program.module.code_for_node(port)
            yield program.changed("port as text", (call, with_argument(call, "port", repr(number), 1)))
            yield program.changed("port by int", (call, with_argument(call, "port", f"int('{number}')", 1)))
            yield program.changed("port by its place", (call, cst.parse_expression(f"{receiver}.run('0.0.0.0', {number})")))
            yield program.changed("options in a dict", (call, cst.parse_expression(f"{receiver}.run(**{{'port': {number}}})")))
            line = program.statement_of(call)
            if line is not None:
                constant = cst.FlattenSentinel([statement(f"PORT = {number}\n"), line.deep_replace(call, with_argument(call, "port", "PORT", 1))])
                yield program.changed("port in a constant", (line, constant))
        for guard in program.module.body:
            if isinstance(guard, cst.If) and "__name__" in program.module.code_for_node(guard.test):
                block = cst.ensure_type(guard.body, cst.IndentedBlock)
                yield program.changed("run without a guard", (guard, cst.FlattenSentinel(block.body)))
                main = cst.FunctionDef(cst.Name("main"), cst.Parameters(), block)
                called = cst.IndentedBlock([statement("main()\n")])
                guarded = cst.FlattenSentinel([main, guard.with_changes(body=called)])
                yield program.changed("run in main", (guard, guarded))
