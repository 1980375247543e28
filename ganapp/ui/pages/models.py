"""Models: every model that is here, with a picture, how well it measured, and what it cannot do."""

from __future__ import annotations

import json
from typing import Any

from ganapp.base import locales, paths
from ganapp.base.errors import UserError
from ganapp.models import catalog
from ganapp.ui.page import Page

TRADES = ("upscale", "repair", "stylize")


def _known(entry: catalog.Entry) -> dict[str, Any]:
    """rows: of the model's evaluation.json, none for a model that was not measured; picture: a data URI of its own, where it has one.
    Nothing of a model that cannot be opened."""
    if not entry.ready or not entry.task:
        return {"rows": [], "picture": ""}
    try:
        loaded = catalog.load(entry.id, entry.task)
        table, picture = loaded.table("evaluation.json") or {}, loaded.description.values.get("thumbnail")
    except UserError:
        return {"rows": [], "picture": ""}
    own = isinstance(picture, str) and picture.startswith("data:image/webp;base64,")
    return {"rows": _measured(table), "picture": picture if own else ""}


def _measured(table: dict[str, Any]) -> list[dict[str, Any]]:
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
            **_known(entry),
        }
        for i, entry in enumerate(first)
    ]


def trades() -> list[dict[str, Any]]:
    """One table a trade, as `python -m ganapp bench trade` kept it in assets/trades: ours, packs and classical ways."""
    files = (paths.assets() / "trades" / f"{trade}.json" for trade in TRADES)
    return [json.loads(file.read_text(encoding="utf-8")) for file in files if file.is_file()]


def shown() -> dict[str, list[dict[str, Any]]]:
    """What the page shows of this server's own."""
    return {"models": listed(), "trades": trades()}


PAGE = Page(
    slug="models",
    order=20,
    group="models",
    sections=("measures",),
    tasks=("model_remove", "models_mine", "packs_list", "pack_add", "pack_remove"),
    icon='<path d="M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4z" /><circle cx="16.5" cy="16.5" r="3.5" />',
    data=shown,
)
