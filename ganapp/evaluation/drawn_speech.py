"""How good a reader of drawn digits is: whether the digit is heard, and whether a thicker stroke is louder and a slant to the right higher.

Drawings are MNIST's test digits, and the English ones are said by the voices of the recordings that were held out; the judge met neither
the reader nor its discriminator.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial

import numpy as np
import torch
from torch import Tensor

from ganapp.evaluation import _spoken
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics import attributes
from ganapp.metrics.class_accuracy import by_class, class_accuracy, wilson
from ganapp.metrics.manifold import manifold
from ganapp.metrics.rank_correlation import rank_correlation
from ganapp.models import catalog, classifier, folder, reader
from ganapp.models.catalog import Loaded
from ganapp.models.classifier import Classifier
from ganapp.models.reader import Reader
from ganapp.sounds import mel, phase
from ganapp.sounds.measures import measured
from ganapp.sounds.sound import bordered
from ganapp.speaking import manner
from ganapp.training.data.digits_data import Digits
from ganapp.training.data.drawn_speech import DIGITS, heavier, slanted
from ganapp.training.data.spoken import Spoken

PAIRS, SERIES, REBUILT = 1000, 42, 200  # of each language; drawings that are changed step by step; sounds whose samples were found
QUICK = 10
SEED, NEIGHBOURS = 1, 5
STEPS = (-1.0, -0.5, 0.0, 0.5, 1.0)  # of a series
LEAN = 0.4  # shear at its ends
ACCURATE, RISING = 0.95, 0.9
BARS = {"drawn_english": ACCURATE, "drawn_mandarin": ACCURATE, "drawn_loudness": RISING, "drawn_pitch": RISING}


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a reader of drawings."""
    return description.task == "listen"


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the reader on pairs that were held out, and on drawings that are made thicker, and slanted, step by step."""
    started = time.monotonic()
    recordings, mind = _spoken.recordings(asked), reader.of_folder(subject)
    loaded = catalog.load(_spoken.JUDGE, "classify")
    judge, test = classifier.of_folder(loaded), recordings.only("test")
    count, series, rebuilt = (QUICK, 2, 4) if asked.quick else (PAIRS, SERIES, REBUILT)
    english, details = _english(mind, judge, test, count, rebuilt)
    rows = [*english, _mandarin(mind, judge, count), *_manners(mind, series)]
    return Report(
        subject.id,
        tuple(Row(**{**asdict(row), "bar": None if asked.quick else BARS.get(row.name)}) for row in rows),
        seeds={"pairs": SEED},
        samples={"pairs": 2 * count, "series": series},
        judge_sha256=loaded.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details=details,
    )


def drawings(digits: list[int]) -> Tensor:
    """Test digits (n, 1, 32, 32) in [-1, 1] of these classes, no two alike as long as there are some."""
    data = Digits("test")
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(SEED))
    pools = [[int(i) for i in order if data.labels[i] == digit] for digit in range(DIGITS)]
    taken = [0] * DIGITS
    chosen = []
    for digit in digits:
        chosen.append(pools[digit][taken[digit] % len(pools[digit])])
        taken[digit] += 1
    return data.at(torch.tensor(chosen))[0]


def read(mind: Reader, drawn: Tensor, voices: Tensor) -> Tensor:
    """Log-mel pictures of drawings by voices (n,), each of its own latent."""
    random = torch.Generator().manual_seed(SEED)
    z = torch.randn(len(drawn), mind.latent, generator=random)
    by = torch.nn.functional.one_hot(voices, len(mind.voices)).float()
    return torch.cat([mind.draw(*part) for part in zip(*(torch.split(each, _spoken.BLOCK) for each in (z, drawn, by)), strict=True)])


def _english(mind: Reader, judge: Classifier, test: Spoken, count: int, rebuilt: int) -> tuple[list[Row], dict[str, object]]:
    index = torch.arange(count) % len(test)
    words, drawn = test.words[index], drawings((test.words[index] % DIGITS).tolist())
    made = read(mind, drawn, test.voices[index])
    real = manner.said(test.pictures[index], manner.of_ink((drawn + 1) / 2))
    mine, others = _spoken.heard(judge, made), _spoken.heard(judge, real)
    share = class_accuracy(mine.logits, words.numpy())
    once = min(count, len(test))  # each recording held out a single time
    places = manifold(others.features[:once], mine.features[:once], NEIGHBOURS)
    rows = [
        Row("drawn_english", share, count, real=class_accuracy(others.logits, words.numpy()), interval=wilson(share, count)),
        *_spoken.played(
            "drawn_{way}", made[:rebuilt], lambda heard: class_accuracy(_spoken.heard(judge, heard).logits, words[:rebuilt].numpy())
        ),
        Row("drawn_recall", places.recall, once),
        Row("drawn_coverage", places.coverage, once),
    ]
    return rows, {"accuracy_by_word": by_class(mine.logits, words.numpy())}


def _mandarin(mind: Reader, judge: Classifier, count: int) -> Row:
    """How often Mandarin digits are heard, of drawings that were held out."""
    by = [i for i, language in enumerate(mind.languages) if language == 1]
    digits = [i % DIGITS for i in range(count)]
    made = read(mind, drawings(digits), torch.tensor([by[i % len(by)] for i in range(count)]))
    share = class_accuracy(_spoken.heard(judge, made).logits, np.array(digits) + DIGITS)
    return Row("drawn_mandarin", share, count, interval=wilson(share, count))


def _manners(mind: Reader, count: int) -> list[Row]:
    """How surely loudness rises with the weight of the stroke, and pitch with the slant: of series of one drawing each, said from one
    latent by one voice, the mean of Spearman's rank correlations."""
    drawn = drawings([i % DIGITS for i in range(count)])
    voices = torch.arange(count) % len(mind.voices)
    changes: tuple[tuple[str, str, Callable[[float], Tensor]], ...] = (
        ("loudness", "weight", partial(_weighed, drawn)),
        ("pitch", "slant", lambda step: slanted(drawn, LEAN * step)),
    )
    rows = []
    for heard, seen, change in changes:
        steps = [change(step) for step in STEPS]
        shown = np.array([attributes.MEASURES[seen]((each + 1) / 2).numpy() for each in steps])  # (steps, n)
        sounds = [phase.griffin_lim(read(mind, each, voices)).numpy() for each in steps]
        told = np.array([[getattr(measured(bordered(row, mel.RATE)), heard) for row in rows] for rows in sounds])  # (steps, n)
        sure = [i for i in range(count) if heard != "pitch" or told[:, i].min() > 0]  # where a pitch is heard in all
        found = [rank_correlation(shown[:, i], told[:, i]) for i in sure]
        rows.append(Row(f"drawn_{heard}", float(np.mean(found)) if found else 0.0, len(found)))
    return rows


def _weighed(drawn: Tensor, step: float) -> Tensor:
    return heavier(drawn, torch.full((len(drawn),), step))
