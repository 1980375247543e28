"""Contact sheet of styles: python scripts/stylize_sheet.py OUT.webp [--models DIR] [--paintings DIR] [PICTURE...]

Columns: the photograph, then every model of one style in DIR (the shipped ones without), in the order of their names. The first row shows
the paintings, where they are given. Rows: ten sample pictures of scikit-image and scikit-learn that may be shown to anybody, or the
pictures that are named. Each is painted with its shorter side at 384 pixels and shown at half that size.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from PIL import Image  # noqa: E402

from ganapp.models import folder  # noqa: E402
from ganapp.nets import stylizer  # noqa: E402
from ganapp.training.data import paintings, photographs  # noqa: E402
from ganapp.training.data.photographs import Levels  # noqa: E402

WIDTH, HEIGHT, SHOWN, GAP = 512, 384, 0.5, 4
# sample of skimage.data or sklearn.datasets, and where the middle of its crop lies, as shares of width and height
SAMPLES = (
    ("astronaut", 0.5, 0.2),
    ("camera", 0.5, 0.4),
    ("china.jpg", 0.5, 0.5),
    ("coffee", 0.5, 0.5),
    ("chelsea", 0.45, 0.5),
    ("rocket", 0.5, 0.6),
    ("flower.jpg", 0.5, 0.5),
    ("hubble_deep_field", 0.5, 0.5),
    ("coins", 0.5, 0.5),
    ("brick", 0.5, 0.5),
)


def sample(name: str) -> Levels:
    """(h, w, 3) of a sample picture; grey becomes colour."""
    if name.endswith(".jpg"):
        from sklearn.datasets import load_sample_image

        return np.asarray(load_sample_image(name), np.uint8)
    from skimage import data

    picture = np.asarray(getattr(data, name)(), np.uint8)
    return picture if picture.ndim == 3 else picture[..., None].repeat(3, 2)


def cell(picture: Levels, across: float = 0.5, down: float = 0.5) -> Levels:
    """(HEIGHT, WIDTH, 3): as much of a picture as has that shape, around the place given by shares of its sides."""
    h, w = picture.shape[:2]
    scale = min(w / WIDTH, h / HEIGHT)
    width, height = round(WIDTH * scale), round(HEIGHT * scale)
    left, top = (round(min(max(share * side - part / 2, 0), side - part)) for share, side, part in ((across, w, width), (down, h, height)))
    piece = Image.fromarray(picture[top : top + height, left : left + width])
    return np.asarray(piece.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS))


def nets(place: Path) -> dict[str, stylizer.Net]:
    """The nets of one style in a folder of model folders, by name."""
    found = {}
    for path in sorted(place.glob("stylize-*")):
        described = folder.describe(path)
        net = folder.weigh(path, described.parts["model"])
        if described.task == "stylize" and not described.values.get("any"):
            found[path.name] = cast(stylizer.Net, net)
    return found


@torch.inference_mode()
def painted(net: stylizer.Net, picture: Levels) -> Levels:
    """A picture (h, w, 3), sides multiples of 4, in the net's style."""
    made = stylizer.paint(net, paintings.tensor(picture))
    return ((made[0].clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()  # type: ignore[no-any-return]


def works(place: Path, names: list[str]) -> list[Levels]:
    """The paintings that the styles are called after, the shape of a cell; white where one is not there."""
    by = {f"stylize-{known.id}": place / f"{known.file}.webp" for known in paintings.described()}
    blank = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    return [cell(paintings.opened(by[name])) if name in by and by[name].is_file() else blank for name in names]


def sheet(rows: list[list[Levels]]) -> Image.Image:
    """Cells, a row a list, at the size they are shown."""
    width, height = round(WIDTH * SHOWN), round(HEIGHT * SHOWN)
    whole = Image.new("RGB", (len(rows[0]) * (width + GAP) - GAP, len(rows) * (height + GAP) - GAP), "white")
    for down, row in enumerate(rows):
        for across, levels in enumerate(row):
            small = Image.fromarray(levels).resize((width, height), Image.Resampling.LANCZOS)
            whole.paste(small, (across * (width + GAP), down * (height + GAP)))
    return whole


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[1])
    asked.add_argument("out", type=Path)
    asked.add_argument("pictures", type=Path, nargs="*")
    asked.add_argument("--models", type=Path, default=ROOT / "models")
    asked.add_argument("--paintings", type=Path)
    wanted = asked.parse_args()
    styles = nets(wanted.models)
    given = [cell(photographs.levels(path, 2 * HEIGHT)) for path in wanted.pictures]
    photos = given or [cell(sample(name), across, down) for name, across, down in SAMPLES]
    rows = [[photo, *(painted(net, photo) for net in styles.values())] for photo in photos]
    if wanted.paintings:
        rows.insert(0, [np.full((HEIGHT, WIDTH, 3), 255, np.uint8), *works(wanted.paintings, list(styles))])
    sheet(rows).save(wanted.out, quality=82, method=6)
