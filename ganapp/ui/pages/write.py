"""Write: verse by networks that have read thousands of poems, with critics; a paragraph; pictures in words; dialogue from a corpus."""

from __future__ import annotations

from typing import Any

from ganapp.base import locales
from ganapp.models import catalog
from ganapp.ui.page import Page


def writers() -> list[dict[str, Any]]:
    """The writers that are here: id, and title by language; the shipped ones first."""
    lists = {language: catalog.listing(language) for language in locales.LANGUAGES}
    first, *_ = lists.values()
    found = [
        ({"id": entry.id, "title": {language: entries[i].title for language, entries in lists.items()}}, entry.source != "shipped")
        for i, entry in enumerate(first)
        if entry.task == "write" and entry.ready
    ]
    return [writer for writer, _ in sorted(found, key=lambda pair: (pair[1], pair[0]["id"]))]


PAGE = Page(
    slug="write",
    order=4,
    tasks=(
        *("verse_train", "write", "nearest_lines", "stanza", "nearest_verses", "article"),
        *("reply", "scene", "caption", "illustrate"),
    ),
    sections=("dialogue", "scenes", "painted", "stanzas", "article", "onward"),
    sheets=("css/onward.css", "css/painted.css"),
    icon='<path d="M4 20l1-5L16 4l4 4L9 19zM13 7l4 4" />',
    data=writers,
)
