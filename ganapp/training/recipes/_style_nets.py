"""The net that a stylizer's training begins with where it is the painter of a pack, called as those of nets/stylizer.py are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganapp.base.errors import UserError
from ganapp.models import packs
from ganapp.nets import conditional_stylizer
from ganapp.pictures import images
from ganapp.pictures.tiling import Work
from ganapp.stylizing import paint
from ganapp.stylizing.mixture import ANY
from ganapp.training.recipes._style_folders import One

PACK = "pack:"  # before the id of a pack's model, to start from it and not from the folder that it hides
FAMILY = "conditional_stylizer"


class Single(conditional_stylizer.Net):
    """A net of one style: pictures (b, 3, h, w) in [-1, 1], h and w multiples of 8 -> (b, 3, h, w). Statistics are those of each picture
    alone, and it takes no noise."""

    def forward(self, x: Tensor, look: Any = None, style: Any = None) -> Tensor:  # type: ignore[override]
        code = x.new_ones(1)
        return torch.cat([super(Single, self).forward(each, code) for each in torch.split(x, 1)])


def of_pack(start: str, painting: Path) -> Single | None:
    """The painter of a pack that `start` names, "pack:ID", in the style of the painting in a file; None for another start. UserError where
    the pack is not here, and for a model whose net cannot be trained."""
    if not start.startswith(PACK):
        return None
    model = start.removeprefix(PACK)
    promise = packs.promise(model, "stylize")
    painter = promise.after(painting.read_bytes()) if promise.after else promise
    if painter.tuned is None:
        raise UserError("start_unfit", model=model)
    net = painter.tuned()
    made = Single(net.config)
    made.load_state_dict(net.state_dict())
    return made


def at_once(painting: Path, photos: Tensor) -> Tensor | None:
    """Photographs (n, 3, h, w) in [-1, 1] as the painter of any picture's style has them without any training, in the style of the painting
    in a file; None where its pack is not here."""
    try:
        promise = packs.promise(ANY, "stylize")
    except UserError:
        return None
    painter, side = promise.after(painting.read_bytes()), max(photos.shape[2:])
    painted = [paint.painted(images.to_array((photo + 1) / 2), painter, Work(side, 1)) for photo in torch.split(photos, 1)]
    return torch.cat([images.to_tensor(each) * 2 - 1 for each in painted])  # (n, 3, h, w)


def told(one: One, start: str) -> tuple[One, str]:
    """What is written of a style that went on from the painter of a pack: what kind of net it is, under which licence; and whose weights
    it began with."""
    pack = packs.of_model(start.removeprefix(PACK))
    assert pack is not None
    kind = One(one.net, one.painting, one.file, "", FAMILY, conditional_stylizer.MULTIPLE, licence=pack.licence.lower())
    return kind, f"It went on from the weights of {pack.package}, made by {pack.makers}."
