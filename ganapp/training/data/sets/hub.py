"""A data set of the Hub by its id, owner/name[@revision]: a repository of picture files (folders are classes) or of zip files of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from ganapp.base import filenames
from ganapp.base.errors import UserError
from ganapp.models import hub_data
from ganapp.pictures import archives, parquet
from ganapp.pictures.archives import Entry, Refusal
from ganapp.training.data.sets import Pictures, Selection
from ganapp.training.data.sets.collection import collect


def load(wanted: Selection) -> Pictures:
    """The good pictures in the repository `wanted.source`. UserError for what `hub_data.fetch` refuses, and for too few."""
    fetched = hub_data.fetch(wanted.source, filenames.PICTURES)
    return collect(_entries(fetched), wanted, wanted.source)


def _entries(fetched: dict[str, Path]) -> Iterator[Entry | Refusal]:
    for name, path in sorted(fetched.items()):
        if filenames.litter(name):
            continue
        if name.lower().endswith(".parquet"):
            yield from parquet.entries(path, name)
            continue
        if not name.lower().endswith(".zip"):
            yield archives.accepted(Entry(_classed(name), partial(archives.content, path), path), path.stat().st_size)
            continue
        try:
            with archives.Zip(path) as archive:
                yield from archive.entries()
        except UserError as problem:
            yield Refusal(name, problem.key, tuple(problem.values.items()))


def _classed(name: str) -> str:
    """The name without the folders "data" and "train", which the Hub's picture folders put around the classes."""
    parts = name.split("/")
    while len(parts) > 1 and parts[0].lower() in ("data", "train"):
        parts = parts[1:]
    return "/".join(parts)
