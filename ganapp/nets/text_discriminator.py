"""A discriminator of whole poems: a transformer that sees every character at once and has an opinion on each line.

Attention is written out, since a gradient penalty differentiates twice; it reads vectors, not tokens, so that a generator's mixed
characters (Jang et al. 2017) and penalties on embeddings go through. Nie et al. 2019 (RelGAN) for the use. Its parts have the shapes of
nets/causal_transformer.py, so that it can begin from what a writer has learned.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Depth, Width
from ganapp.base.validation import settings_class
from ganapp.nets.causal_transformer import TONES, Parts


@settings_class
class Config:
    """signs, rhymes, lines, columns: as the writer's; width: of a character's vector; layers; heads: of attention."""

    signs: Width = 3000
    rhymes: Width = 13
    lines: Depth = 4
    columns: Depth = 7
    width: Width = 160
    layers: Depth = 3
    heads: Depth = 4


class Layer(Parts):
    """Attention to every place."""

    def forward(self, h: Tensor) -> Tensor:
        """(b, n, width) -> the same."""
        query, key, value = self.split(h)
        weights = (query @ key.transpose(2, 3) * query.shape[3] ** -0.5).softmax(3)
        return self.joined(h, weights @ value)


class Net(nn.Module):
    """Poems as tokens (b, length) int64 -> scores (b,), unbounded; higher is more real. `of_lines` has one for each line."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        if config.width % config.heads:
            raise ValueError("width must be a multiple of heads")
        self.config = c = config
        self.embedding = nn.Parameter(torch.randn(c.signs, c.width) * 0.1)
        self.kinds = nn.Parameter(torch.randn(TONES * c.rhymes, c.width) * 0.1)
        self.place = nn.Parameter(torch.randn(c.lines * c.columns, c.width) * 0.1)
        self.layers = nn.ModuleList(Layer(c.width, c.heads) for _ in range(c.layers))
        self.last = nn.LayerNorm(c.width)
        self.head = nn.Linear(c.width, 1)
        self.tone: Tensor
        self.rhyme: Tensor
        self.register_buffer("tone", torch.zeros(c.signs, dtype=torch.long))
        self.register_buffer("rhyme", torch.zeros(c.signs, dtype=torch.long))

    def vectors(self) -> Tensor:
        """The vector of every character, (signs, width)."""
        return self.embedding + self.kinds[self.tone * self.config.rhymes + self.rhyme]

    def judged(self, inputs: Tensor) -> Tensor:
        """Scores of the lines (b, lines) of poems given by their characters' vectors (b, length, width)."""
        h = inputs + self.place
        for layer in self.layers:
            h = layer(h)
        scores: Tensor = self.head(self.last(h)).view(h.shape[0], self.config.lines, self.config.columns)
        return scores.mean(2)

    def of_lines(self, tokens: Tensor) -> Tensor:
        """The opinion on each line, (b, lines), in the sight of the whole poem; their mean is the poem's score."""
        return self.judged(self.vectors()[tokens])

    def forward(self, tokens: Tensor) -> Tensor:
        return self.of_lines(tokens).mean(1)
