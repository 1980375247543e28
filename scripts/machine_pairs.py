"""Build the pairs of the page "Made by machines": `python scripts/machine_pairs.py`. Nothing is selected: the first ten of fixed seeds.

assets/pictures/made-by-machines/<exercise>.webp    ten rows of two cells, left and right as the page shows them
assets/pictures/made-by-machines/pairs.json         for each exercise the side of a cell, and its pairs: "real" and "chosen" are 0 (left) or
                                                    1 (right), "scores" are those of the two cells, "how" is what the model did

Digits: a test digit of MNIST against one of the generator `digits`; chosen is what its discriminator scores higher as this digit. Scenes:
one drawn by code against one that `write-pictures` painted from its sentence; chosen by its pair discriminator. Photographs: a part of a
photograph against the same part enlarged from half its size, or with its middle repaired. Neither model is shipped with a discriminator,
so a rule takes its place, fixed before any pair was looked at: the picture with more fine grain (mean size of the Laplacian of the luma)
is the photograph.
"""

from __future__ import annotations

import io
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch
from PIL import Image

from ganapp import models
from ganapp.base import paths
from ganapp.digits import digit, idx, latent
from ganapp.pictures import images
from ganapp.tasks import repair, upscale
from ganapp.writing import drawing, grammar, illustrations, scene

COUNT, SEED = 10, 2026
DIGIT, SCENE, PART = 128, 144, 160  # pixels a side, as they are shown
HOLE = 64  # side of what is repaired, in the middle of a part
Cell = Image.Image


@dataclass(frozen=True)
class Pair:
    """The real picture and the generated one, with the score of each: higher is more real; how: what the model did."""

    pictures: tuple[Cell, Cell]
    scores: tuple[float, float]
    how: str


def digits(number: int) -> Pair:
    """A digit that a person wrote, and the same digit of the generator."""
    sampler, test = models.load("digits", "sample"), idx.load("mnist", "test")
    place = random.Random(SEED + number).randrange(len(test.labels))
    y = sampler.weights(int(test.labels[place]))
    written = digit.from_mnist(test.pictures[place : place + 1])[0]
    drawn = sampler.paint(latent.from_seed(SEED + number, sampler.latent)[None], y[None])[0]
    inks = [np.asarray(each, np.float32).reshape(drawn.shape[-2:]) for each in (written, drawn)]
    with torch.no_grad():
        scores = [float(sampler.score(images.to_tensor(ink) * 2 - 1, torch.from_numpy(y)[None])) for ink in inks]
    return Pair((digit.on_paper(inks[0], DIGIT), digit.on_paper(inks[1], DIGIT)), (scores[0], scores[1]), "drawn")


def scenes(number: int) -> Pair:
    """A scene that code drew, and what the painter makes of its sentence."""
    painter = models.load("write-pictures", "illustrate")
    chance = random.Random(SEED + number)
    described = scene.drawn(chance)
    real = drawing.draw([described], drawing.glyphs("test"), torch.Generator().manual_seed(SEED + number))  # (1, 3, h, w)
    words = grammar.phrased(described, "en", chance)
    painted, after = illustrations.drawn(painter, [illustrations.told(words, "en", number)], "en", [SEED + number])
    before = painter.score(real, torch.tensor([grammar.encoded(words, "en")]))
    cells = [Image.open(io.BytesIO(images.png(drawing.shown(each[0], SCENE)))) for each in (real, painted)]
    return Pair((cells[0], cells[1]), (float(before[0]), float(after[0])), "painted")


def grain(picture: Cell) -> float:
    """Mean size of the Laplacian of the luma, 0 to 255: how much fine grain there is."""
    y = np.asarray(picture.convert("L"), np.float32)
    return float(np.abs(4 * y[1:-1, 1:-1] - y[:-2, 1:-1] - y[2:, 1:-1] - y[1:-1, :-2] - y[1:-1, 2:]).mean())


def uri(picture: Cell) -> str:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return images.data_uri(out.getvalue())


def opened(file: Any) -> Cell:
    return Image.open(io.BytesIO(file.blob)).convert("RGB")


def photographs(number: int) -> Pair:
    """A part of the photograph of this number, in the order of names, and the same part out of a model: by turns enlarged and repaired."""
    photo = Image.open(sorted((paths.assets() / "photographs").glob("*.webp"))[number]).convert("RGB")
    chance = random.Random(SEED + number)
    left, top = (chance.randrange(0, side - PART + 1) for side in photo.size)
    box = (left, top, left + PART, top + PART)
    part = photo.crop(box)
    if number % 2 == 0:
        half = part.resize((PART // 2, PART // 2), Image.Resampling.LANCZOS)
        how, result = "enlarged", opened(upscale.run(upscale.Request(uri(half), model="upscale-x2-photo", factor=2.0)).file)
    else:
        mask, edge = Image.new("L", photo.size), (PART - HOLE) // 2
        mask.paste(255, (left + edge, top + edge, left + edge + HOLE, top + edge + HOLE))
        how, result = "repaired", opened(repair.run(repair.Request(uri(photo), uri(mask))).file).crop(box)
    return Pair((part, result), (grain(part), grain(result)), how)


EXERCISES: dict[str, Callable[[int], Pair]] = {"digits": digits, "scenes": scenes, "photographs": photographs}


def real_side(exercise: str, number: int) -> int:
    """Where the real one stands: 0 left, 1 right."""
    return random.Random(f"{SEED} {exercise} {number}").randrange(2)


def told(exercise: str, number: int, pair: Pair) -> dict[str, Any]:
    """What the JSON says of a pair."""
    real = real_side(exercise, number)
    chosen = real if pair.scores[0] > pair.scores[1] else 1 - real
    scores = [round(score, 4) for score in (pair.scores if real == 0 else pair.scores[::-1])]
    return {"real": real, "chosen": chosen, "scores": scores, "how": pair.how}


def main() -> None:
    folder = paths.assets() / "pictures" / "made-by-machines"
    folder.mkdir(exist_ok=True)
    answer: dict[str, Any] = {}
    for exercise, build in EXERCISES.items():
        pairs = [build(number) for number in range(COUNT)]
        side = pairs[0].pictures[0].width
        sheet = Image.new("RGB", (2 * side, COUNT * side))
        for number, pair in enumerate(pairs):
            real = real_side(exercise, number)
            for place, cell in ((real, pair.pictures[0]), (1 - real, pair.pictures[1])):
                sheet.paste(cell.convert("RGB"), (place * side, number * side))
        sheet.save(folder / f"{exercise}.webp", quality=88, method=6)
        answer[exercise] = {"side": side, "pairs": [told(exercise, number, pair) for number, pair in enumerate(pairs)]}
        print(exercise, sum(each["real"] == each["chosen"] for each in answer[exercise]["pairs"]), "of", COUNT)
    (folder / "pairs.json").write_text(json.dumps(answer, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
