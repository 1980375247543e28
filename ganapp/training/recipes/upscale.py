"""Recipe `upscale`: the upscaler, by likeness alone (`fidelity`), or against a discriminator on degraded photographs (`photo`).

`fidelity`: mean absolute error on pictures that bicubic interpolation made small, and squared error in the end, which is what decibels
count. `photo`: from a net of the first kind; the coarse half of the picture is pinned by L1, its detail is judged by a patch
discriminator (hinge, spectral norm) that sees only the wavelets of detail (see losses/wavelet.py), with feature matching and VGG16's
perceptual distance on windows. The net is told how strongly a picture may have been degraded, and learns to clean up to that. The
adversarial part is weighed by its gradient, after Esser et al. 2021: it pulls `adversarial` times as hard as the likeness does. A teacher,
a larger net of another make, may answer for the original where that cannot be known from the degraded picture.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.base.kinds import Choice, Count, Share, Whole, refused
from ganapp.base.validation import settings_class
from ganapp.losses import hinge, perceptual, wavelet
from ganapp.metrics import vgg
from ganapp.models import catalog, folder
from ganapp.nets import patch_discriminator, upscaler
from ganapp.training.data import degradations, published
from ganapp.training.data.degradations import Levels
from ganapp.training.data.photographs import Photographs
from ganapp.training.recipes._teacher import Teacher
from ganapp.training.run import distributed, states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.prefetch import Prefetched
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

KINDS = ("fidelity", "photo")
WAYS = {"published": published.degraded, "gentle": degradations.degraded, "both": published.either}
SHOWN, FIXED = 8, -1
SHOWN_STRENGTH = 0.5
CLEAN = 0.1  # of the pictures of `photo` are not degraded and the net is told so; as many are not and it is told anything
WARM = 100  # steps until the rate is reached


@settings_class
class Settings:
    """kind: fidelity or photo; scale: 2 or 4; start: a model to start from, an id or a folder, "" for none; source: a folder of photographs
    ("" for the deployer's); side: of the small crops; batch; drawn: share of crops that are drawn by code;

    squared: share of the steps, the last ones, at which `fidelity` counts squared errors;

    rate, rate_end: of the net, and the share left at the end (cosine); half_life: of the average, in steps; width, depth: the net's;
    d_rate, d_width: of the discriminator; adversarial: gradient of its loss as a share of the likeness's; matching: weight of feature
    matching in it; perceptual: weight of the perceptual distance; windows, window, depth_seen: how many, their side, and VGG16's stages;

    degradation: what `photo` is trained against, "published", "gentle" or "both"; teacher: a net of another make, as `teacher.Teacher`,
    "" for none; taught: share of likeness and perceptual distance that count towards its picture where the small one was degraded in full:
    a picture that lacks little is known better than any teacher knows it;
    workers: processes that draw batches ahead.

    late: share of `photo`'s steps at which the discriminator begins, once the net cleans; detail: weight of the detail in L1, beside 1 for
    the coarse half, from then on; before, they weigh the same."""

    kind: Annotated[str, Choice(KINDS)] = "fidelity"
    scale: Annotated[int, Choice(upscaler.SCALES)] = 4
    start: str = ""
    source: str = ""
    side: int = 36
    batch: Annotated[int, Whole(1, 4096)] = 8
    drawn: float = 0.06
    rate: float = 1.2e-3
    rate_end: float = 0.01
    half_life: float = 150.0
    squared: Share = 0.2
    width: int = 32
    depth: int = 16
    d_rate: float = 4e-4
    d_width: int = 32
    adversarial: float = 0.5
    matching: float = 4.0
    perceptual: float = 0.4
    windows: int = 2
    window: int = 64
    depth_seen: int = 3
    detail: float = 0.3
    late: Share = 0.4
    degradation: Annotated[str, Choice(tuple(WAYS))] = "published"
    teacher: str = ""
    taught: Share = 0.5
    workers: Count = 0

    @model_validator(mode="after")
    def _together(self) -> Settings:
        whole = self.side * self.scale
        if whole % (2 * patch_discriminator.SHRINKS) or whole < self.window:
            raise refused("pairs_of_windows")
        return self


@dataclass(frozen=True)
class Batch:
    """small (b, 3, side, side), real (b, 3, scale side, scale side) in [-1, 1]; strength (b,): what the net is told of how far the small
    ones may have been degraded; harmed (b,): how far they were."""

    small: Tensor
    real: Tensor
    strength: Tensor
    harmed: Tensor


class Source:
    """Pairs cut from photographs: this process's rows of the batch of step k follow from the seed and k alone."""

    def __init__(self, settings: Settings, photos: Photographs, seed: int) -> None:
        self.settings, self.photos, self.seed = settings, photos, seed

    def __call__(self, k: int) -> Batch:
        return self.batch([np.random.default_rng(mixed(self.seed, k * 1024 + i)) for i in here().rows(self.settings.batch)])

    def batch(self, randoms: list[np.random.Generator], strength: float | None = None) -> Batch:
        """One picture from each generator; their strength drawn too unless it is given, none for `fidelity`."""
        s, rows = self.settings, []
        for random in randoms:
            real = self.photos.crop(s.side * s.scale, random, s.drawn if strength is None else 0.0)
            told, done = (0.0, 0.0) if s.kind == "fidelity" else _strengths(random) if strength is None else (strength, strength)
            rows.append((WAYS[s.degradation](real, s.scale, done, random), real, told, done))
        small, real, told, harmed = zip(*rows, strict=True)
        return Batch(_stacked(small), _stacked(real), torch.tensor(told).float(), torch.tensor(harmed).float())


def _strengths(random: np.random.Generator) -> tuple[float, float]:
    """What the net is told, and how far the picture is degraded: never farther, sometimes not at all."""
    chance = random.random()
    if chance < CLEAN:
        return 0.0, 0.0
    told = random.random()
    return told, 0.0 if chance < 2 * CLEAN else told * random.random() ** 0.5


class UpscaleRun(states.Stateful):
    """Training of the upscaler; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place, self.photo = seed, here(), settings.kind == "photo"
        source = Path(s.source) if s.source else paths.photographs()
        self.photos = Photographs(source, s.side * s.scale)
        self.batches = Prefetched(Source(s, self.photos, seed), s.workers)
        torch.manual_seed(mixed(seed, FIXED))
        self.config = upscaler.Config(s.scale, s.width, s.depth, denoise=self.photo)
        self.net = self.place.ready(upscaler.TrainingNet(self.config, _start(s.start, self.config)))
        self.average = Average(self.net, s.half_life)
        self.critic = self.place.ready(patch_discriminator.Net(patch_discriminator.Config(s.d_width, 9)))
        self.eye = self.place.ready(vgg.features()) if self.photo and s.windows else None
        self.teacher = Teacher(s.teacher, s.scale, self.place) if self.photo and s.teacher else None
        self.optimisers = {
            "net": torch.optim.Adam(self.net.parameters(), s.rate, (0.9, 0.99)),
            "critic": torch.optim.Adam(self.critic.parameters(), s.d_rate, (0.5, 0.99)),
        }
        self.fixed = self._fixed(source)

    def _fixed(self, source: Path) -> Batch:
        """Held-out photographs that stay the same."""
        kept = Photographs(source, self.settings.side * self.settings.scale, held_out=True, most=4 * SHOWN)
        randoms = [np.random.default_rng(mixed(self.seed, FIXED - i)) for i in range(SHOWN)]
        return Source(self.settings, kept, self.seed).batch(randoms, SHOWN_STRENGTH)

    def step(self, k: int, steps: int) -> dict[str, float]:
        s = self.settings
        torch.manual_seed(mixed(self.seed, k))
        own = self.batches(k)
        batch = Batch(*(each.to(self.place.device) for each in (own.small, own.real, own.strength, own.harmed)))
        for group in self.optimisers["net"].param_groups:
            group["lr"] = cosine(s.rate, s.rate * s.rate_end, k, steps) * min(1.0, (k + 1) / WARM)
        made = self.net.train()(batch.small, batch.strength)
        told, pull = self._pull(made, batch, k, steps) if self.photo else _likeness(made, batch.real, k >= (1 - s.squared) * steps)
        self.optimisers["net"].zero_grad()
        made.backward(pull)
        distributed.step(self.optimisers["net"], 1.0)
        self.average.follow(self.net, k + 1)
        return told

    def _pull(self, made: Tensor, batch: Batch, k: int, steps: int) -> tuple[dict[str, float], Tensor]:
        """What `photo` logs, and the gradient of all its losses at the picture."""
        since = k - self.settings.late * steps
        told, pull = self._seen(made, batch, k, self.settings.detail if since >= 0 else 1.0)
        if self.settings.adversarial and since >= 0:
            told |= self._turn_of_critic(made.detach(), batch.real)
            more, push = self._adversarial(made, batch.real)
            ramp = min(1.0, (since + 1) / max(1.0, 0.05 * steps))
            pull = self.place.balanced(pull, push, self.settings.adversarial * ramp)
            told |= more
        return told, pull

    def _goals(self, batch: Batch) -> list[tuple[Tensor, Tensor]]:
        """What the picture should be like, each (b, 3, h, w) with a weight (b,): the original, and the teacher's, the more was lost."""
        if self.teacher is None:
            return [(batch.real, torch.ones_like(batch.harmed))]
        share = self.settings.taught * batch.harmed
        return [(batch.real, 1 - share), (self.teacher(batch.small), share)]

    def _seen(self, made: Tensor, batch: Batch, k: int, weight: float) -> tuple[dict[str, float], Tensor]:
        """L1 by wavelets and the perceptual distance of windows: values, and their gradient at `made`."""
        s, fill, goals = self.settings, made.detach().requires_grad_(), self._goals(batch)
        coarse, detail = wavelet.haar(fill)
        loss = coarse.new_zeros(())
        for goal, share in goals:
            wanted, fine = wavelet.haar(goal)
            apart = (coarse - wanted).abs().mean((1, 2, 3)) + weight * (detail - fine).abs().mean((1, 2, 3))
            loss = loss + (share * apart).mean()
        told = {"l1": (fill - batch.real).abs().mean().item()}
        if self.eye is not None:
            places = np.random.default_rng(mixed(self.seed, k)).integers(0, made.shape[-1] - s.window + 1, (s.windows, 2))
            cut = [(i % s.batch, int(top), int(left)) for i, (top, left) in enumerate(places, k * s.windows)]
            seen = self._perceived(self.eye, fill, goals, cut)
            loss, told = loss + s.perceptual * seen, {**told, "perceptual": seen.item()}
        return told, torch.autograd.grad(loss, fill)[0]

    def _perceived(self, eye: vgg.Features, fill: Tensor, goals: list[tuple[Tensor, Tensor]], cut: list[tuple[int, int, int]]) -> Tensor:
        """The perceptual distance to the goals of those windows at `cut`, (picture of the whole batch, top, left), that are in this
        process's rows."""
        s, rows, total = self.settings, self.place.rows(self.settings.batch), fill.new_zeros(())
        own = [(i - rows.start, top, left) for i, top, left in cut if i in rows]
        if not own:
            return total
        found = self._looked(eye, _windows(fill, own, s.window))
        for goal, share in goals:
            with torch.no_grad():
                there = self._looked(eye, _windows(goal, own, s.window))
            shares = torch.stack([share[i] for i, _, _ in own])
            total = total + (shares * perceptual.distance(found, there, list(eye.heads))).mean()
        return total * (len(own) * self.place.world / len(cut))

    def _looked(self, eye: vgg.Features, x: Tensor) -> list[Tensor]:
        """VGG16's stages, computed fast where the device can, compared in single precision."""
        with self.place.fast():
            return [each.float() for each in eye(x, self.settings.depth_seen)]

    def _turn_of_critic(self, made: Tensor, real: Tensor) -> dict[str, float]:
        """One step of the discriminator."""
        details = torch.cat([wavelet.haar(real)[1], wavelet.haar(made)[1]])
        scores = self.critic(4 * details)
        one, other = scores.chunk(2)
        loss = hinge.discriminator(one, other)
        self.optimisers["critic"].zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimisers["critic"].step()
        return {"critic": loss.item()}

    def _adversarial(self, made: Tensor, real: Tensor) -> tuple[dict[str, float], Tensor]:
        """The net's hinge loss and feature matching: values, and their gradient at `made`."""
        fill = made.detach().requires_grad_()
        with torch.no_grad():
            wanted = self.critic.features(4 * wavelet.haar(real)[1])
        found = self.critic.features(4 * wavelet.haar(fill)[1])
        scores = self.critic.score(found)
        push = hinge.generator(scores, scores)
        match = torch.stack([(one - other).abs().mean() for one, other in zip(found, wanted)]).mean()
        gradient = torch.autograd.grad(push + self.settings.matching * match, fill)[0]
        return {"adversarial": push.item(), "matching": match.item()}, gradient

    def holders(self) -> states.Holders:
        return {"net": self.net, "critic": self.critic, "average": self.average.net, "optimisers": self.optimisers}

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """For each held-out photograph: made large by bicubic interpolation, by the net, and the original."""
        small = self.fixed.small.to(self.place.device)
        made = self.average.net(small, self.fixed.strength.to(self.place.device)).cpu()
        plain = torch.nn.functional.interpolate(self.fixed.small, scale_factor=self.settings.scale, mode="bicubic")
        return (torch.stack([plain, made, self.fixed.real], 1).flatten(0, 1).clamp(-1, 1) + 1) / 2

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        s, net = self.settings, self.average.net.folded()  # type: ignore[operator]
        titles = {"fidelity": ("fidelity", "忠实"), "photo": ("photo", "照片")}[s.kind]
        folder.write(
            path,
            {
                "task": "upscale",
                "title": {"en": f"Upscale x{s.scale}, {titles[0]}", "zh": f"放大 {s.scale} 倍，{titles[1]}"},
                "licence": "mit",
                "promises": {"scale": s.scale, "channels": 3, "multiple": 1, "receptive": net.receptive},
                "values": {"kind": s.kind} | ({"sibling": f"upscale-x{s.scale}-fidelity"} if self.photo else {}),
                "training": {**summary, "data": f"photographs, {len(self.photos.pictures)} of them"},
            },
            {"model": folder.Trained("upscaler", self.config, net)},
        )


def _stacked(pictures: tuple[Levels, ...]) -> Tensor:
    """Levels (h, w, 3) each -> (b, 3, h, w) in [-1, 1]."""
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return x.contiguous(memory_format=torch.channels_last)


def _likeness(made: Tensor, real: Tensor, squared: bool) -> tuple[dict[str, float], Tensor]:
    """The mean absolute error, and the gradient at `made` of it or of the mean squared error."""
    fill = made.detach().requires_grad_()
    apart = (fill - real).abs()
    loss = 10 * apart.square().mean() if squared else apart.mean()  # about as large as each other where nets end up
    return {"l1": apart.mean().item()}, torch.autograd.grad(loss, fill)[0]


def _windows(x: Tensor, places: list[tuple[int, int, int]], side: int) -> Tensor:
    """The windows at `places`, each (picture, top, left): (n, 3, side, side)."""
    return torch.stack([x[i, :, top : top + side, left : left + side] for i, top, left in places])


def _start(name: str, config: upscaler.Config) -> upscaler.Net | None:
    """The net to start from, fitted to `config`; None for none. UserError when it is of another kind."""
    if not name:
        return None
    return upscaler.started_from(config, catalog.opened(name, "upscale").built(upscaler.Net, UserError("start_unfit", model=name)))


def begin(settings: Settings, seed: int) -> UpscaleRun:
    """A new run of the recipe. UserError without photographs, or without the features that the perceptual loss needs."""
    return UpscaleRun(settings, seed)
