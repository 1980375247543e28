"""How near a stylizer comes to the painting, and how much of the photo it keeps: see docs/stylize.md.

The middle of every photo of a folder, painted by the net, by a plain transfer of colours, and by the slow way that optimises the pixels
themselves (restyled.py), which is the bound: the style distance that the optimisation has where its content distance is the net's own,
found between two weights of its content. The optimisation takes most of the time; `--resume FILE` keeps its pictures, for any net.
"""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ganapp import models
from ganapp.base import paths
from ganapp.base.errors import UserError
from ganapp.evaluation import restyled
from ganapp.evaluation.repair import pictures
from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.restyled import Kept, Paint, seen
from ganapp.evaluation.subject import Options, find
from ganapp.metrics import style_distance
from ganapp.metrics.content_distance import content_distance
from ganapp.metrics.edge_ssim import edge_ssim
from ganapp.metrics.flicker import flicker
from ganapp.models import painter
from ganapp.models.catalog import Loaded
from ganapp.models.folder import Description
from ganapp.models.painter import Painter
from ganapp.nets import style_encoder, stylizer
from ganapp.pictures import images
from ganapp.training.data import paintings
from ganapp.training.data.photographs import levels

SIDE = 128  # pixels of the middle of a photo whose shorter side has 384, on which strokes have their natural size
BAR = 1.35  # times the optimisation's style distance, at most
FEWEST = 20  # photos with an optimisation, from which the bar is shown
QUICK = 30  # steps of the optimisation for a rough look
NAMES = ("style", "content", "edges", "flicker", "seconds")


@dataclass(frozen=True)
class Case:
    """A photo (1, 3, h, w) in [0, 1] and a painting of any size, and what VGG16 sees in them."""

    photo: Tensor
    painting: Tensor
    texture: style_distance.Texture
    content: Tensor


@dataclass(frozen=True)
class StylizeReport(MethodsReport):
    """The report with the table of all methods below its rows."""

    section = "stylize"
    heads = ("method", "samples", *NAMES)


def fits(description: Description) -> bool:
    """Whether this evaluation is meant for the model: one that paints in a style."""
    return description.task == "stylize"


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> StylizeReport:
    """Measure the model on the photos in `asked.data`, each with a painting of `asked.painting`; beside: others, by folder or id."""
    started = time.monotonic()
    photos, works = pictures(asked), works_of(subject, asked)
    side, steps = asked.side or SIDE, QUICK if asked.quick else restyled.STEPS
    kept, peers = Kept(asked.resume), len(photos) if asked.peers is None else asked.peers
    known, others = [_painting(path) for path in works], [find(str(path.resolve() if path.is_dir() else path)) for path in asked.beside]
    found: list[dict[str, list[float]]] = []
    for number, path in enumerate(photos):
        photo = middle(path, side)
        painting, texture = known[number % len(known)] if known else (photo, style_distance.texture(seen(photo)[0]))
        case = Case(photo, painting, texture, seen(photo)[1])
        slow = kept.optimised(photo, painting, steps, number < peers)
        nets = {model.id: by(model, painting) for model in others} | {"this": by(subject, painting)}
        found.append(_measured(case, nets, slow))
    table = list(_table(found))
    rows = [row for row in _rows(table, found, quick=asked.quick) if works or row.name != "stylize_style"]
    return StylizeReport(
        subject.id,
        tuple(rows),
        seeds={"directions": style_distance.SEED, "optimisation": restyled.SEED},
        samples={"photos": len(photos), "paintings": len(works)},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={
            "section": "stylize",
            "methods": table,
            "side": side,
            "steps": steps,
            "weights": restyled.WEIGHTS,
            "data": Path(asked.data or "").name,
            "beyond": sum(each["this"][1] > each["matched"][1] * 1.001 for each in found if "matched" in each),
        },
    )


def works_of(subject: Loaded, asked: Options) -> list[Path]:
    """The files of the paintings. A file: itself; a folder: the model's own painting, or all of them where any picture may be the style;
    without either: where the recipe finds paintings. UserError when there is none; a style of a pack, whose painting nobody knows, goes
    without: its style distance is not measured."""
    values, settings = subject.description.values or {}, subject.description.training.get("settings") or {}
    place = asked.painting or paths.paintings() / str(settings.get("style", ""))
    files = paintings.files(place)
    if place.is_dir() and not values.get("any"):
        own = {known.file for known in paintings.described() if f"stylize-{known.id}" == subject.id}
        files = [path for path in files if path.stem in own]
    if not files and subject.source != "pack":
        raise UserError("evaluation_painting", model=subject.id)
    return files


