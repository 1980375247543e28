"""What stands in each place of a picture that is a grid of places: a small convolutional net with a head for every place.

Strided convolutions with batch norm and ReLU down to one feature vector a place; each sees its own place and its neighbours'.
"""

from __future__ import annotations

from typing import Annotated

from torch import Tensor, nn

from ganapp.base.kinds import WIDEST, Whole, Width
from ganapp.base.validation import settings_class


@settings_class
class Config:
    """size: side in pixels, a multiple of 16; channels: 1 or 3; classes: numbers that tell of one place; width: channels of the first
    stage; features: length of a place's feature vector."""

    size: Annotated[int, Whole(16, WIDEST, step=16)] = 48
    channels: Width = 3
    classes: Width = 27
    width: Width = 32
    features: Width = 128


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] -> logits (b, places * classes), row by row; places = (size / 16)^2."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        w, last = config.width, config.features
        layers: list[nn.Module] = []
        for before, after, kernel, stride in ((config.channels, w, 4, 2), (w, 2 * w, 3, 2), (2 * w, 4 * w, 3, 2), (4 * w, 4 * w, 3, 1)):
            layers += [nn.Conv2d(before, after, kernel, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        layers += [nn.Conv2d(4 * w, last, 2, 2, bias=False), nn.BatchNorm2d(last), nn.ReLU()]
        self.stages = nn.Sequential(*layers)
        self.head = nn.Linear(last, config.classes)

    @property
    def places(self) -> int:
        """How many places a picture has."""
        return (self.config.size // 16) ** 2

    def features(self, x: Tensor) -> Tensor:
        """What it sees in each place, (b, places, features)."""
        seen: Tensor = self.stages(x)
        return seen.flatten(2).transpose(1, 2)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(x))  # (b, places, classes)
        return logits.flatten(1)
