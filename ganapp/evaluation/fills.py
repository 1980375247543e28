"""What a repair is measured against: the mean colour, and the classical methods of OpenCV and scikit-image where they are installed."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from ganapp import models
from ganapp.models import foreign_filler
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks
from ganapp.repairing.filling import Filling

Fill = Callable[[Array, Marks], Array]
RADIUS = 3  # of cv2.inpaint; 10 measured no better and takes eight times as long
CLASSICAL = ("telea", "navier_stokes", "biharmonic")
OURS = ("net", "patches", "both")
SMALL_HOLE = 4_000  # pixels: scikit-image solves a dense band of equations for each


def classical() -> dict[str, Fill]:
    """By name; without cv2 or scikit-image those that need it are left out."""
    found: dict[str, Fill] = {"mean": mean}
    if importlib.util.find_spec("cv2"):
        found |= {"telea": lambda colours, hole: _opencv(colours, hole, "INPAINT_TELEA")}
        found |= {"navier_stokes": lambda colours, hole: _opencv(colours, hole, "INPAINT_NS")}
    if importlib.util.find_spec("skimage"):
        found["biharmonic"] = _biharmonic
    return found


def ours(filler: Filling, bare: Filling) -> dict[str, Fill]:
    """The net alone, the patches alone (led by `bare`, whose net is untrained and so no more than a membrane; no regions are moved in), and
    all steps, "both"."""
    alone, plain = replace(filler, detail=False), replace(bare, regions=False)
    return {"net": lambda c, h: alone.fill(c, h), "patches": lambda c, h: plain.fill(c, h), "both": lambda c, h: filler.fill(c, h)}


def beside(references: tuple[Path, ...]) -> dict[str, Fill]:
    """Models of other makes, each a file or a name that models.load knows, by the file's name. UserError as foreign_filler.opened."""
    found: dict[str, Fill] = {}
    for reference in references:
        model = foreign_filler.opened(reference) if reference.is_file() else models.load(reference.as_posix(), "repair")
        found[reference.stem] = Filling(model).fill
    return found


def mean(colours: Array, hole: Marks) -> Array:
    """The mean colour of what is known, all over the hole."""
    filled: Array = np.where(hole[..., None], colours[~hole].mean(0) if not hole.all() else np.float32(0.5), colours)
    return filled.astype(np.float32)


def _opencv(colours: Array, hole: Marks, method: str) -> Array:
    import cv2

    levels = np.round(colours * 255).astype(np.uint8)
    made = cv2.inpaint(levels, hole.astype(np.uint8), RADIUS, getattr(cv2, method))
    return np.asarray(made, np.float32) / np.float32(255)


def _biharmonic(colours: Array, hole: Marks) -> Array:
    from skimage.restoration import inpaint_biharmonic

    return np.asarray(inpaint_biharmonic(colours, hole, channel_axis=-1, split_into_regions=True), np.float32)
