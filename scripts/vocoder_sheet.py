"""Draw docs/listen-vocoder.webp: `python scripts/vocoder_sheet.py WAVES.safetensors`.

Held-out recordings, in columns: as they are, after Griffin and Lim's search, by the vocoder. Five of every so many, and the three that the
vocoder misses most, so that bad ones are among them.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ganapp import models  # noqa: E402
from ganapp.base import paths  # noqa: E402
from ganapp.losses import spectral  # noqa: E402
from ganapp.sounds import mel, phase  # noqa: E402
from ganapp.training.data import waves  # noqa: E402

PLAIN, BAD, FRAME, SCALE, GAP = 5, 3, 256, 2, 8  # columns of each kind; samples of a frame; pixels
DARK, BRIGHT = -4.0, 3.5  # logarithms of sizes


def drawn(samples: Tensor) -> Tensor:
    """Spectrograms (b, bins, frames) in [0, 1], 1 = loud, low bins at the bottom."""
    return ((spectral.sizes(samples, FRAME).log() - DARK) / (BRIGHT - DARK)).clamp(0, 1).flip(1)


@torch.inference_mode()
def main() -> None:
    held = waves.load(sys.argv[1]).held_out()
    vocoder = models.load("vocoder-8k", "vocode")
    pictures = mel.logmel(held.samples)
    made = torch.cat([vocoder(block) for block in pictures.split(50)])
    missed = torch.stack([spectral.distance(a[None], b[None]) for a, b in zip(made, held.samples)])
    plain = torch.linspace(0, len(held) - 1, PLAIN).long()
    chosen = torch.cat([plain, missed.argsort(descending=True)[:BAD]])
    rows = (held.samples[chosen], phase.griffin_lim(pictures[chosen]), made[chosen])
    tiles = [drawn(row[:, :4000]) for row in rows]
    height, width = tiles[0].shape[1:]
    sheet = Image.new("L", (len(chosen) * (width * SCALE + GAP) - GAP, 3 * (height * SCALE + GAP) - GAP), 255)
    for y, row in enumerate(tiles):
        for x, tile in enumerate(row):
            ink = Image.fromarray((255 - tile * 255).byte().numpy()).resize((width * SCALE, height * SCALE), Image.Resampling.NEAREST)
            sheet.paste(ink, (x * (width * SCALE + GAP), y * (height * SCALE + GAP)))
    sheet.save(paths.ROOT / "docs" / "listen-vocoder.webp", quality=80)
    print([(held.voice_names[int(held.voices[i])], round(float(missed[i]), 3)) for i in chosen])


if __name__ == "__main__":
    main()
