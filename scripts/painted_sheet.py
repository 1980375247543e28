"""Ten sentences as pictures for docs/write.md, unselected: `python scripts/painted_sheet.py docs/write-pictures.webp`.

A column is a sentence, of scenes 1 to 10, English and Chinese by turns: above what code drew, below three pictures of the painter, of seeds
1 to 3. What the judge sees otherwise than it was asked for is printed with the sentences.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

import numpy as np
import torch
from PIL import Image

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from ganapp.pictures import images  # noqa: E402
from ganapp.tasks import illustrate, scene  # noqa: E402

SIDE, SEEDS = 96, (1, 2, 3)


def pixels(png: bytes) -> torch.Tensor:
    """A picture (3, h, w) in [0, 1]."""
    return torch.from_numpy(np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).transpose(2, 0, 1) / np.float32(255))


def main(path: Path) -> None:
    """Write the sheet, and print the sentences with what is wrong in their pictures."""
    column = []
    for number in range(1, 11):
        drawn = scene.run(scene.Request(seed=number, pixels=SIDE))
        sentence = drawn.zh if number % 2 == 0 else drawn.en
        painted = [illustrate.run(illustrate.Request(sentence=sentence, seed=seed, candidates=1, pixels=SIDE)) for seed in SEEDS]
        column += [pixels(drawn.picture), *(pixels(each.picture) for each in painted)]
        wrong = [[name for name, right in each.right.items() if not right and name != "all"] for each in painted]
        told = "; ".join(f"{seed}: {', '.join(names)}" for seed, names in zip(SEEDS, wrong, strict=True) if names) or "all right"
        print(f"{number}. {sentence} ({told})")
    images.sheet(torch.stack(column)).save(path, "WEBP", quality=90)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
