"""Recipe `upscale`: the upscaler, by likeness alone (`fidelity`), or against a discriminator on degraded photographs (`photo`).

`fidelity`: mean absolute error on pictures that bicubic interpolation made small, and squared error in the end, which is what decibels
count. `photo`: from a net of the first kind; the coarse half of the picture is pinned by L1, its detail is judged by a patch
discriminator (hinge, spectral norm) that sees only the wavelets of detail (see losses/wavelet.py), with feature matching and VGG16's
perceptual distance on windows. The net is told how strongly a picture may have been degraded, and learns to clean up to that. The
adversarial part is weighed by its gradient, after Esser et al. 2021: it pulls `adversarial` times as hard as the likeness does. A teacher,
a larger net of another make, may answer for the original where that cannot be known from the degraded picture. A net to start from that
has a cleaner keeps it as it is, and learns to enlarge what the cleaner leaves; or `cleaning` lets the cleaner learn on with it, so that
texture that looks like noise comes through.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.losses import hinge, perceptual, wavelet
from ganapp.metrics import vgg
from ganapp.models import catalog, folder
from ganapp.nets import patch_discriminator, upscaler
from ganapp.training.data import photographs
from ganapp.training.data.pairs import Pairs, StoredPairs
from ganapp.training.data.photographs import Photographs
from ganapp.training.data.taught_pairs import Lesson, TaughtPairs
from ganapp.training.recipes._teacher import Teacher
from ganapp.training.recipes._upscale_batches import Batch, Settings, Source, degraded
from ganapp.training.run import distributed, states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.prefetch import Prefetched
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

SHOWN, FIXED = 8, -1
SHOWN_STRENGTH = 0.5
WARM = 100  # steps until the rate is reached
__all__ = ["Settings", "UpscaleRun", "begin"]


class UpscaleRun(states.Stateful):
    """Training of the upscaler; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place, self.photo = seed, here(), settings.kind == "photo"
        source = Path(s.source) if s.source else paths.photographs()
        self.photos = Photographs(source, s.side * s.scale)
        self.batches = Prefetched(Source(s, self.photos, seed, self._pairs(source)), s.workers)
        torch.manual_seed(mixed(seed, FIXED))
        start = catalog.start(s.start, "upscale", upscaler.Net) if s.start else None
        cleaner = start.config.cleaner if start is not None and self.photo else 0
        self.config = upscaler.Config(s.scale, s.width, s.depth, denoise=self.photo, cleaner=cleaner)
        self.net = self.place.ready(upscaler.TrainingNet(self.config, start and _fitted(start, self.config, s.start)))
        if cleaner and not s.cleaning:
            self.net.cleaner.requires_grad_(False)
        self.average = Average(self.net, s.half_life)
        self.critic = self.place.ready(patch_discriminator.Net(patch_discriminator.Config(s.d_width, 9)))
        self.eye = self.place.ready(vgg.features()) if self.photo and s.windows else None
        self.teacher = Teacher(s.teacher, s.scale, self.place) if self.photo and s.teacher and not s.crops else None
        self.optimisers = {
            "net": torch.optim.Adam(self._groups(), s.rate, (0.9, 0.99)),
            "critic": torch.optim.Adam(self.critic.parameters(), s.d_rate, (0.5, 0.99)),
        }
        self.fixed = self._fixed(source)

    def _groups(self) -> list[dict[str, Any]]:
        """The net's weights, those of a cleaner that learns on apart, with the share of the rate at which they learn."""
        if not (self.config.cleaner and self.settings.cleaning):
            return [{"params": list(self.net.parameters())}]
        cleaner = list(self.net.cleaner.parameters())
        apart = {id(each) for each in cleaner}
        others = [each for each in self.net.parameters() if id(each) not in apart]
        return [{"params": others}, {"params": cleaner, "share": self.settings.cleaning}]

    def _pairs(self, source: Path) -> Pairs | None:
        """Where pairs with a teacher's pictures come from: a folder (those whose photograph is not held out), or the teacher."""
        s = self.settings
        if s.pairs:
            return StoredPairs(Path(s.pairs), source, {path.name for path in photographs.files(source, held_out=False)}, s.scale)
        if s.crops:
            return TaughtPairs(Lesson(s.teacher, s.crops, s.side, s.scale, s.degradation), self.photos, partial(degraded, s))
        return None

    def _fixed(self, source: Path) -> Batch:
        """Held-out photographs that stay the same."""
        kept = Photographs(source, self.settings.side * self.settings.scale, held_out=True, most=4 * SHOWN)
        randoms = [np.random.default_rng(mixed(self.seed, FIXED - i)) for i in range(SHOWN)]
        return Source(self.settings, kept, self.seed).batch(randoms, SHOWN_STRENGTH)

    def step(self, k: int, steps: int) -> dict[str, float]:
        s = self.settings
        torch.manual_seed(mixed(self.seed, k))
        own = self.batches(k)
        batch = Batch(*(each.to(self.place.device) for each in vars(own).values()))
        for group in self.optimisers["net"].param_groups:
            group["lr"] = group.get("share", 1.0) * cosine(s.rate, s.rate * s.rate_end, k, steps) * min(1.0, (k + 1) / WARM)
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
            return [(batch.goal, torch.ones_like(batch.harmed))]
        share = self.settings.taught * batch.harmed
        return [(batch.goal, 1 - share), (self.teacher(batch.small), share)]

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
            cut = [((k + i * s.batch // s.windows) % s.batch, int(top), int(left)) for i, (top, left) in enumerate(places)]
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


def _likeness(made: Tensor, real: Tensor, squared: bool) -> tuple[dict[str, float], Tensor]:
    """The mean absolute error, and the gradient at `made` of it or of the mean squared error."""
    fill = made.detach().requires_grad_()
    apart = (fill - real).abs()
    loss = 10 * apart.square().mean() if squared else apart.mean()  # about as large as each other where nets end up
    return {"l1": apart.mean().item()}, torch.autograd.grad(loss, fill)[0]


def _windows(x: Tensor, places: list[tuple[int, int, int]], side: int) -> Tensor:
    """The windows at `places`, each (picture, top, left): (n, 3, side, side)."""
    return torch.stack([x[i, :, top : top + side, left : left + side] for i, top, left in places])


def _fitted(start: upscaler.Net, config: upscaler.Config, name: str) -> upscaler.Net:
    """`start` made to fit `config`. UserError for another depth, or a narrower config."""
    try:
        return upscaler.started_from(config, start)
    except ValueError as error:
        raise UserError("start_unfit", model=name) from error


def begin(settings: Settings, seed: int) -> UpscaleRun:
    """A new run of the recipe. UserError without photographs, or without the features that the perceptual loss needs."""
    return UpscaleRun(settings, seed)
