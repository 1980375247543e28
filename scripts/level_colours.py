"""Set the mean colours of a photo upscaler right: what it changes them by on held-out photographs, in the mean, is taken off its last bias.

    python scripts/level_colours.py MODEL_FOLDER --data PHOTOGRAPHS

A perceptual loss cares little for half a level of a colour, and a net that follows it alone drifts by that much on every picture. The model
is written anew with one number for each colour changed; say so in its card's note.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np  # noqa: E402
import torch  # noqa: E402

from ganapp.models import catalog, folder  # noqa: E402
from ganapp.nets import upscaler  # noqa: E402
from ganapp.training.data import degradations, photographs  # noqa: E402

SHORT, DENOISE, STRENGTH = 288, 0.25, 0.7  # pixels of a photograph's shorter side; what the net is told; degradation, every second picture


def drift(net: upscaler.Net, files: list[Path]) -> torch.Tensor:
    """(3,): by how much the net changes the mean of each colour, in [-1, 1] as pictures are, in the mean over photographs."""
    apart = []
    for i, path in enumerate(files):
        real = photographs.levels(path, SHORT)
        h, w = (each // net.config.scale * net.config.scale for each in real.shape[:2])
        real = np.ascontiguousarray(real[:h, :w])
        small = degradations.degraded(real, net.config.scale, STRENGTH * (i % 2), np.random.default_rng(i))
        x, goal = (torch.from_numpy(each).permute(2, 0, 1)[None].float() / 127.5 - 1 for each in (small, real))
        apart.append((net(x, DENOISE).clamp(-1, 1) - goal).mean((0, 2, 3)))
    return torch.stack(apart).mean(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    told = parser.parse_args()
    net = catalog.start(str(told.folder), "upscale", upscaler.Net)
    files = photographs.files(told.data, held_out=True)
    with torch.no_grad():
        found = drift(net, files)
        net.tail.bias -= found.repeat_interleave(net.config.scale**2)  # type: ignore[operator, union-attr]
        left = drift(net, files)
    kept = json.loads((told.folder / "config.json").read_text(encoding="utf-8"))
    folder.write(
        told.folder,
        {name: value for name, value in kept.items() if name not in ("format", "parts")},
        {"model": folder.Trained("upscaler", net.config, net)},
    )
    print("levels of 255, red, green, blue:", *(f"{127.5 * float(a):.2f} -> {127.5 * float(b):.2f}" for a, b in zip(found, left)))


if __name__ == "__main__":
    main()
