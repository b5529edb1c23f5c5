"""Whether everybody can use a page: axe-core's rules, in both colour schemes, on a phone and on a desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

# In the dark, only colours are others.
SCHEMES = {"light": {}, "dark": {"runOnly": ["color-contrast"]}}
WIDTHS = (390, 1200)

_SHOW_ALL = "document.querySelectorAll('details').forEach(details => details.open = true)"


def violations(page: Page, *, unfold: bool = True) -> list[str]:
    """Return what is wrong with the page as it is now, one line for each kind, scheme and width; nothing is best.

    Parameters
    ----------
    page
        Its colour scheme is put back to light, its width to what it was.
    unfold
        Whether what is folded away is opened before, and stays open: axe-core looks only at what is seen.

    """
    from axe_playwright_python.base import AXE_SCRIPT  # here: where there is no browser, it is not installed

    before = page.viewport_size
    if unfold:
        page.evaluate(_SHOW_ALL)
    found = []
    page.evaluate(AXE_SCRIPT)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        for scheme, options in SCHEMES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            asked = {**options, "resultTypes": ["violations"]}  # of all that is right, and takes most of the time, one
            for violation in page.evaluate("asked => axe.run(asked).then(told => told.violations)", asked):
                where = "; ".join(_where(node) for node in violation["nodes"][:5])
                found.append(f"{scheme}, {width} wide: {violation['id']} ({len(violation['nodes'])} places): {where}")
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    if before:
        page.set_viewport_size(before)
    return found


def _where(node: dict[str, object]) -> str:
    return f"{node['html']} {node.get('failureSummary', '')}".replace("\n", " ")
