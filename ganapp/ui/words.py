"""The words a page carries in its head, so that a change of language needs no request."""

from __future__ import annotations

import json

from ganapp.base import locales
from ganapp.ui.page import Page, all_pages


def sections(page: Page) -> tuple[str, ...]:
    """Locale sections the page's script may use."""
    return ("frame", page.slug, *page.sections)


def carried(page: Page) -> dict[str, dict[str, str]]:
    """Language -> the page's sentences by dotted key, and every page's name."""
    names = {f"{each.slug}.name" for each in all_pages()}
    return {
        language: {key: value for key, value in locales.words(language).items() if key in names or key.partition(".")[0] in sections(page)}
        for language in locales.LANGUAGES
    }


def inline(value: object) -> str:
    """JSON that may stand inside a <script> element: no "<" can end it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
