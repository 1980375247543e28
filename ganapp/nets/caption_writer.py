"""A picture in words: a small convolutional eye and a causal transformer that looks at the places of the picture while it writes.

Encoder and decoder as in Show, Attend and Tell (Xu et al. 2015), the recurrent decoder replaced by attention (Vaswani et al. 2017).
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Depth, Whole, Width
from ganapp.base.validation import settings_class
from ganapp.nets import scene_reader


@settings_class
class Config:
    """size, channels, classes, width, features: of the eye, see scene_reader; vocabulary: words, 0 for what fills up; length: words of the
    longest sentence; code: width of the decoder, a multiple of heads; depth: its layers."""

    size: Annotated[int, Whole(16, 4096, step=16)] = 48
    channels: Width = 3
    classes: Width = 27
    width: Width = 32
    features: Width = 128
    vocabulary: Width = 118
    length: Annotated[int, Whole(1, 1024)] = 52
    code: Width = 96
    depth: Depth = 2
    heads: Annotated[int, Whole(1, 64)] = 4


class Net(nn.Module):
    """Pictures x (b, channels, size, size) in [-1, 1] and the words so far (b, n) int64 -> logits of each next word (b, n, vocabulary)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        d = config.code
        self.eye = scene_reader.Net(scene_reader.Config(config.size, config.channels, config.classes, config.width, config.features))
        self.told = nn.Linear(config.features + config.classes, d)
        self.places = nn.Parameter(torch.randn(self.eye.places, d))
        self.words = nn.Embedding(config.vocabulary, d)
        nn.init.normal_(self.words.weight, std=d**-0.5)
        self.order = nn.Parameter(torch.randn(config.length, d) * d**-0.5)
        layers = (nn.TransformerDecoderLayer(d, config.heads, 2 * d, 0.0, batch_first=True, norm_first=True) for _ in range(config.depth))
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(d)

    def see(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What the decoder looks at (b, places, code), and the eye's own verdict on every place (b, places, classes)."""
        features = self.eye.features(x)
        verdict = self.eye.head(features)
        return self.told(torch.cat([features, verdict], dim=2)) + self.places, verdict

    def speak(self, seen: Tensor, words: Tensor) -> Tensor:
        """Logits of each next word (b, n, vocabulary)."""
        n = words.shape[1]
        x = self.words(words) + self.order[:n]  # (b, n, code)
        later = torch.ones(n, n, dtype=torch.bool, device=words.device).triu(1)
        for layer in self.layers:
            x = layer(x, seen, tgt_mask=later)
        logits: Tensor = self.norm(x) @ self.words.weight.T
        return logits

    def forward(self, x: Tensor, words: Tensor) -> Tensor:
        return self.speak(self.see(x)[0], words)
