"""Which templates a page was rendered from, noted inside the jail, beside `inside`.

The page and every traceback are what they would be without it: each piece of text that a template gives out is looked
at on its way, by a function of C's, and passed on.
"""

from __future__ import annotations

import os
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

_LONGEST = 1_000_000
_MOST = 1_000


class Rendering:
    """One run of a template, included and extended ones by themselves."""

    def __init__(self, file: str | None) -> None:
        self.file = file
        self.pieces: list[str] = []
        self.length = 0

    def note(self, piece: str) -> str:
        """Keep a piece of what is rendered."""
        if isinstance(piece, str) and self.length < _LONGEST:
            self.pieces.append(piece)
            self.length += len(piece)
        return piece

    def is_on(self, page: str) -> bool:
        """Whether a page shows what was rendered, which the app may have changed a little before it sent it."""
        made = "".join(self.pieces).strip()
        if made in page:
            return bool(made) or not page.strip()  # an empty file
        lines = {line.strip() for line in made.splitlines()} - {""}
        return 2 * sum(len(line) for line in lines if line in page) > sum(map(len, lines))


class Pieces(map):  # type: ignore[type-arg]
    """What a template gives out; no generator of ours, which would show up in tracebacks."""

    close: Callable[[], None]


class Renderings:
    """What has been rendered for the page at hand; `shown` gives a path relative to the hand-in, None for others."""

    def __init__(self, shown: Callable[[str], str | None]) -> None:
        self.shown = shown
        self.found: list[Rendering] = []

    def begin(self) -> None:
        """Forget the page before."""
        self.found = []

    def on(self, page: str) -> tuple[list[str], bool]:
        """Return the files that a page was made from, and whether it was made from a text without a file, too."""
        made = [rendering for rendering in self.found if rendering.is_on(page)]
        return list(dict.fromkeys(each.file for each in made if each.file)), any(each.file is None for each in made)

    def install(self, module: types.ModuleType) -> None:
        """Have every template that ``jinja2.environment`` makes from now on looked at when it is rendered."""
        template = module.Template
        make = template._from_namespace.__func__  # noqa: SLF001 - all ways to make one lead there

        def make_and_watch(cls: type, *arguments: Any) -> Any:
            made = make(cls, *arguments)
            self.watch(made)
            return made

        template._from_namespace = classmethod(make_and_watch)  # noqa: SLF001

    def watch(self, template: Any) -> None:
        """Look at what a template gives out."""
        render = template.root_render_func
        name = template.filename
        file = self.shown(os.path.abspath(name)) if name and name != "<template>" else None  # noqa: PTH100 - as in inside.py

        def render_and_note(*arguments: Any, **options: Any) -> Iterable[str]:
            pieces: Iterator[str] = render(*arguments, **options)
            if not isinstance(pieces, types.GeneratorType) or len(self.found) >= _MOST:
                return pieces
            rendering = Rendering(file)
            self.found.append(rendering)
            noted = Pieces(rendering.note, pieces)
            noted.close = pieces.close
            return noted

        template.root_render_func = render_and_note
