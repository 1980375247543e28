"""A discriminator of English stanzas: a transformer that sees every token at once and has an opinion on each line.

Attention is written out, since a gradient penalty differentiates twice; it reads vectors, not tokens, so that a generator's mixed words
(Jang et al. 2017) and penalties on embeddings go through. Its parts have the shapes of nets/stanza_writer.py, whose weights it begins from.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ganapp.base.kinds import Depth, Width
from ganapp.base.validation import settings_class
from ganapp.nets.causal_transformer import Parts
from ganapp.nets.stanza_writer import LINES, SYLLABLES, Words


@settings_class
class Config:
    """words; others: tokens that are no words; rhymes, kinds: as the writer's; length: tokens of a text; width; layers; heads."""

    words: Width = 8000
    others: Width = 18
    rhymes: Width = 510
    kinds: Width = 32
    length: Width = 57
    width: Width = 160
    layers: Depth = 3
    heads: Depth = 4


class Layer(Parts):
    """Attention to every place of the text."""

    def forward(self, h: Tensor, closed: Tensor) -> Tensor:
        """h (b, n, width), closed (b, n) of truths where there is nothing to see -> the same."""
        query, key, value = self.split(h)
        weights = (query @ key.transpose(2, 3) * query.shape[3] ** -0.5).masked_fill(closed[:, None, None], -1e4).softmax(3)
        return self.joined(h, weights @ value)


class Net(nn.Module):
    """Texts as tokens (b, n) int64 with where they stand (b, n, 5), line 4 where a text is over -> scores of its lines (b, 4), unbounded;
    higher is more real, their mean is the stanza's."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        if config.width % config.heads:
            raise ValueError("width must be a multiple of heads")
        self.config = c = config
        self.words = Words(c.words, c.rhymes, c.kinds, c.width)
        self.others = nn.Parameter(torch.randn(c.others, c.width) * 0.1)
        self.place = nn.Parameter(torch.randn(c.length, c.width) * 0.02)
        self.line = nn.Parameter(torch.randn(LINES, c.width) * 0.02)
        self.taken = nn.Parameter(torch.randn(SYLLABLES, c.width) * 0.02)
        self.layers = nn.ModuleList(Layer(c.width, c.heads) for _ in range(c.layers))
        self.last = nn.LayerNorm(c.width)
        self.head = nn.Linear(c.width, 1)

    def vectors(self) -> Tensor:
        """The vector of every token, (tokens, width)."""
        return torch.cat([self.words(), self.others])

    def judged(self, inputs: Tensor, where: Tensor) -> Tensor:
        """Scores of the lines (b, 4) of texts given by their tokens' vectors (b, n, width); where: as of each token, its own line in it."""
        line, taken = where[:, :, 0], where[:, :, 1]
        h = inputs + self.place[: inputs.shape[1]] + self.line[line] + self.taken[taken]
        for layer in self.layers:
            h = layer(h, line == LINES - 1)
        each = self.head(self.last(h)).squeeze(2)  # (b, n)
        member = (line[:, None] == torch.arange(LINES - 1, device=line.device)[:, None]).to(each.dtype)  # (b, 4, n)
        scores: Tensor = (member * each[:, None]).sum(2) / member.sum(2).clamp(min=1)
        return scores

    def forward(self, tokens: Tensor, where: Tensor) -> Tensor:
        return self.judged(self.vectors()[tokens], where)
