"""Stage "drawing" of the recipe `illustrations`: sentences are read, then drawn as code draws them, without an opponent.

First the sentence's part of the painter learns to say what stands in each place. Then all of it learns by pixels: it is given the random
numbers of which each drawing is made (whose hand, how exact a place, which shade), so that nothing is left to guess and nothing blurs, and
a writer of captions reads what it drew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ganapp.nets import pair_discriminator, scene_painter
from ganapp.training.data.scenes import Batch, Scenes
from ganapp.training.recipes._copies import copied
from ganapp.training.recipes._scene_stage import Stage, unlike
from ganapp.training.run import distributed, states
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import one_cycle
from ganapp.writing import drawing, grammar, reading, scene

if TYPE_CHECKING:
    from ganapp.training.recipes.illustrations import Settings

MANY = 4  # so many times as many sentences in a step that only reads
LONGEST = 1.0  # of a step's gradient


class DrawingRun(Stage):
    """Training of the painter alone; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        super().__init__(settings, seed)
        self.head = nn.Linear(self.config.code, scene.WIDTH).to(self.place.device)
        own = [*self.painter.parameters(), *self.head.parameters()]
        self.drawing = torch.optim.Adam(own, settings.rate, (0.9, 0.99))
        self.reading = torch.optim.Adam([*self.painter.sentence.parameters(), *self.head.parameters()], settings.rate, (0.9, 0.98))
        self.sentences = Scenes(MANY * settings.batch, seed, shuffled=True)

    def players(self, reader: pair_discriminator.Net) -> tuple[scene_painter.Net, pair_discriminator.Net]:
        s, words, length = self.settings, len(grammar.vocabulary()), grammar.LENGTH
        if s.model:  # it goes on
            return self.given(s.model)
        code, depth, heads = reader.config.code, reader.config.depth, reader.config.heads
        painter = scene_painter.Net(scene_painter.Config(drawing.SIDE, 3, s.latent, s.width, words, length, code, depth, heads))
        return painter, copied(reader)

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        before = min(self.settings.reading, steps)
        if k < before:
            report = self._read(self.sentences.at(k), one_cycle(k, before, self.settings.rate))
        else:
            report = self._draw(k, one_cycle(k - before, steps - before, self.settings.rate))
        self.average.follow(self.painter, k + 1)
        return report

    def _misread(self, words: Tensor, batch: Batch) -> Tensor:
        """How far what the sentences' codes say of each place is from what stands there."""
        verdict = self.head(self.painter.sentence(words))
        return reading.misfit(verdict, self.place.part(batch.targets), weight=self.place.weight)

    def _read(self, batch: Batch, rate: float) -> dict[str, float]:
        """One step of the sentences alone."""
        loss = self._misread(self.place.part(batch.words), batch)
        _learn(self.reading, loss, rate)
        return {"misread": loss.item()}

    def _draw(self, k: int, rate: float) -> dict[str, float]:
        """One step of all."""
        s, batch = self.settings, self.data.at(k)
        x, words = self.place.part(batch.pictures), self.place.part(batch.words)
        drawn: Tensor = self.painter.train()(self.latents(batch, k), words)
        off = unlike(drawn, x)
        retold = self.retold(drawn, self.place.part(batch.targets))
        misread = self._misread(words, batch)
        _learn(self.drawing, s.likeness * off + s.retold * retold + misread, rate)
        return {"unlike": off.item(), "retold": retold.item(), "misread": misread.item()}

    def holders(self) -> states.Holders:
        nets = {"painter": self.painter, "head": self.head, "average": self.average.net}
        return {**nets, "drawing": self.drawing, "reading": self.reading}


def _learn(optimiser: torch.optim.Optimizer, loss: Tensor, rate: float) -> None:
    """One step along a loss."""
    for group in optimiser.param_groups:
        group["lr"] = rate
    optimiser.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    distributed.step(optimiser, LONGEST)
