"""What an order may say from the page: assets/training.json, which needs no torch to be read. A test compares it with the recipes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError


@cache
def facts() -> dict[str, Any]:
    """The whole file: "datasets", "schema" {setting: {"default", "kind", "low", "high", "choices"}} of the recipe `gan`, and "digits", the
    same of the recipe `digits`."""
    read: dict[str, Any] = json.loads((paths.assets() / "training.json").read_text(encoding="utf-8"))
    return read


def filled(order: dict[str, Any]) -> dict[str, Any]:
    """The settings of an order with what they leave out at its default; only its own for another recipe than `gan`."""
    given: dict[str, Any] = order.get("settings", {})
    if order.get("recipe") != "gan" or not isinstance(given, dict):
        return dict(given) if isinstance(given, dict) else {}
    defaults: dict[str, Any] = {name: entry["default"] for name, entry in facts()["schema"].items()}
    return defaults | given


def check(recipe: str, settings: dict[str, Any]) -> None:
    """UserError for the first setting that is unknown, of the wrong kind, or out of its range."""
    schema = facts()["schema" if recipe == "gan" else recipe]
    for name, value in settings.items():
        if name not in schema:
            raise UserError("field_unknown", name=str(name)[:80], known=", ".join(schema))
        _check(name, value, schema[name])


def _check(name: str, value: Any, entry: dict[str, Any]) -> None:
    kind = entry["kind"]
    if kind == "flag" and not isinstance(value, bool):
        raise UserError("true_or_false", name=name)
    if kind == "text" and (not isinstance(value, str) or len(value) > 200):
        raise UserError("text_needed", name=name, longest=200)
    if kind in ("number", "integer"):
        whole = kind == "integer"
        fits = isinstance(value, int if whole else int | float) and not isinstance(value, bool)
        if not fits or not entry["low"] <= value <= entry["high"]:
            raise UserError("whole_between" if whole else "number_between", name=name, low=entry["low"], high=entry["high"])
    if kind in ("choice", "choices"):
        values = [value] if kind == "choice" else value
        if not isinstance(values, list) or any(isinstance(each, bool) or each not in entry["choices"] for each in values):
            raise UserError("one_of", name=name, known=", ".join(map(str, entry["choices"])))
