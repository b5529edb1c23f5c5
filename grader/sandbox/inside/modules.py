"""Which modules an app finds: Python's, the student's, and what it may use of what is installed; nothing else.

What happens to be installed beside the grader must not matter.  Imports that nothing uses, and modules of Python's that
another system has, are stood in for.
"""

# Plain os.path, as in main.py.
# ruff: noqa: PTH118, PTH120

from __future__ import annotations

import functools
import importlib.machinery
import importlib.util
import os
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from .reporter import Facts, Reporter

ON_A_SCREEN = frozenset({"tkinter", "_tkinter", "turtle", "turtledemo", "idlelib"})
"""Of Python's own, what needs a screen: no grader has one, even where the module is there."""
NO_PACKAGES = frozenset({"__main__", "sitecustomize", "usercustomize"})


class Modules:
    """Takes the place of Python's own search along ``sys.path``.

    Parameters
    ----------
    facts
        The top-level modules that may be found among what is installed (``modules``), those that the student's files
        import and do not use (``unused``), and those that they import in a ``try``.
    root
        The student's folder.
    """

    def __init__(self, facts: Facts, root: str, report: Reporter) -> None:
        self.allowed, self.unused, self.tried = facts["modules"], facts["unused"], facts["tried"]
        self.root, self.report = root, report
        self.installed = installed_folders()
        self.stood_in: set[str] = set()

    def install(self) -> None:
        """Forget what is loaded of what may not be found, and be asked from now on."""
        kept_tops = {*self.allowed, *NO_PACKAGES, __package__}
        for name in loaded_from(self.installed):
            if name.partition(".")[0] not in kept_tops:
                sys.modules.pop(name, None)
        kept = (importlib.machinery.BuiltinImporter, importlib.machinery.FrozenImporter)
        sys.meta_path[:] = [*(each for each in sys.meta_path if each in kept), self]

    find_distributions = staticmethod(importlib.machinery.PathFinder.find_distributions)
    invalidate_caches = staticmethod(importlib.machinery.PathFinder.invalidate_caches)

    def find_spec(
        self, name: str, path: Any = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Part of Python's import protocol."""
        top = name.partition(".")[0]
        if top in self.stood_in:
            return self.stand_in(name)
        find = importlib.machinery.PathFinder.find_spec
        if top != name or name in self.allowed:
            return find(name, path, target)
        spec = find(name, [each for each in sys.path if each not in self.installed], target)
        if name in ON_A_SCREEN and spec is not None and not (spec.origin or "").startswith(self.root + os.sep):
            spec = None
        if spec is None and self.may_be_stood_in(name) and self.student_imports():
            self.stood_in.add(name)
            self.report("stood-in", module=name, unused=name in self.unused)
            return self.stand_in(name)
        return spec

    def may_be_stood_in(self, name: str) -> bool:
        """Whether nothing uses it, or another system has it and the student has not said what to do without."""
        return name in self.unused or (name in sys.stdlib_module_names and name not in self.tried)

    def student_imports(self) -> bool:
        """Whether the import that is under way is one of the student's: Python's own ones know what to do without."""
        frame = sys._getframe(2)  # noqa: SLF001
        while frame.f_back is not None and "importlib" in frame.f_code.co_filename:
            frame = frame.f_back
        return frame.f_code.co_filename.startswith(self.root + os.sep)

    def stand_in(self, name: str) -> importlib.machinery.ModuleSpec | None:
        """Return a module in which every name can be imported and none can be used."""
        return importlib.util.spec_from_loader(name, self, is_package=True)  # type: ignore[arg-type]

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> StandIn:
        """Part of Python's import protocol."""
        return StandIn(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        """Part of Python's import protocol."""


class StandIn(types.ModuleType):
    """A module that is not there; its names can be imported."""

    def __getattr__(self, name: str) -> StandInName:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandInName(self.__name__)


class StandInName:
    """Something of a module that is not there: whoever uses it hears of that, at the line that does."""

    def __init__(self, module: str) -> None:
        vars(self)["_module"] = module

    def __getattr__(self, name: str) -> StandInName:
        if name.startswith("__"):
            raise AttributeError(name)
        return self


def _use(self: StandInName, *_arguments: object, **_options: object) -> NoReturn:
    module = vars(self)["_module"]
    raise ModuleNotFoundError(f"No module named {module!r}", name=module)


_USES = (
    *("call", "setattr", "delattr", "getitem", "setitem", "delitem", "iter", "next", "len", "contains", "enter"),
    *("exit", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "floordiv", "mod", "and", "rand", "or", "ror"),
    *("lt", "le", "gt", "ge", "int", "float", "index", "bool", "str", "format", "mro_entries", "await", "neg"),
)
for _name in _USES:
    setattr(StandInName, f"__{_name}__", _use)


@functools.cache
def loaded_from(folders: tuple[str, ...]) -> list[str]:
    """Return which modules are loaded from these folders.

    Kept, so that a copy of a fork server need not touch each of hundreds of modules: what is touched is copied.
    """
    files = [(name, getattr(module, "__file__", None) or "") for name, module in list(sys.modules.items())]
    starts = tuple(folder + os.sep for folder in folders)
    return [name for name, file in files if file.startswith(starts)]


@functools.cache
def installed_folders() -> tuple[str, ...]:
    """Return where modules are found besides Python's own: packages, and whatever an installation has added."""
    library = os.path.dirname(os.path.realpath(os.__file__))
    pythons_own = {library, os.path.join(library, "lib-dynload")}
    if sys.platform == "win32":
        pythons_own |= {os.path.realpath(sys.base_prefix), os.path.realpath(os.path.join(sys.base_prefix, "DLLs"))}
    others = (each for each in sys.path if os.path.realpath(each) not in pythons_own)
    return tuple(each for each in others if not each.endswith(".zip"))
