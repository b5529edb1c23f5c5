"""Pages that the app does not have: where the view is that was meant, and why it is no page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from grader.activities.page_sources import Meant, code_of, line_as
from grader.model.text import foreign_letter
from grader.rubric import Failed

if TYPE_CHECKING:
    from grader.model.places import Route
    from grader.site import Reply, Site

REGISTER_BLUEPRINT = "A blueprint is put on the app with app.register_blueprint(...); that line is missing."


def no_route(site: Site, reply: Reply, meant: Meant | None = None) -> Failed:
    """Say that there is no page of a path, and which view was probably meant for it."""
    path = reply.path
    similar = site.similar_route(path)
    if similar is not None and similar.rule != path and similar.rule.endswith(path):
        return _other_rule(path, similar, f"Take {similar.rule.removesuffix(path)} out of the route or the url_prefix.")
    longer = next((route for route in site.routes if route.rule.startswith(f"{path.rstrip('/')}/<")), None)
    if longer is not None:
        return _other_rule(path, longer, _route_as(site, path, longer), ", which wants more behind it")
    unknown = next(site.source.routes_written(path), None)
    if unknown is not None:
        return _unknown_to_the_app(site, unknown)
    forgotten = _without_route(site, path)
    if forgotten is not None:
        return forgotten
    return _by_another_name(site, path, similar, meant) or _no_such_page(site, path)


def _by_another_name(site: Site, path: str, similar: Route | None, meant: Meant | None) -> Failed | None:
    """Name the page that does what a path is for, else the one that is spelt nearly like it, if there is one."""
    other = _page_that_does_it(site, path, meant)
    if other is not None and other.route is not None and other.route is not similar:
        return _other_rule(path, other.route, _route_as(site, path, other.route), ", which does this")
    is_spelt_otherwise = similar is not None and _letters(similar.rule) != _letters(path)
    if similar is None or (other is None and meant is not None and is_spelt_otherwise):
        return None  # a page of another purpose may have a name that is like it
    space = " with a space in it" if similar.rule.strip() == path else ""
    return _other_rule(path, similar, _route_as(site, path, similar), space)


def _no_such_page(site: Site, path: str) -> Failed:
    return Failed(
        f"There is no page {path}; your app has these routes: {_rules(site)}.",
        expected=path,
        observed=_rules(site),
        hint=f"Add a view with @app.route('{path}').",
        file=site.app_file,
    )


def _without_route(site: Site, path: str) -> Failed | None:
    """Say which function seems to be meant, and lacks a route or its route's parentheses."""
    no_path = site.source.with_bare_route()
    if no_path is not None:
        return without_path(no_path, path)
    bare = site.source.without_route(path) if path != "/" else None
    if bare is None:
        return None
    return Failed(
        f"There is no page {path}: the function {bare.function} ({bare.place_name}) has no route.",
        expected=path,
        observed=_rules(site),
        hint=f"Write @app.route('{path}') in the line above it.",
        **bare.place,
    )


def blueprint_is_forgotten(site: Site) -> bool:
    """Whether a blueprint is made and never put on the app."""
    return any(site.source.calls("Blueprint")) and not any(site.source.calls("register_blueprint"))


def without_path(route: Route, path: str) -> Failed:
    """Say that a decorator lacks its parentheses."""
    return Failed(
        f"There is no page {path}: {route.place_name} does not say which page {route.function} is for.",
        expected=f"@app.route('{path}')",
        observed="@app.route",
        hint=f"The parentheses are missing: @app.route('{path}').",
        **route.place,
    )


def _page_that_does_it(site: Site, path: str, meant: Meant | None) -> Reply | None:
    """Return the page that does what a path is for, whatever it is called."""
    if meant is None:
        return None
    return next((reply for reply in site.visit_all() if reply.route and meant.does_it(site, reply, path)), None)


def _route_as(site: Site, path: str, route: Route) -> str:
    """Return the hint that names the route's line as it should be, else the path alone."""
    rightly = line_as(site, route.place, rf"^(@.*?)(['\"]){re.escape(route.rule)}\2", rf"\1'{path}'")
    return rightly or f"Write the route as '{path}', letter by letter."


def _letters(path: str) -> str:
    return re.sub(r"[^a-z]", "", path.lower())


def _other_rule(path: str, route: Route, hint: str, what: str = "") -> Failed:
    problem = f"There is no page {path}; your app has {route.rule}{what or ' instead'}."
    hint = " ".join(filter(None, (foreign_letter(route.rule, path), hint)))
    return Failed(problem, expected=path, observed=route.rule, hint=hint, **route.place)


def _rules(site: Site) -> str:
    return ", ".join(dict.fromkeys(route.rule for route in site.routes)) or "none"


def _is_indented(site: Site, route: Route) -> bool:
    return bool(route.line) and code_of(site, route.file)[(route.line or 1) - 1][:1].isspace()


def _unknown_to_the_app(site: Site, written: Route) -> Failed:
    """Say why a view that stands in the code is no page of the app that runs."""
    run = site.serving.run
    place = written.place_name
    if run is not None and run.line is not None and written.file == run.file and (written.line or 0) > run.line:
        return Failed(
            f"{written.rule} is not there: its route, {place}, stands below the line that runs the app "
            f"(line {run.line}), and that line is never left.",
            expected=written.rule,
            observed=f"app.run at line {run.line}, the route at line {written.line}",
            hint="Move app.run(...) to the very end of the file.",
            **written.place,
        )
    hint = (
        f"A file that imports {site.app_file} gets a second copy of the app. Put the app into a file of its own, and "
        "import it from there."
    )
    if blueprint_is_forgotten(site):
        hint = REGISTER_BLUEPRINT
    elif _is_indented(site, written):
        hint = "It is indented, so it belongs to the function above it: move it to the left edge."
    elif written.file == site.app_file:
        hint = "Is `app = Flask(__name__)` written twice? Then only the routes below the last one are on the app."
    return Failed(
        f"{written.rule} is not there: {place} has a view for it, but the app that is run does not know that view.",
        expected=written.rule,
        observed=f"a view in {place} that belongs to another app, or to none",
        hint=hint,
        **written.place,
    )
