"""What an upscaler is measured against: plain interpolation, and other makers' checkpoints that spandrel opens; and drawn edges, beside
which rings would show."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.models import foreign_enlarger, packs
from ganapp.models.enlarger import Enlarger

Levels = NDArray[np.uint8]
Enlarge = Callable[[Levels], Levels]  # (h, w, 3) -> (scale h, scale w, 3)
EDGE_SIDE, EDGE_LEVELS = 64, (60, 190)  # of the drawn edges, at the small size
RAMP, GRAIN = 96, 12.0  # pixels of the ramp's side, and the noise on it in levels
FAR = 3  # small pixels from an edge, from which the picture should be flat


def interpolations(scale: int) -> dict[str, Enlarge]:
    """Bicubic and Lanczos, by name."""
    ways = {"bicubic": Image.Resampling.BICUBIC, "lanczos": Image.Resampling.LANCZOS}
    return {name: partial(_resized, scale=scale, way=way) for name, way in ways.items()}


def _resized(picture: Levels, scale: int, way: Image.Resampling) -> Levels:
    image = Image.fromarray(picture)
    return np.asarray(image.resize((image.width * scale, image.height * scale), way))


def by(enlarger: Enlarger, denoise: float = 0.0) -> Enlarge:
    """The model as a function of levels."""
    ready = enlarger.at(1.0, denoise)
    return lambda picture: (ready.enlarge(np.asarray(picture / np.float32(255), np.float32)) * 255).round().byte().numpy()


def other(path: Path, scale: int) -> Enlarge:
    """A checkpoint that spandrel knows, or a pack's model by its id. UserError as `foreign_enlarger.opened` and `models.load`, and where it
    enlarges by another factor."""
    enlarger = models.load(path.name, "upscale") if packs.named(path.name) else foreign_enlarger.opened(path)
    if enlarger.scale != scale or enlarger.about.channels != 3:
        raise UserError("evaluation_peer", file=path.name, scale=scale)
    return by(enlarger)


def tensor(picture: Levels) -> Tensor:
    """(1, 3, h, w) in [0, 1]."""
    return torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 255


def ringing(enlarge: Enlarge, scale: int) -> float:
    """How far, in levels, the enlargement of drawn edges strays from the two flat colours away from them, at most: 0 without rings."""
    dark, light = EDGE_LEVELS
    at = np.arange(EDGE_SIDE) + 0.5 - EDGE_SIDE / 2
    big = np.arange(EDGE_SIDE * scale) / scale + 0.5 / scale - EDGE_SIDE / 2
    most = 0.0
    for angle in (0.0, 0.4, np.pi / 4):
        small = _ramp(at, angle, 1.0)
        made = enlarge(np.round(dark + (light - dark) * small).astype(np.uint8)[..., None].repeat(3, 2)).astype(np.float32)
        where = _side(big, angle)
        inside = np.abs(big)[:, None].clip(np.abs(big)[None]) < EDGE_SIDE / 2 - FAR  # away from the picture's own border
        for flat, there in ((dark, where < -FAR), (light, where > FAR)):
            most = max(most, float(np.abs(made[there & inside] - flat).max()))
    return most


def noise_left(enlarge: Enlarge, scale: int) -> float:
    """How much noise, in levels, an enlargement of a grey ramp with noise of `GRAIN` levels in each pixel and colour still holds."""
    small, big = (np.linspace(60, 200, side)[None, :, None].repeat(side, 0).repeat(3, 2) for side in (RAMP, RAMP * scale))
    noisy = small + GRAIN * np.random.default_rng(3).standard_normal(small.shape)
    apart = enlarge(np.clip(noisy, 0, 255).round().astype(np.uint8)).astype(float) - big
    rim = RAMP * scale // 16
    return float(apart[rim:-rim, rim:-rim].std())


def _side(at: NDArray[np.floating[Any]], angle: float) -> NDArray[np.floating[Any]]:
    """The signed distance from an edge through the middle."""
    return np.asarray(np.cos(angle) * at[None, :] + np.sin(angle) * at[:, None])


def _ramp(at: NDArray[np.floating[Any]], angle: float, width: float) -> NDArray[np.floating[Any]]:
    """0 on one side of the edge and 1 on the other, smooth over `width` pixels."""
    return np.asarray(np.clip(_side(at, angle) / width + 0.5, 0, 1))
