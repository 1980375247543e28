"""How often the judge of spoken words is right about recordings that it never heard, as they are and after the way to samples and back."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import torch

from ganapp.evaluation import _spoken
from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.metrics.class_accuracy import by_class, class_accuracy, wilson
from ganapp.models import classifier, folder
from ganapp.models.catalog import Loaded
from ganapp.sounds import mel, phase

BAR, QUICK = 0.99, 50


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a classifier of spoken words."""
    return _spoken.judges(description)


@torch.inference_mode()
def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the judge on the recordings that were held out."""
    started = time.monotonic()
    judge, test = classifier.of_folder(subject), _spoken.recordings(asked).only("test")
    n = min(len(test), asked.samples or (QUICK if asked.quick else len(test)))
    chosen = torch.randperm(len(test), generator=torch.Generator().manual_seed(0))[:n]
    pictures, labels = test.pictures[chosen], test.words[chosen].numpy()
    plain = _spoken.heard(judge, pictures)
    again = _spoken.heard(judge, mel.logmel(phase.griffin_lim(pictures)))
    accuracy, after = (class_accuracy(each.logits, labels) for each in (plain, again))
    rows = (
        Row("speech_test_accuracy", accuracy, n, interval=wilson(accuracy, n), bar=BAR if n == len(test) else None),
        Row("speech_phase_accuracy", after, n, interval=wilson(after, n)),
    )
    return Report(
        subject.id,
        rows,
        seeds={"recordings": 0},
        samples={"test": n},
        judge_sha256=subject.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"accuracy_by_word": by_class(plain.logits, labels)},
    )
