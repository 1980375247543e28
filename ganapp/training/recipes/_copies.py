"""Nets of a run's own: those of loaded models are shared and stay as they are."""

from __future__ import annotations

import copy

from ganapp.base.errors import UserError
from ganapp.models.catalog import Loaded
from ganapp.training.run.place import AnyNet


def copied(net: AnyNet) -> AnyNet:
    """A net of the same weights that is nobody else's, and learns."""
    return copy.deepcopy(net).train().requires_grad_(True)


def own(loaded: Loaded, kind: type[AnyNet], problem: str = "is no writer of this make", part: str = "model") -> AnyNet:
    """A copy of a part of the order's "model". UserError, which says the `problem`, for a part of another family."""
    return copied(loaded.built(kind, UserError("bad_value", where="model", problem=f"{loaded.id} {problem}"), part))
