"""What evaluations of writers share, whatever is written: how many texts, at which temperatures, and what the critic chooses of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from ganapp.evaluation.report import Row
from ganapp.metrics.class_accuracy import wilson

SAMPLES, QUICK = 1024, 64
TEMPERATURES = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1)
USUAL = 0.8  # the temperature that texts are written at where nobody says otherwise
DRAFTS = 16  # of which the critic takes the best
SEED = 4001

Draft = TypeVar("Draft")
Write = Callable[..., list[Draft]]  # drafts of a wish, which is given by its fields


def written(write: Write[Draft], n: int, temperature: float, block: int, seed: int = SEED) -> list[Draft]:
    """n texts in blocks, nothing asked for, no critic, no rule by force."""
    blocks = [min(block, n - start) for start in range(0, n, block)]
    found = [write(temperature=temperature, drafts=b, seed=seed + k) for k, b in enumerate(blocks)]
    return [draft for each in found for draft in each]


def chosen_of(ranked: Write[Draft], n: int) -> dict[str, list[Draft]]:
    """The critic's choice: the best of DRAFTS, n // 2 times, and n texts of their upper halves. ranked: the most real first."""
    best, half = [], []
    for k in range(max(2, n // 2)):
        drafts = ranked(temperature=USUAL, drafts=DRAFTS, seed=SEED + 1000 + k)
        best.append(drafts[0])
        half += drafts[: DRAFTS // 2]
    return {"best": best, "half": half[:n]}


def seconds_of(ranked: Write[Draft]) -> float:
    """How long a text takes here, the best of DRAFTS, the middle one of five tries."""
    taken = []
    for k in range(5):
        since = time.monotonic()
        ranked(seed=k)
        taken.append(time.monotonic() - since)
    return sorted(taken)[2]


def at_usual(table: Sequence[dict[str, Any]], model: str) -> dict[str, Any]:
    """The table's line of the net alone at the usual temperature."""
    return next(line for line in table if (line["method"], line["temperature"]) == (model, USUAL))


def best_of(table: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The table's line of the best of DRAFTS."""
    return next(line for line in table if line["method"].startswith("best_of"))


def share(name: str, value: float, n: int, real: float, bar: float | None = None) -> Row:
    """A row of a share of n, with its interval."""
    return Row(name, value, n, real=real, interval=wilson(value, n), bar=bar)
