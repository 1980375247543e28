"""Recipe `stanzas`: a writer of English stanzas, in three stages that are orders of their own, as the recipe `verse` has them.

"likelihood": the writer learns to foretell the next word. "critic": a discriminator of whole stanzas learns to tell real ones from the
writer's. "game": writer and critic play on from there (Nie et al. 2019, RelGAN).
"""

from __future__ import annotations

from typing import Annotated, Any

from ganapp.base.kinds import BelowOne, Choice, Number, Share, Text, Whole
from ganapp.base.validation import settings_class


@settings_class
class Settings:
    """stage; source: a folder of stanzas as scripts/stanzas.py writes it, "" for those that ship; model: the folder or id of one to begin
    from, which the later stages need and the first can do without; batch: stanzas a step; width, layers: the writer's; rate: the peak of
    the learning rate, half a cosine to nothing; decay: of weights; rhymed: how much oftener a rhymed stanza is read than an unrhymed one;
    r1: weight of the penalty on the critic's slope; warmth: of the Gumbel softmax at the end, from 1."""

    stage: Annotated[str, Choice(("likelihood", "critic", "game"))] = "likelihood"
    source: Annotated[str, Text(1000, 0)] = ""
    model: Annotated[str, Text(500, 0)] = ""
    batch: Annotated[int, Whole(2, 1024)] = 64
    width: Annotated[int, Whole(16, 512, step=4)] = 160
    layers: Annotated[int, Whole(1, 12)] = 3
    rate: Share = 3e-3
    decay: BelowOne = 0.05
    rhymed: Annotated[int, Whole(1, 16)] = 2
    r1: Annotated[float, Number(0, 1000)] = 0.05
    warmth: Annotated[float, Number(0.05, 1)] = 0.5


def begin(settings: Settings, seed: int) -> Any:
    """A new run of the recipe."""
    if settings.stage == "likelihood":
        from ganapp.training.recipes._stanzas_likelihood import LikelihoodRun

        return LikelihoodRun(settings, seed)
    from ganapp.training.recipes._stanzas_game import CriticRun, GameRun

    return CriticRun(settings, seed) if settings.stage == "critic" else GameRun(settings, seed)
