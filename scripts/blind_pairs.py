"""Blind pairs of styles: unlabelled sheets of the same photographs painted two ways, and what judges' verdicts on them come to.

    python scripts/blind_pairs.py draw OUT --photos DIR --ways FIRST SECOND [--count 20] [--seed 1]
    python scripts/blind_pairs.py count KEY VERDICTS... [--json FILE]

draw: OUT gets sheet-1.webp and so on, five pairs each: number, photograph, left, right, and key.json, which no judge may see: which way is
left in which pair. A way is a style's name, or a picture whose style is taken. Photographs and sides are drawn by the seed.

count: VERDICTS are text files, one a judge; a line a pair: its number, the side that the judge would post (left or right), and the sides
on which the subject is still itself (left, right, both or none). What stands after # is a remark. Prints how often each way won, with
Wilson's 95 % interval, and how often its subject stayed itself.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("OMP_WAIT_POLICY", "passive")

import numpy as np  # noqa: E402
from PIL import Image, ImageDraw  # noqa: E402

from ganapp.metrics.class_accuracy import wilson  # noqa: E402
from ganapp.pictures import images  # noqa: E402
from ganapp.tasks import stylize  # noqa: E402
from ganapp.training.data.photographs import PHOTOGRAPHS  # noqa: E402

ROWS, GAP, HEIGHT, NUMBER = 5, 8, 300, 40  # pairs on a sheet; pixels between pictures, of their height, and for the number beside them
SIDES = ("left", "right")
ITSELF = {"left": {"left"}, "right": {"right"}, "both": {"left", "right"}, "none": set[str]()}


def drawn(photos: Path, ways: Sequence[str], count: int, seed: int) -> dict[str, Any]:
    """The key: names of the ways, and for each pair, by its number, its photograph and which way, 0 or 1, is on the left."""
    files = sorted(path.name for path in photos.iterdir() if path.suffix.lower() in PHOTOGRAPHS)
    if len(files) < count:
        raise SystemExit(f"{photos} holds {len(files)} photographs, not {count}")
    random = np.random.default_rng(seed)
    chosen = random.choice(len(files), count, replace=False)
    left = random.permutation(np.arange(count) % 2)  # as often one as the other
    pairs = {str(i + 1): {"photograph": files[place], "left": int(side)} for i, (place, side) in enumerate(zip(chosen, left))}
    return {"ways": [Path(way).stem if Path(way).is_file() else way for way in ways], "seed": seed, "pairs": pairs}


def painted(picture: bytes, way: str) -> Image.Image:
    """A photograph painted one of the ways."""
    own = Path(way)
    style = {"style": "own", "painting": images.data_uri(own.read_bytes())} if own.is_file() else {"style": way}
    made = stylize.run(stylize.Request(picture=images.data_uri(picture), **style))
    return Image.open(io.BytesIO(made.file.blob)).convert("RGB")


def row(number: str, cells: list[Image.Image]) -> Image.Image:
    """A pair with its number: photograph, left, right."""
    shown = [cell.resize((round(cell.width * HEIGHT / cell.height), HEIGHT), Image.Resampling.LANCZOS) for cell in cells]
    page = Image.new("RGB", (NUMBER + sum(each.width + GAP for each in shown), HEIGHT + GAP), "white")
    ImageDraw.Draw(page).text((6, 6), number, "black", font_size=24)
    at = NUMBER
    for each in shown:
        page.paste(each, (at, 0))
        at += each.width + GAP
    return page


def draw(out: Path, photos: Path, ways: Sequence[str], key: dict[str, Any]) -> None:
    """Write the sheets and the key."""
    out.mkdir(parents=True, exist_ok=True)
    rows = []
    for number, pair in key["pairs"].items():
        blob = (photos / pair["photograph"]).read_bytes()
        sides = [painted(blob, ways[way]) for way in (pair["left"], 1 - pair["left"])]
        rows.append(row(number, [Image.open(io.BytesIO(blob)).convert("RGB"), *sides]))
    for start in range(0, len(rows), ROWS):
        here = rows[start : start + ROWS]
        page = Image.new("RGB", (max(each.width for each in here), sum(each.height for each in here)), "white")
        for i, each in enumerate(here):
            page.paste(each, (0, i * (HEIGHT + GAP)))
        page.save(out / f"sheet-{start // ROWS + 1}.webp", quality=90)
    (out / "key.json").write_text(json.dumps(key, indent=1) + "\n", encoding="utf-8")


def verdicts(text: str, key: dict[str, Any]) -> dict[str, tuple[str, set[str]]]:
    """What a judge said of each pair: the side to post, and the sides whose subject is still itself. SystemExit for a line that says
    something else, a pair that is not in the key or stands twice, and pairs without a verdict."""
    said: dict[str, tuple[str, set[str]]] = {}
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if not words:
            continue
        if len(words) != 3 or words[0] not in key["pairs"] or words[0] in said or words[1] not in SIDES or words[2] not in ITSELF:
            raise SystemExit(f"not a verdict: {line}")
        said[words[0]] = words[1], ITSELF[words[2]]
    missing = [number for number in key["pairs"] if number not in said]
    if missing:
        raise SystemExit(f"no verdict on {', '.join(missing)}")
    return said


def counted(key: dict[str, Any], judges: Sequence[dict[str, tuple[str, set[str]]]]) -> list[dict[str, Any]]:
    """For each way: its name, of how many pairs (one a judge) it won how many, the interval of that share, and in how many its subject
    is still itself."""
    pairs, found = len(key["pairs"]) * len(judges), []
    for way, name in enumerate(key["ways"]):
        won = itself = 0
        for said in judges:
            for number, (side, kept) in said.items():
                mine = SIDES[0] if key["pairs"][number]["left"] == way else SIDES[1]
                won, itself = won + (side == mine), itself + (mine in kept)
        low, high = wilson(won / pairs, pairs)
        interval = [round(low, 4), round(high, 4)]
        found.append({"way": name, "pairs": pairs, "won": won, "share": round(won / pairs, 4), "interval": interval, "itself": itself})
    return found


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    sheets = commands.add_parser("draw")
    sheets.add_argument("out", type=Path)
    sheets.add_argument("--photos", type=Path, required=True)
    sheets.add_argument("--ways", nargs=2, required=True)
    sheets.add_argument("--count", type=int, default=20)
    sheets.add_argument("--seed", type=int, default=1)
    tally = commands.add_parser("count")
    tally.add_argument("key", type=Path)
    tally.add_argument("verdicts", type=Path, nargs="+")
    tally.add_argument("--json", type=Path)
    told = parser.parse_args(arguments)
    if told.command == "draw":
        draw(told.out, told.photos, told.ways, drawn(told.photos, told.ways, told.count, told.seed))
        return
    key = json.loads(told.key.read_text(encoding="utf-8"))
    rows = counted(key, [verdicts(path.read_text(encoding="utf-8"), key) for path in told.verdicts])
    for each in rows:
        low, high = each["interval"]
        print(f"{each['way']}: won {each['won']} of {each['pairs']} ({low:.0%} to {high:.0%}), subject still itself in {each['itself']}")
    if told.json:
        told.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
