"""Make what the front page shows at once, without the server: digits on a grid, a photograph before and after its repair, poems.

assets/pictures/front/digits.png    one grey picture of COLUMNS x ROWS cells of 32 x 32 pixels, white is ink. From left to right the
                                    digits 0 to 9 with STEPS - 1 blends between two of them, from top to bottom the slider "weight"
                                    from -REACH to REACH; the hand is that of SEED
assets/pictures/front/scratched.webp, mended.webp    the example of the page Repair, and what its network makes of it
assets/js/front/poems.js            quatrains of the seeds POEMS, as the page Write writes them again from the same seed
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from PIL import Image

from ganapp import models
from ganapp.base import paths
from ganapp.pictures import images
from ganapp.tasks import repair, write

SEED, STEPS, ROWS, REACH = 23, 3, 5, 2.0
COLUMNS = 9 * STEPS + 1
SIDE = 32
POEMS = (16, 12, 2, 18, 22, 14)
PHOTO = 512  # pixels a side
HEAD = "/* Written by scripts/front_page.py: quatrains of the network write-quatrains, each with the seed that writes it again. */\n\n"


def cell(column: int, row: int) -> tuple[int, int, float, float]:
    """What stands in a cell: the digit, the next one, the share of the next, and the value of the slider."""
    digit, step = divmod(column, STEPS)
    return digit, min(9, digit + 1), step / STEPS, -REACH + 2 * REACH * row / (ROWS - 1)


def digits() -> Image.Image:
    """The grid of digits."""
    sampler = models.load("digits", "sample")
    places = [cell(column, row) for row in range(ROWS) for column in range(COLUMNS)]
    base = sampler.base(SEED, 1.0, None)
    y = np.stack([sampler.weights(digit, after, share) for digit, after, share, _ in places])
    z = np.stack([sampler.moved(base, {"weight": weight}, weights) for (*_, weight), weights in zip(places, y, strict=True)])
    ink = (sampler.paint(z, y) * 255).round().astype(np.uint8)  # (cells, 32, 32)
    grid = ink.reshape(ROWS, COLUMNS, SIDE, SIDE).transpose(0, 2, 1, 3)  # (rows, 32, columns, 32)
    return Image.fromarray(grid.reshape(ROWS * SIDE, COLUMNS * SIDE))


def mended() -> tuple[Image.Image, Image.Image]:
    """The scratched photograph and its repair."""
    folder = paths.assets() / "pictures" / "repair"
    photo = folder / "scratched.webp"
    picture, mask = (images.data_uri((folder / name).read_bytes()) for name in (photo.name, "scratched-mask.png"))
    file = repair.run(repair.Request(picture, mask)).file
    assert file is not None
    return Image.open(photo).convert("RGB"), Image.open(io.BytesIO(file.blob)).convert("RGB")


def poems() -> list[dict[str, object]]:
    """The quatrains, four lines each."""
    return [{"seed": seed, "lines": [line.text for line in write.run(write.Request(seed=seed)).lines]} for seed in POEMS]


def main() -> None:
    folder = paths.assets() / "pictures" / "front"
    folder.mkdir(exist_ok=True)
    digits().save(folder / "digits.png", optimize=True)
    for name, picture in zip(("scratched", "mended"), mended(), strict=True):
        picture.resize((PHOTO, PHOTO), Image.Resampling.LANCZOS).save(folder / f"{name}.webp", quality=72, method=6)
    rows = ",\n".join(f"  {json.dumps(poem, ensure_ascii=False)}" for poem in poems())
    script = paths.assets() / "js" / "front" / "poems.js"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"{HEAD}export const POEMS = [\n{rows},\n];\n", encoding="utf-8")


if __name__ == "__main__":
    main()
