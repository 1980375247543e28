"""Recipe `digits`: a class-conditional DCGAN against the relativistic paired loss with R1 and R2, or the classic loss of 2014.

Huang et al. 2024, "The GAN is dead; long live the GAN!" (R3GAN) for the loss; the nets stay plain DCGANs, since grouped
convolutions are slow on a CPU. With `loss: classic` it is exactly L_G = -log D(G(z)), L_D = -log D(x) - log(1 - D(G(z))).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.losses import adversarial
from ganapp.losses.gradient_penalty import zero_centred
from ganapp.models import folder
from ganapp.nets import dcgan_discriminator, dcgan_generator
from ganapp.training.data.digits_data import Digits
from ganapp.training.run import states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import Shuffled, mixed

LIMITS: dict[str, tuple[float, float]] = {
    "batch": (1, 4096),
    "width": (1, 1024),
    "latent": (1, 1024),
    "rate": (0, 1),
    "rate_end": (0, 1),
    "gamma": (0, 1000),
    "gamma_end": (0, 1000),
    "lazy": (1, 64),
    "half_life": (0, 1e6),
}


@dataclass(frozen=True)
class Settings:
    """data: a shipped data set; loss: "relativistic" (R3GAN) or "classic" (2014); batch; width, latent: the nets';
    rate, rate_end: Adam's learning rate at the start and the end (cosine between); beta1, beta2: Adam's;
    gamma, gamma_end: weight of R1 + R2 at the start and the end (cosine between), 0 for none;
    lazy: the penalties come every so many steps, with so many times the weight; half_life: of the average, in steps;
    normalise: batch norm in the discriminator (classic only)."""

    data: str = "mnist"
    loss: str = "relativistic"
    batch: int = 64
    width: int = 48
    latent: int = 64
    rate: float = 1e-3
    rate_end: float = 1e-4
    beta1: float = 0.0
    beta2: float = 0.99
    gamma: float = 0.5
    gamma_end: float = 0.05
    lazy: int = 1
    half_life: float = 700.0
    normalise: bool = False

    def __post_init__(self) -> None:
        if self.loss not in ("relativistic", "classic"):
            raise ValueError('loss must be "relativistic" or "classic"')
        if self.normalise and self.gamma:
            raise ValueError("gradient penalties need a discriminator without batch norm")
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:  # NaN is not either
                raise ValueError(f"{name} must be from {low:g} to {high:g}")
        for name in ("beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1")


def cosine(start: float, end: float, k: int, steps: int) -> float:
    """From `start` at step 0 to `end` at the last step, along half a cosine."""
    return end + (start - end) * 0.5 * (1 + math.cos(math.pi * k / max(1, steps - 1)))


def as_dcgan(net: nn.Module) -> None:
    """Weights of convolutions from N(0, 0.02), batch-norm scales from N(1, 0.02): Radford et al. 2015."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)


