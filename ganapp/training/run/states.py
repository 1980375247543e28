"""What a resumed run needs of its nets and optimisers, taken and given back in one way by every recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

Holder = nn.Module | torch.optim.Optimizer
Holders = Mapping[str, Holder | Mapping[str, Holder]]  # by name, in groups where that reads better


def taken(holders: Holders) -> dict[str, Any]:
    """The state of each, by its name."""
    return {name: taken(holder) if isinstance(holder, Mapping) else holder.state_dict() for name, holder in holders.items()}


def give(holders: Holders, state: Mapping[str, Any]) -> None:
    """Give each its state back; other entries of `state` are left alone. KeyError, ValueError or RuntimeError for a state of other nets."""
    for name, holder in holders.items():
        if isinstance(holder, Mapping):
            give(holder, state[name])
        elif isinstance(holder, torch.optim.Optimizer):
            holder.load_state_dict(_with_own_settings(holder, state[name]))
        else:
            holder.load_state_dict(state[name])


def _with_own_settings(optimiser: torch.optim.Optimizer, state: Mapping[str, Any]) -> dict[str, Any]:
    """An optimiser's state (moments, steps) with the settings that the optimiser has now.

    A run may go on under a changed order: its rate, betas, decay and all else are what that order says. They go in before torch reads the
    state, since by some of them (`fused`) it decides where the state's tensors lie.
    """
    groups = zip(state["param_groups"], optimiser.param_groups, strict=True)
    return {**state, "param_groups": [{**own, "params": saved["params"]} for saved, own in groups]}


class Stateful:
    """A run whose state is that of its nets and optimisers, and nothing else: `state` and `restore` of `loop.Run`."""

    def holders(self) -> Holders:
        """The nets and optimisers by name."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """See `loop.Run`."""
        return taken(self.holders())

    def restore(self, state: dict[str, Any]) -> None:
        """See `loop.Run`."""
        give(self.holders(), state)
