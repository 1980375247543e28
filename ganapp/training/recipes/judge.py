"""Recipe `judge`: the small classifier that measures digits. Cross-entropy with label smoothing, small affine maps, EMA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import digit_classifier
from ganapp.training.data.digits_data import Digits, jiggle
from ganapp.training.recipes._classifier import Classifier
from ganapp.training.run.randomness import Shuffled


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


class JudgeRun(Classifier):
    """Training of the classifier; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.config = digit_classifier.Config(width=settings.width, features=settings.features)
        super().__init__(settings, seed, digit_classifier.Net(self.config))
        self.data = Digits(data=settings.data)
        self.order = Shuffled(len(self.data), settings.batch, seed)

    def learned(self, k: int) -> tuple[Tensor, dict[str, float]]:
        x, y = self.data.at(self.order(k))
        x, y = self.place.part(jiggle(x)), self.place.part(y)
        return self.named(self.judged(x), y)

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
