"""What evaluations of syllables share: the judge's three answers, and how many of them are right."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ganapp.evaluation.report import Row
from ganapp.metrics.class_accuracy import wilson
from ganapp.models import catalog, classifier, folder
from ganapp.models.catalog import Loaded
from ganapp.sounds import pictured
from ganapp.speaking import syllables
from ganapp.speaking.syllables import TONES
from ganapp.training.data.syllables import framed

JUDGE, BLOCK = "syllable-judge", 100
QUESTIONS = ("initial", "final", "tone")


@dataclass(frozen=True)
class Judge:
    """loaded: its folder; initials, finals: what it knows, in the order of its answers, which tones follow."""

    loaded: Loaded
    initials: tuple[str, ...]
    finals: tuple[str, ...]

    @torch.inference_mode()
    def right(self, pictures: Tensor, words: list[str]) -> Tensor:
        """Whether it hears initial, final and tone of syllables in log-mel pictures (n, bands, frames): (n, 3)."""
        net = classifier.of_folder(self.loaded)
        blocks = torch.split(pictures, BLOCK)
        logits = torch.cat([net(pictured.of_logmel(framed(block))) for block in blocks])
        sizes = [len(self.initials), len(self.finals), len(TONES)]
        heard = torch.stack([each.argmax(1) for each in torch.split(logits, sizes, dim=1)], dim=1)
        return heard == torch.tensor([self._numbers(word) for word in words])

    def _numbers(self, word: str) -> tuple[int, int, int]:
        each = syllables.of_bopomofo(word)
        assert each is not None
        return self.initials.index(each.initial), self.finals.index(each.final), TONES.index(each.tone)


def judges(description: folder.Description) -> bool:
    """Whether a classifier is one of syllables."""
    return description.task == "classify" and isinstance(description.values.get("initials"), list)


def judge(loaded: Loaded | None = None) -> Judge:
    """A judge of syllables, the shipped one unless another is given."""
    held = loaded or catalog.load(JUDGE, "classify")
    return Judge(held, *(tuple(held.description.values[key]) for key in ("initials", "finals")))


def rows(prefix: str, right: Tensor, real: Tensor | None = None) -> list[Row]:
    """The share of syllables of which all three are right, and of each alone; real: the same of recordings."""
    n = len(right)
    shares = [right.all(1), *right.unbind(1)]
    compared = [None] * 4 if real is None else [float(each.float().mean()) for each in (real.all(1), *real.unbind(1))]
    named = (f"{prefix}_heard", *(f"{prefix}_{question}" for question in QUESTIONS))
    found = [(name, float(share.float().mean()), beside) for name, share, beside in zip(named, shares, compared, strict=True)]
    return [Row(name, share, n, real=beside, interval=wilson(share, n)) for name, share, beside in found]
