"""Where an app looks for a server it finds ours."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys

from . import no_internet
from .app_server import LaterServer
from .children import change_subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    import types
    from collections.abc import Callable, Collection
    from typing import Any

    from .app_server import AppServer
    from .reporter import Facts


class Importer:
    """Puts our server where apps look for one: into Werkzeug and Python's own, and for other packages in their place.

    It waits until the app imports them, so that a file of the student's that hides one of their modules fails where
    it does in real life: at the student's own import.
    """

    def __init__(self, server: AppServer, allowed: Collection[str]) -> None:
        """Give the server, and the modules that may be found among what is installed."""
        self.changes: dict[str, Callable[[types.ModuleType], None]] = {
            "werkzeug.serving": naming(run_simple=server.run_simple, make_server=server.make_server),
            # These have names of their own for it, which they took where they were loaded before.
            "werkzeug": naming(run_simple=server.run_simple),
            "flask.cli": naming(run_simple=server.run_simple),
            "wsgiref.simple_server": naming(make_server=server.make_server),
            "jinja2.environment": server.renderings.install,
            "threading": server.lifetime.watch,
            "_thread": server.lifetime.watch_low,
            "subprocess": change_subprocess,
            "socket": no_internet.answer,
        }
        others = other_servers(server)
        self.replaced = {name: others[name] for name in others if name.partition(".")[0] in allowed}

    def install(self) -> None:
        """Change what is loaded already, and be asked first about everything else."""
        for name, change in self.changes.items():
            if name in sys.modules:
                change(sys.modules[name])
        sys.meta_path.insert(0, self)

    def find_spec(
        self, name: str, path: Any = None, _target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Part of Python's import protocol."""
        if name in self.replaced:
            return importlib.util.spec_from_loader(name, self, is_package=name == "gevent")  # type: ignore[arg-type]
        if name not in self.changes:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            execute = spec.loader.exec_module

            def execute_and_change(module: types.ModuleType) -> None:
                execute(module)
                self.changes[name](module)

            spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
        return spec

    def create_module(self, _spec: importlib.machinery.ModuleSpec) -> None:
        """Part of Python's import protocol."""

    def exec_module(self, module: types.ModuleType) -> None:
        """Part of Python's import protocol."""
        vars(module).update(self.replaced[module.__name__])


def naming(**names: Any) -> Callable[[types.ModuleType], None]:
    """Return what gives a module other things under these names."""
    return lambda module: vars(module).update(names)


def other_servers(server: AppServer) -> dict[str, Facts]:
    """Return what apps use of the servers in other packages, which a course may permit: ours, under their names."""

    def waitress_serve(app: Any, _host: Any = None, port: Any = 8080, listen: Any = None, **_options: Any) -> None:
        server.serve(app, str(listen).split()[0].rpartition(":")[2] if listen else port)

    def bjoern_run(app: Any, _host: Any = None, port: Any = 80, **_options: Any) -> None:
        server.serve(app, port)

    class PyWSGIServer(LaterServer):
        def __init__(self, listener: Any, application: Any = None, **_options: Any) -> None:
            port = listener[1] if isinstance(listener, tuple) else listener
            super().__init__(server, application, port.rpartition(":")[2] if isinstance(port, str) else port)

    return {
        "waitress": {"serve": waitress_serve},
        "bjoern": {"run": bjoern_run},
        "gevent": {},
        "gevent.pywsgi": {"WSGIServer": PyWSGIServer},
        "gevent.monkey": {"patch_all": lambda *_arguments, **_options: None},
    }
