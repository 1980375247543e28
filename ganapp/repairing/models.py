"""Which model fills: the shipped one, one that was trained here or lies on the Hub, or one of another make (community.py)."""

from __future__ import annotations

import dataclasses

from ganapp.models import catalog, foreign
from ganapp.repairing import community, filler
from ganapp.repairing.mend import Fills

SHIPPED = "repair"


def load(model: str, fill: str = "around") -> Fills:
    """What fills the crops. fill: "around" adds detail from the picture's own patches, "smooth" leaves it at the net's structure.

    UserError for a model that is not there or is for another task.
    """
    if foreign.named(model):
        return community.load(model)
    made = filler.of(catalog.load(model, "repair"))
    return dataclasses.replace(made, detail=fill == "around")
