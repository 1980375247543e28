"""Makes the pictures of the repair page to practise on, assets/pictures/repair: free photographs, spoilt by code, each with a mask.

python scripts/repair_examples.py; needs scikit-image, whose sample pictures these are. Licences: assets/pictures/repair/README.md.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganapp.base import paths

FOLDER = paths.assets() / "pictures" / "repair"
SCALE = 4  # shapes are drawn that much larger, for smooth edges


def sample(name: str) -> Image.Image:
    """One of scikit-image's sample pictures, in colour."""
    from skimage import data

    return Image.fromarray(np.asarray(getattr(data, name)())).convert("RGB")


def shape(size: tuple[int, int]) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """An empty mask, SCALE times as large, and a pen on it."""
    mask = Image.new("L", (size[0] * SCALE, size[1] * SCALE))
    return mask, ImageDraw.Draw(mask)


def scaled(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(x * SCALE, y * SCALE) for x, y in points]


def small(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    return mask.resize(size, Image.Resampling.BOX)


def scratched() -> tuple[Image.Image, Image.Image]:
    """A photograph made old: brown, and with scratches, a fold and dust."""
    random = np.random.default_rng(5)
    grey = np.asarray(sample("camera").convert("L"), np.float32)[..., None] / 255
    photo = Image.fromarray((np.clip(0.12 + 0.8 * grey * np.array([1.0, 0.9, 0.74], np.float32), 0, 1) * 255).astype(np.uint8))
    w, h = photo.size
    mask, pen = shape(photo.size)
    for _ in range(9):
        x, y, angle = random.uniform(0, w), random.uniform(0, h), random.uniform(-0.5, 0.5)
        length, bend = random.uniform(80, 330), random.uniform(-0.002, 0.002)
        points = [(x + t * np.sin(angle + bend * t), y + t * np.cos(angle + bend * t)) for t in np.linspace(0, length, 30)]
        pen.line(scaled(points), fill=int(random.uniform(180, 255)), width=int(random.uniform(1, 2.4) * SCALE))
    fold = [(x, 0.62 * h + 5 * np.sin(x / 60)) for x in range(0, w + 20, 10)]
    pen.line(scaled(fold), fill=255, width=3 * SCALE)
    for _ in range(70):
        x, y, r = random.uniform(0, w), random.uniform(0, h), random.uniform(0.6, 2.4)
        pen.ellipse([(x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE], fill=255)
    spots = small(mask, photo.size)
    return Image.composite(Image.new("RGB", photo.size, (246, 240, 226)), photo, spots), spots.point(lambda v: 255 * (v > 40))


def wires() -> tuple[Image.Image, Image.Image]:
    """A launch pad behind five wires."""
    photo = sample("rocket")
    w, h = photo.size
    mask, pen = shape(photo.size)
    for i in range(5):
        left, right, sag = 24 + 23 * i, 92 + 15 * i, 26 + 3 * i
        points = [(x, left + (right - left) * x / w + sag * 4 * (x / w) * (1 - x / w)) for x in range(0, w + 8, 8)]
        pen.line(scaled(points), fill=255, width=int(2.6 * SCALE))
    lines = small(mask, photo.size)
    spoilt = Image.composite(Image.new("RGB", photo.size, (22, 22, 26)), photo, lines)
    return spoilt, lines.filter(ImageFilter.MaxFilter(3)).point(lambda v: 255 * (v > 20))


def torn() -> tuple[Image.Image, Image.Image]:
    """A photograph whose lower left corner is missing."""
    random = np.random.default_rng(2)
    photo = sample("coffee")
    w, h = photo.size
    mask, pen = shape(photo.size)
    edge = [(t * 0.33 * w + random.normal(0, 3), h * (0.56 + 0.44 * t) + random.normal(0, 3)) for t in np.linspace(-0.02, 1.02, 40)]
    pen.polygon(scaled([*edge, (0, h + 9), (-9, h + 9)]), fill=255)
    corner = small(mask, photo.size)
    paper = Image.composite(Image.new("RGB", photo.size, (214, 206, 194)), photo, small(mask.filter(ImageFilter.MaxFilter(9)), photo.size))
    return Image.composite(Image.new("RGB", photo.size, (250, 249, 246)), paper, corner), corner.point(lambda v: 255 * (v > 10)).filter(
        ImageFilter.MaxFilter(7)
    )


def drawing() -> tuple[Image.Image, Image.Image]:
    """A house, hatched in ink by this code, and a blot on it."""
    size = (640, 448)
    page, pen = shape(size)
    walls = [[(110, 190), (110, 372), (330, 372), (330, 190)], [(330, 190), (330, 372), (520, 352), (520, 180)]]
    for wall in walls:
        pen.line(scaled([*wall, wall[0]]), fill=255, width=2 * SCALE)
    pen.line(scaled([(92, 196), (220, 92), (348, 196)]), fill=255, width=2 * SCALE)
    pen.line(scaled([(220, 92), (424, 86), (540, 184), (348, 196)]), fill=255, width=2 * SCALE)
    for i in range(24):
        pen.line(scaled([(232 + 8.2 * i, 98), (356 + 7.6 * i, 192 - 0.4 * i)]), fill=150, width=SCALE)
    for x, y, w, h in [(146, 232, 44, 56), (250, 232, 44, 56), (372, 226, 42, 52), (446, 220, 40, 52)]:
        pen.rectangle([x * SCALE, y * SCALE, (x + w) * SCALE, (y + h) * SCALE], outline=255, width=2 * SCALE)
        pen.line(scaled([(x + w / 2, y), (x + w / 2, y + h)]), fill=255, width=SCALE)
    pen.rectangle([198 * SCALE, 304 * SCALE, 240 * SCALE, 372 * SCALE], outline=255, width=2 * SCALE)
    for i in range(40):
        pen.line(scaled([(40 + 14 * i, 396 + 9 * np.sin(i)), (78 + 14 * i, 392 + 9 * np.sin(i + 1))]), fill=190, width=SCALE)
    ink = Image.new("RGB", size, (40, 42, 58))
    paper = Image.composite(ink, Image.new("RGB", size, (248, 245, 236)), small(page, size))
    mask, pen = shape(size)
    for x, y, r in [(318, 286, 32), (340, 312, 24), (296, 306, 20), (352, 276, 13), (371, 330, 6), (274, 336, 5)]:
        pen.ellipse([(x - r) * SCALE, (y - r) * SCALE, (x + r) * SCALE, (y + r) * SCALE], fill=255)
    blot = small(mask, size)
    marks = blot.point(lambda v: 255 * (v > 0)).filter(ImageFilter.MaxFilter(3))
    return Image.composite(Image.new("RGB", size, (30, 34, 72)), paper, blot), marks


def main() -> None:
    """Write all pictures and masks."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for make in (scratched, wires, torn, drawing):
        picture, mask = make()
        picture.save(FOLDER / f"{make.__name__}.webp", quality=90, method=6)
        mask.convert("1").save(FOLDER / f"{make.__name__}-mask.png", optimize=True)
        print(make.__name__, picture.size, f"{np.asarray(mask).mean() / 255:.1%} marked")


if __name__ == "__main__":
    main()
