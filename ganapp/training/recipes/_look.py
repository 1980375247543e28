"""What both players of a run make of the same few pictures, between two turns."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from ganapp.training.run.hand import Look

if TYPE_CHECKING:
    from ganapp.training.recipes._gan_run import GanRun

COLUMNS = 10  # of a sheet: one picture of each is shown


@contextmanager
def _still(*nets: nn.Module) -> Iterator[None]:
    """Within it nets work as in training, by the statistics of the batch, but nothing of them moves: no running statistics, no power
    iteration, no dropout."""
    modes = [(module, module.training) for net in nets for module in net.modules()]
    norms = [module for module, _ in modes if isinstance(module, nn.BatchNorm2d)]
    for net in nets:
        net.eval()
    for norm in norms:
        norm.train()
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm in norms:
            norm.track_running_stats = True
        for module, training in modes:
            module.training = training


def looked(run: GanRun) -> Look:
    """A look at the latents and the real pictures of the sheets. A run that is looked at goes the same way."""
    z, y, index = run.fixed
    x, own = (each.to(run.place.device) for each in run.data.at(index))
    generator, critic, objective = run.generator.net, run.discriminator.net, run.objective
    with _still(generator, critic), run.spectating(), run.place.fast():
        with torch.no_grad():
            generated = generator(z, y).float()
            real = critic(x, own).float()
        generated.requires_grad_(True)
        scores: Tensor = critic(generated, y).float()
        # n times the mean over the pairs: so each picture feels its own loss
        loss = objective.generator(real, scores) * len(scores)
        (gradient,) = torch.autograd.grad(loss, generated)
    every = len(z) // COLUMNS
    pictures = ((generated.detach() + 1) / 2, -gradient.float(), real, scores.detach())
    return Look(*(each[::every].cpu() for each in pictures))
