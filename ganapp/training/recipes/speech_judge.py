"""Recipe `speech_judge`: the net that says which word a log-mel picture holds. It measures spoken words, no more.

Cross-entropy with label smoothing over recordings that are moved along time, made duller or brighter, and covered in places (Park et al.
2019, "SpecAugment").
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import digit_classifier
from ganapp.sounds import mel, pictured
from ganapp.training.data import spoken
from ganapp.training.recipes._classifier import Classifier
from ganapp.training.run.randomness import Shuffled


@settings_class
class Settings:
    """source: file of recordings, see training/data/spoken.py; batch: recordings a step; rate: peak of one cycle; width, features: the
    net's; smoothing: of the labels; half_life: of the average; moved: frames that a recording is moved by at most; covered: frames and
    bands that are covered at most."""

    source: str
    batch: int = 48
    rate: float = 2e-3
    width: int = 16
    features: int = 96
    smoothing: float = 0.05
    half_life: float = 150.0
    moved: int = 6
    covered: int = 10


class SpeechJudgeRun(Classifier):
    """Training of the judge; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.data = spoken.load(settings.source).only("train")
        words = len(self.data.word_names)
        self.config = digit_classifier.Config(mel.FRAMES, 1, words, settings.width, settings.features)
        super().__init__(settings, seed, digit_classifier.Net(self.config))
        self.order = Shuffled(len(self.data), settings.batch, seed)
        self.low = torch.full((mel.BANDS,), spoken.floor())

    def learned(self, k: int) -> tuple[Tensor, dict[str, float]]:
        x, y, _ = (self.place.part(each) for each in self.data.at(self.order(k)))
        x = spoken.moved(x, self.low.to(x.device), self.settings.moved)
        x = spoken.covered(spoken.tilted(x), self.settings.covered)
        return self.named(self.judged(pictured.of_logmel(x)), y)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name != "source"}  # a path says nothing
        words = self.data.word_names
        folder.write(
            path,
            {
                "task": "classify",
                "title": {"en": "Judge of spoken digits", "zh": "语音裁判"},
                "licence": "mit",
                "promises": {"size": mel.FRAMES, "channels": 1, "classes": len(words), "features": self.settings.features},
                "training": {**summary, "settings": settings, "data": f"spoken, {len(self.data):,} recordings"},
                "values": {"words": list(words)},
            },
            {"model": folder.Trained("digit_classifier", self.config, self.average.net)},
        )


def begin(settings: Settings, seed: int) -> SpeechJudgeRun:
    """A new run of the recipe."""
    return SpeechJudgeRun(settings, seed)
