"""Whole photos: every layout in its own depth, no fringes round what is cut out, nets after each other, sizes to the pixel."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganapp.models import enlarger
from ganapp.models.enlarger import Enlarger
from ganapp.nets import upscaler
from ganapp.pictures import hidden_colours
from ganapp.pictures.photo import LAYOUTS, Origin, Photo
from ganapp.upscaling.enlarge import count, enlarge


def net(scale: int) -> Enlarger:
    """Bicubic, which an untrained net is."""
    made = upscaler.Net(upscaler.Config(scale, 4, 1)).eval().requires_grad_(False)
    return Enlarger(f"x{scale}", scale, made.receptive, 48, "tiny", enlarger.ours(made))


def smooth(h: int, w: int, channels: int, kind: type = np.uint8) -> np.ndarray:
    """Waves, other ones in every channel."""
    full = np.iinfo(kind).max
    y, x = np.mgrid[:h, :w] / max(h, w)
    waves = [0.5 + 0.4 * np.sin(4 * x + 3 * y + i) * np.cos(2 * y - i) for i in range(channels)]
    return np.round(np.stack(waves, 2) * full).astype(kind)


KINDS = [(layout, kind) for layout in LAYOUTS for kind in (np.uint8, np.uint16) if (layout, kind) != ("CMYK", np.uint16)]  # of no photo


@pytest.mark.parametrize(("layout", "kind"), KINDS)
def test_every_layout_and_depth(layout: str, kind: type) -> None:
    shot = Photo(smooth(37, 52, LAYOUTS[layout], kind), layout, Origin(icc=b"x"))
    done = enlarge(shot, (net(4),), (208, 148), 32)
    made = done.photo
    assert (made.pixels.shape, made.pixels.dtype, made.layout, made.origin) == ((148, 208, LAYOUTS[layout]), kind, layout, shot.origin)
    assert done.work.done == done.work.total == count(layout, (52, 37), (4,), 32) == (4 if layout in ("L", "RGB") else 8)
    centres = (np.arange(148) + 0.5) / 4 - 0.5, (np.arange(208) + 0.5) / 4 - 0.5
    near = shot.pixels[np.clip(np.round(centres[0]), 0, 36).astype(int)][:, np.clip(np.round(centres[1]), 0, 51).astype(int)]
    gap = np.abs(near.astype(np.int64) - made.pixels) / np.iinfo(kind).max
    assert gap.max() < 0.06  # it is the same picture, channel by channel
    if kind is np.uint16:
        assert len(np.unique(made.pixels)) > 1000


SIZES = [((1, 1), (4,), (4, 4)), ((1, 500), (2,), (900, 2)), ((500, 1), (4, 2), (8, 4000))]
SIZES += [((10, 12), (4, 2), (61, 51)), ((9, 7), (4,), (8, 10))]


@pytest.mark.parametrize(("shape", "scales", "size"), SIZES)
def test_any_size_to_the_pixel(shape: tuple[int, int], scales: tuple[int, ...], size: tuple[int, int]) -> None:
    shot = Photo(np.full((*shape, 3), 77, np.uint8), "RGB")
    done = enlarge(shot, tuple(net(scale) for scale in scales), size, 64)
    assert (done.photo.width, done.photo.height) == size
    assert np.abs(done.photo.pixels.astype(int) - 77).max() <= 1


def test_a_net_after_another_and_a_resample_are_the_same_picture() -> None:
    shot = Photo(smooth(30, 30, 3), "RGB")
    eight = enlarge(shot, (net(4), net(2)), (240, 240), 32).photo.pixels.astype(int)
    four = enlarge(shot, (net(4),), (120, 120), 32).photo.pixels.astype(int)
    assert np.abs(eight.reshape(120, 2, 120, 2, 3).mean((1, 3)) - four).max() < 2
    three = enlarge(shot, (net(4),), (90, 90), 32).photo.pixels.astype(int)
    assert np.abs(three[1::3, 1::3] - shot.pixels).max() < 6


def test_what_is_cut_out_has_no_fringes() -> None:
    pixels = np.zeros((40, 40, 4), np.uint8)
    pixels[..., :3] = (0, 255, 0)  # what nobody sees is bright green
    pixels[10:30, 10:30] = (200, 40, 60, 255)
    made = enlarge(Photo(pixels, "RGBA"), (net(4),), (160, 160), 16).photo.pixels.astype(int)
    seen = made[..., 3] > 8
    assert np.abs(made[seen][:, :3] - (200, 40, 60)).max() <= 2
    assert made[80, 80, 3] == 255
    assert made[4, 4, 3] == 0
    solid = enlarge(Photo(np.full((20, 20, 2), 255, np.uint8), "LA"), (net(2),), (40, 40), 16).photo.pixels
    assert (solid == 255).all()


def test_hidden_colours_come_from_beside_them_and_seen_ones_stay() -> None:
    rng = np.random.default_rng(0)
    colours, alpha = rng.integers(0, 256, (33, 21, 3), np.uint8), np.zeros((33, 21), np.uint8)
    alpha[5:9, 5:9] = 255
    colours[5:9, 5:9] = 90
    made = hidden_colours.extended(colours, alpha)
    assert (made == 90).all()
    assert (hidden_colours.extended(colours, alpha * 0) == colours).all()
    part = np.where(rng.random((33, 21)) < 0.5, 255, 0).astype(np.uint8)
    made = hidden_colours.extended(colours, part)
    assert (made[part > 0] == colours[part > 0]).all()


def test_grey_stays_grey_whatever_the_net_does_to_colours() -> None:
    tint = torch.tensor([0.1, 0.0, -0.1]).view(1, 3, 1, 1)
    tinted = Enlarger("t", 2, 0, 8, "t", lambda x: x.repeat_interleave(2, 2).repeat_interleave(2, 3) + tint)
    shot = Photo(np.full((9, 9, 1), 128, np.uint8), "L")
    made = enlarge(shot, (tinted,), (18, 18), 16).photo
    assert made.layout == "L"
    assert np.abs(made.pixels.astype(int) - 128).max() <= 1
