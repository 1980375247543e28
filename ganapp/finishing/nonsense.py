"""Drawings that are no digits (scribbles, letters, digits in pieces), which a search for a digit must refuse."""

from __future__ import annotations

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from ganapp.digits import digit
from ganapp.pictures import images
from ganapp.training.data.digits_data import Digits

LETTERS = "AEFGHKMNPRTWXYQ"  # those that no digit looks like
CANVAS = 240


def _as_digit(page: Image.Image) -> Tensor:
    grey = np.asarray(page, np.float32) / np.float32(255)
    return torch.from_numpy(digit.from_picture(images.Picture(np.repeat(grey[..., None], 3, axis=2))))


def redrawn(ink: Tensor) -> Tensor:
    """Ink (32, 32) in [0, 1] as someone would have drawn it."""
    return _as_digit(digit.on_paper(np.asarray(ink.numpy(), np.float32), CANVAS))


def _scribble(random: np.random.Generator) -> Tensor:
    """A pen that wanders between 5 to 11 places."""
    points = random.uniform(0.15, 0.85, (int(random.integers(5, 12)), 2)) * CANVAS
    path = [points[0]]
    for point in points[1:]:
        path += [path[-1] + (point - path[-1]) * t for t in (0.33, 0.66, 1.0)]
    page = Image.new("L", (CANVAS, CANVAS), 255)
    ImageDraw.Draw(page).line([tuple(p) for p in path], fill=0, width=int(random.integers(10, 22)), joint="curve")
    return _as_digit(page)


def _letter(random: np.random.Generator) -> Tensor:
    page = Image.new("L", (CANVAS, CANVAS), 255)
    font = ImageFont.load_default(size=float(random.integers(120, 180)))
    ImageDraw.Draw(page).text((50, 10), str(random.choice(list(LETTERS))), fill=0, font=font, stroke_width=int(random.integers(1, 6)))
    return _as_digit(page.rotate(float(random.uniform(-15, 15)), fillcolor=255))


def _pieces(random: np.random.Generator, data: Digits) -> Tensor:
    """A digit whose four quarters changed places."""
    x, _ = data.at(torch.tensor([int(random.integers(len(data)))]))
    ink = (x[0, 0] + 1) / 2
    half = digit.SIZE // 2
    quarters = [ink[r : r + half, c : c + half] for r in (0, half) for c in (0, half)]
    turned = [quarters[i] for i in ((3, 2, 1, 0), (1, 0, 3, 2), (2, 3, 0, 1))[int(random.integers(3))]]
    return redrawn(torch.cat([torch.cat(turned[:2], dim=1), torch.cat(turned[2:], dim=1)]))


def _overlaid(random: np.random.Generator, data: Digits) -> Tensor:
    """Two digits written over each other."""
    x, _ = data.at(torch.from_numpy(random.integers(0, len(data), 2)))
    return redrawn((x[:, 0].amax(0) + 1) / 2)


def drawings(count: int, seed: int = 0) -> Tensor:
    """Pictures (count, 1, 32, 32) in [-1, 1], the four kinds in turn."""
    random, data = np.random.default_rng(seed), Digits("train")
    kinds = (lambda: _scribble(random), lambda: _letter(random), lambda: _pieces(random, data), lambda: _overlaid(random, data))
    return torch.stack([kinds[i % len(kinds)]() for i in range(count)])[:, None].float() * 2 - 1
