"""How many of the 1,000 modes of Stacked MNIST a generator has: 26,000 pictures, as PacGAN counts them (Lin et al. 2018, section 4.1)."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp import models
from ganapp.digits import idx
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics.mode_coverage import Modes, mode_coverage
from ganapp.models import folder, sampler
from ganapp.models.catalog import Loaded
from ganapp.training.data import sets
from ganapp.training.health.witness import Judged

JUDGE, SAMPLES, QUICK, BATCH = "digits-judge", 26_000, 1_000, 500
SEEDS = {"latents": 1, "real_pictures": 2}


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: one that was trained on Stacked MNIST."""
    return description.task == "sample" and description.training.get("settings", {}).get("data") == "stacked_mnist"


def frequencies() -> NDArray[np.float64]:
    """How often each stack of three digits occurs when they are drawn from MNIST's training digits, (1000,)."""
    single = np.bincount(idx.load("mnist", "train").labels, minlength=10) / 60_000
    triple: NDArray[np.float64] = np.einsum("i,j,k->ijk", single, single, single).reshape(-1)
    return triple


@torch.no_grad()
def generated(draw: sampler.Call, latent: int, samples: int, witness: Judged) -> Modes:
    """The modes of `samples` generated pictures, rounded to 8 bits as every picture that is shown or saved."""
    random, modes = torch.Generator().manual_seed(SEEDS["latents"]), []
    for start in range(0, samples, BATCH):
        n = min(BATCH, samples - start)
        x: Tensor = draw(torch.randn(n, latent, generator=random), torch.zeros(n, 0))  # (n, 3, size, size)
        modes.append(witness.look(((x + 1) * 127.5).round().clamp(0, 255) / 127.5 - 1)[1])
    return mode_coverage(torch.cat(modes).numpy(), frequencies())


def real(size: int, samples: int, witness: Judged) -> Modes:
    """The modes of as many real stacks, by the same judge."""
    data = sets.load("stacked_mnist", sets.Selection(size, 3, classes=False))
    index = torch.randperm(len(data), generator=torch.Generator().manual_seed(SEEDS["real_pictures"]))[:samples]
    modes = [witness.look(data.at(part)[0])[1] for part in torch.split(index, BATCH)]
    return mode_coverage(torch.cat(modes).numpy(), frequencies())


def evaluate(subject: Loaded, asked: Options) -> Report:
    """Count the modes of the generator, and of real stacks beside it."""
    started = time.monotonic()
    judge = models.load(JUDGE, "classify")
    witness = Judged(judge, stacked=True)
    n = asked.samples or (QUICK if asked.quick else SAMPLES)
    promises = subject.description.promises
    mine, theirs = generated(sampler.of_folder(subject).draw, promises["latent"], n, witness), real(promises["size"], n, witness)
    full = n >= SAMPLES
    rows = (
        Row("stacked_modes", mine.covered, n, real=theirs.covered, bar=1000 if full else None),
        Row("stacked_divergence", mine.divergence, n, "lower", real=theirs.divergence, bar=0.10 if full else None),
    )
    return Report(
        subject.id,
        rows,
        seeds=SEEDS,
        samples={"generated": n, "real": n},
        judge_sha256=judge.about.digest,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"floor": mine.floor},
    )
