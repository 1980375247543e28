"""A digit as the networks know it: someone's drawing -> 32 x 32, 1 = ink, as MNIST was made; and back to ink on paper.

MNIST (LeCun et al. 1998): the digit's box is fitted to 20 x 20 pixels, its proportions and grey edges kept, and placed in
28 x 28 with the centre of mass of its ink in the middle. Here 2 more pixels of background go round it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ganapp.base.errors import UserError
from ganapp.pictures.images import Picture, to_image

Array = NDArray[np.float32]

SIZE, FRAME, BOX = 32, 28, 20
MIDDLE = SIZE / 2 + 0.5
WORK = 280  # side that larger drawings are brought to first
CONTRAST = 0.12  # least difference between ink and paper that counts as a drawing
THINNEST = 1.56  # pixels of the 20 x 20 box: a twentieth of MNIST is finer, by `stroke`


def from_picture(picture: Picture) -> Array:
    """(32, 32) in [0, 1], 1 = ink, from a picture of one digit: any size, dark on light or light on dark, ink on a transparent ground.

    UserError when there is no ink to be seen.
    """
    ink = _ink(_grey(picture))
    ink, box = _cut(ink)
    return _centred(_fitted(_thickened(ink, max(box) / BOX)))


def from_mnist(pictures: NDArray[np.uint8]) -> Array:
    """(n, 28, 28), 0 to 255 -> (n, 32, 32) in [0, 1], with 2 pixels of background round each."""
    edge = (SIZE - FRAME) // 2
    return np.asarray(np.pad(pictures.astype(np.float32) / 255, ((0, 0), (edge, edge), (edge, edge))), np.float32)


def on_paper(ink: Array, pixels: int, smooth: bool = True) -> Image.Image:
    """Ink (h, w) in [0, 1] as dark on white, its longer side `pixels`: smoothed, or as squares of single pixels."""
    h, w = ink.shape
    scale = pixels / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    if not smooth or scale <= 1:
        return to_image(1 - ink).resize(size, Image.Resampling.NEAREST if scale > 1 else Image.Resampling.BOX)
    large = np.asarray(Image.fromarray(ink.astype(np.float32)).resize(size, Image.Resampling.BICUBIC))
    # An edge keeps about the softness of one pixel of the original, however large the copy.
    steep = min(scale, 3.0) if scale > 2 else 1.0
    sharp = np.clip((large - 0.5) * steep + 0.5, 0, 1)
    return to_image(np.asarray(1 - sharp * sharp * (3 - 2 * sharp), np.float32))


def _grey(picture: Picture) -> Array:
    """Luminance (h, w), at most `WORK` to a side; a transparent ground becomes whatever the ink is not."""
    grey = picture.colours @ np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601
    if picture.alpha is not None:
        a = picture.alpha
        ink = float((grey * a).sum() / a.sum()) if a.any() else 0.0
        grey = grey * a + (1.0 if ink < 0.5 else 0.0) * (1 - a)
    h, w = grey.shape
    if max(h, w) > WORK:
        size = (max(1, round(w * WORK / max(h, w))), max(1, round(h * WORK / max(h, w))))
        grey = np.asarray(Image.fromarray(grey.astype(np.float32)).resize(size, Image.Resampling.BOX))
    return np.asarray(grey, np.float32)


def _ground(grey: Array) -> Array:
    """The paper's brightness (h, w): a plane through the border's pixels, those off it (a stroke that touches the edge) left out."""
    h, w = grey.shape
    y, x = np.mgrid[0:h, 0:w]
    edge = np.ones((h, w), bool)
    edge[1:-1, 1:-1] = False
    terms = np.stack([np.ones(edge.sum()), x[edge] / w, y[edge] / h], axis=1)
    values = grey[edge].astype(np.float64)
    keep = np.abs(values - np.median(values)) < 0.2
    if keep.sum() < 8:
        return np.full_like(grey, np.median(values))
    plane, *_ = np.linalg.lstsq(terms[keep], values[keep], rcond=None)
    return np.asarray(plane[0] + plane[1] * x / w + plane[2] * y / h, np.float32)


def _ink(grey: Array) -> Array:
    """How much ink is at each place (h, w), 0 to 1: the difference from the paper, in whichever sense is the stronger, noise cut off."""
    difference = grey - _ground(grey)
    dark, light = np.clip(-difference, 0, 1), np.clip(difference, 0, 1)
    ink = dark if np.square(dark).sum() >= np.square(light).sum() else light
    darkest = min(ink.size, max(2, ink.size // 2000))  # one speck is no stroke
    top = float(np.partition(ink.ravel(), -darkest)[-darkest])
    if top < CONTRAST:
        raise UserError("no_ink")
    low = max(0.15 * top, min(_otsu(ink / top) * 0.6, 0.45) * top)
    return np.asarray(np.clip((ink - low) / (0.92 * top - low), 0, 1), np.float32)


def _otsu(values: Array) -> float:
    """The threshold in [0, 1] that parts values best into two classes: Otsu 1979."""
    counts, edges = np.histogram(np.clip(values, 0, 1), bins=64, range=(0, 1))
    middle = (edges[:-1] + edges[1:]) / 2
    below = np.cumsum(counts)
    mass = np.cumsum(counts * middle)
    above = below[-1] - below
    with np.errstate(divide="ignore", invalid="ignore"):
        between = below * above * np.square(mass / below - (mass[-1] - mass) / above)
    return float(edges[1:][np.nanargmax(between)])


def _cut(ink: Array) -> tuple[Array, tuple[int, int]]:
    """The ink inside its box, specks of dust left out, and the box's (height, width) in pixels."""
    solid = ink > 0.5
    if min(ink.shape) > 64:
        ink, solid = _dusted(ink, solid)
    if not solid.any():
        raise UserError("no_ink")
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    return ink[top:bottom, left:right], (bottom - top, right - left)


