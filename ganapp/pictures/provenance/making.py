"""How a file was made, as it is said in the file: what was done, by which models, with which settings, from which original."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import ganapp

TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
# What was done -> the IPTC digital source type of the result (https://cv.iptc.org/newscodes/digitalsourcetype/).
SOURCES = {
    "created": f"{TYPES}trainedAlgorithmicMedia",
    "edited": f"{TYPES}compositeWithTrainedAlgorithmicMedia",
    "filtered": f"{TYPES}compositeWithTrainedAlgorithmicMedia",
    "composed": f"{TYPES}composite",  # by code, of what people drew
}
UNTOLD = {"name", "keep_gps", "whole", "patches", "tile"}  # fields that say nothing of how the result looks, or tell about a person
LONGEST = 16_000  # characters of a recipe: a stranger's settings must not fill a file


@dataclass(frozen=True)
class Model:
    """A model that took part. digest: SHA-256 of its weights, "" where it is not known; revision: of one from the Hub or a package."""

    id: str
    digest: str = ""
    revision: str = ""


@dataclass(frozen=True)
class Making:
    """How a file was made. kind: a key of SOURCES; task, settings: what was asked for; original: the file it was made from, if any;
    regions: rectangles (left, top, width, height) outside of which nothing changed; mark: the number that the invisible mark holds, None
    without."""

    kind: str
    task: str
    settings: dict[str, Any]
    models: tuple[Model, ...] = ()
    original: bytes = b""
    regions: tuple[tuple[int, int, int, int], ...] = ()
    mark: int | None = None

    @property
    def source(self) -> str:
        """The IPTC digital source type."""
        return SOURCES[self.kind]

    @cached_property
    def recipe(self) -> str:
        """All of it as a line of JSON; the original is named by its SHA-256."""
        told: dict[str, Any] = {
            "app": f"Likeness {ganapp.__version__}",
            "done": self.kind,
            "task": self.task,
            "models": [{key: value for key, value in dataclasses.asdict(model).items() if value} for model in self.models],
            "settings": self.settings,
        }
        if self.original:
            told["original"] = hashlib.sha256(self.original).hexdigest()
        if self.regions:
            told["regions"] = [list(region) for region in self.regions]
        if self.mark is not None:
            told["mark"] = f"{self.mark:08x}"
        line = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return line if len(line) <= LONGEST else json.dumps({**told, "settings": {}, "regions": []}, separators=(",", ":"), sort_keys=True)


def settings(request: Any) -> dict[str, Any]:
    """A request's fields as they may travel in a file: no pictures, no names of files."""
    shown = [entry for entry in dataclasses.fields(request) if entry.metadata.get("kind") != "picture" and entry.name not in UNTOLD]
    return {entry.name: getattr(request, entry.name) for entry in shown}
