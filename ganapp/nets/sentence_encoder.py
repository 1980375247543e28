"""A sentence as one code for each place of a picture: what the words say of that place.

A small transformer over words (Vaswani et al. 2017), then a learnt query for each place that looks for its words, as the places of a
picture do in AttnGAN (Xu et al. 2018), but before the picture is drawn.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Depth, Whole, Width
from ganapp.base.validation import settings_class


@settings_class
class Config:
    """vocabulary: words, number 0 for what fills up; length: words of the longest sentence; code: length of a place's code, a multiple of
    heads; places; depth: layers; heads: of the attention."""

    vocabulary: Width = 118
    length: Annotated[int, Whole(1, 1024)] = 52
    code: Width = 96
    places: Width = 9
    depth: Depth = 2
    heads: Annotated[int, Whole(1, 64)] = 4


class Net(nn.Module):
    """Words (b, n) int64, n <= length, 0 for what fills up -> codes (b, places, code)."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        d = config.code
        self.words = nn.Embedding(config.vocabulary, d)
        self.order = nn.Parameter(torch.randn(config.length, d) * 0.5)
        layers = (nn.TransformerEncoderLayer(d, config.heads, 2 * d, 0.0, batch_first=True, norm_first=True) for _ in range(config.depth))
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(d)
        self.queries = nn.Parameter(torch.randn(config.places, d))
        self.look = nn.MultiheadAttention(d, config.heads, batch_first=True)
        self.blend = nn.Sequential(nn.LayerNorm(d), nn.Linear(d, 2 * d), nn.GELU(), nn.Linear(2 * d, d))

    def forward(self, words: Tensor) -> Tensor:
        empty = words == 0  # (b, n)
        x = self.words(words) + self.order[: words.shape[1]]  # (b, n, code)
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=empty)
        x = self.norm(x)
        queries = self.queries.expand(len(words), -1, -1)  # (b, places, code)
        found, _ = self.look(queries, x, x, key_padding_mask=empty, need_weights=False)
        codes: Tensor = found + self.blend(found + queries)
        return codes