def _dusted(ink: Array, solid: NDArray[np.bool_]) -> tuple[Array, NDArray[np.bool_]]:
    """Ink and where it is, without what a median of 3 x 3 wipes off; as they were where that would take the strokes too."""
    page = Image.fromarray((solid * 255).astype(np.uint8))
    clean = page.filter(ImageFilter.MedianFilter(3))
    kept = np.asarray(clean) > 0
    if kept.sum() < 0.6 * solid.sum():
        return ink, solid
    near = np.asarray(clean.filter(ImageFilter.MaxFilter(5))) > 0
    return np.asarray(ink * near, np.float32), kept | (solid & near)


def stroke(ink: Array) -> float:
    """The stroke's width in pixels: twice the ink over the length of its outline (the total variation, by the coarea formula)."""
    padded = np.pad(ink, 1)
    outline = np.hypot(np.diff(padded, axis=0)[:, :-1], np.diff(padded, axis=1)[:-1]).sum()
    return float(2 * ink.sum() / max(float(outline), 1e-6))


def _thickened(ink: Array, scale: float) -> Array:
    """A pen too fine for 20 pixels is made as wide as the finer ones of MNIST; `scale` is pixels here to a pixel there."""
    missing = THINNEST * scale - stroke(ink)
    reach = int(round(missing / 2))
    if reach < 1:
        return ink
    padded = Image.fromarray(np.pad(np.round(ink * 255).astype(np.uint8), reach))
    return np.asarray(np.asarray(padded.filter(ImageFilter.MaxFilter(2 * reach + 1)), np.float32) / 255, np.float32)


def _fitted(ink: Array) -> Array:
    """The longer side brought to 20 pixels with grey edges; the darkest place is full ink."""
    h, w = ink.shape
    scale = BOX / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    small = np.asarray(Image.fromarray(ink).resize(size, Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BILINEAR))
    return np.asarray(np.clip(small / max(float(np.quantile(small, 0.98)), 1e-3), 0, 1), np.float32)


def _centred(ink: Array) -> Array:
    """In the middle of 32 x 32 by its centre of mass, to the nearest pixel, and never beyond the edge.

    MNIST's middle is the middle of a pixel: its centres of mass lie evenly between 16 and 17.
    """
    h, w = ink.shape
    mass = ink.sum()
    row = float((ink.sum(1) * (np.arange(h) + 0.5)).sum() / mass)
    column = float((ink.sum(0) * (np.arange(w) + 0.5)).sum() / mass)
    top = min(max(round(MIDDLE - row), 0), SIZE - h)
    left = min(max(round(MIDDLE - column), 0), SIZE - w)
    page = np.zeros((SIZE, SIZE), np.float32)
    page[top : top + h, left : left + w] = ink
    return page
