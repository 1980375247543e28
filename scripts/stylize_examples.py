"""Makes the photographs of the style page to try it on, assets/pictures/stylize: sample pictures of scikit-image and scikit-learn.

python scripts/stylize_examples.py; needs both libraries. Licences: assets/pictures/stylize/README.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganapp.base import paths

FOLDER = paths.assets() / "pictures" / "stylize"
QUALITY = 88  # of the WebP files


def sample(name: str) -> Image.Image:
    """One of scikit-image's sample pictures, in colour."""
    from skimage import data

    return Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB")


def temple() -> Image.Image:
    """A temple on a hill, whole."""
    from sklearn.datasets import load_sample_image

    return Image.fromarray(np.asarray(load_sample_image("china.jpg")))


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    photographs = {"temple": temple(), "portrait": sample("astronaut"), "coffee": sample("coffee"), "cat": sample("chelsea")}
    for name, photograph in photographs.items():
        photograph.save(FOLDER / f"{name}.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
