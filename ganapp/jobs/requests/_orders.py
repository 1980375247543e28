"""What a page may order: less than the shell, since whoever opens the page is a stranger to the machine."""

from __future__ import annotations

import os
import re
from typing import Any

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs import orders
from ganapp.jobs.requests import _demand, _schema, _sources
from ganapp.jobs.store import Job
from ganapp.jobs.visitor import Visitor

RECIPES = ("gan", "digits", "sounds")  # the others read models from wherever their settings say
SENT = re.compile(rf"{paths.UPLOAD}[0-9a-f]{{32}}")
OWN = ("pictures", "sounds")  # data that a visitor sends
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+(@[\w./-]+)?")
BUILT = ("size", "channels", "conditional", "architecture", "width", "d_width", "layers", "latent", "normalise", "pieces", "spectral")


def checked(visitor: Visitor, order: dict[str, Any], known: str = "", here: bool = True) -> dict[str, Any]:
    """`order` when a visitor may have it carried out, on this machine or another (`here`). UserError says what is wrong.

    Pictures come from what this visitor has sent or from the Hub, never from a path of this machine, unless it is the one `known` already.
    """
    order = orders.checked(order)
    if order["recipe"] not in RECIPES:
        raise UserError("one_of", name="recipe", known=", ".join(RECIPES))
    for name in ("threads", "processes"):
        most = os.cpu_count() or 1
        if order.get(name, 0) > most:
            raise UserError("whole_between", name=name, low=0, high=most)
    _schema.check(order["recipe"], order.get("settings", {}))
    if order["recipe"] in ("gan", "sounds"):
        _check_source(visitor, _schema.filled(order), known)
    _demand.check(order, here)
    return order


def _check_source(visitor: Visitor, settings: dict[str, Any], known: str) -> None:
    data, source = settings["data"], settings.get("source", "")
    if known and source == known:
        return
    _sources.check(visitor, settings)
    if data == "hub" and not REPOSITORY.fullmatch(source):
        raise UserError("bad_repository", repository=source[:80] or "-")
    if data in OWN and not (SENT.fullmatch(source) and paths.pictures(source).exists()):
        raise UserError("upload_missing")
    if data not in ("hub", *OWN) and source:
        raise UserError("source_unused", data=data)


def copied(visitor: Visitor, origin: Job, changes: dict[str, Any], onward: bool) -> None:
    """UserError when a visitor may not have a copy of a job with these changes; `changes` as `orders.changed` takes them.

    Who only watches a shared job may not train on the pictures that its owner sent: another architecture would show them.
    """
    before = orders.read(origin.folder)
    source = str(before.get("settings", {}).get("source", "")) if visitor.may_change(origin) else ""
    after = checked(visitor, orders.changed(before, changes), known=source)
    if onward:
        old, new = _schema.filled(before), _schema.filled(after)
        fixed = [name for name in BUILT if old.get(name) != new.get(name)]
        if fixed or before["recipe"] != after["recipe"]:
            raise UserError("onward_fixed", name=fixed[0] if fixed else "recipe")
