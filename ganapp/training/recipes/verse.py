"""Recipe `verse`: a writer of quatrains, in three stages that are orders of their own.

"likelihood": the writer learns to foretell the next character. "critic": a discriminator of whole poems learns to tell real ones from the
writer's (2004.02135: it then filters and re-ranks). "game": writer and critic play on from there (Nie et al. 2019, RelGAN).
"""

from __future__ import annotations

from typing import Annotated, Any

from ganapp.base.kinds import BelowOne, Choice, Number, Share, Text, Whole
from ganapp.base.validation import settings_class


@settings_class
class Settings:
    """stage; source: a reader's own text file or folder of them, "" for the quatrains that ship; model: the folder or id of one to
    begin from, which the later stages need and the first can do without; batch: poems a step;
    width, layers: the writer's; rate: the peak of the learning rate, half a cosine to nothing; decay: of weights; r1: weight of the penalty
    on the critic's slope; warmth: of the Gumbel softmax at the end, from 1."""

    stage: Annotated[str, Choice(("likelihood", "critic", "game"))] = "likelihood"
    source: Annotated[str, Text(1000, 0)] = ""
    model: Annotated[str, Text(500, 0)] = ""
    batch: Annotated[int, Whole(2, 1024)] = 64
    width: Annotated[int, Whole(16, 512, step=4)] = 160
    layers: Annotated[int, Whole(1, 12)] = 3
    rate: Share = 2e-3
    decay: BelowOne = 0.05
    r1: Annotated[float, Number(0, 1000)] = 0.1
    warmth: Annotated[float, Number(0.05, 1)] = 0.5


def begin(settings: Settings, seed: int) -> Any:
    """A new run of the recipe."""
    if settings.stage == "likelihood":
        from ganapp.training.recipes._verse_likelihood import LikelihoodRun

        return LikelihoodRun(settings, seed)
    from ganapp.training.recipes._verse_game import CriticRun, GameRun

    return CriticRun(settings, seed) if settings.stage == "critic" else GameRun(settings, seed)
