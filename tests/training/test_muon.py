"""Orthogonal steps, and a small problem that they solve."""

from __future__ import annotations

import torch

from ganapp.training.run.muon import Muon, orthogonal


def test_steps_have_singular_values_near_one_whatever_the_gradient() -> None:
    torch.manual_seed(0)
    for shape in ((8, 20), (20, 8)):
        wild = torch.randn(shape) * torch.logspace(-1, 1, shape[1])
        values = torch.linalg.svdvals(orthogonal(wild))
        assert values.min() > 0.3
        assert values.max() < 1.3


def test_it_finds_the_least_of_a_bowl_and_can_be_taken_up_again() -> None:
    torch.manual_seed(0)
    goal = torch.randn(6, 6)

    def run(steps: int, cut: int) -> torch.Tensor:
        weight = torch.zeros(6, 6, requires_grad=True)
        optimiser = Muon([weight], 0.1)
        for k in range(steps):
            if k == cut:
                state = optimiser.state_dict()
                optimiser = Muon([weight], 0.1)
                optimiser.load_state_dict(state)
            optimiser.param_groups[0]["lr"] = 0.1 * (1 - k / steps)
            weight.grad = weight.detach() - goal
            optimiser.step()
        return weight.detach()

    assert (run(200, -1) - goal).abs().max() < 0.1
    assert torch.equal(run(20, 7), run(20, -1))
