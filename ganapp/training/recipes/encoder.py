"""Recipe `encoder`: a net that guesses the latent of a picture, for a generator that is finished and stays as it is.

Two kinds of pictures a step. Of the generator's own the latent is known: mean square error in z (Donahue et al. 2017, section 4.4, the
latent regressor). Of real ones it is not: what counts is the picture that the guess gives, by its misfit of ink and by the judge's
features, and that the guess is not longer than latents are (Zhu et al. 2016).
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.base.validation import settings_class
from ganapp.models import folder
from ganapp.nets import latent_encoder
from ganapp.tasks._inversion import residual
from ganapp.training.data.digits_data import Digits, jiggle
from ganapp.training.run import states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed
from ganapp.training.run.schedule import one_cycle


@settings_class
class Settings:
    """generator, judge: model folders; data: a shipped data set; batch: pictures of each kind a step; width: the encoder's;
    rate: peak learning rate of one cycle; latents, features, length: weights of the error in z, of the judge's features, and of a
    latent longer than usual, against that of the ink; half_life: of the average, in steps."""

    generator: str
    judge: str
    data: str = "mnist"
    batch: int = 48
    width: int = 40
    rate: float = 1.5e-3
    latents: float = 0.3
    features: float = 0.5
    length: float = 0.02
    half_life: float = 200.0


class EncoderRun(states.Stateful):
    """Training of the encoder; see `loop.Run`."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.seed, self.place = settings, seed, here()
        self.home = Path(settings.generator)
        self.description = folder.describe(self.home)
        if self.description.task != "sample":
            raise UserError("bad_value", where="generator", problem=f"{self.home.name} is no sampler")
        self.generator = folder.weigh(self.home, self.description.parts["model"]).to(self.place.device)
        judged = Path(settings.judge)
        self.judge = folder.weigh(judged, folder.describe(judged).parts["model"]).to(self.place.device)
        self.latent = int(self.description.promises["latent"])
        self.config = latent_encoder.Config(latent=self.latent, width=settings.width)
        self.net = self.place.ready(latent_encoder.Net(self.config))
        self.average = Average(self.net, settings.half_life)
        self.optimiser = torch.optim.Adam(self.net.parameters(), settings.rate, (0.9, 0.99))
        self.data = Digits(data=settings.data)
        self.order = Shuffled(len(self.data), settings.batch, seed)
        self.shown = tuple(part.to(self.place.device) for part in self.data.at(torch.arange(40)))

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        for group in self.optimiser.param_groups:
            group["lr"] = one_cycle(k, steps, self.settings.rate)
        x, y = self.data.at(self.order(k))
        x = self.place.part(jiggle(x, degrees=6.0, scale=0.06, shear=0.06, shift=1.0))
        y, z = self.place.part(y), self.place.randn(self.settings.batch, self.latent)
        with torch.no_grad():
            own = self.generator(z, y)
            wanted: Tensor = self.judge.features(x)  # type: ignore[operator]
        guess, found = self.net.train()(torch.cat([own, x]), torch.cat([y, y])).split(len(x))
        made = self.generator(found, y)
        ink = residual(made, x).mean()
        distance = (1 - functional.cosine_similarity(self.judge.features(made), wanted)).mean()  # type: ignore[operator]
        length = (found.square().mean(1) - 1).clamp(min=0).square().mean()
        latents = functional.mse_loss(guess, z)
        s = self.settings
        loss = ink + s.latents * latents + s.features * distance + s.length * length
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.average.follow(self.net, k + 1)
        return {"loss": loss.item(), "ink": ink.item(), "latents": latents.item(), "features": distance.item()}

    def holders(self) -> states.Holders:
        return {"net": self.net, "average": self.average.net, "optimiser": self.optimiser}

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        """Real digits and what the guesses for them give, in turn."""
        x, y = self.shown
        made = self.generator(self.average.net(x, y), y)
        return (torch.stack([x, made], dim=1).flatten(0, 1) + 1) / 2  # (80, 1, 32, 32)

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        """The generator's folder anew, with the encoder as a companion."""
        nets = {name: self._part(name) for name in self.description.parts if name != "encoder"}
        nets["encoder"] = folder.Trained("latent_encoder", self.config, self.average.net)
        kept = {key: value for key, value in dataclasses.asdict(self.description).items() if key not in ("format", "parts")}
        kept["values"] = {**kept["values"], "encoder": {name: summary[name] for name in ("steps", "seed", "seconds")}}
        folder.write(path, kept, nets)

    def _part(self, name: str) -> folder.Trained:
        part = self.description.parts[name]
        net = folder.weigh(self.home, part)
        return folder.Trained(part.family, net.config, net)


def begin(settings: Settings, seed: int) -> EncoderRun:
    """A new run of the recipe."""
    return EncoderRun(settings, seed)
