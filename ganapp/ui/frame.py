"""What surrounds every page: header with the navigation, <main>, footer. Words are keys here; the page's script fills them in."""

from __future__ import annotations

from string import Template

import ganapp
from ganapp.base import paths
from ganapp.ui.page import GROUPS, Page, all_pages


def _template(name: str) -> Template:
    return Template((paths.assets() / "shell" / f"{name}.html").read_text(encoding="utf-8"))


def _link(target: Page, here: Page) -> str:
    current = ' aria-current="page"' if target is here else ""
    return f'<a href="{target.slug}"{current}><span data-t="{target.slug}.name"></span></a>'


def _group(pages: list[Page], here: Page) -> str:
    """A group's pages side by side, and the tab that stands for them on a small screen and leads to the first."""
    first = pages[0]
    current = ' aria-current="true"' if here in pages else ""
    name = f"{first.slug}.name" if len(pages) == 1 else f"frame.group.{first.group}"
    icon = f'<svg viewBox="0 0 24 24" aria-hidden="true">{first.icon}</svg>'
    tab = f'<a class="tab" href="{first.slug}"{current}>{icon}<span data-t="{name}"></span></a>'
    return f'<div class="kin">{tab}{"".join(_link(each, here) for each in pages)}</div>'


def frame(page: Page) -> str:
    """The whole markup of a page. Its first paint waits for the words, so it starts hidden."""
    bar = [[each for each in all_pages() if (each.place, each.group) == ("bar", group)] for group in GROUPS]
    kin = next((group for group in bar if page in group and len(group) > 1), [])
    return _template("frame").substitute(
        bar="".join(_group(group, page) for group in bar if group),
        kin="".join(_link(each, page) for each in kin),
        kinless="" if kin else " hidden",
        head="".join(_link(each, page) for each in all_pages() if each.place == "head"),
        foot="".join(_link(each, page) for each in all_pages() if each.place == "foot"),
        at_home=' aria-current="page"' if page.place == "front" else "",
        slug=page.slug,
        body=page.markup(),
        version=ganapp.__version__,
    )
