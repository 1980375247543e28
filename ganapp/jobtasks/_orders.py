"""What a page may order: less than the shell, since whoever opens the page is a stranger to the machine."""

from __future__ import annotations

import os
from typing import Any

from ganapp import locales
from ganapp.errors import UserError
from ganapp.jobs import orders
from ganapp.jobtasks import _schema

RECIPES = ("gan", "digits")  # the others read models from wherever their settings say


def checked(order: dict[str, Any]) -> dict[str, Any]:
    """`order` when a visitor may have it carried out. UserError says what is wrong."""
    order = orders.checked(order)
    if order["recipe"] not in RECIPES:
        raise UserError("one_of", name="recipe", known=", ".join(RECIPES))
    for name in ("threads", "processes"):
        most = os.cpu_count() or 1
        if order.get(name, 0) > most:
            raise UserError("whole_between", name=name, low=0, high=most)
    if order["recipe"] == "gan":
        _schema.check(order.get("settings", {}))
    return order


def title(order: dict[str, Any]) -> str:
    """What a job is called that nobody named: after its data."""
    return locales.text(f"choices.data.{order.get('settings', {}).get('data', 'mnist')}.name")
