"""How good an enlargement is, beside interpolation: see docs/upscale.md.

Every picture of a folder, or of each of its folders (Set14, BSD100), is made small by bicubic interpolation and enlarged again; then made
small by a seeded degradation (blur, noise, JPEG) and enlarged again. PSNR and SSIM count luminance without a border of `scale` pixels, as
published ones do; LPIPS counts the middle in colour, 128 pixels square: VGG16 at full size takes most of an hour on two cores.
"""

from __future__ import annotations

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
from ganapp.base.errors import UserError
from ganapp.evaluation import enlargements
from ganapp.evaluation.enlargements import Enlarge, Levels
from ganapp.evaluation.report import MethodsReport, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics import lpips
from ganapp.metrics.luminance import luminance
from ganapp.metrics.psnr import psnr
from ganapp.metrics.ssim import REACH, ssim_map
from ganapp.models import enlarger, packs
from ganapp.models.catalog import Loaded
from ganapp.models.enlarger import Enlarger
from ganapp.models.folder import Description
from ganapp.pictures import images
from ganapp.training.data.degradations import degraded
from ganapp.training.data.photographs import PHOTOGRAPHS

SEED = 1
STRENGTHS = (0.3, 0.7)  # of the degradation, between which each picture's lies
DENOISE = 0.25  # what `photo` is told, as on the page, whatever the picture's strength is
BARS = {(4, "Set14"): 28.0, (4, "BSD100"): 27.2, (2, "Set14"): 32.8, (2, "BSD100"): 31.6}  # dB on clean input, for `fidelity`
LESS = {2: 0.90, 4: 0.88}  # of bicubic's LPIPS on degraded BSD100, at most, for `photo`, by scale
LESS_BEST = 0.82  # the same for a net of the best size
BEST = 500_000  # parameters, from which a net is of the best size
MOST_SHIFT, MOST_RING = 1.0, 3.0  # levels
HALF, FULL_CLEANING = 0.5, 1.0  # what a net that cleans is told
MOST_NOISE = {HALF: 6.0, FULL_CLEANING: 3.0}  # levels of 12 that may be left then
EXACT = 100.0  # dB; what is nearer counts as the same
MOST_COST = 0.3  # dB that a clean picture may lose when it is told to clean by half
INPUTS = ("clean", "degraded")
NAMES = ("psnr", "ssim", "lpips", "seconds", "shift")
MIDDLE = 128  # pixels, that LPIPS looks at
FULL = {"Set14": 14, "BSD100": 100}


@dataclass(frozen=True)
class UpscaleReport(MethodsReport):
    """The report with the table of all methods below its rows."""

    section = "upscale"
    heads = ("set", "input", "method", "samples", *NAMES)


def fits(description: Description) -> bool:
    """Whether this evaluation is meant for the model: one that enlarges."""
    return description.task == "upscale"


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> UpscaleReport:
    """Measure the model on the pictures in `asked.data`; `asked.samples` (or quick) takes so many of each set, spread over it."""
    started = time.monotonic()
    subject_model: Enlarger = packs.promise(subject.id, "upscale") if subject.source == "pack" else enlarger.of_folder(subject)
    scale, photo = subject_model.scale, subject_model.denoise
    methods = _methods(subject, subject_model, asked)
    measured = sets(asked)
    table = [row for name, paths in measured.items() for kind in INPUTS for row in _measured(name, paths, kind, methods, scale)]
    return UpscaleReport(
        subject.id,
        (*_rows(table, subject_model), *_drawn(methods["this"], scale), *_cleaned(subject_model, measured)),
        seeds={"degradations": SEED},
        samples={name: len(paths) for name, paths in measured.items()},
        judge_sha256="",
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"methods": table, "denoise": DENOISE if photo else None, "strengths": STRENGTHS},
    )


def _methods(subject: Loaded, model: Enlarger, asked: Options) -> dict[str, Enlarge]:
    """By name: this model, its sibling, interpolation, and the checkpoints that were named."""
    scale = model.scale
    found = {"this": enlargements.by(model, DENOISE), **enlargements.interpolations(scale)}
    sibling = (subject.description.values or {}).get("sibling")
    if sibling:
        found["fidelity"] = enlargements.by(models.load(sibling, "upscale"))
    return found | {path.stem: enlargements.other(path, scale) for path in asked.beside}


def sets(asked: Options) -> dict[str, list[Path]]:
    """The picture files that are measured, by the name of their folder. UserError without a folder, or without a picture in it."""
    if asked.data is None:
        raise UserError("evaluation_data")
    places = [asked.data, *sorted(each for each in asked.data.glob("*") if each.is_dir())]
    found = {place.name: sorted(p for p in place.glob("*") if p.suffix.lower() in PHOTOGRAPHS) for place in places}
    most = asked.samples or (4 if asked.quick else 100_000)
    kept = {name: [files[i] for i in _spread(len(files), most)] for name, files in found.items() if files}
    if not kept:
        raise UserError("evaluation_no_pictures", folder=asked.data.name)
    return kept


