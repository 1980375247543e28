"""What recipes of judges share: a classifier with its average, one cycle of the rate."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from ganapp.training.run import states
from ganapp.training.run.ema import Average
from ganapp.training.run.place import here
from ganapp.training.run.randomness import mixed
from ganapp.training.run.schedule import one_cycle


class Classifier(states.Stateful):
    """Training of a judge; see `loop.Run`. A recipe adds what is read, and the loss."""

    def __init__(self, settings: Any, seed: int, net: nn.Module) -> None:
        self.settings, self.seed, self.place = settings, seed, here()
        self.net = self.place.ready(net)
        self.average = Average(self.net, settings.half_life)
        self.optimiser = torch.optim.AdamW(self.net.parameters(), settings.rate, weight_decay=0.01)

    def judged(self, x: Tensor) -> Tensor:
        """What the net says of pictures."""
        verdicts: Tensor = self.net.train()(x.contiguous(memory_format=torch.channels_last))
        return verdicts

    def learned(self, k: int) -> tuple[Tensor, dict[str, float]]:
        """The loss of step k, and what else there is to tell."""
        raise NotImplementedError

    def named(self, logits: Tensor, y: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Cross-entropy of logits (b, classes) and one-hot labels, with smoothing, and the share that is right."""
        loss = functional.cross_entropy(logits, y, label_smoothing=self.settings.smoothing)
        return loss, {"accuracy": (logits.argmax(1) == y.argmax(1)).float().mean().item()}

    def step(self, k: int, steps: int) -> dict[str, float]:
        torch.manual_seed(mixed(self.seed, k))
        for group in self.optimiser.param_groups:
            group["lr"] = one_cycle(k, steps, self.settings.rate)
        loss, told = self.learned(k)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        self.average.follow(self.net, k + 1)
        return {"loss": loss.item(), **told}

    def holders(self) -> states.Holders:
        return {"net": self.net, "average": self.average.net, "optimiser": self.optimiser}

    def samples(self) -> Tensor | None:
        return None
