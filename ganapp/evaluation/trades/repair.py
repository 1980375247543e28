"""Repairing: our repair and its parts beside the classical methods and other models that are here, on thin, medium and thick masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ganapp import models
from ganapp.evaluation import fills, repair
from ganapp.evaluation.subject import Options
from ganapp.evaluation.trades import Way, ids, megabytes, row, timed
from ganapp.metrics import lpips
from ganapp.pictures import images
from ganapp.repairing.filling import Filling
from ganapp.training.data import hole_masks

MEASURES = (*(f"lpips_{kind}" for kind in hole_masks.CLASSES), "seconds", "megabytes")
SIZE = 256
LEFT_OUT = ("mean", "biharmonic")  # the one is no repair, the other takes minutes for a thick hole


@torch.inference_mode()
def rows(asked: Options) -> list[dict[str, Any]]:
    """One row a way. seconds: of the processor, in the mean of the three masks."""
    ways, paths = _ways(), repair.pictures(asked)
    values: dict[str, list[dict[str, float]]] = {way.name: [] for way in ways}
    for number in range(len(paths)):
        seen, found = None, {way.name: {"seconds": 0.0} for way in ways}
        for case in repair.cases(paths, (SIZE,), number):
            seen = seen or lpips.activations(images.to_tensor(case.colours)[0])
            for way in ways:
                filled, took = timed(way.call, case.colours, case.hole)
                made = images.to_tensor(np.where(case.hole[..., None], filled, case.colours))[0]
                found[way.name][f"lpips_{case.kind}"] = lpips.distance(lpips.activations(made), seen)
                found[way.name]["seconds"] += took / len(hole_masks.CLASSES)
        for name, measured in found.items():
            if seen is not None:
                values[name].append(measured)
    return [row(way, values[way.name]) for way in ways]


def _ways() -> list[Way]:
    found = [Way(name, "classical", None, call) for name, call in fills.classical().items() if name not in LEFT_OUT]
    for model, source in ids("repair"):
        filling = Filling(models.load(model, "repair"))
        found.append(Way(model, source, megabytes(model), filling.fill))
        if not filling.model.finished:
            found.append(Way(f"{model} (net)", source, megabytes(model), Filling(filling.model, detail=False).fill))
    return found
