"""A small convolutional classifier: the judge whose verdicts and features measure generated digits.

Plain 3 x 3 convolutions with batch norm and ReLU, halved three times by stride, one hidden layer whose activations
are the features for FID, KID and precision/recall.
"""

from __future__ import annotations

from typing import Annotated

from torch import Tensor, nn

from ganapp.base.kinds import WIDEST, Whole, Width
from ganapp.base.validation import settings_class


@settings_class
class Config:
    """size: side in pixels, a multiple of 8; channels: 1 or 3; classes: at least 2; width: channels of the first
    layers; features: length of the feature vector."""

    size: Annotated[int, Whole(8, WIDEST, step=8)] = 32
    channels: Width = 1
    classes: Annotated[int, Whole(2, WIDEST)] = 10
    width: Width = 24
    features: Width = 96


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] -> logits (b, classes)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        layers: list[nn.Module] = []
        before = config.channels
        for factor in (1, 2, 4):
            after = config.width * factor
            for source, stride in ((before, 1), (after, 2)):
                layers += [nn.Conv2d(source, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
            before = after
        self.stages = nn.Sequential(*layers)
        self.hidden = nn.Linear(before * (config.size // 8) ** 2, config.features)
        self.drop = nn.Dropout(0.3)
        self.head = nn.Linear(config.features, config.classes)

    def features(self, x: Tensor) -> Tensor:
        """Features (b, features), not negative: what distances between sets of pictures are measured in."""
        hidden: Tensor = self.hidden(self.stages(x).flatten(1))
        return hidden.relu()

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.head(self.drop(self.features(x)))
        return logits
