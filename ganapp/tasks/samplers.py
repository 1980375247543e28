"""List the generators of digits that are here, and describe one: how long its latent is, and what its sliders move along."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ganapp import catalog, folder
from ganapp.tasks import _checks, _sampler


@dataclass(frozen=True)
class Request:
    """Nothing for the list alone."""

    model: str | None = field(default=None, metadata={"help": "the generator to describe; none for the list alone"})

    def __post_init__(self) -> None:
        if self.model is not None:
            _checks.text(self, "model")


@dataclass(frozen=True)
class Sampler:
    """A line of the list. title: by language; source: "shipped", "trained" or "hub"; web: whether the page can run it itself."""

    id: str
    title: dict[str, str]
    source: str
    web: bool


@dataclass(frozen=True)
class Result:
    """The list, and the description of the model that was asked for."""

    samplers: tuple[Sampler, ...]
    described: dict[str, Any] | None

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(json.dumps(self.report(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def report(self) -> dict[str, Any]:
        """The list, and size, latent, classes, attributes and raw directions (name and vector each) of the one described."""
        return {"samplers": [dataclasses.asdict(sampler) for sampler in self.samplers], "described": self.described}


def _draws_digits(description: folder.Description) -> bool:
    promises = description.promises
    return description.task == "sample" and promises.get("classes") == _sampler.DIGITS and promises.get("channels") == 1


def _listed() -> tuple[Sampler, ...]:
    """Every local generator of digits that can be loaded, shipped ones first."""
    found = []
    for entry in catalog.listing():
        if entry.ready and entry.task == "sample":
            loaded = catalog.load(entry.id, "sample")
            if _draws_digits(loaded.description):
                found.append(Sampler(entry.id, loaded.description.title, entry.source, (loaded.folder / folder.BROWSER).is_file()))
    return tuple(sorted(found, key=lambda sampler: (sampler.source != "shipped", sampler.id)))


def _described(model: str) -> dict[str, Any]:
    sampler = _sampler.load(model)
    groups = {"attributes": sampler.directions.attributes, "raw": sampler.directions.raw}
    vectors = {key: [{"name": name, "vector": d.tolist()} for name, d in group.items()] for key, group in groups.items()}
    return {"model": model, "size": sampler.size, "latent": sampler.latent, "classes": _sampler.DIGITS, **vectors}


def run(request: Request) -> Result:
    """Return the generators of digits that are here and, for the one named, the length of its latent and the unit vectors that its sliders
    move along. The vectors are orthonormal, so a slider's value is the latent's coordinate along its vector.
    """
    return Result(_listed(), None if request.model is None else _described(request.model))
