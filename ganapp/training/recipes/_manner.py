"""How a run of the recipe `gan` draws, scores and falls where no setting says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganapp.losses import regularisers
from ganapp.training.run.schedule import cosine

if TYPE_CHECKING:
    from ganapp.training.recipes.gan import Settings


@dataclass(frozen=True)
class Manner:
    """What no setting says, so that a run can be the very one of an older recipe.

    one_stream: the first weights are drawn from the stream that torch has, and a step draws from one stream, not a turn from its own;
    apart: real and generated pictures are never scored in one batch, and scores keep the precision that the net gives them; rates,
    penalties: start and end of the learning rates and of the penalties' weight, in place of what the settings say; batch: in place of
    the settings', 0 for theirs; title: by language;
    sheets: whether there are further sample sheets."""

    one_stream: bool = False
    apart: bool = False
    rates: tuple[float, float] | None = None
    penalties: tuple[float, float] | None = None
    batch: int = 0
    title: dict[str, str] | None = None
    sheets: bool = True

    def rate(self, rate: float, end: float, k: int, steps: int) -> float:
        """The learning rate in step k: along a cosine from `rate` to its share `end`."""
        return cosine(*(self.rates or (rate, rate * end)), k, steps)

    def weights(self, settings: Settings, k: int, steps: int) -> dict[str, float]:
        """The weight of each penalty in step k; only of those that come in it."""
        s, penalties = settings, regularisers.penalties()
        if k % s.lazy:
            return {}
        if self.penalties:
            weights = dict.fromkeys(("r1", "r2"), cosine(*self.penalties, k, steps) * s.lazy / 2)
        else:
            share = cosine(1.0, s.penalty_end, k, steps) * s.lazy
            values = {name: value for name, value in s.regularised().items() if name in penalties and value * share > 0}
            weights = {name: penalties[name].weight(value, share, s.lazy) for name, value in values.items()}
        return {name: weight for name, weight in weights.items() if weight > 0}
