"""What an order may say from the page: assets/training.json, which needs no torch to be read. A test compares it with the recipes."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from ganapp.base import members, paths, validation
from ganapp.base.errors import UserError

LISTED = {"data": "data", "loss": "losses", "augment": "augmentations"}  # setting of `gan` -> the kind whose members it chooses from

FILLED = {"gan": "schema", "sounds": "sounds"}  # recipe -> where its settings stand


@cache
def facts() -> dict[str, Any]:
    """ "order", the numbers of an order; "datasets" of pictures, "clips", those of sounds; "schema" {setting: {"default", "kind", "low",
    "high", "choices", "longest"}} of the recipe `gan`, and "digits" and "sounds", the same of the recipes called so: what the file says,
    and what is found by listing: data sets, losses, augmentations, and a setting for each regulariser."""
    read: dict[str, Any] = json.loads((paths.assets() / "training.json").read_text(encoding="utf-8"))
    schema = read["schema"]
    for setting, kind in LISTED.items():
        schema[setting]["choices"] = list(members.names(kind))
    for name, description in members.described("regularisers").items():
        setting = description["facts"]
        kind = "flag" if isinstance(setting["default"], bool) else "number"
        schema[name] = {**setting, "kind": kind, "group": "regularisers"}
    data = members.described("data")
    read["digits"]["data"]["choices"] = [name.replace("_", "-") for name, each in data.items() if "sha256" in each]  # shipped ones
    clips = members.described("clips")
    read["sounds"]["data"]["choices"] = list(clips)
    sets = {kind: [{"id": name, **each["facts"]} for name, each in held.items()] for kind, held in (("datasets", data), ("clips", clips))}
    return {**read, **sets}


def filled(order: dict[str, Any]) -> dict[str, Any]:
    """The settings of an order with what they leave out at its default; only its own for another recipe than `gan` and `sounds`."""
    given: dict[str, Any] = order.get("settings", {})
    schema = FILLED.get(order.get("recipe", ""))
    if schema is None or not isinstance(given, dict):
        return dict(given) if isinstance(given, dict) else {}
    defaults: dict[str, Any] = {name: entry["default"] for name, entry in facts()[schema].items()}
    return defaults | given


def check(recipe: str, settings: dict[str, Any]) -> None:
    """UserError for the first setting that is unknown, of the wrong kind, or out of its range."""
    schema = facts()["schema" if recipe == "gan" else recipe]
    for name, value in settings.items():
        if name not in schema:
            raise UserError("field_unknown", name=str(name)[:80], known=", ".join(schema))
        validation.check(name, value, schema[name])
