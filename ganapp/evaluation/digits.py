"""How good a generator of digits is, each number beside what real digits score: see docs/evaluation.md."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganapp import models
from ganapp.base import members
from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.digits import latent
from ganapp.evaluation import sliders
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.score import fresh_verdicts
from ganapp.evaluation.subject import Options
from ganapp.evaluation.verdicts import GeneratedDigits, Judging, Verdicts, generate, ink, judged
from ganapp.metrics.class_accuracy import by_class, class_accuracy, wilson
from ganapp.metrics.frechet import frechet
from ganapp.metrics.kid import kid
from ganapp.metrics.manifold import manifold
from ganapp.metrics.memorisation import Nearest, compare, nearest_features, nearest_pixels
from ganapp.models import folder, sampler
from ganapp.models.catalog import Loaded
from ganapp.training.data.digits_data import Digits

JUDGE = "digits-judge"
NEIGHBOURS = 5
PAIRS = 12
SEEDS = {
    "latents": 1,
    "training_pictures": 2,
    "subsets": 3,
    "score_latents": 4,
    "score_training": 5,
    "memorisation_pictures": 6,
    "midpoints": 7,
    "sliders": sliders.SEED,
}
FLOORS = {
    "class_accuracy": 0.985,
    "recall": 0.88,
    "coverage": 0.88,
    "classification_accuracy_score": 0.97,
}
SUSPECT = 0.9  # generated nearer to the training pictures than this share of held-out real ones' distance

Pixels = NDArray[np.floating]


@dataclass(frozen=True)
class Plan:
    """How many pictures: samples: generated, and training digits in the row of real ones; reference: test digits; score: generated
    digits that the fresh classifier is trained on, for score_steps steps; memorisation: generated, and held-out real, digits
    looked up among `training` digits; midpoints: between two latents of one class; subset: of KID, in pictures;
    sliders: digits that sliders are tried on."""

    samples: int = 10_000
    reference: int = 10_000
    score: int = 60_000
    score_steps: int = 936
    memorisation: int = 1_000
    training: int = 60_000
    midpoints: int = 2_000
    subset: int = 500
    sliders: int = 3_000

    @property
    def full(self) -> bool:
        """Whether there are pictures enough for the bars."""
        return self == Plan(samples=max(self.samples, Plan.samples))


def plan(options: Options) -> Plan:
    """The numbers of pictures that were options for. UserError for fewer than 100 or more than 60,000 samples."""
    n = options.samples or (500 if options.quick else Plan.samples)
    if not 100 <= n <= 60_000:
        raise UserError("evaluation_samples", samples=n)
    reference, subset = min(n, Plan.reference), min(n // 10, Plan.subset)
    if options.quick:
        return Plan(n, reference, score=2_000, score_steps=40, memorisation=100, training=2_000, midpoints=200, subset=subset, sliders=60)
    return Plan(n, reference, subset=subset)


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a generator of ten classes of grey 32 x 32 pictures."""
    wanted = {"size": 32, "channels": 1, "classes": 10}
    return description.task == "sample" and all(description.promises.get(key) == value for key, value in wanted.items())


@dataclass(frozen=True)
class Material:
    """What every measure is computed from. chosen: the training digits of the row of real ones, whose labels the generated ones share."""

    plan: Plan
    generator: sampler.Call
    judge: Judging
    latent: int
    train: Digits
    test: Digits
    chosen: Tensor
    generated: GeneratedDigits
    of_generated: Verdicts
    of_train: Verdicts
    of_test: Verdicts


def evaluate(subject: Loaded, options: Options) -> Report:
    """Measure the generator; with seeds that never change, so that the numbers can be compared and repeated."""
    started = time.monotonic()
    judge = models.load(JUDGE, "classify")
    if options.only == "sliders":
        return sliders.renewed(subject, judge, plan(options).sliders)
    material = gather(plan(options), sampler.of_folder(subject), judge)
    rows = printed(measure for stage in (accuracy, distances, neighbourhoods, midpoints) for measure in stage(material))
    copies, details = memorisation(material)
    rows += printed(copies) + printed(score(material))
    details["accuracy_by_class"] = by_class(material.of_generated.logits, material.of_generated.labels)
    details |= sliders.details(subject, judge, material.plan.sliders)
    return sliders.DigitsReport(
        subject.id,
        tuple(with_bar(row) if material.plan.full else row for row in rows),
        seeds=SEEDS,
        samples=asdict(material.plan),
        judge_sha256=judge.about.digest,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=options.quick,
        details=details,
    )


def printed(rows: Iterable[Row]) -> list[Row]:
    """The rows, each said on stderr as soon as it is measured, since all of them take minutes."""
    done = []
    for row in rows:
        done.append(row)
        print(f"... {text(f'measures.{row.name}.name')}: {row.value:.4g} ({row.real:.4g})", file=sys.stderr, flush=True)
    return done


def generator(name: str) -> torch.Generator:
    """The source of random numbers for one purpose."""
    return torch.Generator().manual_seed(SEEDS[name])


def gather(numbers: Plan, subject: sampler.Sampler, judge: Judging) -> Material:
    """Generate the digits and ask the judge about them and about real ones."""
    train, test, net = Digits("train"), Digits("test"), subject.draw
    length = subject.latent
    chosen = torch.randperm(len(train), generator=generator("training_pictures"))[: numbers.samples]
    z = torch.randn(numbers.samples, length, generator=generator("latents"))
    generated = generate(net, z, train.labels[chosen])
    of_train, of_test = judged(judge, train, chosen), judged(judge, test, torch.arange(numbers.reference))
    return Material(numbers, net, judge, length, train, test, chosen, generated, judged(judge, generated), of_train, of_test)


