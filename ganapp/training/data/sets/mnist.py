"""MNIST: 60,000 handwritten digits in ten classes. LeCun et al. 1998, "Gradient-based learning applied to document recognition"."""

from __future__ import annotations

import torch

from ganapp.digits import idx
from ganapp.training.data.sets import Pictures, Wanted, fitted

NAME = "mnist"


def load(wanted: Wanted) -> Pictures:
    """The training digits at any size. UserError when the files that came with the project are missing or altered."""
    found = idx.load("mnist", "train")
    pictures = fitted(torch.from_numpy(found.pictures.copy()).unsqueeze(1), wanted.size, wanted.channels)
    labels = torch.from_numpy(found.labels.copy()) if wanted.classes else None
    title = {"en": "Digits", "zh": "数字"}
    return Pictures(pictures, labels, tuple("0123456789") if wanted.classes else (), title, judge="digits-judge")
