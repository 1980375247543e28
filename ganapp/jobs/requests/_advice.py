"""Advice for a run: what its newest diagnosis offers, and halved learning rates after a run that diverged."""

from __future__ import annotations

from typing import Any

from ganapp.jobs import reports
from ganapp.jobs.requests import _schema
from ganapp.jobs.snapshot import Progress

Advice = dict[str, Any]


def offered(now: Progress) -> list[Advice]:
    """[{"key", "changes"}], each key once, in the order of the lamps."""
    advice_by_key: dict[str, Advice] = {}
    for lamp in now.lamps.values():
        for advice in reports.advice(lamp):
            advice_by_key.setdefault(advice["key"], advice)
    if now.reason and now.reason["key"] == "errors.diverged":
        settings = _schema.filled(now.order)
        slower = {name: rate / 2 for name in ("d_rate", "g_rate") if isinstance(rate := settings.get(name), int | float) and rate}
        if slower:
            advice_by_key.setdefault("halve_rates", {"key": "halve_rates", "changes": slower})
    return list(advice_by_key.values())