def with_bar(row: Row) -> Row:
    """The row with the bar that a shipped generator of digits must reach, if it has one."""
    bar = FLOORS.get(row.name)
    if row.name == "judge_fid" and row.real is not None:
        bar = max(3 * row.real, 1.5)
    if row.name in ("nearest_training_pixels", "nearest_training_features") and row.real is not None:
        bar = SUSPECT * row.real
    return Row(**{**asdict(row), "bar": bar})


def accuracy(m: Material) -> Iterable[Row]:
    """Class accuracy of conditional samples; of real digits: the judge's on the test digits."""
    share = class_accuracy(m.of_generated.logits, m.of_generated.labels)
    real = class_accuracy(m.of_test.logits, m.of_test.labels)
    yield Row("class_accuracy", share, m.plan.samples, real=real, interval=wilson(share, m.plan.samples))


def distances(m: Material) -> Iterable[Row]:
    """Judge-FID and KID to the test digits; of real digits: as many training digits to the test digits."""
    test = m.of_test.features
    yield Row("judge_fid", frechet(m.of_generated.features, test), m.plan.samples, "lower", frechet(m.of_train.features, test))
    mine = kid(m.of_generated.features, test, m.plan.subset, SEEDS["subsets"])
    real = kid(m.of_train.features, test, m.plan.subset, SEEDS["subsets"])
    yield Row("kid", mine.value, mine.subsets * mine.size, "lower", real.value, (mine.low, mine.high))


def neighbourhoods(m: Material) -> Iterable[Row]:
    """Precision, recall, density, coverage among the test digits, and the measures `of_pixels`."""
    mine = asdict(manifold(m.of_test.features, m.of_generated.features, NEIGHBOURS))
    real = asdict(manifold(m.of_test.features, m.of_train.features, NEIGHBOURS))
    for name, value in mine.items():
        yield Row(name, value, m.plan.samples, real=real[name])
    n = min(m.plan.memorisation, m.plan.samples)
    pairs = ((m.generated, torch.arange(n)), (m.train, m.chosen[:n]))
    generated, train = (ink(digits, index).reshape(n, -1) / 255 for digits, index in pairs)
    yield from of_pixels(generated, train)


def of_pixels(generated: Pixels, train: Pixels) -> Iterable[Row]:
    """Every measure that is found by listing, of generated digits (n, pixels) from 0 to 1; of real digits: the same of as many."""
    for name, module in members.modules("measures").items():
        measure = getattr(module, name)
        yield Row(name, measure(generated), len(generated), getattr(module, "BETTER", "higher"), measure(train))


def score(m: Material) -> Iterable[Row]:
    """Classification accuracy score on the test digits; of real digits: the same schedule on as many training digits."""
    index = torch.arange(m.plan.score)
    labels = m.train.labels[index]
    generated = generate(m.generator, torch.randn(m.plan.score, m.latent, generator=generator("score_latents")), labels)
    real = GeneratedDigits(torch.from_numpy(ink(m.train, index)).unsqueeze(1), labels)
    test = m.test, torch.arange(m.plan.reference)
    verdicts = [fresh_verdicts(digits, test, m.plan.score_steps, SEEDS["score_training"]) for digits in (generated, real)]
    mine, theirs = (class_accuracy(v.logits, v.labels) for v in verdicts)
    yield Row("classification_accuracy_score", mine, m.plan.score, real=theirs, interval=wilson(mine, m.plan.reference))


def midpoints(m: Material) -> Iterable[Row]:
    """Class accuracy half-way between two latents of one class; of real digits: the judge's on the test digits."""
    random, n = generator("midpoints"), m.plan.midpoints
    ends = torch.randn(2, n, m.latent, generator=random).numpy()
    labels = torch.randint(10, (n,), generator=random)
    z = torch.stack([torch.from_numpy(latent.slerp(a, b, 0.5)) for a, b in zip(*ends)])  # (n, latent)
    verdicts = judged(m.judge, generate(m.generator, z, labels))
    share = class_accuracy(verdicts.logits, verdicts.labels)
    yield Row("midpoint_accuracy", share, n, real=class_accuracy(m.of_test.logits, m.of_test.labels), interval=wilson(share, n))


def memorisation(m: Material) -> tuple[list[Row], dict[str, Any]]:
    """Median distances to the nearest training digit, in pixels and in the judge's features, and the closest pairs;
    of real digits: the same of test digits, which no net was trained on."""
    n = min(m.plan.memorisation, m.plan.samples, m.plan.reference)
    held = torch.randperm(m.plan.reference, generator=generator("memorisation_pictures"))[:n]
    training = torch.arange(m.plan.training)
    pixels = ink(m.train, training)
    features = judged(m.judge, m.train, training).features
    pairs = {
        "pixels": (nearest_pixels(ink(m.generated, torch.arange(n)), pixels), nearest_pixels(ink(m.test, held), pixels)),
        "features": (nearest_features(m.of_generated.features[:n], features), nearest_features(m.of_test.features[held.numpy()], features)),
    }
    rows, details = [], {}
    for name, (mine, real) in pairs.items():
        comparison = compare(mine, real)
        rows.append(Row(f"nearest_training_{name}", comparison.generated, n, real=comparison.held_out))
        details[name] = {**asdict(comparison), "closest": closest(mine)}
    return rows, {"memorisation": details}


def closest(nearest: Nearest) -> list[dict[str, float]]:
    """The closest pairs: which generated digit (its place among the samples), which training digit, and their distance."""
    return [{"sample": i, "training": j, "distance": d} for i, j, d in nearest.closest(PAIRS)]
