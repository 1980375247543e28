"""Recipe `judge`: the small classifier that measures digits. Cross-entropy with label smoothing, small affine maps, EMA."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import digit_classifier
from ganapp.training.data.digits_data import Digits, jiggle
from ganapp.training.run import states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed


@settings_class
class Settings:
    """data: a shipped data set; batch: pictures a step; rate: peak learning rate (one cycle: linear up, cosine down);
    width, features: the net's; smoothing: of the labels; half_life: of the average, in steps."""

    data: str = "mnist"
    batch: int = 128
    rate: float = 2e-3
    width: int = 24
    features: int = 96
    smoothing: float = 0.05
    half_life: float = 300.0


def one_cycle(k: int, steps: int, peak: float) -> float:
    """Learning rate of step k: linear to `peak` over the first tenth, then half a cosine to nothing."""
    warm = max(1, steps // 10)
    return peak * (k + 1) / warm if k < warm else peak * 0.5 * (1 + math.cos(math.pi * (k - warm) / max(1, steps - warm)))


class JudgeRun(states.Stateful):
    """Training of the classifier; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.seed, self.place = settings, seed, here()
        self.config = digit_classifier.Config(width=settings.width, features=settings.features)
        self.net = self.place.ready(digit_classifier.Net(self.config))
        self.average = Average(self.net, settings.half_life)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), settings.rate, weight_decay=0.01)
        self.data = Digits(data=settings.data)
        self.order = Shuffled(len(self.data), settings.batch, seed)

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        for group in self.optimiser.param_groups:
            group["lr"] = one_cycle(k, steps, self.settings.rate)
        x, y = self.data.at(self.order(k))
        x, y = self.place.part(jiggle(x)), self.place.part(y)
        logits = self.net.train()(x.contiguous(memory_format=torch.channels_last))
        loss = functional.cross_entropy(logits, y, label_smoothing=self.settings.smoothing)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.average.follow(self.net, k + 1)
        return {"loss": loss.item(), "accuracy": (logits.argmax(1) == y.argmax(1)).float().mean().item()}

    def holders(self) -> states.Holders:
        return {"net": self.net, "average": self.average.net, "optimiser": self.optimiser}

    def samples(self) -> Tensor | None:
        return None

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        folder.write(
            path,
            {
                "task": "classify",
                "title": {"en": "Digits judge", "zh": "数字裁判"},
                "licence": "mit",
                "promises": {"size": 32, "channels": 1, "classes": 10, "features": self.settings.features},
                "training": {**summary, "data": f"{self.settings.data}, 60,000 training pictures"},
            },
            {"model": folder.Trained("digit_classifier", self.config, self.average.net)},
        )


def begin(settings: Settings, seed: int) -> JudgeRun:
    """A new run of the recipe."""
    return JudgeRun(settings, seed)
