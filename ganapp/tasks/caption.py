"""Write a sentence about a small picture of digits and shapes, in English or Chinese.

The writer knows one closed world: one to three digits or shapes on paper, each with a colour, a size, a slant and a place. It writes the
likeliest sentence, or several, of which the discriminator that was trained on its mistakes puts the best first (which, measured, is right
less often). Other pictures are described as if they were of that world.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

import torch

from ganapp import models
from ganapp.base.validation import about, request_class
from ganapp.pictures import images
from ganapp.tasks import _result
from ganapp.tasks._fields import Name, Picture, Seed, within
from ganapp.writing import captions, grammar

WORDS = True
MODEL = "write-captions"


@request_class
class Request:
    """A picture, and in which language to write."""

    picture: Picture = about("a picture of digits or shapes on paper; the square in its middle is looked at", kind="picture")
    language: Literal["en", "zh"] = about("the sentence's language", default="en")
    candidates: Annotated[int, within(1, 32)] = about(
        "how many sentences the discriminator chooses from, 1 to 32; 1 takes the likeliest", default=1
    )
    seed: Seed = about("which sentences are drawn: any whole number from 0 to 4294967295", default=1)
    model: Name = about("which writer", default=MODEL)


@dataclass(frozen=True)
class Result(_result.Worded):
    """text: the sentence; things: what it says, kind, colour, size, slant and place of each thing; candidates: all sentences, the best
    first, with the logarithm of their probability ("certainty") and the discriminator's score."""

    text: str
    things: tuple[dict[str, str], ...]
    candidates: tuple[dict[str, str | float], ...]

    def words(self) -> str:
        """The sentence."""
        return self.text


def run(request: Request) -> Result:
    """Look at the picture, write a sentence about it in English or Chinese, and return it with what it says as a table; of several, the one
    that the discriminator likes best, with the others beside it."""
    writer = models.load(request.model, "caption")
    small = images.square(images.read(images.from_data_uri(request.picture)), writer.size, 3)  # (3, size, size)
    pixels = torch.from_numpy(small).unsqueeze(0).float() / 255
    found = captions.ranked(writer, pixels, request.language, request.candidates, request.seed)
    rows: list[dict[str, str | float]] = [{"text": c.text, "certainty": round(c.certainty, 3), "score": round(c.score, 3)} for c in found]
    return Result(found[0].text, tuple(grammar.told(found[0].scene)), tuple(rows))
