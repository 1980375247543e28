"""Recipe `captions`: a writer of sentences about drawn scenes, and a discriminator of pairs that reads what it wrote.

The writer learns by likelihood (words, and what the eye sees in each place). The discriminator is told real pairs from two kinds of wrong
ones: sentences with one attribute changed, as in Reed et al. 2016, and sentences some of whose words the writer chose itself from what it
thought possible (as ELECTRA's generator does, Clark et al. 2020). Paired relativistic loss; it re-ranks what the writer draws.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.kinds import Whole
from ganapp.base.validation import settings_class
from ganapp.losses import relativistic
from ganapp.models import folder
from ganapp.nets import caption_writer, pair_discriminator
from ganapp.training.data.scenes import Scenes
from ganapp.training.run import states
from ganapp.training.run.descent import descend
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import one_cycle
from ganapp.writing import drawing, grammar, reading, scene


@settings_class
class Settings:
    """batch: scenes a step; rate: peak of one cycle; width: of both nets' first stage; code: width of decoder and sentence;
    eye: weight of what the eye says of each place; apart: steps of the writer to one of the discriminator; half_life: of the averages."""

    batch: int = 40
    rate: float = 1.5e-3
    width: int = 32
    code: int = 96
    eye: float = 0.5
    apart: Annotated[int, Whole(1, 100)] = 2
    half_life: float = 150.0


class CaptionsRun(states.Stateful):
    """Training of writer and discriminator; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        words, length = len(grammar.vocabulary()), grammar.LENGTH
        self.config = caption_writer.Config(drawing.SIDE, 3, scene.WIDTH, s.width, 4 * s.width, words, length, s.code)
        self.judging = pair_discriminator.Config(drawing.SIDE, 3, s.width, words, length, s.code)
        self.writer = self.place.ready(caption_writer.Net(self.config))
        self.critic = self.place.ready(pair_discriminator.Net(self.judging))
        self.averages = {"writer": Average(self.writer, s.half_life), "critic": Average(self.critic, s.half_life)}
        nets = {"writer": self.writer, "critic": self.critic}
        self.optimisers = {name: torch.optim.AdamW(net.parameters(), s.rate, (0.9, 0.98), weight_decay=0.01) for name, net in nets.items()}
        self.data = Scenes(s.batch, seed)
        self.criticism: dict[str, float] = {}  # what the discriminator's last step gave

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        for optimiser in self.optimisers.values():
            for group in optimiser.param_groups:
                group["lr"] = one_cycle(k, steps, self.settings.rate)
        batch = self.data.at(k)
        x, wanted, words, wrong = (self.place.part(part) for part in (batch.pictures, batch.targets, batch.words, batch.wrong))
        report, chosen = self._write(x, wanted, words)
        self.averages["writer"].follow(self.writer, k + 1)
        if k % self.settings.apart == 0:
            self.criticism = self._criticise(x, words, wrong, chosen)
            self.averages["critic"].follow(self.critic, k // self.settings.apart + 1)
        return report | self.criticism

    def _write(self, x: Tensor, wanted: Tensor, words: Tensor) -> tuple[dict[str, float], Tensor]:
        """One step of the writer; what is to be logged, and the sentences with words of its own choice (b, n)."""
        seen, verdict = self.writer.train().see(x)
        logits = self.writer.speak(seen, words[:, :-1])  # (b, n - 1, vocabulary)
        loss = functional.cross_entropy(logits.flatten(0, 1), words[:, 1:].flatten(), ignore_index=0)
        loss = loss * self.place.weight(int((words[:, 1:] != 0).sum()))
        eye = reading.misfit(verdict, wanted, weight=self.place.weight)
        descend(self.optimisers["writer"], loss + self.settings.eye * eye)
        return {"words": loss.item(), "eye": eye.item()}, chosen(logits.detach(), words)

    def _criticise(self, x: Tensor, words: Tensor, wrong: Tensor, chosen: Tensor) -> dict[str, float]:
        """One step of the discriminator on real pairs against both kinds of wrong ones."""
        seen = self.critic.train().look(x)
        real, altered, written = (self.critic.compare(seen, self.critic.sentence(each)) for each in (words, wrong, chosen))
        differs = (chosen != words).any(1)  # where the writer chose the same words there is nothing to tell apart
        loss, weight = relativistic.discriminator(real, altered), self.place.weight(int(differs.sum()))
        if bool(differs.any()):
            loss = loss + weight * relativistic.discriminator(real[differs], written[differs])
        descend(self.optimisers["critic"], loss)
        return {"critic": loss.item(), "right_altered": (real > altered).float().mean().item()}

    def holders(self) -> states.Holders:
        averages = {f"{name}_average": average.net for name, average in self.averages.items()}
        optimisers = {f"{name}_optimiser": optimiser for name, optimiser in self.optimisers.items()}
        return {"writer": self.writer, "critic": self.critic, **averages, **optimisers}

    def samples(self) -> Tensor | None:
        return None

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        promises = {"size": drawing.SIDE, "channels": 3, "length": grammar.LENGTH}
        folder.write(
            path,
            {
                "task": "caption",
                "title": {"en": "Captions of scenes", "zh": "场景配文"},
                "licence": "mit",
                "promises": promises,
                "training": {**summary, "data": "scenes"},
                "values": {"words": list(grammar.vocabulary())},
            },
            {
                "model": folder.Trained("caption_writer", self.config, self.averages["writer"].net),
                "discriminator": folder.Trained("pair_discriminator", self.judging, self.averages["critic"].net),
            },
        )


def chosen(logits: Tensor, words: Tensor) -> Tensor:
    """Words (b, n) in which some of the places that carry a word are drawn anew from the writer's own odds, logits (b, n - 1, v)."""
    odds = (logits / 1.3).softmax(2)  # a little bolder than it writes
    place = here()
    drawn = place.chosen(odds).squeeze(2)
    free = (words[:, 1:] != 0) & (place.rand(len(words) * place.world, drawn.shape[1]) < 0.5)
    return torch.cat([words[:, :1], torch.where(free, drawn, words[:, 1:])], dim=1)


def begin(settings: Settings, seed: int) -> CaptionsRun:
    """A new run of the recipe."""
    return CaptionsRun(settings, seed)
