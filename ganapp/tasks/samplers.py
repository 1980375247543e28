"""List the generators that are here, and describe one: what it draws, how long its latent is, and what its sliders move along."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ganapp import models
from ganapp.base.validation import about, request_class
from ganapp.models import catalog, sampler
from ganapp.models.directions import Table
from ganapp.tasks import _result, _subject, discriminate, invert, nearest
from ganapp.tasks._fields import Name

MISSING = ("curve", "search", "sliders", "nearest", "browser_packages", "browser_heavy")  # parts an adopted model may lack


@request_class
class Request:
    """Nothing for the list alone."""

    model: Name | None = about("the generator to describe; none for the list alone", default=None)


@dataclass(frozen=True)
class Sampler:
    """A line of the list. title: by language; source: "shipped", "trained" or "hub"; web: whether the page can run it itself;
    digest: the first 16 hexadecimal digits of the SHA-256 of what it runs, part of that file's address; "" without one."""

    id: str
    title: dict[str, str]
    source: str
    web: bool
    digest: str = ""


@dataclass(frozen=True)
class Result(_result.Table):
    """The list, and the description of the model that was asked for: size, latent, classes and their names, channels, look ("ink", "grey",
    "colour"), digits (whether it draws handwritten ones), can (judge, nearest, find: which of these tasks know it), missing (of MISSING:
    what could not be made when it was adopted from a run), attributes and raw directions (name and vector each, or vectors by class)."""

    samplers: tuple[Sampler, ...]
    described: dict[str, Any] | None


def _listed() -> tuple[Sampler, ...]:
    """Every local generator that can be loaded, shipped ones first."""
    lines = []
    for entry in catalog.listing():
        if entry.ready and entry.task == "sample":
            loaded = catalog.load(entry.id, "sample")
            if sampler.draws(loaded.description):
                digest = loaded.browser_digest()[:16]
                lines.append(Sampler(loaded.id, loaded.description.title, loaded.source, bool(digest), digest))
    return tuple(sorted(lines, key=lambda line: (line.source != "shipped", line.id)))


def _described(model: str) -> dict[str, Any]:
    generator = models.load(model, "sample")
    groups = {"attributes": generator.directions.attributes, "raw": generator.directions.raw}
    vectors = {key: [{"name": name, **_told(table)} for name, table in group.items()] for key, group in groups.items()}
    facts = {key: getattr(generator, key) for key in ("size", "latent", "classes", "channels", "names", "look", "digits")}
    return {"model": model, **facts, "can": _able(generator), "missing": _missing(generator), **vectors}


def _told(table: Table) -> dict[str, Any]:
    """A direction: "vector", or "vectors" by class, None for a class without it."""
    rows = [[round(value, 6) for value in row.tolist()] if row.any() else None for row in np.atleast_2d(table)]
    return {"vector": rows[0]} if table.ndim == 1 else {"vectors": rows}


def _missing(generator: sampler.Sampler) -> list[str]:
    """What could not be made when the model was adopted from a run, as that noted it."""
    noted = generator.values.get("adopted")
    named = noted.get("missing") if isinstance(noted, dict) else None
    return [name for name in MISSING if isinstance(named, list) and name in named]


def _able(generator: sampler.Sampler) -> dict[str, bool]:
    """Which tasks beyond drawing have what they need of this model."""
    return {
        "judge": discriminate.VALUE in generator.values and "discriminator" in generator.parts,
        "nearest": nearest.VALUE in generator.values and _subject.like_mnist(generator),
        "find": invert.VALUE in generator.values,
    }


def run(request: Request) -> Result:
    """Return the generators that are here and, for the one named, what it draws, the length of its latent and the unit vectors that its
    sliders move along: one for every class, or one for each. The named ones of a class are orthonormal, so a slider's value is the latent's
    coordinate along its vector.
    """
    return Result(_listed(), None if request.model is None else _described(request.model))
