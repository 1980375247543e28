"""Classification accuracy score: a classifier that has seen generated digits only, tested on real ones.

Ravuri & Vinyals 2019, "Classification Accuracy Score for Conditional Generative Models". What the generator leaves out or
draws wrongly, the classifier does not learn.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor

from ganapp.evaluation.verdicts import Judging, Verdicts, judged
from ganapp.training.data.digits_data import Digits
from ganapp.training.recipes import judge
from ganapp.training.run.randomness import Shuffled


def fresh_verdicts(digits: Digits, test: tuple[Digits, Tensor], steps: int, seed: int) -> Verdicts:
    """Verdicts on the digits of `test` at its indices, by a classifier after `steps` steps of the judge's recipe on `digits`."""
    torch.manual_seed(seed)
    run = judge.begin(judge.Settings(), seed)
    run.data, run.order = digits, Shuffled(len(digits), run.settings.batch, seed)
    for k in range(steps):
        run.step(k, steps)
    return judged(cast(Judging, run.average.net), *test)
