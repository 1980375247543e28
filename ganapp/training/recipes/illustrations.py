"""Recipe `illustrations`: pictures of sentences about scenes, in two stages that are orders of their own.

"drawing": the painter learns to read sentences, and then to draw by pixels, without an opponent, with the very random numbers of which the
app's own drawing was made. "game": painter and discriminator play on from there. The game alone, from noise, gave grey blots in the right
places; a variational autoencoder in the place of the known numbers gave the same digit whatever the seed.
"""

from __future__ import annotations

from typing import Annotated, Any

from ganapp.base.kinds import Choice, Text, Whole
from ganapp.base.validation import settings_class


@settings_class
class Settings:
    """stage; writer: folder or id of a model for captions, whose discriminator has learnt to tell pairs; model: folder or id of what to go
    on from, which the game needs; batch; width: of the painter; latent: random numbers of a place; reading: steps at first that only read
    sentences; rate: Adam's; rate_end: at the end of the game; likeness: weight of what pixels differ by; gamma, gamma_end: weight of
    R1 + R2, halved; lazy: the penalties come every so many steps, with so many times the weight; wrong: weight of the pairs with wrong
    sentences; retold: weight of what the writer reads in the picture; half_life: of the average, in steps."""

    stage: Annotated[str, Choice(("drawing", "game"))] = "drawing"
    writer: str = "write-captions"
    model: Annotated[str, Text(500, 0)] = ""
    batch: int = 32
    width: int = 48
    latent: int = 16
    reading: Annotated[int, Whole(0, 1_000_000)] = 800
    rate: float = 2e-3
    rate_end: float = 1e-4
    likeness: float = 10.0
    gamma: float = 0.5
    gamma_end: float = 0.05
    lazy: Annotated[int, Whole(1, 64)] = 4
    wrong: float = 1.0
    retold: float = 0.1
    half_life: float = 150.0


def begin(settings: Settings, seed: int) -> Any:
    """A new run of the recipe."""
    if settings.stage == "drawing":
        from ganapp.training.recipes._scene_drawing import DrawingRun

        return DrawingRun(settings, seed)
    from ganapp.training.recipes._scene_game import GameRun

    return GameRun(settings, seed)
