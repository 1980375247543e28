"""Degradations that photographs have before they are enlarged: blur, resizing, noise, JPEG, at seeded random strengths.

After the high-order degradation of Real-ESRGAN (Wang et al. 2021), two rounds and a last compression, with every range scaled by one
strength, so that a net can be told how much to clean. Rings come from sharpening, not from sinc filters.
"""

from __future__ import annotations

import io

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch.nn import functional

Levels = NDArray[np.uint8]
Plane = NDArray[np.float32]
WAYS = (Image.Resampling.BOX, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC)
BLUR, SECOND_BLUR = 0.6, 0.3  # sigma at full strength, in pixels of the small picture
NOISE, SECOND_NOISE = 22.0, 10.0  # sigma at full strength, in levels
QUALITY = (96, 42)  # of JPEG, at no strength and at full strength


def reduced(picture: Levels, scale: int) -> Levels:
    """(h/scale, w/scale, 3): the picture made smaller by bicubic interpolation with antialiasing, nothing else."""
    h, w = picture.shape[:2]
    return np.asarray(Image.fromarray(picture).resize((w // scale, h // scale), Image.Resampling.BICUBIC))


def degraded(picture: Levels, scale: int, strength: float, random: np.random.Generator) -> Levels:
    """(h/scale, w/scale, 3) uint8: what is left of a picture (h, w, 3), whose sides are multiples of `scale`, after degradation of
    `strength` in [0, 1]; 0 is `reduced`. The same generator gives the same picture."""
    if strength <= 0:
        return reduced(picture, scale)
    h, w = picture.shape[0] // scale, picture.shape[1] // scale
    x = _blurred(picture.astype(np.float32), scale * BLUR * strength, random)
    middle = random.uniform(1, 1 + 0.8 * strength) if random.random() < 0.6 else random.uniform(max(1 / scale, 1 - 0.5 * strength), 1)
    x = resized(x, (max(1, round(h * middle)), max(1, round(w * middle))), random)
    x = compressed(_noisy(x, NOISE * strength * middle, random), strength, random) if random.random() < 0.7 else x
    if random.random() < 0.5:
        x = _blurred(x, SECOND_BLUR * strength * middle, random)
    x = resized(x, (h, w), random)
    if random.random() < 0.25:
        x = _sharpened(x, 1.2 * strength)
    if random.random() < 0.6:
        x = _noisy(x, SECOND_NOISE * strength, random)
    if random.random() < 0.8:
        x = compressed(x, strength, random)
    levels: Levels = np.clip(x + 0.5, 0, 255).astype(np.uint8)
    return levels


def resized(x: Plane, size: tuple[int, int], random: np.random.Generator) -> Plane:
    """A picture (h, w, 3) in levels, made as large as `size` (h, w) by one of three ways."""
    way = WAYS[random.integers(len(WAYS))]
    image = Image.fromarray(np.clip(x + 0.5, 0, 255).astype(np.uint8))
    return np.asarray(image.resize((size[1], size[0]), way), np.float32)


def _blurred(x: Plane, most: float, random: np.random.Generator) -> Plane:
    """Under a Gaussian of a random width up to `most` pixels, half the time wider one way than the other and turned."""
    along = random.uniform(0.1, 1) * most
    across = along * (random.uniform(0.4, 1) if random.random() < 0.5 else 1)
    angle = random.uniform(0, np.pi)
    if along < 0.2:
        return x
    reach = int(np.ceil(2.5 * along))
    at = np.arange(-reach, reach + 1, dtype=np.float32)
    u, v = np.meshgrid(at, at)
    a, b = np.cos(angle) * u + np.sin(angle) * v, np.cos(angle) * v - np.sin(angle) * u
    kernel = np.exp(-0.5 * ((a / along) ** 2 + (b / max(across, 0.1)) ** 2))
    weight = torch.from_numpy((kernel / kernel.sum()).astype(np.float32))[None, None]
    planes = torch.from_numpy(np.ascontiguousarray(x.transpose(2, 0, 1)))[:, None]
    planes = functional.conv2d(functional.pad(planes, (reach,) * 4, mode="replicate"), weight)
    return np.ascontiguousarray(planes[:, 0].numpy().transpose(1, 2, 0))


def _sharpened(x: Plane, amount: float) -> Plane:
    """Unsharp masking, which leaves light and dark rings along edges."""
    image = Image.fromarray(np.clip(x + 0.5, 0, 255).astype(np.uint8))
    half = image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BOX)
    sharp: Plane = np.clip(x + amount * (x - np.asarray(half.resize(image.size), np.float32)), 0, 255)
    return sharp


def _noisy(x: Plane, most: float, random: np.random.Generator) -> Plane:
    """With Gaussian or shot noise, of random strength up to sigma `most` at mid grey, in colour or grey."""
    sigma = random.uniform(0, 1) ** 1.5 * most
    noise = random.standard_normal((*x.shape[:2], 1 if random.random() < 0.4 else 3), dtype=np.float32)
    if random.random() < 0.5:
        noise = noise * np.sqrt(np.clip(x, 1, 255) / 128)  # shot noise: the variance grows with light
    noisy: Plane = x + np.float32(sigma) * noise
    return noisy


def compressed(x: Plane, strength: float, random: np.random.Generator, qualities: tuple[float, float] = QUALITY) -> Plane:
    """A picture (h, w, 3) in levels, through JPEG and back, its colours at half size or not. qualities (1 to 96): at no strength and, at
    least, at full strength."""
    best, worst = qualities
    quality = int(random.uniform(best - (best - worst) * strength, best))
    file = io.BytesIO()
    Image.fromarray(np.clip(x + 0.5, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=quality, subsampling=int(random.choice([0, 2])))
    return np.asarray(Image.open(file), np.float32)
