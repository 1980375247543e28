"""Enlarging four times: every net of that scale beside interpolation, on middles of photographs that were made small and spoilt."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from ganapp import models
from ganapp.evaluation import enlargements, upscale
from ganapp.evaluation.repair import pictures
from ganapp.evaluation.subject import Options
from ganapp.evaluation.trades import Way, ids, megabytes, row, timed
from ganapp.metrics import lpips
from ganapp.metrics.luminance import luminance
from ganapp.metrics.psnr import psnr
from ganapp.training.data.degradations import degraded

MEASURES = ("psnr_clean", "lpips_clean", "lpips_degraded", "seconds", "megabytes")
SCALE, SIDE = 4, 256  # pixels of the middle, enlarged


@torch.inference_mode()
def rows(asked: Options) -> list[dict[str, Any]]:
    """One row a way. seconds: of the processor, for SIDE x SIDE pixels enlarged."""
    ways = _ways()
    values: dict[str, list[dict[str, float]]] = {way.name: [] for way in ways}
    for number, path in enumerate(pictures(asked)):
        real = _middle(upscale._cropped(path, SCALE))
        wanted, random = enlargements.tensor(real)[0], np.random.default_rng([upscale.SEED, number])
        strength, seen = random.uniform(*upscale.STRENGTHS), lpips.activations(upscale._middle(wanted))
        clean, spoilt = degraded(real, SCALE, 0.0, random), degraded(real, SCALE, strength, random)
        for way in ways:
            made, took = timed(way.call, clean)
            again, more = timed(way.call, spoilt)
            clear, cleaned = enlargements.tensor(made)[0], enlargements.tensor(again)[0]
            inner = (slice(None), slice(SCALE, -SCALE), slice(SCALE, -SCALE))
            values[way.name].append(
                {
                    "psnr_clean": psnr(luminance(clear)[inner], luminance(wanted)[inner]),
                    "lpips_clean": lpips.distance(lpips.activations(upscale._middle(clear)), seen),
                    "lpips_degraded": lpips.distance(lpips.activations(upscale._middle(cleaned)), seen),
                    "seconds": (took + more) / 2,
                }
            )
    return [row(way, values[way.name]) for way in ways]


def _ways() -> list[Way]:
    found = [Way(name, "classical", None, call) for name, call in enlargements.interpolations(SCALE).items()]
    for model, source in ids("upscale"):
        enlarger = models.load(model, "upscale")
        if enlarger.scale == SCALE:
            told = upscale.DENOISE if enlarger.denoise else 0.0
            found.append(Way(model, source, megabytes(model), enlargements.by(enlarger, told)))
    return found


def _middle(levels: enlargements.Levels) -> enlargements.Levels:
    """At most SIDE pixels each way, of the middle."""
    top, left = (max(0, (side - SIDE) // 2 // SCALE * SCALE) for side in levels.shape[:2])
    return levels[top : top + SIDE, left : left + SIDE]
