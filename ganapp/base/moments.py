"""When a run shows its pictures, saves itself and looks at its health: what its steps cost beside themselves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

COUNTED_ONE_BY_ONE = 100_000  # moments beyond which looks are counted by a share


@dataclass(frozen=True)
class Moments:
    """How often each happens in a run: shows, the sample sheets; saves, a checkpoint and what is written beside it; looks, a diagnosis."""

    steps: int
    shows: int
    saves: int
    looks: int

    def total(self, costs: Mapping[str, float]) -> float:
        """What the whole costs, in the unit of `costs`: "ready", before the first step; "step", "show", "save" and "diagnosis", of one
        each; "first", of the first diagnosis, which makes ready what the others use; "write", of the result at the end."""
        looked = costs["first"] + costs["diagnosis"] * (self.looks - 1) if self.looks else 0.0
        shown = costs["show"] * self.shows + costs["save"] * self.saves
        return costs["ready"] + costs["step"] * self.steps + shown + looked + costs["write"]


def moments(steps: int, every: int, previews: int = 0, apart: int = 0) -> Moments:
    """Of a run that saves every so many steps and at its end, shows its sheets with each checkpoint and every `previews` steps, and looks
    at its health with a show, at least `apart` steps after the last look; 0: never."""
    last = steps % every > 0
    shows = steps // every + (last and not (previews and steps % previews == 0))
    if previews:
        shows += steps // previews - steps // math.lcm(previews, every)
    return Moments(steps, shows, steps // every + last, _looks(steps, every, previews, apart, shows) if apart else 0)


def _looks(steps: int, every: int, previews: int, apart: int, shows: int) -> int:
    if shows > COUNTED_ONE_BY_ONE:
        return min(shows, steps // apart)
    at = {steps, *range(every, steps + 1, every), *(range(previews, steps + 1, previews) if previews else ())}
    looks = last = 0
    for moment in sorted(at):
        if moment - last >= apart:
            looks, last = looks + 1, moment
    return looks
