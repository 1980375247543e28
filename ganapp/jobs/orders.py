"""What is asked of a new job, checked before anything is started; the recipe's own settings are checked by the job itself."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

from ganapp.base import locales, order_file, paths, validation, writing
from ganapp.base.errors import UserError
from ganapp.base.kinds import stored
from ganapp.base.order_file import Order

LONGEST_NAME = 80
KEYS = tuple(each.name for each in dataclasses.fields(Order) if each.name != "settings")


def checked(order: Any) -> dict[str, Any]:
    """`order` when it can be carried out as far as can be told without its recipe. UserError says what is wrong."""
    if isinstance(order, dict):
        stored(order, "order")
    given = validation.read(Order, order, "order.json")
    if given.recipe not in recipes():
        raise UserError("unknown_recipe", recipe=given.recipe[:80])
    most = paths.limits().steps
    if most and given.steps > most:
        raise UserError("steps_limit", steps=given.steps, most=most)
    return dict(order)


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
    writing.write(folder / "order.json", text(order), durable=True)  # a checkpoint without its order is lost


def text(order: dict[str, Any]) -> str:
    """What stands in order.json."""
    return json.dumps(order, indent=2, ensure_ascii=False) + "\n"


def name(given: str) -> str:
    """A job's name as it may stand. UserError for an empty or endless one."""
    cleaned = " ".join(given.split())
    if not cleaned or len(cleaned) > LONGEST_NAME or not cleaned.isprintable():  # half characters are not printable either
        raise UserError("text_needed", name="name", longest=LONGEST_NAME)
    return cleaned


def title(order: dict[str, Any]) -> str:
    """What a job is called that nobody named, where no reader is known. See `requests._names` for the page."""
    known = locales.words("en")
    data = order.get("settings", {}).get("data", "mnist" if order["recipe"] in ("gan", "digits") else "")
    return known.get(f"lessons.{order.get('lesson', '')}.name") or known.get(f"choices.data.{data}.name") or str(order["recipe"])
