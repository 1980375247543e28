"""What a run goes on with: moments and weights of its checkpoint, settings of the order it has now."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from ganapp.training.recipes import digits, gan, judge
from ganapp.training.run import states


def stepped(net: nn.Module, optimiser: torch.optim.Optimizer) -> None:
    for _ in range(3):
        optimiser.zero_grad()
        net(torch.ones(2, 3)).square().mean().backward()
        optimiser.step()


def settings(optimiser: torch.optim.Optimizer) -> list[dict[str, Any]]:
    return [{name: value for name, value in group.items() if name != "params"} for group in optimiser.param_groups]


@pytest.mark.parametrize("fused", [False, True])
def test_an_optimiser_keeps_its_moments_and_takes_the_new_settings(fused: bool) -> None:
    torch.manual_seed(0)
    net = nn.Linear(3, 2)
    old = torch.optim.AdamW(net.parameters(), 0.1, (0.9, 0.99), 1e-8, 0.01, fused=not fused)
    stepped(net, old)
    new = torch.optim.AdamW(net.parameters(), 0.2, (0.0, 0.5), 1e-6, 0.3, fused=fused)
    told = settings(new)
    states.give({"optimisers": {"net": new}}, {"optimisers": {"net": old.state_dict()}})
    assert settings(new) == told
    for parameter in net.parameters():
        assert torch.equal(new.state[parameter]["exp_avg"], old.state[parameter]["exp_avg"])
        assert torch.equal(new.state[parameter]["exp_avg_sq"], old.state[parameter]["exp_avg_sq"])
        assert int(new.state[parameter]["step"]) == 3
    stepped(net, new)


def test_states_come_back_as_they_were_taken() -> None:
    nets = {"one": nn.Linear(3, 2), "other": nn.Linear(3, 2)}
    holders: states.Holders = {**nets, "optimisers": {"one": torch.optim.Adam(nets["one"].parameters(), 0.1)}}
    stepped(nets["one"], holders["optimisers"]["one"])  # type: ignore[index, arg-type]
    taken = states.taken(holders)
    fresh = {"one": nn.Linear(3, 2), "other": nn.Linear(3, 2)}
    again: states.Holders = {**fresh, "optimisers": {"one": torch.optim.Adam(fresh["one"].parameters(), 0.1)}}
    states.give(again, {**taken, "more": 3})
    assert all(torch.equal(net.weight, fresh[name].weight) for name, net in nets.items())
    with pytest.raises(KeyError):
        states.give(again, {"one": taken["one"]})
    with pytest.raises(RuntimeError):
        states.give({"one": nn.Linear(4, 4)}, taken)


SMALL = {"width": 4, "latent": 8, "batch": 8}
CHANGED = {
    "gan": (gan, SMALL, {"g_beta1": 0.5, "d_beta1": 0.4, "g_beta2": 0.9, "d_beta2": 0.95, "g_rate": 2e-3, "d_rate": 3e-3}),
    "digits": (digits, SMALL, {"beta1": 0.5, "beta2": 0.9, "rate": 2e-3}),
    "judge": (judge, {"width": 4, "features": 8, "batch": 8}, {"rate": 4e-3}),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_run_that_goes_on_under_a_changed_order_does_as_that_order_says(name: str) -> None:
    torch.set_num_threads(1)
    module, small, changed = CHANGED[name]
    run: Any = module.begin(module.Settings(**small), 0)
    run.step(0, 4)
    onward: Any = module.begin(module.Settings(**{**small, **changed}), 0)
    optimisers = [holder for holder in onward.holders().values() if isinstance(holder, torch.optim.Optimizer)]
    told = [settings(optimiser) for optimiser in optimisers]
    onward.restore(run.state())
    assert [settings(optimiser) for optimiser in optimisers] == told
    assert all(optimiser.state for optimiser in optimisers)
    onward.step(1, 4)
