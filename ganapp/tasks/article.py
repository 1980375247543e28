"""A short paragraph about a theme from a list, put together from verse, with the measured share of what is copied.

It is no essay: no net here knows what it writes about. Passages are drafted under a word of the theme; of those that the critic takes for
real, the one whose words stand oftenest beside the theme's in the training poems is kept. Lines are printed as prose.
"""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from ganapp import models
from ganapp.base.kinds import Choice
from ganapp.base.validation import about, request_class
from ganapp.tasks import _result
from ganapp.tasks._fields import Seed
from ganapp.writing import article
from ganapp.writing.themes import THEMES

NAME = "article"
WRITERS = {"en": "write-stanzas", "zh": "write-quatrains"}


@request_class
class Request:
    """What the paragraph is about. The same request writes the same paragraph."""

    theme: Annotated[str, Choice(THEMES)] = about(f"the theme: {', '.join(THEMES)}", default="spring")
    language: Literal["en", "zh"] = about(
        "the paragraph's language: en, by the writer of stanzas; zh, by the writer of quatrains", default="en"
    )
    seed: Seed = about("which paragraph: any whole number from 0 to 4294967295", default=1)

    def recipe(self) -> dict[str, Any]:
        """All that writes the paragraph again."""
        return {"task": NAME, **dataclasses.asdict(self)}


@dataclass(frozen=True)
class Result(_result.Worded):
    """text: the paragraph; passages: its parts; copied: the share of runs of eight words (characters in Chinese) inside the passages that
    stand in the training poems as they are; runs: how many there are; near: how much oftener its words stand beside the theme's in the
    training poems than elsewhere, as a factor; chance: the same of all drafts; recipe: the request."""

    text: str
    passages: tuple[str, ...]
    copied: float
    runs: int
    near: float
    chance: float
    recipe: dict[str, Any]

    def words(self) -> str:
        """The paragraph."""
        return self.text


def run(request: Request) -> Result:
    """Write a short paragraph about a theme, put together from verse, and return it with the share of its runs of eight words that stand in
    the training poems, and how near its words are to the theme."""
    name = WRITERS[request.language]
    if request.language == "en":
        found = article.english(models.load(name, "stanza"), request.theme, request.seed)
    else:
        found = article.chinese(models.load(name, "write"), request.theme, request.seed)
    near, chance = (round(math.exp(value), 3) for value in (found.near, found.chance))
    return Result(found.text, found.passages, round(found.copied / max(1, found.runs), 4), found.runs, near, chance, request.recipe())
