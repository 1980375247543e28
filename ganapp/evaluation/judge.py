"""How good a classifier of digits is on the 10,000 test digits: accuracy, by class, and whether its certainty can be believed."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import torch

from ganapp.evaluation.report import Report, Row
from ganapp.evaluation.subject import Options
from ganapp.evaluation.verdicts import judged
from ganapp.metrics.calibration_error import calibration_error
from ganapp.metrics.class_accuracy import by_class, class_accuracy, wilson
from ganapp.models import classifier, folder
from ganapp.models.catalog import Loaded
from ganapp.training.data.digits_data import Digits

BAR = 0.994
QUICK = 1000


def fits(description: folder.Description) -> bool:
    """Whether this evaluation is meant for the model: a classifier of digits."""
    part = description.parts.get("model")
    of_sounds = {"words", "initials"} & set(description.values)
    return description.task == "classify" and (part is None or part.family == "digit_classifier") and not of_sounds


def evaluate(subject: Loaded, asked: Options) -> Report:
    """Measure the classifier; `asked.samples` or quick takes the first so many test digits."""
    started = time.monotonic()
    test = Digits("test")
    n = min(len(test), asked.samples or (QUICK if asked.quick else len(test)))
    verdicts = judged(classifier.of_folder(subject), test, torch.arange(n))
    accuracy, classes = class_accuracy(verdicts.logits, verdicts.labels), by_class(verdicts.logits, verdicts.labels)
    rows = (
        Row("test_accuracy", accuracy, n, interval=wilson(accuracy, n), bar=BAR if n == len(test) else None),
        Row("lowest_class_accuracy", min(a for a in classes if a is not None), n),
        Row("calibration_error", calibration_error(verdicts.logits, verdicts.labels), n, better="lower"),
    )
    return Report(
        subject.id,
        rows,
        seeds={},
        samples={"test": n},
        judge_sha256=subject.description.parts["model"].sha256,
        seconds=time.monotonic() - started,
        date=datetime.now(UTC).date().isoformat(),
        quick=asked.quick,
        details={"accuracy_by_class": classes},
    )
