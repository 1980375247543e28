"""Recipe `digits`: the name under which the first generators of digits were trained; a preset of the recipe `gan` in settings of its own.

A class-conditional DCGAN against the relativistic paired loss with R1 and R2 (Huang et al. 2024, R3GAN), or the classic loss of 2014. An
order of it gives the same weights, bit for bit, as it always did, and a run that it began goes on. New orders had better say `gan`.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import model_validator

from ganapp.base.kinds import BelowOne, Choice, Number, Share, Whole, refused
from ganapp.base.validation import settings_class
from ganapp.digits import idx
from ganapp.training.recipes import gan
from ganapp.training.recipes._gan_run import GanRun
from ganapp.training.recipes._manner import Manner

LOSSES = {"relativistic": "relativistic", "classic": "non_saturating"}
CLASSIC = {"en": "Digits, classic loss", "zh": "数字（经典损失）"}
LEAST_OFTEN = 10**9  # steps between diagnoses: none


@settings_class
class Settings:
    """data: the folder of a shipped data set; loss: "relativistic" (R3GAN) or "classic" (2014); batch; width, latent: the nets';
    rate, rate_end: Adam's learning rate at the start and the end (cosine between); beta1, beta2: Adam's;
    gamma, gamma_end: weight of R1 + R2 at the start and the end (cosine between), 0 for none;
    lazy: the penalties come every so many steps, with so many times the weight; half_life: of the average, in steps;
    normalise: batch norm in the discriminator (classic only)."""

    data: Annotated[str, Choice(idx.folders)] = "mnist"
    loss: Annotated[str, Choice(("relativistic", "classic"))] = "relativistic"
    batch: Annotated[int, Whole(1, 4096)] = 64
    width: Annotated[int, Whole(1, 1024)] = 48
    latent: Annotated[int, Whole(1, 1024)] = 64
    rate: Share = 1e-3
    rate_end: Share = 1e-4
    beta1: BelowOne = 0.0
    beta2: BelowOne = 0.99
    gamma: Annotated[float, Number(0, 1000)] = 0.5
    gamma_end: Annotated[float, Number(0, 1000)] = 0.05
    lazy: Annotated[int, Whole(1, 64)] = 1
    half_life: Annotated[float, Number(0, 1e6)] = 700.0
    normalise: bool = False

    @model_validator(mode="after")
    def _together(self) -> Settings:
        if self.normalise and self.gamma:
            raise refused("no_batch_norm")
        return self


def preset(s: Settings) -> tuple[gan.Settings, Manner]:
    """The settings of `gan` that stand for these, and the manner in which such a run draws, scores and falls."""
    chosen: dict[str, Any] = {name: getattr(s, name) for name in ("width", "latent", "lazy", "half_life", "normalise")}
    chosen |= {"data": s.data.replace("-", "_"), "loss": LOSSES[s.loss], "start": "dcgan" if s.loss == "classic" else "torch"}
    chosen |= {"batch": max(2, s.batch), "g_rate": s.rate, "d_rate": s.rate, "r1": s.gamma, "r2": s.gamma}
    chosen |= {f"{player}_{beta}": getattr(s, beta) for player in "gd" for beta in ("beta1", "beta2")}
    chosen["diagnosed"] = LEAST_OFTEN
    title = CLASSIC if s.loss == "classic" else None
    manner = Manner(True, True, (s.rate, s.rate_end), (s.gamma, s.gamma_end), s.batch, title, sheets=False)
    return gan.Settings(**chosen), manner


def begin(settings: Settings, seed: int) -> GanRun:
    """A new run of `gan` as these settings have it."""
    as_gan, manner = preset(settings)
    return GanRun(as_gan, seed, manner)
