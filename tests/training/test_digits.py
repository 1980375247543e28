"""The recipe `digits` is a preset of `gan`: the very weights of the run that it was before, bit for bit. That run is written out here."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from ganapp.losses import non_saturating, relativistic
from ganapp.losses.gradient_penalty import zero_centred
from ganapp.nets import dcgan_discriminator, dcgan_generator
from ganapp.training.data.digits_data import Digits
from ganapp.training.recipes import digits
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed
from ganapp.training.run.schedule import cosine


def as_dcgan(net: nn.Module) -> None:
    """Radford et al. 2015: weights of convolutions from N(0, 0.02), batch-norm scales from N(1, 0.02)."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)


class Former:
    """The run of version 0.6."""

    def __init__(self, settings: digits.Settings, seed: int) -> None:
        s = self.settings = settings
        self.seed, self.place, self.classic = seed, here(), s.loss == "classic"
        self.generator = self.place.ready(dcgan_generator.Net(dcgan_generator.Config(latent=s.latent, width=s.width)))
        config = dcgan_discriminator.Config(width=s.width, normalise=s.normalise)
        self.discriminator = self.place.ready(dcgan_discriminator.Net(config))
        if self.classic:
            as_dcgan(self.generator)
            as_dcgan(self.discriminator)
        self.average = Average(self.generator, s.half_life)
        betas = (s.beta1, s.beta2)
        self.optimisers = [torch.optim.Adam(net.parameters(), s.rate, betas, fused=True) for net in (self.generator, self.discriminator)]
        self.data = Digits(data=s.data)
        self.order = Shuffled(len(self.data), s.batch, seed)

    def step(self, k: int, steps: int) -> None:
        torch.manual_seed(mixed(self.seed, k))
        s = self.settings
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = cosine(s.rate, s.rate_end, k, steps)
        gamma = cosine(s.gamma, s.gamma_end, k, steps) * s.lazy if k % s.lazy == 0 else 0.0
        x, y = (self.place.part(whole) for whole in self.data.at(self.order(k)))
        with self.place.fast():
            self._discriminate(x, y, gamma)
            self._generate(x, y)
        self.average.follow(self.generator, k + 1)

    def _latents(self) -> Tensor:
        return self.place.randn(self.settings.batch, self.settings.latent)

    def _discriminate(self, x: Tensor, y: Tensor, gamma: float) -> None:
        with torch.no_grad():
            drawn = self.generator.train()(self._latents(), y).float()
        x, drawn = x.requires_grad_(gamma > 0), drawn.requires_grad_(gamma > 0)
        real, fake = self.discriminator(x, y), self.discriminator(drawn, y)
        loss = (non_saturating if self.classic else relativistic).discriminator(real, fake)
        if gamma > 0:
            loss = loss + gamma / 2 * (zero_centred(real, x) + zero_centred(fake, drawn))
        self.optimisers[1].zero_grad()
        loss.backward()
        self.optimisers[1].step()

    def _generate(self, x: Tensor, y: Tensor) -> None:
        self.discriminator.requires_grad_(False)
        fake = self.discriminator(self.generator(self._latents(), y), y)
        real = fake if self.classic else self.discriminator(x.detach(), y)
        loss = (non_saturating if self.classic else relativistic).generator(real, fake)
        self.optimisers[0].zero_grad()
        loss.backward()
        self.optimisers[0].step()
        self.discriminator.requires_grad_(True)


ORDERS: list[dict[str, Any]] = [
    {},
    {"lazy": 2, "gamma": 1.0, "gamma_end": 0.1, "beta1": 0.3, "half_life": 3.0},
    {"loss": "classic", "gamma": 0.0, "normalise": True, "beta1": 0.5, "data": "fashion-mnist"},
]


@pytest.mark.parametrize("settings", ORDERS)
def test_an_order_of_digits_gives_the_same_weights(settings: dict[str, Any]) -> None:
    torch.set_num_threads(1)
    chosen = digits.Settings(width=4, latent=8, batch=8, rate=2e-3, **settings)
    torch.manual_seed(11)
    former = Former(chosen, 3)
    torch.manual_seed(11)
    run = digits.begin(chosen, 3)
    for k in range(4):
        former.step(k, 4)
        run.step(k, 4)
    pairs = [(former.generator, run.generator.net), (former.discriminator, run.discriminator.net), (former.average.net, run.average.net)]
    for old, new in pairs:
        assert old.state_dict().keys() == new.state_dict().keys()
        for name, value in old.state_dict().items():
            assert torch.equal(value, new.state_dict()[name]), name
