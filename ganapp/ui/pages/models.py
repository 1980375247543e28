"""Models and limits: every model that is here, how well it measured, and what it cannot do."""

from __future__ import annotations

from typing import Any

from ganapp.base import locales
from ganapp.base.errors import UserError
from ganapp.models import catalog
from ganapp.ui.page import Page


def _measured(entry: catalog.Entry) -> list[dict[str, Any]]:
    """The rows of the model's evaluation.json; none for a model that was not measured or cannot be opened."""
    if not entry.ready or not entry.task:
        return []
    try:
        table = catalog.load(entry.id, entry.task).table("evaluation.json") or {}
    except UserError:
        return []
    rows = table.get("rows")
    return [_row(row) for row in rows if isinstance(row, dict) and isinstance(row.get("name"), str)] if isinstance(rows, list) else []


def _row(row: dict[str, Any]) -> dict[str, Any]:
    """A row of an evaluation.json, which a stranger may have written: what is not of its kind is left out."""
    numbers = {key: row[key] if _number(row.get(key)) else None for key in ("value", "real", "bar", "samples")}
    interval, better = row.get("interval"), row.get("better")
    pair = isinstance(interval, list) and len(interval) == 2 and all(map(_number, interval))
    return {"name": row["name"], **numbers, "interval": interval if pair else None, "better": "lower" if better == "lower" else "higher"}


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def listed() -> list[dict[str, Any]]:
    """Every model of the catalogue that is no pack's: its facts, title and state in each language, and its measures."""
    lists = {language: [each for each in catalog.listing(language) if each.source != "pack"] for language in locales.LANGUAGES}
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


PAGE = Page(
    slug="models",
    order=20,
    place="foot",
    sections=("measures",),
    tasks=("model_remove", "models_mine", "packs_list", "pack_add", "pack_remove"),
    data=listed,
)
