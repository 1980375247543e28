"""Measurements of orders, kept in memory for orders with the same steps.

A measurement holds for the settings it was made with and for nothing else: another net, batch or picture size is not known until it is
measured itself. Only how many steps there are, how often pictures are shown and the seed may differ: they do not change what a step is.
"""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections import OrderedDict
from typing import Any

from ganapp.base.moments import moments
from ganapp.jobs import store
from ganapp.jobs.requests import _schema

KEPT = 3600.0  # seconds that a measurement is believed; the machine may do other things by then
MOST = 200  # measurements remembered
COUNTED = ("steps", "every", "previews", "seed")  # parts of an order that leave each step as it is
_known: OrderedDict[str, tuple[float, dict[str, Any]]] = OrderedDict()
_lock = threading.Lock()


def _key(order: dict[str, Any], runs: int) -> str:
    """The same for two orders whose steps cost the same: all settings, the device, and how many other `runs` share the machine."""
    plain = {name: value for name, value in order.items() if name not in (*COUNTED, "settings")}
    settings = {name: value for name, value in _schema.filled(order).items() if name != "title"}
    whole = json.dumps([plain, settings, runs], sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def running() -> int:
    """How many runs this machine is at work on."""
    return len(store.select("state = 'running' AND remote = ''"))


def keep(order: dict[str, Any], measured: dict[str, Any], runs: int) -> None:
    """Remember what `ganapp.training.run.estimate` measured for an order beside so many other runs."""
    key = _key(order, runs)
    with _lock:
        _known.pop(key, None)
        _known[key] = (time.monotonic(), measured)
        while len(_known) > MOST:
            _known.popitem(last=False)


def known(order: dict[str, Any]) -> dict[str, Any] | None:
    """What was measured for an order with exactly these settings, its total for the steps of this one; None when nothing was."""
    with _lock:
        then, measured = _known.get(_key(order, running()), (0.0, None))
    if measured is None or time.monotonic() - then > KEPT:
        return None
    return {**measured, **_totals(order, measured)}


def _totals(order: dict[str, Any], measured: dict[str, Any]) -> dict[str, float]:
    """Seconds of the whole order, as `training.run.estimate` adds them up; those of the processor in proportion."""
    apart = _schema.filled(order).get("diagnosed", 0) if measured["first"] else 0
    total = moments(order["steps"], order.get("every", 250), order.get("previews", 0), apart).total(measured)
    share = measured["processor"] / measured["total"] if measured["total"] else 0.0
    return {"total": round(total, 5), "processor": round(share * total, 5)}
