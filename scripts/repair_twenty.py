"""Twenty things one would remove, as the page repairs them: python scripts/repair_twenty.py PHOTOS OUT.webp [SEED]

PHOTOS holds the photographs that repair_twenty.json names; there each has its marks, polygons of x and y, and the square that is
shown: left, top and side. Two columns a task: what is marked, the repair at the page's defaults. Prints the processor seconds of each.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from ganapp.evaluation.subject import find  # noqa: E402
from ganapp.models import filler  # noqa: E402
from ganapp.pictures import photo  # noqa: E402
from ganapp.repairing import mend  # noqa: E402
from ganapp.repairing.filling import Filling  # noqa: E402

SIDE, GAP, COLUMNS = 200, 6, 4
TASKS = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
RED = np.array([0.93, 0.35, 0.29])


def pair(task: dict[str, Any], photos: Path, filling: Filling, seed: int) -> Image.Image:
    """What is marked and the repair, side by side."""
    shot = photo.read(photos / f"{task['photo']}.webp")
    mask = Image.new("L", (shot.width, shot.height))
    for polygon in task["marks"]:
        ImageDraw.Draw(mask).polygon([tuple(point) for point in polygon], 255)
    marks = np.asarray(mask) > 0
    started = time.process_time()
    done = mend.mend(shot, marks, filling, mend.Settings(seed=seed)).photo
    print(f"{task['name']}: {time.process_time() - started:.1f} s, {marks.sum()} pixels", flush=True)
    left, top, side = task["view"]
    before, after = (each.colours(top, left, side, side) for each in (shot, done))
    tinted = np.where(marks[top : top + side, left : left + side, None], 0.35 * before + 0.65 * RED, before)
    page = Image.new("RGB", (2 * SIDE, SIDE))
    for i, colours in enumerate((tinted, after)):
        whole = Image.fromarray((colours * 255).round().astype(np.uint8))
        page.paste(whole.resize((SIDE, SIDE), Image.Resampling.LANCZOS), (i * SIDE, 0))
    return page


def main(photos: str, out: str, seed: str = "0") -> None:
    filling = Filling(filler.of_folder(find("repair")))
    rows = -(-len(TASKS) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * (2 * SIDE + GAP) - GAP, rows * (SIDE + GAP) - GAP), "white")
    for i, task in enumerate(TASKS):
        page.paste(pair(task, Path(photos), filling, int(seed)), (i % COLUMNS * (2 * SIDE + GAP), i // COLUMNS * (SIDE + GAP)))
    page.save(out, quality=82)


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit("usage: python scripts/repair_twenty.py PHOTOS OUT.webp [SEED]")
    main(*sys.argv[1:])
