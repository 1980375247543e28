"""What surrounds every page: header with the navigation, <main>, footer. Words are keys here; the page's script fills them in."""

from __future__ import annotations

from string import Template

import ganapp
from ganapp.base import paths
from ganapp.ui.page import Page, all_pages


def _template(name: str) -> Template:
    return Template((paths.assets() / "shell" / f"{name}.html").read_text(encoding="utf-8"))


def _link(target: Page, here: Page) -> str:
    current = ' aria-current="page"' if target is here else ""
    icon = f'<svg viewBox="0 0 24 24" aria-hidden="true">{target.icon}</svg>' if target.place == "bar" else ""
    return f'<a href="{target.slug}"{current}>{icon}<span data-t="{target.slug}.name"></span></a>'


def frame(page: Page) -> str:
    """The whole markup of a page. Its first paint waits for the words, so it starts hidden."""
    links = {place: "".join(_link(each, page) for each in all_pages() if each.place == place) for place in ("bar", "foot")}
    return _template("frame").substitute(
        bar=links["bar"], foot=links["foot"], slug=page.slug, body=page.markup(), version=ganapp.__version__, home=all_pages()[0].slug
    )
