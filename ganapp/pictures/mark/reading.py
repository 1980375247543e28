"""Finding the mark: the picture is whitened, its waves are looked up at every size it may have been given, and the size and the shift at
which the key's phases agree best are the mark's, if they agree better than chance lets them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganapp.pictures.mark import code
from ganapp.pictures.mark.carriers import SIDE, TILE, Carriers, carriers

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]

FLOOR = 2.0  # levels that the noise of a picture is taken to have at least
SMALLEST, LARGEST = 0.46, 2.7  # sizes that a picture may have been given since it was marked, with its edges cut after
STEP = 0.0025  # between two sizes that are tried
TRIED = 6  # of the sizes that agree best, read to the end
AGREEING = 5.2  # standard deviations from which a size and a shift are worth reading


@dataclass(frozen=True)
class Mark:
    """number: the 32 bits; scale: the size of the pattern against that of a picture as it was marked and looked at; agreement: standard
    deviations of chance by which the key's phases agree."""

    number: int
    scale: float
    agreement: float


def looked_at(luma: Floats) -> Floats:
    """A picture's brightness (h, w) in levels at the size at which it is looked at."""
    h, w = luma.shape
    share = SIDE / min(h, w)
    if share >= 1:
        return luma
    size = max(1, round(w * share)), max(1, round(h * share))
    small = Image.fromarray(luma.astype(np.float32)).resize(size, Image.Resampling.BOX if share <= 0.5 else Image.Resampling.LANCZOS)
    return np.asarray(small, np.float64)


def whitened(luma: Floats) -> tuple[Floats, Floats]:
    """What stands out from its surroundings (h, w), and how loud these are (h, w): a busy place counts less."""
    rough = luma - blurred(luma, 3)
    loud = np.sqrt(blurred(rough**2, 9)) + FLOOR
    return np.clip(rough / loud, -2.5, 2.5) / np.sqrt(loud), loud


def blurred(x: Floats, side: int) -> Floats:
    """The mean over a square of an odd `side`, twice; edges are continued."""
    for _ in range(2):
        for axis in (0, 1):
            pad = [(0, 0), (0, 0)]
            pad[axis] = (side // 2 + 1, side // 2)
            sums = np.cumsum(np.pad(x, pad, mode="edge"), axis=axis)
            ends = [slice(None), slice(None)]
            starts = [slice(None), slice(None)]
            ends[axis], starts[axis] = slice(side, None), slice(None, -side)
            x = (sums[tuple(ends)] - sums[tuple(starts)]) / side
    return x


@lru_cache(8)
def _sizes() -> Floats:
    return np.asarray(np.exp(np.arange(np.log(SMALLEST), np.log(LARGEST), STEP)), np.float64)


def find(luma: Floats, key: bytes) -> Mark | None:
    """The mark in a picture's brightness (h, w) in levels of 0 to 255; None where there is none."""
    return seen(looked_at(luma), key)


def seen(small: Floats, key: bytes) -> Mark | None:
    """As `find`, for a picture at the size at which it is looked at."""
    if min(small.shape) < TILE:
        return None
    waves, (flat, _) = carriers(key), whitened(small)
    coarse = _spectrum(flat)
    sync = slice(0, waves.sync)
    agreements = np.zeros(len(_sizes()))
    for i, scale in enumerate(_sizes()):
        agreements[i] = _agreement(_looked_up(coarse, waves, scale, sync), waves)[0]
    for i in np.argsort(agreements)[::-1][:TRIED]:
        if agreements[i] < AGREEING:
            break
        mark = _read(flat, waves, _sizes()[i])
        if mark is not None:
            return mark
    return None


def _spectrum(flat: Floats) -> Complex:
    """The Fourier transform at twice its usual fineness, its origin in the middle of the picture."""
    h, w = (1 << int(np.ceil(np.log2(2 * side))) for side in flat.shape)
    padded = np.zeros((h, w))
    padded[: flat.shape[0], : flat.shape[1]] = flat
    padded = np.roll(padded, (-(flat.shape[0] // 2), -(flat.shape[1] // 2)), (0, 1))
    return np.asarray(np.fft.rfft2(padded), np.complex128)


def _looked_up(coarse: Complex, waves: Carriers, scale: float, part: slice) -> Complex:
    """Values of the nearest coefficients (n,), for a pattern that is `scale` times as large."""
    h, w = coarse.shape[0], 2 * (coarse.shape[1] - 1)
    down = np.rint(waves.down[part] / (TILE * scale) * h).astype(np.int64)
    across = np.rint(waves.across[part] / (TILE * scale) * w).astype(np.int64)
    inside = (across < w // 2) & (np.abs(down) < h // 2)
    found = coarse[np.where(inside, down, 0) % h, np.where(inside, across, 0)]
    return np.where(inside, found, 0)


def _agreement(values: Complex, waves: Carriers) -> tuple[float, int, int]:
    """How well the phases of the first waves agree at the shift where they do best, in standard deviations, and that shift in 1/TILE."""
    sync = slice(0, len(values))
    lattice = np.zeros((TILE, TILE), np.complex128)
    size = np.abs(values)
    bounded = values / np.maximum(
        size, np.median(size[size > 0]) if (size > 0).any() else 1.0
    )  # a loud wave of the picture's own counts as one
    lattice[waves.down[sync] % TILE, waves.across[sync]] = bounded * np.exp(-1j * waves.phases[sync])
    over = np.fft.ifft2(lattice).real * TILE * TILE
    best = int(over.argmax())
    spread = np.sqrt((np.abs(bounded) ** 2).sum() / 2) or 1.0
    return float(over.ravel()[best] / spread), best // TILE, best % TILE


def _read(flat: Floats, waves: Carriers, scale: float) -> Mark | None:
    """The mark at a size nearby, looked at closely; None where its check bits do not fit."""
    agreement, size, values = -1.0, scale, np.zeros(0, np.complex128)
    down = across = 0
    for near in scale * (1 + STEP * np.linspace(-0.8, 0.8, 7)):
        here = exact(flat, waves, near)
        better, *shift = _agreement(here[: waves.sync], waves)
        if better > agreement:
            agreement, size, values, (down, across) = better, near, here, shift
    if agreement < AGREEING:
        return None
    turned = values * np.exp(-1j * waves.phases + 2j * np.pi * (waves.down * down + waves.across * across) / TILE)
    soft = turned.real[waves.sync :]
    loud = np.abs(values[waves.sync :])
    number = code.decoded(soft / np.maximum(loud, np.median(loud)))
    return None if number is None else Mark(number, float(size), agreement)


def exact(flat: Floats, waves: Carriers, scale: float) -> Complex:
    """The picture's waves (n,) at the lattice of a pattern `scale` times as large, its origin in the middle of the picture."""
    h, w = flat.shape
    reach = int(np.abs(waves.down).max())
    rows = np.exp(-2j * np.pi / (TILE * scale) * np.outer(np.arange(-reach, reach + 1), np.arange(h) - h // 2))
    columns = np.exp(-2j * np.pi / (TILE * scale) * np.outer(np.arange(w) - w // 2, np.arange(reach + 1)))
    return np.asarray((rows @ flat @ columns)[waves.down + reach, waves.across], np.complex128)
