"""From which misfit on a search has found nothing: limits between digits that were kept out of the training and drawings of nothing."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ganapp.tasks import _inversion
from ganapp.tasks.invert import HOW
from ganapp.training.digits_data import Digits
from ganapp.training.directions import CLASSES
from ganapp.training.finish.nonsense import drawings

COUNT = 300  # digits, and drawings of nothing, to fit on
CHECKED = 1000  # other digits to report on
FIRST = 5000  # the test digits from here on are fitted on, those before are reported on
CLOSE = 0.8  # share of the digits that are to be called close
REFUSED = 0.02  # of digits at most
BLOCK = 50


def found(nets: _inversion.Nets, x: Tensor) -> tuple[Tensor, Tensor]:
    """Search for each of x (n, 1, 32, 32) in [-1, 1] as the digit the judge names: misfit (n,), and what the judge says of the digit
    found (n,)."""
    misfits, names = [], []
    for block in torch.split(x, BLOCK):  # type: ignore[no-untyped-call]
        with torch.no_grad():
            named = nets.judge(block).argmax(1)
        result = _inversion.search(nets, block, torch.eye(CLASSES)[named], HOW)
        misfits.append(result.residual + HOW.features * result.distance)
        with torch.no_grad():
            names.append(nets.judge(result.made).argmax(1))
    return torch.cat(misfits), torch.cat(names)


def boundary(digits: Tensor, nothing: Tensor) -> float:
    """The misfit that best parts digits (n,) from nothing (m,), by the sum of both rates, refusing at most `REFUSED` of the digits."""
    tried = torch.cat([digits, nothing]).sort().values
    right = (digits[:, None] <= tried).double().mean(0) + (nothing[:, None] > tried).double().mean(0)
    return max(float(tried[right.argmax()]), float(digits.quantile(1 - REFUSED)))


def fitted(nets: _inversion.Nets, count: int = COUNT, checked: int = CHECKED) -> dict[str, Any]:
    """features, close, not_a_digit: the limits, as `tasks.invert` uses them; and on digits they were not fitted on: right, how often the
    judge sees the right digit in what was found, misfit, its median, refused and close, shares; caught: the share of other
    drawings of nothing that is refused."""
    data = Digits("test")
    x, _ = data.at(torch.arange(FIRST, FIRST + count))
    digits, _ = found(nets, x)
    nothing, _ = found(nets, drawings(count))
    limit = boundary(digits, nothing)
    close = min(float(digits.quantile(CLOSE)), limit)
    held, y = data.at(torch.arange(checked))
    misfit, named = found(nets, held)
    other, _ = found(nets, drawings(count, seed=1))
    return {
        "features": HOW.features,
        "close": round(close, 4),
        "not_a_digit": round(limit, 4),
        "right": round(float((named == y.argmax(1)).float().mean()), 4),
        "misfit": round(float(misfit.median()), 4),
        "refused": round(float((misfit > limit).float().mean()), 4),
        "called_close": round(float((misfit <= close).float().mean()), 4),
        "caught": round(float((other > limit).float().mean()), 4),
        "digits": checked,
    }
