"""The two-order degradation that Real-ESRGAN was trained against, with the ranges its authors published, scaled by one strength.

Wang et al. 2021, "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic Data", section 3 and table of training
settings: twice blur (Gaussian of three shapes, or a sinc filter), resizing up or down, Gaussian or Poisson noise in colour or grey, and
JPEG; a sinc filter beside the last JPEG. At strength 1 the small picture of a flat grey holds a median noise of about 9 levels; what
`degradations.degraded` leaves is a third of that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ganapp.training.data.degradations import Levels, Plane, compressed, reduced, resized
from ganapp.training.data.degradations import degraded as milder

REACH = 10  # of a blur kernel, 21 x 21
SHAPES = (0.7, 0.85)  # shares of kernels: plain Gaussians up to the first, generalised up to the second, plateaus after it
SINC, LAST_SINC = 0.1, 0.8  # chance that a blur is a sinc filter, and that one comes at the end
QUALITY = (95.0, 30.0)  # of JPEG, the best and the worst
LIGHTS = 256.0  # grains of light that make white, before shot noise is scaled
NOISE_ALONE = 0.25  # share of the pictures that only get noise: a sharp picture taken in bad light


@dataclass(frozen=True)
class Order:
    """One of the two rounds at full strength. blurred: chance of a blur; sigma: its width at most, in pixels of the picture as it is then;
    up, down: chances of resizing, to at most `larger` or at least `smaller` times; gauss: most noise in levels; poisson: most scale of shot
    noise."""

    blurred: float
    sigma: float
    up: float
    down: float
    larger: float
    smaller: float
    gauss: float
    poisson: float


FIRST = Order(1.0, 3.0, 0.2, 0.7, 1.5, 0.15, 30.0, 3.0)
SECOND = Order(0.8, 1.5, 0.3, 0.4, 1.2, 0.3, 25.0, 2.5)


def degraded(picture: Levels, scale: int, strength: float, random: np.random.Generator) -> Levels:
    """(h/scale, w/scale, 3) uint8: what is left of a picture (h, w, 3), whose sides are multiples of `scale`, after the published
    degradation with every range scaled by `strength` in [0, 1]; 0 is bicubic reduction. The same generator gives the same picture."""
    if strength <= 0:
        return reduced(picture, scale)
    h, w = picture.shape[0] // scale, picture.shape[1] // scale
    if random.random() < NOISE_ALONE:
        return noisy(picture, scale, strength, random)
    x = _round(picture.astype(np.float32), FIRST, strength, (1.0, (h * scale, w * scale)), random)
    x = compressed(x, strength, random, QUALITY)
    x = _round(x, SECOND, strength, (1 / scale, (h * scale, w * scale)), random)
    last = _sinc(strength, random) if random.random() < LAST_SINC else None
    if random.random() < 0.5:  # resized and filtered before the last JPEG, or after it
        x = _filtered(resized(x, (h, w), random), last)
        return _levels(compressed(x, strength, random, QUALITY))
    x = _filtered(resized(compressed(x, strength, random, QUALITY), (h, w), random), last)
    return _levels(x)


def noisy(picture: Levels, scale: int, strength: float, random: np.random.Generator) -> Levels:
    """As `degraded`, but nothing except the first order's noise, on the small picture."""
    small = reduced(picture, scale)
    return _levels(_noisy(small.astype(np.float32), FIRST, strength, random)) if strength > 0 else small


def either(picture: Levels, scale: int, strength: float, random: np.random.Generator) -> Levels:
    """As `degraded` for every second picture, the milder `degradations.degraded` for the others."""
    return (degraded if random.random() < 0.5 else milder)(picture, scale, strength, random)


def _round(x: Plane, order: Order, strength: float, to: tuple[float, tuple[int, int]], random: np.random.Generator) -> Plane:
    """Blur, resizing to about `to[0]` times the size `to[1]`, noise."""
    if random.random() < order.blurred:
        x = _filtered(x, _sinc(strength, random) if random.random() < SINC else _gaussian(order.sigma, strength, random))
    chance, share = random.random(), 1.0
    if chance < order.up:
        share = random.uniform(1, 1 + (order.larger - 1) * strength)
    elif chance < order.up + order.down:
        share = random.uniform(1 - (1 - order.smaller) * strength, 1)
    x = resized(x, tuple(max(4, round(side * share * to[0])) for side in to[1]), random)  # type: ignore[arg-type]
    return _noisy(x, order, strength, random)


