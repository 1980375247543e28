"""Makes the pictures of the upscale page to try it on, assets/pictures/upscale: small, one clean, one worn by code, one drawn by code.

python scripts/upscale_examples.py; needs scikit-image, whose sample pictures two of them are. Licences: assets/pictures/upscale/README.md.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganapp.base import paths

FOLDER = paths.assets() / "pictures" / "upscale"
SCALE = 8  # the drawing is made that much larger, for smooth edges


def sample(name: str) -> Image.Image:
    """One of scikit-image's sample pictures, in colour."""
    from skimage import data

    return Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB")


def cat() -> Image.Image:
    """A cat's face, reduced and otherwise untouched."""
    return sample("chelsea").crop((61, 0, 451, 260)).resize((240, 160), Image.Resampling.LANCZOS)


def launch() -> Image.Image:
    """A launch by night as it looks after many forwardings: reduced, with noise, and twice through a JPEG of low quality."""
    picture = sample("rocket").crop((140, 47, 500, 287)).resize((240, 160), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(3).normal(0, 5, (160, 240, 1))
    picture = Image.fromarray(np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8))
    for quality in (55, 40):
        packed = io.BytesIO()
        picture.save(packed, "JPEG", quality=quality)
        picture = Image.open(packed).convert("RGB")
    return picture


def street() -> Image.Image:
    """Houses, roofs, windows, wires and a moon: flat colours and clean edges."""
    w, h = 240, 160
    drawing = Image.new("RGB", (w * SCALE, h * SCALE), "#f3e9d6")
    pen = ImageDraw.Draw(drawing)

    def scaled(*points: float) -> list[float]:
        return [point * SCALE for point in points]

    pen.ellipse(scaled(184, 12, 216, 44), fill="#e0653f")
    walls = ["#2f4858", "#c9a227", "#8c2f39", "#4f7c6b", "#d98e5f", "#33415c"]
    left = -6
    for number, (width, height) in enumerate([(44, 84), (38, 62), (50, 98), (40, 70), (46, 88), (48, 60)]):
        top = h - 16 - height
        pen.rectangle(scaled(left, top, left + width, h - 16), fill=walls[number])
        pen.polygon(scaled(left - 3, top, left + width / 2, top - 20, left + width + 3, top), fill="#3b2f2f")
        for row in range(int(height // 22)):
            for column in range(2):
                x, y = left + 7 + column * (width - 26), top + 8 + row * 22
                pen.rectangle(scaled(x, y, x + 11, y + 13), fill="#f7d774" if (number + row + column) % 3 else "#1d2733")
                pen.line(scaled(x + 5.5, y, x + 5.5, y + 13), fill="#3b2f2f", width=SCALE // 2)
                pen.line(scaled(x, y + 6.5, x + 11, y + 6.5), fill="#3b2f2f", width=SCALE // 2)
        left += width - 2
    pen.rectangle(scaled(0, h - 16, w, h), fill="#6b5b53")
    for x in range(4, w, 20):
        pen.rectangle(scaled(x, h - 9, x + 10, h - 7.6), fill="#f3e9d6")
    for sag in (26, 32):
        points = [(x * SCALE, (sag + 10 * np.sin(np.pi * (x / w))) * SCALE) for x in range(-4, w + 8, 4)]
        pen.line(points, fill="#3b2f2f", width=int(0.8 * SCALE))
    return drawing.resize((w, h), Image.Resampling.BOX)


def main() -> None:
    """Write all of them."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    cat().save(FOLDER / "cat.png", optimize=True)
    launch().save(FOLDER / "launch.jpg", quality=40)
    street().save(FOLDER / "street.png", optimize=True)


if __name__ == "__main__":
    main()
