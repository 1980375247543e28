"""Recordings of a set, read and heard, and what is made of them: what a recipe learns from, and pictures to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.pictures.archives import Refusal
from ganapp.sounds import pictured
from ganapp.sounds.sound import Sound
from ganapp.training.data import hearing
from ganapp.training.data.sets import Pictures
from ganapp.training.data.spoken import Spoken

JUDGE, VOICE = "speech-judge", "own"
ENOUGH, MOST_TIMES = 480, 48  # tellings of a small set together, and of one recording of it


@dataclass(frozen=True)
class Clips:
    """Recordings, read and heard. pictures (n, 64, 64) log-mel; labels (n,) int64, or None; classes: their names, () without labels;
    title by
    language; voice: what whoever made the sounds is called; sounds: the recordings themselves where they are so few that they are told over
    and over; refused: files left out; seconds: how long each is; cut: how many are longer than a picture."""

    pictures: Tensor
    labels: Tensor | None
    classes: tuple[str, ...]
    title: dict[str, str]
    voice: str = VOICE
    sounds: tuple[Sound, ...] = ()
    refused: tuple[Refusal, ...] = ()
    seconds: tuple[float, ...] = ()
    cut: int = 0

    def __len__(self) -> int:
        return len(self.pictures)

    @property
    def judge(self) -> str:
        """The classifier that knows every class, "" where none does."""
        return JUDGE if self.classes and set(self.classes) <= set(judged()) else ""

    def ordered(self, classes: Sequence[str]) -> Clips:
        """The same with its classes in another order."""
        if self.labels is None:
            return self
        place = torch.tensor([classes.index(name) for name in self.classes])
        return replace(self, labels=place[self.labels], classes=tuple(classes))

    def told(self, most: int = MOST_TIMES) -> Spoken:
        """What a recipe learns from: every recording, and of a small set more tellings of each, `most` in all, always the same ones."""
        n = len(self)
        times = min(most, max(1, ENOUGH // n)) if self.sounds else 1
        random = np.random.default_rng(0)
        more = [hearing.anew(sound, random) for _ in range(times - 1) for sound in self.sounds]
        labels = torch.zeros(n, dtype=torch.long) if self.labels is None else self.labels
        pictures = torch.cat([self.pictures, torch.stack(more)]) if more else self.pictures
        nothing = torch.zeros(len(pictures), dtype=torch.long)
        words = self.classes or (self.title["en"],)
        return Spoken(pictures, labels.repeat(times), nothing, nothing.clone(), words, (self.voice,))

    def looks(self, told: Spoken) -> Pictures:
        """What was told as grey pictures, for those who look at pictures."""
        grey = ((pictured.of_logmel(told.pictures) + 1) * 127.5).round().to(torch.uint8)  # (n, 1, 64, 64)
        return Pictures(grey, told.words if self.classes else None, self.classes, self.title, judge=self.judge)


def judged() -> tuple[str, ...]:
    """The words that the judge knows, () where it is not here."""
    try:
        return models.load(JUDGE, "classify").names
    except UserError:
        return ()
