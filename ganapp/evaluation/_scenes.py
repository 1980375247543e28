"""What evaluations of the captions' closed world share: held-out scenes, and shares of what is said or shown rightly, by attribute."""

from __future__ import annotations

from collections.abc import Sequence

from ganapp.evaluation.report import Row
from ganapp.metrics.class_accuracy import wilson
from ganapp.models import classifier, folder
from ganapp.models.catalog import Loaded, load
from ganapp.models.classifier import Classifier
from ganapp.training.data.scenes import Batch, Scenes
from ganapp.writing.scene import ATTRIBUTES

SEED, JUDGE = 20_261, "write-judge"
NAMES = (*ATTRIBUTES, "count", "all")
BLOCK = 50  # scenes worked on at once
Verdicts = Sequence[dict[str, bool]]


def blocks(n: int, seed: int, loose: bool = False) -> list[Batch]:
    """About n scenes of digits that nothing was trained on, in blocks."""
    scenes = Scenes(BLOCK, seed, "test", loose)
    return [scenes.at(k) for k in range(max(1, n // BLOCK))]


def judge() -> tuple[Classifier, str]:
    """The judge, and the SHA-256 of its weights."""
    loaded: Loaded = load(JUDGE, "classify")
    return classifier.of_folder(loaded), loaded.description.parts["model"].sha256


def of_scenes(description: folder.Description) -> bool:
    """Whether a classifier is one of places of a scene."""
    return description.task == "classify" and description.parts["model"].family == "scene_reader"


def share(verdicts: Verdicts, name: str) -> float:
    """Of the verdicts, those where `name` is right."""
    return sum(verdict[name] for verdict in verdicts) / len(verdicts)


def rows(verdicts: Verdicts, real: Verdicts | None = None, bars: dict[str, float] | None = None) -> list[Row]:
    """A row for each attribute, "count" and "all", beside the same of real pictures."""
    n = len(verdicts)
    return [
        Row(
            f"scene_{name}",
            share(verdicts, name),
            n,
            real=None if real is None else share(real, name),
            interval=wilson(share(verdicts, name), n),
            bar=(bars or {}).get(name),
        )
        for name in NAMES
    ]
