"""The screenshots that a handout asks for, and what each of them must show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AnyOf:
    """Words of which one is enough."""

    words: tuple[str, ...]

    def __str__(self) -> str:
        return " or ".join(f'"{word}"' for word in self.words)


def any_of(*words: str) -> AnyOf:
    """Ask for one of several words."""
    return AnyOf(words)


Words = str | AnyOf


@dataclass(frozen=True)
class ShownPage:
    """A browser's window: the address of a page of the app, and words that the page displays; see `page`."""

    path: str | None
    words: tuple[Words, ...]
    port: int | None = None

    def __str__(self) -> str:
        host = f"localhost:{self.port}" if self.port else ""
        where = f" at {host}{self.path or ''}" if self.path is not None or host else ""
        return f"a browser{where} displaying {_listed(self.words)}"


@dataclass(frozen=True)
class ShownCode:
    """An editor with Python code; see `code`."""

    words: tuple[Words, ...]
    view: str | None = None
    also: tuple[Words, ...] = ()
    html: bool | None = None
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f" of the view {self.view}" if self.view else ""
        inside = {True: " in HTML", False: " without HTML", None: ""}[self.html]
        lacking = f", without {_listed(self.without)}" if self.without else ""
        return f"code{where} with {_listed((*self.words, *self.also))}{inside}{lacking}"


@dataclass(frozen=True)
class ShownCookies:
    """The browser's own list of cookies; see `cookies`."""

    name: str
    gone: bool = False

    def __str__(self) -> str:
        return f"the browser's list of cookies {'without' if self.gone else 'with'} {self.name}"


Shows = ShownPage | ShownCode | ShownCookies


def page(path: str | None, *words: Words, port: int | None = None) -> ShownPage:
    """Ask for a browser's window.

    Parameters
    ----------
    path
        The path in its address; None where any will do.
    words
        What the page displays: all of them.
    port
        The port in its address; None where any will do.
    """
    return ShownPage(path, words, port)


def code(
    *words: Words,
    view: str | None = None,
    also: tuple[Words, ...] = (),
    html: bool | None = None,
    without: tuple[str, ...] = (),
) -> ShownCode:
    """Ask for an editor with Python code.

    Parameters
    ----------
    words
        All of them have to be there, in `view` if that is given.
    view
        The path of a view, for example ``/addCookie``.
    also
        Words that may stand inside or outside of the view.
    html
        Whether the words stand inside HTML markup; None where they may or may not.
    without
        Words that must not be there.
    """
    return ShownCode(words, view, also, html, without)


def cookies(name: str, *, gone: bool = False) -> ShownCookies:
    """Ask for the browser's own list of cookies, with this one, or without where it has to be gone."""
    return ShownCookies(name, gone)


@dataclass(frozen=True)
class Item:
    """One screenshot that the handout asks for.

    Parameters
    ----------
    id
        For example ``shot-1-code``.
    number
        The number it is labelled with in the document.
    sentence
        What the handout says it shows.
    side
        ``code`` or ``browser``: which of the two pictures under one number it is; None where there is one.
    shows
        The same as `sentence` in a form that can be looked for; None where only a person can tell.
    beside
        Which of the grader's own pictures shows the same, as in ``add-browser-1``.
    """

    id: str
    number: int
    sentence: str = ""
    side: str | None = None
    shows: Shows | None = None
    beside: str | None = None

    @property
    def name(self) -> str:
        """What a message calls it."""
        return f"item {self.number} ({self.side})" if self.side else f"item {self.number}"


def _listed(words: tuple[Words, ...]) -> str:
    return " and ".join(str(each) if isinstance(each, AnyOf) else f'"{each}"' for each in words)
