"""Tiny trainings, carried out whole or in parts."""

from __future__ import annotations

import json
from pathlib import Path

from ganapp.base.order_file import Order
from ganapp.models import folder
from ganapp.training.run import loop


def carried_out(place: Path, order: Order) -> list[dict[str, float]]:
    """What the run of an order in the new folder `place` logged."""
    place.mkdir()
    assert loop.train(order, place) == "done"
    return [json.loads(line) for line in (place / "metrics.jsonl").read_text().splitlines()]


def digests(place: Path, order: Order, stop: int = 0) -> list[str]:
    """Of all nets of the result, which can be read, of a run in the new folder `place` that is stopped after so many steps and goes on."""
    place.mkdir()
    if stop:
        with loop.Training(order, place) as training:
            for _ in range(stop):
                training.advance()
    assert loop.train(order, place) == "done"
    parts = folder.check(place / "result").parts
    for part in parts.values():
        folder.weigh(place / "result", part)
    return [part.sha256 for part in parts.values()]
