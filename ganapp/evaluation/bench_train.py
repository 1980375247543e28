"""`python -m ganapp.evaluation.bench_train --json FILE`: how good the presets are after a given time on this machine.

Digits: the preset "Good start" with as many steps as fit into the last of `--seconds`, measured at each of them, for `--seeds`
seeds. `--stacked SECONDS` adds Stacked MNIST by PacGAN's protocol, the preset and the classic loss beside it. The clock stands
still while a net is measured. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ganapp.base import paths

if TYPE_CHECKING:
    from torch import nn

    from ganapp.base.order_file import Order
    from ganapp.training.recipes._gan_run import GanRun

NEIGHBOURHOOD = 2000
GOALS = {25.0: {"class_accuracy": 0.8}, 120.0: {"class_accuracy": 0.96, "recall": 0.80, "coverage": 0.82, "judge_fid": 2.5}}
PUBLISHED = {"DCGAN": (99.0, 3.40), "VEEGAN": (150.0, 2.95), "PacDCGAN2": (1000.0, 0.06)}  # PacGAN, table 2: modes, KL
CLASSIC = {"loss": "non_saturating", "r1": 0.0, "r2": 0.0}
Measure = Callable[["nn.Module"], dict[str, float]]


@dataclass(frozen=True)
class Mark:
    """What a run had reached: seconds of training, steps, and the measures of its average."""

    seconds: float
    steps: int
    values: dict[str, float]


def timed(order: Order, marks: Sequence[float], measure: Measure) -> list[Mark]:
    """Carry out `order` as a job does, grids, diagnoses and checkpoints included, with as many steps as fit into the last mark, and
    measure at each mark and at the end. The seconds count from the start of the job's process."""
    import torch

    from ganapp.training.run.loop import Training

    loading = started_in()
    order = dataclasses.replace(order, steps=fitting(order, marks[-1] - loading))
    torch.manual_seed(order.seed)
    report, waiting, spent = [], list(marks), loading
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        begun = time.monotonic()
        with Training(order, Path(folder)) as training:
            spent += time.monotonic() - begun
            while training.done < order.steps and waiting:
                begun = time.monotonic()
                training.advance()
                spent += time.monotonic() - begun
                if spent >= waiting[0] or training.done == order.steps:
                    average = copy.deepcopy(cast("GanRun", training.run).average.net).cpu()
                    report.append(Mark(round(spent, 1), training.done, measure(average)))
                    waiting.pop(0)
    return report


def started_in() -> float:
    """Seconds that a process needs before a run can begin: Python, torch, the recipe."""
    begun = time.monotonic()
    subprocess.run([sys.executable, "-c", "import ganapp.training.run.loop, ganapp.training.recipes.gan"], check=True, cwd=paths.ROOT)
    return time.monotonic() - begun


def fitting(order: Order, seconds: float) -> int:
    """How many steps of `order` fit into `seconds` here, with all that comes between them."""
    from ganapp.training.run.estimate import estimate

    report = estimate(order)
    each = (report.total - report.ready) / order.steps
    return max(1, int(0.97 * (seconds - report.ready) / each))


def digits(samples: int) -> Measure:
    """Class accuracy of `samples` generated digits, their judge-FID against all test digits, and recall and coverage of as many as
    NEIGHBOURHOOD of them against as many test digits (k = 5): the two grow with the number of pictures compared."""
    import torch

    from ganapp import models
    from ganapp.evaluation.verdicts import generate, judged
    from ganapp.metrics.class_accuracy import class_accuracy
    from ganapp.metrics.frechet import frechet
    from ganapp.metrics.manifold import manifold
    from ganapp.training.data.digits_data import Digits

    judge = models.load("digits-judge", "classify")
    test = judged(judge, Digits("test"))
    few = min(NEIGHBOURHOOD, samples)

    def measure(net: nn.Module) -> dict[str, float]:
        random = torch.Generator().manual_seed(1)
        labels = torch.arange(samples) % 10
        latent = int(cast(Any, net).config.latent)
        drawn = judged(judge, generate(net.eval(), torch.randn(samples, latent, generator=random), labels))
        near = manifold(test.features[:few], drawn.features[:few])
        accuracy = class_accuracy(drawn.logits, drawn.labels)
        return {
            "class_accuracy": accuracy,
            "judge_fid": frechet(drawn.features, test.features),
            "recall": near.recall,
            "coverage": near.coverage,
        }

    return measure


def stacked(samples: int) -> Measure:
    """Modes and divergence of `samples` generated stacks."""
    from ganapp import models
    from ganapp.evaluation import stacked_mnist
    from ganapp.training.health.witness import Judged

    judge = Judged(models.load(stacked_mnist.JUDGE, "classify"), stacked=True)

    def measure(net: nn.Module) -> dict[str, float]:
        report = stacked_mnist.generated(net.eval(), int(cast(Any, net).config.latent), samples, judge)
        return {"modes": float(report.covered), "divergence": report.divergence, "floor": report.floor}

    return measure


def mean_of(runs: Sequence[list[Mark]]) -> list[dict[str, Any]]:
    """For each mark the mean of every measure over the runs, its least and greatest, and whether the goals are met."""
    table = []
    for marks in zip(*runs):
        names = marks[0].values
        held = {name: [mark.values[name] for mark in marks] for name in names}
        row: dict[str, Any] = {"seconds": statistics.mean(mark.seconds for mark in marks), "steps": [mark.steps for mark in marks]}
        table.append(row | {name: {"mean": statistics.mean(v), "low": min(v), "high": max(v)} for name, v in held.items()})
    return table


def judged(row: dict[str, Any], goals: dict[str, float]) -> dict[str, bool]:
    """Whether each goal is met by the means of a row."""
    return {name: (row[name]["mean"] <= goal if name == "judge_fid" else row[name]["mean"] >= goal) for name, goal in goals.items()}


def bench(asked: argparse.Namespace) -> dict[str, Any]:
    """All that was asked for."""
    from ganapp.evaluation.report import machine
    from ganapp.training.run.presets import preset

    start, marks = preset("good_start").order, sorted(asked.seconds)
    measure = digits(asked.samples)
    runs = [timed(dataclasses.replace(start, seed=seed, threads=0), marks, measure) for seed in range(asked.seeds)]
    rows = mean_of(runs)
    for mark, row in zip(marks, rows):
        row["goals"] = judged(row, GOALS.get(mark, {}))
    report: dict[str, Any] = {"machine": machine(), "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None, "digits": rows}
    if asked.stacked:
        order = preset("stacked_mnist").order
        classic = dataclasses.replace(order, settings={**order.settings, **CLASSIC})
        count = stacked(asked.stacked_samples)
        pairs = {"preset": order, "classic": classic}
        report["stacked"] = {name: dataclasses.asdict(timed(one, [asked.stacked], count)[-1]) for name, one in pairs.items()}
        report["published"] = {name: {"modes": modes, "divergence": kl} for name, (modes, kl) in PUBLISHED.items()}
    return report


def main(arguments: list[str]) -> int:
    """Measure, print, and write the JSON."""
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # read once, when torch is loaded
    parser = argparse.ArgumentParser("python -m ganapp.evaluation.bench_train")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--seconds", type=float, nargs="+", default=[25.0, 120.0])
    parser.add_argument("--samples", type=int, default=5000)
    parser.add_argument("--stacked", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--stacked-samples", type=int, default=26_000)
    asked = parser.parse_args(arguments)
    report = json.dumps(bench(asked), indent=2)
    if asked.json:
        asked.json.write_text(report + "\n", encoding="utf-8")
    print(report)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
