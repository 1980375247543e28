"""Recipe `digits`: the name under which the first generators of digits were trained; a preset of the recipe `gan` in settings of its own.

A class-conditional DCGAN against the relativistic paired loss with R1 and R2 (Huang et al. 2024, R3GAN), or the classic loss of 2014. An
order of it gives the same weights, bit for bit, as it always did, and a run that it began goes on. New orders had better say `gan`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp.training.recipes import gan
from ganapp.training.recipes._gan_run import GanRun
from ganapp.training.recipes._manner import Manner

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
LOSSES = {"relativistic": "relativistic", "classic": "non_saturating"}
CLASSIC = {"en": "Digits, classic loss", "zh": "数字（经典损失）"}


@dataclass(frozen=True)
class Settings:
    """data: the folder of a shipped data set; loss: "relativistic" (R3GAN) or "classic" (2014); batch; width, latent: the nets';
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
        if self.loss not in LOSSES:
            raise ValueError('loss must be "relativistic" or "classic"')
        if self.normalise and self.gamma:
            raise ValueError("gradient penalties need a discriminator without batch norm")
        for name, (low, high) in LIMITS.items():
            if not low <= getattr(self, name) <= high:  # NaN is not either
                raise ValueError(f"{name} must be from {low:g} to {high:g}")
        for name in ("beta1", "beta2"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 0 and below 1")


def preset(s: Settings) -> tuple[gan.Settings, Manner]:
    """The settings of `gan` that stand for these, and the manner in which such a run draws, scores and falls."""
    chosen: dict[str, Any] = {name: getattr(s, name) for name in ("width", "latent", "lazy", "half_life", "normalise")}
    chosen |= {"data": s.data.replace("-", "_"), "loss": LOSSES[s.loss], "start": "dcgan" if s.loss == "classic" else "torch"}
    chosen |= {"batch": max(2, s.batch), "g_rate": s.rate, "d_rate": s.rate, "r1": s.gamma, "r2": s.gamma}
    chosen |= {f"{player}_{beta}": getattr(s, beta) for player in "gd" for beta in ("beta1", "beta2")}
    chosen["diagnosed"] = int(gan.LIMITS["diagnosed"][1])
    manner = Manner(True, True, (s.rate, s.rate_end), (s.gamma, s.gamma_end), s.batch, CLASSIC if s.loss == "classic" else None)
    return gan.Settings(**chosen), manner


def begin(settings: Settings, seed: int) -> GanRun:
    """A new run of `gan` as these settings have it."""
    as_gan, manner = preset(settings)
    return GanRun(as_gan, seed, manner)
