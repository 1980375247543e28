"""Orders to start from. Each preset's name and the reason for it stand in the locale section "presets", under its id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ganapp.locales import text
from ganapp.training.order import Order


@dataclass(frozen=True)
class Preset:
    """id: its key in "presets"; order: what it asks for; own_data: whether a data set has to be added to it first."""

    id: str
    order: Order
    own_data: bool = False

    def name(self, language: str = "en") -> str:
        """What it is called."""
        return text(f"presets.{self.id}.name", language)

    def why(self, language: str = "en") -> str:
        """One sentence: what it is for, and why it is set so."""
        return text(f"presets.{self.id}.why", language)


def _gan(steps: int, **settings: Any) -> Order:
    return Order("gan", steps, every=250, previews=25, settings=settings)


PRESETS: tuple[Preset, ...] = (
    # Relativistic pairing with R1 and R2 on a plain DCGAN, gamma 0.5 to 0.05 and rates 1e-3 to 2e-4, both along a cosine.
    Preset("good_start", _gan(1000, data="mnist", width=32, latent=64, batch=64)),
    # Goodfellow et al. 2014, section 5: rectifiers against maxout with dropout; Adam in place of their momentum schedule.
    Preset(
        "classic_2014",
        _gan(
            4000,
            data="mnist",
            architecture="mlp",
            conditional=False,
            loss="non_saturating",
            size=28,
            width=512,
            d_width=240,
            pieces=5,
            dropout=0.5,
            latent=100,
            batch=100,
            g_rate=2e-4,
            d_rate=2e-4,
            g_beta1=0.5,
            d_beta1=0.5,
            g_beta2=0.999,
            d_beta2=0.999,
            rate_end=1.0,
            r1=0.0,
            r2=0.0,
            half_life=0.0,
        ),
    ),
    # Zhao et al. 2020 for the augmentation; a stronger, constant penalty, since a few hundred pictures are soon known by heart.
    Preset(
        "small_data",
        _gan(
            6000,
            data="pictures",
            size=64,
            channels=3,
            conditional=False,
            width=32,
            batch=32,
            g_rate=5e-4,
            d_rate=5e-4,
            r1=5.0,
            r2=5.0,
            penalty_end=0.5,
            augment=["colour", "translation", "cutout"],
        ),
        own_data=True,
    ),
    # Larsen et al. 2016, with the paired loss and its penalties in place of their unregularised one.
    Preset("vae_gan", _gan(2000, data="fashion_mnist", architecture="vae_gan", width=32, latent=64, batch=64, likeness=0.01)),
    Preset(
        "stacked_mnist",
        _gan(5000, data="stacked_mnist", channels=3, conditional=False, width=48, latent=100, batch=64, g_rate=8e-4, d_rate=8e-4),
    ),
)


def preset(name: str) -> Preset:
    """The preset called `name`. KeyError for an unknown one."""
    return {entry.id: entry for entry in PRESETS}[name]
