"""Measure the invisible mark on a folder of photographs: how quiet it is, what it outlives, and how often one is found where there is none.

    python scripts/measure_mark.py PHOTOS [--pictures 300] [--unmarked 10000] [--out mark.json]
    python scripts/measure_mark.py PHOTOS --library dwtDctSvd --pictures 100 --unmarked 0 --out library.json

The second measures a way of the package invisible-watermark on the same pictures, with the same attacks; it needs no more than that package
(numpy, Pillow, opencv) and may have an environment of its own. Prints the table of docs/provenance.md. What was counted is kept in --out,
so that a run that was cut short goes on.
"""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

KEY = b"measured"
SIDES = (256, 320, 384, 512)
BITS, FOUND = 32, 27  # by chance so many of a number's bits are right in fewer than 1 of 10,000 pictures (binomial: 5.7e-5)
KEPT = 0.8**0.5  # of each side, so that a fifth of the picture is cut away


def jpeg(picture: Image.Image, quality: int = 75) -> Image.Image:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(out)


def resized(picture: Image.Image, share: float) -> Image.Image:
    size = round(picture.width * share), round(picture.height * share)
    return picture.resize(size, Image.Resampling.LANCZOS if share < 1 else Image.Resampling.BICUBIC)


def attacked(picture: Image.Image, chance: np.random.Generator) -> dict[str, Image.Image]:
    w, h = round(picture.width * KEPT), round(picture.height * KEPT)
    left, top = int(chance.integers(0, picture.width - w + 1)), int(chance.integers(0, picture.height - h + 1))
    cut = picture.crop((left, top, left + w, top + h))
    sizes = {f"size {share}": resized(picture, share) for share in (0.5, 0.7, 1.3, 2.0)}
    return {
        "none": picture,
        "JPEG 75": jpeg(picture),
        **sizes,
        "cut 20 %": cut,
        "cut 20 %, JPEG 75": jpeg(cut),
        "size 0.5, JPEG 75": jpeg(sizes["size 0.5"]),
    }


def taken(files: list[Path], chance: np.random.Generator) -> np.ndarray:
    """A part of one photograph, or the whole of it made smaller: (h, w, 3) uint8."""
    with Image.open(files[chance.integers(len(files))]) as opened:
        picture, side = opened.convert("RGB"), int(chance.choice(SIDES))
    if chance.random() < 0.5:
        w, h = min(side, picture.width), min(side, picture.height)
        left, top = int(chance.integers(0, picture.width - w + 1)), int(chance.integers(0, picture.height - h + 1))
        return np.asarray(picture.crop((left, top, left + w, top + h)))
    share = side / min(picture.size)
    return np.asarray(
        picture.resize((max(256, round(picture.width * share)), max(256, round(picture.height * share))), Image.Resampling.LANCZOS)
    )


class Ours:
    """The mark of this program."""

    def __init__(self) -> None:
        from ganapp.pictures.mark import photos
        from ganapp.pictures.photo import Photo

        self.photos, self.photo = photos, Photo

    def marked(self, plain: np.ndarray, number: int) -> np.ndarray | None:
        """(h, w, 3) uint8 with the number in it; None for a picture that is left unmarked."""
        found = self.photos.marked(self.photo(plain, "RGB"), number, KEY)
        return None if found is None else found.pixels

    def read(self, picture: np.ndarray) -> int | None:
        """The number; None where no mark is found."""
        found = self.photos.find(self.photo(picture, "RGB"), KEY)
        return None if found is None else found.number

    def alarmed(self, picture: np.ndarray, _: int) -> bool:
        """Whether a mark is found in a picture that has none."""
        return self.read(picture) is not None


