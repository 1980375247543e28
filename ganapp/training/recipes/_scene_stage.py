"""What both stages of the recipe `illustrations` share: painter, reader, discriminator, scenes, and the folder that comes of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models import catalog, folder
from ganapp.nets import caption_writer, pair_discriminator, scene_painter
from ganapp.training.data import scene_hands
from ganapp.training.data.scenes import Batch, Scenes
from ganapp.training.recipes._copies import copied
from ganapp.training.run import states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import cosine
from ganapp.writing import drawing, grammar, reading

if TYPE_CHECKING:
    from ganapp.training.recipes.illustrations import Settings

SQUARED = 4.0  # weight of squares in what pixels differ by
SHOWN = 40  # pictures of a sample sheet
FIXED = -1  # in place of a step: where what is shown through the run is drawn


class Stage(states.Stateful):
    """A painter with its average, a frozen writer of captions that reads what was drawn, a discriminator that can read; see `loop.Run`."""

    usable_early = True

    def __init__(self, settings: Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place = seed, here()
        told = catalog.opened(s.writer, "caption")
        unfit = UserError("bad_value", where="writer", problem=f"{told.id} writes no captions of these words")
        if told.description.values.get("words") != list(grammar.vocabulary()):
            raise unfit
        writer = copied(told.built(caption_writer.Net, unfit)).to(self.place.device)
        self.writer: Any = writer.eval().requires_grad_(False)
        reader = told.built(pair_discriminator.Net, unfit, "discriminator")
        torch.manual_seed(mixed(seed, 0))
        self.before: dict[str, Any] = {}
        painter, critic = self.players(reader)
        self.config, self.judging = painter.config, critic.config
        self.painter, self.critic = self.place.ready(painter), self.place.ready(critic)
        self.average = Average(self.painter, s.half_life)
        self.data, self.styles = Scenes(s.batch, seed, shuffled=True), scene_hands.styles("train")
        self.shown = Scenes(SHOWN, seed, "test").at(FIXED)

    def players(self, reader: pair_discriminator.Net) -> tuple[scene_painter.Net, pair_discriminator.Net]:
        """Painter and discriminator as the stage begins. reader: the discriminator of the writer."""
        raise NotImplementedError

    def latents(self, batch: Batch, k: int) -> Tensor:
        """The random numbers of this process's rows: those of which the pictures of a batch are made."""
        random = torch.Generator().manual_seed(mixed(self.seed, k))
        return self.place.part(scene_hands.latents(batch.scenes, batch.hands, self.styles, self.config.latent, random))

    def paced(self, optimiser: torch.optim.Optimizer, k: int, steps: int) -> None:
        """Set the rate of step k."""
        for group in optimiser.param_groups:
            group["lr"] = cosine(self.settings.rate, self.settings.rate_end, k, steps)

    def retold(self, made: Tensor, targets: Tensor) -> Tensor:
        """How far what the writer's eye sees in pictures is from the `targets` of their sentences."""
        with self.place.fast():
            verdict = self.writer.see(made)[1]
        return reading.misfit(verdict.float(), targets, weight=self.place.weight)

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Pictures of sentences about scenes of the test digits, the same all through."""
        random = torch.Generator().manual_seed(mixed(self.seed, FIXED))
        z = torch.randn(SHOWN, self.painter.side**2 * self.config.latent, generator=random)
        made: Tensor = self.average.net(z.to(self.place.device), self.shown.words.to(self.place.device))
        return (made + 1) / 2

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        settings = {name: value for name, value in summary.get("settings", {}).items() if name not in ("writer", "model")}  # paths
        folder.write(
            path,
            {
                "task": "illustrate",
                "title": {"en": "Pictures of sentences", "zh": "依文作画"},
                "licence": "mit",
                "promises": {
                    "size": drawing.SIDE,
                    "channels": 3,
                    "latent": self.painter.side**2 * self.config.latent,
                    "length": grammar.LENGTH,
                },
                "training": {**summary, "settings": settings, "data": "scenes", **self.history()},
                "values": {"words": list(grammar.vocabulary())},
            },
            {
                "model": folder.Trained("scene_painter", self.config, self.average.net),
                "discriminator": folder.Trained("pair_discriminator", self.judging, self.critic),
            },
        )

    def given(self, model: str) -> tuple[scene_painter.Net, pair_discriminator.Net]:
        """Painter and discriminator of a folder or model, which the new folder tells of."""
        loaded = catalog.opened(model, "illustrate")
        unfit = UserError("bad_value", where="model", problem=f"{loaded.id} is no painter of this make")
        painter = loaded.built(scene_painter.Net, unfit)
        critic = loaded.built(pair_discriminator.Net, unfit, "discriminator")
        self.before = loaded.description.training
        return copied(painter), copied(critic)

    def history(self) -> dict[str, Any]:
        """What the folder says of the runs before."""
        if not self.before:
            return {}
        stage = self.before.get("settings", {}).get("stage", "drawing")
        note = f'It began from {self.before.get("steps", 0):,} steps of the stage "{stage}", seed {self.before.get("seed", 0)}.'
        return {"before": self.before, "note": " ".join(filter(None, [note, self.before.get("note", "")]))}


def unlike(drawn: Tensor, x: Tensor) -> Tensor:
    """How far drawings are from pictures x: in the mean, and squared, since things are few and bare paper is near in the mean."""
    off = drawn - x
    return off.abs().mean() + SQUARED * off.square().mean()
