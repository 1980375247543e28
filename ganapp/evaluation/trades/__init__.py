"""One table a trade: our models, those of packs that are installed, and the classical ways, on the same pictures in one run.

A trade is a module here with `MEASURES`, the columns in their order, and `rows(asked)`, which measures every way that is here.
`python -m ganapp bench trade NAME --data DIR --keep` puts a table into assets/trades, from where the page Models takes it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganapp.base.errors import UserError
from ganapp.models import catalog, packs

TRADES = ("upscale", "repair", "stylize")


@dataclass(frozen=True)
class Way:
    """One way to do a trade's work. name: of the table; source: "shipped", "pack" or "classical"; megabytes: see `megabytes`, None
    without a net; call: does it."""

    name: str
    source: str
    megabytes: float | None
    call: Callable[..., Any]


def megabytes(model: str) -> float | None:
    """Of the folder of a model of ours; of a pack's, what it takes in memory, None where the pack does not say."""
    if pack := packs.of_model(model):
        return pack.models[model].size / 1e6 or None
    sizes = [entry.bytes for entry in catalog.listing() if entry.id == model]
    return sizes[0] / 1e6 if sizes else None


def ids(task: str) -> list[tuple[str, str]]:
    """Id and source of every model of a task that came with the project, and of packs that are installed."""
    return [
        (entry.id, entry.source)
        for entry in catalog.listing()
        if entry.task == task and entry.ready and entry.source in ("shipped", "pack")
    ]


def timed(call: Callable[..., Any], *given: Any) -> tuple[Any, float]:
    """What a call returns, and the processor seconds it took: others' work on the machine does not count."""
    began = time.process_time()
    made = call(*given)
    return made, time.process_time() - began


def row(way: Way, values: list[dict[str, float]]) -> dict[str, Any]:
    """A row of the table: means over the pictures."""
    means = {name: float(np.mean([each[name] for each in values])) for name in values[0]} if values else {}
    return {"method": way.name, "source": way.source, "megabytes": way.megabytes, "pictures": len(values), **means}


def nothing(folder: str) -> UserError:
    """That no pictures are there."""
    return UserError("evaluation_no_pictures", folder=folder)
