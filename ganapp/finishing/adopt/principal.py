"""Directions without a name, for any generator: the principal components of its first layer's output for random latents.

Haerkoenen et al. 2020, "GANSpace: Discovering Interpretable GAN Controls": principal components of features of random samples,
carried back to the latent space by linear regression. Here they are made orthogonal to the named directions and to each other,
and every one is measured by how much the picture changes along it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.finishing.directions import written

SAMPLES = 1000
SPARE = 2  # candidates for each direction that is asked for
ENDS = 2.0  # coordinates between which the change is measured
LEAST = 0.01  # mean change of a pixel, 0 to 1, below which no difference is visible


@dataclass(frozen=True)
class Direction:
    """vector (latent,), unit; change: the mean difference of a pixel, 0 to 1, between the coordinates -2 and 2."""

    vector: Tensor
    change: float


def weights(net: nn.Module, count: int) -> Tensor:
    """Class weights (count, classes), as many of each class; (count, 0) where there are none."""
    classes = int(net.config.classes)  # type: ignore[union-attr, arg-type]
    return torch.eye(classes)[torch.arange(count) % classes] if classes else torch.zeros(count, 0)


@torch.no_grad()
def features(net: nn.Module, z: Tensor, y: Tensor) -> Tensor:
    """The output of the generator's first layer for latents (n, latent), after its rectifier: (n, d)."""
    outputs: list[Tensor] = []
    layer: Any = getattr(net, "stem_norm", None) or net.hidden[0]  # type: ignore[index]
    hook = layer.register_forward_hook(lambda _module, _given, output: outputs.append(output.relu().flatten(1)))
    try:
        for i in range(0, len(z), 100):
            net(z[i : i + 100], y[i : i + 100])
    finally:
        hook.remove()
    return torch.cat(outputs)


def candidates(net: nn.Module, named: Tensor, count: int) -> Tensor:
    """At most `count` orthonormal rows (k, latent), orthogonal to the rows of `named` (n, latent), of the strongest component first."""
    latent = named.shape[1]
    count = min(count, latent - len(named))
    if count < 1:
        return torch.zeros(0, latent)
    samples = max(SAMPLES, 2 * latent)
    z = torch.randn(samples, latent, generator=torch.Generator().manual_seed(3))
    outputs = features(net, z, weights(net, samples))
    classes = int(net.config.classes)  # type: ignore[union-attr, arg-type]
    for kind in range(classes if 10 * classes <= samples else 0):  # a direction is to change the picture and not its class
        own = outputs[kind::classes]
        outputs[kind::classes] = own - own.mean(0)
    gram = (outputs - outputs.mean(0)).double()
    values, axes = torch.linalg.eigh(gram @ gram.T)  # fewer samples than features: the small side of the two
    places = axes.flip(1)[:, : min(count, len(axes))]  # (samples, k): each sample's coordinate along each component
    back = torch.linalg.lstsq(z.double(), places).solution.T  # (k, latent): GANSpace, equation 3
    rest = back - back @ named.double().T @ named.double()
    straight, triangle = torch.linalg.qr(rest.T)
    signs = torch.where(triangle.diagonal() < 0, -1.0, 1.0).double()
    best: Tensor = (straight * signs).T.float()
    return best


@torch.no_grad()
def change(net: nn.Module, vector: Tensor) -> float:
    """How much the picture changes along a unit vector (latent,): the mean difference of a pixel, 0 to 1, from -2 to 2."""
    count = 48 if int(net.config.size) <= 64 else 12  # type: ignore[union-attr, arg-type]
    z = torch.randn(count, len(vector), generator=torch.Generator().manual_seed(4))
    y, along = weights(net, count), (z @ vector)[:, None]
    low, high = (net(z + (end - along) * vector, y) for end in (-ENDS, ENDS))
    return float((high - low).abs().mean() / 2)


def strongest(net: nn.Module, named: Tensor, count: int) -> list[Direction]:
    """At most `count` directions orthogonal to the rows of `named` (n, latent), the greatest change first,
    without those whose change is invisible."""
    tried = [Direction(vector, change(net, vector)) for vector in candidates(net, named, SPARE * count)]
    seen = [direction for direction in tried if direction.change >= LEAST]
    return sorted(seen, key=lambda direction: -direction.change)[:count]


def entries(directions: list[Direction]) -> list[dict[str, Any]]:
    """As directions.json holds them."""
    return [
        {"name": f"raw {i + 1}", "vector": written(direction.vector), "change": round(direction.change, 4)}
        for i, direction in enumerate(directions)
    ]