class Library:
    """The package invisible-watermark, as its documents use it: 32 bits, one of its ways that need no network (dwtDct, dwtDctSvd). It does
    not tell whether there is a mark: it reads 32 bits from any picture."""

    def __init__(self, way: str) -> None:
        from imwatermark import WatermarkDecoder, WatermarkEncoder

        self.way, self.encoder, self.decoder = way, WatermarkEncoder(), WatermarkDecoder("bits", 32)

    def marked(self, plain: np.ndarray, number: int) -> np.ndarray | None:
        """As above."""
        self.encoder.set_watermark("bits", [number >> place & 1 for place in range(32)])
        return np.clip(self.encoder.encode(plain[..., ::-1].copy(), self.way)[..., ::-1], 0, 255).astype(np.uint8)

    def read(self, picture: np.ndarray) -> int | None:
        """As above; it takes no picture of fewer than 256 x 256 pixels."""
        try:
            found = self.decoder.decode(picture[..., ::-1].copy(), self.way)
        except RuntimeError:
            return None
        return sum(int(bit) << place for place, bit in enumerate(found))

    def alarmed(self, picture: np.ndarray, number: int) -> bool:
        """Whether a picture without a mark is taken for one with a number that was given out."""
        return bits(self.read(picture), int(np.random.default_rng(number).integers(2**32))) >= FOUND


def bits(read: int | None, value: int) -> int:
    """How many bits of the number were read right."""
    return 0 if read is None else BITS - (read ^ value).bit_count()


def keep(path: Path, told: dict) -> None:
    """Put the file in its place whole."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(told))
    partial.replace(path)


def one(files: list[Path], number: int, told: dict, way: Ours | Library) -> None:
    """Mark one picture and count what its attacks leave."""
    chance = np.random.default_rng(number)
    plain = taken(files, chance)
    value = int(chance.integers(2**32))
    marked = way.marked(plain, value)
    told["pictures"] += 1
    if marked is None:
        told["refused"] += 1
        return
    told["psnr"].append(round(10 * np.log10(255**2 / ((marked - plain.astype(float)) ** 2).mean()), 2))
    for name, picture in attacked(Image.fromarray(marked), chance).items():
        right = bits(way.read(np.asarray(picture.convert("RGB"))), value)
        for kind, count in (("read", right == BITS), ("found", right >= FOUND), ("bits", right)):
            told[kind][name] = told[kind].get(name, 0) + int(count)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=Path)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--unmarked", type=int, default=10_000)
    parser.add_argument("--library", choices=("dwtDct", "dwtDctSvd"))
    parser.add_argument("--out", type=Path, default=Path("mark.json"))
    asked = parser.parse_args()
    way = Library(asked.library) if asked.library else Ours()
    files = sorted(path for path in asked.photos.iterdir() if path.suffix.lower() in (".webp", ".jpg", ".jpeg", ".png"))
    fresh = {"pictures": 0, "refused": 0, "psnr": [], "read": {}, "found": {}, "bits": {}, "unmarked": 0, "false": 0}
    told = json.loads(asked.out.read_text()) if asked.out.is_file() else fresh
    while told["pictures"] < asked.pictures:
        one(files, told["pictures"], told, way)
        keep(asked.out, told)
    while told["unmarked"] < asked.unmarked:
        plain = taken(files, np.random.default_rng(10**6 + told["unmarked"]))
        told["false"] += way.alarmed(plain, told["unmarked"])
        told["unmarked"] += 1
        if told["unmarked"] % 100 == 0:
            keep(asked.out, told)
    marked = told["pictures"] - told["refused"]
    print(
        f"{marked} of {told['pictures']} pictures marked, {min(told['psnr']):.2f} dB at least, {np.mean(told['psnr']):.2f} dB in the mean"
    )
    print("| after | the number read right | 27 of its 32 bits right | bits right |")
    for name, count in told["read"].items():
        print(f"| {name} | {count} of {marked} | {told['found'][name]} | {told['bits'][name] / BITS / marked:.1%} |")
    print(f"found in {told['false']} of {told['unmarked']} unmarked pictures")


if __name__ == "__main__":
    main()
