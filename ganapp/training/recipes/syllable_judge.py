"""Recipe `syllable_judge`: the net that says which initial, final and tone a log-mel picture holds. It measures syllables, no more.

One head answers three questions (sums of three cross-entropies with label smoothing), over recordings told higher and lower, quicker and
slower, moved along time, made duller or brighter, and covered in places (Park et al. 2019, "SpecAugment").
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import digit_classifier
from ganapp.sounds import mel, pictured
from ganapp.training.data import spoken, syllables
from ganapp.training.recipes._classifier import Classifier
from ganapp.training.run.randomness import Shuffled


@settings_class
class Settings:
    """source: file of recordings, see training/data/syllables.py; batch: recordings a step; rate: peak of one cycle; width, features: the
    net's; smoothing: of the labels; half_life: of the average; semitones, tempo: see `syllables`; moved: frames that a recording is moved
    by at most; covered: frames and bands that are covered at most."""

    source: str
    batch: int = 64
    rate: float = 2e-3
    width: int = 24
    features: int = 256
    smoothing: float = 0.05
    half_life: float = 200.0
    semitones: float = 2.0
    tempo: float = 0.2
    moved: int = 4
    covered: int = 8


class SyllableJudgeRun(Classifier):
    """Training of the judge; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        data = spoken.load(settings.source)
        self.composition, self.data = syllables.composition(data), data.only("train")
        classes = sum(self.composition.sizes)
        self.config = digit_classifier.Config(mel.FRAMES, 1, classes, settings.width, settings.features)
        super().__init__(settings, seed, digit_classifier.Net(self.config))
        self.order = Shuffled(len(self.data), settings.batch, seed)
        self.low = torch.full((mel.BANDS,), spoken.floor())

    def learned(self, k: int) -> tuple[Tensor, dict[str, float]]:
        index = self.order(k)
        x = self.place.part(self.data.pictures[index])
        y = self.place.part(self.composition.table[self.data.words[index]])
        x = syllables.retold(x, self.settings.semitones, self.settings.tempo)
        x = spoken.moved(x, self.low.to(x.device), self.settings.moved)
        x = spoken.covered(spoken.tilted(x), self.settings.covered)
        logits = self.judged(pictured.of_logmel(syllables.framed(x)))
        answers = zip(
            ("initial", "final", "tone"), *(torch.split(each, list(self.composition.sizes), 1) for each in (logits, y)), strict=True
        )
        losses, told = [], {}
        for name, said, right in answers:
            losses.append(functional.cross_entropy(said, right, label_smoothing=self.settings.smoothing))
            told[name] = (said.argmax(1) == right.argmax(1)).float().mean().item()
        return torch.stack(losses).sum(), told

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name != "source"}  # a path says nothing
        made_of = self.composition
        folder.write(
            path,
            {
                "task": "classify",
                "title": {"en": "Judge of Mandarin syllables", "zh": "汉语音节裁判"},
                "licence": "mit",
                "promises": {"size": mel.FRAMES, "channels": 1, "classes": sum(made_of.sizes), "features": self.settings.features},
                "training": {**summary, "settings": settings, "data": f"syllables, {len(self.data):,} recordings"},
                "values": {"initials": list(made_of.initials), "finals": list(made_of.finals)},
            },
            {"model": folder.Trained("digit_classifier", self.config, self.average.net)},
        )


def begin(settings: Settings, seed: int) -> SyllableJudgeRun:
    """A new run of the recipe."""
    return SyllableJudgeRun(settings, seed)
