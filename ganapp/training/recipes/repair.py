"""Recipe `repair`: training of the inpainter, first by reconstruction of the photograph, then also against a discriminator of the hole.

Stage A: L1 inside the hole and the perceptual distance in VGG16's first stages, on small windows around the hole. Stage B: larger
crops, and a patch discriminator with spectral norm (hinge) that scores patches touching the hole, with feature matching
(Wang et al. 2018). Weights of the losses are shares of the gradient at the picture, after the adaptive weight of Esser et al.
2021 ("Taming Transformers"): the adversarial part pulls `adversarial` times as hard as the likeness does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Items, Share, Whole, Width, Widths, refused
from ganapp.base.validation import settings_class
from ganapp.losses import hinge, perceptual
from ganapp.metrics import vgg
from ganapp.models import catalog, folder
from ganapp.nets import inpainter, patch_discriminator
from ganapp.training.data import hole_masks
from ganapp.training.data.photographs import Photographs
from ganapp.training.run import distributed, states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.prefetch import Prefetched
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

SHOWN, FIXED = 10, -1
TRIES = 6  # random places a window is chosen from: the one with the most hole
WARM = 60  # steps until the rate is reached


@settings_class
class Settings:
    """source: a folder of photographs ("" for the deployer's); side, batch: of crops in stage A; late_side, late_batch: in stage B;
    late: share of the steps at which stage B begins; drawn: share of crops that are drawn by code;

    rate, rate_end: of the net, and the share left at the end (cosine); d_rate: of the discriminator; half_life: of the average, in
    steps; perceptual: weight of the perceptual distance beside L1; windows, window, depth: how many, their side, and VGG16's stages
    that look at them, 0 windows for none; lazy: it comes every so many steps, with so many times the weight;

    adversarial: gradient of the adversarial loss as a share of the likeness's; matching: weight of feature matching in it; widths,
    fine, dilations: the net's; d_width: the discriminator's; workers: processes that draw batches ahead;

    start: a model to start from, an id or a folder, of the same widths, fine and dilations, "" for none; its discriminator begins anew."""

    source: str = ""
    start: str = ""
    side: Annotated[int, Whole(32, 4096, step=inpainter.MULTIPLE)] = 128
    batch: Annotated[int, Whole(1, 4096)] = 4
    late_side: Annotated[int, Whole(32, 4096, step=inpainter.MULTIPLE)] = 160
    late_batch: Annotated[int, Whole(1, 4096)] = 3
    late: Share = 0.93
    drawn: float = 0.07
    rate: float = 2e-3
    rate_end: float = 0.04
    d_rate: float = 4e-4
    half_life: float = 100.0
    perceptual: float = 0.15
    windows: int = 3
    window: int = 64
    depth: Annotated[int, Whole(1, len(vgg.STAGES))] = 3
    lazy: Annotated[int, Whole(1, 4096)] = 2
    adversarial: float = 0.3
    matching: float = 4.0
    widths: Annotated[tuple[Width, Width, Width], Items(3)] = (24, 48, 112)
    fine: int = 12
    dilations: Widths = field(default=(1, 2, 4, 8, 1, 2, 4, 8))
    d_width: int = 32
    workers: int = 0

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if min(self.side, self.late_side) < self.window:
            raise refused("windows_in_sides")
        return self


@dataclass(frozen=True)
class Batch:
    """real (b, 3, side, side) in [-1, 1]; mask (b, 1, side, side), 1 = hole."""

    real: Tensor
    mask: Tensor


class Source:
    """Crops and holes: this process's rows of the batch of step k follow from the seed and k alone. late: whether those of stage B."""

    def __init__(self, settings: Settings, photos: Photographs, seed: int, late: bool) -> None:
        s, self.photos, self.seed = settings, photos, seed
        self.side, self.rows = (s.late_side, here().rows(s.late_batch)) if late else (s.side, here().rows(s.batch))
        self.drawn = s.drawn

    def __call__(self, k: int) -> Batch:
        return self.batch([np.random.default_rng(mixed(self.seed, k * 1024 + i)) for i in self.rows])

    def batch(self, randoms: list[np.random.Generator]) -> Batch:
        """One crop and one hole from each generator."""
        pairs = [(self.photos.crop(self.side, random, self.drawn), hole_masks.any_mask(self.side, random)) for random in randoms]
        real = torch.from_numpy(np.stack([crop for crop, _ in pairs])).permute(0, 3, 1, 2).float() / 127.5 - 1
        mask = torch.from_numpy(np.stack([mask for _, mask in pairs])).unsqueeze(1)
        return Batch(real.contiguous(memory_format=torch.channels_last), mask)


class RepairRun(states.Stateful):
    """Training of the inpainter; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        source = Path(s.source) if s.source else paths.photographs()
        self.photos = Photographs(source, max(s.side, s.late_side))
        self.batches = [Prefetched(Source(s, self.photos, seed, late), s.workers) for late in (False, True)]
        torch.manual_seed(mixed(seed, FIXED))
        self.config = inpainter.Config(s.widths, s.fine, s.dilations)
        self.net = self.place.ready(_begun(self.config, s.start))
        self.critic = self.place.ready(patch_discriminator.Net(patch_discriminator.Config(s.d_width)))
        self.average = Average(self.net, s.half_life)
        self.eye = self.place.ready(vgg.features()) if s.windows else None
        self.optimisers = {
            "net": torch.optim.Adam(self.net.parameters(), s.rate, (0.9, 0.99)),
            "critic": torch.optim.Adam(self.critic.parameters(), s.d_rate, (0.5, 0.99)),
        }
        self.fixed = self._fixed(source)

    def _fixed(self, source: Path) -> Batch:
        """Held-out photographs and masks that stay the same."""
        random = np.random.default_rng(mixed(self.seed, FIXED))
        kept = Photographs(source, self.settings.late_side, held_out=True, most=2 * SHOWN)
        return Source(replace(self.settings, drawn=0.0), kept, self.seed, late=True).batch([random] * SHOWN)

    def step(self, k: int, steps: int) -> dict[str, float]:
        s, since = self.settings, k - math.ceil(self.settings.late * steps)
        torch.manual_seed(mixed(self.seed, k))
        drawn = self.batches[since >= 0](k)
        batch = Batch(drawn.real.to(self.place.device), drawn.mask.to(self.place.device))
        for group in self.optimisers["net"].param_groups:
            group["lr"] = cosine(s.rate, s.rate * s.rate_end, k, steps) * min(1.0, (k + 1) / WARM)
        fills = self.net.train()(batch.real, batch.mask)
        losses, pull = self._likeness(fills, batch, k)
        if since >= 0 and s.adversarial:
            losses |= self._turn_of_critic(fills.detach(), batch)
            ramp = min(1.0, (since + 1) / max(1.0, 0.05 * steps))
            more, push = self._adversarial(fills, batch)
            losses |= more
            pull = self.place.balanced(pull, push, s.adversarial * ramp)
        self.optimisers["net"].zero_grad()
        fills.backward(pull)
        distributed.step(self.optimisers["net"], 1.0)
        self.average.follow(self.net, k + 1)
        return losses

    def _likeness(self, fills: Tensor, batch: Batch, k: int) -> tuple[dict[str, float], Tensor]:
        """L1 over the hole and the perceptual distance of windows: their values, and their gradient at `fills`."""
        fill = fills.detach().requires_grad_()
        area = batch.mask.sum((1, 2, 3)).clamp(min=1)  # a picture with a thin hole counts as much as one with a thick hole
        l1 = (((fill - batch.real).abs() * batch.mask).sum((1, 2, 3)) / (3 * area)).mean()
        loss, losses = l1, {"l1": l1.item()}
        if self.eye is not None and k % self.settings.lazy == 0:
            seen = self._perceived(self.eye, fill, batch, k)
            loss, losses = loss + self.settings.perceptual * self.settings.lazy * seen, {**losses, "perceptual": seen.item()}
        return losses, torch.autograd.grad(loss, fill)[0]

    def _perceived(self, eye: vgg.Features, fill: Tensor, batch: Batch, k: int) -> Tensor:
        """The perceptual distance of the windows that are in this process's rows, their mean over the processes that of all windows."""
        s = self.settings
        places = _fullest(batch.mask, s, np.random.default_rng(mixed(self.seed, k)), self.place.rows(len(fill) * self.place.world))
        if not places:
            return fill.new_zeros(())
        with torch.no_grad():
            goal = eye(_cut(batch.real, places, s.window), s.depth)
        seen = perceptual.distance(eye(_cut(fill, places, s.window), s.depth), goal, list(eye.heads))
        return seen.mean() * (len(places) * self.place.world / s.windows)

    def _turn_of_critic(self, fills: Tensor, batch: Batch) -> dict[str, float]:
        """One step of the discriminator on the patches that touch the hole."""
        touched = _touched(batch.mask)
        real, fake = self.critic(torch.cat([batch.real, fills])).chunk(2)
        loss = _of(touched, hinge.discriminator(real[touched], fake[touched])) * self.place.weight(int(touched.sum()))
        self.optimisers["critic"].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimisers["critic"].step()
        return {"critic": loss.item()}

    def _adversarial(self, fills: Tensor, batch: Batch) -> tuple[dict[str, float], Tensor]:
        """The generator's hinge loss on patches that touch the hole, and feature matching: values, and their gradient at `fills`."""
        fill, touched = fills.detach().requires_grad_(), _touched(batch.mask)
        with torch.no_grad():
            real = self.critic.features(batch.real)
        filled = self.critic.features(fill)
        scores = self.critic.score(filled)[touched]
        push = _of(touched, hinge.generator(scores, scores)) * self.place.weight(int(touched.sum()))
        match = torch.stack([(one - other).abs().mean() for one, other in zip(filled, real)]).mean() / self.place.mean(batch.mask.mean())
        gradient = torch.autograd.grad(push + self.settings.matching * match, fill)[0]
        return {"adversarial": push.item(), "matching": match.item()}, gradient

    def holders(self) -> states.Holders:
        return {"net": self.net, "critic": self.critic, "average": self.average.net, "optimisers": self.optimisers}

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """For each held-out photograph: the hole, its fill, the original; three rows."""
        fills = self.average.net(self.fixed.real.to(self.place.device), self.fixed.mask.to(self.place.device)).cpu()
        holed = self.fixed.real * (1 - self.fixed.mask)
        return (torch.stack([holed, fills, self.fixed.real], 1).flatten(0, 1) + 1) / 2

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        folder.write(
            path,
            {
                "task": "repair",
                "title": {"en": "Repair", "zh": "修复"},
                "licence": "mit",
                "promises": {"channels": 3, "multiple": inpainter.MULTIPLE, "side": 512},
                "training": {**summary, "data": f"photographs, {len(self.photos.pictures)} of them"},
            },
            {"model": folder.Trained("inpainter", self.config, self.average.net)},
        )


def _begun(config: inpainter.Config, start: str) -> inpainter.Net:
    """The net, with the weights of the model to start from, "" for none. UserError when that one is of another kind or size."""
    net = inpainter.Net(config)
    if start:
        known = catalog.start(start, "repair", inpainter.Net)
        if known.config != config:
            raise UserError("start_unfit", model=start)
        net.load_state_dict(known.state_dict())
    return net


def _touched(mask: Tensor) -> Tensor:
    """(b, 1, h/8, w/8) bool: which scores of the discriminator stand for pixels of the hole."""
    return torch.nn.functional.max_pool2d(mask, patch_discriminator.SHRINKS) > 0


def _of(touched: Tensor, loss: Tensor) -> Tensor:
    """A mean over the touched patches, 0 where there are none, as may be in the rows of one process."""
    return loss if touched.any() else loss.new_zeros((), requires_grad=True)


def _fullest(mask: Tensor, settings: Settings, random: np.random.Generator, rows: range) -> list[tuple[int, int, int]]:
    """Where the perceptual loss looks: (picture, top, left) of each window, pictures in turn, each the fullest of a few places. `mask` has
    only those rows of the batch; windows in other rows are left out."""
    _, _, h, w = mask.shape
    places = []
    for i in range(settings.windows):
        tries = random.integers(0, (h - settings.window + 1, w - settings.window + 1), (TRIES, 2))
        row = i % (len(rows) * here().world) - rows.start
        if row not in range(len(rows)):
            continue
        held = [mask[row, 0, top : top + settings.window, left : left + settings.window].sum().item() for top, left in tries]
        top, left = tries[int(np.argmax(held))]
        places.append((row, int(top), int(left)))
    return places


def _cut(x: Tensor, places: list[tuple[int, int, int]], side: int) -> Tensor:
    """The windows at `places`, (n, 3, side, side)."""
    return torch.stack([x[i, :, top : top + side, left : left + side] for i, top, left in places])


def begin(settings: Settings, seed: int) -> RepairRun:
    """A new run of the recipe. UserError without photographs, or without the features that the perceptual loss needs."""
    return RepairRun(settings, seed)
