"""The settings of the recipe `upscale`, and its batches: pictures cut from photographs and degraded, or from a folder of pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor

from ganapp.base.kinds import Choice, Count, Share, Whole, refused
from ganapp.base.validation import settings_class
from ganapp.nets import patch_discriminator, upscaler
from ganapp.training.data import degradations, published
from ganapp.training.data.degradations import Levels
from ganapp.training.data.pairs import Pairs
from ganapp.training.data.photographs import Photographs
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed

KINDS = ("fidelity", "photo")
WAYS = {"published": published.degraded, "gentle": degradations.degraded, "both": published.either}
CLEAN = 0.1  # of the pictures of `photo` are not degraded and the net is told so; as many are not and it is told anything


@settings_class
class Settings:
    """kind: fidelity or photo; scale: 2 or 4; start: a model to start from, an id or a folder, "" for none; source: a folder of photographs
    ("" for the deployer's); side: of the small crops; batch; drawn: share of crops that are drawn by code;

    squared: share of the steps, the last ones, at which `fidelity` counts squared errors;

    rate, rate_end: of the net, and the share left at the end (cosine); cleaning: share of that rate at which the cleaner that came with the
    net to start from learns on, 0 to keep it; half_life: of the average, in steps; width, depth: its own;
    d_rate, d_width: of the discriminator; adversarial: gradient of its loss as a share of the likeness's; matching: weight of feature
    matching in it; perceptual: weight of the perceptual distance; windows, window, depth_seen: how many, their side, and VGG16's stages;

    degradation: what `photo` is trained against, "published", "gentle" or "both"; teacher: a model that enlarges, its id or a file's path,
    "" for none; taught: share of likeness and perceptual distance that count towards its picture where the small one was degraded in full:
    a picture that lacks little is known better than any teacher knows it; crops: how many crops the teacher enlarges, each once, kept as
    `TaughtPairs`; 0: it enlarges every batch anew, which only a graphics card and a file of another make can do;
    pairs: a folder of pairs with a teacher's pictures, as `StoredPairs`, "" for none; paired: share of the pictures that come from them or
    from the teacher's crops, whose goal is the teacher's picture with chance `taught`; noisy: share of the others that get noise alone;
    in_full: share of those at which the net is told to clean in full, which it seldom is else: noise has to be gone then;
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
    cleaning: Share = 0.0
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
    crops: Count = 0
    pairs: str = ""
    paired: Share = 0.5
    noisy: Share = 0.0
    in_full: Share = 0.0
    workers: Count = 0

    @model_validator(mode="after")
    def _together(self) -> Settings:
        whole = self.side * self.scale
        if whole % (2 * patch_discriminator.SHRINKS) or whole < self.window:
            raise refused("pairs_of_windows")
        if self.crops and (self.pairs or not self.teacher):
            raise refused("crops_of_a_teacher")
        return self


Row = tuple[Levels, Levels, Levels, float, float]  # small, real, goal, told, harmed: see `Batch`


@dataclass(frozen=True)
class Batch:
    """small (b, 3, side, side), real, the originals, and goal, what is to come out, the originals or a teacher's pictures, (b, 3, scale
    side, scale side), all in [-1, 1]; strength (b,): what the net is told of how far the small ones may have been degraded; harmed (b,):
    how far they were."""

    small: Tensor
    real: Tensor
    goal: Tensor
    strength: Tensor
    harmed: Tensor


class Source:
    """Pictures cut from photographs or from pairs: this process's rows of the batch of step k follow from the seed and k alone."""

    def __init__(self, settings: Settings, photos: Photographs, seed: int, pairs: Pairs | None = None) -> None:
        self.settings, self.photos, self.seed, self.pairs = settings, photos, seed, pairs

    def __call__(self, k: int) -> Batch:
        return self.batch([np.random.default_rng(mixed(self.seed, k * 1024 + i)) for i in here().rows(self.settings.batch)])

    def batch(self, randoms: list[np.random.Generator], strength: float | None = None) -> Batch:
        """One picture from each generator; their strength drawn too unless it is given, none for `fidelity`."""
        small, real, goal, told, harmed = zip(*(self._row(random, strength) for random in randoms), strict=True)
        return Batch(_stacked(small), _stacked(real), _stacked(goal), torch.tensor(told).float(), torch.tensor(harmed).float())

    def _row(self, random: np.random.Generator, strength: float | None) -> Row:
        """From a pair with chance `paired` where there are pairs, else from a photograph."""
        if self.pairs is not None and random.random() < self.settings.paired:
            return self._paired(self.pairs, random)
        return self._drawn(random, strength)

    def _drawn(self, random: np.random.Generator, strength: float | None) -> Row:
        """A crop of a photograph, and what is left of it once it was degraded."""
        s = self.settings
        real = self.photos.crop(s.side * s.scale, random, s.drawn if strength is None else 0.0)
        told, done = (0.0, 0.0) if s.kind == "fidelity" else strengths(random) if strength is None else (strength, strength)
        alone = bool(s.noisy) and strength is None and random.random() < s.noisy
        if alone and s.in_full and random.random() < s.in_full:
            told, done = 1.0, random.random() ** 0.5
        way = published.noisy if alone else WAYS[s.degradation]
        return way(real, s.scale, done, random), real, real, told, done

    def _paired(self, pairs: Pairs, random: np.random.Generator) -> Row:
        """A piece of a pair; the net is told no less than what cleans so much. A picture that lacks nothing is best known by itself."""
        pair = pairs.crop(self.settings.side, random)
        told = random.uniform(pair.strength**2, 1.0)
        learnt = pair.strength > 0 and random.random() < self.settings.taught
        return pair.small, pair.real, pair.taught if learnt else pair.real, told, pair.strength


def degraded(settings: Settings, real: Levels, random: np.random.Generator) -> tuple[Levels, float]:
    """What is left of a picture, and how far it was degraded."""
    done = strengths(random)[1]
    return WAYS[settings.degradation](real, settings.scale, done, random), done


def strengths(random: np.random.Generator) -> tuple[float, float]:
    """What the net is told, and how far the picture is degraded: up to the root of it, so that a quarter cleans what is half degraded;
    sometimes not at all."""
    chance = random.random()
    if chance < CLEAN:
        return 0.0, 0.0
    told = random.random()
    return told, 0.0 if chance < 2 * CLEAN else (told * random.random()) ** 0.5


def _stacked(pictures: tuple[Levels, ...]) -> Tensor:
    """Levels (h, w, 3) each -> (b, 3, h, w) in [-1, 1]."""
    x = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return x.contiguous(memory_format=torch.channels_last)
