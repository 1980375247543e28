"""The words a page carries in its head, so that a change of language needs no request."""

from __future__ import annotations

import json

from ganapp.base import locales
from ganapp.ui.page import Page, all_pages


def sections(page: Page) -> tuple[str, ...]:
    """Locale sections the page's script may use."""
    return ("frame", page.slug, *page.sections)


def carried(page: Page) -> dict[str, dict[str, str]]:
    """Language -> the page's sentences by dotted key, and, before them and in the order of the pages, every page's name and what else the
    page lists of all pages."""
    of_all = [f"{each.slug}.{key}" for key in ("name", *page.of_all) for each in all_pages()]
    carried = {}
    for language in locales.LANGUAGES:
        every = locales.words(language)
        own = {key: value for key, value in every.items() if key.partition(".")[0] in sections(page)}
        carried[language] = {key: every[key] for key in of_all if key in every} | own
    return carried


def inline(value: object) -> str:
    """JSON that may stand inside a <script> element: no "<" can end it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
