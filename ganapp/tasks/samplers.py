"""List the generators that are here, and describe one: what it draws, how long its latent is, and what its sliders move along."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from ganapp.base.validation import about, request_class
from ganapp.models import catalog, folder
from ganapp.tasks import _sampler, _subject, discriminate, invert, nearest
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
class Result:
    """The list, and the description of the model that was asked for."""

    samplers: tuple[Sampler, ...]
    described: dict[str, Any] | None

    def save(self, path: Path) -> None:
        """Write the report as JSON."""
        path.write_text(json.dumps(self.report(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def report(self) -> dict[str, Any]:
        """The list, and of the one described: size, latent, classes and their names, channels, look ("ink", "grey", "colour"), digits
        (whether it draws handwritten ones), can (judge, nearest, find: which of these tasks know it), missing (of MISSING: what could
        not be made when it was adopted from a run), attributes and raw directions (name and vector each)."""
        return {"samplers": [dataclasses.asdict(sampler) for sampler in self.samplers], "described": self.described}


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    return folder.digest(path)[:16]


def _line(loaded: catalog.Loaded) -> Sampler:
    web = loaded.folder / folder.BROWSER
    digest = _digest(web, web.stat().st_mtime_ns) if web.is_file() else ""
    return Sampler(loaded.id, loaded.description.title, loaded.source, bool(digest), digest)


def _listed() -> tuple[Sampler, ...]:
    """Every local generator that can be loaded, shipped ones first."""
    found = []
    for entry in catalog.listing():
        if entry.ready and entry.task == "sample":
            loaded = catalog.load(entry.id, "sample")
            if _sampler.draws(loaded.description):
                found.append(_line(loaded))
    return tuple(sorted(found, key=lambda sampler: (sampler.source != "shipped", sampler.id)))


def _described(model: str) -> dict[str, Any]:
    sampler = _sampler.load(model)
    groups = {"attributes": sampler.directions.attributes, "raw": sampler.directions.raw}
    vectors = {key: [{"name": name, "vector": d.tolist()} for name, d in group.items()] for key, group in groups.items()}
    facts = {key: getattr(sampler, key) for key in ("size", "latent", "classes", "channels", "names", "look", "digits")}
    return {"model": model, **facts, "can": _able(sampler), "missing": _missing(sampler), **vectors}


def _missing(sampler: _sampler.Sampler) -> list[str]:
    """What could not be made when the model was adopted from a run, as that noted it."""
    noted = sampler.loaded.description.values.get("adopted")
    named = noted.get("missing") if isinstance(noted, dict) else None
    return [name for name in MISSING if isinstance(named, list) and name in named]


def _able(sampler: _sampler.Sampler) -> dict[str, bool]:
    """Which tasks beyond drawing have what they need of this model."""
    fitted, parts = sampler.loaded.description.values, sampler.loaded.description.parts
    return {
        "judge": discriminate.VALUE in fitted and "discriminator" in parts,
        "nearest": nearest.VALUE in fitted and _subject.like_mnist(sampler),
        "find": invert.VALUE in fitted,
    }


def run(request: Request) -> Result:
    """Return the generators that are here and, for the one named, what it draws, the length of its latent and the unit vectors that its
    sliders move along. The vectors are orthonormal, so a slider's value is the latent's coordinate along its vector.
    """
    return Result(_listed(), None if request.model is None else _described(request.model))
