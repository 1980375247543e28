"""Stage "game" of the recipe `illustrations`: painter and discriminator play, from a painter that can draw and a discriminator that reads.

The discriminator tells real pictures with their sentences from generated ones, and from real pictures with wrong sentences (Reed et al.
2016, "Generative Adversarial Text to Image Synthesis", algorithm 1), both as paired relativistic games, with R1 and R2 on the pictures. A
writer of captions that is finished reads what was drawn: the painter is also asked for pictures in which it sees what the sentence says
(as in Qiao et al. 2019, "MirrorGAN", section 3.4), and, since it knows the numbers of which each drawing is made, for that drawing (as in
Isola et al. 2017, "Image-to-Image Translation with Conditional Adversarial Networks", equation 4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from ganapp.losses import gradient_penalty, relativistic
from ganapp.nets import pair_discriminator, scene_painter
from ganapp.training.data.scenes import Batch
from ganapp.training.recipes._scene_stage import Stage, unlike
from ganapp.training.run import states
from ganapp.training.run.descent import descend
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine

if TYPE_CHECKING:
    from ganapp.training.recipes.illustrations import Settings


class GameRun(Stage):
    """Training of painter and discriminator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        super().__init__(settings, seed)
        nets = {"painter": self.painter, "critic": self.critic}
        self.optimisers = {name: torch.optim.Adam(net.parameters(), settings.rate, (0.0, 0.99)) for name, net in nets.items()}

    def players(self, reader: pair_discriminator.Net) -> tuple[scene_painter.Net, pair_discriminator.Net]:
        return self.given(self.settings.model)

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        for optimiser in self.optimisers.values():
            self.paced(optimiser, k, steps)
        batch = self.data.at(k)
        x, words, wrong = (self.place.part(part) for part in (batch.pictures, batch.words, batch.wrong))
        made = self.painter.train()(self.latents(batch, k), words)
        report = self._criticise((x, made.detach()), (words, wrong), k, steps)
        report |= self._paint(x, made, words, batch)
        self.average.follow(self.painter, k + 1)
        return report

    def _look(self, x: Tensor, exact: bool = False) -> Tensor:
        """What the discriminator sees; in single precision where slopes are measured."""
        if exact:
            return self.critic.look(x)
        with self.place.fast():
            seen = self.critic.look(x)
        return seen.float()

    def _criticise(self, pictures: tuple[Tensor, Tensor], told: tuple[Tensor, Tensor], k: int, steps: int) -> dict[str, float]:
        """One turn of the discriminator; pictures: real, made; told: right and wrong words."""
        s, critic = self.settings, self.critic
        due = s.lazy if k % s.lazy == 0 else 0
        x, made = (each.requires_grad_(bool(due)) for each in pictures)
        right, wrong = critic.sentence(told[0]), critic.sentence(told[1])
        seen, seen_made = self._look(x, bool(due)), self._look(made, bool(due))
        real, mismatched, fake = critic.compare(seen, right), critic.compare(seen, wrong), critic.compare(seen_made, right)
        loss = relativistic.discriminator(real, fake) + s.wrong * relativistic.discriminator(real, mismatched)
        report = {"d_loss": loss, "d_order": (real > fake).float().mean(), "d_wrong": (real > mismatched).float().mean()}
        if due:
            penalty = gradient_penalty.zero_centred(real, x) + gradient_penalty.zero_centred(fake, made)
            loss = loss + due * cosine(s.gamma, s.gamma_end, k, steps) / 2 * penalty
        descend(self.optimisers["critic"], loss)
        return {name: value.item() for name, value in report.items()}

    def _paint(self, x: Tensor, made: Tensor, words: Tensor, batch: Batch) -> dict[str, float]:
        """One turn of the painter."""
        self.critic.requires_grad_(False)
        with torch.no_grad():
            codes = self.critic.sentence(words)
            real = self.critic.compare(self._look(x.detach()), codes)
        game = relativistic.generator(real, self.critic.compare(self._look(made), codes))
        retold = self.retold(made, self.place.part(batch.targets))
        off = unlike(made, x.detach())
        descend(self.optimisers["painter"], game + self.settings.retold * retold + self.settings.likeness * off)
        self.critic.requires_grad_(True)
        return {"g_loss": game.item(), "retold": retold.item(), "unlike": off.item()}

    def holders(self) -> states.Holders:
        optimisers = {f"{name}_optimiser": optimiser for name, optimiser in self.optimisers.items()}
        return {"painter": self.painter, "critic": self.critic, "average": self.average.net, **optimisers}
