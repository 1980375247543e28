"""Orders to start from: assets/presets.json, which a page can read without torch. Names and reasons: the locale section "presets".

good_start: relativistic pairing with R1 and R2 (Huang et al. 2024) on a plain DCGAN; gamma 0.5 to 0.02 and rates 2e-3 to 1e-4,
both along a cosine. classic_2014: Goodfellow et al. 2014, section 5, rectifiers against maxout with dropout, with Adam in place
of their momentum schedule. small_data: DiffAugment (Zhao et al. 2020) and a stronger penalty that fades less, since a few hundred
pictures are soon known by heart. vae_gan: Larsen et al. 2016 with the paired loss. stacked_mnist: PacGAN's test.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache

from ganapp.base import paths
from ganapp.base.locales import text
from ganapp.base.order_file import Order
from ganapp.base.validation import read

FILE = "presets.json"


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


@cache
def presets() -> tuple[Preset, ...]:
    """All presets, the best one to begin with first."""
    entries = json.loads((paths.assets() / FILE).read_text(encoding="utf-8"))
    return tuple(Preset(entry["id"], read(Order, entry["order"], FILE), entry["own_data"]) for entry in entries)


def preset(name: str) -> Preset:
    """The preset called `name`. KeyError for an unknown one."""
    return {entry.id: entry for entry in presets()}[name]
