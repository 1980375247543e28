"""All randomness of a run as a function of (seed, step): a run that was resumed takes the same path as one that was not."""

from __future__ import annotations

import torch
from torch import Tensor


def mixed(seed: int, step: int) -> int:
    """A 63-bit seed from a run's seed and a step (splitmix64, Steele et al. 2014)."""
    x = (seed * 0x9E3779B97F4A7C15 + step + 1) * 0x9E3779B97F4A7C15 & (2**64 - 1)
    x = ((x ^ x >> 30) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
    x = ((x ^ x >> 27) * 0x94D049BB133111EB) & (2**64 - 1)
    return (x ^ x >> 31) >> 1


class Shuffled:
    """Indices of the k-th batch over data of n items: every epoch a new permutation, no item twice in an epoch."""

    def __init__(self, n: int, batch: int, seed: int) -> None:
        self.n, self.batch, self.seed = n, min(batch, n), seed
        self._epoch, self._order = -1, torch.empty(0, dtype=torch.long)

    def __call__(self, step: int) -> Tensor:
        """(batch,) int64 for the step, counted from 0; the rest of an epoch that fills no batch is left out."""
        per_epoch = self.n // self.batch
        epoch, place = divmod(step, per_epoch)
        if epoch != self._epoch:
            generator = torch.Generator().manual_seed(mixed(self.seed, epoch))
            self._epoch, self._order = epoch, torch.randperm(self.n, generator=generator)
        return self._order[place * self.batch : (place + 1) * self.batch]
