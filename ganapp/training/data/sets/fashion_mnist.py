"""Fashion-MNIST: 60,000 garments in ten classes, at MNIST's size. Xiao, Rasul & Vollgraf 2017."""

from __future__ import annotations

import torch

from ganapp.digits import idx
from ganapp.training.data.sets import Pictures, Wanted, fitted

NAME = "fashion_mnist"
CLASSES = ("t-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "boot")


def load(wanted: Wanted) -> Pictures:
    """The training garments at any size. UserError when the files that came with the project are missing or altered."""
    found = idx.load("fashion-mnist", "train")
    pictures = fitted(torch.from_numpy(found.pictures.copy()).unsqueeze(1), wanted.size, wanted.channels)
    labels = torch.from_numpy(found.labels.copy()) if wanted.classes else None
    return Pictures(pictures, labels, CLASSES if wanted.classes else (), {"en": "Garments", "zh": "服饰"})
