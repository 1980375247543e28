"""A lower bound of what an order needs, from its settings alone: parameters, and memory for them and for one batch.

The nets are built on torch's "meta" device, which has shapes but no memory, so a huge net costs no more here than a small one. A real run
takes more, so no order is refused that could run; `ganapp.training.run.estimate` measures the real need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.jobs.requests import _schema
from ganapp.machine import devices
from ganapp.models import folder
from ganapp.models.folder import Part

MOST_PARAMETERS = 2_000_000_000  # of all nets of an order: more than any machine here or for rent trains
FLOAT = 4  # bytes of a number
HELD = 4  # numbers for a weight that learns: itself, its gradient, and Adam's two moments


@dataclass(frozen=True)
class Demand:
    """parameters: of all nets that learn; megabytes: that a step takes at least."""

    parameters: int
    megabytes: int


def parts(order: dict[str, Any]) -> dict[str, Part]:
    """The nets of an order by their role ("generator", "discriminator", "encoder")."""
    s = _schema.filled(order)
    if order["recipe"] == "sounds":
        return _sounding(s)
    if order["recipe"] == "digits":
        s = {name: entry["default"] for name, entry in _schema.facts()["digits"].items()} | s
        s |= {"size": 32, "channels": 1, "layers": 1, "architecture": "dcgan", "classes": 10}
    else:
        s["classes"] = _classes(s) if s["conditional"] else 0
    drawn = {name: s[name] for name in ("size", "channels", "classes", "layers")}
    judged = {**drawn, "width": s.get("d_width") or s["width"]}
    if s["architecture"] == "mlp":
        more = {"pieces": s["pieces"], "dropout": s["dropout"]}
        return {
            "generator": _part("mlp_generator", {**drawn, "latent": s["latent"], "width": s["width"]}),
            "discriminator": _part("mlp_discriminator", {**judged, **more}),
        }
    nets = {"generator": _part("dcgan_generator", {**drawn, "latent": s["latent"], "width": s["width"]})}
    if s["architecture"] != "vae":
        nets["discriminator"] = _part("dcgan_discriminator", {**judged, "normalise": s["normalise"]})
    if s["architecture"] in ("vae", "vae_gan"):
        nets["encoder"] = _part("vae_encoder", {**judged, "latent": s["latent"]})
    return nets


def _sounding(s: dict[str, Any]) -> dict[str, Part]:
    """The nets of an order of the recipe `sounds`."""
    said = {"words": max(1, _classes(s)), "voices": 1}
    drawing = {name: s[name] for name in ("latent", "width", "code", "sheets", "last")}
    return {
        "generator": _part("mel_generator", {**said, **drawing}),
        "discriminator": _part("mel_discriminator", {**said, "width": s["critic"], "features": s["features"]}),
    }


def _part(family: str, net: dict[str, Any]) -> Part:
    return Part(family, net, "", "")


def _classes(settings: dict[str, Any]) -> int:
    """How many classes the data have, as far as can be told without reading them."""
    return next(
        (len(entry["classes"]) for kind in ("datasets", "clips") for entry in _schema.facts()[kind] if entry["id"] == settings["data"]), 0
    )


def of(order: dict[str, Any]) -> Demand:
    """What a checked order of the page needs. UserError for settings that make no net."""
    outlines = {role: folder.outline(part, f"settings of {order['recipe']}") for role, part in parts(order).items()}
    weights = {role: sum(each.numel() for each in net.parameters()) for role, net in outlines.items()}
    total = sum(weights.values())
    if total > MOST_PARAMETERS:
        return Demand(total, total * HELD * FLOAT >> 20)
    settings = _schema.filled(order)
    batch = int(settings.get("batch", _schema.facts()["digits"]["batch"]["default"]))
    kept = {role: _activations(role, net, batch) for role, net in outlines.items()}
    critic = kept.get("discriminator", 0)
    step = max(2 * critic, sum(kept.values()))  # real and generated pictures are judged; or every net is gone through
    return Demand(total, (HELD * total + weights["generator"] + step) * FLOAT >> 20)  # the average of the generator is kept beside it


def _activations(role: str, net: nn.Module, batch: int) -> int:
    """Numbers that one batch leaves in a net until its gradient is known: what its layers give out."""
    kept: list[int] = []
    layers = [each for each in net.modules() if not list(each.children())]
    hooks = [layer.register_forward_hook(lambda _, __, out: kept.append(_numbers(out))) for layer in layers]
    config: Any = net.config
    with torch.device("meta"), torch.no_grad():
        given = torch.empty(batch, config.latent) if role == "generator" else torch.empty(batch, *_shape(config))
        net(given, *(torch.empty(batch, count) for count in _said(config)))
    for hook in hooks:
        hook.remove()
    return sum(kept)


def _shape(config: Any) -> tuple[int, ...]:
    """Of what a discriminator judges: a picture with channels, or the log-mel picture of a sound."""
    return (config.channels, config.size, config.size) if hasattr(config, "channels") else (config.size, config.size)


def _said(config: Any) -> tuple[int, ...]:
    """How long the vectors are that say what is to be drawn: classes, or words and voices."""
    return (config.classes,) if hasattr(config, "classes") else (config.words, config.voices)


def _numbers(out: Any) -> int:
    return out.numel() if isinstance(out, Tensor) else 0


def check(order: dict[str, Any], here: bool = True) -> None:
    """UserError for an order that no machine carries out, or, `here`, not this one."""
    demand = of(order)
    if demand.parameters > MOST_PARAMETERS:
        raise UserError("order_large", parameters=f"{demand.parameters / 1e9:.1f}", most=f"{MOST_PARAMETERS / 1e9:.0f}")
    if not here or paths.zero_gpu():
        return
    there = devices.total_mb(order.get("device") or devices.names()[0])
    if there and demand.megabytes > there:
        raise UserError("order_memory", need=f"{demand.megabytes / 1024:.1f}", there=f"{there / 1024:.1f}")
