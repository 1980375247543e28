"""What is asked of a new job, checked before anything is started; the recipe's own settings are checked by the job itself."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from ganapp import order_file, paths
from ganapp.errors import UserError

NUMBERS = {"steps": 1, "seed": -(2**63), "every": 1, "threads": 0, "processes": 1, "previews": 0}  # the least of each
KEYS = ("recipe", "settings", "device", *NUMBERS)
LONGEST_NAME = 80


def checked(order: Any) -> dict[str, Any]:
    """`order` when it can be carried out as far as can be told without its recipe. UserError says what is wrong."""
    if not isinstance(order, dict):
        raise UserError("bad_value", where="order.json", problem="not a JSON object")
    for key in order:
        if key not in KEYS:
            raise UserError("unknown_key", key=key, where="order.json", known=", ".join(KEYS))
    for key in ("recipe", "steps"):
        if key not in order:
            raise UserError("missing_key", key=key, where="order.json")
    if order["recipe"] not in recipes():
        raise UserError("unknown_recipe", recipe=order["recipe"])
    for key, least in NUMBERS.items():
        value = order.get(key, least)
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise UserError("order_numbers")
    if not isinstance(order.get("settings", {}), dict):
        raise UserError("bad_value", where="order.json", problem="settings must be a JSON object")
    if not isinstance(order.get("device", ""), str) or not re.fullmatch(r"|cpu|mps|cuda(:\d+)?", order.get("device", "")):
        raise UserError("order_device", device=order["device"])
    most = paths.limits().steps
    if most and order["steps"] > most:
        raise UserError("steps_limit", steps=order["steps"], most=most)
    return dict(order)


def recipes() -> tuple[str, ...]:
    """Names of the recipes there are."""
    return tuple(sorted(path.stem for path in paths.recipes().glob("*.py") if not path.stem.startswith("_")))


def changed(order: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`order` with `changes`; settings are changed one by one, and None takes a setting or key away."""
    merged = {**order, **changes, "settings": {**order.get("settings", {}), **changes.get("settings", {})}}
    merged["settings"] = {key: value for key, value in merged["settings"].items() if value is not None}
    return {key: value for key, value in merged.items() if value is not None}


def read(folder: Path) -> dict[str, Any]:
    """The order of the job in `folder`, or of an order file. UserError when it cannot be read."""
    return order_file.load(folder / "order.json" if folder.is_dir() else folder)


def write(folder: Path, order: dict[str, Any]) -> None:
    """Write order.json at once."""
    partial = folder / ".order.json.partial"
    partial.write_text(json.dumps(order, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / "order.json")


def name(text: str) -> str:
    """A job's name as it may stand. UserError for an empty or endless one."""
    cleaned = " ".join(text.split())
    if not cleaned or len(cleaned) > LONGEST_NAME or not cleaned.isprintable():
        raise UserError("text_needed", name="name", longest=LONGEST_NAME)
    return cleaned
