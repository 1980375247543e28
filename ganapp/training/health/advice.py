"""What can be done about an unhealthy run: changes of its settings that its last good checkpoint can go on with.

No advice changes the nets, so weights and optimisers still fit. "pair_the_critic" turns the game into
R3GAN's (Huang et al. 2024), the one objective here that is proven to converge locally whatever modes the data have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Settings = dict[str, Any]
Change = Callable[[Settings], Settings]


def _pair_the_critic(s: Settings) -> Settings:
    """The relativistic paired loss with R1 and R2; impossible with batch norm in the discriminator."""
    if s["normalise"] or s["architecture"] == "vae":
        return {}
    return {"loss": "relativistic", "r1": max(s["r1"], 0.5), "r2": max(s["r2"], 0.5), "gp": 0.0}


def _raise_penalty(s: Settings) -> Settings:
    """R1 and R2 on, or twice as strong, up to 50."""
    if s["normalise"] or s["architecture"] == "vae" or max(s["r1"], s["r2"]) >= 50:
        return {}
    return {"r1": 2 * s["r1"] or 0.5, "r2": 2 * s["r2"] or 0.5}


def _lower_d_rate(s: Settings) -> Settings:
    """The discriminator learns half as fast, down to a tenth of the generator's rate."""
    if s["architecture"] == "vae" or s["d_rate"] <= s["g_rate"] / 10:
        return {}
    return {"d_rate": s["d_rate"] / 2}


def _halve_rates(s: Settings) -> Settings:
    """Both learn half as fast, down to 1e-5."""
    return {"d_rate": s["d_rate"] / 2, "g_rate": s["g_rate"] / 2} if s["g_rate"] > 2e-5 else {}


def _larger_batch(s: Settings) -> Settings:
    """Twice as many pictures a step, up to 256."""
    return {"batch": 2 * s["batch"]} if s["batch"] <= 128 else {}


def _augment_on(s: Settings) -> Settings:
    """DiffAugment: everything for colour, shifts and holes for grey."""
    if s["architecture"] == "vae" or s["augment"]:
        return {}
    return {"augment": ["colour", "translation", "cutout"] if s["channels"] == 3 else ["translation", "cutout"]}


def _stop_here(_: Settings) -> Settings:
    """Nothing to change: the last good checkpoint is the best there will be."""
    return {}


CHANGES: dict[str, Change] = {
    "pair_the_critic": _pair_the_critic,
    "raise_penalty": _raise_penalty,
    "lower_d_rate": _lower_d_rate,
    "halve_rates": _halve_rates,
    "larger_batch": _larger_batch,
    "augment_on": _augment_on,
    "stop_here": _stop_here,
}


def changes(key: str, settings: Settings) -> Settings:
    """What the advice `key` would change in `settings`, all those of the recipe `gan`, with the new values; {} for nothing."""
    return {name: value for name, value in CHANGES[key](settings).items() if settings[name] != value}


def fitting(keys: Iterable[str], settings: Settings) -> list[dict[str, Any]]:
    """The advice of `keys` that changes something, in their order: {"key", "changes"}; "stop_here" always fits."""
    every = [{"key": key, "changes": changes(key, settings)} for key in keys]
    return [advice for advice in every if advice["changes"] or advice["key"] == "stop_here"]