def _noisy(x: Plane, order: Order, strength: float, random: np.random.Generator) -> Plane:
    """With Gaussian noise of 1 to `order.gauss` levels, or shot noise, in colour or grey."""
    grey = random.random() < 0.4
    if random.random() < 0.5:
        sigma = random.uniform(min(1.0, order.gauss * strength), order.gauss * strength)
        noise = random.standard_normal((*x.shape[:2], 1 if grey else 3), dtype=np.float32)
        return np.asarray(x + np.float32(sigma) * noise, np.float32)
    light = np.clip(x.mean(-1, keepdims=True) if grey else x, 0, 255) / 255
    noise = np.asarray(random.poisson(light * LIGHTS).astype(np.float32) / LIGHTS - light, np.float32)
    return np.asarray(x + 255 * random.uniform(0.05, 1) * order.poisson * strength * noise, np.float32)


def _gaussian(most: float, strength: float, random: np.random.Generator) -> Plane:
    """A normalised kernel (21, 21): Gaussian, generalised Gaussian or plateau, as wide one way as the other or not."""
    along, across = random.uniform(0.2, 0.2 + (most - 0.2) * strength, 2)
    across, angle = (along, 0.0) if random.random() < 0.6 else (across, random.uniform(0, math.pi))
    at = np.arange(-REACH, REACH + 1, dtype=np.float32)
    u, v = np.meshgrid(at, at)
    a, b = math.cos(angle) * u + math.sin(angle) * v, math.cos(angle) * v - math.sin(angle) * u
    square = (a / along) ** 2 + (b / across) ** 2
    kind = random.random()
    if kind < SHAPES[0]:
        kernel = np.exp(-0.5 * square)
    elif kind < SHAPES[1]:
        kernel = np.exp(-0.5 * square ** random.uniform(0.5, 4))
    else:
        kernel = 1 / (1 + square ** random.uniform(1, 2))
    return np.asarray(kernel / kernel.sum(), np.float32)


def _sinc(strength: float, random: np.random.Generator) -> Plane:
    """A kernel (21, 21) that cuts off high frequencies sharply, and so leaves rings: J1(w r) w / (2 pi r), w from pi down to pi / 3."""
    cut = random.uniform(math.pi * (1 - 2 / 3 * strength), math.pi)
    at = np.arange(-REACH, REACH + 1, dtype=np.float32)
    apart = np.hypot(*np.meshgrid(at, at))
    apart[REACH, REACH] = 1
    kernel = cut * torch.special.bessel_j1(torch.from_numpy(cut * apart)).numpy() / (2 * math.pi * apart)
    kernel[REACH, REACH] = cut**2 / (4 * math.pi)
    return np.asarray(kernel / kernel.sum(), np.float32)


def _filtered(x: Plane, kernel: Plane | None) -> Plane:
    """`x` under a kernel, its border mirrored; by Fourier transform, which is ten times quicker than 21 x 21 products."""
    if kernel is None:
        return x
    h, w = x.shape[:2]
    reach = min(REACH, h - 1, w - 1)
    cut = kernel[REACH - reach : REACH + reach + 1, REACH - reach : REACH + reach + 1]
    padded = np.pad(x, ((reach, reach), (reach, reach), (0, 0)), mode="reflect")
    size = padded.shape[:2]
    turned = np.fft.rfft2(padded, size, axes=(0, 1)) * np.fft.rfft2(cut / cut.sum(), size, axes=(0, 1))[..., None]
    return np.asarray(np.fft.irfft2(turned, size, axes=(0, 1))[2 * reach :, 2 * reach :], np.float32)


def _levels(x: NDArray[np.float32]) -> Levels:
    levels: Levels = np.clip(x + 0.5, 0, 255).astype(np.uint8)
    return levels
