"""Stacked MNIST: three random digits as the red, green and blue of one picture, so 1,000 modes that can be counted.

Metz et al. 2017, "Unrolled Generative Adversarial Networks"; 128,000 pictures as in Srivastava et al. 2017 (VEEGAN) and
Lin et al. 2018 (PacGAN). Without classes: a generator has to find the modes itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.digits import idx
from ganapp.training.data.sets import Pictures, Selection, fitted, titles

SAMPLES = 128_000
SEED = 20170


@dataclass(frozen=True, kw_only=True)
class Stacked(Pictures):
    """pictures: the single digits (m, 1, size, size); triples (n, 3): which of them make a picture; modes (n,): 0 to 999."""

    triples: Tensor
    modes: Tensor

    def __len__(self) -> int:
        return len(self.triples)

    @property
    def channels(self) -> int:
        """Always 3."""
        return 3

    def few(self, index: Tensor) -> Pictures:
        """See `Pictures`."""
        return replace(self, triples=self.triples[index], modes=self.modes[index])

    def raw(self, index: Tensor) -> Tensor:
        """Pictures (b, 3, size, size) uint8."""
        return self.pictures[self.triples[index], 0]  # (b, 3, size, size)


def load(wanted: Selection) -> Pictures:
    """The 128,000 stacks, always the same ones, in colour and without classes."""
    if wanted.channels != 3:
        raise UserError("stacked_needs_colour")
    held = idx.load("mnist", "train")
    digits = fitted(torch.from_numpy(held.pictures.copy()).unsqueeze(1), wanted.size, 1)
    triples = torch.randint(len(digits), (SAMPLES, 3), generator=torch.Generator().manual_seed(SEED))
    modes = (torch.from_numpy(held.labels.copy())[triples] * torch.tensor([100, 10, 1])).sum(1)  # (n,)
    title = titles("stacked_mnist")
    return Stacked(pictures=digits, labels=None, classes=(), title=title, judge="digits-judge", stacked=True, triples=triples, modes=modes)
