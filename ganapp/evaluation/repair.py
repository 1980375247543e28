"""How good a repair is, beside the classical methods: see docs/repair.md.

Every picture of a folder, its middle cut out at 256 and at 512 pixels where it is large enough, with a thin, a medium and a thick mask
that follow from a seed, the size and the picture's place in the folder alone. What is measured counts the hole only, except LPIPS.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.evaluation import fills, tallies
from ganapp.evaluation.fills import Fill
from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.subject import Options
from ganapp.evaluation.tallies import NAMES, Tallies
from ganapp.metrics import lpips
from ganapp.metrics.patch_distance import WIDTH, patch_distance, patches
from ganapp.metrics.psnr import psnr
from ganapp.metrics.ssim import ssim
from ganapp.models import filler, folder
from ganapp.models.catalog import Loaded
from ganapp.nets import inpainter
from ganapp.pictures import images
from ganapp.pictures.images import Array
from ganapp.pictures.photo import Marks
from ganapp.repairing.filling import Filling
from ganapp.training.data import hole_masks
from ganapp.training.data.photographs import PHOTOGRAPHS

SIZES = (256, 512)
SEED = 1
BARS = {"thin": 0.83, "medium": 0.78, "thick": 0.75}  # of the best classical LPIPS, at 256: thin and medium as good as 0.8.0 was
BARRED = 256
FEWEST = 100  # pictures from which the bars are shown


@dataclass(frozen=True)
class Case:
    """One picture with one mask. colours (size, size, 3) in [0, 1]; hole (size, size); kind: of masks.CLASSES."""

    size: int
    kind: str
    colours: Array
    hole: Marks


@dataclass(frozen=True)
class RepairReport(MethodsReport):
    """The report with the table of all methods below its rows."""

    section = "repair"
    heads = ("size", "masks", "method", "samples", *NAMES, "patch_distance")


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: one that repairs."""
    return description.task == "repair"


def evaluate(subject: Loaded, asked: Options) -> RepairReport:
    """Measure the model on the pictures in `asked.data`; `asked.samples` (or quick) takes so many, spread over the folder."""
    started = time.monotonic()
    mine = Filling(filler.of_folder(subject))
    torch.manual_seed(SEED)
    multiple = int(subject.description.promises["multiple"])
    bare = Filling(filler.around(inpainter.Net(inpainter.Config()).eval(), mine.side, multiple))
    methods = {**fills.classical(), **fills.ours(mine, bare), **fills.beside(asked.beside)}
    paths = pictures(asked)
    sizes = SIZES[:1] if asked.quick else SIZES
    parts = [part.sha256 for part in subject.description.parts.values()]
    done = tallies.resumed(asked.resume, json.dumps([parts, list(methods), [path.name for path in paths], sizes]))
    for i in range(done.pictures, len(paths)):
        seen: dict[int, list[Tensor]] = {}
        for case in cases(paths, sizes, i):
            _measure(case, methods, done, seen)
        done.pictures = i + 1
        if asked.resume:
            done.keep(asked.resume)
    table = _table(done)
    return RepairReport(
        subject.id,
        tuple(_rows(table, barred=len(paths) >= FEWEST)),
        seeds={"masks": SEED},
        samples={"pictures": len(paths)},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"methods": table, "data": Path(asked.data or "").name},
    )


def pictures(asked: Options) -> list[Path]:
    """The picture files that are measured. UserError without a folder, or without a picture in it."""
    if asked.data is None:
        raise UserError("evaluation_data")
    found = sorted(p for p in asked.data.glob("*") if p.suffix.lower() in PHOTOGRAPHS)
    if not found:
        raise UserError("evaluation_no_pictures", folder=asked.data.name)
    most = asked.samples or (6 if asked.quick else len(found))
    chosen = np.unique(np.linspace(0, len(found) - 1, min(most, len(found))).astype(int))
    return [found[i] for i in chosen]


def cases(paths: list[Path], sizes: tuple[int, ...], i: int) -> Iterator[Case]:
    """Picture number `i` at every size it is large enough for, with a mask of each class."""
    colours = images.read(paths[i]).colours
    h, w = colours.shape[:2]
    for size in sizes:
        if min(h, w) < size:
            continue
        top, left = (h - size) // 2, (w - size) // 2
        middle = np.ascontiguousarray(colours[top : top + size, left : left + size])
        for number, kind in enumerate(hole_masks.CLASSES):
            hole = hole_masks.mask(kind, size, np.random.default_rng([SEED, size, number, i])) > 0
            yield Case(size, kind, middle, hole)


def _measure(case: Case, methods: dict[str, Fill], done: Tallies, seen: dict[int, list[Tensor]]) -> None:
    """Run every method on the case and add what it did to its tally; the real picture counts as a method for its patches. seen: what
    VGG16 saw in the real picture, by size."""
    real, where = images.to_tensor(case.colours)[0], torch.from_numpy(case.hole)
    if case.size not in seen:
        seen[case.size] = lpips.activations(real)
    wanted = seen[case.size]
    done.at((case.size, case.kind, "real")).crowd.add(patches(wanted, where))
    for name, fill in methods.items():
        if name == "biharmonic" and (case.hole.sum() > fills.SMALL_HOLE or case.size > BARRED):
            continue
        began = time.monotonic()
        made = images.to_tensor(np.where(case.hole[..., None], fill(case.colours, case.hole), case.colours))[0]
        took = time.monotonic() - began
        tally = done.at((case.size, case.kind, name))
        found = lpips.activations(made)
        for measure, value in zip(NAMES, (psnr(made, real, where), ssim(made, real, where), lpips.distance(found, wanted), took)):
            tally.values[measure].append(value)
        tally.crowd.add(patches(found, where))


def _table(done: Tallies) -> list[dict[str, Any]]:
    """One row for each size, class of masks and method."""
    rows: list[dict[str, Any]] = []
    for (size, kind, name), tally in done.of.items():
        if name == "real":
            continue
        n = len(tally.values["psnr"])
        row: dict[str, Any] = {"size": size, "masks": kind, "method": name, "samples": n}
        row |= {measure: float(np.mean(values)) for measure, values in tally.values.items()}
        real = done.of[size, kind, "real"].crowd
        if tally.crowd.count == real.count > WIDTH:
            row["patch_distance"] = patch_distance(tally.crowd, real)
        rows.append(row)
    return sorted(rows, key=lambda row: (row["size"], list(hole_masks.CLASSES).index(row["masks"])))


def _rows(table: list[dict[str, Any]], barred: bool) -> Iterator[Row]:
    """LPIPS and PSNR of the model as it is served, at 256, with the bars that the best classical method sets."""
    for kind, share in BARS.items():
        here = [row for row in table if row["size"] == BARRED and row["masks"] == kind]
        mine = next((row for row in here if row["method"] == "both"), None)
        if mine is None:
            continue
        peers = [row for row in here if row["method"] in fills.CLASSICAL and row["samples"] == mine["samples"]]
        least = min((row["lpips"] for row in peers), default=None)
        most = max((row["psnr"] for row in peers), default=None)
        yield Row(f"repair_lpips_{kind}", mine["lpips"], mine["samples"], "lower", bar=least * share if barred and least else None)
        yield Row(f"repair_psnr_{kind}", mine["psnr"], mine["samples"], bar=most if barred and kind != "thin" else None)
