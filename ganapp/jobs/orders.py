"""What is asked of a new job, checked before anything is started; the recipe's own settings are checked by the job itself."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

from ganapp.base import order_file, paths
from ganapp.base.errors import UserError
from ganapp.base.order_file import NUMBERS

KEYS = ("recipe", "settings", "device", *NUMBERS)
LONGEST_NAME = 80
LONGEST_TEXT, ENTRIES, DEPTH = 1000, 200, 4  # characters of a text, entries of a list or object, levels of them


def checked(order: Any) -> dict[str, Any]:
    """`order` when it can be carried out as far as can be told without its recipe. UserError says what is wrong."""
    if not isinstance(order, dict):
        raise UserError("bad_value", where="order.json", problem="not a JSON object")
    for key in order:
        if key not in KEYS:
            raise UserError("unknown_key", key=str(key)[:80], where="order.json", known=", ".join(KEYS))
    for key in ("recipe", "steps"):
        if key not in order:
            raise UserError("missing_key", key=key, where="order.json")
    storable(order, "order")
    if not isinstance(order["recipe"], str) or order["recipe"] not in recipes():
        raise UserError("unknown_recipe", recipe=str(order["recipe"])[:80])
    for key, (low, high) in NUMBERS.items():
        value = order.get(key, low)
        if not isinstance(value, int) or isinstance(value, bool) or value < low:
            raise UserError("order_numbers")
        if value > high:
            raise UserError("whole_between", name=key, low=low, high=high)
    if not isinstance(order.get("settings", {}), dict):
        raise UserError("bad_value", where="order.json", problem="settings must be a JSON object")
    if not isinstance(order.get("device", ""), str) or not re.fullmatch(r"|cpu|mps|cuda(:[0-9]{1,3})?", order.get("device", "")):
        raise UserError("order_device", device=str(order["device"])[:40])
    most = paths.limits().steps
    if most and order["steps"] > most:
        raise UserError("steps_limit", steps=order["steps"], most=most)
    return dict(order)


def storable(value: Any, name: str, depth: int = DEPTH) -> None:
    """UserError for what no row, file or answer can hold: a number beyond 64 bits or not finite, half a character, a control sign, a text
    or list without end, levels without end. `name` says where it stands."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int | float):
        if not -(2**63) <= value < 2**63:  # false for NaN and infinity too
            raise UserError("number_between", name=name, low=-(2**63), high=2**63 - 1)
    elif isinstance(value, str):
        if len(value) > LONGEST_TEXT or any(unicodedata.category(sign) in ("Cc", "Cs") for sign in value):  # Cs: half of a character
            raise UserError("text_unfit", name=name, longest=LONGEST_TEXT)
    elif isinstance(value, dict | list | tuple) and depth and len(value) <= ENTRIES:
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in entries:
            storable(key, f"{name}'s keys", 0)
            storable(entry, f"{name}.{key}"[:80], depth - 1)
    else:
        raise UserError("value_unfit", name=name)


def recipes() -> tuple[str, ...]:
    """Names of the recipes there are."""
    return tuple(sorted(path.stem for path in paths.recipes().glob("*.py") if not path.stem.startswith("_")))


def changed(order: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """`order` with `changes`; settings are changed one by one, and None takes a setting or key away. UserError for settings that are not an
    object."""
    given = changes.get("settings")
    if not isinstance(given, dict | None) or not isinstance(order.get("settings", {}), dict):
        raise UserError("object_needed", name="changes.settings")
    merged = {**order, **changes, "settings": {**order.get("settings", {}), **(given or {})}}
    merged["settings"] = {key: value for key, value in merged["settings"].items() if value is not None}
    return {key: value for key, value in merged.items() if value is not None}


def read(folder: Path) -> dict[str, Any]:
    """The order of the job in `folder`, or of an order file. UserError when it cannot be read."""
    return order_file.load(folder / "order.json" if folder.is_dir() else folder)


def write(folder: Path, order: dict[str, Any]) -> None:
    """Write order.json at once."""
    partial = folder / ".order.json.partial"
    partial.write_text(text(order), encoding="utf-8")
    partial.replace(folder / "order.json")


def text(order: dict[str, Any]) -> str:
    """What stands in order.json."""
    return json.dumps(order, indent=2, ensure_ascii=False) + "\n"


def name(given: str) -> str:
    """A job's name as it may stand. UserError for an empty or endless one."""
    cleaned = " ".join(given.split())
    if not cleaned or len(cleaned) > LONGEST_NAME or not cleaned.isprintable():  # half characters are not printable either
        raise UserError("text_needed", name="name", longest=LONGEST_NAME)
    return cleaned
