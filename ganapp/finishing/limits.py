"""The limit beyond which a search reports "not a digit", fitted on held-out digits and on drawings that are no digits.

Three measures grow for a drawing that is no digit: the residual of the ink, the distance of the judge's features, and the judge's doubt. A
logistic regression weighs them. The limit refuses one in a hundred digits of a set that the weights were not fitted on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from ganapp.finishing.nonsense import drawings, redrawn
from ganapp.finishing.realness import logistic
from ganapp.metrics.trials import CLASSES
from ganapp.tasks import _inversion
from ganapp.tasks.invert import HOW
from ganapp.training.data.digits_data import Digits

COUNT = 400  # digits, and drawings of nothing, to fit on
CALIBRATED = 1000  # other digits that the limit is found on: one in a hundred of them are 10
CHECKED = 1000  # other digits to report on
CLOSE = 0.8  # share of the digits that are to be called close
REFUSED = 0.01  # share of the digits it is calibrated on
BLOCK = 50


@dataclass(frozen=True)
class Outcome:
    """signs (n, 3): residual, distance of features, doubt; named (n,): classes that the judge gives to the search's pictures."""

    signs: Tensor
    named: Tensor


def searched(nets: _inversion.Nets, x: Tensor) -> Outcome:
    """Search for each of x (n, 1, 32, 32) in [-1, 1] as the digit that the judge names. TypeError without a judge."""
    if nets.judge is None:
        raise TypeError("limits of digits are fitted with their judge")
    signs, names = [], []
    for block in torch.split(x, BLOCK):  # type: ignore[no-untyped-call]
        with torch.no_grad():
            sure, named = nets.judge(block).softmax(1).max(1)
        result = _inversion.search(nets, block, torch.eye(CLASSES)[named], HOW)
        signs.append(torch.stack([result.residual, result.distance, 1 - sure], dim=1))
        with torch.no_grad():
            names.append(nets.judge(result.pictures).argmax(1))
    return Outcome(torch.cat(signs), torch.cat(names))


def weighed(digits: Tensor, nothing: Tensor) -> Tensor:
    """Weights (3,) of the signs of digits (n, 3) against those of nothing (m, 3), by logistic regression on them in their spread."""
    both = torch.cat([digits, nothing])
    spread = both.std(0).clamp(min=1e-6)
    terms = torch.cat([both / spread, torch.ones(len(both), 1)], dim=1)
    answer = torch.cat([torch.zeros(len(digits)), torch.ones(len(nothing))])
    return logistic(terms, answer, penalty=0.1)[:3].float().clamp(min=0) / spread


def written(x: Tensor) -> Tensor:
    """Digits (n, 1, 32, 32) in [-1, 1] as a page receives them: large on paper, and brought back to the form that the nets know. The
    way through a picture changes a digit a little, and drawings of nothing have gone it too."""
    return torch.stack([redrawn((picture[0] + 1) / 2)[None] * 2 - 1 for picture in x])


def fitted(nets: _inversion.Nets, count: int = COUNT, calibrated: int = CALIBRATED, checked: int = CHECKED) -> dict[str, Any]:
    """weights (3), not_a_digit, close: as `tasks.invert.verdict` uses them. On `checked` digits that none of them was fitted on: right,
    how often the judge sees the right digit in what was found; residual, its median; refused and called_close, shares. caught: the share
    of other drawings of nothing that is refused."""
    data = Digits("test")
    order = torch.randperm(len(data), generator=torch.Generator().manual_seed(0))  # writers come one after the other in the file
    first, rest, held = torch.split(order[: count + calibrated + checked], [count, calibrated, checked])  # type: ignore[no-untyped-call]
    weights = weighed(searched(nets, written(data.at(first)[0])).signs, searched(nets, drawings(count)).signs)
    digits = searched(nets, written(data.at(rest)[0])).signs
    limit, close = float((digits @ weights).quantile(1 - REFUSED)), float(digits[:, 0].quantile(CLOSE))
    x, y = data.at(held)
    tried = searched(nets, written(x))
    refused = tried.signs @ weights > limit
    nothing = searched(nets, drawings(count, seed=1)).signs @ weights > limit
    return {
        "weights": [round(float(w), 4) for w in weights],
        "not_a_digit": round(limit, 4),
        "close": round(close, 4),
        "right": round(float((tried.named == y.argmax(1)).float().mean()), 4),
        "residual": round(float(tried.signs[:, 0].median()), 4),
        "refused": round(float(refused.float().mean()), 4),
        "called_close": round(float((~refused & (tried.signs[:, 0] <= close)).float().mean()), 4),
        "caught": round(float(nothing.float().mean()), 4),
        "digits": len(x),
    }
