"""Pictures of surfaces to learn enlarging from, out of what free games come with: wood, stone, brick, grass.

    python scripts/surfaces.py OUT UNPACKED [--count 100]

UNPACKED: a folder with the files of a package (`dpkg-deb -x ufoai-textures_*.deb UNPACKED`); archives in it (.pk3, .zip) are looked into.
OUT gets COUNT of its pictures at most, drawn by a fixed seed, the shorter side at most 640 pixels, as WebP named after the folder. What is
not like a photograph is left out: small, transparent, flat, drawn in few colours, and maps of slopes, gloss or light that go with textures.
"""

from __future__ import annotations

import argparse
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image

SMALLEST, SHORT = 256, 640  # pixels of the shorter side
ENDINGS = (".jpg", ".jpeg", ".png", ".tga", ".rgb", ".dds", ".webp")
ARCHIVES = (".pk3", ".zip")
MAPS = re.compile(r"_(n|s|nm|norm|normal|spec|gloss|bump|luma|glow|light)\.|/ui/|/gui/|hud|icon|font|mask|emblem", re.IGNORECASE)
SEEN_THROUGH = 0.02  # share of a picture's pixels that may be transparent
FLAT, SLOPE = 0.35, 0.2  # share of the pixels that may lie within so many levels of the mean of their neighbours
FEWEST_COLOURS = 120  # of 32,768
CONTRAST = 8.0  # least standard deviation, in levels


def pictures(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every file in `folder`, or archive there and name in it, that ends as a picture does, maps aside; the name is "" for a plain file."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path.suffix.lower() in ARCHIVES:
            with zipfile.ZipFile(path) as archive:
                yield from ((path, name) for name in sorted(archive.namelist()) if _wanted(name))
        elif _wanted(str(path)):
            yield path, ""


def content(path: Path, name: str) -> bytes:
    """What one of `pictures` holds; read one at a time, since a game's are gigabytes."""
    if not name:
        return path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def _wanted(name: str) -> bool:
    return name.lower().endswith(ENDINGS) and not MAPS.search(name)


def surface(blob: bytes) -> Image.Image | None:
    """The picture, no larger than is of use, or None for what is not like a photograph and for what Pillow cannot read."""
    try:
        image = Image.open(io.BytesIO(blob)).convert("RGBA")
    except (OSError, ValueError, NotImplementedError, SyntaxError):
        return None
    if min(image.size) < SMALLEST or (np.asarray(image)[..., 3] < 250).mean() > SEEN_THROUGH:
        return None
    image = image.convert("RGB")
    scale = min(1.0, SHORT / min(image.size))
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.LANCZOS)
    return image if _like_a_photograph(np.asarray(image)) else None


def _like_a_photograph(levels: np.ndarray) -> bool:
    """Whether (h, w, 3) uint8 has contrast, many colours and little that is flat."""
    y = levels.astype(np.float32).mean(2)
    apart = y[1:-1, 1:-1] - (y[:-2, 1:-1] + y[2:, 1:-1] + y[1:-1, :-2] + y[1:-1, 2:]) / 4
    colours = np.unique((levels[::3, ::3].astype(int) // 8) @ np.array([1024, 32, 1]))
    return bool(y.std() >= CONTRAST and (np.abs(apart) < SLOPE).mean() <= FLAT and len(colours) >= FEWEST_COLOURS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("unpacked", type=Path)
    parser.add_argument("--count", type=int, default=100)
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    found = list(pictures(told.unpacked))
    Random(1).shuffle(found)
    kept: set[bytes] = set()
    for path, name in found:
        if len(kept) == told.count:
            break
        image = surface(content(path, name))
        if image is None or (small := image.convert("L").resize((8, 8)).tobytes()) in kept:
            continue
        kept.add(small)
        image.save(told.out / f"{told.unpacked.resolve().name}-{len(kept):04d}.webp", quality=95)
    print(f"{len(kept)} pictures of {len(found)}")


if __name__ == "__main__":
    main()
