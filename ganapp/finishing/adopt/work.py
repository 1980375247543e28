"""Adopting a result of a training: from the folder of a run to a model that the pages can use."""

from __future__ import annotations

import json
import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganapp import models
from ganapp.base import exchange, paths
from ganapp.base.errors import UserError
from ganapp.digits import digit
from ganapp.finishing.adopt import fits, principal, real
from ganapp.models import card, catalog, folder
from ganapp.models.classifier import Classifier
from ganapp.tasks._inversion import Nets
from ganapp.training.data.sizes import resized_square

DIGITS = "mnist"  # the data set whose pictures are handwritten digits, one to a picture
MEASURED = 6000  # digits that named directions are fitted on
TRIED = 400
ALONE, BESIDE = 8, 6  # directions without a name, without and beside named ones
COMPARED = 600  # real pictures at most
BROWSER = ("onnx", "onnxscript", "onnxruntime")
HEAVY = 20_000_000  # weights above which no browser is sent the generator


class Examiner(nn.Module):
    """The judge of digits for pictures of any size."""

    def __init__(self, judge: Classifier) -> None:
        super().__init__()
        self.judge = judge

    def forward(self, x: Tensor) -> Tensor:
        """Logits (b, 10) of pictures (b, 1, h, w) in [-1, 1]."""
        logits: Tensor = self.judge(resized_square(x, self.judge.size))
        return logits


class Copy:
    """A copy of a result, prepared in the folder `place`. A style or a writer needs a name only."""

    def __init__(self, result: Path, place: Path) -> None:
        self.description, self.place = folder.check(result), place
        place.mkdir(parents=True)
        for name in (folder.CONFIG, *self.description.files()):
            shutil.copyfile(result / name, place / name)

    def fit(self, title: str, noted: dict[str, str]) -> dict[str, Any]:
        """Write title and origin into the copy, and return further facts about it (none for a style)."""
        self.describe(title, {"adopted": noted})
        return {}

    def describe(self, title: str, fitted: dict[str, Any]) -> None:
        """Write title and fitted values into config.json. The path of the training pictures is private: only its last part stays."""
        config = json.loads((self.place / folder.CONFIG).read_text(encoding="utf-8"))
        if title:
            config["title"] = {"en": title, "zh": title}
        settings = config.get("training", {}).get("settings") or {}
        if settings.get("source") and settings.get("data") in ("pictures", "sounds"):
            sent = settings["source"].startswith(paths.UPLOAD)
            settings["source"] = "" if sent else Path(settings["source"]).name
        config["values"] = {**config.get("values", {}), **fitted}
        folder.rewrite(self.place, config)


class Voice(Copy):
    """The copy of a speaker, with what a browser speaks with."""

    def fit(self, title: str, noted: dict[str, str]) -> dict[str, Any]:
        """As `Copy.fit`: whether a browser can speak, and what is missing."""
        spoken = all(find_spec(name) for name in BROWSER)
        if spoken:
            from ganapp.finishing import web_spoken

            web_spoken.export(str(self.place))
        missing = [] if spoken else ["browser_packages"]
        self.describe(title, {"adopted": {**noted, "missing": missing}})
        return {"web": spoken, "missing": missing}


