"""Between scenes and what nets say of each place: numbers of kind (0 for nothing), colour, size and slant."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.writing.scene import FIELDS, PLACES, VALUES, Scene, Thing


def targets(scenes: Sequence[Scene]) -> Tensor:
    """(b, 9, 4) int64: in each place the kind plus one, colour, size and slant of what stands there, -1 for what is not known.

    Where every thing has its place the others are empty, of kind 0; where one has none, nothing is known of them.
    """
    found = torch.full((len(scenes), len(PLACES), len(FIELDS)), -1)
    for i, scene in enumerate(scenes):
        if all(thing.place for thing in scene):
            found[i, :, 0] = 0
        for thing in scene:
            if thing.place:
                told = [(VALUES[name], thing.attribute(name), name == "kind") for name in VALUES]
                found[i, PLACES.index(thing.place)] = torch.tensor(
                    [values.index(value) + kind if value else -1 for values, value, kind in told]
                )
    return found


def misfit(logits: Tensor, wanted: Tensor, smoothing: float = 0.0, weight: Callable[[int], float] = bool) -> Tensor:
    """Cross-entropy of verdicts (b, 9, 27) on the `targets` (b, 9, 4), the sum of the fields' means over what is known.

    weight: what a mean over so many places counts for, see `Place.weight`; by itself each counts for 1, and that over none is 0.
    """
    parts = torch.split(logits.flatten(0, 1), list(FIELDS.values()), dim=1)
    numbers = wanted.flatten(0, 1).unbind(1)
    losses = []
    for part, n in zip(parts, numbers):
        known = int((n >= 0).sum())
        total = functional.cross_entropy(part, n, ignore_index=-1, label_smoothing=smoothing, reduction="sum")
        losses.append(total / max(1, known) * weight(known))
    return torch.stack(losses).sum()


def scenes(logits: Tensor) -> list[Scene]:
    """The likeliest scene of each verdict (b, 9 * 27)."""
    fields = torch.split(logits.view(len(logits), len(PLACES), -1), list(FIELDS.values()), dim=2)
    best = torch.stack([field.argmax(2) for field in fields], dim=2).tolist()  # (b, 9, 4)
    return [tuple(_thing(numbers, place) for numbers, place in zip(each, PLACES) if numbers[0]) for each in best]


def _thing(numbers: list[int], place: str) -> Thing:
    kind, *others = numbers
    told = dict(zip(list(VALUES)[1:], others))
    return Thing(VALUES["kind"][kind - 1], **{name: VALUES[name][number] for name, number in told.items()}, place=place)
