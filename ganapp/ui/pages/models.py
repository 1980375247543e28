"""Models and limits: every model that is here, how well it measured, and what it cannot do."""

from __future__ import annotations

from typing import Any

from ganapp import catalog, locales
from ganapp.errors import UserError
from ganapp.ui.page import Page


def _measured(entry: catalog.Entry) -> list[dict[str, Any]]:
    """The rows of the model's evaluation.json; none for a model that was not measured or cannot be opened."""
    if not entry.ready or not entry.task:
        return []
    try:
        table = catalog.load(entry.id, entry.task).table("evaluation.json") or {}
    except UserError:
        return []
    kept = ("name", "value", "real", "interval", "bar", "better", "samples")
    return [{key: row.get(key) for key in kept} for row in table.get("rows", [])]


def listed() -> list[dict[str, Any]]:
    """Every model of the catalogue: its facts, title and state in each language, and its measures."""
    lists = {language: catalog.listing(language) for language in locales.LANGUAGES}
    first, *_ = lists.values()
    return [
        {
            "id": entry.id,
            "task": entry.task,
            "bytes": entry.bytes,
            "source": entry.source,
            "licence": entry.licence,
            "ready": entry.ready,
            "title": {language: entries[i].title for language, entries in lists.items()},
            "state": {language: entries[i].state for language, entries in lists.items()},
            "rows": _measured(entry),
        }
        for i, entry in enumerate(first)
    ]


PAGE = Page(slug="models", order=20, place="foot", sections=("measures",), tasks=("model_remove", "models_mine"), data=listed)
