"""Recipe `scene_judge`: the net that says what stands in each place of a drawn scene. It measures pictures made of sentences, no more.

Cross-entropy of kind, colour, size and slant in every place, with label smoothing, on scenes drawn anew for every step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import Tensor

from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import scene_reader
from ganapp.training.data.scenes import Scenes
from ganapp.training.recipes._classifier import Classifier
from ganapp.writing import drawing, reading, scene


@settings_class
class Settings:
    """batch: scenes a step; rate: peak of one cycle; width, features: the net's; smoothing: of the labels; half_life: of the average."""

    batch: int = 48
    rate: float = 2e-3
    width: int = 40
    features: int = 160
    smoothing: float = 0.02
    half_life: float = 150.0


class SceneJudgeRun(Classifier):
    """Training of the judge; see `loop.Run`."""

    net: scene_reader.Net

    def __init__(self, settings: Settings, seed: int) -> None:
        self.config = scene_reader.Config(drawing.SIDE, 3, scene.WIDTH, settings.width, settings.features)
        super().__init__(settings, seed, scene_reader.Net(self.config))
        self.data = Scenes(settings.batch, seed)

    def learned(self, k: int) -> tuple[Tensor, dict[str, float]]:
        batch = self.data.at(k)
        x, wanted = self.place.part(batch.pictures), self.place.part(batch.targets)
        verdict = self.judged(x).view(len(x), -1, scene.WIDTH)
        return reading.misfit(verdict, wanted, self.settings.smoothing, self.place.weight), {}

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        classes = self.net.places * scene.WIDTH
        folder.write(
            path,
            {
                "task": "classify",
                "title": {"en": "Judge of scenes", "zh": "场景裁判"},
                "licence": "mit",
                "promises": {"size": drawing.SIDE, "channels": 3, "classes": classes, "features": self.settings.features},
                "training": {**summary, "data": "scenes"},
            },
            {"model": folder.Trained("scene_reader", self.config, self.average.net)},
        )


def begin(settings: Settings, seed: int) -> SceneJudgeRun:
    """A new run of the recipe."""
    return SceneJudgeRun(settings, seed)