class DigitsRun:
    """Training of generator and discriminator; see `loop.Run`."""

    usable_early = True

    def __init__(self, settings: Settings, seed: int) -> None:
        self.settings, self.seed, self.place = settings, seed, here()
        self.g_config = dcgan_generator.Config(latent=settings.latent, width=settings.width)
        self.d_config = dcgan_discriminator.Config(width=settings.width, normalise=settings.normalise)
        self.generator = self.place.ready(dcgan_generator.Net(self.g_config))
        self.discriminator = self.place.ready(dcgan_discriminator.Net(self.d_config))
        if settings.loss == "classic":
            as_dcgan(self.generator)
            as_dcgan(self.discriminator)
        self.average = Average(self.generator, settings.half_life)
        betas = (settings.beta1, settings.beta2)
        self.g_optimiser = torch.optim.Adam(self.generator.parameters(), settings.rate, betas, fused=True)
        self.d_optimiser = torch.optim.Adam(self.discriminator.parameters(), settings.rate, betas, fused=True)
        self.data = Digits(data=settings.data)
        self.order = Shuffled(len(self.data), settings.batch, seed)
        fixed = torch.Generator().manual_seed(mixed(seed, -1))
        z, y = torch.randn(80, settings.latent, generator=fixed), torch.eye(10).repeat_interleave(8, 0)
        self.fixed = z.to(self.place.device), y.to(self.place.device)

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        s = self.settings
        for optimiser in (self.g_optimiser, self.d_optimiser):
            for group in optimiser.param_groups:
                group["lr"] = cosine(s.rate, s.rate_end, k, steps)
        gamma = cosine(s.gamma, s.gamma_end, k, steps) * s.lazy if k % s.lazy == 0 else 0.0
        x, y = (self.place.part(whole) for whole in self.data.at(self.order(k)))
        with self.place.fast():
            report = self._discriminate(x, y, gamma)
            report |= self._generate(x, y)
        self.average.follow(self.generator, k + 1)
        return report

    def latents(self) -> Tensor:
        return self.place.randn(self.settings.batch, self.settings.latent)

    def _discriminate(self, x: Tensor, y: Tensor, gamma: float) -> dict[str, float]:
        with torch.no_grad():
            made = self.generator.train()(self.latents(), y).float()
        x, made = x.requires_grad_(gamma > 0), made.requires_grad_(gamma > 0)
        real, fake = self.discriminator(x, y), self.discriminator(made, y)
        judged = adversarial.classic_discriminator if self.settings.loss == "classic" else adversarial.relativistic_discriminator
        loss = judged(real, fake)
        order = (real > fake).float().mean().item()
        report = {"d_loss": loss.item(), "d_real": real.mean().item(), "d_fake": fake.mean().item(), "d_order": order}
        if gamma > 0:
            r1, r2 = zero_centred(real, x), zero_centred(fake, made)
            loss = loss + gamma / 2 * (r1 + r2)
            report |= {"r1": r1.item(), "r2": r2.item()}
        self.d_optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.d_optimiser.step()
        return report

    def _generate(self, x: Tensor, y: Tensor) -> dict[str, float]:
        self.discriminator.requires_grad_(False)
        fake = self.discriminator(self.generator(self.latents(), y), y)
        if self.settings.loss == "classic":
            loss = adversarial.classic_generator(fake)
        else:
            loss = adversarial.relativistic_generator(self.discriminator(x.detach(), y), fake)
        self.g_optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.g_optimiser.step()
        self.discriminator.requires_grad_(True)
        return {"g_loss": loss.item()}

    def _holders(self) -> states.Holders:
        return {
            "generator": self.generator,
            "discriminator": self.discriminator,
            "average": self.average.net,
            "g_optimiser": self.g_optimiser,
            "d_optimiser": self.d_optimiser,
        }

    def state(self) -> dict[str, Any]:
        return states.taken(self._holders())

    def restore(self, state: dict[str, Any]) -> None:
        states.give(self._holders(), state)

    @torch.no_grad()
    def samples(self) -> Tensor | None:
        z, y = self.fixed
        pictures: Tensor = (self.average.net(z, y) + 1) / 2
        return pictures

    def write(self, path: Path, summary: dict[str, Any]) -> None:
        s = self.settings
        classic = s.loss == "classic"
        folder.write(
            path,
            {
                "task": "sample",
                "title": {"en": "Digits, classic loss", "zh": "数字（经典损失）"} if classic else {"en": "Digits", "zh": "数字"},
                "licence": "mit",
                "promises": {"size": 32, "channels": 1, "classes": 10, "latent": s.latent},
                "training": {**summary, "data": f"{s.data}, 60,000 training pictures"},
            },
            {
                "model": folder.Trained("dcgan_generator", self.g_config, self.average.net),
                "discriminator": folder.Trained("dcgan_discriminator", self.d_config, self.discriminator),
            },
        )


def begin(settings: Settings, seed: int) -> DigitsRun:
    """A new run of the recipe."""
    return DigitsRun(settings, seed)
