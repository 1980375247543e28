"""Six orders, each first estimated as the training page does it and then carried out: how far the estimate is from what was spent. Each is
cut to so many steps as its estimate says take `--seconds` (25), with checkpoints, sheets and checks as close as they come in a whole run.

    python scripts/bench_estimates.py               by the clock, on a machine with nothing else to do: about five minutes on two cores
    python scripts/bench_estimates.py --processor   by seconds of the processor, which other work on the machine changes little

Prints a table in Markdown; ends with 1 where one is more than 30 % off.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from PIL import Image, ImageDraw

from ganapp.base import paths
from ganapp.base.moments import moments
from ganapp.base.order_file import Order, read
from ganapp.jobs import orders, process

OFF = 0.3  # share by which an estimate may be wrong
OFTEN = {"every": 60, "previews": 30}  # of an order that is cut short
DIAGNOSED = 60
PICTURES = 200


@dataclass(frozen=True)
class Told:
    """What an estimate said and what was spent: seconds by the clock and of the processor."""

    name: str
    steps: int
    estimated: tuple[float, float]
    spent: tuple[float, float]

    def off(self, way: int) -> float:
        """How far the estimate is off, as a share of what was spent; way: 0 by the clock, 1 of the processor."""
        return self.estimated[way] / self.spent[way] - 1


def pictures(folder: Path) -> Path:
    """Coloured pictures such as somebody might send."""
    chance = random.Random(1)
    for number in range(PICTURES):
        picture = Image.new("RGB", (96, 80), tuple(chance.randrange(256) for _ in range(3)))
        pen = ImageDraw.Draw(picture)
        for _ in range(4):
            left, top = chance.randrange(70), chance.randrange(60)
            pen.ellipse((left, top, left + 24, top + 18), fill=tuple(chance.randrange(256) for _ in range(3)))
        picture.save(folder / f"{number}.png")
    return folder


def six(place: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A name and an order of each kind: the presets, and "Good start" in colour and large."""
    for preset in json.loads((paths.assets() / "presets.json").read_text(encoding="utf-8")):
        order = preset["order"]
        source = {"source": str(place)} if preset["own_data"] else {}
        yield preset["id"], {**order, "settings": {**order["settings"], **source}}
    good = json.loads((paths.assets() / "presets.json").read_text(encoding="utf-8"))[0]["order"]
    yield "good_start, garments, 64 pixels", {**good, "settings": {**good["settings"], "data": "fashion_mnist", "size": 64}}


def child(module: str, folder: Path) -> tuple[str, tuple[float, float]]:
    """Run `python -m module folder` as the app runs a job; its output, and what it spent."""
    begun = time.monotonic()
    environment = paths.child_environment(**process.ENVIRONMENT)
    running = subprocess.Popen(
        [sys.executable, "-m", module, str(folder)], cwd=paths.ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    output = running.stdout.read()
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RuntimeError(f"{module}: {output[-500:]}")
    return output, (time.monotonic() - begun, usage.ru_utime + usage.ru_stime)


def told(name: str, order: dict[str, Any], seconds: float, way: int) -> Told:
    """Estimate an order, cut it to `seconds` (way: as in `Told.off`), carry it out."""
    order = {**order, **OFTEN, "settings": {**order["settings"], "diagnosed": DIAGNOSED}}
    with tempfile.TemporaryDirectory(prefix="likeness-") as place:
        orders.write(Path(place), order)
        output, _ = child("ganapp.training.run.estimate", Path(place))
        found: dict[str, Any] = json.loads(output)
        steps, share = OFTEN["every"], found["processor"] / found["total"]
        while total(found, steps + OFTEN["previews"]) * (share if way else 1.0) < seconds:
            steps += OFTEN["previews"]
        cut: Order = dataclasses.replace(read(Path(place)), steps=steps)
        cut.write(Path(place))
        _, spent = child("ganapp.training", Path(place))
    estimated = total(found, steps)
    return Told(name, steps, (estimated, estimated * share), spent)


def total(found: dict[str, Any], steps: int) -> float:
    """Seconds of so many steps, as the page adds them up."""
    return moments(steps, OFTEN["every"], OFTEN["previews"], DIAGNOSED).total(found)


def main() -> int:
    """0 where every estimate is right within 30 %."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=25.0)
    parser.add_argument("--processor", action="store_true")
    parser.add_argument("--only", default="", help="only orders whose name begins so")
    asked = parser.parse_args()
    way = 1 if asked.processor else 0
    print(f"load {os.getloadavg()[0]:.1f}\n\n| order | steps | estimated, s | spent, s | off | processor, estimated, s | spent, s | off |")
    print("|---|---|---|---|---|---|---|---|")
    wrong = []
    with tempfile.TemporaryDirectory(prefix="likeness-") as place:
        for name, order in six(pictures(Path(place))):
            if not name.startswith(asked.only):
                continue
            each = told(name, order, asked.seconds, way)
            pairs = [f"{each.estimated[k]:.1f} | {each.spent[k]:.1f} | {each.off(k):+.0%}" for k in (0, 1)]
            print(f"| {each.name} | {each.steps} | {' | '.join(pairs)} |", flush=True)
            if abs(each.off(way)) > OFF:
                wrong.append(each.name)
    if wrong:
        print(f"\nMore than 30 % off: {', '.join(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