class Generator(Copy):
    """The copy of a generator, with sliders, calibration, and what a browser draws with."""

    def __init__(self, result: Path, place: Path) -> None:
        super().__init__(result, place)
        if self.description.task != "sample":
            raise UserError("wrong_task", model=result.parent.name, task=self.description.task, wanted="sample")
        self.promises, self.parts = self.description.promises, self.description.parts
        if any(not isinstance(self.promises.get(key), int) for key in ("size", "channels", "classes", "latent")):
            raise UserError("not_drawable", model=result.parent.name)
        self.net = folder.weigh(place, self.parts["model"])
        training = self.description.training
        self.settings = {**({"data": DIGITS} if training.get("recipe") == "digits" else {}), **ordered(result, training.get("settings"))}
        self.classes, self.latent = int(self.promises["classes"]), int(self.promises["latent"])
        self.digits = self.settings.get("data", DIGITS) == DIGITS
        noted = training.get("classes")
        names = noted if isinstance(noted, list) and len(noted) == self.classes else range(self.classes)
        self.names = tuple(str(name) for name in names)
        self.missing: list[str] = []  # keys of `samplers.MISSING`: parts that could not be computed

    def fit(self, title: str, noted: dict[str, str]) -> dict[str, Any]:
        """As `Copy.fit`: the names of the named directions, the number of raw ones, the values, and whether a browser can draw."""
        table = self.sliders()
        _written(self.place / folder.DIRECTIONS, table)
        fitted = self.values()
        drawn = self.browser()
        self.describe(title, {**fitted, "adopted": {**noted, "missing": self.missing}})
        found = {"attributes": [each["name"] for each in table["attributes"]], "raw": len(table["raw"]), "values": fitted}
        return {**found, "web": drawn, "missing": self.missing}

    def companion(self, part: str) -> nn.Module | None:
        """One of the nets beside the generator, None where there is none."""
        return folder.weigh(self.place, self.parts[part]) if part in self.parts else None

    def sliders(self) -> dict[str, Any]:
        """directions.json: named directions of grey digits, and raw ones for all."""
        table: dict[str, Any] = {"attributes": [], "left_out": []}
        vectors = torch.zeros(0, self.latent)
        if self.digits and self.promises["channels"] == 1:
            from ganapp.finishing import directions

            judge = Examiner(models.load("digits-judge", "classify"))
            table, shared = directions.named(self.net, judge, self.latent, MEASURED, TRIED)
            vectors = shared if table["attributes"] else vectors  # a slider that is left out keeps nothing from the others
            self.missing += [] if table["attributes"] else ["sliders"]
        directions_found = principal.strongest(self.net, vectors, BESIDE if table["attributes"] else ALONE)
        return {**table, "raw": principal.entries(directions_found)}

    def values(self) -> dict[str, Any]:
        """What is fitted beside the directions, and how the pictures are to be shown."""
        z = torch.randn(100, self.latent, generator=torch.Generator().manual_seed(5))
        look = fits.look(fits.painted(self.net, z, principal.weights(self.net, 100)))
        found: dict[str, Any] = {"look": look, "digits": self.digits}
        discriminator, encoder = self.companion("discriminator"), self.companion("encoder")
        compared = None
        if discriminator or encoder:
            most = max(100, min(COMPARED, COMPARED * 64**2 // int(self.promises["size"]) ** 2))
            compared = real.load(self.settings, self.promises, self.names, most)
        if not compared:
            self.missing += [name for name, net in (("curve", discriminator), ("search", encoder)) if net]
        if discriminator and compared:
            found["discriminator"] = fits.probability(self.net, discriminator, self.latent, compared, self.classes)
        if encoder and compared:
            found["inversion"] = fits.search(Nets(self.net, self.judge(), encoder, self.latent), compared, self.classes)
        grey = self.digits and self.promises["channels"] == 1
        if grey and 0 <= int(self.promises["size"]) - digit.FRAME <= 8:
            usual = _usual_distance()
            found |= {"nearest": usual} if usual else {}
            self.missing += [] if usual else ["nearest"]
        return found

    def judge(self) -> Classifier | None:
        """The judge that a search for digits uses too, None where it does not know such pictures; as `tasks.invert.nets`."""
        known = self.digits and self.promises["channels"] == 1 and self.promises["size"] == digit.SIZE
        return models.load("digits-judge", "classify") if known else None

    def browser(self) -> bool:
        """Write web.onnx where that can be done and checked, and a browser may be sent so much."""
        if sum(p.numel() for p in self.net.parameters()) > HEAVY:
            self.missing.append("browser_heavy")
            return False
        if any(find_spec(name) is None for name in BROWSER):
            self.missing.append("browser_packages")
            return False
        from ganapp.finishing.web import export

        export(self.net, self.latent, self.classes, self.place)
        return True


def _usual_distance() -> dict[str, Any] | None:
    """How near held-out digits come to the training digits: a property of MNIST, measured with the shipped generator."""
    try:
        values = catalog.load("digits", "sample").description.values.get("nearest")
    except UserError:
        return None
    return values if isinstance(values, dict) else None


KINDS: dict[str, type[Copy]] = {"stylize": Copy, "write": Copy, "speak": Voice}  # by task; all others are generators of pictures


def adopt(result: Path, model: Path, title: str = "", origin: str = "") -> dict[str, Any]:
    """Make `model` from a run's `result`. UserError for a result that is broken, or of no kind that a page uses; nothing is left behind
    then. Returns the facts that `fit` of its kind gives."""
    noted = {"result": folder.digest(result / folder.CONFIG) if (result / folder.CONFIG).is_file() else "", "origin": origin}
    place = model.parent / f".{model.name}.{os.getpid()}"
    try:
        kind = KINDS.get(folder.check(result).task, Generator)
        found = kind(result, place).fit(title, noted)
        card.write(place, model.name)
        exchange.put(place, model)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return found


def ordered(result: Path, published: Any) -> dict[str, Any]:
    """The settings of the job's order. A result does not hold the names of uploads (`paths.without_uploads`); the order does."""
    settings = dict(published or {})
    for name in [name for name, value in settings.items() if value == paths.UPLOAD]:
        try:
            settings[name] = json.loads((result.parent / "order.json").read_text(encoding="utf-8"))["settings"][name]
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return settings


def _written(path: Path, table: dict[str, Any]) -> None:
    path.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")
