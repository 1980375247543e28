"""The format of a model folder: config.json (typed), weights in safetensors, the card. Reading and writing, nothing more.

A folder has one main part ("model") and may have companions (a generator's discriminator, its encoder), each a family of
ganapp/nets with its own weights file. Weights are stored in half precision and computed in single.
"""

from __future__ import annotations

import dataclasses
import hashlib
import importlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import nn

from ganapp.errors import UserError

FORMAT = 1
TASKS = ("sample", "classify", "repair", "upscale", "stylize")


@dataclass(frozen=True)
class Part:
    """One net of a folder: family: a file of ganapp/nets; net: the family's settings; file: its weights; sha256: of that file."""

    family: str
    net: dict[str, Any]
    file: str
    sha256: str


@dataclass(frozen=True)
class Description:
    """What config.json holds. promises: what every caller may rely on (size, channels, classes, latent ...);
    training: how the weights came about; values: numbers fitted after training (the discriminator's calibration ...)."""

    format: int
    task: str
    title: dict[str, str]
    licence: str
    parts: dict[str, Part]
    promises: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)


def strict(kind: type[Any], values: Any, where: str) -> Any:
    """`kind(**values)` for a frozen dataclass. UserError names an unknown key, a missing key or a bad value."""
    if not isinstance(values, dict):
        raise UserError("bad_value", where=where, problem="not a JSON object")
    known = {f.name: f for f in dataclasses.fields(kind)}
    for key in values:
        if key not in known:
            raise UserError("unknown_key", key=key, where=where, known=", ".join(known))
    for key, entry in known.items():
        optional = entry.default is not dataclasses.MISSING or entry.default_factory is not dataclasses.MISSING
        if not optional and key not in values:
            raise UserError("missing_key", key=key, where=where)
    try:
        return kind(**values)
    except (TypeError, ValueError) as problem:
        raise UserError("bad_value", where=where, problem=str(problem)) from problem


def describe(folder: Path) -> Description:
    """The description in `folder`/config.json. UserError for a folder without one, or with one that breaks the format."""
    where = f"{folder.name}/config.json"
    try:
        values = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError("not_a_model_folder", folder=folder.name) from None
    except (OSError, ValueError) as problem:
        raise UserError("config_unreadable", where=where) from problem
    description: Description = strict(Description, values, where)
    if description.format != FORMAT:
        raise UserError("unknown_format", where=where, format=description.format)
    if description.task not in TASKS:
        raise UserError("unknown_task", where=where, task=description.task, known=", ".join(TASKS))
    parts = {name: strict(Part, part, f"{where}, {name}") for name, part in description.parts.items()}
    if "model" not in parts:
        raise UserError("missing_key", key="parts.model", where=where)
    return dataclasses.replace(description, parts=parts)


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def build(part: Part, where: str) -> nn.Module:
    """An untrained net of the part's family and settings."""
    family = part.family
    if not family.isidentifier():
        raise UserError("unknown_family", family=family, where=where)
    try:
        module = importlib.import_module(f"ganapp.nets.{family}")
    except ModuleNotFoundError:
        raise UserError("unknown_family", family=family, where=where) from None
    net: nn.Module = module.Net(strict(module.Config, part.net, where))
    return net


def weigh(folder: Path, part: Part) -> nn.Module:
    """The part's net with its weights, single precision, in evaluation mode.

    UserError when the file is missing, is a pickle, was truncated or altered, or does not fit the net key by key.
    """
    path = folder / part.file
    where = f"{folder.name}/{part.file}"
    if path.suffix != ".safetensors" or path.resolve().parent != folder.resolve() and not path.is_symlink():
        raise UserError("not_safetensors", where=where)
    if not path.is_file():
        raise UserError("weights_missing", where=where)
    if digest(path) != part.sha256:
        raise UserError("weights_altered", where=where)
    net = build(part, f"{folder.name}/config.json")
    try:
        weights = load_file(path)
        net.load_state_dict({name: w.float() if w.is_floating_point() else w for name, w in weights.items()}, strict=True)
    except (SafetensorError, RuntimeError) as problem:
        raise UserError("weights_do_not_fit", where=where) from problem
    return net.eval().requires_grad_(False)


@dataclass(frozen=True)
class Trained:
    """A net to be written: its family, settings (the family's Config) and the net."""

    family: str
    config: Any
    net: nn.Module


def write(folder: Path, description: dict[str, Any], nets: dict[str, Trained]) -> None:
    """Write weights (half precision) and config.json of a new model folder; `description` holds all but format and parts."""
    folder.mkdir(parents=True, exist_ok=True)
    parts: dict[str, Any] = {}
    for name, trained in nets.items():
        file = f"{name}.safetensors"
        weights = {key: value.detach().half().contiguous() if value.is_floating_point() else value for key, value in trained.net.state_dict().items()}
        save_file(weights, folder / file, metadata={"format": "pt"})
        parts[name] = dataclasses.asdict(Part(trained.family, dataclasses.asdict(trained.config), file, digest(folder / file)))
    rewrite(folder, {"format": FORMAT, **description, "parts": parts})


def rewrite(folder: Path, config: dict[str, Any]) -> None:
    """Replace config.json at once, after a check that it can be read back."""
    partial = folder / ".config.json.partial"
    partial.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / "config.json")
    describe(folder)


def half(net: nn.Module) -> nn.Module:
    """`net` with its weights rounded through half precision, as they will be stored."""
    with torch.no_grad():
        for value in net.state_dict().values():
            if value.is_floating_point():
                value.copy_(value.half().float())
    return net
