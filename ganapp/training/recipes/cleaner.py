"""Recipe `cleaner`: gives a photo upscaler a small net that takes noise away before anything is enlarged (see `upscaler.Cleaner`).

The upscaler's own weights stay as they are: told 0 it makes the very same pictures as before, and what it learned against a
discriminator is not lost. The cleaner learns at the small size, by mean absolute error to what bicubic interpolation makes of the original.
It is not told how much noise there is; how much of its answer counts is the setting's affair.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Count, Share, Whole
from ganapp.base.validation import settings_class
from ganapp.models import catalog, folder
from ganapp.nets import upscaler
from ganapp.training.data.photographs import Photographs
from ganapp.training.recipes import _upscale_batches as batches
from ganapp.training.run import distributed, states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.prefetch import Prefetched
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

SHOWN, FIXED, SHOWN_STRENGTH = 8, -1, 0.7
WARM = 100  # steps until the rate is reached


@settings_class
class Settings:
    """start: the photo upscaler, an id or a folder; cleaner: channels of the cleaner, or 0 for the one that `start` has, which learns on;
    like: another upscaler whose cleaner is the beginning, "" for none: noise in the small picture is the same whatever the factor;
    source, side, batch, drawn, degradation, noisy, workers: as in the recipe `upscale`; rate, rate_end: the rate, and the share left at the
    end (cosine); half_life: of the average, in steps."""

    start: str = "upscale-x4-photo"
    cleaner: Count = 32
    like: str = ""
    source: str = ""
    side: Annotated[int, Whole(16, 1024)] = 40
    batch: Annotated[int, Whole(1, 4096)] = 16
    drawn: Share = 0.06
    degradation: Annotated[str, Choice(tuple(batches.WAYS))] = "published"
    noisy: Share = 0.6
    rate: float = 2e-3
    rate_end: float = 0.01
    half_life: float = 100.0
    workers: Count = 0


class CleanerRun(states.Stateful):
    """Training of the cleaner; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        self.loaded = catalog.opened(s.start, "upscale")
        unfit = UserError("start_unfit", model=s.start)
        start = self.loaded.built(upscaler.Net, unfit)
        width = s.cleaner or start.config.cleaner
        if not start.config.denoise or not width or start.config.cleaner not in (0, width):
            raise unfit
        torch.manual_seed(mixed(seed, FIXED))
        self.upscaler = self.place.ready(upscaler.started_from(replace(start.config, cleaner=width), start).requires_grad_(False))
        self.net: upscaler.Cleaner = self.upscaler.cleaner.requires_grad_(True)
        if s.like:
            self._begin_like(s.like)
        self.average = Average(self.net, s.half_life)
        self.optimiser = torch.optim.Adam(self.net.parameters(), s.rate, (0.9, 0.99))
        shared = {name: getattr(s, name) for name in ("side", "batch", "drawn", "noisy", "degradation")}
        how = batches.Settings(kind="photo", scale=start.config.scale, window=s.side, **shared)
        source = Path(s.source) if s.source else paths.photographs()
        self.photos = Photographs(source, how.side * how.scale)
        self.batches = Prefetched(batches.Source(how, self.photos, seed), s.workers)
        kept = Photographs(source, how.side * how.scale, held_out=True, most=4 * SHOWN)
        randoms = [np.random.default_rng(mixed(seed, FIXED - i)) for i in range(SHOWN)]
        self.fixed = batches.Source(how, kept, seed).batch(randoms, SHOWN_STRENGTH)

    def _begin_like(self, model: str) -> None:
        """Take the cleaner of another upscaler. UserError where it has none, or one of other width."""
        other = catalog.start(model, "upscale", upscaler.Net)
        if other.config.cleaner != self.upscaler.config.cleaner:
            raise UserError("start_unfit", model=model)
        self.net.load_state_dict(other.cleaner.state_dict())

    def step(self, k: int, steps: int) -> dict[str, float]:
        s, batch = self.settings, self.batches(k)
        small, goal = batch.small.to(self.place.device), self._clean(batch.real).to(self.place.device)
        for group in self.optimiser.param_groups:
            group["lr"] = cosine(s.rate, s.rate * s.rate_end, k, steps) * min(1.0, (k + 1) / WARM)
        with self.place.fast():
            noise = self.net(small)
        loss = (small + noise.float() - goal).abs().mean()
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        distributed.step(self.optimiser, 1.0)
        self.average.follow(self.net, k + 1)
        return {"l1": loss.item(), "before": (small - goal).abs().mean().item()}

    def _clean(self, real: Tensor) -> Tensor:
        """What bicubic interpolation with antialiasing makes of originals (b, 3, scale h, scale w): (b, 3, h, w), clamped."""
        small: Tensor = functional.interpolate(real, scale_factor=1 / self.upscaler.config.scale, mode="bicubic", antialias=True)
        return small.clamp(-1, 1)

    def holders(self) -> states.Holders:
        return {"net": self.net, "average": self.average.net, "optimiser": self.optimiser}

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """For each held-out photograph at the small size: degraded, cleaned, and without degradation."""
        small = self.fixed.small
        cleaned = small + self.average.net(small.to(self.place.device)).cpu()
        return (torch.stack([small, cleaned, self._clean(self.fixed.real)], 1).flatten(0, 1).clamp(-1, 1) + 1) / 2

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        """The upscaler as it was, with the cleaner before it."""
        net = upscaler.Net(self.upscaler.config)
        net.load_state_dict(self.upscaler.state_dict() | {f"cleaner.{key}": value for key, value in self.average.net.state_dict().items()})
        was = self.loaded.description
        training = {**summary, "data": f"photographs, {len(self.photos.pictures)} of them", "before": was.training}
        about = {"task": was.task, "title": was.title, "licence": was.licence, "values": was.values, "training": training}
        promises = {**was.promises, "receptive": net.receptive}
        folder.write(path, {**about, "promises": promises}, {"model": folder.Trained("upscaler", net.config, net.eval())})


def begin(settings: Settings, seed: int) -> CleanerRun:
    """A new run of the recipe. UserError without photographs, and for a model to start from that cannot be told how much to clean."""
    return CleanerRun(settings, seed)
