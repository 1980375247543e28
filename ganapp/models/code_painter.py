"""Painters of one net of many styles: each style is a code, and so is what lies between two styles, or a style and a photo's own look.

The nets are in nets/conditional_stylizer.py.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from ganapp.base.errors import UserError
from ganapp.machine import lending, precision
from ganapp.models import about
from ganapp.models.about import UNKNOWN, About
from ganapp.models.catalog import Loaded
from ganapp.models.painter import NEAR, PACE, TRIED, Call, Painter, painting, side_of
from ganapp.nets import conditional_stylizer as nets
from ganapp.pictures.images import Array

WHOLE = 2_100_000  # pixels of a picture whose statistics are its own; those of a larger one are a copy's, which has so many
RIM = 8  # pixels by which a picture is mirrored at its borders; without, its outermost two pixels are drawn sharper than the rest
LOOK = 260  # bytes that a look at the whole takes for a pixel

Told = Callable[[Array], Tensor]  # a picture (h, w, 3) in [0, 1] -> the code of its look, (codes,)


@dataclass(frozen=True)
class Body:
    """What painters of one net share. key: digest of its weights; side: short side in pixels of a picture whose strokes have their natural
    width; about: what there is to say of the model."""

    key: str
    net: nets.Net
    side: float
    about: About = UNKNOWN


def painter(body: Body, name: str, code: Tensor, told: Told | None = None) -> Painter:
    """The painter of that name in the style of a code (codes,). told: tells the code of any picture, for a net of any style."""

    def between(other: Painter, share: float) -> Painter:
        return painter(body, f"{name}+{other.id}", torch.lerp(code, other.inner, share), told)

    def towards(small: Array, share: float) -> Painter:
        assert told is not None
        return painter(body, name, torch.lerp(told(small), code, share), told)

    kind = f"conditional_stylizer {body.net.config}"
    quick = precision.Quick(kind, lending.movable(body.net), lambda: (precision.picture(TRIED) * 2 - 1, code), 2, NEAR)
    return Painter(
        name,
        f"{body.key}:{hashlib.sha256(code.numpy().tobytes()).hexdigest()}",
        body.side,
        body.net.receptive,
        lambda whole: _begun(body.net, quick, whole, code),
        nets.MULTIPLE,
        RIM,
        towards=towards if told else None,
        body=body.key,
        inner=code,
        mix=between,
        look=LOOK,
        tuned=lambda: nets.tuned(body.net, code),
        pace=PACE,
        about=body.about,
    )


def of_folder(loaded: Loaded) -> Painter:
    """The promise of a model folder with a net of one style, which was trained on from a net of many. It is no mixture of their codes."""
    part, unfit = loaded.description.parts["model"], UserError("stylize_promise", model=loaded.id)
    net = loaded.built(nets.Net, unfit)
    if net.config.codes != 1:
        raise unfit
    net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # what a CPU computes fastest
    body = Body(part.sha256, net, side_of(loaded.description.values.get("side")), about.of_folder(loaded))
    return replace(painter(body, loaded.id, torch.ones(1)), body="", tuned=None)


def any_style(body: Body, name: str, told: Told) -> Painter:
    """The painter of that name in the style of any picture that is given."""

    def after(blob: bytes) -> Painter:
        if not blob:
            raise UserError("stylize_painting")
        return painter(body, name, told(painting(blob)), told)

    return Painter(name, body.key, body.side, body.net.receptive, lambda whole: after(b"").begun(whole), after=after, about=body.about)


def _begun(net: nets.Net, quick: precision.Quick, whole: Tensor, code: Tensor) -> Call:
    """The net in the style of a code. Only a picture of several tiles is looked at beforehand, in single precision: one tile that is the
    whole shows all."""
    looks: list[nets.Look] = []

    def call(x: Tensor) -> Tensor:
        if x.shape == whole.shape:
            return quick(x, code)
        if not looks:
            looks.append(lending.computed(net, net.look, copy(whole), code))
        return quick(x, code, looks[0])

    return call


def copy(whole: Tensor) -> Tensor:
    """The picture (1, 3, h, w) that the statistics of a whole one are taken from: itself, or a copy of one that is very large."""
    h, w = whole.shape[2:]
    if h * w <= WHOLE:
        return whole
    shrink = math.sqrt(h * w / WHOLE)
    size = [max(1, round(side / shrink / nets.MULTIPLE)) * nets.MULTIPLE for side in (h, w)]
    return functional.interpolate(whole, size, mode="bilinear", antialias=True)