def _spread(there: int, most: int) -> list[int]:
    return [int(i) for i in np.unique(np.linspace(0, there - 1, min(most, there)).astype(int))]


def _measured(name: str, paths: list[Path], kind: str, methods: dict[str, Enlarge], scale: int) -> Iterator[dict[str, Any]]:
    """One row for each method: means over the pictures of a set."""
    tallies: dict[str, list[list[float]]] = {method: [] for method in methods}
    for i, path in enumerate(paths):
        real = _cropped(path, scale)
        random = np.random.default_rng([SEED, i])
        small = degraded(real, scale, random.uniform(*STRENGTHS) if kind == "degraded" else 0.0, random)
        wanted = enlargements.tensor(real)[0]
        seen = lpips.activations(_middle(wanted))
        for method, enlarge in methods.items():
            began = time.monotonic()
            made = enlargements.tensor(enlarge(small))[0]
            took = time.monotonic() - began
            y, goal = luminance(made), luminance(wanted)
            inner = (slice(None), slice(scale, -scale), slice(scale, -scale))
            likeness = ssim_map(y[inner], goal[inner])[REACH:-REACH, REACH:-REACH].mean()
            shift = float(255 * (made - wanted).mean((1, 2)).abs().max())
            apart = lpips.distance(lpips.activations(_middle(made)), seen)
            tallies[method].append([psnr(y[inner], goal[inner]), float(likeness), apart, took, shift])
    for method, rows in tallies.items():
        means = np.mean(rows, 0)
        yield {"set": name, "input": kind, "method": method, "samples": len(rows)} | {n: float(v) for n, v in zip(NAMES, means)}


def _middle(x: Tensor) -> Tensor:
    """The middle of (c, h, w), at most 128 pixels square."""
    top, left = (max(0, (side - MIDDLE) // 2) for side in x.shape[-2:])
    return x[:, top : top + MIDDLE, left : left + MIDDLE]


def _cropped(path: Path, scale: int) -> Levels:
    """A picture's levels, its sides cut to multiples of `scale`."""
    picture = np.asarray(images.to_image(images.read(path).colours), np.uint8)
    h, w = picture.shape[:2]
    return picture[: h - h % scale, : w - w % scale]


def _rows(table: list[dict[str, Any]], model: Enlarger) -> Iterator[Row]:
    """What counts for the model: decibels on clean input, or LPIPS on degraded input, with their bars where the whole set was measured."""
    scale, photo = model.scale, model.denoise
    less = LESS_BEST if model.about.parameters() >= BEST else LESS.get(scale, 1.0)
    for name in dict.fromkeys(row["set"] for row in table):
        by = {(row["input"], row["method"]): row for row in table if row["set"] == name}
        mine = by["degraded" if photo else "clean", "this"]
        whole = mine["samples"] == FULL.get(name)
        label = name.lower() if name in FULL else "other"
        if photo:
            peers = [by["degraded", "bicubic"]["lpips"] * less]
            peers += [row["lpips"] for key, row in by.items() if key == ("degraded", "fidelity")]
            bar = min(peers) if whole and name == "BSD100" else None
            yield Row(f"upscale_lpips_{label}", mine["lpips"], mine["samples"], "lower", bar=bar)
            yield Row(f"upscale_shift_{label}", mine["shift"], mine["samples"], "lower", bar=MOST_SHIFT if whole else None)
        else:
            yield Row(f"upscale_psnr_{label}", mine["psnr"], mine["samples"], bar=BARS.get((scale, name)) if whole else None)
            yield Row(f"upscale_ssim_{label}", mine["ssim"], mine["samples"])


def _drawn(enlarge: Enlarge, scale: int) -> Iterator[Row]:
    """Rings beside drawn edges."""
    yield Row("upscale_ringing", enlargements.ringing(enlarge, scale), 3, "lower", bar=MOST_RING)


def _cleaned(model: Enlarger, measured: dict[str, list[Path]]) -> Iterator[Row]:
    """How much noise a net that cleans leaves, and what cleaning costs a picture that needs none."""
    if not model.denoise:
        return
    for told, name in ((HALF, "upscale_noise_half"), (FULL_CLEANING, "upscale_noise_full")):
        left = enlargements.noise_left(enlargements.by(model, told), model.scale)
        yield Row(name, left, 1, "lower", bar=MOST_NOISE[told])
    files = [path for paths in measured.values() for path in paths]
    lost = [_cost(model, _cropped(path, model.scale)) for path in files]
    yield Row("upscale_cleaning_cost", float(np.mean(lost)), len(files), "lower", bar=MOST_COST)


def _cost(model: Enlarger, real: Levels) -> float:
    """Decibels that a clean picture loses when the model is told to clean by half."""
    small, goal = degraded(real, model.scale, 0.0, np.random.default_rng(SEED)), luminance(enlargements.tensor(real)[0])
    made = (luminance(enlargements.tensor(enlargements.by(model, told)(small))[0]) for told in (0.0, HALF))
    kept, cleaned = (min(EXACT, psnr(each, goal)) for each in made)
    return kept - cleaned
