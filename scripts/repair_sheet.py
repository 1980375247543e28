"""Contact sheet of repairs: python scripts/repair_sheet.py MODEL OUT.webp PICTURE...

A row a picture, its middle at 256 pixels: what is marked, the net alone, the picture's own patches alone, both (as the page does it),
the original. The tasks take turns: wires, a passer-by, a stain, a torn corner, a sign.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from ganapp.evaluation.subject import find  # noqa: E402
from ganapp.models import filler  # noqa: E402
from ganapp.nets import inpainter  # noqa: E402
from ganapp.pictures import images  # noqa: E402
from ganapp.repairing.filling import Filling  # noqa: E402

SIDE, GAP = 256, 4
Draw = Callable[[ImageDraw.ImageDraw], None]


def wires(pen: ImageDraw.ImageDraw) -> None:
    for y, end in ((60, 90), (84, 110), (150, 132)):
        pen.line([(0, y), (128, (y + end) // 2 + 12), (SIDE, end)], 255, 5)


def passer_by(pen: ImageDraw.ImageDraw) -> None:
    pen.ellipse([118, 96, 144, 124], 255)
    pen.rounded_rectangle([108, 122, 154, 216], 14, 255)


def stain(pen: ImageDraw.ImageDraw) -> None:
    for x, y, r in ((96, 110, 34), (130, 128, 28), (84, 146, 22), (190, 60, 9), (204, 80, 5)):
        pen.ellipse([x - r, y - r, x + r, y + r], 255)


def torn_corner(pen: ImageDraw.ImageDraw) -> None:
    pen.polygon([(SIDE, SIDE), (SIDE, 130), (228, 142), (214, 170), (186, 182), (174, 212), (150, 226), (138, SIDE)], 255)


def sign(pen: ImageDraw.ImageDraw) -> None:
    pen.rectangle([70, 70, 140, 116], 255)
    pen.rectangle([102, 116, 109, 200], 255)


TASKS: tuple[Draw, ...] = (wires, passer_by, stain, torn_corner, sign)


def middle(path: Path) -> images.Array:
    """The square in the middle of a picture at 256 pixels, (256, 256, 3)."""
    image = images.to_image(images.read(path).colours).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    small = image.crop((left, top, left + side, top + side)).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(small, np.float32) / np.float32(255)


def row(colours: images.Array, task: Draw, both: Filling) -> list[images.Array]:
    """The five pictures of a row."""
    mask = Image.new("L", (SIDE, SIDE))
    task(ImageDraw.Draw(mask))
    hole = np.asarray(mask) > 0
    torch.manual_seed(0)
    bare = Filling(filler.around(inpainter.Net(inpainter.Config()).eval()))
    marked = np.where(hole[..., None], 0.35 * colours + 0.65 * np.array([0.93, 0.35, 0.29]), colours).astype(np.float32)
    return [marked, *(each.fill(colours, hole) for each in (replace(both, detail=False), bare, both)), colours]


def main(model: str, out: str, *pictures: str) -> None:
    both = Filling(filler.of_folder(find(model)))
    page = np.ones((len(pictures) * (SIDE + GAP) - GAP, 5 * (SIDE + GAP) - GAP, 3), np.float32)
    for i, path in enumerate(pictures):
        for j, picture in enumerate(row(middle(Path(path)), TASKS[i % len(TASKS)], both)):
            page[i * (SIDE + GAP) :, j * (SIDE + GAP) :][:SIDE, :SIDE] = picture
    images.to_image(page).save(out, quality=80)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit("usage: python scripts/repair_sheet.py MODEL OUT.webp PICTURE...")
    main(*sys.argv[1:])
