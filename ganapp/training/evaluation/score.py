"""Classification accuracy score: a classifier that has seen generated digits only, tested on real ones.

Ravuri & Vinyals 2019, "Classification Accuracy Score for Conditional Generative Models". What the generator leaves out or
draws wrongly, the classifier does not learn.
"""

from __future__ import annotations

import torch

from ganapp.metrics.class_accuracy import class_accuracy
from ganapp.training.digits_data import Digits
from ganapp.training.evaluation.verdicts import ask
from ganapp.training.randomness import Shuffled
from ganapp.training.recipes import judge


def classification_accuracy_score(digits: Digits, test: Digits, steps: int, seed: int) -> float:
    """Accuracy on `test`, 0 to 1, of a fresh classifier after `steps` steps of the judge's recipe on `digits`."""
    torch.manual_seed(seed)
    run = judge.begin(judge.Settings(), seed)
    run.data, run.order = digits, Shuffled(len(digits), run.settings.batch, seed)
    for k in range(steps):
        run.step(k, steps)
    verdicts = ask(run.average.net, test)
    return class_accuracy(verdicts.logits, verdicts.labels)
