"""The first stage of recipes that teach writing: maximum likelihood, whatever is written."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from ganapp.training.run import distributed, states
from ganapp.training.run.muon import Muon
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import one_cycle

WARM = 200  # steps in which the rate rises, at most a tenth of all
OFTEN = 250  # steps between two measurings
LONGEST = 1.0  # of the gradient
VECTOR = 0.04  # root mean square of an entry of a token's vector at the beginning


def paced(optimisers: tuple[torch.optim.Optimizer, ...], k: int, steps: int, peak: float) -> None:
    """Set the rate of step k."""
    for optimiser in optimisers:
        for group in optimiser.param_groups:
            group["lr"] = one_cycle(k, steps, peak, WARM)


def neighbours(vectors: Tensor, pairs: Tensor, counts: Tensor) -> None:
    """Let vectors (n, width) begin from how often tokens (n,) come and which stand near each other, pairs (n, n) of one order (Levy and
    Goldberg 2014: word vectors factor that table), at the usual length."""
    pairs = pairs + pairs.T
    share = counts / counts.sum()
    tied = (pairs / pairs.sum() / (share[:, None] * share)).clamp(min=1.0).log()
    left, values, _ = torch.svd_lowrank(tied, min(vectors.shape), niter=3)
    found = left * values.sqrt()
    vectors[:, : found.shape[1]] = found * (VECTOR / found.std())


class Likelihood(states.Stateful):
    """Training of a writer; see `loop.Run`. A recipe adds its net, its texts, and what they cost."""

    net: nn.Module

    def __init__(self, settings: Any, seed: int) -> None:
        self.settings, self.seed, self.place = settings, seed, here()
        self.read()
        torch.manual_seed(mixed(seed, 0))
        self.net = self.writer().to(self.place.device)
        inner = [weight for weight in self.net.layers.parameters() if weight.dim() == 2]  # type: ignore[union-attr,operator]
        outer = [weight for weight in self.net.parameters() if not any(weight is each for each in inner)]
        self.inner = Muon(inner, settings.rate, decay=settings.decay)
        self.outer = torch.optim.AdamW(outer, settings.rate, (0.9, 0.98), weight_decay=settings.decay)

    def read(self) -> None:
        """Take the texts."""
        raise NotImplementedError

    def writer(self) -> nn.Module:
        """The net as the stage begins."""
        raise NotImplementedError

    def cost(self, k: int) -> Tensor:
        """The loss of this process's texts of step k."""
        raise NotImplementedError

    def perplexity(self) -> float:
        """Of texts held out."""
        raise NotImplementedError

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        paced((self.inner, self.outer), k, steps, self.settings.rate)
        self.net.train()
        loss = self.cost(k)
        self.net.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        distributed.step([self.inner, self.outer], LONGEST)
        values = {"loss": loss.item()}
        if (k + 1) % OFTEN == 0 or k + 1 == steps:
            values["perplexity"] = self.perplexity()
        return values

    def holders(self) -> states.Holders:
        return {"net": self.net, "inner": self.inner, "outer": self.outer}

    def samples(self) -> Tensor | None:
        return None
