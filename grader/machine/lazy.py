"""A room whose modules are loaded when a name of theirs is first asked for: a command starts sooner without them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def load_when_asked(room: str, names: Mapping[str, Sequence[str]]) -> Callable[[str], object]:
    """Return a room's ``__getattr__`` (PEP 562); its names are imported for type checkers beside it.

    Parameters
    ----------
    room
        The package's ``__name__``.
    names
        The names that each of its modules gives, by the module's name in the room.
    """
    modules = {name: f"{room}.{module}" for module, given in names.items() for name in given}

    def load(name: str) -> object:
        if name in modules:
            return getattr(import_module(modules[name]), name)
        raise AttributeError(f"module {room!r} has no attribute {name!r}")

    return load
