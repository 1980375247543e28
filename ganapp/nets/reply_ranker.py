"""How well a reply answers a turn: both are read apart, as n-grams with a weight each and as odds of what they are about, then compared.

A bi-encoder, so that the replies of a whole corpus are read once. Two texts answer each other the better the more rare n-grams they share
(learnt weights begin at the inverse document frequency, Sparck Jones 1972), and the likelier they are about the same.
"""

from __future__ import annotations

from typing import Annotated

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.base.kinds import BelowOne, Whole, Width
from ganapp.base.validation import settings_class

Read = tuple[Tensor, Tensor]
SHARPNESS = 5.0  # what weights and odds begin with
LEAST = 1e-6


@settings_class
class Config:
    """buckets: numbers that n-grams are given as, 0 for none; topics: kinds of texts; drop: share of the n-grams left out in training."""

    buckets: Width = 8192
    topics: Annotated[int, Whole(2, 1000)] = 21
    drop: BelowOne = 0.3


class Net(nn.Module):
    """Turns (b, n) and replies (b, m), int64 numbers of n-grams, 0 for what fills up -> scores (b,); higher is a better answer."""

    rarity: Tensor

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.dropout = nn.Dropout(config.drop)
        self.register_buffer("rarity", torch.ones(config.buckets))
        self.weight = nn.Parameter(torch.zeros(config.buckets))
        self.topic = nn.Parameter(torch.randn(config.buckets, config.topics) * 0.01)
        self.usual = nn.Parameter(torch.zeros(config.topics))
        self.scales = nn.Parameter(torch.tensor([0.0, 0.0, 1.0]))  # logarithms: of shared n-grams, of topics, of their odds

    def read(self, grams: Tensor) -> Read:
        """What is compared of each text: weights of its n-grams (b, buckets), of length 1, and log-odds of its topics (b, topics)."""
        held = torch.zeros(len(grams), self.config.buckets, device=grams.device).scatter_(1, grams, 1.0)
        held = held * (torch.arange(self.config.buckets, device=grams.device) > 0)
        rare = self.dropout(held) * self.rarity  # all of it has the length 1 in the end, so it is no matter how long dropout makes it
        odds = functional.normalize(rare, dim=1) @ self.topic * self.scales[2].exp() * SHARPNESS + self.usual
        return functional.normalize(rare * self.weight.exp(), dim=1), odds

    def compare(self, said: Read, replies: Read) -> Tensor:
        """Scores (n, m) of n turns and m replies as `read` gave them; what texts are about is learnt by `read` alone."""
        one, another = said[1].detach().softmax(1), replies[1].detach().softmax(1)
        together = ((one / self.usual.detach().softmax(0)) @ another.T + LEAST).log()
        shared, about = self.scales[:2].exp()
        scores: Tensor = SHARPNESS * shared * (said[0] @ replies[0].T) + about * together
        return scores

    def forward(self, said: Tensor, replies: Tensor) -> Tensor:
        return self.compare(self.read(said), self.read(replies)).diagonal()
