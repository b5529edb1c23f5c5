"""The Flask apps that there are: which one is meant, and what it says of its routes."""

# Plain os.path instead of pathlib, imports where they are used: as in main.py.
# ruff: noqa: PTH118

from __future__ import annotations

import os
import sys
import types

from .reporter import LONGEST_NAME, MOST_NAMES, MOST_ROUTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from .reporter import Facts
    from .students_folder import Folder


def flask_class() -> Any:
    """Return the class that Flask apps have, or an empty choice where the app never imported Flask."""
    return getattr(sys.modules.get("flask"), "Flask", ())


def flask_app_of(application: Any) -> Any:
    """Return the Flask app that a WSGI application is or wraps."""
    for _ in range(MOST_NAMES):
        if isinstance(application, flask_class()):
            return application
        inner = getattr(application, "__self__", None)  # app.wsgi_app
        wrapped = (getattr(application, name, None) for name in ("app", "wsgi_app", "application"))
        application = next((thing for thing in (inner, *wrapped) if thing not in (None, application)), None)
    return best_app(every_flask_app())


def every_flask_app() -> list[Any]:
    """Return all Flask apps that exist in this process."""
    import gc

    return [thing for thing in gc.get_objects() if isinstance(thing, flask_class())]


def best_app(apps: list[Any]) -> Any:
    """Choose the app with the most routes."""
    return max(apps, key=lambda app: len(list(app.url_map.iter_rules())), default=None)


def describe_app(app: Any, folder: Folder) -> Facts:
    """Return an app's routes and template folders as plain data."""
    if app is None:
        return {"routes": [], "template_folders": []}
    rules = [rule for rule in app.url_map.iter_rules() if not f".{rule.endpoint}".endswith(".static")]
    folders = []
    for scaffold in (app, *app.blueprints.values()):
        if scaffold.template_folder is not None and scaffold.root_path:
            path = os.path.join(scaffold.root_path, scaffold.template_folder)
            folders.append(folder.shown_as_written(os.path.join(path, "x")))
    return {
        "routes": [describe_route(rule, app, folder) for rule in rules[:MOST_ROUTES]],
        "template_folders": [path.rpartition("/")[0] for path in folders[:MOST_NAMES] if path],
    }


def describe_route(rule: Any, app: Any, folder: Folder) -> Facts:
    """Return a route as plain data; arguments with a default value are not part of the address."""
    converters = {name: type(converter).__name__ for name, converter in rule._converters.items()}  # noqa: SLF001
    arguments = [(name, kind) for name, kind in converters.items() if name not in (rule.defaults or {})]
    return {
        "rule": rule.rule[:LONGEST_NAME],
        "methods": sorted(rule.methods or ())[:MOST_NAMES],
        "arguments": dict(arguments[:MOST_NAMES]),
        **folder.location(app.view_functions.get(rule.endpoint)),
    }


def app_in(namespace: Facts) -> Any:
    """Find the app of a file that never runs one, as ``flask run`` would: by type, then from a factory."""
    apps = {id(thing): thing for thing in namespace.values() if isinstance(thing, flask_class())}
    for name in ("app", "application"):
        if id(namespace.get(name)) in apps:
            return namespace[name]
    app = best_app(list(apps.values())) or best_app(every_flask_app())
    return app if app is not None else app_from_factory(namespace)


def app_from_factory(namespace: Facts) -> Any:
    """Call the function that makes the app."""
    functions = [thing for thing in namespace.values() if isinstance(thing, types.FunctionType)]
    named = ("create_app", "make_app", "build_app", "get_app", "app_factory")
    likely = [namespace[name] for name in named if namespace.get(name) in functions]
    likely += [thing for thing in functions if thing.__module__ == "__main__" and "Flask" in thing.__code__.co_names]
    for function in dict.fromkeys(likely):
        defaults, keyword_defaults = function.__defaults__ or (), function.__kwdefaults__ or {}
        code = function.__code__
        if code.co_argcount == len(defaults) and code.co_kwonlyargcount == len(keyword_defaults):
            made = function()
            if isinstance(made, flask_class()):
                return made
    return None
