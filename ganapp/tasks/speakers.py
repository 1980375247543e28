"""List the voices that are here: what each says, and whether the page can make its sounds itself."""

from __future__ import annotations

from dataclasses import dataclass

from ganapp import models
from ganapp.base.validation import request_class
from ganapp.models import catalog
from ganapp.tasks import _result


@request_class
class Request:
    """Nothing to say."""


@dataclass(frozen=True)
class Voice:
    """A line of the list. title: by language; source: "shipped", "trained" or "hub"; web: whether the page can run it itself; digest: the
    first 16 hexadecimal digits of the SHA-256 of what it runs, part of that file's address, "" without one; latent: random numbers of a
    sound; words, voices: their names; said: pairs of a word and a voice that were recorded."""

    id: str
    title: dict[str, str]
    source: str
    web: bool
    digest: str
    latent: int
    words: tuple[str, ...]
    voices: tuple[str, ...]
    said: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Result(_result.Table):
    """speakers: shipped ones first."""

    speakers: tuple[Voice, ...]


def run(request: Request) -> Result:
    """Return the speakers that are here, those that were trained here among them: what `speak` takes as model, word and voice."""
    del request
    lines = []
    for entry in catalog.listing():
        if entry.ready and entry.task == "speak":
            loaded, speaker = catalog.load(entry.id, "speak"), models.load(entry.id, "speak")
            if "recorded" in loaded.description.values:  # of syllables, which `say` joins to sentences
                continue
            digest = loaded.browser_digest()[:16]
            said = tuple(sorted(speaker.said))
            facts = (bool(digest), digest, speaker.latent, speaker.words, speaker.voices, said)
            lines.append(Voice(loaded.id, loaded.description.title, loaded.source, *facts))
    return Result(tuple(sorted(lines, key=lambda line: (line.source != "shipped", line.id))))
