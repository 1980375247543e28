"""Model folders of stylizers: what a run starts from, and what it writes."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ganapp.base.errors import UserError
from ganapp.models import catalog, folder
from ganapp.nets import style_encoder, stylizer
from ganapp.training.data import paintings
from ganapp.training.data.paintings import Painting


@dataclass(frozen=True)
class Start:
    """The nets to start from. body: the digest of the body that the net was tuned from."""

    net: stylizer.Net
    encoder: style_encoder.Net | None
    body: str


def start(name: str) -> Start | None:
    """The nets of a model, an id or a folder; None for none. UserError when it is of another kind."""
    if not name:
        return None
    loaded = catalog.opened(name, "stylize")
    unfit = UserError("start_unfit", model=name)
    net = loaded.built(stylizer.Net, unfit)
    encoder = loaded.built(style_encoder.Net, unfit, "encoder") if "encoder" in loaded.description.parts else None
    return Start(net, encoder, str(loaded.description.values.get("body", "")))


def reshaped(name: str, net: stylizer.Net, dilations: tuple[int, ...], noise: int) -> stylizer.Net:
    """The net of that name with those dilations, and with as much noise at least. UserError when it cannot have them."""
    try:
        return stylizer.reshaped(net, dataclasses.replace(net.config, dilations=dilations, noise=max(noise, net.config.noise)))
    except ValueError as problem:
        raise UserError("start_unfit", model=name) from problem


def digest(net: nn.Module) -> str:
    """What tells nets of one body: 16 hexadecimal digits from its weights."""
    flat = torch.cat([value.float().flatten().cpu() for value in net.state_dict().values()])
    return hashlib.sha256(flat.numpy().tobytes()).hexdigest()[:16]


def _about(net: Any, summary: dict[str, Any], multiple: int = stylizer.MULTIPLE, noise: int = 0) -> dict[str, Any]:
    promises = {"channels": 3, "multiple": multiple, "receptive": net.receptive, "noise": noise}
    return {"task": "stylize", "licence": "mit", "promises": promises, "training": summary}


class OwnNumbers(nn.Module):
    """Numbers that a named painting adds to what the encoder says of it: (paintings, numbers)."""

    def __init__(self, count: int, numbers: int) -> None:
        super().__init__()
        self.table = nn.Parameter(torch.zeros(count, numbers))

    def forward(self, place: int) -> Tensor:
        """(numbers,) of the painting at that place."""
        return self.table[place]


def painting(file: Path, name: str) -> Painting:
    """What is known of the painting in a file, or what the settings call it; `name` is "" where they do not."""
    title = name or file.stem
    known = (each for each in paintings.described() if each.file == file.stem and not name)
    return next(known, Painting(file.stem, "", {}, {"en": title, "zh": title}, ""))


@dataclass(frozen=True)
class One:
    """A net of one style. file: of the painting; body: digest of what it was tuned from, nets of equal bodies can be mixed, "" for none
    such; family: of the net; multiple: of a picture's sides; noise: planes that it takes; licence: of the weights."""

    net: Any
    painting: Painting
    file: Path
    body: str
    family: str = "stylizer"
    multiple: int = stylizer.MULTIPLE
    noise: int = 0
    licence: str = "mit"


def write_one(path: Path, one: One, summary: dict[str, Any]) -> None:
    """The model folder of one style."""
    known = one.painting
    values = {"artist": known.artist, "work": known.work, "year": known.year, "side": paintings.SHORT, "body": one.body}
    values["thumbnail"] = paintings.thumbnail(one.file)
    title = {language: known.work[language] for language in ("en", "zh")}
    about = {**_about(one.net, summary, one.multiple, one.noise), "licence": one.licence, "title": title, "values": values}
    folder.write(path, about, {"model": folder.Trained(one.family, one.net.config, one.net)})


def write_any(path: Path, net: stylizer.Net, encoder: style_encoder.Net, summary: dict[str, Any]) -> None:
    """The model folder of a net for any picture as the style, with its encoder."""
    title = {"en": "Any picture as the style", "zh": "任意图片的风格"}
    values = {"any": True, "side": paintings.SHORT, "body": digest(net)}
    nets = {"model": folder.Trained("stylizer", net.config, net), "encoder": folder.Trained("style_encoder", encoder.config, encoder)}
    folder.write(path, {**_about(net, summary, noise=net.config.noise), "title": title, "values": values}, nets)
