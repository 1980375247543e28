"""Contact sheet of enlargements: python scripts/upscale_sheet.py SCALE OUT.webp

Rows: crops of scikit-image's free sample pictures, made small by bicubic interpolation, and two of them degraded by a seeded mixture of
blur, noise and JPEG as well. Columns: the small picture, bicubic, the fidelity model, the photo model (denoise 0.25), the original.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

from ganapp import models  # noqa: E402
from ganapp.evaluation import enlargements  # noqa: E402
from ganapp.evaluation.enlargements import Levels  # noqa: E402
from ganapp.training.data import degradations  # noqa: E402

SIDE, GAP, SEED = 188, 4, 3
# sample of skimage.data, left, top of the crop, strength of the degradation
CROPS = (
    ("chelsea", 120, 60, 0.0),
    ("coffee", 190, 90, 0.0),
    ("astronaut", 130, 20, 0.0),
    ("page", 20, 10, 0.0),
    ("chelsea", 120, 60, 0.5),
    ("astronaut", 280, 200, 0.5),
)


def crop(name: str, left: int, top: int) -> Levels:
    """(SIDE, SIDE, 3) of one of scikit-image's samples; grey becomes colour, and a picture that ends is continued."""
    from skimage import data

    picture = np.asarray(getattr(data, name)(), np.uint8)
    picture = picture if picture.ndim == 3 else picture[..., None].repeat(3, 2)
    short = picture[top : top + SIDE, left : left + SIDE]
    spare = [(0, SIDE - have) for have in short.shape[:2]]
    return np.pad(short, (*spare, (0, 0)), mode="edge")


@torch.inference_mode()
def sheet(scale: int) -> Image.Image:
    """The whole sheet."""
    fidelity, photo = (models.load(f"upscale-x{scale}-{kind}", "upscale") for kind in ("fidelity", "photo"))
    whole = Image.new("RGB", (5 * (SIDE + GAP) - GAP, len(CROPS) * (SIDE + GAP) - GAP), "white")
    for row, (name, left, top, strength) in enumerate(CROPS):
        real = crop(name, left, top)
        small = degradations.degraded(real, scale, strength, np.random.default_rng(SEED + row))
        shown = [
            np.asarray(Image.fromarray(small).resize((SIDE, SIDE), Image.Resampling.NEAREST)),
            enlargements.interpolations(scale)["bicubic"](small),
            enlargements.by(fidelity)(small),
            enlargements.by(photo, 0.25)(small),
            real,
        ]
        for column, levels in enumerate(shown):
            whole.paste(Image.fromarray(levels), (column * (SIDE + GAP), row * (SIDE + GAP)))
    return whole


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python scripts/upscale_sheet.py SCALE OUT.webp")
    sheet(int(sys.argv[1])).save(sys.argv[2], quality=90)