def by(subject: Loaded, painting: Tensor) -> Paint:
    """The model as a function of photos; one for any picture paints in the style of `painting`. UserError for a net of another kind."""
    part = subject.description.parts.get("model")
    if part is None:
        return _promised(models.load(subject.id, "stylize"), painting)
    if part.family == painter.CONDITIONAL:
        return _promised(painter.of_folder(subject), painting)
    unfit = UserError("evaluation_none", task=subject.description.task)
    net = subject.built(stylizer.Net, unfit)
    if (subject.description.values or {}).get("any"):
        encoder = subject.built(style_encoder.Net, unfit, "encoder")
        net = stylizer.tuned(net, stylizer.style(encoder(painting * 2 - 1), painting * 2 - 1))

    def paint(photo: Tensor) -> Tensor:
        made = stylizer.paint(net, photo * 2 - 1)
        return ((made / 2 + 0.5).clamp(0, 1) * 255).round() / 255

    return paint


def _promised(promise: Painter, painting: Tensor) -> Paint:
    """As `by`, of what a model promises."""
    file = io.BytesIO()
    images.to_image(painting[0].permute(1, 2, 0).numpy()).save(file, "PNG")
    known = promise if promise.after is None else promise.after(file.getvalue())

    def paint(photo: Tensor) -> Tensor:
        sitting = known.sit(photo[0].permute(1, 2, 0).numpy())
        tile, _ = sitting.tile(sitting.whole)
        return (torch.from_numpy(tile.copy()).permute(2, 0, 1)[None] * 255).round() / 255

    return paint


def middle(path: Path, side: int) -> Tensor:
    """(1, 3, h, w) in [0, 1]: the middle of a photo, h and w at most `side` and multiples of 4."""
    picture = images.to_tensor(levels(path, paintings.SHORT).astype(np.float32) / np.float32(255))
    h, w = (min(side, each) // stylizer.MULTIPLE * stylizer.MULTIPLE for each in picture.shape[-2:])
    top, left = (picture.shape[-2] - h) // 2, (picture.shape[-1] - w) // 2
    return picture[..., top : top + h, left : left + w]


def _painting(path: Path) -> tuple[Tensor, style_distance.Texture]:
    painting = paintings.tensor(paintings.opened(path)) / 2 + 0.5
    return painting, style_distance.texture(seen(painting)[0])


def _measured(case: Case, nets: dict[str, Paint], optimised: list[Tensor]) -> dict[str, list[float]]:
    """All measures, in the order of NAMES, by method; NaN for what a method does not have."""
    methods: dict[str, Paint] = {"photo": lambda photo: photo, "colours": restyled.recoloured(case.painting), **nets}
    found = {}
    for name, method in methods.items():
        began = time.monotonic()
        made = method(case.photo)
        took = time.monotonic() - began
        found[name] = [*_apart(case, made), flicker(method, case.photo, stylizer.MULTIPLE), took]
    if optimised:
        peers = [[*_apart(case, made), math.nan, math.nan] for made in optimised]
        found |= {f"optimised_{number}": peer for number, peer in enumerate(peers, 1)}
        found["matched"] = matched(peers, found["this"][1])
    return found


def _apart(case: Case, made: Tensor) -> list[float]:
    """Style distance, content distance and edge SSIM of a picture."""
    style, content = seen(made)
    distance = style_distance.style_distance(style, case.texture)
    return [distance, float(content_distance(content, case.content)), edge_ssim(made[0], case.photo[0])]


def matched(curve: list[list[float]], content: float) -> list[float]:
    """The measures of the optimisation where its content distance is `content`; beyond either end of the curve, those of that end.

    curve: measures by rising content distance. Between two points style distance is taken to fall by equal shares, as a curve that flattens
    does; the straight line would flatter the net."""
    curve = sorted(curve, key=lambda point: point[1])
    if content <= curve[0][1]:
        return curve[0]
    for one, other in zip(curve, curve[1:]):
        if content <= other[1]:
            share = (content - one[1]) / (other[1] - one[1])
            style = one[0] ** (1 - share) * other[0] ** share
            return [style, *((1 - share) * a + share * b for a, b in zip(one[1:], other[1:]))]
    return curve[-1]


def _table(found: list[dict[str, list[float]]]) -> Iterator[dict[str, Any]]:
    """One row for each method: means over the photos."""
    for method in dict.fromkeys(name for each in found for name in each):
        values = [each[method] for each in found if method in each]
        means = np.mean(values, 0)
        yield {"method": method, "samples": len(values)} | {n: float(v) for n, v in zip(NAMES, means) if not math.isnan(v)}


def _rows(table: list[dict[str, Any]], found: list[dict[str, list[float]]], quick: bool) -> Iterator[Row]:
    """What counts for the model; its style distance beside the optimisation's, over the photos that have one."""
    mine = next(row for row in table if row["method"] == "this")
    both = [(each["this"][0], each["matched"][0]) for each in found if "matched" in each]
    yield Row("stylize_style", mine["style"], mine["samples"], "lower")
    if both:
        one, other = np.mean(both, 0)
        yield Row("stylize_ratio", float(one / other), len(both), "lower", bar=BAR if len(both) >= FEWEST and not quick else None)
    yield Row("stylize_content", mine["content"], mine["samples"], "lower")
    yield Row("stylize_edges", mine["edges"], mine["samples"])
    yield Row("stylize_flicker", mine["flicker"], mine["samples"], "lower")
