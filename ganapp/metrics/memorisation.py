"""Whether a generator repeats its training pictures: how near generated pictures come to them, against held-out real ones.

A generator that has learnt the distribution comes as near to the training pictures as new real pictures do; one that
copies comes nearer (the data-copying tests of Meehan et al. 2020, "A Non-Parametric Test to Detect Data-Copying", in spirit).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganapp.metrics.kolmogorov_smirnov import kolmogorov_smirnov

Pictures = NDArray[np.uint8]
SHIFTS = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))


@dataclass(frozen=True)
class Nearest:
    """For each query: distance (n,) to its nearest training item, and that item's index (n,)."""

    distance: NDArray[np.float64]
    index: NDArray[np.int64]

    def closest(self, count: int) -> list[tuple[int, int, float]]:
        """The `count` nearest pairs, nearest first: (query, training item, distance)."""
        order = np.argsort(self.distance, kind="stable")[:count]
        return [(int(i), int(self.index[i]), float(self.distance[i])) for i in order]


@dataclass(frozen=True)
class Comparison:
    """Medians of the nearest distances; ratio: generated over held-out (well below 1: suspect;
    None where held-out is 0); statistic and p of the
    two-sample Kolmogorov-Smirnov test between the two sets of distances."""

    generated: float
    held_out: float
    ratio: float | None
    statistic: float
    p: float


def shifted(pictures: Pictures, dy: int, dx: int) -> Pictures:
    """Pictures (n, h, w) moved down by dy and right by dx; what comes in at the border is 0."""
    moved = np.zeros_like(pictures)
    h, w = pictures.shape[1:]
    source = pictures[:, max(-dy, 0) : h + min(-dy, 0), max(-dx, 0) : w + min(-dx, 0)]
    moved[:, max(dy, 0) : h + min(dy, 0), max(dx, 0) : w + min(dx, 0)] = source
    return moved


def nearest_pixels(queries: Pictures, training: Pictures, rows: int = 5000) -> Nearest:
    """The nearest of training (m, h, w) to each of queries (n, h, w), both uint8, 0 background to 255 ink.

    The distance is the root of the summed squares of differences in ink (0 to 1 a pixel), the least over the query's nine
    shifts by up to one pixel, so that a copy moved by a pixel is still a copy.
    """
    # In single precision a + b - 2ab loses the last digits of small distances, so the winner is measured again below.
    moved = [shifted(queries, dy, dx).reshape(len(queries), -1) for dy, dx in SHIFTS]
    variants = [m.astype(np.float32) / 255 for m in moved]
    lengths = [np.square(v).sum(1) for v in variants]
    best, index, shift = np.full(len(queries), np.inf), np.zeros(len(queries), np.int64), np.zeros(len(queries), np.int64)
    for start in range(0, len(training), rows):
        block = training[start : start + rows].reshape(-1, variants[0].shape[1]).astype(np.float32) / 255  # (rows, h w)
        own = np.square(block).sum(1)
        for s, (variant, length) in enumerate(zip(variants, lengths)):
            least = own - 2 * variant @ block.T  # (n, rows)
            place = least.argmin(1)
            value = least[np.arange(len(queries)), place] + length
            nearer = value < best
            best[nearer], index[nearer], shift[nearer] = value[nearer], place[nearer] + start, s
    chosen = np.stack([moved[s][i] for i, s in enumerate(shift)]).astype(np.float64)
    target = training[index].reshape(len(queries), -1).astype(np.float64)
    return Nearest(np.sqrt(np.square(chosen - target).sum(1)) / 255, index)


def nearest_features(queries: NDArray[np.floating], training: NDArray[np.floating], rows: int = 5000) -> Nearest:
    """The nearest of training (m, d) to each of queries (n, d) by cosine distance 1 - cos, 0 to 2; a vector of length 0 is 1 from all."""

    def unit(x: NDArray[np.floating]) -> NDArray[np.float64]:
        wide = x.astype(np.float64)
        length: NDArray[np.float64] = np.maximum(np.linalg.norm(wide, axis=1, keepdims=True), 1e-12)
        wide /= length
        return wide

    left, best, index = unit(queries), np.full(len(queries), np.inf), np.zeros(len(queries), np.int64)
    for start in range(0, len(training), rows):
        distance = 1.0 - left @ unit(training[start : start + rows]).T  # (n, rows)
        place = distance.argmin(1)
        value = distance[np.arange(len(queries)), place]
        nearer = value < best
        best[nearer], index[nearer] = value[nearer], place[nearer] + start
    return Nearest(np.maximum(best, 0.0), index)


def compare(generated: Nearest, held_out: Nearest) -> Comparison:
    """Nearest distances of generated pictures against those of held-out real ones."""
    mine, real = float(np.median(generated.distance)), float(np.median(held_out.distance))
    statistic, p = kolmogorov_smirnov(generated.distance, held_out.distance)
    return Comparison(mine, real, mine / real if real else None, statistic, p)
